//! A purchase order as the rules see it.

use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;

use super::State;
use crate::{
    approval_rule::{Level, Priority, RuleSet},
    directory::Directory,
    exchange_rate::Exchange,
    ids::{DepartmentId, PersonId, PurchaseOrderId, RuleSetId, VendorId},
    money::{Currency, Quantity, UnitPrice, line_total},
};

/// One line. Complete when every field but the cost centre is filled and the quantity is above zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Counts from 1 within the order.
    pub position: i32,
    /// What is bought.
    pub description: String,
    /// How many, 3 decimals.
    pub quantity: Option<Quantity>,
    /// Of what: "each", "kg".
    pub unit: String,
    /// In the order's currency, 4 decimals.
    pub unit_price: Option<UnitPrice>,
    /// Where it is booked; may be empty.
    pub cost_centre: String,
    /// How many have arrived so far.
    pub received: Quantity,
}

impl Line {
    /// Quantity and price, once both are known.
    pub fn priced(&self) -> Option<(Quantity, UnitPrice)> {
        Some((self.quantity?, self.unit_price?))
    }

    /// Quantity times price, rounded half up to cents; `None` while either is unknown.
    pub fn total(&self) -> Option<Decimal> {
        self.priced()
            .map(|(quantity, unit_price)| line_total(quantity, unit_price))
    }
}

/// The vendor as it stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorStanding {
    /// `vendors.id`.
    pub id: VendorId,
    /// The name people read.
    pub name: String,
    /// Why no new business is done with it, when it is on hold.
    pub hold_reason: Option<String>,
    /// Why it is under review, when it is flagged.
    pub flag_reason: Option<String>,
}

/// By which way someone decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// As the approver, or as whoever it escalated to.
    Own,
    /// As today's delegate of either (`on behalf of`).
    Delegate,
    /// In the approver's place, with a reason.
    Override,
}

impl Way {
    /// The name stored in `decisions.way`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Way::Own => "own",
            Way::Delegate => "delegate",
            Way::Override => "override",
        }
    }

    /// The way of a stored name.
    pub fn parse(name: &str) -> Option<Way> {
        [Way::Own, Way::Delegate, Way::Override]
            .into_iter()
            .find(|w| w.as_str() == name)
    }
}

/// An approval given earlier in this round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approval {
    /// At which level.
    pub level: Level,
    /// By whom.
    pub by: PersonId,
    /// Only `Way::Own` passes a higher level.
    pub way: Way,
}

/// The decision waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The level now waited for.
    pub level: Level,
    /// `current_approver`.
    pub approver: PersonId,
    /// Whether the deadline passed and it escalated: at most once a level and round.
    pub escalated: bool,
    /// Whoever it escalated to, if there was somebody; may decide too.
    pub escalated_to: Option<PersonId>,
    /// Who stands in for either now, as `(delegate, principal)`: [`Order::with_stand_ins`]. Not kept.
    pub delegates: [Option<(PersonId, PersonId)>; 2],
    /// When the decision is due.
    pub due: Timestamp,
}

/// A purchase order with all that its rules ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The number.
    pub id: PurchaseOrderId,
    /// Where it stands.
    pub state: State,
    /// Counts from 1; one more whenever it comes back for change.
    pub round: i32,
    /// Who raised it.
    pub submitter: PersonId,
    /// Their department, chosen on the form.
    pub department: Option<DepartmentId>,
    /// The vendor, once chosen.
    pub vendor: Option<VendorStanding>,
    /// Of every amount on it.
    pub currency: Currency,
    /// How its amounts are compared in the organisation's currency: at the rate kept at submit, of a draft at the day's.
    pub exchange: Exchange,
    /// When the goods are needed.
    pub needed_by: Option<Date>,
    /// Why they are needed.
    pub justification: String,
    /// Where they go.
    pub ship_to: String,
    /// By position.
    pub lines: Vec<Line>,
    /// The positions of lines whose cost centre is not an active one, where the organisation has cost centres. Asked of drafts only.
    pub unknown_cost_centres: Vec<i32>,
    /// The sum of the lines' totals.
    pub total: Decimal,
    /// Set by the total at submit; `None` in a draft.
    pub required_level: Option<Level>,
    /// That of the required level; `None` in a draft.
    pub priority: Option<Priority>,
    /// The rules it was submitted under.
    pub rule_set: Option<RuleSetId>,
    /// Exactly while in approval.
    pub waiting: Option<Waiting>,
    /// Of this round, lowest level first.
    pub approvals: Vec<Approval>,
    /// Whether it has ever been approved in this round: what lets purchasing see a cancelled one.
    pub was_approved: bool,
}

impl Order {
    /// The total in the organisation's currency; `None` without a rate.
    pub fn worth(&self) -> Option<Decimal> {
        self.exchange.worth(self.total)
    }

    /// What the rules compare: see [`RuleSet::compared`].
    pub fn compared(&self, rules: &RuleSet) -> Option<Decimal> {
        rules.compared(self.total, self.exchange)
    }

    /// The level the rules ask for; `None` without a rate.
    pub fn level_by(&self, rules: &RuleSet) -> Option<Level> {
        self.compared(rules)
            .map(|amount| rules.required_level(amount))
    }

    /// The order with those who stand in, at that moment, for whom it waits for and whom it escalated to.
    #[must_use]
    pub fn with_stand_ins(mut self, directory: &Directory, at: Timestamp) -> Order {
        let submitter = self.submitter;
        if let Some(waiting) = &mut self.waiting {
            let principals = [Some(waiting.approver), waiting.escalated_to];
            waiting.delegates = principals.map(|principal| {
                let principal = principal?;
                let person = directory.stand_in(principal, submitter, at)?.person?;
                Some((person, principal))
            });
        }
        self
    }
}

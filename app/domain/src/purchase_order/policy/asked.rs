//! A counter-example: an order, and what is asked of it by whom, one after the other.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Decide, Policy};
use crate::{
    actor::Actor,
    exchange_rate::Exchange,
    ids::{DepartmentId, PersonId, PurchaseOrderId, VendorId},
    money::{Currency, Quantity, UnitPrice},
    purchase_order::{
        Approval, Context, Decision, Event, EventKind, Line, Order, RejectionCategory, State,
        VendorStanding, Waiting, Way,
    },
};

/// How the vendor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nothing against it.
    Clear,
    /// No new business.
    OnHold,
    /// Under review.
    Flagged,
}

impl Standing {
    pub(super) const ALL: [Standing; 3] = [Standing::Clear, Standing::OnHold, Standing::Flagged];
}

/// What somebody asks of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Who.
    pub actor: Actor,
    /// What.
    pub event: EventKind,
    /// How the vendor stands then.
    pub vendor: Standing,
}

/// An order from its draft on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Who raises it.
    pub submitter: PersonId,
    /// Where.
    pub department: Option<DepartmentId>,
    /// For how much.
    pub total: Decimal,
    /// What is then asked of it, in order.
    pub steps: Vec<Asked>,
}

impl Example {
    /// The order where the example ends, by the answers of `decide`; `None` where a step is refused.
    pub fn replay(&self, policy: &Policy<'_>, decide: Decide) -> Option<Order> {
        let mut order = draft(self.submitter, self.department, self.total);
        for asked in &self.steps {
            order = ask(&order, asked, policy, decide)?;
        }
        Some(order)
    }
}

/// The order after what is asked; `None` where it is refused.
pub(super) fn ask(
    order: &Order,
    asked: &Asked,
    policy: &Policy<'_>,
    decide: Decide,
) -> Option<Order> {
    let event = filled(asked.event, order)?;
    let context = Context {
        rules: policy.rules,
        directory: policy.directory,
        now: Timestamp::UNIX_EPOCH,
    };
    let before = with_vendor(order, asked.vendor);
    let decision = decide(&before, &event, &asked.actor, &context).ok()?;
    Some(after(order, &decision, asked))
}

/// A complete draft. Everyone who could be mistaken for an approver stands beside every decision: the approver's delegate is the
/// submitter, and somebody is delegate of the submitter.
pub(super) fn draft(
    submitter: PersonId,
    department: Option<DepartmentId>,
    total: Decimal,
) -> Order {
    let one = Quantity::parse("1").ok();
    Order {
        id: PurchaseOrderId(0),
        state: State::Draft,
        round: 1,
        submitter,
        department,
        vendor: Some(VendorStanding {
            id: VendorId(0),
            name: String::new(),
            hold_reason: None,
            flag_reason: None,
        }),
        currency: Currency::USD,
        exchange: Exchange::Own,
        needed_by: None,
        justification: String::new(),
        ship_to: String::new(),
        lines: vec![Line {
            position: 1,
            description: "Goods".to_owned(),
            quantity: one,
            unit: "each".to_owned(),
            unit_price: UnitPrice::from_decimal(total),
            ..Line::default()
        }],
        unknown_cost_centres: Vec::new(),
        total,
        required_level: None,
        priority: None,
        rule_set: None,
        waiting: None,
        approvals: Vec::new(),
        was_approved: false,
    }
}

fn with_vendor(order: &Order, standing: Standing) -> Order {
    let mut order = order.clone();
    if let Some(vendor) = &mut order.vendor {
        vendor.hold_reason = (standing == Standing::OnHold).then(|| "Unpaid".to_owned());
        vendor.flag_reason = (standing == Standing::Flagged).then(|| "Under review".to_owned());
    }
    order
}

/// Somebody nobody's rules name.
pub(super) const NOBODY: PersonId = PersonId(i64::MAX);

/// By which way the actor decides what `order` waits for, as it is, not as `decide` says.
pub(super) fn way(order: &Order, actor: &Actor) -> Way {
    match &order.waiting {
        Some(waiting) if waiting.approver == actor.id => Way::Own,
        Some(_) | None => Way::Override,
    }
}

/// What is kept of an order after an accepted event. Rounds look alike, so every one counts as the first.
fn after(before: &Order, decision: &Decision, asked: &Asked) -> Order {
    let after = &decision.after;
    let mut order = before.clone();
    order.state = after.state;
    order.required_level = after.required_level;
    order.priority = after.priority;
    order.rule_set = after.rule_set;
    order.was_approved = match after.state {
        State::Approved => true,
        State::Draft => false,
        _ => before.was_approved,
    };
    order.waiting = after
        .current_approver
        .zip(after.sla_due_at)
        .map(|(approver, due)| Waiting {
            level: crate::approval_rule::Level(after.approval_level),
            approver,
            escalated: false,
            escalated_to: None,
            delegates: [
                Some((before.submitter, approver)),
                Some((NOBODY, before.submitter)),
            ],
            due,
        });
    match (asked.event, &before.waiting) {
        (EventKind::Approve, Some(waiting)) => order.approvals.push(Approval {
            level: waiting.level,
            by: asked.actor.id,
            way: way(before, &asked.actor),
        }),
        (EventKind::Submit, _) => order.approvals.clear(),
        _ => {}
    }
    if asked.event == EventKind::Receive {
        for line in &mut order.lines {
            line.received = line.quantity.unwrap_or_default();
        }
    }
    order
}

/// The event of a kind with nothing missing; `None` for what nobody asks.
fn filled(kind: EventKind, order: &Order) -> Option<Event> {
    let said = || Some("As agreed".to_owned());
    let received = order
        .lines
        .iter()
        .map(|line| (line.position, line.quantity.unwrap_or_default()));
    Some(match kind {
        EventKind::Submit => Event::Submit,
        EventKind::Approve => Event::Approve {
            note: said(),
            override_reason: said(),
        },
        EventKind::Reject => Event::Reject {
            category: Some(RejectionCategory::Other),
            reason: said(),
            override_reason: said(),
        },
        EventKind::Withdraw => Event::Withdraw { note: said() },
        EventKind::Reopen => Event::Reopen { note: said() },
        EventKind::StartProcessing => Event::StartProcessing { note: said() },
        EventKind::Receive => Event::Receive {
            received: received.collect(),
            note: said(),
        },
        EventKind::Complete => Event::Complete { note: said() },
        EventKind::Cancel => Event::Cancel { note: said() },
        EventKind::Pass | EventKind::Escalate => return None,
    })
}

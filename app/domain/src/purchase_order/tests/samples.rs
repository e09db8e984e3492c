//! Orders, events and actors as the engine would bring them.

use jiff::SignedDuration;
use rust_decimal::Decimal;

use crate::{
    actor::Actor,
    approval_rule::{Level, RuleSet},
    directory::Directory,
    exchange_rate::Exchange,
    ids::{PersonId, PurchaseOrderId, VendorId},
    money::{Currency, Quantity, UnitPrice},
    purchase_order::*,
    world::{self, SAM, amount},
};

/// The demo company, its rules, and now.
pub struct Setting {
    pub directory: Directory,
    pub rules: RuleSet,
}

impl Setting {
    pub fn demo() -> Setting {
        Setting {
            directory: world::directory(),
            rules: world::rules(),
        }
    }

    pub fn ctx(&self) -> Context<'_> {
        Context {
            rules: &self.rules,
            directory: &self.directory,
            now: world::now(),
        }
    }

    pub fn actor(&self, id: PersonId) -> Actor {
        world::actor(&self.directory, id)
    }

    pub fn decide(&self, order: &Order, event: &Event, by: PersonId) -> Result<Decision, Refusal> {
        decide(order, event, &self.actor(by), &self.ctx())
    }

    /// An order of that person's in `state`, as the levels below would have left it: each decided by whom it asked.
    pub fn order(&self, state: State, submitter: PersonId, total: Decimal) -> Order {
        let mut order = draft(submitter, total);
        order.state = state;
        if state == State::Draft {
            return order;
        }
        let required = self.rules.required_level(total);
        order.required_level = Some(required);
        order.priority = self.rules.level(required).map(|rule| rule.priority);
        order.rule_set = Some(self.rules.id);
        order.was_approved = matches!(
            state,
            State::Approved | State::Processing | State::Completed
        );
        let asked = |level| {
            self.rules
                .approver(level, &self.ctx().routed(&order))
                .unwrap()
                .person
        };
        let waiting = state.level().map(|level| waiting(level, asked(level)));
        let below = self.rules.levels_asked(required).into_iter();
        let below = below.filter(|level| state.level().is_none_or(|now| *level < now));
        let approvals = below.map(|level| Approval {
            level,
            by: asked(level),
            way: Way::Own,
        });
        let approvals = if state == State::Rejected {
            Vec::new()
        } else {
            approvals.collect()
        };
        Order {
            waiting,
            approvals,
            ..order
        }
    }

    /// Sam's order of 12,000.00 in `state`: it needs all three levels.
    pub fn sams(&self, state: State) -> Order {
        self.order(state, SAM, amount("12000.00"))
    }
}

/// A decision waited for, without escalation or delegates.
pub fn waiting(level: Level, approver: PersonId) -> Waiting {
    let due = world::now() + SignedDuration::from_hours(1);
    Waiting {
        level,
        approver,
        escalated: false,
        escalated_to: None,
        delegates: [None; 2],
        due,
    }
}

/// A complete draft of two units at half the total each.
pub fn draft(submitter: PersonId, total: Decimal) -> Order {
    Order {
        id: PurchaseOrderId(1042),
        state: State::Draft,
        round: 1,
        submitter,
        department: None,
        vendor: Some(VendorStanding {
            id: VendorId(1),
            name: "Northwind Supply".to_owned(),
            hold_reason: None,
            flag_reason: None,
        }),
        currency: Currency::USD,
        exchange: Exchange::Own,
        needed_by: None,
        justification: "Worn out".to_owned(),
        ship_to: "Dock 3".to_owned(),
        lines: vec![line(1, "2", &(total / Decimal::TWO).to_string())],
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

pub fn line(position: i32, quantity: &str, unit_price: &str) -> Line {
    Line {
        position,
        description: "Laptop".to_owned(),
        quantity: Some(Quantity::parse(quantity).unwrap()),
        unit: "each".to_owned(),
        unit_price: Some(UnitPrice::parse(unit_price).unwrap()),
        cost_centre: String::new(),
        received: Quantity::ZERO,
    }
}

pub fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub fn on_hold(mut order: Order) -> Order {
    if let Some(vendor) = &mut order.vendor {
        vendor.hold_reason = Some("Unpaid claims".to_owned());
    }
    order
}

pub fn flagged(mut order: Order) -> Order {
    if let Some(vendor) = &mut order.vendor {
        vendor.flag_reason = Some("Ownership changed".to_owned());
    }
    order
}

/// The event of a kind with nothing missing: every text filled in, everything received. `None` for what nobody asks.
pub fn filled(kind: EventKind, order: &Order) -> Option<Event> {
    let said = |text: &str| Some(text.to_owned());
    let note = said("As agreed");
    Some(match kind {
        EventKind::Submit => Event::Submit,
        EventKind::Approve => Event::Approve {
            note,
            override_reason: said("Mia is ill"),
        },
        EventKind::Reject => Event::Reject {
            category: Some(RejectionCategory::Price),
            reason: said("Too dear"),
            override_reason: said("Mia is ill"),
        },
        EventKind::Withdraw => Event::Withdraw { note },
        EventKind::Reopen => Event::Reopen { note },
        EventKind::StartProcessing => Event::StartProcessing { note },
        EventKind::Receive => Event::Receive {
            received: everything(order),
            note,
        },
        EventKind::Complete => Event::Complete { note },
        EventKind::Cancel => Event::Cancel { note },
        EventKind::Pass | EventKind::Escalate => return None,
    })
}

/// Every line in full.
pub fn everything(order: &Order) -> Vec<(i32, Quantity)> {
    order
        .lines
        .iter()
        .map(|line| (line.position, line.quantity.unwrap_or_default()))
        .collect()
}

/// The event of a kind with nothing filled in.
pub fn bare(kind: EventKind) -> Option<Event> {
    Some(match kind {
        EventKind::Submit => Event::Submit,
        EventKind::Approve => Event::Approve {
            note: None,
            override_reason: None,
        },
        EventKind::Reject => Event::Reject {
            category: None,
            reason: None,
            override_reason: None,
        },
        EventKind::Withdraw => Event::Withdraw { note: None },
        EventKind::Reopen => Event::Reopen { note: None },
        EventKind::StartProcessing => Event::StartProcessing { note: None },
        EventKind::Receive => Event::Receive {
            received: Vec::new(),
            note: None,
        },
        EventKind::Complete => Event::Complete { note: None },
        EventKind::Cancel => Event::Cancel { note: None },
        EventKind::Pass | EventKind::Escalate => return None,
    })
}

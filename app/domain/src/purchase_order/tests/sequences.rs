//! Random sequences of events, carried out as the engine would: whatever people try, what must hold holds.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::samples::{self, Setting, bare, filled};
use crate::{
    ids::PersonId,
    permission::Permission,
    purchase_order::*,
    world::{ADA, CARLA, FAY, SAM, amount},
};

/// An order with what the engine keeps beside it.
struct Record {
    order: Order,
    rejected_items: BTreeMap<i32, Vec<Line>>,
    open: Option<Waiting>,
}

impl Record {
    fn carry_out(&mut self, decision: &Decision) {
        let after = &decision.after;
        if after.round > self.order.round {
            self.order.approvals.clear();
        }
        for effect in &decision.effects {
            self.effect(effect);
        }
        self.order.state = after.state;
        self.order.round = after.round;
        self.order.required_level = after.required_level;
        self.order.priority = after.priority;
        self.order.rule_set = after.rule_set;
        self.order.was_approved = match after.state {
            State::Approved => true,
            State::Draft => false,
            _ => self.order.was_approved,
        };
        self.order.waiting = self.open;
    }

    fn effect(&mut self, effect: &Effect) {
        match effect {
            Effect::FreezeContent => assert_eq!(self.order.state, State::Draft),
            Effect::OpenDecision {
                level,
                approver,
                due,
                remind_at,
                ..
            } => {
                assert!(remind_at < due);
                assert_eq!(self.open, None, "one decision at a time");
                self.open = Some(Waiting {
                    due: *due,
                    ..samples::waiting(*level, *approver)
                });
            }
            Effect::CloseDecision { level, verdict, by } => {
                let closed = self.open.take().unwrap();
                assert_eq!(closed.level, *level, "only what is open is closed");
                if let (Verdict::Approved, By::Person { id, way, .. }) = (verdict, by) {
                    self.order.approvals.push(Approval {
                        level: *level,
                        by: *id,
                        way: *way,
                    });
                }
            }
            Effect::Escalate { level, to } => {
                let open = self.open.as_mut().unwrap();
                assert_eq!(open.level, *level, "only what is open escalates");
                assert!(!open.escalated, "once a level");
                (open.escalated, open.escalated_to) = (true, *to);
            }
            Effect::ArchiveLines { round } => {
                let lines = std::mem::take(&mut self.order.lines);
                assert_eq!(
                    self.rejected_items.insert(*round, lines),
                    None,
                    "once a round"
                );
            }
            Effect::RestoreLines { round } => {
                assert!(self.order.lines.is_empty(), "nothing is written over");
                self.order.lines.clone_from(&self.rejected_items[round]);
            }
            Effect::SetReceived { received } => {
                for (position, quantity) in received {
                    let line = self
                        .order
                        .lines
                        .iter_mut()
                        .find(|line| line.position == *position);
                    line.unwrap().received = *quantity;
                }
            }
        }
    }

    fn assert_sound(&self, submitter: PersonId) {
        let order = &self.order;
        assert_eq!(order.waiting.is_some(), order.state.in_approval());
        assert_eq!(
            order.waiting.map(|waiting| waiting.level),
            order.state.level()
        );
        assert!(
            order
                .waiting
                .is_none_or(|waiting| waiting.approver != submitter)
        );
        assert_eq!(order.lines.is_empty(), order.state == State::Rejected);
        assert!(
            order
                .approvals
                .iter()
                .all(|approval| approval.by != submitter)
        );
        let levels: Vec<_> = order
            .approvals
            .iter()
            .map(|approval| approval.level)
            .collect();
        assert!(
            levels.is_sorted_by(|a, b| a < b),
            "each level is decided once a round, going up"
        );
    }
}

#[derive(Clone, Debug)]
struct Attempt {
    kind: usize,
    person: usize,
    /// Whether the first person to whom it is open asks, instead of `person`.
    fitting: bool,
    complete: bool,
    vendor: u8,
    total: Decimal,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let total = prop_oneof![
        1_i64..100_000,
        100_000_i64..=1_000_000,
        1_000_001_i64..200_000_000
    ];
    (
        0..EventKind::ALL.len(),
        0..11_usize,
        any::<bool>(),
        any::<bool>(),
        0..12_u8,
        total,
    )
        .prop_map(|(kind, person, fitting, complete, vendor, total)| Attempt {
            kind,
            person,
            fitting,
            complete,
            vendor,
            total: Decimal::new(total / 2 * 2, 2),
        })
}

/// Who asks: anyone, or the first to whom it is open.
fn asking(setting: &Setting, order: &Order, kind: EventKind, attempt: &Attempt) -> PersonId {
    let people: Vec<PersonId> = setting.directory.people.keys().copied().collect();
    let fits = |person: &&PersonId| {
        let answer = permission(order, kind, &setting.actor(**person), &setting.ctx());
        matches!(answer, Permission::Allowed(_))
    };
    let fitting = if attempt.fitting {
        people.iter().find(fits)
    } else {
        None
    };
    *fitting.unwrap_or(&people[attempt.person])
}

proptest! {
    #[test]
    fn whatever_people_try_an_order_stays_sound(
        submitter in prop::sample::select(vec![SAM, FAY, CARLA, ADA]),
        straight in any::<bool>(),
        attempts in prop::collection::vec(attempt(), 1..80),
    ) {
        let mut setting = Setting::demo();
        setting.rules.straight = straight;
        let order = samples::draft(submitter, amount("500.00"));
        let mut record = Record { order, rejected_items: BTreeMap::new(), open: None };
        for attempt in &attempts {
            let kind = EventKind::ALL[attempt.kind];
            if record.order.state == State::Draft {
                let edited = samples::draft(submitter, attempt.total);
                record.order.lines = edited.lines;
                record.order.total = edited.total;
            }
            let clear = samples::draft(submitter, amount("0.00"));
            record.order.vendor = match attempt.vendor {
                0 => samples::on_hold(clear).vendor,
                1 => samples::flagged(clear).vendor,
                _ => clear.vendor,
            };
            if kind == EventKind::Escalate {
                let waiting = record.order.waiting.as_mut().zip(record.open.as_mut());
                if let Some((order, open)) = waiting.filter(|_| attempt.complete) {
                    // Its time passes.
                    order.due = setting.ctx().now;
                    open.due = order.due;
                }
                if let Ok(decision) = escalate(&record.order, &setting.ctx()) {
                    record.carry_out(&decision);
                    record.assert_sound(submitter);
                    prop_assert_ne!(record.open.unwrap().escalated_to, Some(submitter));
                }
                continue;
            }
            let event = if attempt.complete { filled(kind, &record.order) } else { bare(kind) };
            let Some(event) = event else { continue };
            let person = asking(&setting, &record.order, kind, attempt);
            let before = record.order.clone();
            let Ok(decision) = setting.decide(&record.order, &event, person) else { continue };

            prop_assert!(!before.state.is_final(), "nothing leaves a final state");
            record.carry_out(&decision);
            record.assert_sound(submitter);
            prop_assert_eq!(record.order.waiting.map(|waiting| waiting.approver), decision.after.current_approver);
            prop_assert_eq!(record.order.waiting.map(|waiting| waiting.due), decision.after.sla_due_at);
            prop_assert!(record.order.round >= before.round);
            prop_assert_eq!(record.order.total, before.total);
        }
    }

    #[test]
    fn the_same_arguments_give_the_same_answer(attempt in attempt(), state in prop::sample::select(State::ALL)) {
        let setting = Setting::demo();
        let order = setting.order(state, SAM, attempt.total);
        if let Some(event) = filled(EventKind::ALL[attempt.kind], &order) {
            let person = asking(&setting, &order, event.kind(), &attempt);
            let answer = setting.decide(&order, &event, person);
            prop_assert_eq!(answer, setting.decide(&order, &event, person));
        }
    }
}

#[test]
fn raised_at_900_approved_withdrawn_and_resubmitted_at_9000_every_level_decides_again() {
    let setting = Setting::demo();
    let order = samples::draft(SAM, amount("900.00"));
    let mut record = Record {
        order,
        rejected_items: BTreeMap::new(),
        open: None,
    };
    let act = |record: &mut Record, kind, person| {
        let event = filled(kind, &record.order).unwrap();
        let decision = setting.decide(&record.order, &event, person).unwrap();
        record.carry_out(&decision);
        record.order.state
    };
    let mia = crate::world::MIA;
    assert_eq!(
        act(&mut record, EventKind::Submit, SAM),
        State::PendingApproval
    );
    assert_eq!(act(&mut record, EventKind::Approve, mia), State::Approved);
    assert_eq!(act(&mut record, EventKind::Reopen, SAM), State::Draft);
    let dearer = samples::draft(SAM, amount("9000.00"));
    record.order.lines = dearer.lines;
    record.order.total = dearer.total;
    assert_eq!(
        act(&mut record, EventKind::Submit, SAM),
        State::PendingApproval
    );
    assert_eq!(
        (record.order.round, record.open.unwrap().approver),
        (2, mia)
    );
    assert_eq!(
        act(&mut record, EventKind::Approve, mia),
        State::RequiresFinanceReview
    );
    assert_eq!(act(&mut record, EventKind::Withdraw, SAM), State::Draft);
    assert_eq!(
        act(&mut record, EventKind::Submit, SAM),
        State::PendingApproval
    );
    assert_eq!(
        act(&mut record, EventKind::Approve, mia),
        State::RequiresFinanceReview
    );
    assert_eq!(act(&mut record, EventKind::Approve, FAY), State::Approved);
}

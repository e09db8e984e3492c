//! The laws no order ever breaks.

use rust_decimal::Decimal;

use super::model::{Config, Model, Vendor};
use crate::{actor::Actor, approval_rule::Level, ids::PersonId, purchase_order::*, world::amount};

/// What holds whatever happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// Approved only with a decision, or a pass by who decided below, at every level the total needs, in one round.
    EveryLevelDecided,
    /// Nobody approves or rejects what they raised, and it never waits for them.
    NobodyTheirOwn,
    /// Only what someone decided as themselves passes a higher level that asks the same person.
    OnlyOwnDecisionsPass,
    /// Who decides in the approver's place says why.
    OverrideExplained,
    /// What the history says of who and as what is what happened.
    HistoryIsTrue,
    /// No submit, approve or start of processing while the vendor is on hold or flagged.
    VendorIsClear,
    /// Level, approver and deadline exactly while in approval; rules pinned exactly until it is a draft again.
    WaitsExactlyInApproval,
    /// A new round exactly when it comes back to draft.
    RoundsRise,
    /// Every step is a row of the table, and each begins where the last ended.
    StepsFollowTheTable,
    /// Nothing leaves a final state.
    FinalStaysFinal,
    /// A timer escalates what is late, once a level, to somebody above who may decide, and moves nothing else.
    EscalatesOnceWhenLate,
    /// From everywhere people can bring it to an end.
    AnEndIsReachable,
    /// From everywhere but cancelled, with a clear vendor, it can still be completed.
    CompletionIsReachable,
}

/// One accepted event.
pub struct Happened<'a> {
    pub model: &'a Model,
    pub before: &'a Config,
    pub order: &'a Order,
    pub event: &'a Event,
    pub actor: &'a Actor,
    pub decision: &'a Decision,
}

impl Happened<'_> {
    fn is(&self, kinds: &[EventKind]) -> bool {
        kinds.contains(&self.event.kind())
    }

    /// As what the actor stood, found without the machine's help; `None`: as nothing.
    fn way(&self) -> Option<Way> {
        let waiting = self.order.waiting?;
        let mine = |delegate: &Option<(PersonId, PersonId)>| {
            delegate.is_some_and(|(who, whom)| who == self.actor.id && whom != self.order.submitter)
        };
        if [Some(waiting.approver), waiting.escalated_to].contains(&Some(self.actor.id)) {
            Some(Way::Own)
        } else if waiting.delegates.iter().any(mine) {
            Some(Way::Delegate)
        } else {
            self.actor.override_approvals.then_some(Way::Override)
        }
    }

    /// Decisions of this round including this one.
    fn decided(&self) -> Vec<(Level, PersonId, Way)> {
        let mut decided = self.before.decided.clone();
        if let (EventKind::Approve, Some(level), Some(way)) =
            (self.event.kind(), self.order.state.level(), self.way())
        {
            decided.push((level, self.actor.id, way));
        }
        decided
    }

    /// Whom each level that passed now had asked.
    fn passes(&self) -> Vec<(Level, PersonId)> {
        let passes = self
            .decision
            .steps
            .iter()
            .filter(|step| step.event == EventKind::Pass);
        let asked = |level| {
            self.decision
                .effects
                .iter()
                .find_map(|effect| match effect {
                    Effect::OpenDecision {
                        level: at,
                        approver,
                        ..
                    } if Some(*at) == level => Some(*approver),
                    _ => None,
                })
        };
        passes
            .filter_map(|step| step.level.zip(asked(step.level)))
            .collect()
    }

    pub fn next(&self) -> Config {
        let after = &self.decision.after;
        let mut next = Config {
            state: after.state,
            round: after.round,
            required: after.required_level,
            approver: after.current_approver,
            late: false,
            escalated: false,
            escalated_to: None,
            decided: self.decided(),
            ..self.before.clone()
        };
        next.passed.extend(self.passes());
        if !after.state.in_approval() {
            next.decided.clear();
            next.passed.clear();
        }
        next.received = match self.event {
            Event::Receive { received, .. } => self.before.received || !received.is_empty(),
            _ => self.before.received && after.state != State::Draft,
        };
        next
    }
}

/// The levels a total needs, written out from the spec and not taken from the rules.
fn needed(total: Decimal, straight: bool) -> Vec<Level> {
    let required = match total {
        total if total < amount("1000.00") => 1,
        total if total <= amount("10000.00") => 2,
        _ => 3,
    };
    if straight {
        vec![Level(required)]
    } else {
        (1..=required).map(Level).collect()
    }
}

/// The laws this event breaks.
pub fn broken(it: &Happened<'_>) -> Vec<Law> {
    let (after, submitter) = (&it.decision.after, it.order.submitter);
    let judges = it.is(&[EventKind::Approve, EventKind::Reject]);
    let (decided, passes) = (it.decided(), it.passes());
    let unclear = it.before.vendor != Vendor::Clear;
    let laws = [
        (
            Law::EveryLevelDecided,
            after.state == State::Approved && !every_level(it),
        ),
        (
            Law::NobodyTheirOwn,
            (judges && it.actor.id == submitter) || after.current_approver == Some(submitter),
        ),
        (
            Law::OnlyOwnDecisionsPass,
            passes.iter().any(|(level, asked)| {
                !decided
                    .iter()
                    .any(|(below, by, way)| below < level && by == asked && *way == Way::Own)
            }),
        ),
        (
            Law::OverrideExplained,
            judges && it.way() == Some(Way::Override) && it.event.override_reason().is_none(),
        ),
        (Law::HistoryIsTrue, !history_is_true(it, judges)),
        (
            Law::VendorIsClear,
            unclear
                && it.is(&[
                    EventKind::Submit,
                    EventKind::Approve,
                    EventKind::StartProcessing,
                ]),
        ),
        (Law::WaitsExactlyInApproval, !waits_exactly(after)),
        (
            Law::RoundsRise,
            after.round != it.order.round + i32::from(after.state == State::Draft),
        ),
        (Law::StepsFollowTheTable, !follows_table(it)),
        (Law::FinalStaysFinal, it.order.state.is_final()),
    ];
    laws.into_iter()
        .filter(|(_, broken)| *broken)
        .map(|(law, _)| law)
        .collect()
}

fn every_level(it: &Happened<'_>) -> bool {
    let mut levels: Vec<Level> = it.decided().iter().map(|(level, ..)| *level).collect();
    levels.extend(
        it.before
            .passed
            .iter()
            .chain(&it.passes())
            .map(|(level, _)| *level),
    );
    let needed = needed(it.before.total, it.model.setting.rules.straight);
    it.order.state.in_approval() && needed.iter().all(|level| levels.contains(level))
}

fn history_is_true(it: &Happened<'_>, judges: bool) -> bool {
    let By::Person {
        id,
        way,
        on_behalf_of,
    } = it.decision.steps[0].by
    else {
        return false;
    };
    let expected = if judges { it.way() } else { Some(Way::Own) };
    let others = it.decision.steps[1..]
        .iter()
        .all(|step| step.by == By::System);
    id == it.actor.id
        && Some(way) == expected
        && on_behalf_of.is_some() == (way == Way::Delegate)
        && others
        && it
            .decision
            .steps
            .iter()
            .all(|step| step.round == it.order.round)
}

fn waits_exactly(after: &After) -> bool {
    let level = after.state.level();
    let draft_or_never = matches!(after.state, State::Draft | State::Cancelled);
    after.approval_level == level.map_or(0, |level| level.0)
        && after.current_approver.is_some() == level.is_some()
        && after.sla_due_at.is_some() == level.is_some()
        && after.rejection.is_some() == (after.state == State::Rejected)
        && (after.required_level.is_some() || draft_or_never)
        && (after.required_level.is_none() || after.state != State::Draft)
        && after.required_level.is_some() == after.rule_set.is_some()
}

fn follows_table(it: &Happened<'_>) -> bool {
    let mut at = it.order.state;
    for step in &it.decision.steps {
        let row = transition(step.from, step.event);
        if step.from != at || !row.is_some_and(|row| row.to.states(step.from).contains(&step.to)) {
            return false;
        }
        at = step.to;
    }
    at == it.decision.after.state && it.decision.steps[0].event == it.event.kind()
}

//! What an accepted event changes, as data. The engine writes it; nothing here is written twice.

use jiff::Timestamp;

use super::{EventKind, RejectionCategory, State, Way};
use crate::{
    approval_rule::{Level, Priority},
    ids::{PersonId, RuleSetId},
    money::Quantity,
};

/// Who caused a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The actor, and by which way; `on_behalf_of` when as a delegate.
    Person {
        /// Who acted.
        id: PersonId,
        /// As what.
        way: Way,
        /// Whose decision it was, when as a delegate.
        on_behalf_of: Option<PersonId>,
    },
    /// The system, in the same transaction.
    System,
    /// A timer.
    Timer,
}

/// One row for the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What happened.
    pub event: EventKind,
    /// Where the order stood.
    pub from: State,
    /// Where it stands now.
    pub to: State,
    /// Who did it.
    pub by: By,
    /// The level decided, when it was a decision.
    pub level: Option<Level>,
    /// The round it belongs to (the one that ends, for withdraw and reopen).
    pub round: i32,
    /// What they said: note or reason.
    pub note: Option<String>,
    /// Why they decided in the approver's place.
    pub override_reason: Option<String>,
    /// Only for a rejection.
    pub category: Option<RejectionCategory>,
}

/// How an open decision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Agreed.
    Approved,
    /// Refused.
    Rejected,
    /// Agreed by the system because the same person already had.
    Passed,
    /// Not asked any more: withdrawn or cancelled.
    Dropped,
}

impl Verdict {
    /// The name stored in `decisions.verdict`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verdict::Approved => "approved",
            Verdict::Rejected => "rejected",
            Verdict::Passed => "passed",
            Verdict::Dropped => "dropped",
        }
    }
}

/// What else happens, in order, in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Keep the hash of the material fields (spec beyond.md, 3).
    FreezeContent,
    /// Ask someone to decide.
    OpenDecision {
        /// At which level.
        level: Level,
        /// Whom.
        approver: PersonId,
        /// Who it is shown to and asked of: the approver, or who stands in for them now.
        assignee: PersonId,
        /// Whether the rule's fallback is asked because nobody else is eligible.
        fallback: bool,
        /// Until when. Then it escalates.
        due: Timestamp,
        /// When they are reminded. Both timers end with the decision, whatever ends it.
        remind_at: Timestamp,
    },
    /// Let somebody above the approver decide too, and tell both; or operations, where nobody is above.
    Escalate {
        /// At which level.
        level: Level,
        /// Whom.
        to: Option<PersonId>,
    },
    /// End the decision open at this level of this round.
    CloseDecision {
        /// At which level.
        level: Level,
        /// How it ended.
        verdict: Verdict,
        /// Who ended it.
        by: By,
    },
    /// Move the lines to `rejected_items` under this round.
    ArchiveLines {
        /// The round that was rejected.
        round: i32,
    },
    /// Copy the lines archived under this round back into the draft.
    RestoreLines {
        /// The round that was rejected.
        round: i32,
    },
    /// Set what has been received.
    SetReceived {
        /// `(position, received in all)`.
        received: Vec<(i32, Quantity)>,
    },
}

/// Where the order stands after the event: the columns that change with it.
///
/// `escalated_to` has no place here: every event that leaves a level clears it, and only [`Effect::Escalate`] sets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The state.
    pub state: State,
    /// The round.
    pub round: i32,
    /// 0 when nothing is waited for.
    pub approval_level: u8,
    /// Kept until the order is a draft again.
    pub required_level: Option<Level>,
    /// Kept likewise.
    pub priority: Option<Priority>,
    /// The rules it was submitted under; kept likewise.
    pub rule_set: Option<RuleSetId>,
    /// Exactly while in approval.
    pub current_approver: Option<PersonId>,
    /// Exactly while in approval.
    pub sla_due_at: Option<Timestamp>,
    /// Exactly while rejected.
    pub rejection: Option<(RejectionCategory, String)>,
}

/// An accepted event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// For the history, oldest first: the event itself, then what the system did because of it.
    pub steps: Vec<Step>,
    /// To carry out, in order.
    pub effects: Vec<Effect>,
    /// The order's columns afterwards.
    pub after: After,
}

//! The table of transitions (spec purchase-orders.md, "States"): data that the program runs on, that draws the diagram, and that tests enumerate.

use super::{EventKind, State};

/// Who may ask for a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Who raised it.
    Submitter,
    /// The current approver, whoever it escalated to, today's delegate of either, or a holder of `override_approvals`.
    Approver,
    /// The role.
    Purchasing,
    /// The program, in the same transaction as another event.
    System,
    /// A timer.
    Timer,
}

/// A condition that must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// At least one line, each complete.
    CompleteLines,
    /// A vendor is chosen.
    VendorChosen,
    /// The vendor is neither on hold nor flagged.
    VendorClear,
    /// The total is above zero.
    TotalPositive,
    /// Every level up to the required one has an eligible approver.
    EveryLevelHasApprover,
    /// The actor did not raise the order.
    NotSubmitter,
    /// This level's approver already decided a lower level of this round as themselves.
    SameApproverDecidedBelow,
    /// Reason and category are given.
    ReasonAndCategory,
    /// The deadline of this level and round passed, and it has not escalated yet.
    DeadlinePassedOnce,
    /// 0 <= received <= ordered, per line.
    ReceivedWithinOrdered,
    /// Every line received in full, or a note says why not.
    ReceivedInFullOrNote,
    /// A note says why.
    NoteGiven,
}

/// Where a transition leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// To this state.
    To(State),
    /// To the state of the first level the rule asks.
    FirstLevel,
    /// To the next level's state, or approved when this is the required level.
    NextLevelOrApproved,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transition {
    /// Where the order stands.
    pub from: State,
    /// What is asked.
    pub event: EventKind,
    /// Where it leads.
    pub to: Target,
    /// Any one of them.
    pub who: &'static [Who],
    /// All of them, in the order they are checked.
    pub guards: &'static [Guard],
}

//! The table of transitions (spec purchase-orders.md, "States"): data that the program runs on, that draws the diagram, and that tests enumerate.

use super::{EventKind, State};
use crate::approval_rule::Level;

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
    /// The total can be compared with the rules' amounts.
    RateKnown,
    /// Every level up to the required one has an eligible approver.
    EveryLevelHasApprover,
    /// The actor did not raise the order.
    NotSubmitter,
    /// Above the organisation's amount: the actor has just proved their second factor.
    SecondFactor,
    /// The level asked next has an eligible approver.
    NextLevelHasApprover,
    /// Who decides in the approver's place says why.
    OverrideReasonGiven,
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

impl Who {
    /// In words, for the table of the workflow.
    pub const fn label(self) -> &'static str {
        match self {
            Who::Submitter => "Its submitter",
            Who::Approver => {
                "The current approver, whoever it escalated to, today's delegate, or override"
            }
            Who::Purchasing => "Purchasing",
            Who::System => "The system, in the same transaction",
            Who::Timer => "A timer, once per level and round",
        }
    }
}

impl Guard {
    /// In words, for the table of the workflow.
    pub const fn label(self) -> &'static str {
        match self {
            Guard::CompleteLines => "At least one line, and every line complete",
            Guard::VendorChosen => "A vendor is chosen",
            Guard::VendorClear => "The vendor is neither on hold nor flagged",
            Guard::TotalPositive => "The total is above zero",
            Guard::RateKnown => {
                "Its currency has rules of its own, or a rate of the last seven days"
            }
            Guard::EveryLevelHasApprover => {
                "Every level up to the required one has an eligible approver"
            }
            Guard::NotSubmitter => "Not who submitted it",
            Guard::SecondFactor => {
                "Above the amount that takes one: their second factor, just proved"
            }
            Guard::NextLevelHasApprover => "The level asked next has an eligible approver",
            Guard::OverrideReasonGiven => "By override: a reason is given",
            Guard::SameApproverDecidedBelow => {
                "This level's approver already decided a lower level of this round as themselves"
            }
            Guard::ReasonAndCategory => "Reason and category are given",
            Guard::DeadlinePassedOnce => {
                "The deadline has passed, and it has not escalated at this level yet"
            }
            Guard::ReceivedWithinOrdered => {
                "Received is between zero and what was ordered, on every line"
            }
            Guard::ReceivedInFullOrNote => "Every line is received in full, or a note says why not",
            Guard::NoteGiven => "A note says why",
        }
    }
}

impl Target {
    /// In words, for the table of the workflow.
    pub const fn label(self) -> &'static str {
        match self {
            Target::To(state) => state.label(),
            Target::FirstLevel => "The first level asked",
            Target::NextLevelOrApproved => "The next level asked, or Approved after the last",
        }
    }

    /// Every state it can lead to from `from`: the arrows of the diagram.
    pub fn states(self, from: State) -> Vec<State> {
        match self {
            Target::To(state) => vec![state],
            Target::FirstLevel => State::ALL
                .iter()
                .copied()
                .filter(|state| state.in_approval())
                .collect(),
            Target::NextLevelOrApproved => {
                let next = from
                    .level()
                    .and_then(|level| State::of_level(Level(level.0 + 1)));
                next.into_iter().chain([State::Approved]).collect()
            }
        }
    }
}

/// From | event | to | who | guards, as in the spec.
macro_rules! transitions {
    ($($from:ident | $event:ident | $to:ident $(($state:ident))? | $($who:ident),* | $($guard:ident),*;)+) => {
        /// Every transition there is: one row per state and event (spec purchase-orders.md, "States"; "in approval"
        /// written out).
        pub const TRANSITIONS: &[Transition] = &[
            $(Transition {
                from: State::$from,
                event: EventKind::$event,
                to: Target::$to $((State::$state))?,
                who: &[$(Who::$who),*],
                guards: &[$(Guard::$guard),*],
            }),+
        ];
    };
}

transitions! {
    Draft | Submit | FirstLevel | Submitter
        | CompleteLines, VendorChosen, VendorClear, TotalPositive, RateKnown, EveryLevelHasApprover;
    Draft | Cancel | To(Cancelled) | Submitter | ;

    PendingApproval | Approve | NextLevelOrApproved | Approver
        | NotSubmitter, VendorClear, SecondFactor, NextLevelHasApprover, OverrideReasonGiven;
    PendingApproval | Pass | NextLevelOrApproved | System | SameApproverDecidedBelow;
    PendingApproval | Reject | To(Rejected) | Approver | NotSubmitter, ReasonAndCategory, OverrideReasonGiven;
    PendingApproval | Withdraw | To(Draft) | Submitter | ;
    PendingApproval | Escalate | To(PendingApproval) | Timer | DeadlinePassedOnce;
    PendingApproval | Cancel | To(Cancelled) | Submitter | ;

    RequiresFinanceReview | Approve | NextLevelOrApproved | Approver
        | NotSubmitter, VendorClear, SecondFactor, NextLevelHasApprover, OverrideReasonGiven;
    RequiresFinanceReview | Pass | NextLevelOrApproved | System | SameApproverDecidedBelow;
    RequiresFinanceReview | Reject | To(Rejected) | Approver | NotSubmitter, ReasonAndCategory, OverrideReasonGiven;
    RequiresFinanceReview | Withdraw | To(Draft) | Submitter | ;
    RequiresFinanceReview | Escalate | To(RequiresFinanceReview) | Timer | DeadlinePassedOnce;
    RequiresFinanceReview | Cancel | To(Cancelled) | Submitter | ;

    RequiresExecutiveReview | Approve | NextLevelOrApproved | Approver
        | NotSubmitter, VendorClear, SecondFactor, NextLevelHasApprover, OverrideReasonGiven;
    RequiresExecutiveReview | Pass | NextLevelOrApproved | System | SameApproverDecidedBelow;
    RequiresExecutiveReview | Reject | To(Rejected) | Approver | NotSubmitter, ReasonAndCategory, OverrideReasonGiven;
    RequiresExecutiveReview | Withdraw | To(Draft) | Submitter | ;
    RequiresExecutiveReview | Escalate | To(RequiresExecutiveReview) | Timer | DeadlinePassedOnce;
    RequiresExecutiveReview | Cancel | To(Cancelled) | Submitter | ;

    Rejected | Reopen | To(Draft) | Submitter | ;

    Approved | Reopen | To(Draft) | Submitter, Purchasing | ;
    Approved | StartProcessing | To(Processing) | Purchasing | VendorClear;
    Approved | Cancel | To(Cancelled) | Purchasing | NoteGiven;

    Processing | Receive | To(Processing) | Purchasing | ReceivedWithinOrdered;
    Processing | Complete | To(Completed) | Purchasing | ReceivedInFullOrNote;
}

/// The row of a state and an event; `None`: it cannot happen there.
pub fn transition(from: State, event: EventKind) -> Option<&'static Transition> {
    TRANSITIONS
        .iter()
        .find(|row| row.from == from && row.event == event)
}

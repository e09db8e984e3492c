//! What someone, or the system, can ask of a purchase order.

use serde::{Deserialize, Serialize};

use crate::money::Quantity;

macro_rules! events {
    ($($variant:ident $name:literal $label:literal $past:literal),+ $(,)?) => {
        /// The kinds of events: the column "event" of the table of transitions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum EventKind {
            $(
                #[doc = $label]
                $variant,
            )+
        }

        impl EventKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[EventKind] = &[$(EventKind::$variant),+];

            /// The name stored in `transitions.event`.
            pub const fn as_str(self) -> &'static str {
                match self { $(EventKind::$variant => $name),+ }
            }

            /// The button's words.
            pub const fn label(self) -> &'static str {
                match self { $(EventKind::$variant => $label),+ }
            }

            /// What the history says happened.
            pub const fn past(self) -> &'static str {
                match self { $(EventKind::$variant => $past),+ }
            }

            /// The kind of a stored name.
            pub fn parse(name: &str) -> Option<EventKind> {
                match name { $($name => Some(EventKind::$variant),)+ _ => None }
            }
        }
    };
}

events! {
    Submit "submit" "Submit for approval" "Submitted for approval",
    Approve "approve" "Approve" "Approved",
    Pass "pass" "Pass" "Passed",
    Reject "reject" "Reject" "Rejected",
    Withdraw "withdraw" "Withdraw" "Withdrawn",
    Escalate "escalate" "Escalate" "Escalated",
    Reopen "reopen" "Reopen" "Reopened",
    StartProcessing "start_processing" "Start processing" "Processing started",
    Receive "receive" "Receive" "Received",
    Complete "complete" "Complete" "Completed",
    Cancel "cancel" "Cancel" "Cancelled",
}

/// Why an order was rejected (spec purchase-orders.md, "What each transition does").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectionCategory {
    /// Too dear.
    Price,
    /// No money for it.
    Budget,
    /// Already ordered.
    Duplicate,
    /// Not from this vendor.
    Vendor,
    /// Something is missing.
    Incomplete,
    /// Against a policy.
    Policy,
    /// Anything else.
    Other,
}

impl RejectionCategory {
    /// Every category, as offered.
    pub const ALL: &[RejectionCategory] = &[
        RejectionCategory::Price,
        RejectionCategory::Budget,
        RejectionCategory::Duplicate,
        RejectionCategory::Vendor,
        RejectionCategory::Incomplete,
        RejectionCategory::Policy,
        RejectionCategory::Other,
    ];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            RejectionCategory::Price => "price",
            RejectionCategory::Budget => "budget",
            RejectionCategory::Duplicate => "duplicate",
            RejectionCategory::Vendor => "vendor",
            RejectionCategory::Incomplete => "incomplete",
            RejectionCategory::Policy => "policy",
            RejectionCategory::Other => "other",
        }
    }

    /// The text people read.
    pub const fn label(self) -> &'static str {
        match self {
            RejectionCategory::Price => "Price",
            RejectionCategory::Budget => "Budget",
            RejectionCategory::Duplicate => "Duplicate",
            RejectionCategory::Vendor => "Vendor",
            RejectionCategory::Incomplete => "Incomplete",
            RejectionCategory::Policy => "Policy",
            RejectionCategory::Other => "Other",
        }
    }

    /// The category of a stored name.
    pub fn parse(name: &str) -> Option<RejectionCategory> {
        Self::ALL.iter().copied().find(|c| c.as_str() == name)
    }
}

/// What someone asks of an order. Texts are trimmed; an empty one is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Ask for approval.
    Submit,
    /// Agree at the level now waited for.
    Approve {
        /// Shown in the history.
        note: Option<String>,
        /// Given by someone who decides in the approver's place.
        override_reason: Option<String>,
    },
    /// Refuse at the level now waited for.
    Reject {
        /// Required: the guard says so when missing.
        category: Option<RejectionCategory>,
        /// Required likewise.
        reason: Option<String>,
        /// Given by someone who decides in the approver's place.
        override_reason: Option<String>,
    },
    /// Take back what was submitted.
    Withdraw {
        /// Shown in the history.
        note: Option<String>,
    },
    /// Bring a rejected or approved order back for change.
    Reopen {
        /// Shown in the history.
        note: Option<String>,
    },
    /// Place the order with the vendor.
    StartProcessing {
        /// Shown in the history.
        note: Option<String>,
    },
    /// Goods arrived: the quantity received so far of each line, by position from 1.
    Receive {
        /// `(position, received in all)`.
        received: Vec<(i32, Quantity)>,
        /// Shown in the history.
        note: Option<String>,
    },
    /// The order is done.
    Complete {
        /// Required where a line was not received in full.
        note: Option<String>,
    },
    /// Give it up.
    Cancel {
        /// Required after approval.
        note: Option<String>,
    },
}

impl Event {
    /// The row of the table this event belongs to.
    pub const fn kind(&self) -> EventKind {
        match self {
            Event::Submit => EventKind::Submit,
            Event::Approve { .. } => EventKind::Approve,
            Event::Reject { .. } => EventKind::Reject,
            Event::Withdraw { .. } => EventKind::Withdraw,
            Event::Reopen { .. } => EventKind::Reopen,
            Event::StartProcessing { .. } => EventKind::StartProcessing,
            Event::Receive { .. } => EventKind::Receive,
            Event::Complete { .. } => EventKind::Complete,
            Event::Cancel { .. } => EventKind::Cancel,
        }
    }

    /// What they said, if anything but white space: note, or reason of a rejection.
    pub fn note(&self) -> Option<&str> {
        let said = match self {
            Event::Submit => &None,
            Event::Reject { reason, .. } => reason,
            Event::Approve { note, .. }
            | Event::Withdraw { note }
            | Event::Reopen { note }
            | Event::StartProcessing { note }
            | Event::Receive { note, .. }
            | Event::Complete { note }
            | Event::Cancel { note } => note,
        };
        filled(said.as_deref())
    }

    /// Why they decide in the approver's place, if anything but white space.
    pub fn override_reason(&self) -> Option<&str> {
        match self {
            Event::Approve {
                override_reason, ..
            }
            | Event::Reject {
                override_reason, ..
            } => filled(override_reason.as_deref()),
            Event::Submit
            | Event::Withdraw { .. }
            | Event::Reopen { .. }
            | Event::StartProcessing { .. }
            | Event::Receive { .. }
            | Event::Complete { .. }
            | Event::Cancel { .. } => None,
        }
    }
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

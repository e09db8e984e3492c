//! Where a purchase order can stand.

use serde::{Deserialize, Serialize};

use crate::approval_rule::Level;

macro_rules! states {
    ($($variant:ident $name:literal $label:literal),+ $(,)?) => {
        /// Where a purchase order stands (spec purchase-orders.md, "States").
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum State {
            $(
                #[doc = $label]
                $variant,
            )+
        }

        impl State {
            /// Every state, in the order of the process.
            pub const ALL: &[State] = &[$(State::$variant),+];

            /// The name stored in `purchase_orders.status`.
            pub const fn as_str(self) -> &'static str {
                match self { $(State::$variant => $name),+ }
            }

            /// The text people read.
            pub const fn label(self) -> &'static str {
                match self { $(State::$variant => $label),+ }
            }

            /// The state of a stored name.
            pub fn parse(name: &str) -> Option<State> {
                match name { $($name => Some(State::$variant),)+ _ => None }
            }
        }
    };
}

states! {
    Draft "draft" "Draft",
    PendingApproval "pending_approval" "Pending approval",
    RequiresFinanceReview "requires_finance_review" "Requires finance review",
    RequiresExecutiveReview "requires_executive_review" "Requires executive review",
    Approved "approved" "Approved",
    Rejected "rejected" "Rejected",
    Processing "processing" "Processing",
    Completed "completed" "Completed",
    Cancelled "cancelled" "Cancelled",
}

impl State {
    /// The level decided in this state; `None` outside approval.
    pub const fn level(self) -> Option<Level> {
        match self {
            State::PendingApproval => Some(Level(1)),
            State::RequiresFinanceReview => Some(Level(2)),
            State::RequiresExecutiveReview => Some(Level(3)),
            State::Draft
            | State::Approved
            | State::Rejected
            | State::Processing
            | State::Completed
            | State::Cancelled => None,
        }
    }

    /// The state in which a level is decided; `None` beyond the three levels purchase orders have.
    pub const fn of_level(level: Level) -> Option<State> {
        match level.0 {
            1 => Some(State::PendingApproval),
            2 => Some(State::RequiresFinanceReview),
            3 => Some(State::RequiresExecutiveReview),
            _ => None,
        }
    }

    /// Whether a decision is waited for.
    pub const fn in_approval(self) -> bool {
        self.level().is_some()
    }

    /// Whether nothing can happen any more.
    pub const fn is_final(self) -> bool {
        matches!(self, State::Completed | State::Cancelled)
    }
}

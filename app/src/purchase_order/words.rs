//! How purchase orders are said on screen.

use domain::{ids::PurchaseOrderId, purchase_order::State};

use crate::ui::Tone;

/// The number people read: `PO-1042`.
pub fn number(id: PurchaseOrderId) -> String {
    format!("PO-{id}")
}

/// What a state means for people.
pub const fn tone(state: State) -> Tone {
    match state {
        State::Draft | State::Cancelled => Tone::Neutral,
        State::PendingApproval | State::RequiresFinanceReview | State::RequiresExecutiveReview => {
            Tone::Waiting
        }
        State::Processing => Tone::Active,
        State::Approved | State::Completed => Tone::Good,
        State::Rejected => Tone::Bad,
    }
}

//! The second factor of signing in, as far as rules ask about it: a one-time code besides the password, which the organisation may
//! require for an office, and for approving above an amount.

use rust_decimal::Decimal;

use crate::{money::Currency, purchase_order::Order};

/// How somebody stands to their second factor now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// They have none.
    #[default]
    None,
    /// They have one.
    SetUp,
    /// They have one, and have just proved it: it counts for an approval above the amount.
    Confirmed,
}

/// Somebody's second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whether an office of theirs requires one.
    pub required: bool,
    /// How far it is there.
    pub standing: Standing,
}

impl SecondFactor {
    /// Whether they have to set one up before they do anything else.
    pub fn is_missing(self) -> bool {
        self.required && self.standing == Standing::None
    }
}

/// The amount above which approving takes a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Above {
    /// Up to and with this amount nothing is asked.
    pub amount: Decimal,
    /// The organisation's.
    pub currency: Currency,
}

impl Above {
    /// Whether approving `order` takes one. An order whose worth in the organisation's currency is not known always does.
    pub fn asks(self, order: &Order) -> bool {
        order.worth().is_none_or(|worth| worth > self.amount)
    }
}

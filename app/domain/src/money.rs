//! Money: exact decimals, never floating point (spec README, "Forms").

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A currency with two decimals, by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Currency([u8; 3]);

/// A quantity: zero or more, 3 decimals, at most 9,999,999,999.999 (`numeric(13,3)`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(Decimal);

/// A price of one unit: zero or more, 4 decimals, at most 9,999,999,999.9999 (`numeric(14,4)`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitPrice(Decimal);

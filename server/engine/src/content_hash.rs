//! What a decision is bound to: SHA-256 over the material fields as RFC 8785 JSON (spec beyond.md, 3).

use domain::purchase_order::{Line, Order};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// What a decision is about: an order's material fields. Every number is a string, so that `serde_json`'s sorted, compact form is the
/// one RFC 8785 prescribes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Material {
    pub vendor: Option<String>,
    pub department: Option<String>,
    pub currency: String,
    pub ship_to: String,
    pub needed_by: Option<String>,
    pub lines: Vec<MaterialLine>,
    pub total: String,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MaterialLine {
    pub position: String,
    pub description: String,
    pub quantity: Option<String>,
    pub unit: String,
    pub unit_price: Option<String>,
    pub cost_centre: String,
}

impl Material {
    /// Of an order as it stands.
    pub(crate) fn of(order: &Order) -> Self {
        let line = |line: &Line| MaterialLine {
            position: line.position.to_string(),
            description: line.description.clone(),
            quantity: line.quantity.map(|q| q.to_string()),
            unit: line.unit.clone(),
            unit_price: line.unit_price.map(|p| p.to_string()),
            cost_centre: line.cost_centre.clone(),
        };
        Material {
            vendor: order.vendor.as_ref().map(|v| v.id.to_string()),
            department: order.department.map(|d| d.to_string()),
            currency: order.currency.as_str().to_owned(),
            ship_to: order.ship_to.clone(),
            needed_by: order.needed_by.map(|d| d.to_string()),
            lines: order.lines.iter().map(line).collect(),
            total: order.total.to_string(),
        }
    }

    /// As the database keeps it.
    pub(crate) fn kept(&self) -> Result<Value> {
        serde_json::to_value(self).map_err(Error::internal)
    }
}

/// The hash of an order's material fields: vendor, department, currency, ship-to, needed by, lines, total.
pub(crate) fn purchase_order(order: &Order) -> Result<[u8; 32]> {
    Ok(Sha256::digest(Material::of(order).kept()?.to_string()).into())
}

//! What a decision is bound to: SHA-256 over the material fields as RFC 8785 JSON (spec beyond.md, 3).

use domain::purchase_order::Order;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The hash of an order's material fields: vendor, department, currency, ship-to, needed by, lines, total.
///
/// Every number is a string, so that `serde_json`'s sorted, compact form is the one RFC 8785 prescribes.
pub fn purchase_order(order: &Order) -> [u8; 32] {
    let lines: Vec<Value> = order
        .lines
        .iter()
        .map(|line| {
            json!({
                "position": line.position.to_string(),
                "description": line.description,
                "quantity": line.quantity.map(|q| q.to_string()),
                "unit": line.unit,
                "unit_price": line.unit_price.map(|p| p.to_string()),
                "cost_centre": line.cost_centre,
            })
        })
        .collect();
    let material = json!({
        "vendor": order.vendor.as_ref().map(|v| v.id.to_string()),
        "department": order.department.map(|d| d.to_string()),
        "currency": order.currency.as_str(),
        "ship_to": order.ship_to,
        "needed_by": order.needed_by.map(|d| d.to_string()),
        "lines": lines,
        "total": order.total.to_string(),
    });
    Sha256::digest(material.to_string()).into()
}

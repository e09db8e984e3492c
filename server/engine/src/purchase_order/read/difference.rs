//! What of an order is not as it was last shown to approvers: a decision is bound to what is shown (spec beyond.md, 3).

use domain::{
    money::{Quantity, UnitPrice},
    purchase_order::{Line, LineChange, Order, changed_lines},
};
use rust_decimal::Decimal;
use serde::Deserialize as _;
use sqlx::PgConnection;

use crate::{
    Error, Result,
    content_hash::{Material, MaterialLine},
};

/// What changed since an order came back to its submitter. Empty where nothing material did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Name of a field, what it was, what it is; `None` where it was or is empty.
    pub fields: Vec<(&'static str, Option<String>, Option<String>)>,
    /// Lines.
    pub lines: Vec<LineChange>,
    /// What the total was, where it is another: in the currency of then.
    pub total: Option<Decimal>,
}

/// The difference to what was last shown; `None` where nobody decides on it now or it was never shown before.
pub(super) async fn difference(
    db: &mut PgConnection,
    order: &Order,
    department: Option<&str>,
) -> Result<Option<Difference>> {
    if order.round == 1 || !order.state.in_approval() {
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"SELECT o.last_shown, v.name AS "vendor?", d.name AS "department?" FROM purchase_orders o
           LEFT JOIN vendors v ON v.id = (o.last_shown->>'vendor')::bigint
           LEFT JOIN departments d ON d.id = (o.last_shown->>'department')::bigint WHERE o.id = $1"#,
        order.id.0,
    )
    .fetch_one(db)
    .await?;
    let Some(kept) = row.last_shown else {
        return Ok(None);
    };
    let before = Material::deserialize(&kept).map_err(Error::internal)?;
    let now = Material::of(order);
    let vendor = order.vendor.as_ref().map(|vendor| vendor.name.clone());
    let named = [
        ("Vendor", before.vendor == now.vendor, row.vendor, vendor),
        (
            "Department",
            before.department == now.department,
            row.department,
            department.map(str::to_owned),
        ),
    ];
    let plain = [
        ("Currency", Some(before.currency), Some(now.currency)),
        ("Needed by", before.needed_by, now.needed_by),
        ("Ship to", some(before.ship_to), some(now.ship_to)),
    ];
    let named = named.into_iter().filter(|(_, same, ..)| !same);
    let plain = plain.into_iter().filter(|(_, before, now)| before != now);
    let lines: Vec<Line> = before.lines.into_iter().map(line).collect();
    let total: Decimal = before.total.parse().map_err(Error::internal)?;
    Ok(Some(Difference {
        fields: named
            .map(|(name, _, before, now)| (name, before, now))
            .chain(plain)
            .collect(),
        lines: changed_lines(&lines, &order.lines),
        total: (total != order.total).then_some(total),
    }))
}

fn some(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn line(kept: MaterialLine) -> Line {
    Line {
        position: kept.position.parse().unwrap_or_default(),
        description: kept.description,
        quantity: kept.quantity.and_then(|q| Quantity::parse(&q).ok()),
        unit: kept.unit,
        unit_price: kept.unit_price.and_then(|p| UnitPrice::parse(&p).ok()),
        cost_centre: kept.cost_centre,
        received: Quantity::ZERO,
    }
}

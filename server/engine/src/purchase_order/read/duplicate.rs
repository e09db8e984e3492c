//! Orders that look like the same purchase again (spec purchase-orders.md, "The form"). Pointed out, never refused.

use domain::{actor::Actor, ids::PurchaseOrderId, purchase_order::Order};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{Result, purchase_order::service};

/// Days between two submissions that are still alike.
const DAYS: i64 = 30;
/// How many are pointed out.
const SHOWN: i64 = 3;

/// Another order with the same vendor and total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Its number.
    pub id: PurchaseOrderId,
    /// Who raised it.
    pub submitter: String,
    /// When it was submitted.
    pub at: Timestamp,
    /// Whether the reader may see it.
    pub seen: bool,
}

/// Orders with the vendor and total of this one, submitted within 30 days of `at`, newest first. Drafts and what was rejected or
/// cancelled do not count.
pub(super) async fn duplicates(
    db: &mut PgConnection,
    order: &Order,
    reader: &Actor,
    at: Timestamp,
) -> Result<Vec<Duplicate>> {
    let Some(vendor) = order
        .vendor
        .as_ref()
        .filter(|_| order.total > Decimal::ZERO)
    else {
        return Ok(Vec::new());
    };
    let apart = SignedDuration::from_hours(24 * DAYS);
    let rows = sqlx::query!(
        r#"SELECT o.id, p.name AS submitter, o.submitted_at AS "submitted_at!"
           FROM purchase_orders o JOIN people p ON p.id = o.submitter_id
           WHERE o.vendor_id = $1 AND o.total = $2 AND o.currency = $3 AND o.id <> $4
               AND o.submitted_at BETWEEN $5 AND $6 AND o.status NOT IN ('draft', 'cancelled', 'rejected')
           ORDER BY o.submitted_at DESC LIMIT $7"#,
        vendor.id.0,
        order.total,
        order.currency.as_str(),
        order.id.0,
        (at - apart).to_sqlx(),
        (at + apart).to_sqlx(),
        SHOWN,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut found = Vec::new();
    for row in rows {
        let id = PurchaseOrderId(row.id);
        let seen = service::seen_by(&mut *db, id, std::slice::from_ref(reader)).await?;
        found.push(Duplicate {
            id,
            submitter: row.submitter,
            at: row.submitted_at.to_jiff(),
            seen: seen == [true],
        });
    }
    Ok(found)
}

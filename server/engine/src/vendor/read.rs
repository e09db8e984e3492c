//! Reading vendors: to choose from, one on its page with its orders, many in the list.

use domain::{
    actor::Actor,
    ids::{PurchaseOrderId, VendorId},
    money::Currency,
    purchase_order::{State, sees_all},
    role::Role,
    vendor::Standing,
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{
    Engine, Error, Result,
    list::{Filter, Kind, Listed, Sort, Spec, Test, Words},
};

/// Orders a vendor's page shows.
const ORDERS: i64 = 50;

/// A vendor to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// `vendors.id`.
    pub id: VendorId,
    /// The name people read.
    pub name: String,
    /// Why nothing can be ordered from it now.
    pub blocked: Option<String>,
}

/// Every vendor by name.
pub async fn choices(engine: &Engine) -> Result<Vec<Choice>> {
    let rows =
        sqlx::query!("SELECT id, name, hold_reason, flag_reason FROM vendors ORDER BY lower(name)")
            .fetch_all(engine.pool())
            .await?;
    Ok(rows
        .into_iter()
        .map(|row| Choice {
            id: VendorId(row.id),
            blocked: row
                .hold_reason
                .map(|reason| format!("on hold: {reason}"))
                .or(row
                    .flag_reason
                    .map(|reason| format!("under review: {reason}"))),
            name: row.name,
        })
        .collect())
}

/// What somebody has against a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// A vendor as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vendor {
    /// `vendors.id`.
    pub id: VendorId,
    /// The name people read.
    pub name: String,
    /// Where orders are sent.
    pub email: Option<String>,
    /// Any number of lines.
    pub address: String,
    /// No new business.
    pub hold: Option<Mark>,
    /// Under review.
    pub flag: Option<Mark>,
    /// For the forms on its page.
    pub version: i32,
}

impl Vendor {
    /// What is against it.
    pub const fn standing(&self) -> Standing {
        Standing {
            on_hold: self.hold.is_some(),
            flagged: self.flag.is_some(),
        }
    }
}

/// One vendor.
pub async fn get(engine: &Engine, id: VendorId) -> Result<Option<Vendor>> {
    let row = sqlx::query!(
        r#"SELECT v.name, v.email, v.address, v.hold_reason, v.held_at, h.name AS "held_by?", v.flag_reason, v.flagged_at,
               f.name AS "flagged_by?", v.version
           FROM vendors v LEFT JOIN people h ON h.id = v.held_by LEFT JOIN people f ON f.id = v.flagged_by WHERE v.id = $1"#,
        id.0,
    )
    .fetch_optional(engine.pool())
    .await?;
    let mark = |reason: Option<String>, by, at: Option<jiff_sqlx::Timestamp>| {
        let (reason, at) = reason.zip(at)?;
        Some(Mark {
            reason,
            by,
            at: at.to_jiff(),
        })
    };
    Ok(row.map(|row| Vendor {
        id,
        name: row.name,
        email: row.email,
        address: row.address,
        hold: mark(row.hold_reason, row.held_by, row.held_at),
        flag: mark(row.flag_reason, row.flagged_by, row.flagged_at),
        version: row.version,
    }))
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// `vendors.id`.
    pub id: VendorId,
    /// The name people read.
    pub name: String,
    /// Where orders are sent.
    pub email: Option<String>,
    /// What is against it.
    pub standing: Standing,
}

/// What the list of vendors can be asked.
pub static VENDORS: Spec = Spec {
    path: super::LIST,
    table: "vendors v",
    key: "v.id",
    sorts: &[
        Sort::by("name", "Name", "lower(v.name)", Kind::Text),
        Sort::by("email", "Email", "lower(v.email)", Kind::Text).nullable(),
    ],
    filters: &[Filter::new(
        "standing",
        "Standing",
        Test::Is("v.standing", Kind::OneOf(&["active", "on_hold", "flagged"])),
    )],
    words: Some(Words::of("vendors")),
};

impl Listed for ListRow {
    fn spec() -> &'static Spec {
        &VENDORS
    }

    async fn rows(db: &mut PgConnection, keys: &[i64]) -> Result<Vec<Self>> {
        let rows = sqlx::query!(
            r#"SELECT v.id, v.name, v.email, v.hold_reason IS NOT NULL AS "on_hold!", v.flag_reason IS NOT NULL AS "flagged!"
               FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place) JOIN vendors v ON v.id = asked.id
               ORDER BY asked.place"#,
            keys,
        )
        .fetch_all(db)
        .await?;
        let rows = rows.into_iter().map(|row| ListRow {
            id: VendorId(row.id),
            name: row.name,
            email: row.email,
            standing: Standing {
                on_hold: row.on_hold,
                flagged: row.flagged,
            },
        });
        Ok(rows.collect())
    }
}

/// An order of a vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRow {
    /// The number.
    pub id: PurchaseOrderId,
    /// The first line of its justification; may be empty.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// Who raised it.
    pub submitter: String,
    /// The sum.
    pub total: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Since when it stands there.
    pub status_changed_at: Timestamp,
}

/// The vendor's newest orders that the actor's office shows them: all, or for purchasing those from *approved* on.
pub async fn orders(engine: &Engine, actor: &Actor, id: VendorId) -> Result<Vec<OrderRow>> {
    let all = sees_all(actor);
    if !all && !actor.has(Role::Purchasing) {
        return Ok(Vec::new());
    }
    let mut db = engine.one_asked_moment().await?;
    let rows = sqlx::query!(
        "SELECT o.id, left(split_part(o.justification, E'\\n', 1), 80) AS \"title!\", o.status, s.name AS submitter, o.total, o.currency,
             o.status_changed_at
         FROM (SELECT id FROM purchase_orders WHERE vendor_id = $1
                 AND ($2 OR status IN ('approved', 'processing', 'completed') OR (status = 'cancelled' AND approved_at IS NOT NULL))
             ORDER BY id DESC LIMIT $3) newest
             JOIN purchase_orders o ON o.id = newest.id JOIN people s ON s.id = o.submitter_id
         ORDER BY o.id DESC",
        id.0,
        all,
        ORDERS,
    )
    .fetch_all(&mut *db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let bad =
                |column: &str| Error::internal(format!("purchase_orders {}: {column}", row.id));
            Ok(OrderRow {
                id: PurchaseOrderId(row.id),
                title: row.title,
                state: State::parse(&row.status).ok_or_else(|| bad("status"))?,
                submitter: row.submitter,
                total: row.total,
                currency: Currency::parse(&row.currency).ok_or_else(|| bad("currency"))?,
                status_changed_at: row.status_changed_at.to_jiff(),
            })
        })
        .collect()
}

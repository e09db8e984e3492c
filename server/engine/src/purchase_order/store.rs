//! Statements that read and lock one order with all that its rules ask about.

use domain::{
    approval_rule::{Level, Priority},
    ids::{DepartmentId, PersonId, PurchaseOrderId, RuleSetId, VendorId},
    money::{Currency, Quantity, UnitPrice},
    purchase_order::{
        Approval, Line, Order, RejectionCategory, State, VendorStanding, Waiting, Way,
    },
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{Error, Result, cost_centre, exchange_rate::exchange, transition_log::Entry};

use super::KIND;

/// An order and the columns its rules do not ask about.
pub(crate) struct Stored {
    pub order: Order,
    pub version: i32,
    pub content_hash: Option<Vec<u8>>,
    pub rejection: Option<(RejectionCategory, String)>,
    pub created_at: Timestamp,
    pub submitted_at: Option<Timestamp>,
    pub status_changed_at: Timestamp,
    /// What this transaction did to it that its history does not say yet: written with what is done next.
    pub unsaid: Option<Entry>,
}

/// Locks an order against every other change, and its vendor against a change of standing, until the transaction ends.
///
/// Two statements: one would look for the vendor among those that were there before it waited for the order.
pub(crate) async fn lock(db: &mut PgConnection, id: PurchaseOrderId) -> Result<()> {
    let vendor = sqlx::query_scalar!(
        "SELECT vendor_id FROM purchase_orders WHERE id = $1 FOR UPDATE",
        id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .flatten();
    lock_vendor(db, vendor.map(VendorId)).await
}

/// Locks a vendor against a change of standing until the transaction ends.
pub(super) async fn lock_vendor(db: &mut PgConnection, vendor: Option<VendorId>) -> Result<()> {
    if let Some(vendor) = vendor {
        sqlx::query_scalar!("SELECT id FROM vendors WHERE id = $1 FOR SHARE", vendor.0)
            .fetch_optional(db)
            .await?;
    }
    Ok(())
}

/// Reads an order; `None` when there is none of that number.
#[expect(
    clippy::too_many_lines,
    reason = "one statement, and a line for each of its columns"
)]
pub(crate) async fn read(db: &mut PgConnection, id: PurchaseOrderId) -> Result<Option<Stored>> {
    let row = sqlx::query!(
        r#"SELECT o.id, o.status, o.round, o.submitter_id, o.department_id, o.vendor_id, o.currency, o.needed_by, o.justification,
               o.ship_to, o.total, o.required_level, o.approval_level, o.priority, o.rule_set_id, o.current_approver, o.escalated_to,
               o.sla_due_at, o.content_hash, o.rejection_category, o.rejection_reason, o.approved_at, o.created_at, o.submitted_at,
               o.status_changed_at, o.version, o.exchange_rate, o.exchange_day,
               (SELECT currency FROM organisation WHERE id = 1) AS "own!", v.name AS "vendor_name?", v.hold_reason, v.flag_reason,
               array(SELECT d.level || ' ' || d.decided_by || ' ' || d.way FROM decisions d WHERE d.subject_kind = $2
                   AND d.subject_id = o.id AND d.round = o.round AND d.verdict = 'approved' AND d.decided_by IS NOT NULL
                   ORDER BY d.level) AS "approvals!",
               EXISTS (SELECT FROM decisions d WHERE d.subject_kind = $2 AND d.subject_id = o.id AND d.round = o.round
                   AND d.level = o.approval_level AND d.timer = 'overdue') AS "escalated!",
               array(SELECT ROW(l.position, l.description, l.quantity, l.unit, l.unit_price, l.cost_centre, l.received_quantity)
                   FROM purchase_order_lines l WHERE l.purchase_order_id = o.id ORDER BY l.position) AS "lines!: Vec<LineRow>"
           FROM purchase_orders o LEFT JOIN vendors v ON v.id = o.vendor_id WHERE o.id = $1"#,
        id.0,
        KIND,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let bad = |column: &str| Error::internal(format!("purchase_orders {id}: {column}"));
    let level = |value: i16, column: &str| u8::try_from(value).map(Level).map_err(|_| bad(column));
    let asked = row.current_approver.zip(row.sla_due_at);
    let now = level(row.approval_level, "approval_level")?;
    let required = row.required_level.map(|l| level(l, "required_level"));
    let state = State::parse(&row.status).ok_or_else(|| bad("status"))?;
    let lines = lines(id, row.lines)?;
    let order = Order {
        id,
        state,
        round: row.round,
        submitter: PersonId(row.submitter_id),
        department: row.department_id.map(DepartmentId),
        vendor: standing(
            row.vendor_id.zip(row.vendor_name),
            row.hold_reason,
            row.flag_reason,
        ),
        currency: Currency::parse(&row.currency).ok_or_else(|| bad("currency"))?,
        exchange: exchange(row.currency == row.own, row.exchange_rate, row.exchange_day),
        needed_by: row.needed_by.map(jiff_sqlx::Date::to_jiff),
        justification: row.justification,
        ship_to: row.ship_to,
        unknown_cost_centres: unknown_cost_centres(&mut *db, state, &lines).await?,
        lines,
        total: row.total,
        required_level: required.transpose()?,
        priority: row.priority.as_deref().and_then(Priority::parse),
        rule_set: row.rule_set_id.map(RuleSetId),
        waiting: asked.map(|asked| waiting(now, asked, (row.escalated, row.escalated_to))),
        approvals: approvals(&row.approvals).ok_or_else(|| bad("approvals"))?,
        was_approved: row.approved_at.is_some(),
    };
    Ok(Some(Stored {
        order,
        version: row.version,
        content_hash: row.content_hash,
        rejection: rejection(row.rejection_category, row.rejection_reason),
        created_at: row.created_at.to_jiff(),
        submitted_at: row.submitted_at.map(jiff_sqlx::Timestamp::to_jiff),
        status_changed_at: row.status_changed_at.to_jiff(),
        unsaid: None,
    }))
}

fn rejection(
    category: Option<String>,
    reason: Option<String>,
) -> Option<(RejectionCategory, String)> {
    category
        .and_then(|category| RejectionCategory::parse(&category))
        .zip(reason)
}

fn standing(
    vendor: Option<(i64, String)>,
    hold_reason: Option<String>,
    flag_reason: Option<String>,
) -> Option<VendorStanding> {
    vendor.map(|(id, name)| VendorStanding {
        id: VendorId(id),
        name,
        hold_reason,
        flag_reason,
    })
}

/// Asked of drafts only: what was submitted with a cost centre keeps it.
async fn unknown_cost_centres(
    db: &mut PgConnection,
    state: State,
    lines: &[Line],
) -> Result<Vec<i32>> {
    if state == State::Draft {
        cost_centre::unknown(db, lines).await
    } else {
        Ok(Vec::new())
    }
}

fn waiting(
    level: Level,
    (approver, due): (i64, jiff_sqlx::Timestamp),
    (escalated, escalated_to): (bool, Option<i64>),
) -> Waiting {
    Waiting {
        level,
        approver: PersonId(approver),
        escalated,
        escalated_to: escalated_to.map(PersonId),
        delegates: [None, None],
        due: due.to_jiff(),
    }
}

/// Position, description, quantity, unit, unit price, cost centre, received.
type LineRow = (
    i16,
    String,
    Option<Decimal>,
    String,
    Option<Decimal>,
    String,
    Decimal,
);

fn lines(id: PurchaseOrderId, rows: Vec<LineRow>) -> Result<Vec<Line>> {
    rows.into_iter().map(|row| line(id, row)).collect()
}

fn line(
    id: PurchaseOrderId,
    (position, description, quantity, unit, unit_price, cost_centre, received): LineRow,
) -> Result<Line> {
    let bad = || Error::internal(format!("purchase_order_lines {id}/{position}"));
    Ok(Line {
        position: position.into(),
        description,
        quantity: quantity
            .map(|q| Quantity::from_decimal(q).ok_or_else(bad))
            .transpose()?,
        unit,
        unit_price: unit_price
            .map(|p| UnitPrice::from_decimal(p).ok_or_else(bad))
            .transpose()?,
        cost_centre,
        received: Quantity::from_decimal(received).ok_or_else(bad)?,
    })
}

fn approvals(rows: &[String]) -> Option<Vec<Approval>> {
    rows.iter().map(|row| approval(row)).collect()
}

/// A decision as it is read: `2 17 own`.
fn approval(row: &str) -> Option<Approval> {
    let mut fields = row.splitn(3, ' ');
    Some(Approval {
        level: Level(fields.next()?.parse().ok()?),
        by: PersonId(fields.next()?.parse().ok()?),
        way: Way::parse(fields.next()?)?,
    })
}

/// Takes a draft's lines away, for others to be written.
pub(super) async fn delete_lines(db: &mut PgConnection, id: PurchaseOrderId) -> Result<()> {
    sqlx::query!(
        "DELETE FROM purchase_order_lines WHERE purchase_order_id = $1",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a draft's lines.
pub(super) async fn insert_lines(
    db: &mut PgConnection,
    id: PurchaseOrderId,
    lines: &[Line],
) -> Result<()> {
    let positions: Vec<i16> = (1..).take(lines.len()).collect();
    let descriptions: Vec<String> = lines.iter().map(|l| l.description.clone()).collect();
    let quantities: Vec<Option<Decimal>> = lines
        .iter()
        .map(|l| l.quantity.map(Quantity::decimal))
        .collect();
    let units: Vec<String> = lines.iter().map(|l| l.unit.clone()).collect();
    let prices: Vec<Option<Decimal>> = lines
        .iter()
        .map(|l| l.unit_price.map(UnitPrice::decimal))
        .collect();
    let cost_centres: Vec<String> = lines.iter().map(|l| l.cost_centre.clone()).collect();
    sqlx::query!(
        "INSERT INTO purchase_order_lines (purchase_order_id, position, description, quantity, unit, unit_price, cost_centre)
         SELECT $1, * FROM unnest($2::smallint[], $3::text[], $4::numeric[], $5::text[], $6::numeric[], $7::text[])",
        id.0,
        &positions,
        &descriptions,
        &quantities as &[Option<Decimal>],
        &units,
        &prices as &[Option<Decimal>],
        &cost_centres,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What an actor is to an order, beside what the order itself says: for `sees`.
pub(crate) async fn relation(
    db: &mut PgConnection,
    order: &Order,
    actor: PersonId,
) -> Result<domain::purchase_order::Relation> {
    let row = sqlx::query!(
        r#"WITH RECURSIVE chain (id) AS (
               SELECT manager_id FROM people WHERE id = $4
               UNION SELECT p.manager_id FROM people p JOIN chain c ON p.id = c.id)
           SELECT EXISTS (SELECT FROM decisions d WHERE d.subject_kind = $1 AND d.subject_id = $2
                   AND $3 IN (d.decided_by, d.approver_id, d.assignee_id, d.escalated_to_id)) AS "decided!",
               EXISTS (SELECT FROM chain WHERE id = $3) AS "manages_submitter!""#,
        KIND,
        order.id.0,
        actor.0,
        order.submitter.0,
    )
    .fetch_one(db)
    .await?;
    Ok(domain::purchase_order::Relation {
        decided: row.decided,
        manages_submitter: row.manages_submitter,
    })
}

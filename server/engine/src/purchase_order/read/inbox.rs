//! What waits for a person's decision, soonest due first. Reads `decisions`, as everything that asks "what waits for whom" does.

use domain::{
    actor::Actor,
    ids::{PersonId, PurchaseOrderId},
    money::{Currency, format_amount},
    purchase_order::State,
    role::Role,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{Engine, Error, Result, list::COUNT_LIMIT};

/// One decision that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// The order.
    pub id: PurchaseOrderId,
    /// What an action carries.
    pub version: i32,
    /// What it is for.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// Who raised it.
    pub submitter: String,
    /// From whom.
    pub vendor: String,
    /// The sum.
    pub total: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Since when it waits for this person.
    pub opened_at: Timestamp,
    /// Until when.
    pub due: Timestamp,
    /// Why it is with them, one short sentence.
    pub why: String,
    /// Whoever may decide it too since the deadline passed, where that is not the reader.
    pub escalated_to: Option<String>,
    /// Why it can't be approved now, if it can't.
    pub blocked: Option<String>,
    /// Where the next page begins.
    pub decision: i64,
}

/// At most `limit` of what waits for the actor, after `(due, decision)` where given; and whether there is more.
pub async fn inbox(
    engine: &Engine,
    actor: &Actor,
    after: Option<(Timestamp, i64)>,
    limit: usize,
) -> Result<(Vec<InboxRow>, bool)> {
    let (due, decision) = after.unwrap_or((Timestamp::UNIX_EPOCH, 0));
    let rows = sqlx::query!(
        r#"SELECT d.id AS decision, d.opened_at, d.due_at, CASE WHEN d.escalated_to_id = $1 AND d.approver_id <> $1 THEN 'escalation' ELSE d.source END AS "source!", CASE WHEN d.approver_id <> $1 AND d.escalated_to_id IS DISTINCT FROM $1 THEN a.name END AS principal,
               e.name AS "escalated_to?", r.approver_kind AS "rule?", r.approver_role AS role, r.from_amount AS "from_amount?",
               s.manager_id = $1 AS "manages?", dep.name AS "department?", v.hold_reason, v.flag_reason, o.id, o.version, o.status, o.total, o.currency,
               s.name AS submitter, v.name AS vendor, coalesce(nullif(left(split_part(o.justification, E'\n', 1), 80), ''),
                   (SELECT l.description FROM purchase_order_lines l WHERE l.purchase_order_id = o.id ORDER BY l.position LIMIT 1), '') AS "title!"
           FROM ((SELECT id, due_at FROM decisions WHERE assignee_id = $1 AND verdict IS NULL AND subject_kind = 'purchase_order'
                       AND (due_at, id) > ($2, $3) ORDER BY due_at, id LIMIT $4)
                   UNION (SELECT id, due_at FROM decisions WHERE escalated_to_id = $1 AND verdict IS NULL AND subject_kind = 'purchase_order'
                       AND (due_at, id) > ($2, $3) ORDER BY due_at, id LIMIT $4) ORDER BY due_at, id LIMIT $4) w
               JOIN decisions d ON d.id = w.id JOIN purchase_orders o ON o.id = d.subject_id JOIN people s ON s.id = o.submitter_id
               JOIN people a ON a.id = d.approver_id JOIN vendors v ON v.id = o.vendor_id LEFT JOIN people e ON e.id = d.escalated_to_id AND e.id <> $1
               LEFT JOIN departments dep ON dep.id = o.department_id LEFT JOIN approval_rules r ON r.rule_set_id = o.rule_set_id AND r.level = d.level ORDER BY d.due_at, d.id"#,
        actor.id.0,
        due.to_sqlx() as jiff_sqlx::Timestamp,
        decision,
        i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1,
    )
    .fetch_all(engine.pool())
    .await?;
    let more = rows.len() > limit;
    let rows = rows
        .into_iter()
        .take(limit)
        .map(|row| {
            let bad =
                |column: &str| Error::internal(format!("purchase_orders {}: {column}", row.id));
            let why = why(&Why {
                principal: row.principal.as_deref(),
                source: &row.source,
                rule: row.rule.as_deref().unwrap_or_default(),
                role: row.role.as_deref().and_then(Role::parse),
                from: row.from_amount,
                manages: row.manages.unwrap_or_default(),
                submitter: &row.submitter,
                department: row.department.as_deref().unwrap_or("the department"),
            });
            let (hold, flag) = (row.hold_reason.as_deref(), row.flag_reason.as_deref());
            Ok(InboxRow {
                id: PurchaseOrderId(row.id),
                version: row.version,
                title: row.title,
                state: State::parse(&row.status).ok_or_else(|| bad("status"))?,
                submitter: row.submitter,
                blocked: blocked(hold, flag, &row.vendor),
                vendor: row.vendor,
                total: row.total,
                currency: Currency::parse(&row.currency).ok_or_else(|| bad("currency"))?,
                opened_at: row.opened_at.to_jiff(),
                due: row.due_at.to_jiff(),
                why,
                escalated_to: row.escalated_to,
                decision: row.decision,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok((rows, more))
}

/// How many decisions wait for a person; stops at [`COUNT_LIMIT`].
pub async fn waiting(engine: &Engine, id: PersonId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (
               SELECT FROM decisions WHERE assignee_id = $1 AND verdict IS NULL AND subject_kind = 'purchase_order'
               UNION ALL SELECT FROM decisions WHERE escalated_to_id = $1 AND assignee_id <> $1 AND verdict IS NULL
                   AND subject_kind = 'purchase_order'
               LIMIT $2) w"#,
        id.0,
        COUNT_LIMIT,
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(count)
}

/// Why a decision is its approver's, in words.
pub(crate) async fn why_it_is_theirs(
    db: &mut PgConnection,
    decision: i64,
    person: PersonId,
) -> Result<String> {
    let row = sqlx::query!(
        r#"SELECT d.source, r.approver_kind AS "rule?", r.approver_role AS role, r.from_amount AS "from_amount?",
               s.manager_id = $2 AS "manages?", s.name AS submitter, dep.name AS "department?"
           FROM decisions d JOIN purchase_orders o ON o.id = d.subject_id JOIN people s ON s.id = o.submitter_id
               LEFT JOIN departments dep ON dep.id = o.department_id
               LEFT JOIN approval_rules r ON r.rule_set_id = o.rule_set_id AND r.level = d.level
           WHERE d.id = $1"#,
        decision,
        person.0,
    )
    .fetch_one(db)
    .await?;
    Ok(why(&Why {
        principal: None,
        source: &row.source,
        rule: row.rule.as_deref().unwrap_or_default(),
        role: row.role.as_deref().and_then(Role::parse),
        from: row.from_amount,
        manages: row.manages.unwrap_or_default(),
        submitter: &row.submitter,
        department: row.department.as_deref().unwrap_or("the department"),
    }))
}

/// What makes a decision a person's.
struct Why<'a> {
    /// Who is away, where the reader stands in for somebody.
    principal: Option<&'a str>,
    source: &'a str,
    rule: &'a str,
    role: Option<Role>,
    from: Option<Decimal>,
    manages: bool,
    submitter: &'a str,
    department: &'a str,
}

/// In words: "You manage Sam Stone", "Finance manager, from 1,000.00".
fn why(of: &Why<'_>) -> String {
    let from = of.from.filter(|from| !from.is_zero());
    let from = from.map_or_else(String::new, |from| {
        format!(", from {}", format_amount(from))
    });
    if let Some(principal) = of.principal {
        return format!("For {principal}, who is away");
    }
    match (of.source, of.rule) {
        ("fallback", _) => "Nobody else can decide this level".to_owned(),
        ("reassignment", _) => "Handed over to you".to_owned(),
        ("escalation", _) => "Escalated to you".to_owned(),
        ("forward", _) => "Forwarded to you".to_owned(),
        (_, "manager") if of.manages => format!("You manage {}", of.submitter),
        (_, "manager") => format!("You stand above {}", of.submitter),
        (_, "role") => format!("{}{from}", of.role.map_or("Your role", Role::title)),
        (_, "cfo") => format!("CFO{from}"),
        (_, "department_head") => format!("You head {}", of.department),
        _ => "Named in the rules".to_owned(),
    }
}

/// Why nothing from this vendor is approved now.
fn blocked(hold: Option<&str>, flag: Option<&str>, vendor: &str) -> Option<String> {
    let hold = hold.map(|reason| format!("{vendor} is on hold: {reason}"));
    hold.or_else(|| flag.map(|reason| format!("{vendor} is under review: {reason}")))
}

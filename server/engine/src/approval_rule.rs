//! Approval rules as they are kept: versions are added, never changed, so that a record can keep the one it was submitted under.

use domain::{
    approval_rule::{ApproverRule, Level, LevelRule, Priority, RuleSet},
    ids::{DepartmentId, PersonId, RuleSetId},
    money::Currency,
    role::Role,
};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{Error, Result};

/// The newest rules for a workflow's records of a department and currency: the most specific set wins, the department before the currency.
pub async fn current(
    db: &mut PgConnection,
    workflow: &str,
    department: Option<DepartmentId>,
    currency: Currency,
) -> Result<RuleSet> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT s.id, s.version, s.department_id, s.straight, s.fallback_id, s.fallback_alternate_id,
             r.level, r.from_amount, r.approver_kind, r.approver_role, r.approver_id, r.sla_hours, r.priority
         FROM approval_rule_sets s JOIN approval_rules r ON r.rule_set_id = s.id
         WHERE s.id = (
             SELECT id FROM approval_rule_sets
             WHERE workflow = $1 AND (department_id IS NULL OR department_id = $2) AND (currency IS NULL OR currency = $3)
             ORDER BY department_id IS NULL, currency IS NULL, version DESC LIMIT 1)
         ORDER BY r.level",
        workflow,
        department.map(|d| d.0),
        currency.as_str(),
    )
    .fetch_all(db)
    .await?;
    rule_set(&rows)
        .map_err(|what| Error::internal(format!("approval rules for {workflow}: {what}")))
}

/// One version.
pub async fn by_id(db: &mut PgConnection, id: RuleSetId) -> Result<RuleSet> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT s.id, s.version, s.department_id, s.straight, s.fallback_id, s.fallback_alternate_id,
             r.level, r.from_amount, r.approver_kind, r.approver_role, r.approver_id, r.sla_hours, r.priority
         FROM approval_rule_sets s JOIN approval_rules r ON r.rule_set_id = s.id WHERE s.id = $1 ORDER BY r.level",
        id.0,
    )
    .fetch_all(db)
    .await?;
    rule_set(&rows).map_err(|what| Error::internal(format!("approval rules of set {id}: {what}")))
}

/// One level of a set, with what is the set's.
struct Row {
    id: i64,
    version: i32,
    department_id: Option<i64>,
    straight: bool,
    fallback_id: Option<i64>,
    fallback_alternate_id: Option<i64>,
    level: i16,
    from_amount: Decimal,
    approver_kind: String,
    approver_role: Option<String>,
    approver_id: Option<i64>,
    sla_hours: i16,
    priority: String,
}

/// The set of these levels, or what is wrong with them.
fn rule_set(rows: &[Row]) -> std::result::Result<RuleSet, &'static str> {
    let mut levels = Vec::with_capacity(rows.len());
    for row in rows {
        let role = row.approver_role.as_deref().and_then(Role::parse);
        levels.push(LevelRule {
            level: Level(u8::try_from(row.level).map_err(|_| "level")?),
            from_amount: row.from_amount,
            approver: match (row.approver_kind.as_str(), role, row.approver_id) {
                ("manager", ..) => ApproverRule::Manager,
                ("cfo", ..) => ApproverRule::Cfo,
                ("department_head", ..) => ApproverRule::DepartmentHead,
                ("role", Some(role), _) => ApproverRule::Role(role),
                ("person", _, Some(person)) => ApproverRule::Person(PersonId(person)),
                _ => return Err("approver_kind"),
            },
            sla_hours: u16::try_from(row.sla_hours).map_err(|_| "sla_hours")?,
            priority: Priority::parse(&row.priority).ok_or("priority")?,
        });
    }
    let first = rows.first().ok_or("there are none")?;
    Ok(RuleSet {
        id: RuleSetId(first.id),
        version: first.version,
        department: first.department_id.map(DepartmentId),
        straight: first.straight,
        levels,
        fallback: first.fallback_id.map(PersonId),
        fallback_alternate: first.fallback_alternate_id.map(PersonId),
    })
}

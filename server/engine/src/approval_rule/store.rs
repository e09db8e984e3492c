//! Statements that read rule sets.

use domain::{
    approval_rule::{ApproverRule, Level, LevelRule, Priority, RuleSet},
    ids::{DepartmentId, PersonId, RuleSetId},
    money::Currency,
    role::Role,
};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{Error, Result, purchase_order};

/// The rules in force for a workflow's records of a department and currency: the most specific set wins, the department before the
/// currency.
pub async fn current(
    db: &mut PgConnection,
    workflow: &str,
    department: Option<DepartmentId>,
    currency: Currency,
) -> Result<RuleSet> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT s.id, s.version, s.department_id, s.currency, s.straight, s.fallback_id, s.fallback_alternate_id,
             r.level, r.from_amount, r.approver_kind, r.approver_role, r.approver_id, r.sla_hours, r.priority
         FROM approval_rule_sets s JOIN approval_rules r ON r.rule_set_id = s.id
         WHERE s.id = (
             SELECT id FROM approval_rule_sets
             WHERE workflow = $1 AND state = 'in_force' AND (department_id IS NULL OR department_id = $2)
                 AND (currency IS NULL OR currency = $3)
             ORDER BY department_id IS NULL, currency IS NULL LIMIT 1)
         ORDER BY r.level",
        workflow,
        department.map(|d| d.0),
        currency.as_str(),
    )
    .fetch_all(db)
    .await?;
    let found = grouped(&rows)?.pop();
    found.ok_or_else(|| Error::internal(format!("no approval rules for {workflow}")))
}

/// Every set in force: the general one, and those of departments and currencies.
pub async fn in_force(db: &mut PgConnection) -> Result<Vec<RuleSet>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM approval_rule_sets WHERE workflow = $1 AND state = 'in_force' ORDER BY id",
        purchase_order::KIND,
    )
    .fetch_all(&mut *db)
    .await?;
    sets(db, &ids).await
}

/// One set, whether in force, proposed or of the past.
pub async fn by_id(db: &mut PgConnection, id: RuleSetId) -> Result<RuleSet> {
    let found = sets(db, &[id.0]).await?.pop();
    found.ok_or_else(|| Error::internal(format!("approval_rules of set {id}: no levels")))
}

/// Sets with their levels, by id; one that proposes to retire has none, and is left out.
pub(super) async fn sets(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<RuleSet>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT s.id, s.version, s.department_id, s.currency, s.straight, s.fallback_id, s.fallback_alternate_id,
             r.level, r.from_amount, r.approver_kind, r.approver_role, r.approver_id, r.sla_hours, r.priority
         FROM approval_rule_sets s JOIN approval_rules r ON r.rule_set_id = s.id WHERE s.id = ANY($1) ORDER BY s.id, r.level",
        ids,
    )
    .fetch_all(db)
    .await?;
    grouped(&rows)
}

/// One level of a set, with what is the set's.
struct Row {
    id: i64,
    version: Option<i32>,
    department_id: Option<i64>,
    currency: Option<String>,
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

/// The sets of these levels, each set's after one another.
fn grouped(rows: &[Row]) -> Result<Vec<RuleSet>> {
    let mut sets: Vec<RuleSet> = Vec::new();
    for row in rows {
        let id = RuleSetId(row.id);
        let bad = |what: &str| Error::internal(format!("approval_rules of set {id}: {what}"));
        let kind = (row.approver_kind.as_str(), row.approver_role.as_deref());
        let rule = LevelRule {
            level: Level(u8::try_from(row.level).map_err(|_| bad("level"))?),
            from_amount: row.from_amount,
            approver: approver(kind, row.approver_id).ok_or_else(|| bad("approver_kind"))?,
            sla_hours: u16::try_from(row.sla_hours).map_err(|_| bad("sla_hours"))?,
            priority: Priority::parse(&row.priority).ok_or_else(|| bad("priority"))?,
        };
        match sets.last_mut() {
            Some(last) if last.id == id => last.levels.push(rule),
            _ => sets.push(RuleSet {
                id,
                version: row.version.unwrap_or_default(),
                department: row.department_id.map(DepartmentId),
                currency: row.currency.as_deref().and_then(Currency::parse),
                straight: row.straight,
                levels: vec![rule],
                fallback: row.fallback_id.map(PersonId),
                fallback_alternate: row.fallback_alternate_id.map(PersonId),
            }),
        }
    }
    Ok(sets)
}

fn approver((kind, role): (&str, Option<&str>), person: Option<i64>) -> Option<ApproverRule> {
    match (kind, role.and_then(Role::parse), person) {
        ("manager", ..) => Some(ApproverRule::Manager),
        ("cfo", ..) => Some(ApproverRule::Cfo),
        ("department_head", ..) => Some(ApproverRule::DepartmentHead),
        ("role", Some(role), _) => Some(ApproverRule::Role(role)),
        ("person", _, Some(person)) => Some(ApproverRule::Person(PersonId(person))),
        _ => None,
    }
}

/// Whether a set covers what an existing one covers: same department, same currency.
pub(super) async fn in_force_for(
    db: &mut PgConnection,
    department: Option<DepartmentId>,
    currency: Option<Currency>,
) -> Result<Option<RuleSetId>> {
    let id = sqlx::query_scalar!(
        "SELECT id FROM approval_rule_sets WHERE workflow = $1 AND state = 'in_force'
             AND department_id IS NOT DISTINCT FROM $2 AND currency IS NOT DISTINCT FROM $3",
        purchase_order::KIND,
        department.map(|id| id.0),
        currency.map(Currency::as_str),
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(RuleSetId))
}

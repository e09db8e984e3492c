//! Statements that write rule sets and lock them.

use domain::{
    actor::Actor,
    approval_rule::{ApproverRule, LevelRule, RuleSet, SetState},
    ids::{DepartmentId, PersonId, RuleSetId},
    money::Currency,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::PgConnection;

use super::overtaken;
use crate::{Engine, Error, Result, error::OnConstraint, purchase_order};

/// What is proposed.
pub(super) struct New<'a> {
    /// What it says; only whom it is for where it retires.
    pub set: &'a RuleSet,
    pub base: Option<RuleSetId>,
    pub retires: bool,
    pub reason: &'a str,
    pub dry_run: Value,
}

/// Writes a proposal.
pub(super) async fn insert(
    db: &mut PgConnection,
    engine: &Engine,
    by: &Actor,
    new: &New<'_>,
) -> Result<RuleSetId> {
    let set = new.set;
    let (fallback, alternate) = (
        set.fallback.map(|id| id.0),
        set.fallback_alternate.map(|id| id.0),
    );
    let id = sqlx::query_scalar!(
        "INSERT INTO approval_rule_sets (workflow, state, department_id, currency, straight, fallback_id, fallback_alternate_id,
             base_id, retires, created_at, created_by, reason, dry_run)
         VALUES ($1, 'proposed', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
        purchase_order::KIND,
        set.department.map(|id| id.0),
        set.currency.map(Currency::as_str),
        set.straight,
        fallback,
        alternate,
        new.base.map(|id| id.0),
        new.retires,
        engine.clock().now().to_sqlx(),
        by.id.0,
        new.reason,
        new.dry_run,
    )
    .fetch_one(&mut *db)
    .await?;
    if !new.retires {
        levels(db, id, &set.levels).await?;
    }
    Ok(RuleSetId(id))
}

async fn levels(db: &mut PgConnection, id: i64, levels: &[LevelRule]) -> Result<()> {
    let numbers: Vec<i16> = levels.iter().map(|rule| rule.level.0.into()).collect();
    let amounts: Vec<Decimal> = levels.iter().map(|rule| rule.from_amount).collect();
    let kinds: Vec<String> = levels
        .iter()
        .map(|rule| kind(rule.approver).to_owned())
        .collect();
    let roles: Vec<Option<String>> = levels.iter().map(|rule| role(rule.approver)).collect();
    let people: Vec<Option<i64>> = levels.iter().map(|rule| person(rule.approver)).collect();
    let hours = levels.iter().map(|rule| i16::try_from(rule.sla_hours));
    let hours: Vec<i16> = hours
        .collect::<std::result::Result<_, _>>()
        .map_err(Error::internal)?;
    let priorities: Vec<String> = levels
        .iter()
        .map(|rule| rule.priority.as_str().to_owned())
        .collect();
    sqlx::query!(
        "INSERT INTO approval_rules (rule_set_id, level, from_amount, approver_kind, approver_role, approver_id, sla_hours, priority)
         SELECT $1, u.* FROM unnest($2::smallint[], $3::numeric[], $4::text[], $5::text[], $6::bigint[], $7::smallint[], $8::text[]) AS u",
        id,
        &numbers,
        &amounts,
        &kinds,
        &roles as &[Option<String>],
        &people as &[Option<i64>],
        &hours,
        &priorities,
    )
    .execute(db)
    .await?;
    Ok(())
}

const fn kind(approver: ApproverRule) -> &'static str {
    match approver {
        ApproverRule::Manager => "manager",
        ApproverRule::Role(_) => "role",
        ApproverRule::Cfo => "cfo",
        ApproverRule::DepartmentHead => "department_head",
        ApproverRule::Person(_) => "person",
    }
}

fn role(approver: ApproverRule) -> Option<String> {
    match approver {
        ApproverRule::Role(role) => Some(role.as_str().to_owned()),
        _ => None,
    }
}

const fn person(approver: ApproverRule) -> Option<i64> {
    match approver {
        ApproverRule::Person(person) => Some(person.0),
        _ => None,
    }
}

/// A set as locked for a step.
pub(super) struct Locked {
    pub state: SetState,
    pub author: Option<PersonId>,
    pub base: Option<RuleSetId>,
    pub retires: bool,
    pub department: Option<DepartmentId>,
    pub currency: Option<Currency>,
}

/// Locks a set until the transaction ends.
pub(super) async fn lock(db: &mut PgConnection, id: RuleSetId) -> Result<Locked> {
    let row = sqlx::query!(
        "SELECT state, created_by, base_id, retires, department_id, currency FROM approval_rule_sets WHERE id = $1 FOR UPDATE",
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Locked {
        state: SetState::parse(&row.state)
            .ok_or_else(|| Error::internal(format!("approval_rule_sets {id}: state")))?,
        author: row.created_by.map(PersonId),
        base: row.base_id.map(RuleSetId),
        retires: row.retires,
        department: row.department_id.map(DepartmentId),
        currency: row.currency.as_deref().and_then(Currency::parse),
    })
}

/// How a proposal ended.
pub(super) struct End<'a> {
    pub state: SetState,
    pub by: PersonId,
    pub note: &'a str,
    pub at: Timestamp,
}

/// Ends a proposal. One that comes into force, or retires what was, gets the next version.
pub(super) async fn end(db: &mut PgConnection, id: RuleSetId, end: &End<'_>) -> Result<()> {
    sqlx::query!(
        "UPDATE approval_rule_sets s SET state = $2, decided_by = $3, decided_at = $4, decided_note = $5,
             version = CASE WHEN $2 IN ('in_force', 'retired') THEN 1 + coalesce((SELECT max(o.version) FROM approval_rule_sets o
                 WHERE o.workflow = s.workflow AND o.department_id IS NOT DISTINCT FROM s.department_id
                     AND o.currency IS NOT DISTINCT FROM s.currency), 0) END
         WHERE s.id = $1",
        id.0,
        end.state.as_str(),
        end.by.0,
        end.at.to_sqlx(),
        end.note,
    )
    .execute(db)
    .await
    .on_constraint("approval_rule_sets_in_force_unique", overtaken)?;
    Ok(())
}

/// A set that was in force is no more.
pub(super) async fn replace(db: &mut PgConnection, id: RuleSetId) -> Result<()> {
    sqlx::query!(
        "UPDATE approval_rule_sets SET state = 'replaced' WHERE id = $1",
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

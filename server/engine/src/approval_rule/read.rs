//! Reading rule sets for their pages, and saying them in words.

use domain::{
    approval_rule::{ApproverRule, RuleSet, SetState, level_field},
    directory::{Directory, Person},
    field::FieldError,
    ids::{DepartmentId, PersonId, RuleSetId},
    money::Currency,
};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::{DryRun, store};
use crate::{Engine, Error, Result, organisation as settings, purchase_order};

/// Versions a page shows.
const VERSIONS: i64 = 100;

/// A rule set in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// `approval_rule_sets.id`.
    pub id: RuleSetId,
    /// Where it stands.
    pub state: SetState,
    /// Once it came into force.
    pub version: Option<i32>,
    /// Whether it ends the rules it was made from.
    pub retires: bool,
    /// Whose orders.
    pub department: Option<(DepartmentId, String)>,
    /// In which currency.
    pub currency: Option<Currency>,
    /// What was in force when it was proposed.
    pub base: Option<RuleSetId>,
    /// Who proposed it; `None`: as delivered.
    pub author: Option<(PersonId, String)>,
    /// When.
    pub created_at: Timestamp,
    /// Why.
    pub reason: String,
    /// Who confirmed, rejected or withdrew it, when, and what they said.
    pub decided: Option<(String, Timestamp, String)>,
}

/// One rule set's page.
#[derive(Clone, Debug)]
pub struct View {
    /// Whose, since when, by whom.
    pub head: Listed,
    /// What it says; `None` where it proposes to retire.
    pub set: Option<RuleSet>,
    /// What it was made from.
    pub base: Option<RuleSet>,
    /// What is in force for the same department and currency now.
    pub in_force: Option<RuleSetId>,
    /// Everything proposed for the same department and currency, newest first.
    pub versions: Vec<Listed>,
    /// The people its rules name.
    pub people: Directory,
    /// What it would have done, as tried when it was proposed.
    pub dry_run: Option<DryRun>,
}

/// The organisation's own currency.
pub async fn organisation(engine: &Engine) -> Result<Currency> {
    settings::currency(&mut *engine.pool().acquire().await?).await
}

/// The sets in force, the general one first, then what is proposed, oldest first.
pub async fn list(engine: &Engine) -> Result<Vec<Listed>> {
    let mut db = engine.one_moment().await?;
    let ids = sqlx::query_scalar!(
        "SELECT id FROM approval_rule_sets WHERE workflow = $1 AND state IN ('in_force', 'proposed')
         ORDER BY state, department_id IS NOT NULL, currency IS NOT NULL, id",
        purchase_order::KIND,
    )
    .fetch_all(&mut *db)
    .await?;
    listed(&mut db, &ids).await
}

/// One set.
///
/// # Errors
/// `NotFound`.
pub async fn get(engine: &Engine, id: RuleSetId) -> Result<View> {
    let mut db = engine.one_moment().await?;
    let head = listed(&mut db, &[id.0])
        .await?
        .pop()
        .ok_or(Error::NotFound)?;
    let ids = sqlx::query_scalar!(
        "SELECT s.id FROM approval_rule_sets s JOIN approval_rule_sets own ON own.id = $1
             AND own.workflow = s.workflow AND own.department_id IS NOT DISTINCT FROM s.department_id
             AND own.currency IS NOT DISTINCT FROM s.currency ORDER BY s.id DESC LIMIT $2",
        id.0,
        VERSIONS,
    )
    .fetch_all(&mut *db)
    .await?;
    let versions = listed(&mut db, &ids).await?;
    let both: Vec<i64> = [Some(id), head.base]
        .into_iter()
        .flatten()
        .map(|id| id.0)
        .collect();
    let sets = store::sets(&mut db, &both).await?;
    let people = people(&mut db, &sets).await?;
    let dry_run = sqlx::query_scalar!("SELECT dry_run FROM approval_rule_sets WHERE id = $1", id.0)
        .fetch_one(&mut *db)
        .await?;
    let find = |id: RuleSetId| sets.iter().find(|set| set.id == id).cloned();
    let in_force = versions
        .iter()
        .find(|other| other.state == SetState::InForce);
    Ok(View {
        set: find(id),
        base: head.base.and_then(find),
        in_force: in_force.map(|other| other.id),
        head,
        versions,
        people,
        dry_run: dry_run.and_then(|kept| serde_json::from_value(kept).ok()),
    })
}

async fn listed(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.state, s.version, s.retires, s.department_id, d.name AS "department?", s.currency, s.base_id, s.created_by,
               a.name AS "author?", s.created_at, s.reason, e.name AS "decided_by?", s.decided_at, s.decided_note
           FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place) JOIN approval_rule_sets s ON s.id = asked.id
               LEFT JOIN departments d ON d.id = s.department_id LEFT JOIN people a ON a.id = s.created_by
               LEFT JOIN people e ON e.id = s.decided_by
           ORDER BY asked.place"#,
        ids,
    )
    .fetch_all(db)
    .await?;
    let rows = rows.into_iter().map(|row| {
        let unknown = || Error::internal(format!("approval_rule_sets {}: state", row.id));
        let at = row.decided_at.map(jiff_sqlx::Timestamp::to_jiff);
        let decided = row.decided_by.zip(at);
        Ok(Listed {
            id: RuleSetId(row.id),
            state: SetState::parse(&row.state).ok_or_else(unknown)?,
            version: row.version,
            retires: row.retires,
            department: row.department_id.map(DepartmentId).zip(row.department),
            currency: row.currency.as_deref().and_then(Currency::parse),
            base: row.base_id.map(RuleSetId),
            author: row.created_by.map(PersonId).zip(row.author),
            created_at: row.created_at.to_jiff(),
            reason: row.reason,
            decided: decided.map(|(by, at)| (by, at, row.decided_note)),
        })
    });
    rows.collect()
}

/// The people that sets name.
pub(super) async fn people(db: &mut PgConnection, sets: &[RuleSet]) -> Result<Directory> {
    let ids: Vec<i64> = sets.iter().flat_map(named).map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT id, name, deactivated_at IS NULL AS "active!" FROM people WHERE id = ANY($1)"#,
        &ids,
    )
    .fetch_all(db)
    .await?;
    let people = rows.into_iter().map(|row| {
        let id = PersonId(row.id);
        let person = Person {
            id,
            name: row.name,
            manager: None,
            roles: Vec::new(),
            active: row.active,
            waiting: 0,
        };
        (id, person)
    });
    Ok(Directory {
        people: people.collect(),
        ..Directory::default()
    })
}

fn named(set: &RuleSet) -> Vec<PersonId> {
    let approvers = set.levels.iter().filter_map(|rule| match rule.approver {
        ApproverRule::Person(person) => Some(person),
        _ => None,
    });
    approvers
        .chain(set.fallback)
        .chain(set.fallback_alternate)
        .collect()
}

/// Every department, by name.
pub async fn departments(db: &mut PgConnection) -> Result<Vec<(DepartmentId, String)>> {
    let rows = sqlx::query!("SELECT id, name FROM departments ORDER BY lower(name)")
        .fetch_all(db)
        .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (DepartmentId(row.id), row.name)).collect())
}

/// Refuses rules for a department, or naming a person, that is not there or not active.
pub(super) async fn known(engine: &Engine, set: &RuleSet) -> Result<()> {
    let mut db = engine.pool().acquire().await?;
    let people = people(&mut db, std::slice::from_ref(set)).await?;
    let mut faults = Vec::new();
    let unknown = |id: PersonId| people.person(id).is_none_or(|person| !person.active);
    for rule in &set.levels {
        if let ApproverRule::Person(id) = rule.approver
            && unknown(id)
        {
            faults.push(level_field(rule.level, "approver"));
        }
    }
    if set.fallback.is_some_and(unknown) {
        faults.push("fallback".to_owned());
    }
    if set.fallback_alternate.is_some_and(unknown) {
        faults.push("fallback_alternate".to_owned());
    }
    let mut faults: Vec<_> = faults
        .into_iter()
        .map(|field| FieldError::new(field, "Choose somebody active from the list."))
        .collect();
    if let Some(department) = set.department {
        let all = departments(&mut db).await?;
        if all.iter().all(|(id, _)| *id != department) {
            let text = "Choose a department from the list.";
            faults.push(FieldError::new("department", text));
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Refuses the id of a set that is not there, or says nothing.
pub(super) async fn kept(db: &mut PgConnection, id: RuleSetId) -> Result<()> {
    if store::sets(db, &[id.0]).await?.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(())
}

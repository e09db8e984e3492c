//! Proposing a change of rules: tried first, on the organisation as it is and on the orders of the last 90 days.

use domain::{actor::Actor, approval_rule::RuleSet, ids::RuleSetId};
use uuid::Uuid;

use super::{
    address, administers,
    change_store::{self, New},
    check,
    dry_run::{self, Change as Tried},
    read, store, subject, words,
};
use crate::{
    Engine, Error, Result,
    change::Change,
    request::{self, Form},
    transition_log::Entry,
};

/// Proposes that `set` takes the place of `base`, or where that is none, that it is added. Returns the proposal's id.
///
/// # Errors
/// `Forbidden`; `Refused` with every problem the policy checker finds; `Stale` when `base` is in force no more; `Invalid` beside
/// `department` when there are rules for it already; `Repeated`.
pub async fn propose(
    engine: &Engine,
    by: &Actor,
    (request_id, base): (Uuid, Option<RuleSetId>),
    (set, reason): (&RuleSet, &str),
) -> Result<RuleSetId> {
    administers(&mut *engine.pool().acquire().await?, by).await?;
    read::known(engine, set).await?;
    check(engine, set).await?;
    let tried = dry_run::run(engine, &Tried::Put(set)).await?;
    let new = New {
        set,
        base,
        retires: false,
        reason,
        dry_run: serde_json::to_value(&tried).map_err(Error::internal)?,
    };
    let mut change = Change::begin_new(engine, by, request_id, "propose_rules").await?;
    administers(&mut change.tx, by).await?;
    let now = store::in_force_for(&mut change.tx, set.department, set.currency).await?;
    if now != base {
        return Err(match base {
            Some(base) => stale(&mut change, base).await?,
            None => taken(),
        });
    }
    let before = match base {
        Some(base) => Some(store::by_id(&mut change.tx, base).await?),
        None => None,
    };
    let id = change_store::insert(&mut change.tx, engine, by, &new).await?;
    let data = words::differences(&mut change.tx, before.as_ref(), Some(set)).await?;
    let entry = Entry {
        note: Some(reason.to_owned()),
        to_state: Some("proposed".to_owned()),
        ..Entry::by_page(by.id, "propose", data)
    };
    change.done(subject(id), &address(id), entry).await?;
    Ok(id)
}

/// Proposes that a department's or currency's own rules end: what is submitted from then on falls under the general ones. Returns
/// the proposal's id.
///
/// # Errors
/// As [`propose`]; `Refused` for the rules of everyone.
pub async fn retire(
    engine: &Engine,
    by: &Actor,
    form: Form,
    base: RuleSetId,
    reason: &str,
) -> Result<RuleSetId> {
    let mut db = engine.pool().acquire().await?;
    administers(&mut db, by).await?;
    read::kept(&mut db, base).await?;
    let set = store::by_id(&mut db, base).await?;
    drop(db);
    if set.department.is_none() && set.currency.is_none() {
        return Err(Error::Refused {
            message: "The rules for everyone cannot be retired: change them instead.".to_owned(),
            fields: Vec::new(),
        });
    }
    let tried = dry_run::run(engine, &Tried::Retire(&set)).await?;
    let new = New {
        set: &set,
        base: Some(base),
        retires: true,
        reason,
        dry_run: serde_json::to_value(&tried).map_err(Error::internal)?,
    };
    let mut change = Change::begin(engine, by, form, "retire_rules").await?;
    administers(&mut change.tx, by).await?;
    let now = store::in_force_for(&mut change.tx, set.department, set.currency).await?;
    if now != Some(base) {
        return Err(stale(&mut change, base).await?);
    }
    let id = change_store::insert(&mut change.tx, engine, by, &new).await?;
    let data = words::differences(&mut change.tx, Some(&set), None).await?;
    let entry = Entry {
        note: Some(reason.to_owned()),
        to_state: Some("proposed".to_owned()),
        ..Entry::by_page(by.id, "propose_to_retire", data)
    };
    change.done(subject(id), &address(id), entry).await?;
    Ok(id)
}

async fn stale(change: &mut Change<'_>, base: RuleSetId) -> Result<Error> {
    request::stale(&mut change.tx, subject(base), "This rule set").await
}

fn taken() -> Error {
    Error::field(
        "department",
        "There are rules for this department and currency already: change those.",
    )
}

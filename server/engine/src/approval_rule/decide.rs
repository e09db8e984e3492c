//! What becomes of a proposed change: confirmed by a second administrator, rejected, or taken back.

use domain::{
    actor::Actor,
    approval_rule::{Proposal, SetState, Step, StepRefusal, reason as parsed, step_refusal},
    ids::RuleSetId,
};

use super::{
    address, administers,
    change_store::{self, End, Locked},
    check, overtaken,
    settings::four_eyes,
    store, subject,
};
use crate::{
    Engine, Error, Result,
    change::Change,
    request::Form,
    transition_log::{self, Entry},
};

/// Brings a proposed change into force. What is submitted from now on falls under it.
///
/// # Errors
/// `Forbidden` for its author while four eyes are asked; `Stale` when it was decided already, or another change came first;
/// `Refused` when the organisation has changed so that the rules would not do any more; `Repeated`.
pub async fn confirm(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: RuleSetId,
    note: &str,
) -> Result<()> {
    let mut db = engine.pool().acquire().await?;
    let shown = store::sets(&mut db, &[id.0]).await?.pop();
    drop(db);
    if let Some(set) = &shown {
        check(engine, set).await?;
    }
    let mut change = Change::begin(engine, by, form, "confirm_rules").await?;
    let locked = allowed(&mut change, by, id, Step::Confirm).await?;
    let now = store::in_force_for(&mut change.tx, locked.department, locked.currency).await?;
    if now != locked.base {
        return Err(overtaken());
    }
    if let Some(base) = locked.base {
        // Whoever came first has it no more.
        if change_store::lock(&mut change.tx, base).await?.state != SetState::InForce {
            return Err(overtaken());
        }
        change_store::replace(&mut change.tx, base).await?;
        let data = serde_json::json!({ "replaced_by": address(id) });
        let entry = Entry::by_page(by.id, "replace", data);
        transition_log::append(&mut change.tx, engine, subject(base), &[entry]).await?;
    }
    let state = if locked.retires {
        SetState::Retired
    } else {
        SetState::InForce
    };
    ended(engine, change, (by, id), (state, Step::Confirm, note)).await
}

/// Says no to a proposed change, with a reason.
///
/// # Errors
/// `Invalid` without a reason; `Forbidden`; `Stale`; `Repeated`.
pub async fn reject(
    engine: &Engine,
    by: &Actor,
    form: Form,
    id: RuleSetId,
    reason: &str,
) -> Result<()> {
    let reason = parsed(reason).map_err(|fault| Error::Invalid(vec![fault]))?;
    let mut change = Change::begin(engine, by, form, "reject_rules").await?;
    allowed(&mut change, by, id, Step::Reject).await?;
    let end = (SetState::Rejected, Step::Reject, reason.as_str());
    ended(engine, change, (by, id), end).await
}

/// Takes back what one proposed.
///
/// # Errors
/// `Forbidden` for everybody else; `Stale`; `Repeated`.
pub async fn withdraw(engine: &Engine, by: &Actor, form: Form, id: RuleSetId) -> Result<()> {
    let mut change = Change::begin(engine, by, form, "withdraw_rules").await?;
    allowed(&mut change, by, id, Step::Withdraw).await?;
    ended(
        engine,
        change,
        (by, id),
        (SetState::Withdrawn, Step::Withdraw, ""),
    )
    .await
}

/// The locked proposal, if the step may be taken.
async fn allowed(change: &mut Change<'_>, by: &Actor, id: RuleSetId, step: Step) -> Result<Locked> {
    administers(&mut change.tx, by).await?;
    let locked = change_store::lock(&mut change.tx, id).await?;
    let proposal = Proposal {
        state: locked.state,
        author: locked.author,
        four_eyes: four_eyes(&mut change.tx).await?,
    };
    match step_refusal(&proposal, step, by) {
        None => Ok(locked),
        Some(refusal @ StepRefusal::Decided(_)) => Err(Error::Stale(refusal.to_string())),
        Some(refusal) => Err(Error::Forbidden(refusal.to_string())),
    }
}

async fn ended(
    engine: &Engine,
    mut change: Change<'_>,
    (by, id): (&Actor, RuleSetId),
    (state, step, note): (SetState, Step, &str),
) -> Result<()> {
    let end = End {
        state,
        by: by.id,
        note,
        at: engine.clock().now(),
    };
    change_store::end(&mut change.tx, id, &end).await?;
    let entry = Entry {
        from_state: Some(SetState::Proposed.as_str().to_owned()),
        to_state: Some(state.as_str().to_owned()),
        note: (!note.is_empty()).then(|| note.to_owned()),
        ..Entry::by_page(by.id, step.as_str(), serde_json::Value::Null)
    };
    change.done(subject(id), &address(id), entry).await
}

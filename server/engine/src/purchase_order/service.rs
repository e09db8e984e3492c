//! One event on one order, in one transaction (spec README, "One transaction").

use domain::{
    actor::Actor,
    approval_rule::RuleSet,
    directory::Directory,
    ids::PurchaseOrderId,
    purchase_order::{Context, Event, EventKind, Order, State, decide, sees},
};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Engine, Error, Result, Tx, approval_rule, content_hash, directory, person, request,
    transition_log,
};

use super::{KIND, address, apply, store, store::Stored, subject};

/// What someone asks of an order they were shown at `version`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The order.
    pub id: PurchaseOrderId,
    /// The version of the page it was asked from.
    pub version: i32,
    /// The form's, so that a second click is answered with the first one's result.
    pub request_id: Uuid,
    /// What is asked.
    pub event: Event,
}

/// Carries out an event, or says why not; then nothing has changed. Returns where the order stands.
///
/// # Errors
/// `NotFound` for an order the actor may not see, `Stale` when it moved on since the page was rendered, `Refused`,
/// `Forbidden` or `Invalid` by its rules, `Repeated` when this form was already carried out.
pub async fn execute(engine: &Engine, actor: &Actor, command: &Command) -> Result<State> {
    let mut tx = engine.begin().await?;
    request::claim(
        &mut tx,
        engine,
        actor.id,
        command.request_id,
        command.event.kind().as_str(),
    )
    .await?;
    person::lock::steady(&mut tx).await?;
    store::lock(&mut tx, command.id).await?;
    let stored = seen(&mut tx, actor, command.id).await?;
    if stored.version != command.version {
        return Err(stale(engine, &stored).await?);
    }
    let state = apply_event(&mut tx, engine, actor, &stored, &command.event).await?;
    request::finish(&mut tx, actor.id, command.request_id, &address(command.id)).await?;
    tx.commit().await?;
    metrics::counter!("countersign_transitions_total", "workflow" => KIND, "event" => command.event.kind().as_str()).increment(1);
    Ok(state)
}

/// Decides and writes; the caller holds the lock, has compared the version, and commits.
pub(super) async fn apply_event(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    stored: &Stored,
    event: &Event,
) -> Result<State> {
    let order = &stored.order;
    check_content(stored, event.kind())?;
    let (rules, directory) = surroundings(tx, order).await?;
    let context = Context {
        rules: &rules,
        directory: &directory,
        now: engine.clock().now(),
    };
    let decision = decide(order, event, actor, &context)?;
    apply::apply(tx, engine, actor, stored, &decision).await?;
    Ok(decision.after.state)
}

/// The order, if the actor may see it.
pub(super) async fn seen(
    db: &mut PgConnection,
    actor: &Actor,
    id: PurchaseOrderId,
) -> Result<Stored> {
    let stored = store::read(&mut *db, id).await?.ok_or(Error::NotFound)?;
    let relation = store::relation(db, &stored.order, actor.id).await?;
    if sees(&stored.order, actor, relation) {
        Ok(stored)
    } else {
        Err(Error::NotFound)
    }
}

/// The rules an order stands under (pinned once submitted) and the people they can reach.
pub(super) async fn surroundings(
    db: &mut PgConnection,
    order: &Order,
) -> Result<(RuleSet, Directory)> {
    let rules = match order.rule_set {
        Some(id) => approval_rule::by_id(&mut *db, id).await?,
        None => approval_rule::current(&mut *db, KIND, order.department, order.currency).await?,
    };
    let directory = directory::load(db, order.submitter, order.department, &rules).await?;
    Ok((rules, directory))
}

/// A decision is bound to what its approver was shown: the frozen content must still be what it was at submit.
fn check_content(stored: &Stored, event: EventKind) -> Result<()> {
    let frozen = stored.content_hash.as_deref();
    if matches!(event, EventKind::Approve | EventKind::Reject)
        && stored.order.state.in_approval()
        && frozen != Some(&content_hash::purchase_order(&stored.order)[..])
    {
        return Err(Error::internal(format!(
            "{} changed while in approval",
            stored.order.id
        )));
    }
    Ok(())
}

/// What happened since the page was rendered, in words: "Already approved by Mia Moss a moment ago. This order is now approved."
pub(super) async fn stale(engine: &Engine, stored: &Stored) -> Result<Error> {
    let newest = transition_log::history(engine, subject(stored.order.id), None, 1).await?;
    let state = stored.order.state.label().to_lowercase();
    let Some(row) = newest.first() else {
        return Ok(Error::Stale(format!(
            "This order changed since you opened it. It is now: {state}."
        )));
    };
    let what = EventKind::parse(&row.event)
        .map_or("changed", EventKind::past)
        .to_lowercase();
    let who = row.actor.as_deref().unwrap_or("the system");
    let ago = ago(engine.clock().now(), row.at);
    Ok(Error::Stale(format!(
        "Already {what} by {who} {ago}. This order is now: {state}."
    )))
}

fn ago(now: Timestamp, then: Timestamp) -> String {
    let passed = now.duration_since(then);
    match passed {
        _ if passed < SignedDuration::from_mins(2) => "a moment ago".to_owned(),
        _ if passed < SignedDuration::from_hours(2) => format!("{} minutes ago", passed.as_mins()),
        _ if passed < SignedDuration::from_hours(48) => format!("{} hours ago", passed.as_hours()),
        _ => format!("{} days ago", passed.as_hours() / 24),
    }
}

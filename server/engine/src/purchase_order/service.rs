//! One event on one order, in one transaction (spec README, "One transaction").

use domain::{
    actor::Actor,
    approval_rule::RuleSet,
    directory::Directory,
    ids::{PersonId, PurchaseOrderId},
    purchase_order::{
        Context, Event, EventKind, Order, Relation, State, Waiting, can_edit, decide, sees,
    },
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Engine, Error, Result, Tx, approval_rule, content_hash, directory, exchange_rate,
    request::{self, Claim},
    transition_log,
};

use super::{
    KIND, LIST, address,
    apply::{self, Door},
    notices::{self, Moved},
    store,
    store::Stored,
    subject, vendor_copy,
};

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
    let mut tx = engine.begin_deciding().await?;
    let Command { id, event, .. } = command;
    let claim = Claim {
        action: event.kind().as_str(),
        leads_to: &address(*id),
    };
    request::claim_leading(&mut tx, engine, actor.id, command.request_id, claim).await?;
    store::lock(&mut tx, *id).await?;
    let mut stored = current(&mut tx, engine, actor, (*id, command.version)).await?;
    if *event == Event::Submit {
        exchange_rate::rate(&mut tx, &mut stored.order, engine.clock().now()).await?;
    }
    let state = apply_event(&mut tx, engine, actor, &stored, (event, Door::Page)).await?;
    if out_of_sight(&mut tx, actor, &stored, state).await? {
        request::finish(&mut tx, actor.id, command.request_id, LIST).await?;
    }
    tx.commit().await?;
    counted(command.event.kind());
    Ok(state)
}

/// Carries out one event on many orders, each in a transaction of its own, and says of each what became of it. Sent again under
/// the same request id, nothing happens twice.
pub async fn execute_many(
    engine: &Engine,
    actor: &Actor,
    request_id: Uuid,
    orders: &[(PurchaseOrderId, i32)],
    event: &Event,
) -> Vec<(PurchaseOrderId, Result<State>)> {
    let mut results = Vec::with_capacity(orders.len());
    for (id, version) in orders {
        let command = Command {
            id: *id,
            version: *version,
            request_id: part_of(request_id, *id),
            event: event.clone(),
        };
        let result = match execute(engine, actor, &command).await {
            Err(Error::Repeated(_)) => state(engine, actor, *id).await,
            result => result,
        };
        results.push((*id, result));
    }
    results
}

/// The request id of one order's part of a form about many.
fn part_of(request_id: Uuid, id: PurchaseOrderId) -> Uuid {
    let digest = Sha256::new()
        .chain_update(request_id.as_bytes())
        .chain_update(id.0.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// Where an order stands now.
async fn state(engine: &Engine, actor: &Actor, id: PurchaseOrderId) -> Result<State> {
    let mut db = engine.pool().acquire().await?;
    Ok(seen(&mut db, actor, id).await?.order.state)
}

/// Whether the actor sees the order no more, and is led to the list: purchasing loses sight of what they reopen.
async fn out_of_sight(tx: &mut Tx, actor: &Actor, before: &Stored, after: State) -> Result<bool> {
    if after != State::Draft || actor.id == before.order.submitter {
        return Ok(false);
    }
    match seen(tx, actor, before.order.id).await {
        Ok(_) => Ok(false),
        Err(Error::NotFound) => Ok(true),
        Err(error) => Err(error),
    }
}

/// One more transition was committed.
pub(crate) fn counted(event: EventKind) {
    metrics::counter!("countersign_transitions_total", "workflow" => KIND, "event" => event.as_str()).increment(1);
}

/// The locked order, if the actor may see it and it is still what their page showed.
pub(super) async fn current(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    (id, version): (PurchaseOrderId, i32),
) -> Result<Stored> {
    let mut stored = store::read(tx, id).await?.ok_or(Error::NotFound)?;
    let relation = store::relation(tx, &stored.order, actor.id).await?;
    let visible = visible(
        tx,
        actor,
        (&mut stored.order, relation),
        engine.clock().now(),
    )
    .await?;
    if stored.version == version {
        return if visible {
            Ok(stored)
        } else {
            Err(Error::NotFound)
        };
    }
    let newest = transition_log::newest(tx, subject(id)).await?;
    // Who lost a race is told so, even where losing it took the order out of their sight.
    if visible || sees(&before(&stored.order, newest.as_ref()), actor, relation) {
        return Err(stale(engine, &stored, newest.as_ref()));
    }
    Err(Error::NotFound)
}

/// The order where it stood before its newest transition, as far as seeing it goes: who was asked then is known by their
/// decision.
fn before(order: &Order, newest: Option<&transition_log::Row>) -> Order {
    let mut order = order.clone();
    if let Some(state) = newest
        .and_then(|row| row.from_state.as_deref())
        .and_then(State::parse)
    {
        order.state = state;
        order.waiting = state.level().map(|level| Waiting {
            level,
            approver: order.submitter,
            escalated: false,
            escalated_to: None,
            delegates: [None, None],
            due: Timestamp::MAX,
        });
    }
    order
}

/// Decides and writes; the caller holds the lock, has compared the version, and commits.
pub(super) async fn apply_event(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    stored: &Stored,
    (event, door): (&Event, Door),
) -> Result<State> {
    let order = &stored.order;
    check_content(stored, event.kind())?;
    let now = engine.clock().now();
    let (rules, directory) = surroundings(tx, order, &[], now).await?;
    let context = Context {
        rules: &rules,
        directory: &directory,
        now,
    };
    let order = order.clone().with_stand_ins(&directory, now);
    let decision = decide(&order, event, actor, &context)?;
    apply::apply(tx, engine, actor, stored, (&decision, door)).await?;
    let moved = Moved {
        actor,
        from: (&order, stored.version),
        decision: &decision,
        directory: &directory,
    };
    notices::tell_of(tx, engine, &moved).await?;
    if event.kind() == EventKind::StartProcessing {
        vendor_copy::enqueue(tx, engine, order.id, actor.id).await?;
    }
    Ok(decision.after.state)
}

/// Whether the actor sees the order. Who stands in for whom is asked, and told in the order, only where nothing else shows it to
/// them: `decisions.assignee` does as soon as it is worked out.
async fn visible(
    db: &mut PgConnection,
    actor: &Actor,
    (order, relation): (&mut Order, Relation),
    now: Timestamp,
) -> Result<bool> {
    if sees(order, actor, relation) {
        return Ok(true);
    }
    if order.waiting.is_none() {
        return Ok(false);
    }
    let (_, directory) = surroundings(db, order, &[], now).await?;
    *order = order.clone().with_stand_ins(&directory, now);
    Ok(sees(order, actor, relation))
}

/// As [`seen`], by whoever stands in for its approver at that moment too; a draft with its rate of then.
pub(super) async fn seen_at(
    db: &mut PgConnection,
    actor: &Actor,
    id: PurchaseOrderId,
    now: Timestamp,
) -> Result<Stored> {
    let mut stored = store::read(&mut *db, id).await?.ok_or(Error::NotFound)?;
    let relation = store::relation(db, &stored.order, actor.id).await?;
    exchange_rate::rate(db, &mut stored.order, now).await?;
    if visible(db, actor, (&mut stored.order, relation), now).await? {
        Ok(stored)
    } else {
        Err(Error::NotFound)
    }
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

/// Which of `actors` may see the order.
pub(crate) async fn seen_by(
    db: &mut PgConnection,
    id: PurchaseOrderId,
    actors: &[Actor],
) -> Result<Vec<bool>> {
    let Some(stored) = store::read(&mut *db, id).await? else {
        return Ok(vec![false; actors.len()]);
    };
    let mut seen = Vec::new();
    for actor in actors {
        let relation = store::relation(&mut *db, &stored.order, actor.id).await?;
        seen.push(sees(&stored.order, actor, relation));
    }
    Ok(seen)
}

/// Locks an order. What hangs on it and was added after the moment returned can be removed by the actor: on their own draft, what
/// nobody was asked to decide with.
pub(crate) async fn lock_removable_since(
    db: &mut PgConnection,
    id: PurchaseOrderId,
    actor: &Actor,
) -> Result<Option<Timestamp>> {
    store::lock(&mut *db, id).await?;
    Ok(removable_since(&seen(db, actor, id).await?, actor))
}

/// As [`lock_removable_since`], of an order that is read already.
pub(super) fn removable_since(stored: &Stored, actor: &Actor) -> Option<Timestamp> {
    can_edit(&stored.order, actor).then_some(stored.submitted_at.unwrap_or(Timestamp::MIN))
}

/// The rules an order stands under (pinned once submitted), and the people they can reach; besides whom it waits for, and `also`.
pub(super) async fn surroundings(
    db: &mut PgConnection,
    order: &Order,
    also: &[PersonId],
    at: Timestamp,
) -> Result<(RuleSet, Directory)> {
    let rules = match order.rule_set {
        Some(id) => approval_rule::by_id(&mut *db, id).await?,
        None => approval_rule::current(&mut *db, KIND, order.department, order.currency).await?,
    };
    let asked = order.waiting.iter();
    let asked = asked.flat_map(|waiting| [Some(waiting.approver), waiting.escalated_to]);
    let wanted = directory::Wanted {
        submitter: order.submitter,
        department: order.department,
        also: asked.flatten().chain(also.iter().copied()).collect(),
        at,
    };
    let directory = directory::load(db, &wanted, &rules).await?;
    Ok((rules, directory))
}

/// A decision is bound to what its approver was shown: the frozen content must still be what it was at submit.
fn check_content(stored: &Stored, event: EventKind) -> Result<()> {
    let frozen = stored.content_hash.as_deref();
    if matches!(event, EventKind::Approve | EventKind::Reject)
        && stored.order.state.in_approval()
        && frozen != Some(&content_hash::purchase_order(&stored.order)?[..])
    {
        return Err(Error::internal(format!(
            "{} changed while in approval",
            stored.order.id
        )));
    }
    Ok(())
}

/// What happened since the page was rendered, in words: "Already approved by Mia Moss a moment ago. This order is now approved."
fn stale(engine: &Engine, stored: &Stored, newest: Option<&transition_log::Row>) -> Error {
    let state = stored.order.state.label().to_lowercase();
    let Some((row, event)) = newest.and_then(|row| Some((row, EventKind::parse(&row.event)?)))
    else {
        return Error::Stale(format!(
            "This order was changed since you opened it. It is now: {state}."
        ));
    };
    let what = event.past().to_lowercase();
    let who = row.actor.as_deref().unwrap_or("the system");
    let ago = ago(engine.clock().now(), row.at);
    Error::Stale(format!(
        "Already {what} by {who} {ago}. This order is now: {state}."
    ))
}

/// As [`stale`], for a form whose order is locked and read already.
pub(super) async fn moved_on(tx: &mut Tx, engine: &Engine, stored: &Stored) -> Result<Error> {
    let newest = transition_log::newest(tx, subject(stored.order.id)).await?;
    Ok(stale(engine, stored, newest.as_ref()))
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

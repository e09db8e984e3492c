//! Writes a decision: the order's columns, its effects as rows, its history. Nothing is decided here.

use domain::{
    actor::Actor,
    approval_rule::{Level, Priority},
    ids::PersonId,
    money::Quantity,
    purchase_order::{By, Decision, Effect, Order, State, Step, Verdict, Way},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use crate::{
    Engine, Error, Result, Tx, content_hash,
    transition_log::{self, Entry},
};

use super::{KIND, store::Stored, subject, sums, timers};

/// Carries out `decision` on the locked order.
pub(super) async fn apply(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    stored: &Stored,
    (decision, door): (&Decision, Door),
) -> Result<()> {
    save(tx, engine, actor, stored, decision).await?;
    for effect in &decision.effects {
        carry_out(tx, engine, &stored.order, effect).await?;
    }
    let mut entries: Vec<Entry> = decision
        .steps
        .iter()
        .map(|step| entry(step, door))
        .collect();
    if let Some(entry) = entries.first_mut() {
        decision
            .effects
            .iter()
            .for_each(|effect| detail(entry, effect, &stored.order));
    }
    let moves = entries.len();
    entries.splice(0..0, stored.unsaid.clone());
    transition_log::append(tx, engine, subject(stored.order.id), &entries).await?;
    sums::count(tx, stored.order.id, moves).await
}

/// The order's columns; exactly one row of exactly the version that was read.
async fn save(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    stored: &Stored,
    decision: &Decision,
) -> Result<()> {
    let (after, order) = (&decision.after, &stored.order);
    let now = engine.clock().now().to_sqlx();
    let freezes = decision.effects.contains(&Effect::FreezeContent);
    let hash = freezes
        .then(|| content_hash::purchase_order(order))
        .transpose()?;
    // The lines of a rejected order were kept when it was.
    let comes_back =
        matches!(after.state, State::Draft | State::Rejected) && !order.lines.is_empty();
    let rate = order.exchange.rate().filter(|_| freezes);
    let shown = comes_back
        .then(|| content_hash::Material::of(order).kept())
        .transpose()?;
    let done = sqlx::query!(
        "UPDATE purchase_orders SET status = $3, round = $4, approval_level = $5, required_level = $6, priority = $7,
             rule_set_id = $8, current_approver = $9, escalated_to = CASE WHEN $4 = round AND $5 = approval_level THEN escalated_to END,
             sla_due_at = $10, rejection_category = $11, rejection_reason = $12,
             content_hash = CASE WHEN $3 = 'draft' THEN NULL ELSE coalesce($13, content_hash) END,
             submitted_at = CASE WHEN $13 IS NULL THEN submitted_at ELSE $14 END,
             approved_at = CASE WHEN $3 = 'draft' THEN NULL WHEN $3 = 'approved' THEN $14 ELSE approved_at END,
             status_changed_at = CASE WHEN $3 = status THEN status_changed_at ELSE $14 END,
             status_changed_by = CASE WHEN $3 = status THEN status_changed_by ELSE $15 END,
             last_shown = coalesce($16, last_shown),
             exchange_rate = CASE WHEN $3 = 'draft' THEN NULL WHEN $13 IS NULL THEN exchange_rate ELSE $17 END,
             exchange_day = CASE WHEN $3 = 'draft' THEN NULL WHEN $13 IS NULL THEN exchange_day ELSE $18 END, version = version + 1
         WHERE id = $1 AND version = $2",
        order.id.0,
        stored.version,
        after.state.as_str(),
        after.round,
        i16::from(after.approval_level),
        after.required_level.map(|l| i16::from(l.0)),
        after.priority.map(Priority::as_str),
        after.rule_set.map(|r| r.0),
        after.current_approver.map(|p| p.0),
        after.sla_due_at.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Timestamp>,
        after.rejection.as_ref().map(|(category, _)| category.as_str()),
        after.rejection.as_ref().map(|(_, reason)| reason.as_str()),
        hash.as_ref().map(<[u8; 32]>::as_slice),
        now,
        actor.id.0,
        shown,
        rate.map(|rate| rate.per_unit),
        rate.map(|rate| rate.day.to_sqlx()) as Option<jiff_sqlx::Date>,
    )
    .execute(&mut **tx)
    .await?;
    one(done.rows_affected(), "purchase_orders")
}

pub(super) async fn carry_out(
    tx: &mut Tx,
    engine: &Engine,
    order: &Order,
    effect: &Effect,
) -> Result<()> {
    match effect {
        // Written with the order's columns.
        Effect::FreezeContent => Ok(()),
        Effect::OpenDecision {
            level,
            approver,
            assignee,
            fallback,
            due,
            remind_at,
        } => {
            let source = if *fallback { "fallback" } else { "rule" };
            let asked = (*approver, *assignee, source);
            let times = (*due, *remind_at);
            open(tx, engine, order, (*level, times), asked).await
        }
        Effect::Escalate { to, .. } => timers::escalated(tx, engine, order, *to).await,
        Effect::CloseDecision { level, verdict, by } => {
            close(tx, engine, order, *level, (*verdict, *by)).await
        }
        Effect::ArchiveLines { round } => archive_lines(tx, order, *round).await,
        Effect::RestoreLines { round } => restore_lines(tx, order, *round).await,
        Effect::SetReceived { received } => set_received(tx, order, received).await,
    }
}

/// Asks `approver`, named by `source`, to decide `level` until `due`; it is shown to `assignee`, whom its first timer reminds.
async fn open(
    tx: &mut Tx,
    engine: &Engine,
    order: &Order,
    (level, (due, remind_at)): (Level, (Timestamp, Timestamp)),
    (approver, assignee, source): (PersonId, PersonId, &str),
) -> Result<()> {
    let done = sqlx::query!(
        "INSERT INTO decisions (subject_kind, subject_id, round, level, approver_id, assignee_id, source, opened_at, due_at,
             content_hash, timer, timer_at)
         SELECT $1, o.id, o.round, $3, $4, $5, $6, $7, $8, o.content_hash, 'reminder', $9 FROM purchase_orders o WHERE o.id = $2",
        KIND,
        order.id.0,
        i16::from(level.0),
        approver.0,
        assignee.0,
        source,
        engine.clock().now().to_sqlx(),
        due.to_sqlx(),
        remind_at.to_sqlx() as jiff_sqlx::Timestamp,
    )
    .execute(&mut **tx)
    .await?;
    one(done.rows_affected(), "decisions")
}

async fn close(
    tx: &mut Tx,
    engine: &Engine,
    order: &Order,
    level: Level,
    (verdict, by): (Verdict, By),
) -> Result<()> {
    let (decided_by, on_behalf_of, way) = match by {
        By::Person {
            id,
            way,
            on_behalf_of,
        } => (Some(id.0), on_behalf_of.map(|p| p.0), Some(way.as_str())),
        By::System | By::Timer => (None, None, None),
    };
    let done = sqlx::query!(
        "UPDATE decisions SET verdict = $5, decided_at = $6, decided_by = $7, on_behalf_of_id = $8, way = $9,
             timer = NULL, timer_at = NULL
         WHERE subject_kind = $1 AND subject_id = $2 AND round = $3 AND level = $4 AND verdict IS NULL",
        KIND,
        order.id.0,
        order.round,
        i16::from(level.0),
        verdict.as_str(),
        engine.clock().now().to_sqlx(),
        decided_by,
        on_behalf_of,
        way,
    )
    .execute(&mut **tx)
    .await?;
    one(done.rows_affected(), "decisions")
}

async fn archive_lines(tx: &mut Tx, order: &Order, round: i32) -> Result<()> {
    sqlx::query!(
        "WITH gone AS (DELETE FROM purchase_order_lines WHERE purchase_order_id = $1 RETURNING *)
         INSERT INTO rejected_items (purchase_order_id, round, position, description, quantity, unit, unit_price, cost_centre)
         SELECT purchase_order_id, $2, position, description, quantity, unit, unit_price, cost_centre FROM gone",
        order.id.0,
        round,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn restore_lines(tx: &mut Tx, order: &Order, round: i32) -> Result<()> {
    sqlx::query!(
        "INSERT INTO purchase_order_lines (purchase_order_id, position, description, quantity, unit, unit_price, cost_centre)
         SELECT purchase_order_id, position, description, quantity, unit, unit_price, cost_centre
         FROM rejected_items WHERE purchase_order_id = $1 AND round = $2",
        order.id.0,
        round,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn set_received(tx: &mut Tx, order: &Order, received: &[(i32, Quantity)]) -> Result<()> {
    let positions: Vec<i32> = received.iter().map(|(position, _)| *position).collect();
    let quantities: Vec<Decimal> = received
        .iter()
        .map(|(_, quantity)| quantity.decimal())
        .collect();
    sqlx::query!(
        "UPDATE purchase_order_lines l SET received_quantity = r.quantity
         FROM unnest($2::integer[], $3::numeric[]) AS r (position, quantity)
         WHERE l.purchase_order_id = $1 AND l.position = r.position",
        order.id.0,
        &positions,
        &quantities,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// How a person's request came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// By a page, signed in.
    Page,
    /// By the link of an email.
    Link,
}

impl Door {
    const fn as_str(self) -> &'static str {
        match self {
            Door::Page => "page",
            Door::Link => "link",
        }
    }
}

/// A step of the decision as a row of history.
pub(super) fn entry(step: &Step, door: Door) -> Entry {
    let (actor, on_behalf_of, way) = match step.by {
        By::Person {
            id,
            way: Way::Override,
            on_behalf_of,
        } => (Some(id), on_behalf_of, "override"),
        By::Person {
            id,
            way: Way::Own | Way::Delegate,
            on_behalf_of,
        } => (Some(id), on_behalf_of, door.as_str()),
        By::System => (None, None, "system"),
        By::Timer => (None, None, "timer"),
    };
    let mut data = Map::new();
    if let Some(category) = step.category {
        data.insert("category".to_owned(), Value::from(category.as_str()));
    }
    if let Some(reason) = &step.override_reason {
        data.insert("override_reason".to_owned(), Value::from(reason.as_str()));
    }
    Entry {
        event: step.event.as_str().to_owned(),
        from_state: Some(step.from.as_str().to_owned()),
        to_state: Some(step.to.as_str().to_owned()),
        round: Some(step.round),
        level: step.level.map(|level| i16::from(level.0)),
        actor,
        on_behalf_of,
        way,
        note: step.note.clone(),
        data: Value::Object(data),
    }
}

/// What the history says of an effect that no other row keeps for good: what was received, by position; the rate of this round.
fn detail(entry: &mut Entry, effect: &Effect, order: &Order) {
    let Value::Object(data) = &mut entry.data else {
        return;
    };
    match effect {
        Effect::SetReceived { received } => {
            let received = received
                .iter()
                .map(|(position, quantity)| {
                    (position.to_string(), Value::from(quantity.to_string()))
                })
                .collect();
            data.insert("received".to_owned(), Value::Object(received));
        }
        Effect::FreezeContent => {
            if let Some(rate) = order.exchange.rate() {
                let said = format!("{} of {}", rate.per_unit, rate.day);
                data.insert("exchange_rate".to_owned(), Value::from(said));
            }
        }
        _ => {}
    }
}

/// The history's first row: the order was made.
pub(super) fn created(actor: &Actor) -> Entry {
    Entry {
        event: "create".to_owned(),
        to_state: Some(State::Draft.as_str().to_owned()),
        round: Some(1),
        actor: Some(actor.id),
        way: "page",
        ..Entry::default()
    }
}

/// Whether exactly one row changed: everything else is undone.
pub(super) fn one(rows: u64, table: &str) -> Result<()> {
    if rows == 1 {
        Ok(())
    } else {
        Err(Error::internal(format!(
            "{rows} rows of {table} changed where one should"
        )))
    }
}

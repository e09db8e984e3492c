//! Saving a draft, and submitting it in the same transaction.

use domain::{
    actor::Actor,
    ids::{DepartmentId, PurchaseOrderId},
    purchase_order::{Draft, Event, EventKind, Order, State, can_edit},
};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use crate::{
    Engine, Error, Result, Tx, error::OnConstraint, exchange_rate, request, transition_log,
};

use super::{address, apply, apply::Door, service, store, subject, sums, words};

/// A draft as its form sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftCommand {
    /// The order and the version the form was rendered from; `None`: a new one.
    pub existing: Option<(PurchaseOrderId, i32)>,
    /// The form's, so that a double click makes one order.
    pub request_id: Uuid,
    /// What was entered.
    pub draft: Draft,
    /// Submit it for approval too: both or neither.
    pub submit: bool,
}

/// Saves a draft, and submits it when asked. Returns its number and where it stands.
///
/// # Errors
/// As [`service::execute`]; a refused submission saves nothing, its form still holds everything.
pub async fn save_draft(
    engine: &Engine,
    actor: &Actor,
    command: &DraftCommand,
) -> Result<(PurchaseOrderId, State)> {
    let mut tx = engine.begin_deciding().await?;
    let action = if command.submit {
        "submit"
    } else {
        "save_draft"
    };
    request::claim(&mut tx, engine, actor.id, command.request_id, action).await?;
    let id = match command.existing {
        Some(existing) => update(&mut tx, engine, actor, existing, &command.draft).await?,
        None => insert(&mut tx, engine, actor, &command.draft).await?,
    };
    let created = command.existing.is_none().then(|| apply::created(actor));
    store::insert_lines(&mut tx, id, &command.draft.lines).await?;
    words::set(&mut tx, id, &command.draft).await?;
    let mut state = State::Draft;
    if command.submit {
        store::lock_vendor(&mut tx, command.draft.vendor).await?;
        let mut stored = store::read(&mut tx, id).await?.ok_or(Error::NotFound)?;
        stored.unsaid = created;
        exchange_rate::rate(&mut tx, &mut stored.order, engine.clock().now()).await?;
        state = service::apply_event(
            &mut tx,
            engine,
            actor,
            &stored,
            (&Event::Submit, Door::Page),
        )
        .await?;
    } else if let Some(created) = created {
        transition_log::append(&mut tx, engine, subject(id), &[created]).await?;
    }
    request::finish(&mut tx, actor.id, command.request_id, &address(id)).await?;
    tx.commit().await?;
    if command.submit {
        service::counted(EventKind::Submit);
    }
    Ok((id, state))
}

/// Of a department newly chosen, whether it is one that is offered: one that is offered no more is kept where it was chosen, and chosen
/// nowhere else.
pub(super) async fn check_department(tx: &mut Tx, department: Option<DepartmentId>) -> Result<()> {
    let Some(id) = department else { return Ok(()) };
    let offered = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM departments WHERE id = $1 AND active) AS "offered!""#,
        id.0,
    )
    .fetch_one(&mut **tx)
    .await?;
    if offered {
        return Ok(());
    }
    let what = "Choose a department from the list.";
    Err(Error::field("department", what))
}

async fn insert(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    draft: &Draft,
) -> Result<PurchaseOrderId> {
    check_department(tx, draft.department).await?;
    let id = sqlx::query_scalar!(
        "INSERT INTO purchase_orders (status, submitter_id, vendor_id, department_id, needed_by, currency, justification, ship_to,
             total, created_at, status_changed_at, status_changed_by)
         VALUES ('draft', $1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $1) RETURNING id",
        actor.id.0,
        draft.vendor.map(|v| v.0),
        draft.department.map(|d| d.0),
        draft.needed_by.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        draft.currency.as_str(),
        draft.justification,
        draft.ship_to,
        draft.total,
        engine.clock().now().to_sqlx(),
    )
    .fetch_one(&mut **tx)
    .await;
    known(id).map(PurchaseOrderId)
}

async fn update(
    tx: &mut Tx,
    engine: &Engine,
    actor: &Actor,
    (id, version): (PurchaseOrderId, i32),
    draft: &Draft,
) -> Result<PurchaseOrderId> {
    store::lock(tx, id).await?;
    let stored = service::seen(tx, actor, id).await?;
    if stored.version != version {
        return Err(moved_on(tx, engine, &stored).await?);
    }
    editable(&stored.order, actor)?;
    let chosen = draft
        .department
        .filter(|id| stored.order.department != Some(*id));
    check_department(tx, chosen).await?;
    // What happened to it before is summed under its department.
    let moves = stored.order.round > 1 && stored.order.department != draft.department;
    if moves {
        sums::recount_one(tx, id, -1).await?;
    }
    let saved = sqlx::query!(
        "UPDATE purchase_orders SET vendor_id = $2, department_id = $3, needed_by = $4, currency = $5, justification = $6,
             ship_to = $7, total = $8, version = version + 1
         WHERE id = $1 AND version = $9 AND status = 'draft'",
        id.0,
        draft.vendor.map(|v| v.0),
        draft.department.map(|d| d.0),
        draft.needed_by.map(ToSqlx::to_sqlx) as Option<jiff_sqlx::Date>,
        draft.currency.as_str(),
        draft.justification,
        draft.ship_to,
        draft.total,
        version,
    )
    .execute(&mut **tx)
    .await;
    apply::one(known(saved)?.rows_affected(), "purchase_orders")?;
    if moves {
        sums::recount_one(tx, id, 1).await?;
    }
    store::delete_lines(tx, id).await?;
    Ok(id)
}

/// A stale form: the draft was saved elsewhere (drafts have no history of edits), or it is a draft no more.
async fn moved_on(tx: &mut Tx, engine: &Engine, stored: &store::Stored) -> Result<Error> {
    if stored.order.state == State::Draft {
        return Ok(Error::Stale(
            "This draft was saved elsewhere since you opened it. What you entered is below; open the order to see what was saved."
                .to_owned(),
        ));
    }
    service::moved_on(tx, engine, stored).await
}

fn editable(order: &Order, actor: &Actor) -> Result<()> {
    if can_edit(order, actor) {
        return Ok(());
    }
    if order.state == State::Draft {
        return Err(Error::Forbidden(
            "Only the person who raised an order can change it.".to_owned(),
        ));
    }
    Err(Error::Stale(format!(
        "This order is now: {}. Only a draft can be changed.",
        order.state.label().to_lowercase()
    )))
}

/// A vendor that is not there, as an error beside its field.
fn known<T>(result: std::result::Result<T, sqlx::Error>) -> Result<T> {
    result.on_constraint("purchase_orders_vendor_fk", || {
        Error::field("vendor", "Choose a vendor from the list.")
    })
}

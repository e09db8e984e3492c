//! What people do to purchase orders: one server function per event. Each parses, calls the service, and leads on.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::{
    field::FieldError,
    ids::PurchaseOrderId,
    money::{AmountError, Quantity},
    purchase_order::{Event, EventKind, Line, RejectionCategory, State},
    text,
};
use engine::{
    Error,
    purchase_order::{Command, DraftCommand, address, execute, record, save_draft},
    request,
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::{form::Typed, number};
use crate::{
    action::{Action, Done},
    error::AppError,
    form::{Fields, Plain},
};

/// Characters of a note or a reason.
const NOTE_MAX: usize = 2000;

/// *Save draft*, *Submit for approval*, and without JavaScript *Add line* and *Remove line*: the buttons of the one form.
#[server(prefix = "/fn", endpoint = "save_purchase_order", input = Post<Plain>)]
pub async fn save_purchase_order(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(SavePurchaseOrder::PATH, form);
    let existing = existing(&action.form);
    let back = existing.map_or_else(|| "/purchase-orders/new".to_owned(), |(id, _)| address(id));
    let typed = Typed::read(&action.form);
    if let Some(typed) = typed.changed_lines(action.form.text("intent")) {
        let place = match action.form.text("intent") {
            "add_line" => format!("field-line-{}-description", typed.raw().lines.len()),
            _ => "field-lines".to_owned(),
        };
        action.form = typed.write(action.form);
        return action.show_again(&format!("{back}#{place}")).await;
    }
    let typed = typed.without_empty_lines();
    action.form = typed.write(action.form);
    let outcome = save(&action, &typed, existing).await;
    action.finish(outcome, &back).await
}

async fn save(
    action: &Action,
    typed: &Typed,
    existing: Option<(PurchaseOrderId, i32)>,
) -> Result<Done, Error> {
    let today = action.today();
    let submit = action.form.text("intent") == EventKind::Submit.as_str();
    let draft = typed.raw().parse(today).map_err(Error::Invalid)?;
    let command = DraftCommand {
        existing,
        request_id: action.request_id,
        draft,
        submit,
    };
    let (id, state) = save_draft(action.engine(), action.actor()?, &command).await?;
    let notice = if submit {
        format!(
            "{} submitted. It is now: {}.",
            number(id),
            state.label().to_lowercase()
        )
    } else {
        format!("Draft {} saved.", number(id))
    };
    Ok(Done::new(address(id), notice))
}

/// *Approve*.
#[server(prefix = "/fn", endpoint = "approve_purchase_order", input = Post<Plain>)]
pub async fn approve_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(ApprovePurchaseOrder::PATH, form, EventKind::Approve, "").await
}

/// *Reject*.
#[server(prefix = "/fn", endpoint = "reject_purchase_order", input = Post<Plain>)]
pub async fn reject_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(
        RejectPurchaseOrder::PATH,
        form,
        EventKind::Reject,
        "/reject",
    )
    .await
}

/// *Withdraw*.
#[server(prefix = "/fn", endpoint = "withdraw_purchase_order", input = Post<Plain>)]
pub async fn withdraw_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(
        WithdrawPurchaseOrder::PATH,
        form,
        EventKind::Withdraw,
        "/withdraw",
    )
    .await
}

/// *Reopen*.
#[server(prefix = "/fn", endpoint = "reopen_purchase_order", input = Post<Plain>)]
pub async fn reopen_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(ReopenPurchaseOrder::PATH, form, EventKind::Reopen, "").await
}

/// *Start processing*.
#[server(prefix = "/fn", endpoint = "start_processing_purchase_order", input = Post<Plain>)]
pub async fn start_processing_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(
        StartProcessingPurchaseOrder::PATH,
        form,
        EventKind::StartProcessing,
        "",
    )
    .await
}

/// *Receive*.
#[server(prefix = "/fn", endpoint = "receive_purchase_order", input = Post<Plain>)]
pub async fn receive_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(ReceivePurchaseOrder::PATH, form, EventKind::Receive, "").await
}

/// *Complete*.
#[server(prefix = "/fn", endpoint = "complete_purchase_order", input = Post<Plain>)]
pub async fn complete_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(
        CompletePurchaseOrder::PATH,
        form,
        EventKind::Complete,
        "/complete",
    )
    .await
}

/// *Cancel*.
#[server(prefix = "/fn", endpoint = "cancel_purchase_order", input = Post<Plain>)]
pub async fn cancel_purchase_order(form: Fields) -> Result<(), AppError> {
    carry_out(
        CancelPurchaseOrder::PATH,
        form,
        EventKind::Cancel,
        "/cancel",
    )
    .await
}

/// The part every event shares. A refusal leads back to the order's page, or to the page of its form (`page`).
async fn carry_out(
    path: &'static str,
    form: Fields,
    kind: EventKind,
    page: &str,
) -> Result<(), AppError> {
    let action = Action::begin(path, form);
    let id = PurchaseOrderId(action.form.number("id").unwrap_or_default());
    let outcome = execute_event(&action, id, kind).await;
    // Somebody was faster: the order's page says where it stands now, the form's page may be gone.
    let page = if matches!(outcome, Err(Error::Stale(_) | Error::Forbidden(_))) {
        ""
    } else {
        page
    };
    action
        .finish(outcome, &format!("{}{page}", address(id)))
        .await
}

async fn execute_event(
    action: &Action,
    id: PurchaseOrderId,
    kind: EventKind,
) -> Result<Done, Error> {
    let event = if kind == EventKind::Receive && action.form.text("intent") == "everything" {
        everything(action, id).await?
    } else {
        event(kind, &action.form).map_err(Error::Invalid)?
    };
    let version = action.form.number("version").unwrap_or_default();
    let command = Command {
        id,
        version,
        request_id: action.request_id,
        event,
    };
    let state = execute(action.engine(), action.actor()?, &command).await?;
    let notice = format!("{}: {}", number(id), carried_out(kind, state));
    // Purchasing loses sight of an order they reopen; everything else leaves it in its actor's sight.
    let to = match kind {
        EventKind::Reopen => {
            request::result(action.engine(), action.actor()?.id, action.request_id).await?
        }
        _ => address(id),
    };
    Ok(Done::new(to, notice))
}

/// *Receive everything*: of every line what was ordered.
async fn everything(action: &Action, id: PurchaseOrderId) -> Result<Event, Error> {
    let order = record(action.engine(), action.actor()?, id).await?.order;
    let ordered = |line: &Line| (line.position, line.quantity.unwrap_or_default());
    let note = text::multi_line(action.form.text("note"), NOTE_MAX)
        .map_err(|error| Error::field("note", error.to_string()))?;
    Ok(Event::Receive {
        received: order.lines.iter().map(ordered).collect(),
        note: (!note.is_empty()).then_some(note),
    })
}

/// The event a form asks for, or the fields at fault.
pub(crate) fn event(kind: EventKind, form: &Fields) -> Result<Event, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut said = |field: &str| {
        let text = text::multi_line(form.text(field), NOTE_MAX).unwrap_or_else(|error| {
            errors.push(FieldError::new(field, error));
            String::new()
        });
        (!text.is_empty()).then_some(text)
    };
    let event = match kind {
        EventKind::Approve => Event::Approve {
            note: said("note"),
            override_reason: said("override_reason"),
        },
        EventKind::Reject => Event::Reject {
            category: RejectionCategory::parse(form.text("category")),
            reason: said("reason"),
            override_reason: said("override_reason"),
        },
        EventKind::Withdraw => Event::Withdraw { note: said("note") },
        EventKind::Reopen => Event::Reopen { note: said("note") },
        EventKind::StartProcessing => Event::StartProcessing { note: said("note") },
        EventKind::Receive => {
            let note = said("note");
            Event::Receive {
                received: received(form, &mut errors),
                note,
            }
        }
        EventKind::Complete => Event::Complete { note: said("note") },
        EventKind::Cancel => Event::Cancel { note: said("note") },
        // Not events a form can ask for: submitting is the draft's form, passing and escalating the system's.
        EventKind::Submit | EventKind::Pass | EventKind::Escalate => {
            return Err(vec![FieldError::new("", "Not an action.")]);
        }
    };
    if errors.is_empty() {
        Ok(event)
    } else {
        Err(errors)
    }
}

/// What was received in all, line by line: the fields `received-1`, `received-2`, … An empty one counts as zero.
fn received(form: &Fields, errors: &mut Vec<FieldError>) -> Vec<(i32, Quantity)> {
    let mut lines = Vec::new();
    for (name, value) in form.starting_with("received-") {
        let Some(position) = name.strip_prefix("received-").and_then(|n| n.parse().ok()) else {
            continue;
        };
        match Quantity::parse(value) {
            Ok(quantity) => lines.push((position, quantity)),
            Err(AmountError::Empty) => lines.push((position, Quantity::ZERO)),
            Err(error) => errors.push(FieldError::new(name, error)),
        }
    }
    lines
}

/// The order a draft's form was rendered from.
fn existing(form: &Fields) -> Option<(PurchaseOrderId, i32)> {
    let id: i64 = form.number("id")?;
    Some((
        PurchaseOrderId(id),
        form.number("version").unwrap_or_default(),
    ))
}

/// What was done, and where the order stands unless that says it: "Approved. It is now: requires finance review."
pub(crate) fn carried_out(kind: EventKind, state: State) -> String {
    let (done, now) = (kind.past(), state.label());
    if done == now {
        format!("{done}.")
    } else {
        format!("{done}. It is now: {}.", now.to_lowercase())
    }
}

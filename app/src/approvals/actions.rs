//! Deciding from the inbox, one or many: each order in a transaction of its own, each with a result of its own.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use domain::{
    field::FieldError,
    ids::PurchaseOrderId,
    purchase_order::{Event, EventKind, State},
};
use engine::{
    Error,
    purchase_order::{address, execute_many},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::{INBOX, opened, parse_item};
use crate::{
    action::{Action, Done},
    error::{self, AppError},
    flash::Told,
    form::{Fields, Plain},
    purchase_order::{
        actions::{carried_out, event},
        number,
    },
};

/// Orders decided at once at most: a page of the inbox.
const MOST: usize = 50;

/// *Approve* and *Reject*, beside the inbox and for all that is selected.
#[server(prefix = "/fn", endpoint = "decide_many", input = Post<Plain>)]
pub async fn decide_many(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(DecideMany::PATH, form);
    let reject = action.form.text("intent") == EventKind::Reject.as_str();
    let back = if reject {
        again(&action.form)
    } else {
        INBOX.to_owned()
    };
    match decide(&action, reject).await {
        Ok((done, told)) => action.tell(done, told).await,
        Err(error) => action.finish(Err(error), &back).await,
    }
}

async fn decide(action: &Action, reject: bool) -> Result<(Done, Vec<Told>), Error> {
    let orders = orders(&action.form)?;
    let kind = if reject {
        EventKind::Reject
    } else {
        EventKind::Approve
    };
    let event = whole(event(kind, &action.form).map_err(Error::Invalid)?)?;
    let (engine, actor) = (action.engine(), action.actor()?);
    let results = execute_many(engine, actor, action.request_id, &orders, &event).await;
    let failed = results.iter().find(|(_, result)| result.is_err());
    let failed = failed.map(|(id, _)| *id);
    let told: Vec<Told> = results
        .into_iter()
        .map(|(id, result)| told(id, &result, kind, &action.request.reference))
        .collect();
    let done = told.iter().filter(|one| one.good).count();
    let notice = if told.len() == 1 {
        String::new()
    } else {
        format!("{}: {done} of {}.", kind.past(), told.len())
    };
    // One alone that could not be decided opens again, with its note; else the next one opens.
    let open = failed.filter(|_| told.len() == 1);
    let open = open.or_else(|| action.form.number("open").map(PurchaseOrderId));
    let to = open.map_or_else(|| INBOX.to_owned(), opened);
    Ok((Done::new(to, notice), told))
}

/// What was selected, each once.
fn orders(form: &Fields) -> Result<Vec<(PurchaseOrderId, i32)>, Error> {
    let items = form.all("item").iter();
    let mut orders: Vec<_> = items.filter_map(|text| parse_item(text)).collect();
    orders.sort_unstable_by_key(|(id, _)| id.0);
    orders.dedup_by_key(|(id, _)| *id);
    match orders.len() {
        0 => Err(Error::field("", "Select at least one order.")),
        1..=MOST => Ok(orders),
        _ => Err(Error::field("", format!("Select at most {MOST} orders."))),
    }
}

/// A rejection needs its category and reason before any order is asked.
fn whole(event: Event) -> Result<Event, Error> {
    let mut missing = Vec::new();
    if let Event::Reject {
        category, reason, ..
    } = &event
    {
        if category.is_none() {
            missing.push(FieldError::new("category", "Choose a category."));
        }
        if reason.is_none() {
            missing.push(FieldError::new("reason", "Say why."));
        }
    }
    if missing.is_empty() {
        Ok(event)
    } else {
        Err(Error::Invalid(missing))
    }
}

/// What became of one order.
fn told(
    id: PurchaseOrderId,
    result: &Result<State, Error>,
    kind: EventKind,
    reference: &str,
) -> Told {
    let text = match result {
        Ok(state) => carried_out(kind, *state),
        Err(error) => error::said(error, reference),
    };
    Told {
        label: number(id),
        to: address(id),
        good: result.is_ok(),
        text,
    }
}

/// The page that asks for a reason, with the same orders chosen.
fn again(form: &Fields) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for item in form.all("item").iter().take(MOST) {
        query.append_pair("item", item);
    }
    if let Some(open) = form.filled("open") {
        query.append_pair("open", &open);
    }
    format!("/approvals/reject?{}", query.finish())
}

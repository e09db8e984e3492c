//! An order beside the inbox: enough to decide it there, and the way to all of it.

use domain::{ids::PurchaseOrderId, permission::Permission, purchase_order::EventKind};
use engine::{
    Error,
    purchase_order::{InboxRow, RecordView, address, record},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{actions::DecideMany, item};
use crate::{
    form::PostForm,
    page::PageContext,
    purchase_order::{
        number,
        pages::{details, route::route},
        tone,
    },
    second_factor::blocked,
    ui::{ButtonKind, FormActions, LinkButton, StateBadge, SubmitButton, TextArea},
};

/// The preview of the order the address opens; none when it opens none, or none that the reader sees.
pub(super) async fn preview(
    context: &PageContext,
    rows: &[InboxRow],
    open: Option<PurchaseOrderId>,
) -> Result<Option<AnyView>, Error> {
    let Some(id) = open else { return Ok(None) };
    let found = match record(context.engine(), context.actor()?, id).await {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    // What opens when this one is decided: the next one, at the end the one before.
    let at = rows.iter().position(|row| row.id == id);
    let next = at.and_then(|at| rows.get(at + 1).or_else(|| rows.get(at.checked_sub(1)?)));
    let next = next.or_else(|| rows.first().filter(|_| at.is_none()));
    Ok(Some(panel(context, &found, next.map(|row| row.id))))
}

fn panel(context: &PageContext, record: &RecordView, next: Option<PurchaseOrderId>) -> AnyView {
    let order = &record.order;
    let facts = details::headline(record, &context.time);
    let justification = order.justification.clone();
    let decide = decide(context, record, next);
    let name = number(order.id);
    let label = format!("Preview of {name}");
    view! {
        <section class="preview" id="preview" aria-label=label>
            <header>
                <h2><span class="record-number">{name}</span>" "{details::title(record)}</h2>
                <StateBadge label=order.state.label() tone=tone(order.state)/>
            </header>
            <p class="facts">{facts}</p>
            {decide}
            {(!justification.is_empty()).then(|| view! { <p class="prose">{justification}</p> })}
            {details::lines(record)}
            {route(record, context.actor().ok(), &context.time)}
            <LinkButton href=address(order.id) label="Open the whole order"/>
        </section>
    }
    .into_any()
}

fn decide(context: &PageContext, record: &RecordView, next: Option<PurchaseOrderId>) -> AnyView {
    let answer = |kind: EventKind| {
        let found = record.actions.iter().find(|(of, _)| *of == kind);
        found.map(|(_, permission)| permission)
    };
    let here = format!("{}?{}", context.request.path, context.request.query);
    let approve = match answer(EventKind::Approve) {
        Some(Permission::Allowed(_)) => {
            view! { <SubmitButton label="Approve" kind=ButtonKind::Primary name="intent" value="approve" shortcut="a"/> }.into_any()
        }
        Some(Permission::Blocked(refusal)) => blocked(EventKind::Approve, refusal, &here),
        Some(Permission::Hidden) | None => {
            return view! { <p class="muted">"This order does not wait for your decision."</p> }.into_any();
        }
    };
    let reject = match answer(EventKind::Reject) {
        Some(Permission::Allowed(_)) => view! {
            <button type="submit" class=ButtonKind::Danger.class() formmethod="get" formaction="/approvals/reject" data-shortcut="r">"Reject"</button>
        }
        .into_any(),
        Some(Permission::Blocked(refusal)) => blocked(EventKind::Reject, refusal, &here),
        Some(Permission::Hidden) | None => ().into_any(),
    };
    let path = DecideMany::PATH;
    let errors = context.flash.errors_of(path);
    let (typed, error) = (context.flash.typed_text(path, "note"), errors.of("note"));
    let chosen = item(record.order.id, record.version);
    let stands_in = record.on_behalf_of.is_some();
    let whose = details::whose_decision(record);
    view! {
        {stands_in.then(|| view! { <p class="muted">{whose}</p> })}
        <PostForm action=path class="decision-form">
            <input type="hidden" name="item" value=chosen/>
            {next.map(|next| view! { <input type="hidden" name="open" value=next.to_string()/> })}
            <TextArea name="note" label="Note" rows=2 value=typed error=error hint="Optional."/>
            <FormActions>{reject}{approve}</FormActions>
        </PostForm>
    }
    .into_any()
}

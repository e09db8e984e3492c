//! One order's page: where it stands, what this reader can do, what happened and was said. A draft's page is its form, for its submitter.

use domain::{
    ids::PurchaseOrderId,
    permission::Permission,
    purchase_order::{By, EventKind, Order, RawDraft, Refusal, State, Way, can_edit},
};
use engine::{
    Error,
    purchase_order::{RecordView, address, record_from, subject},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{activity::activity, details, receive::receive, route::route};
use crate::{
    attachment::attachments_section,
    form::PostForm,
    page::{PageContext, entered, page},
    purchase_order::{
        actions::{
            ApprovePurchaseOrder, ReopenPurchaseOrder, SavePurchaseOrder,
            StartProcessingPurchaseOrder,
        },
        form::order_form,
        number, tone,
    },
    second_factor,
    ui::{
        ButtonKind, Columns, ErrorSummary, FormActions, RecordHeader, Section, StateBadge,
        SubmitButton, TextArea, TextField,
    },
};

/// `/purchase-orders/{id}`.
#[component]
pub fn PurchaseOrderPage() -> impl IntoView {
    page(async |context| {
        let id = PurchaseOrderId(context.id()?);
        let from = context
            .request
            .query("older")
            .and_then(|place| place.parse().ok());
        let order = record_from(context.engine(), context.actor()?, id, from).await?;
        if can_edit(&order.order, context.actor()?) {
            draft(&context, &order).await
        } else {
            standing(&context, &order)
        }
    })
}

/// A draft, for its submitter: the form.
async fn draft(context: &PageContext, record: &RecordView) -> Result<AnyView, Error> {
    let order = &record.order;
    let saved = RawDraft::from(order);
    let form = order_form(context, saved, Some((order.id.0, record.version))).await?;
    let aside = route(record, context.actor().ok(), &context.time).into_any();
    let past = details::lines_of_rejected_rounds(record);
    let files = attachments_section(context, subject(order.id), &record.attachments)?;
    let activity = activity(context, record, true)?;
    // What was typed into the draft's own form stands in it.
    let other = context.flash.form != SavePurchaseOrder::PATH;
    Ok(view! {
        {header(context, record)}
        {details::duplicates(record, &context.time)}
        {other.then(|| moved_on(context))}
        <Columns aside=aside>{form}{past}{files}{activity}</Columns>
    }
    .into_any())
}

/// Every other state, and a draft for everyone else.
fn standing(context: &PageContext, record: &RecordView) -> Result<AnyView, Error> {
    let aside = view! {
        {route(record, context.actor().ok(), &context.time)}
        {details::facts(record, context.actor().ok(), &context.time)}
    };
    let justification = record.order.justification.clone();
    let rejection = record.rejection.clone().map(|(category, reason)| {
        view! { <Section title="Why it was rejected"><p><b>{category.label()}": "</b><span class="prose">{reason}</span></p></Section> }
    });
    let decide = decide(context, record);
    let files = attachments_section(context, subject(record.order.id), &record.attachments)?;
    let lines = receive(context, record).unwrap_or_else(|| details::lines(record));
    let activity = activity(context, record, false)?;
    Ok(view! {
        {header(context, record)}
        {details::duplicates(record, &context.time)}
        {moved_on(context)}
        <Columns aside=aside.into_any()>
            {decide}
            {rejection}
            {lines}
            {(!justification.is_empty()).then(|| view! { <Section title="Justification"><p class="prose">{justification}</p></Section> })}
            {files}
            {activity}
        </Columns>
    }
    .into_any())
}

fn header(context: &PageContext, record: &RecordView) -> AnyView {
    let order = &record.order;
    let facts = details::headline(record, &context.time);
    let buttons = buttons(record);
    let state = view! { <StateBadge label=order.state.label() tone=tone(order.state)/> };
    view! {
        <RecordHeader number=number(order.id) title=details::title(record) state=state.into_any() facts=facts>
            {buttons}
        </RecordHeader>
    }
    .into_any()
}

/// The buttons beside the heading. What needs a form of its own leads there; what is final asks there.
fn buttons(record: &RecordView) -> Vec<AnyView> {
    let shown = |(kind, permission): &(EventKind, Permission<Refusal, By>)| match permission {
        Permission::Hidden => None,
        Permission::Blocked(refusal) => blocked(*kind, refusal, &record.order),
        Permission::Allowed(_) => button(record, *kind),
    };
    // Where both can be decided, *Reject* stands beside *Approve*.
    let deciding = record
        .actions
        .iter()
        .any(|(kind, answer)| *kind == EventKind::Approve && answer.is_allowed());
    let elsewhere = |kind: EventKind| kind == EventKind::Reject && deciding;
    let here = record.actions.iter().filter(|(kind, _)| !elsewhere(*kind));
    let leads = |word: &str, label: &'static str| {
        let to = format!("{}/{word}", address(record.order.id));
        view! { <form method="get" action=to><SubmitButton label=label/></form> }.into_any()
    };
    std::iter::once(copy(record))
        .chain(record.reassigns.then(|| leads("reassign", "Reassign")))
        .chain(
            record
                .forwards_to
                .as_ref()
                .map(|_| leads("forward", "Forward")),
        )
        .chain(here.filter_map(shown))
        .collect()
}

/// Begins a new order with what this one asks for: whoever reads it can raise the like.
fn copy(record: &RecordView) -> AnyView {
    view! {
        <form method="get" action="/purchase-orders/new">
            <input type="hidden" name="copy" value=record.order.id.0/>
            <SubmitButton label="Copy"/>
        </form>
    }
    .into_any()
}

fn blocked(kind: EventKind, refusal: &Refusal, order: &Order) -> Option<AnyView> {
    // A draft's form submits what is typed, not what is saved: its button is never disabled.
    let in_form = kind == EventKind::Submit && order.state == State::Draft;
    (!in_form).then(|| second_factor::blocked(kind, refusal, &address(order.id)))
}

fn button(record: &RecordView, kind: EventKind) -> Option<AnyView> {
    let form = (record.order.id.0, record.version);
    let at_once = |path: &'static str, style: ButtonKind| {
        Some(view! { <PostForm action=path record=form><SubmitButton label=kind.label() kind=style/></PostForm> }.into_any())
    };
    let leads = |word: &str, style: ButtonKind, key: Option<&'static str>| {
        let to = format!("{}/{word}", address(record.order.id));
        Some(view! { <form method="get" action=to><SubmitButton label=kind.label() kind=style shortcut=key.unwrap_or_default()/></form> }.into_any())
    };
    match kind {
        EventKind::Reject => leads("reject", ButtonKind::Danger, Some("r")),
        EventKind::Withdraw => leads("withdraw", ButtonKind::Secondary, None),
        EventKind::Cancel => leads("cancel", ButtonKind::Secondary, None),
        EventKind::Complete => leads("complete", ButtonKind::Primary, None),
        EventKind::Reopen => at_once(ReopenPurchaseOrder::PATH, ButtonKind::Secondary),
        EventKind::StartProcessing => {
            at_once(StartProcessingPurchaseOrder::PATH, ButtonKind::Primary)
        }
        // Their forms stand below: approving with its note, receiving line by line, submitting with the draft.
        EventKind::Approve
        | EventKind::Receive
        | EventKind::Submit
        | EventKind::Pass
        | EventKind::Escalate => None,
    }
}

/// *Approve* acts at once, its note beside it.
fn decide(context: &PageContext, record: &RecordView) -> Option<AnyView> {
    let (_, permission) = record
        .actions
        .iter()
        .find(|(kind, _)| *kind == EventKind::Approve)?;
    let Permission::Allowed(By::Person { way, .. }) = permission else {
        return None;
    };
    let path = ApprovePurchaseOrder::PATH;
    let errors = context.flash.errors_of(path);
    let form = (record.order.id.0, record.version);
    let rejecting = format!("{}/reject", address(record.order.id));
    let note = context.flash.typed_text(path, "note");
    let reason = context.flash.typed_text(path, "override_reason");
    let waiting_for = record
        .route
        .iter()
        .find(|e| matches!(e.status, engine::purchase_order::RouteStatus::Now { .. }));
    let approver = waiting_for
        .and_then(|e| e.approver.clone().ok())
        .unwrap_or_default();
    let (title, instead) = match way {
        Way::Override => (format!("Decide in {approver}'s place"), true),
        Way::Own | Way::Delegate => (details::whose_decision(record), false),
    };
    Some(view! {
        <Section title=title>
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=path record=form class="decision-form" warn_unsaved=true>
                {instead.then(|| view! {
                    <TextField name="override_reason" label="Override reason" value=reason error=errors.of("override_reason")
                        hint="Shown in the history beside your name."/>
                })}
                <TextArea name="note" label="Note" rows=2 value=note error=errors.of("note") hint="Optional."/>
                <FormActions>
                    // Leads to its own form, with the note as the reason.
                    <SubmitButton label="Reject" kind=ButtonKind::Danger leads_to=rejecting shortcut="r"/>
                    <SubmitButton label="Approve" kind=ButtonKind::Primary shortcut="a"/>
                </FormActions>
            </PostForm>
        </Section>
    }
    .into_any())
}

/// What was typed into a form that is no longer offered, because the order moved on or is not theirs to move: nothing is lost.
fn moved_on(context: &PageContext) -> Option<AnyView> {
    let flash = &context.flash;
    matches!(flash.status, 403 | 409).then(|| entered(flash))?
}

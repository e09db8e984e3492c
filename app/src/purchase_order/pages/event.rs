//! The forms of *Reject*, *Withdraw*, *Cancel* and *Complete*: each asks before it acts, its final button has the event's name.

use domain::{
    ids::PurchaseOrderId,
    permission::Permission,
    purchase_order::{By, EventKind, Refusal, RejectionCategory, State, Way},
};
use engine::{
    Error,
    purchase_order::{RecordView, address, record},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use super::details;
use crate::{
    form::PostForm,
    page::{PageContext, page},
    purchase_order::{
        actions::{
            CancelPurchaseOrder, CompletePurchaseOrder, RejectPurchaseOrder, WithdrawPurchaseOrder,
        },
        number,
    },
    ui::{
        ButtonKind, Choice, ErrorSummary, FormActions, LinkButton, PageHeader, SelectField,
        SubmitButton, TextArea, TextField,
    },
};

/// One such form: its event, where it posts, what it says before.
struct Asked {
    kind: EventKind,
    path: &'static str,
    says: &'static str,
    style: ButtonKind,
}

/// `/purchase-orders/{id}/reject` and the like.
#[component]
pub fn PurchaseOrderEventPage() -> impl IntoView {
    let word = use_params_map()
        .with_untracked(|params| params.get("event"))
        .unwrap_or_default();
    page(async move |context| {
        let asked = asked(&word).ok_or(Error::NotFound)?;
        let id = PurchaseOrderId(context.id()?);
        let order = record(context.engine(), context.actor()?, id).await?;
        let permission = order
            .actions
            .iter()
            .find(|(kind, _)| *kind == asked.kind)
            .map(|(_, p)| p);
        match permission {
            Some(Permission::Allowed(by)) => Ok(form(&context, &order, &asked, *by)),
            Some(Permission::Blocked(refusal)) => Err(Error::from(refusal.clone())),
            Some(Permission::Hidden) | None => Err(not_now(&order, &asked)),
        }
    })
}

fn asked(word: &str) -> Option<Asked> {
    let asked = |kind, path, says, style| {
        Some(Asked {
            kind,
            path,
            says,
            style,
        })
    };
    match word {
        "reject" => asked(
            EventKind::Reject,
            RejectPurchaseOrder::PATH,
            "The order goes back to its submitter with your reason. They can revise and resubmit it.",
            ButtonKind::Danger,
        ),
        "withdraw" => asked(
            EventKind::Withdraw,
            WithdrawPurchaseOrder::PATH,
            "The order becomes a draft again. When you resubmit it, every level decides anew.",
            ButtonKind::Primary,
        ),
        "cancel" => asked(
            EventKind::Cancel,
            CancelPurchaseOrder::PATH,
            "A cancelled order is final: it can't be reopened.",
            ButtonKind::Danger,
        ),
        "complete" => asked(
            EventKind::Complete,
            CompletePurchaseOrder::PATH,
            "A completed order is final. Where not everything was received, say why.",
            ButtonKind::Primary,
        ),
        _ => None,
    }
}

fn not_now(order: &RecordView, asked: &Asked) -> Error {
    let state = order.order.state;
    if domain::purchase_order::transition(state, asked.kind).is_some() {
        Error::Forbidden(Refusal::NotYours.to_string())
    } else {
        Error::Stale(
            Refusal::NotFromHere {
                state,
                event: asked.kind,
            }
            .to_string(),
        )
    }
}

fn form(context: &PageContext, order: &RecordView, asked: &Asked, by: By) -> AnyView {
    // What was typed before an error; else what was typed beside *Approve* before *Reject* was pressed.
    let typed = |field: &str| {
        if let Some(form) = context.flash.typed(asked.path) {
            return form.text(field).to_owned();
        }
        let beside = if field == "reason" { "note" } else { field };
        context.request.query(beside).unwrap_or_default()
    };
    let errors = context.flash.errors_of(asked.path);
    let overrides = matches!(
        by,
        By::Person {
            way: Way::Override,
            ..
        }
    );
    let number = number(order.order.id);
    let categories = RejectionCategory::ALL
        .iter()
        .map(|c| Choice::new(c.as_str(), c.label()))
        .collect();
    let needs_note = asked.kind == EventKind::Cancel && order.order.state == State::Approved;
    let hint = if asked.kind == EventKind::Complete || needs_note {
        ""
    } else {
        "Optional."
    };
    let fields = if asked.kind == EventKind::Reject {
        view! {
            <SelectField name="category" label="Reason category" prompt="Choose a category" value=typed("category") choices=categories
                error=errors.of("category")/>
            <TextArea name="reason" label="Reason" value=typed("reason") error=errors.of("reason")/>
        }
        .into_any()
    } else {
        view! { <TextArea name="note" label="Note" value=typed("note") hint=hint error=errors.of("note")/> }.into_any()
    };
    let (title, subtitle) = (
        format!("{} {number}", asked.kind.label()),
        details::title(order),
    );
    let (back, label, style) = (address(order.order.id), asked.kind.label(), asked.style);
    let reason = typed("override_reason");
    view! {
        <PageHeader title=title subtitle=subtitle/>
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">{asked.says}</p>
        <PostForm action=asked.path record=(order.order.id.0, order.version) class="form-narrow">
            {overrides.then(|| view! {
                <TextField name="override_reason" label="Override reason" value=reason
                    hint="You decide in the approver's place: shown in the history." error=errors.of("override_reason")/>
            })}
            {fields}
            <FormActions>
                <LinkButton href=back label=format!("Back to {number}") kind=ButtonKind::Quiet/>
                <SubmitButton label=label kind=style/>
            </FormActions>
        </PostForm>
    }
    .into_any()
}

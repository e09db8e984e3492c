//! The forms of *Forward* and *Reassign*: to whom, and why.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::Refusal,
};
use engine::{
    Error, person,
    purchase_order::{RecordView, address, record},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::{ForwardPurchaseOrder, ReassignPurchaseOrder};
use crate::{
    form::PostForm,
    page::{PageContext, page},
    purchase_order::{number, pages::details},
    ui::{
        ButtonKind, Choice, EmptyState, ErrorSummary, FormActions, LinkButton, PageHeader,
        SelectField, SubmitButton, TextArea,
    },
};

/// `/purchase-orders/{id}/forward`.
#[component]
pub fn ForwardPurchaseOrderPage() -> impl IntoView {
    page(async |context| {
        let order = shown(&context).await?;
        let people = order
            .forwards_to
            .clone()
            .ok_or_else(|| not_theirs(&order))?;
        let choices: Vec<Choice> = people
            .into_iter()
            .map(|(id, name)| Choice::new(id.to_string(), name))
            .collect();
        if choices.is_empty() {
            return Ok(nobody(&order));
        }
        let asked = Asked {
            label: "Forward",
            path: ForwardPurchaseOrder::PATH,
            says: "They decide instead of you, as themselves. The deadline stays.",
            hint: "Who may decide this level: the managers above, and who holds the same office.",
        };
        Ok(form(&context, &order, &asked, choices))
    })
}

/// `/purchase-orders/{id}/reassign`.
#[component]
pub fn ReassignPurchaseOrderPage() -> impl IntoView {
    page(async |context| {
        let order = shown(&context).await?;
        if !order.reassigns {
            return Err(not_theirs(&order));
        }
        let me = context.actor()?.id;
        let asked = order.order.waiting.map(|waiting| waiting.approver);
        let not: [Option<PersonId>; 3] = [Some(me), Some(order.order.submitter), asked];
        let people = person::choices(context.engine()).await?.into_iter();
        let others = people.filter(|choice| !not.contains(&Some(choice.id)));
        let choices = others
            .map(|choice| {
                Choice::new(
                    choice.id.to_string(),
                    format!("{} ({})", choice.name, choice.email),
                )
            })
            .collect();
        let asked = Asked {
            label: "Reassign",
            path: ReassignPurchaseOrder::PATH,
            says: "They decide instead of whom it waits for now. The deadline stays.",
            hint: "Anybody but the one who raised it, and you.",
        };
        Ok(form(&context, &order, &asked, choices))
    })
}

/// One such form.
struct Asked {
    label: &'static str,
    path: &'static str,
    says: &'static str,
    hint: &'static str,
}

async fn shown(context: &PageContext) -> Result<RecordView, Error> {
    let id = PurchaseOrderId(context.id()?);
    record(context.engine(), context.actor()?, id).await
}

fn not_theirs(order: &RecordView) -> Error {
    let state = order.order.state;
    if state.in_approval() {
        Error::Forbidden(Refusal::NotYours.to_string())
    } else {
        let state = state.label().to_lowercase();
        Error::Stale(format!(
            "This order is {state}: it waits for nobody's decision."
        ))
    }
}

fn nobody(order: &RecordView) -> AnyView {
    let (number, back) = (number(order.order.id), address(order.order.id));
    view! {
        <PageHeader title=format!("Forward {number}") subtitle=details::title(order)/>
        <EmptyState title="Nobody else may decide this level." text="An administrator can reassign it.">
            <LinkButton href=back label=format!("Back to {number}")/>
        </EmptyState>
    }
    .into_any()
}

fn form(context: &PageContext, order: &RecordView, asked: &Asked, choices: Vec<Choice>) -> AnyView {
    let errors = context.flash.errors_of(asked.path);
    let typed = |field: &str| context.flash.typed_text(asked.path, field);
    let (to, note) = (typed("to"), typed("note"));
    let (number, back) = (number(order.order.id), address(order.order.id));
    let (label, hint) = (asked.label, asked.hint);
    view! {
        <PageHeader title=format!("{label} {number}") subtitle=details::title(order)/>
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">{asked.says}</p>
        <PostForm action=asked.path record=(order.order.id.0, order.version) class="form-narrow">
            <SelectField name="to" label="To" prompt="Choose a person" value=to choices=choices hint=hint
                error=errors.of("to")/>
            <TextArea name="note" label="Note" value=note hint="Why. Shown in the history." error=errors.of("note")/>
            <FormActions>
                <LinkButton href=back label=format!("Back to {number}") kind=ButtonKind::Quiet/>
                <SubmitButton label=label kind=ButtonKind::Primary/>
            </FormActions>
        </PostForm>
    }
    .into_any()
}

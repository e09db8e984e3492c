//! Rejecting what was chosen: one reason for all of it, asked before anything happens.

use domain::{ids::PurchaseOrderId, money::format_amount, purchase_order::RejectionCategory};
use engine::{
    Error,
    purchase_order::{ListRow, chosen},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{INBOX, actions::DecideMany, item, parse_item};
use crate::{
    form::PostForm,
    page::page,
    purchase_order::{number, title},
    ui::{
        ButtonKind, Choice, EmptyState, ErrorSummary, FormActions, LinkButton, PageHeader,
        SelectField, SubmitButton, TextArea,
    },
};

/// `/approvals/reject?item=1042:3&item=1043:2`.
#[component]
pub fn RejectManyPage() -> impl IntoView {
    page(async |context| {
        let path = DecideMany::PATH;
        let asked = context.request.query_all("item");
        let items: Vec<(PurchaseOrderId, i32)> =
            asked.iter().filter_map(|text| parse_item(text)).collect();
        let orders = chosen(context.engine(), context.actor()?, &items).await?;
        if orders.is_empty() {
            return Ok::<_, Error>(view! {
                <PageHeader title="Reject"/>
                <EmptyState title="Nothing is selected." text="Tick the orders to reject, then choose Reject selected.">
                    <LinkButton href=INBOX label="Back to approvals"/>
                </EmptyState>
            }
            .into_any());
        }
        let errors = context.flash.errors_of(path);
        let typed = |field: &str| context.flash.typed_text(path, field);
        // What was noted for approving is not lost when it becomes a rejection.
        let reason = Some(typed("reason")).filter(|text| !text.is_empty());
        let reason = reason
            .or_else(|| context.request.query("note"))
            .unwrap_or_default();
        let categories = RejectionCategory::ALL
            .iter()
            .map(|c| Choice::new(c.as_str(), c.label()))
            .collect();
        let heading = match &orders[..] {
            [order] => format!("Reject {}", number(order.id)),
            many => format!("Reject {} orders", many.len()),
        };
        let (open, category) = (context.request.query("open"), typed("category"));
        let listed = listed(orders, &items);
        Ok(view! {
            <PageHeader title=heading/>
            <ErrorSummary errors=errors.clone()/>
            <p class="form-says">"Each order goes back to its submitter with your reason. They can revise and resubmit it."</p>
            <PostForm action=path class="form-narrow">
                <ul class="chosen-list">{listed}</ul>
                {open.map(|open| view! { <input type="hidden" name="open" value=open/> })}
                <SelectField name="category" label="Reason category" prompt="Choose a category" value=category choices=categories
                    error=errors.of("category")/>
                <TextArea name="reason" label="Reason" value=reason error=errors.of("reason")/>
                <FormActions>
                    <LinkButton href=INBOX label="Back to approvals" kind=ButtonKind::Quiet/>
                    <SubmitButton label="Reject" kind=ButtonKind::Danger name="intent" value="reject"/>
                </FormActions>
            </PostForm>
        }
        .into_any())
    })
}

/// What was chosen, each with the version it was shown at.
fn listed(orders: Vec<ListRow>, items: &[(PurchaseOrderId, i32)]) -> AnyView {
    let shown = |order: ListRow| {
        let version = items.iter().find(|(id, _)| *id == order.id);
        let chosen = item(order.id, version.map_or(0, |(_, version)| *version));
        let total = format!("{} {}", format_amount(order.total), order.currency);
        view! {
            <li>
                <input type="hidden" name="item" value=chosen/>
                <span class="record-number">{number(order.id)}</span>" "{title(&order.title)}", "{order.submitter}", "{total}
            </li>
        }
    };
    orders.into_iter().map(shown).collect_view().into_any()
}

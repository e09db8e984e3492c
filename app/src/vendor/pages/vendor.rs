//! One vendor: its form for who may change it, else the facts; what is against it; its orders; its history.

use domain::{
    ids::VendorId,
    money::format_amount,
    purchase_order::sees_all,
    vendor::{Event, permission},
};
use engine::{
    Error, purchase_order, transition_log,
    vendor::{self, Mark, OrderRow, Vendor, subject},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{or_dash, standing};
use crate::{
    change_history,
    form::RecordForm,
    page::{PageContext, page},
    purchase_order::{number, title, tone},
    ui::{
        Amount, ButtonKind, Cell, Column, Columns, DataTable, DescriptionItem, DescriptionList,
        LinkButton, LinkCell, Notice, NoticeKind, PageHeader, ReaderTime, Section, StateBadge,
        StateTag, TableRow, Timestamp,
    },
    vendor::{
        actions::{UpdateVendor, event_address},
        form::{Typed, fields},
    },
};

/// Rows of history a page shows.
const HISTORY: i64 = 100;

/// `/admin/vendors/{id}`.
#[component]
pub fn VendorPage() -> impl IntoView {
    page(async |context| {
        let (engine, actor) = (context.engine(), context.actor()?);
        let id = VendorId(context.id()?);
        let vendor = vendor::get(engine, id).await?.ok_or(Error::NotFound)?;
        let orders = vendor::orders(engine, actor, id).await?;
        let rows = transition_log::history(engine, subject(id), None, HISTORY).await?;
        let scope = if sees_all(actor) { "all" } else { "placed" };
        let all_orders = format!("/purchase-orders?scope={scope}&vendor={id}");
        let may = |event: Event| permission(vendor.standing(), event, actor).is_ok();
        let main = if may(Event::Change) {
            form(&context, &vendor)
        } else {
            facts(&vendor)
        };
        let buttons = Event::ALL
            .iter()
            .filter(|event| **event != Event::Change && may(**event))
            .map(|event| button(id, *event))
            .collect_view();
        let (label, tone) = standing(vendor.standing());
        let state = view! { <StateBadge label=label tone=tone/> };
        let history = change_history::list(&rows, &context.time);
        Ok(view! {
            <PageHeader title=vendor.name.clone() back=(engine::vendor::LIST, "All vendors")>{state}{buttons}</PageHeader>
            {against(&vendor, &context.time)}
            <Columns aside=history>
                {main}
                {orders_section(orders, all_orders, &context.time)}
            </Columns>
        }
        .into_any())
    })
}

fn button(id: VendorId, event: Event) -> AnyView {
    let kind = if event == Event::Hold {
        ButtonKind::Danger
    } else {
        ButtonKind::Secondary
    };
    view! { <LinkButton href=event_address(id, event) label=event.label() kind=kind/> }.into_any()
}

/// What is against the vendor, and what that means for its orders.
fn against(vendor: &Vendor, time: &ReaderTime) -> AnyView {
    let hold = vendor.hold.as_ref().map(|mark| {
        let means = "Nothing new is ordered from it. Orders in approval cannot be approved until it is released, \
                     and approved ones are not placed.";
        said("On hold", mark, means, time)
    });
    let flag = vendor.flag.as_ref().map(|mark| {
        let means =
            "Its orders can be neither submitted, approved nor placed until the flag is cleared.";
        said("Under review", mark, means, time)
    });
    view! { {hold}{flag} }.into_any()
}

fn said(what: &'static str, mark: &Mark, means: &'static str, time: &ReaderTime) -> AnyView {
    let by = mark
        .by
        .as_ref()
        .map_or_else(String::new, |by| format!(" by {by}"));
    let (reason, at) = (mark.reason.clone(), time.moment(mark.at));
    view! {
        <Notice text=means kind=NoticeKind::Warning>
            <p><b>{what}{by}</b>" "<Timestamp at=at/>": "<span class="prose">{reason}</span></p>
        </Notice>
    }
    .into_any()
}

fn form(context: &PageContext, vendor: &Vendor) -> AnyView {
    let errors = context.flash.errors_of(UpdateVendor::PATH);
    let typed = context.flash.typed(UpdateVendor::PATH);
    let fields = fields(
        typed.map_or_else(|| Typed::from(vendor), Typed::read),
        &errors,
    );
    let record = (vendor.id.0, vendor.version);
    view! {
        <Section title="Details">
            <RecordForm action=UpdateVendor::PATH record=record errors=errors button="Save">{fields}</RecordForm>
        </Section>
    }
    .into_any()
}

fn facts(vendor: &Vendor) -> AnyView {
    let items = vec![
        DescriptionItem::new("Email", or_dash(vendor.email.clone())),
        DescriptionItem::new("Address", or_dash(Some(vendor.address.clone()))),
    ];
    view! { <Section title="Details"><DescriptionList items=items/></Section> }.into_any()
}

fn orders_section(orders: Vec<OrderRow>, all: String, time: &ReaderTime) -> AnyView {
    if orders.is_empty() {
        return view! { <Section title="Orders"><p class="form-says">"None that you may see."</p></Section> }
            .into_any();
    }
    let columns = vec![
        Column::text("Order"),
        Column::text("State"),
        Column::text("Raised by"),
        Column::number("Total"),
        Column::text("State changed"),
    ];
    let rows = orders
        .into_iter()
        .map(|order| row(order, time))
        .collect_view();
    let all = view! { <LinkButton href=all label="All its orders" kind=ButtonKind::Quiet/> };
    view! {
        <Section title="Orders" action=all.into_any()>
            <DataTable caption="Newest orders" columns=columns>{rows}</DataTable>
        </Section>
    }
    .into_any()
}

fn row(order: OrderRow, time: &ReaderTime) -> AnyView {
    let changed = time.moment(order.status_changed_at);
    view! {
        <TableRow>
            <LinkCell label="Order" href=purchase_order::address(order.id)>{number(order.id)}" "{title(&order.title)}</LinkCell>
            <Cell label="State"><StateTag label=order.state.label() tone=tone(order.state)/></Cell>
            <Cell label="Raised by">{order.submitter}</Cell>
            <Cell label="Total" numeric=true>
                <Amount amount=format_amount(order.total) currency=order.currency.to_string()/>
            </Cell>
            <Cell label="State changed"><Timestamp at=changed/></Cell>
        </TableRow>
    }
    .into_any()
}

//! The list of orders.

use domain::{ids::PurchaseOrderId, money::format_amount};
use engine::purchase_order::{ListPage, ListRow, Scope, list, scopes};
use leptos::prelude::*;

use crate::{
    page::page,
    purchase_order::{number, tone, words},
    ui::{
        self, Amount, ButtonKind, Cell, Column, DataTable, EmptyState, LinkButton, LinkCell,
        PageHeader, Pager, ReaderTime, Scopes, StateTag, TableRow, Timestamp,
    },
};

/// `/purchase-orders?scope=mine&before=1042`.
#[component]
pub fn PurchaseOrdersPage() -> impl IntoView {
    page(async |context| {
        let actor = context.actor()?;
        let offered = scopes(actor);
        let asked = context.request.query("scope");
        let scope = offered
            .iter()
            .copied()
            .find(|s| Some(s.as_str()) == asked.as_deref());
        let scope = scope.or(offered.first().copied()).unwrap_or(Scope::Mine);
        let before = context
            .request
            .query("before")
            .and_then(|id| id.parse().ok())
            .map(PurchaseOrderId);
        let page = list(context.engine(), actor, scope, before).await?;
        let tabs = offered
            .iter()
            .map(|s| ui::Scope {
                label: s.label().to_owned(),
                href: format!("/purchase-orders?scope={}", s.as_str()),
                count: None,
                current: *s == scope,
            })
            .collect();
        Ok(view! {
            <PageHeader title="Purchase orders">
                <LinkButton href="/workflows/purchase_order" label="How it works" kind=ButtonKind::Quiet/>
                <LinkButton href="/purchase-orders/new" label="New purchase order" kind=ButtonKind::Primary/>
            </PageHeader>
            <Scopes scopes=tabs/>
            {rows(page, scope, before.is_some(), &context.time)}
        }
        .into_any())
    })
}

fn rows(page: ListPage, scope: Scope, later_page: bool, time: &ReaderTime) -> AnyView {
    if page.rows.is_empty() && !later_page {
        return empty(scope);
    }
    let summary = match page.count {
        Some(1) => "1 order".to_owned(),
        Some(count) => format!("{} orders", format_count(count)),
        None => "over 1,000 orders".to_owned(),
    };
    let address = |before: Option<PurchaseOrderId>| {
        let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
        format!("/purchase-orders?scope={}{before}", scope.as_str())
    };
    let first = later_page.then(|| address(None));
    let next = page.next.map(|id| address(Some(id)));
    view! {
        {orders_table(page.rows, time)}
        <Pager summary=summary first_href=first next_href=next/>
    }
    .into_any()
}

fn format_count(count: i64) -> String {
    if count < 1000 {
        count.to_string()
    } else {
        format!("{},{:03}", count / 1000, count % 1000)
    }
}

/// The table of orders, shared by the list and My work.
pub fn orders_table(rows: Vec<ListRow>, time: &ReaderTime) -> AnyView {
    let columns = vec![
        Column::text("Order"),
        Column::text("State"),
        Column::text("Raised by"),
        Column::text("Vendor"),
        Column::number("Total"),
        Column::text("Waits for"),
        Column::text("Changed"),
    ];
    let now = time.now;
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let late = row.due.is_some_and(|due| due < now);
            let changed = time.moment(row.status_changed_at);
            let due = row.due.map(|due| time.moment(due));
            let title = if row.title.is_empty() { "Untitled".to_owned() } else { words::title(&row.title) };
            view! {
                <TableRow late=late>
                    <LinkCell label="Order" href=engine::purchase_order::address(row.id)>
                        <span class="record-number">{number(row.id)}</span>" "{title}
                    </LinkCell>
                    <Cell label="State"><StateTag label=row.state.label() tone=tone(row.state)/></Cell>
                    <Cell label="Raised by">{row.submitter}</Cell>
                    <Cell label="Vendor">{row.vendor.unwrap_or_else(|| "—".to_owned())}</Cell>
                    <Cell label="Total" numeric=true><Amount amount=format_amount(row.total) currency=row.currency.to_string()/></Cell>
                    <Cell label="Waits for">
                        {row.approver.unwrap_or_else(|| "—".to_owned())}
                        {due.map(|due| view! { <span class="cell-note">{if late { " late, due " } else { " due " }}<Timestamp at=due/></span> })}
                    </Cell>
                    <Cell label="Changed"><Timestamp at=changed/></Cell>
                </TableRow>
            }
        })
        .collect();
    view! { <DataTable caption="Purchase orders" columns=columns>{rows}</DataTable> }.into_any()
}

fn empty(scope: Scope) -> AnyView {
    let (title, text) = match scope {
        Scope::Mine => (
            "You have not raised any orders.",
            "Raise one: save it as a draft, and submit it when it is complete.",
        ),
        Scope::Waiting => (
            "Nothing waits for you.",
            "Orders appear here when they need your decision.",
        ),
        Scope::Team => (
            "Nobody in your team has raised an order.",
            "Orders of everyone who reports to you, at any depth, appear here.",
        ),
        Scope::Placed => (
            "No order is approved yet.",
            "Orders appear here once they are approved.",
        ),
        Scope::All => ("There are no orders yet.", "Raise the first one."),
    };
    view! {
        <EmptyState title=title text=text>
            <LinkButton href="/purchase-orders/new" label="New purchase order"/>
        </EmptyState>
    }
    .into_any()
}

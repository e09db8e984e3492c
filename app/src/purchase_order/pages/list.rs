//! The list of orders.

use domain::{money::format_amount, purchase_order::State};
use engine::{
    list::Query,
    purchase_order::{ListRow, ORDERS, Scope, list, scope_of, scopes},
};
use leptos::prelude::*;

use crate::{
    list::{Face, Listing, sortable},
    page::page,
    purchase_order::{number, tone, words},
    ui::{
        Amount, ButtonKind, Cell, Column, DataTable, EmptyState, LinkButton, LinkCell, PageHeader,
        ReaderTime, StateTag, TableRow, Timestamp,
    },
};

/// `/purchase-orders?scope=mine&sort=total&vendor=17&q=desk`.
#[component]
pub fn PurchaseOrdersPage() -> impl IntoView {
    page(async |context| {
        let (engine, actor) = (context.engine(), context.actor()?);
        let query = Query::parse(&ORDERS, &context.request.query, &context.time.zone);
        let scope = scope_of(&query, actor);
        let found = list(engine, actor, &query).await?;
        let listing = Listing::load(&context, query, &FACE).await?;
        let offered: Vec<_> = scopes(actor)
            .iter()
            .map(|s| (s.as_str(), s.label()))
            .collect();
        let query = &listing.query;
        let rows = if found.rows.is_empty() && query.after.is_none() {
            empty(query, scope)
        } else {
            view! { {orders_table(found.rows, &context.time, Some(query))} {listing.below(found.count, found.next)} }.into_any()
        };
        Ok(view! {
            <PageHeader title="Purchase orders">
                <LinkButton href="/workflows/purchase_order" label="How it works" kind=ButtonKind::Quiet/>
                <LinkButton href="/purchase-orders/new" label="New purchase order" kind=ButtonKind::Primary/>
            </PageHeader>
            {listing.above(&offered, scope.as_str())}
            {rows}
        }
        .into_any())
    })
}

static FACE: Face = Face {
    noun: ("order", "orders"),
    export: "/purchase-orders.csv",
    in_words,
};

/// A word of a filter, as people read it.
fn in_words(filter: &str, word: &str) -> String {
    let state = (filter == "state").then(|| State::parse(word)).flatten();
    state.map_or_else(|| word.to_owned(), |state| state.label().to_owned())
}

/// The table of orders, shared by the list and My work; the heads sort the list of `query`.
pub fn orders_table(rows: Vec<ListRow>, time: &ReaderTime, query: Option<&Query>) -> AnyView {
    let column = |column, sort| match query {
        Some(query) => sortable(query, column, sort),
        None => column,
    };
    let columns = vec![
        column(Column::text("Order"), "number"),
        Column::text("State"),
        column(Column::text("Needed by"), "needed_by"),
        column(Column::number("Total"), "total"),
        column(Column::text("Waits for"), "due"),
        column(Column::text("Changed"), "changed"),
    ];
    let rows: Vec<_> = rows.into_iter().map(|row| order_row(row, time)).collect();
    view! { <DataTable caption="Purchase orders" columns=columns>{rows}</DataTable> }.into_any()
}

fn order_row(row: ListRow, time: &ReaderTime) -> AnyView {
    let late = row.due.is_some_and(|due| due < time.now);
    let changed = time.moment(row.status_changed_at);
    let due = row.due.map(|due| time.moment(due));
    let title = if row.title.is_empty() {
        "Untitled".to_owned()
    } else {
        words::title(&row.title)
    };
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    let from = row.vendor.map_or(row.submitter.clone(), |vendor| {
        format!("{} → {vendor}", row.submitter)
    });
    view! {
        <TableRow late=late>
            <LinkCell label="Order" href=engine::purchase_order::address(row.id)>
                <span class="record-number">{number(row.id)}</span>" "{title}
                <span class="cell-note">{from}</span>
            </LinkCell>
            <Cell label="State"><StateTag label=row.state.label() tone=tone(row.state)/></Cell>
            <Cell label="Needed by">{or_dash(row.needed_by.map(words::day))}</Cell>
            <Cell label="Total" numeric=true><Amount amount=format_amount(row.total) currency=row.currency.to_string()/></Cell>
            <Cell label="Waits for">
                {or_dash(row.approver)}
                {due.map(|due| view! { <span class="cell-note">{if late { " late, due " } else { " due " }}<Timestamp at=due/></span> })}
            </Cell>
            <Cell label="Changed"><Timestamp at=changed/></Cell>
        </TableRow>
    }
    .into_any()
}

fn empty(query: &Query, scope: Scope) -> AnyView {
    if query.narrows() {
        let whole = query.whole().address();
        return view! {
            <EmptyState title="No order fits." text="Look for other words, or take a filter away.">
                <LinkButton href=whole label="Clear all filters"/>
            </EmptyState>
        }
        .into_any();
    }
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

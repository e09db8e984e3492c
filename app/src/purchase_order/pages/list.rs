//! The list of orders.

use domain::{
    actor::Actor,
    money::format_amount,
    purchase_order::{RejectionCategory, State},
};
use engine::{
    list::Query,
    purchase_order::{ListRow, Scope, address, scope_of, scopes},
};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::{
    list::{Face, ScopesOf, Shown, file_time, listed},
    page::page,
    purchase_order::{number, tone, words},
    ui::{
        Amount, ButtonKind, Cell, Column, EmptyState, LinkButton, LinkCell, PageHeader, ReaderTime,
        StateTag, TableRow, Timestamp,
    },
};

/// `/purchase-orders?scope=mine&sort=total&vendor=17&q=desk`.
#[component]
pub fn PurchaseOrdersPage() -> impl IntoView {
    page(async |context| {
        let list = listed::<ListRow>(&context).await?;
        Ok(view! {
            <PageHeader title="Purchase orders">
                <LinkButton href="/workflows/purchase_order" label="How it works" kind=ButtonKind::Quiet/>
                <LinkButton href="/purchase-orders/new" label="New purchase order" kind=ButtonKind::Primary/>
            </PageHeader>
            {list}
        }
        .into_any())
    })
}

static FACE: Face = Face {
    caption: "Purchase orders",
    noun: ("order", "orders"),
    in_words,
    head: &[
        "Order",
        "For",
        "State",
        "Raised by",
        "Vendor",
        "Department",
        "Needed by",
        "Total",
        "Currency",
        "Waits for",
        "Decision due",
        "State changed",
        "Address",
    ],
};

/// A word of a filter, as people read it.
fn in_words(filter: &str, word: &str) -> String {
    let label = match filter {
        "state" => State::parse(word).map(State::label),
        "rejected_for" => RejectionCategory::parse(word).map(RejectionCategory::label),
        _ => None,
    };
    label.unwrap_or(word).to_owned()
}

impl Shown for ListRow {
    fn face() -> &'static Face {
        &FACE
    }

    fn columns() -> Vec<(Column, Option<&'static str>)> {
        vec![
            (Column::text("Order"), Some("number")),
            (Column::text("State"), None),
            (Column::text("Needed by"), Some("needed_by")),
            (Column::number("Total"), Some("total")),
            (Column::text("Waits for"), Some("due")),
            (Column::text("Changed"), Some("changed")),
        ]
    }

    fn row(self, time: &ReaderTime) -> AnyView {
        let late = self.due.is_some_and(|due| due < time.now);
        let changed = time.moment(self.status_changed_at);
        let due = self.due.map(|due| time.moment(due));
        let title = if self.title.is_empty() {
            "Untitled".to_owned()
        } else {
            words::title(&self.title)
        };
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
        let from = self.vendor.map_or(self.submitter.clone(), |vendor| {
            format!("{} → {vendor}", self.submitter)
        });
        view! {
            <TableRow late=late>
                <LinkCell label="Order" href=address(self.id)>
                    <span class="record-number">{number(self.id)}</span>" "{title}
                    <span class="cell-note">{from}</span>
                </LinkCell>
                <Cell label="State"><StateTag label=self.state.label() tone=tone(self.state)/></Cell>
                <Cell label="Needed by">{or_dash(self.needed_by.map(words::day))}</Cell>
                <Cell label="Total" numeric=true><Amount amount=format_amount(self.total) currency=self.currency.to_string()/></Cell>
                <Cell label="Waits for">
                    {or_dash(self.approver)}
                    {due.map(|due| view! { <span class="cell-note">{if late { " late, due " } else { " due " }}<Timestamp at=due/></span> })}
                </Cell>
                <Cell label="Changed"><Timestamp at=changed/></Cell>
            </TableRow>
        }
        .into_any()
    }

    fn record(self, zone: &TimeZone) -> Vec<String> {
        vec![
            number(self.id),
            words::title(&self.title),
            self.state.label().to_owned(),
            self.submitter,
            self.vendor.unwrap_or_default(),
            self.department.unwrap_or_default(),
            self.needed_by
                .map(|day| day.to_string())
                .unwrap_or_default(),
            self.total.to_string(),
            self.currency.to_string(),
            self.approver.unwrap_or_default(),
            self.due.map(|due| file_time(due, zone)).unwrap_or_default(),
            file_time(self.status_changed_at, zone),
            address(self.id),
        ]
    }

    fn empty(query: &Query, actor: &Actor) -> AnyView {
        let (title, text) = match scope_of(query, actor) {
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

    fn scopes(query: &Query, actor: &Actor) -> ScopesOf {
        let all = scopes(actor).into_iter();
        let all = all.map(|scope| (scope.as_str(), scope.label()));
        (all.collect(), scope_of(query, actor).as_str())
    }
}

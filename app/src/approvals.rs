//! The inbox: what waits for the reader's decision, soonest due first.

use domain::money::format_amount;
use engine::purchase_order::{InboxRow, address, inbox};
use jiff::Timestamp as Instant;
use leptos::prelude::*;

use crate::{
    page::page,
    purchase_order::{number, title, tone},
    ui::{
        Amount, Cell, Column, DataTable, EmptyState, LinkCell, PageHeader, Pager, ReaderTime,
        StateTag, TableRow, Timestamp,
    },
};

/// `/approvals`.
#[component]
pub fn ApprovalsPage() -> impl IntoView {
    page(async |context| {
        let after = context.request.query("after").and_then(|key| cursor(&key));
        let (rows, more) = inbox(context.engine(), context.actor()?, after).await?;
        let waiting = context.request.signed_in.as_ref().map_or(0, |s| s.waiting);
        let next = rows.last().filter(|_| more).map(|row| {
            format!(
                "/approvals?after={}_{}",
                row.due.as_microsecond(),
                row.decision
            )
        });
        let body = if rows.is_empty() && after.is_none() {
            view! { <EmptyState title="Nothing waits for you." text="Orders appear here when they need your decision."/> }.into_any()
        } else {
            let summary = match waiting {
                1 => "1 decision waits".to_owned(),
                1001.. => "over 1,000 decisions wait".to_owned(),
                count => format!("{count} decisions wait"),
            };
            let first = after.map(|_| "/approvals".to_owned());
            view! { {inbox_table(rows, &context.time)} <Pager summary=summary first_href=first next_href=next/> }.into_any()
        };
        Ok(view! { <PageHeader title="Approvals" subtitle="What waits for your decision, soonest due first."/> {body} }.into_any())
    })
}

fn cursor(key: &str) -> Option<(Instant, i64)> {
    let (due, decision) = key.split_once('_')?;
    Some((
        Instant::from_microsecond(due.parse().ok()?).ok()?,
        decision.parse().ok()?,
    ))
}

/// The table of what waits, shared by the inbox and My work.
pub fn inbox_table(rows: Vec<InboxRow>, time: &ReaderTime) -> AnyView {
    let columns = vec![
        Column::text("Order"),
        Column::text("State"),
        Column::text("Raised by"),
        Column::text("Vendor"),
        Column::number("Total"),
        Column::text("Waiting since"),
        Column::text("Due"),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let late = row.due < time.now;
            let (since, due) = (time.moment(row.opened_at), time.moment(row.due));
            view! {
                <TableRow late=late>
                    <LinkCell label="Order" href=address(row.id)><span class="record-number">{number(row.id)}</span>" "{title(&row.title)}</LinkCell>
                    <Cell label="State"><StateTag label=row.state.label() tone=tone(row.state)/></Cell>
                    <Cell label="Raised by">{row.submitter}</Cell>
                    <Cell label="Vendor">{row.vendor}</Cell>
                    <Cell label="Total" numeric=true><Amount amount=format_amount(row.total) currency=row.currency.to_string()/></Cell>
                    <Cell label="Waiting since"><Timestamp at=since/></Cell>
                    <Cell label="Due">{late.then_some("Late, was due ")}<Timestamp at=due/></Cell>
                </TableRow>
            }
        })
        .collect();
    view! { <DataTable caption="Waiting for your decision" columns=columns>{rows}</DataTable> }
        .into_any()
}

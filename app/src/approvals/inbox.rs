//! The page: one line a decision, and what is open beside it.

use domain::{ids::PurchaseOrderId, money::format_amount};
use engine::{
    list::{COUNT_LIMIT, PAGE},
    purchase_order::{InboxRow, address, inbox, waiting},
};
use jiff::Timestamp as Instant;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{INBOX, actions::DecideMany, item, preview};
use crate::{
    form::PostForm,
    page::page,
    purchase_order::{number, title},
    ui::{
        Amount, ButtonKind, Cell, Column, DataTable, EmptyState, ErrorSummary, LinkCell,
        PageHeader, Pager, ReaderTime, SubmitButton, TableRow, Timestamp, grouped,
    },
};

/// The form that the boxes of the rows belong to.
const CHOSEN: &str = "chosen";

/// `/approvals?open=1042&after=…`.
#[component]
pub fn ApprovalsPage() -> impl IntoView {
    page(async |context| {
        let request = &context.request;
        let after = request.query("after").and_then(|key| cursor(&key));
        let (rows, more) = inbox(context.engine(), context.actor()?, after, PAGE).await?;
        let subtitle = "What waits for your decision, soonest due first.";
        if rows.is_empty() && after.is_none() {
            return Ok(view! {
                <PageHeader title="Approvals" subtitle=subtitle/>
                <EmptyState title="Nothing waits for you." text="Orders appear here when they need your decision."/>
            }
            .into_any());
        }
        let waiting = if more || after.is_some() {
            waiting(context.engine(), context.actor()?.id).await?
        } else {
            rows.len().try_into().unwrap_or(i64::MAX)
        };
        let key = request.query("after");
        let next = rows.last().filter(|_| more);
        let next = next.map(|row| {
            format!(
                "{INBOX}?after={}_{}",
                row.due.as_microsecond(),
                row.decision
            )
        });
        let open = request
            .query("open")
            .and_then(|id| id.parse().ok())
            .map(PurchaseOrderId);
        let preview = preview::preview(&context, &rows, open).await?;
        let all = request.query("select").as_deref() == Some("all");
        let table = Shown {
            open,
            all,
            after: key.as_deref(),
        }
        .table(rows, &context.time);
        let first = after.map(|_| INBOX.to_owned());
        let class = if preview.is_some() {
            "inbox inbox-open"
        } else {
            "inbox"
        };
        Ok(view! {
            <PageHeader title="Approvals" subtitle=subtitle/>
            <ErrorSummary errors=context.flash.errors_of(DecideMany::PATH)/>
            <div class=class>
                <div class="inbox-list">
                    {bulk(all, key)}
                    {table}
                    <Pager summary=summary(waiting) first_href=first next_href=next/>
                </div>
                {preview}
            </div>
        }
        .into_any())
    })
}

fn summary(waiting: i64) -> String {
    match waiting {
        1 => "1 decision waits".to_owned(),
        COUNT_LIMIT.. => "over 1,000 decisions wait".to_owned(),
        count => format!("{} decisions wait", grouped(count)),
    }
}

/// What can be done with all that are ticked: each gets a result of its own.
fn bulk(all: bool, after: Option<String>) -> impl IntoView {
    let after = after.map(|key| format!("&after={key}")).unwrap_or_default();
    let (to, label) = if all {
        (format!("{INBOX}?select=none{after}"), "Select none")
    } else {
        (format!("{INBOX}?select=all{after}"), "Select all")
    };
    view! {
        <PostForm action=DecideMany::PATH id=CHOSEN class="inbox-bulk" label="Selected orders">
            <a href=to class=ButtonKind::Quiet.class() data-select-all=true>{label}</a>
            <button type="submit" class=ButtonKind::Secondary.class() formmethod="get" formaction="/approvals/reject">"Reject selected"</button>
            <SubmitButton label="Approve selected" name="intent" value="approve"/>
        </PostForm>
    }
}

/// How the rows are shown.
struct Shown<'a> {
    open: Option<PurchaseOrderId>,
    all: bool,
    after: Option<&'a str>,
}

impl Shown<'_> {
    fn table(&self, rows: Vec<InboxRow>, time: &ReaderTime) -> AnyView {
        let columns = vec![
            Column::hidden("Select"),
            Column::text("Order"),
            Column::number("Total"),
            Column::text("Waiting since"),
            Column::text("Due"),
        ];
        let rows: Vec<_> = rows.into_iter().map(|row| self.row(row, time)).collect();
        view! { <DataTable caption="Waiting for your decision" columns=columns>{rows}</DataTable> }
            .into_any()
    }

    fn row(&self, row: InboxRow, time: &ReaderTime) -> AnyView {
        let after = self
            .after
            .map(|key| format!("&after={key}"))
            .unwrap_or_default();
        let href = format!("{INBOX}?open={}{after}#preview", row.id);
        let current = (self.open == Some(row.id)).then_some("true");
        let late = row.due < time.now;
        let (since, due) = (time.moment(row.opened_at), time.moment(row.due));
        let (value, name) = (item(row.id, row.version), number(row.id));
        let checked = self.all && row.blocked.is_none();
        let selectable = if row.blocked.is_some() {
            "blocked"
        } else {
            "free"
        };
        let select = format!("Select {name}");
        view! {
            <TableRow late=late>
                <Cell label="">
                    <input type="checkbox" class="checkbox" name="item" value=value form=CHOSEN checked=checked
                        aria-label=select data-select=selectable/>
                </Cell>
                <LinkCell label="Order" href=href current=current>
                    <span class="record-number">{name}</span>" "{title(&row.title)}
                    <span class="cell-note">{format!("{} → {}. {}.", row.submitter, row.vendor, row.why)}</span>
                    {row.escalated_to.map(|name| view! { <span class="cell-note cell-blocked">{format!("Escalated to {name}, who may decide too.")}</span> })}
                    {row.blocked.map(|why| view! { <span class="cell-note cell-blocked">{format!("Can't be approved now. {why}")}</span> })}
                </LinkCell>
                <Cell label="Total" numeric=true><Amount amount=format_amount(row.total) currency=row.currency.to_string()/></Cell>
                <Cell label="Waiting since"><Timestamp at=since/></Cell>
                <Cell label="Due">{late.then_some("Late, was due ")}<Timestamp at=due/></Cell>
            </TableRow>
        }
        .into_any()
    }
}

fn cursor(key: &str) -> Option<(Instant, i64)> {
    let (due, decision) = key.split_once('_')?;
    Some((
        Instant::from_microsecond(due.parse().ok()?).ok()?,
        decision.parse().ok()?,
    ))
}

/// The rows as My work shows them: each leads to its order.
pub fn inbox_table(rows: Vec<InboxRow>, time: &ReaderTime) -> AnyView {
    let columns = vec![
        Column::text("Order"),
        Column::number("Total"),
        Column::text("Waiting since"),
        Column::text("Due"),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let late = row.due < time.now;
            let from = format!("{} → {}", row.submitter, row.vendor);
            let (since, due) = (time.moment(row.opened_at), time.moment(row.due));
            view! {
                <TableRow late=late>
                    <LinkCell label="Order" href=address(row.id)>
                        <span class="record-number">{number(row.id)}</span>" "{title(&row.title)}
                        <span class="cell-note">{from}</span>
                    </LinkCell>
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

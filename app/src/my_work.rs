//! Home: what waits for the reader, and how their own orders stand.

use domain::role::Role;
use engine::{
    comment::mentions,
    purchase_order::{Counts, counts, inbox, latest},
};
use leptos::prelude::*;

use crate::{
    approvals::inbox_table,
    comment::mentioned_section,
    list::table,
    page::page,
    ui::{ButtonKind, EmptyState, LinkButton, PageHeader, Section},
};

/// Rows shown of each list.
const SHOWN: usize = 8;

/// `/`.
#[component]
pub fn MyWorkPage() -> impl IntoView {
    page(async |context| {
        let (engine, actor) = (context.engine(), context.actor()?);
        let figures = counts(engine, actor).await?;
        let (waiting, _) = inbox(engine, actor, None, SHOWN).await?;
        let mine = latest(engine, actor, SHOWN).await?;
        let mentioned = mentioned_section(mentions(engine, actor.id).await?, &context.time);
        let (some_wait, some_mine) = (!waiting.is_empty(), !mine.is_empty());
        let waiting = inbox_table(waiting, &context.time);
        let mine = table(mine, &context.time, None);
        let all = |href: &'static str| view! { <a href=href>"All"</a> }.into_any();
        Ok(view! {
            <PageHeader title="My work">
                <LinkButton href="/purchase-orders/new" label="New purchase order" kind=ButtonKind::Primary/>
            </PageHeader>
            {figures_row(figures, actor.has(Role::Purchasing))}
            {mentioned}
            {some_wait.then(|| view! {
                <Section title="Waiting for your decision" action=all("/approvals")>{waiting}</Section>
            })}
            <Section title="Your orders" action=all("/purchase-orders?scope=mine")>
                {if some_mine {
                    mine
                } else {
                    view! { <EmptyState title="You have not raised any orders." text="What you raise shows here with its state."/> }.into_any()
                }}
            </Section>
        }
        .into_any())
    })
}

/// The reader's own orders, counted to 100.
const MINE: &str = "/purchase-orders?scope=mine";
/// What purchasing has to place and to receive, counted to 1,000.
const PLACED: &str = "/purchase-orders?scope=placed";

/// What wants something of the reader, in numbers that lead to it.
fn figures_row(counts: Counts, purchasing: bool) -> impl IntoView {
    // Each is counted to the number that its list is long enough for.
    let figure = |count: i64, label: &'static str, href: &'static str| {
        let count = match count {
            1001.. => "1,000+".to_owned(),
            101.. if href == MINE => "100+".to_owned(),
            _ => count.to_string(),
        };
        view! { <li><a class="figure" href=href><b>{count}</b>" "<span>{label}</span></a></li> }
    };
    view! {
        <ul class="figures" aria-label="At a glance">
            {figure(counts.drafts, "drafts to submit", MINE)}
            {figure(counts.rejected, "rejected, to revise", MINE)}
            {figure(counts.in_approval, "of yours in approval", MINE)}
            {purchasing.then(|| view! { {figure(counts.to_process, "approved, to process", PLACED)} {figure(counts.processing, "in processing", PLACED)} })}
        </ul>
    }
}

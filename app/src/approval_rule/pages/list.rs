//! The sets in force, what is proposed, and whether a second administrator is asked.

use domain::{
    approval_rule::SetState,
    permission::{Area, may_enter},
};
use engine::approval_rule::{Listed, Settings, address, list, settings};
use leptos::prelude::*;

use crate::{
    approval_rule::words,
    page::page,
    ui::{
        ButtonKind, Cell, Column, DataTable, EmptyState, LinkButton, LinkCell, Notice, NoticeKind,
        PageHeader, ReaderTime, Section, TableRow, Timestamp,
    },
};

/// `/admin/rules`.
#[component]
pub fn RulesPage() -> impl IntoView {
    page(async |context| {
        let all = list(context.engine()).await?;
        let settings = settings(context.engine()).await?;
        let writes = may_enter(Area::RulesWrite, Some(context.actor()?));
        let (in_force, proposed): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|listed| listed.state == SetState::InForce);
        let new = writes.then(|| {
            view! { <LinkButton href="/admin/rules/new" label="New rules" kind=ButtonKind::Primary/> }
        });
        Ok(view! {
            <PageHeader title="Approval rules" subtitle="The total of an order says who must agree. Each order keeps the rules it was submitted under.">
                {new}
            </PageHeader>
            {waiting(proposed, &context.time)}
            {standing(in_force, &context.time)}
            {four_eyes(&settings, writes)}
        }
        .into_any())
    })
}

fn waiting(proposed: Vec<Listed>, time: &ReaderTime) -> AnyView {
    if proposed.is_empty() {
        return view! { <Section title="Proposed"><EmptyState title="No change is proposed."/></Section> }.into_any();
    }
    let columns = vec![
        Column::text("Rules"),
        Column::text("Proposal"),
        Column::text("Reason"),
        Column::text("Proposed by"),
        Column::text("When"),
    ];
    let rows = proposed
        .into_iter()
        .map(|listed| {
            let (whose, kind) = (words::scope_of(&listed), words::kind(&listed));
            let when = time.moment(listed.created_at);
            let author = listed
                .author
                .map_or_else(|| "—".to_owned(), |(_, name)| name);
            view! {
                <TableRow>
                    <LinkCell label="Rules" href=address(listed.id)>{whose}</LinkCell>
                    <Cell label="Proposal">{kind}</Cell>
                    <Cell label="Reason">{listed.reason}</Cell>
                    <Cell label="Proposed by">{author}</Cell>
                    <Cell label="When"><Timestamp at=when/></Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! { <Section title="Proposed"><DataTable caption="Proposed" columns=columns>{rows}</DataTable></Section> }.into_any()
}

fn standing(in_force: Vec<Listed>, time: &ReaderTime) -> AnyView {
    let columns = vec![
        Column::text("Rules"),
        Column::number("Version"),
        Column::text("Reason"),
        Column::text("Proposed by"),
        Column::text("Confirmed by"),
        Column::text("Since"),
    ];
    let rows = in_force
        .into_iter()
        .map(|listed| {
            let whose = words::scope_of(&listed);
            let since = listed
                .decided
                .as_ref()
                .map_or(listed.created_at, |(_, at, _)| *at);
            let since = time.moment(since);
            let author = listed
                .author
                .map_or_else(|| "—".to_owned(), |(_, name)| name);
            let by = listed.decided.map_or_else(|| "—".to_owned(), |(by, ..)| by);
            view! {
                <TableRow>
                    <LinkCell label="Rules" href=address(listed.id)>{whose}</LinkCell>
                    <Cell label="Version" numeric=true>{listed.version}</Cell>
                    <Cell label="Reason">{listed.reason}</Cell>
                    <Cell label="Proposed by">{author}</Cell>
                    <Cell label="Confirmed by">{by}</Cell>
                    <Cell label="Since"><Timestamp at=since/></Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <Section title="In force">
            <p class="form-says">"An order falls under the rules of its department, else of its currency, else under everyone's."</p>
            <DataTable caption="In force" columns=columns>{rows}</DataTable>
        </Section>
    }
    .into_any()
}

fn four_eyes(settings: &Settings, writes: bool) -> AnyView {
    let says = if settings.four_eyes {
        "A second administrator confirms every change of rules."
    } else {
        "Whoever proposes a change of rules may confirm it."
    };
    let alone = (settings.four_eyes && settings.administrators < 2).then(|| {
        view! {
            <Notice text="There is one administrator, so nobody can confirm what they propose. Give somebody else the role, or switch this off."
                kind=NoticeKind::Warning/>
        }
    });
    let label = if settings.four_eyes {
        "Switch off"
    } else {
        "Switch on"
    };
    let button = writes.then(|| view! { <LinkButton href="/admin/rules/four-eyes" label=label/> });
    view! {
        <Section title="Four eyes">
            <p class="form-says">{says}</p>
            {alone}
            {button}
        </Section>
    }
    .into_any()
}

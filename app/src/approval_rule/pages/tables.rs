//! What a rule set says, what it would have done, and its versions, as tables.

use domain::{
    approval_rule::{LevelRule, RuleSet},
    directory::Directory,
    ids::PersonId,
    money::format_amount,
};
use engine::{
    approval_rule::{DryRun, Moved, View, address},
    purchase_order,
};
use leptos::prelude::*;

use crate::{
    approval_rule::words,
    purchase_order::number,
    ui::{
        Amount, Cell, Column, DataTable, DescriptionItem, DescriptionList, LinkCell, ReaderTime,
        Section, StateTag, TableRow, Timestamp, grouped,
    },
};

/// A value, and what it was where that differs.
fn now(value: String, was: Option<String>) -> AnyView {
    let was = was.filter(|was| *was != value);
    view! { {value}{was.map(|was| view! { <span class="muted">" (was "{was}")"</span> })} }
        .into_any()
}

/// The levels and everything else a set says; beside it what `base` said otherwise.
pub fn rules(set: &RuleSet, base: Option<&RuleSet>, people: &Directory) -> AnyView {
    let columns = vec![
        Column::text("Level"),
        Column::text("Total"),
        Column::text("Decided by"),
        Column::text("Hours to decide"),
        Column::text("Priority"),
    ];
    let rows = set
        .levels
        .iter()
        .map(|rule| row(set, base, rule, people))
        .collect_view();
    let person = |id: Option<PersonId>| {
        id.map_or_else(|| "Nobody".to_owned(), |id| people.name(id).to_owned())
    };
    let items = vec![
        DescriptionItem::new(
            "Route",
            now(
                words::way(set.straight).to_owned(),
                base.map(|base| words::way(base.straight).to_owned()),
            ),
        ),
        DescriptionItem::new(
            "Fallback",
            now(person(set.fallback), base.map(|base| person(base.fallback))),
        ),
        DescriptionItem::new(
            "Fallback alternate",
            now(
                person(set.fallback_alternate),
                base.map(|base| person(base.fallback_alternate)),
            ),
        ),
    ];
    view! {
        <Section title="Rules">
            <DataTable caption="Levels" columns=columns>{rows}</DataTable>
            <DescriptionList items=items/>
        </Section>
    }
    .into_any()
}

fn row(set: &RuleSet, base: Option<&RuleSet>, rule: &LevelRule, people: &Directory) -> AnyView {
    let old = base.and_then(|base| Some((base, base.level(rule.level)?)));
    let total = now(
        words::band(set, rule),
        old.map(|(base, old)| words::band(base, old)),
    );
    let approver = now(
        rule.approver.in_words(people),
        old.map(|(_, old)| old.approver.in_words(people)),
    );
    let hours = now(
        rule.sla_hours.to_string(),
        old.map(|(_, old)| old.sla_hours.to_string()),
    );
    let priority = now(
        rule.priority.label().to_owned(),
        old.map(|(_, old)| old.priority.label().to_owned()),
    );
    let level = rule.level.to_string();
    view! {
        <TableRow>
            <Cell label="Level">{level}</Cell>
            <Cell label="Total">{total}</Cell>
            <Cell label="Decided by">{approver}</Cell>
            <Cell label="Hours to decide">{hours}</Cell>
            <Cell label="Priority">{priority}</Cell>
        </TableRow>
    }
    .into_any()
}

/// What a change would have done.
pub fn dry_run(run: &DryRun, time: &ReaderTime) -> AnyView {
    let says = format!(
        "Of {} orders submitted in the 90 days before, {} would have gone another way: {} to another level. {} would have had nobody to decide them.",
        grouped(run.orders),
        grouped(run.changed),
        grouped(run.level_changed),
        match run.without_approver {
            0 => "None".to_owned(),
            count => grouped(count),
        }
    );
    let shown = i64::try_from(run.list.len()).unwrap_or_default();
    let more = (run.changed > shown).then(|| {
        view! { <p class="form-says">{format!("And {} more: these are the newest.", grouped(run.changed - shown))}</p> }
    });
    let (people, orders, at) = (people(run), orders(run), time.moment(run.at));
    view! {
        <Section title="The last 90 days">
            <p class="form-says">{says}" Tried "<Timestamp at=at/>"."</p>
            {people}
            {orders}
            {more}
            <p class="muted">{NOT_REPLAYED}</p>
        </Section>
    }
    .into_any()
}

/// What the last 90 days cannot tell.
const NOT_REPLAYED: &str = "What cannot be replayed: people, managers, roles and departments count as they are today, and where several \
    hold a role the one with the fewest decisions waiting today. An order counts once, as it was last submitted. Rejections, escalations \
    and what delegates or overrides decided are left out.";

fn people(run: &DryRun) -> Option<AnyView> {
    let columns = vec![
        Column::text("Person"),
        Column::number("Decisions before"),
        Column::number("Decisions after"),
        Column::number("Difference"),
    ];
    let rows = run
        .people
        .iter()
        .map(|(name, before, after)| {
            let more = after - before;
            let sign = if more > 0 { "+" } else { "−" };
            let (name, before, after) = (name.clone(), grouped(*before), grouped(*after));
            let difference = format!("{sign}{}", grouped(more.abs()));
            view! {
                <TableRow>
                    <Cell label="Person">{name}</Cell>
                    <Cell label="Decisions before" numeric=true>{before}</Cell>
                    <Cell label="Decisions after" numeric=true>{after}</Cell>
                    <Cell label="Difference" numeric=true>{difference}</Cell>
                </TableRow>
            }
        })
        .collect_view();
    (!run.people.is_empty()).then(|| {
        view! { <DataTable caption="Decisions by person" columns=columns>{rows}</DataTable> }
            .into_any()
    })
}

fn orders(run: &DryRun) -> Option<AnyView> {
    let columns = vec![
        Column::text("Order"),
        Column::text("Raised by"),
        Column::number("Total"),
        Column::text("Before"),
        Column::text("After"),
    ];
    let rows = run.list.iter().map(order).collect_view();
    (!run.list.is_empty()).then(|| {
        view! { <DataTable caption="Orders that would have gone another way" columns=columns>{rows}</DataTable> }.into_any()
    })
}

fn order(moved: &Moved) -> AnyView {
    let (href, name) = (purchase_order::address(moved.id), number(moved.id));
    let (submitter, currency) = (moved.submitter.clone(), moved.currency.to_string());
    let total = format_amount(moved.total);
    let (before, after) = (words::taken(&moved.before), words::taken(&moved.after));
    view! {
        <TableRow>
            <LinkCell label="Order" href=href>{name}</LinkCell>
            <Cell label="Raised by">{submitter}</Cell>
            <Cell label="Total" numeric=true>
                <Amount amount=total currency=currency/>
            </Cell>
            <Cell label="Before">{before}</Cell>
            <Cell label="After">{after}</Cell>
        </TableRow>
    }
    .into_any()
}

/// Everything proposed for the same department and currency, newest first.
pub fn versions(view: &View, time: &ReaderTime) -> AnyView {
    let columns = vec![
        Column::text("Version"),
        Column::text("State"),
        Column::text("Reason"),
        Column::text("Proposed by"),
        Column::text("Decided by"),
        Column::text("When"),
    ];
    let rows = view
        .versions
        .iter()
        .map(|listed| {
            let current = (listed.id == view.head.id).then_some("true");
            let author = listed.author.as_ref();
            let author = author.map_or_else(|| "—".to_owned(), |(_, name)| name.clone());
            let decided = listed.decided.as_ref();
            let when = decided.map_or(listed.created_at, |(_, at, _)| *at);
            let by = decided.map_or_else(|| "—".to_owned(), |(by, ..)| by.clone());
            let (href, version, when) = (
                address(listed.id),
                words::version(listed),
                time.moment(when),
            );
            let (state, tone) = (listed.state.label(), words::tone(listed.state));
            let reason = listed.reason.clone();
            view! {
                <TableRow>
                    <LinkCell label="Version" href=href current=current>{version}</LinkCell>
                    <Cell label="State"><StateTag label=state tone=tone/></Cell>
                    <Cell label="Reason">{reason}</Cell>
                    <Cell label="Proposed by">{author}</Cell>
                    <Cell label="Decided by">{by}</Cell>
                    <Cell label="When"><Timestamp at=when/></Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! { <Section title="Versions"><DataTable caption="Versions" columns=columns>{rows}</DataTable></Section> }.into_any()
}

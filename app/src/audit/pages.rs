//! The page of audits: verifications, and administrators' changes as a list.

use domain::ids::PersonId;
use engine::{
    Error,
    audit::{self, Change, ChangeQuery, KINDS, Outcome, Run, Standing},
    person,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::VerifyHistory;
use crate::{
    change_history,
    form::PostForm,
    page::{PageContext, page},
    ui::{
        BlockedButton, ButtonKind, Cell, Choice, Column, DataTable, DescriptionItem,
        DescriptionList, EmptyState, FormActions, LinkButton, Notice, NoticeKind, PageHeader,
        Pager, ReaderTime, Section, SelectField, StateBadge, StateTag, SubmitButton, TableRow,
        Timestamp, Tone, grouped, in_words,
    },
};

const ADDRESS: &str = "/admin/audit";
/// Verifications shown.
const RUNS: i64 = 5;

/// `/admin/audit?kind=vendor&by=7&after=…`.
#[component]
pub fn AuditPage() -> impl IntoView {
    page(async |context| {
        let engine = context.engine();
        let runs = audit::runs(engine, RUNS).await?;
        let standing = audit::standing(engine).await?;
        let changes = changes(&context).await?;
        let under_way = runs.first().is_some_and(|run| run.finished.is_none());
        let button = if under_way {
            view! { <BlockedButton label="Verify now" reason="A verification is under way."/> }
                .into_any()
        } else {
            view! { <PostForm action=VerifyHistory::PATH><SubmitButton label="Verify now" kind=ButtonKind::Primary/></PostForm> }
                .into_any()
        };
        let state = state(&runs);
        Ok(view! {
            <PageHeader title="Audit">{state}{button}</PageHeader>
            {verification(runs, &standing, &context.time)}
            {changes}
        }
        .into_any())
    })
}

/// How the newest finished verification ended.
fn state(runs: &[Run]) -> AnyView {
    let newest = runs.iter().find_map(|run| run.finished);
    let (label, tone) = newest.map_or(("Never verified", Tone::Neutral), |(_, outcome)| {
        said(outcome)
    });
    view! { <StateBadge label=label tone=tone/> }.into_any()
}

const fn said(outcome: Outcome) -> (&'static str, Tone) {
    match outcome {
        Outcome::Whole => ("As it was written", Tone::Good),
        Outcome::Tampered => ("Tampered with", Tone::Bad),
        Outcome::Failed => ("Could not be verified", Tone::Waiting),
    }
}

fn verification(runs: Vec<Run>, standing: &Standing, time: &ReaderTime) -> AnyView {
    let tampering = runs.iter().find(|run| run.finished.is_some());
    let tampering = tampering.and_then(|run| run.found.as_ref()).map(|found| {
        let text = format!(
            "{found} It is the first of what may be more. Keep the database as it is, and compare it with a backup."
        );
        view! { <Notice text=text kind=NoticeKind::Error/> }
    });
    let progress = runs.first().filter(|run| run.finished.is_none()).map(|run| {
        let of = if standing.exact { "of" } else { "of about" };
        let text = if run.started_at.is_none() {
            "A verification waits for a background worker.".to_owned()
        } else {
            format!(
                "A verification is under way: {} {of} {} rows, {} seals.",
                grouped(run.rows),
                grouped(standing.rows),
                grouped(run.seals)
            )
        };
        view! { <Notice text=text kind=NoticeKind::Info><a href=ADDRESS>"Look again"</a></Notice> }
    });
    let facts = facts(runs.iter().find_map(|run| run.finished), standing, time);
    let table = (!runs.is_empty()).then(|| {
        let columns = vec![
            Column::text("Asked for"),
            Column::text("By"),
            Column::text("Result"),
            Column::number("Rows"),
            Column::number("Seals"),
        ];
        let rows = runs.into_iter().map(|run| row(run, time)).collect_view();
        view! { <DataTable caption="Verifications" columns=columns>{rows}</DataTable> }
    });
    view! {
        {tampering}
        {progress}
        <Section title="History">
            <DescriptionList items=facts/>
            {table}
        </Section>
    }
    .into_any()
}

fn facts(
    verified: Option<(jiff::Timestamp, Outcome)>,
    standing: &Standing,
    time: &ReaderTime,
) -> Vec<DescriptionItem> {
    let verified = verified.map_or_else(
        || "Never".into_any(),
        |(at, _)| view! { <Timestamp at=time.moment(at)/> }.into_any(),
    );
    let seal = standing.newest_seal.map_or_else(
        || "None yet".into_any(),
        |(id, at, rows)| {
            let covers = format!(", covers {} rows", grouped(rows));
            view! { {format!("{}, ", grouped(id))}<Timestamp at=time.moment(at)/>{covers} }
                .into_any()
        },
    );
    let about = if standing.exact { "" } else { "about " };
    let unsealed = match standing.unsealed {
        count @ ..=1000 => grouped(count),
        _ => "over 1,000".to_owned(),
    };
    vec![
        DescriptionItem::new("Last verified", verified),
        DescriptionItem::new("Rows", format!("{about}{}", grouped(standing.rows))),
        DescriptionItem::new("Newest seal", seal),
        DescriptionItem::new("Rows not sealed yet", unsealed),
    ]
}

fn row(run: Run, time: &ReaderTime) -> AnyView {
    let asked = time.moment(run.asked_at);
    let (label, tone) = run
        .finished
        .map_or(("Under way", Tone::Active), |(_, outcome)| said(outcome));
    let found = run.found.map(|found| view! { " "{found.to_string()} });
    view! {
        <TableRow>
            <Cell label="Asked for"><Timestamp at=asked/></Cell>
            <Cell label="By">{run.asked_by.unwrap_or_else(|| "the schedule".to_owned())}</Cell>
            <Cell label="Result"><StateTag label=label tone=tone/>{found}</Cell>
            <Cell label="Rows" numeric=true>{grouped(run.rows)}</Cell>
            <Cell label="Seals" numeric=true>{grouped(run.seals)}</Cell>
        </TableRow>
    }
    .into_any()
}

/// What administrators changed, as asked for in the address.
async fn changes(context: &PageContext) -> Result<AnyView, Error> {
    let request = &context.request;
    let known = |kind: &String| KINDS.iter().any(|(name, _)| name == kind);
    let by = request.query("by").and_then(|by| by.parse().ok());
    let query = ChangeQuery {
        kind: request.query("kind").filter(known),
        by: by.map(PersonId),
        after: request.query("after"),
    };
    let page = audit::changes(context.engine(), &query).await?;
    let people = person::choices(context.engine()).await?.into_iter();
    let people = people
        .map(|choice| {
            Choice::new(
                choice.id.to_string(),
                format!("{} ({})", choice.name, choice.email),
            )
        })
        .collect();
    let kinds = KINDS.map(|(name, label)| Choice::new(name, label)).to_vec();
    let (kind, person) = (
        query.kind.clone().unwrap_or_default(),
        query.by.map(|id| id.to_string()).unwrap_or_default(),
    );
    let first = query.after.is_some().then(|| address(&query, None));
    let next = page.next.map(|after| address(&query, Some(&after)));
    let list = if page.rows.is_empty() {
        view! {
            <EmptyState title="No such change." text="Ask for another kind, or for everybody's changes.">
                <LinkButton href=ADDRESS label="Show all"/>
            </EmptyState>
        }
        .into_any()
    } else {
        let columns = ["When", "What", "Change", "By"].map(Column::text).to_vec();
        let rows = page
            .rows
            .into_iter()
            .map(|row| change(row, &context.time))
            .collect_view();
        view! {
            <DataTable caption="Changes" columns=columns>{rows}</DataTable>
            <Pager summary="Newest first" first_href=first next_href=next/>
        }
        .into_any()
    };
    Ok(view! {
        <Section title="Administrators' changes">
            <form method="get" action=ADDRESS class="form-narrow section">
                <SelectField name="kind" label="Kind" prompt="All kinds" value=kind choices=kinds/>
                <SelectField name="by" label="By" prompt="Everybody" value=person choices=people/>
                <FormActions><SubmitButton label="Show"/></FormActions>
            </form>
            {list}
        </Section>
    }
    .into_any())
}

fn change(row: Change, time: &ReaderTime) -> AnyView {
    let kind = KINDS.iter().find(|(name, _)| *name == row.kind);
    let kind = kind.map_or(row.kind.as_str(), |(_, label)| label);
    let what = if row.name.is_empty() {
        kind.to_owned()
    } else {
        format!("{}: {}", in_words(&row.kind), row.name)
    };
    let what = match record(&row) {
        Some(href) => view! { <a href=href>{what}</a> }.into_any(),
        None => what.into_any(),
    };
    let details = change_history::changes(&row.data)
        .into_iter()
        .map(|(label, text)| view! { <p>{label}": "{text}</p> })
        .collect_view();
    let at = time.moment(row.at);
    view! {
        <TableRow>
            <Cell label="When"><Timestamp at=at/></Cell>
            <Cell label="What">{what}</Cell>
            <Cell label="Change">
                <b>{change_history::past(&row.event)}</b>
                {row.note.map(|note| view! { <p class="prose">{note}</p> })}
                {details}
            </Cell>
            <Cell label="By">{row.by.unwrap_or_else(|| "the system".to_owned())}</Cell>
        </TableRow>
    }
    .into_any()
}

/// Where the record of a change is read; `None` for what has no page.
fn record(row: &Change) -> Option<String> {
    let list = match row.kind.as_str() {
        "person" => "people",
        "vendor" => "vendors",
        "department" => "departments",
        "cost_centre" => "cost-centres",
        _ => return None,
    };
    Some(format!("/admin/{list}/{}", row.id))
}

/// The page's address with its filters, from `after` on.
fn address(query: &ChangeQuery, after: Option<&str>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    let by = query.by.map(|id| id.to_string());
    for (name, value) in [
        ("kind", query.kind.as_deref()),
        ("by", by.as_deref()),
        ("after", after),
    ] {
        if let Some(value) = value {
            pairs.append_pair(name, value);
        }
    }
    format!("{ADDRESS}?{}", pairs.finish())
}

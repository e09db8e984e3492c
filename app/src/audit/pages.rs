//! The page of audits: verifications, and administrators' changes as a list.

use domain::actor::Actor;
use engine::{
    audit::{self, Change, KINDS, Outcome, Run, Standing},
    list::Query,
};
use jiff::tz::TimeZone;
use leptos::{prelude::*, server_fn::ServerFn};

use super::actions::VerifyHistory;
use crate::{
    change_history,
    form::PostForm,
    list::{Face, Shown, file_time, listed},
    page::page,
    ui::{
        BlockedButton, ButtonKind, Cell, Column, DataTable, DescriptionItem, DescriptionList,
        EmptyState, Notice, NoticeKind, PageHeader, ReaderTime, Section, StateBadge, StateTag,
        SubmitButton, TableRow, Timestamp, Tone, grouped, in_words,
    },
};

const ADDRESS: &str = "/admin/audit";
/// Verifications shown.
const RUNS: i64 = 5;

/// `/admin/audit?kind=vendor&by=7`.
#[component]
pub fn AuditPage() -> impl IntoView {
    page(async |context| {
        let engine = context.engine();
        let runs = audit::runs(engine, RUNS).await?;
        let standing = audit::standing(engine).await?;
        let changes = listed::<Change>(&context).await?;
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
            <Section title="Administrators' changes">{changes}</Section>
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

static FACE: Face = Face {
    caption: "Changes",
    noun: ("change", "changes"),
    in_words: |_, word| kind(word).to_owned(),
    head: &["When", "Kind", "Name", "Event", "Change", "Note", "By"],
};

/// What records of a kind are called.
fn kind(name: &str) -> &str {
    let known = KINDS.iter().find(|(kind, _)| *kind == name);
    known.map_or(name, |(_, label)| label)
}

const SYSTEM: &str = "the system";

impl Shown for Change {
    fn face() -> &'static Face {
        &FACE
    }

    fn columns() -> Vec<(Column, Option<&'static str>)> {
        vec![
            (Column::text("When"), Some("at")),
            (Column::text("What"), None),
            (Column::text("Change"), None),
            (Column::text("By"), None),
        ]
    }

    fn row(self, time: &ReaderTime) -> AnyView {
        let what = if self.name.is_empty() {
            kind(&self.kind).to_owned()
        } else {
            format!("{}: {}", in_words(&self.kind), self.name)
        };
        let what = match record(&self) {
            Some(href) => view! { <a href=href>{what}</a> }.into_any(),
            None => what.into_any(),
        };
        let details = change_history::changes(&self.data)
            .into_iter()
            .map(|(label, text)| view! { <p>{label}": "{text}</p> })
            .collect_view();
        let at = time.moment(self.at);
        view! {
            <TableRow>
                <Cell label="When"><Timestamp at=at/></Cell>
                <Cell label="What">{what}</Cell>
                <Cell label="Change">
                    <b>{change_history::past(&self.event)}</b>
                    {self.note.map(|note| view! { <p class="prose">{note}</p> })}
                    {details}
                </Cell>
                <Cell label="By">{self.by.unwrap_or_else(|| SYSTEM.to_owned())}</Cell>
            </TableRow>
        }
        .into_any()
    }

    fn record(self, zone: &TimeZone) -> Vec<String> {
        let changes = change_history::changes(&self.data).into_iter();
        let changes: Vec<_> = changes
            .map(|(label, text)| format!("{label}: {text}"))
            .collect();
        vec![
            file_time(self.at, zone),
            kind(&self.kind).to_owned(),
            self.name,
            change_history::past(&self.event),
            changes.join("\n"),
            self.note.unwrap_or_default(),
            self.by.unwrap_or_else(|| SYSTEM.to_owned()),
        ]
    }

    fn empty(_: &Query, _: &Actor) -> AnyView {
        view! { <EmptyState title="Nothing was changed yet."/> }.into_any()
    }
}

/// Where the record of a change is read; `None` for what has no page.
fn record(row: &Change) -> Option<String> {
    let list = match row.kind.as_str() {
        "person" => "people",
        "vendor" => "vendors",
        "department" => "departments",
        "cost_centre" => "cost-centres",
        "approval_rule_set" => "rules",
        _ => return None,
    };
    Some(format!("/admin/{list}/{}", row.id))
}

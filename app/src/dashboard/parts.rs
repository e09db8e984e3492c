//! The sections of the page: a table each, with bars, and the one chart over time.

use domain::purchase_order::{RejectionCategory, State};
use engine::purchase_order::dashboard::Waiting;
use jiff::{ToSpan, civil::Date};
use leptos::prelude::*;

use super::{page::Shown, words::duration};
use crate::ui::{Bar, Cell, Column, DataTable, Mark, TableRow, UpDownChart, grouped};

/// Steps that are shown.
const STEPS: usize = 10;

fn link(href: String, count: i64) -> AnyView {
    if count == 0 {
        return "0".into_any();
    }
    view! { <a href=href>{grouped(count)}</a> }.into_any()
}

fn nothing(text: &'static str) -> AnyView {
    view! { <p class="muted">{text}</p> }.into_any()
}

/// Of each level, then of each approver.
pub(super) fn waiting(shown: &Shown) -> AnyView {
    let waiting = &shown.figures.waiting;
    if waiting.is_empty() {
        return nothing("Nothing waits for a decision.");
    }
    let levels = State::ALL.iter().filter(|state| state.in_approval());
    let levels: Vec<_> = levels
        .map(|state| {
            let here = waiting.iter().filter(|w| w.state == *state);
            let sum = |of: fn(&Waiting) -> i64| here.clone().map(of).sum();
            (
                *state,
                (sum(|w| w.count), sum(|w| w.late), sum(|w| w.today)),
            )
        })
        .collect();
    let heads = |first: [&'static str; 2]| {
        vec![
            Column::text(first[0]),
            Column::text(first[1]),
            Column::number("Orders"),
            Column::number("Overdue"),
            Column::number("Due today"),
        ]
    };
    let most = levels.iter().map(|(_, (count, ..))| *count).max();
    let most = most.unwrap_or_default();
    let by_level = levels.into_iter().map(|(state, counts)| {
        let cells = counted(shown, counts, &[("state", state.as_str())]);
        view! {
            <TableRow>
                <Cell label="Level">{state.label()}</Cell>
                <Cell label=""><Bar value=counts.0 part=counts.1 of=most/></Cell>
                {cells}
            </TableRow>
        }
    });
    let by_approver = waiting.iter().map(|w| {
        let approver = w.approver.to_string();
        let filters = [("approver", approver.as_str()), ("state", w.state.as_str())];
        let cells = counted(shown, (w.count, w.late, w.today), &filters);
        let (name, level) = (w.name.clone(), w.state.label());
        view! {
            <TableRow>
                <Cell label="Waits for">{name}</Cell>
                <Cell label="Level">{level}</Cell>
                {cells}
            </TableRow>
        }
    });
    let (by_level, by_approver) = (by_level.collect_view(), by_approver.collect_view());
    view! {
        <DataTable caption="What waits, by level" columns=heads(["Level", "Share, overdue marked"])>{by_level}</DataTable>
        <h3 class="dashboard-more">"By approver"</h3>
        <DataTable caption="What waits, by approver" columns=heads(["Waits for", "Level"])>{by_approver}</DataTable>
    }
    .into_any()
}

/// The cells of what waits: all, late, due today.
fn counted(
    shown: &Shown,
    (count, late, today): (i64, i64, i64),
    filters: &[(&str, &str)],
) -> AnyView {
    let with = |more: &[(&str, &str)]| shown.orders(&[filters, more, &[("sort", "due")]].concat());
    let day = shown.today.to_string();
    let all = link(with(&[]), count);
    let late = link(with(&[("late", "true")]), late);
    let today = link(with(&[("due_from", &day), ("due_to", &day)]), today);
    view! {
        <Cell label="Orders" numeric=true>{all}</Cell>
        <Cell label="Overdue" numeric=true>{late}</Cell>
        <Cell label="Due today" numeric=true>{today}</Cell>
    }
    .into_any()
}

/// What was approved and rejected over time.
pub(super) fn decided(shown: &Shown) -> AnyView {
    let said = |day: Date| day.strftime("%-d %b").to_string();
    let (first, last) = shown.period;
    let days = first.series(1.day()).take_while(|day| *day <= last);
    let marks = days.map(|day| {
        let mark = Mark {
            label: said(day),
            up: shown.decided(true, (day, day)),
            down: shown.decided(false, (day, day)),
        };
        (day.to_string(), mark)
    });
    let marks: Vec<_> = marks.collect();
    let description = format!(
        "{} approved above the line and {} rejected below it, from {} to {}. The table below says the same.",
        grouped(shown.decided(true, shown.period)),
        grouped(shown.decided(false, shown.period)),
        said(first),
        said(last)
    );
    let some = marks
        .iter()
        .rev()
        .filter(|(_, mark)| mark.up + mark.down > 0);
    let rows = some.map(|(day, mark)| {
        let approved = link(shown.orders(&[("approved_on", day)]), mark.up);
        let rejected = link(shown.orders(&[("rejected_on", day)]), mark.down);
        let label = mark.label.clone();
        view! {
            <TableRow>
                <Cell label="Day">{label}</Cell>
                <Cell label="Approved" numeric=true>{approved}</Cell>
                <Cell label="Rejected" numeric=true>{rejected}</Cell>
            </TableRow>
        }
    });
    let rows = rows.collect_view();
    let marks = marks.into_iter().map(|(_, mark)| mark).collect();
    let columns = vec![
        Column::text("Day"),
        Column::number("Approved"),
        Column::number("Rejected"),
    ];
    view! {
        <UpDownChart title="What was decided over time" description=description names=("Approved", "Rejected") marks=marks>
            <DataTable caption="What was decided over time" columns=columns>{rows}</DataTable>
        </UpDownChart>
    }
    .into_any()
}

/// The reasons, the most frequent first.
pub(super) fn rejected(shown: &Shown) -> AnyView {
    let reasons = RejectionCategory::ALL.iter();
    let mut reasons: Vec<_> = reasons
        .map(|why| (*why, shown.rejected_for(*why)))
        .collect();
    reasons.retain(|(_, count)| *count > 0);
    reasons.sort_by_key(|(_, count)| -count);
    let Some(most) = reasons.first().map(|(_, count)| *count) else {
        return nothing("Nothing was rejected in the period.");
    };
    let from = shown.period.0.to_string();
    let rows = reasons.into_iter().map(|(why, count)| {
        let href = shown.orders(&[("rejected_for", why.as_str()), ("rejected_from", &from)]);
        let number = link(href, count);
        view! {
            <TableRow>
                <Cell label="Reason">{why.label()}</Cell>
                <Cell label=""><Bar value=count of=most/></Cell>
                <Cell label="Rejected" numeric=true>{number}</Cell>
            </TableRow>
        }
    });
    let rows = rows.collect_view();
    let columns = vec![
        Column::text("Reason"),
        Column::text("Share"),
        Column::number("Rejected"),
    ];
    view! { <DataTable caption="Rejections by reason" columns=columns>{rows}</DataTable> }
        .into_any()
}

/// Median and 95th percentile of the time in each state.
pub(super) fn times(shown: &Shown) -> AnyView {
    if shown.figures.times.is_empty() {
        return nothing("No order changed its state in the period.");
    }
    let rows = shown.figures.times.iter().map(|(state, times)| {
        let href = shown.orders(&[
            ("state", state.as_str()),
            ("sort", "changed"),
            ("dir", "asc"),
        ]);
        let within = |percent| times.percentile(percent).map(duration).unwrap_or_default();
        let (half, most) = (within(50), within(95));
        let left = grouped(times.count().try_into().unwrap_or(i64::MAX));
        let label = state.label();
        view! {
            <TableRow>
                <Cell label="State"><a href=href>{label}</a></Cell>
                <Cell label="Left it" numeric=true>{left}</Cell>
                <Cell label="Half within" numeric=true>{half}</Cell>
                <Cell label="95 of 100 within" numeric=true>{most}</Cell>
            </TableRow>
        }
    });
    let rows = rows.collect_view();
    let columns = vec![
        Column::text("State"),
        Column::number("Left it"),
        Column::number("Half within"),
        Column::number("95 of 100 within"),
    ];
    view! {
        <DataTable caption="Time in each state" columns=columns>{rows}</DataTable>
        <p class="dashboard-note">"Of orders that left the state in the period; each duration is right to a tenth. A state leads to the orders \
            that stand in it now, the longest first."</p>
    }
    .into_any()
}

/// The slowest steps: a level and its approver.
pub(super) fn steps(shown: &Shown) -> AnyView {
    let steps: Vec<_> = shown.figures.steps.iter().take(STEPS).collect();
    let Some(longest) = steps.first().map(|step| step.mean.as_secs()) else {
        return nothing("Nothing was decided in the period.");
    };
    let rows = steps.into_iter().map(|step| {
        let now = shown.figures.waiting.iter();
        let now = now.filter(|w| w.state == step.state && w.approver == step.approver);
        let now = now.map(|w| w.count).sum();
        let approver = step.approver.to_string();
        let filters = [
            ("approver", approver.as_str()),
            ("state", step.state.as_str()),
        ];
        let href = shown.orders(&[&filters[..], &[("sort", "changed"), ("dir", "asc")]].concat());
        let waiting = link(href, now);
        let (name, level) = (step.name.clone(), step.state.label());
        let (mean, count) = (step.mean.as_secs(), grouped(step.count));
        let average = duration(step.mean);
        view! {
            <TableRow>
                <Cell label="Approver">{name}</Cell>
                <Cell label="Level">{level}</Cell>
                <Cell label=""><Bar value=mean of=longest/></Cell>
                <Cell label="On average" numeric=true>{average}</Cell>
                <Cell label="Decided" numeric=true>{count}</Cell>
                <Cell label="Waiting now" numeric=true>{waiting}</Cell>
            </TableRow>
        }
    });
    let rows = rows.collect_view();
    let columns = vec![
        Column::text("Approver"),
        Column::text("Level"),
        Column::text("Share"),
        Column::number("On average"),
        Column::number("Decided"),
        Column::number("Waiting now"),
    ];
    view! { <DataTable caption="The slowest steps" columns=columns>{rows}</DataTable> }.into_any()
}

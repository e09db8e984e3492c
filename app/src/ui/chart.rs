//! Charts: SVG of our own without words inside, so that it stretches to any width; the words stand around it as text. Colours are the
//! sheet's (`style/chart.css`); what they say is said by place or by a number too.

use leptos::prelude::*;

/// The height of a chart in its own units.
const HEIGHT: i64 = 100;
/// The width of a column's place, and of the column in it.
const PLACE: i64 = 10;
const COLUMN: i64 = 7;

/// One column of a chart: how much above the line, how much below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it is of: "24 Nov".
    pub label: String,
    /// Above the line.
    pub up: i64,
    /// Below the line.
    pub down: i64,
}

/// Columns that go up for one thing and down for another, in the order of time.
#[component]
pub fn UpDownChart(
    /// The chart's question: its accessible name.
    #[prop(into)]
    title: String,
    /// What it shows, in a sentence or two.
    #[prop(into)]
    description: String,
    /// What goes up, and what goes down.
    names: (&'static str, &'static str),
    /// In order.
    marks: Vec<Mark>,
    /// The same as a table.
    children: Children,
) -> AnyView {
    let most = |of: fn(&Mark) -> i64| marks.iter().map(of).max().unwrap_or_default();
    let (up, down) = (most(|mark| mark.up), most(|mark| mark.down));
    let scale = |value: i64| value * HEIGHT / (up + down).max(1);
    let line = scale(up);
    let columns = marks.iter().zip(0..).map(|(mark, n)| {
        let x = n * PLACE + (PLACE - COLUMN) / 2;
        let (above, below) = (scale(mark.up), scale(mark.down));
        view! {
            <rect class="chart-up" x=x y=line - above width=COLUMN height=above></rect>
            <rect class="chart-down" x=x y=line width=COLUMN height=below></rect>
        }
    });
    let columns = columns.collect_view();
    let width = i64::try_from(marks.len()).unwrap_or_default() * PLACE;
    let at = |n: usize| marks.get(n).map(|mark| mark.label.clone());
    let ends = [
        Some(0),
        (marks.len() > 2).then_some(marks.len() / 2),
        marks.len().checked_sub(1),
    ];
    let ends = ends.into_iter().flatten().filter_map(at);
    let ends = ends
        .map(|label| view! { <span>{label}</span> })
        .collect_view();
    view! {
        <figure class="chart">
            <div class="chart-key" aria-hidden="true">
                <span class="chart-key-up">{format!("▲ {}, at most {up}", names.0)}</span>
                <span class="chart-key-down">{format!("▼ {}, at most {down}", names.1)}</span>
            </div>
            <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none" role="img" aria-labelledby="chart-title chart-desc">
                <title id="chart-title">{title}</title>
                <desc id="chart-desc">{description}</desc>
                {columns}
                <path class="chart-line" d=format!("M0 {line}H{width}")></path>
            </svg>
            <div class="chart-axis" aria-hidden="true">{ends}</div>
            <details class="chart-table"><summary>"As a table"</summary>{children()}</details>
        </figure>
    }
    .into_any()
}

/// A bar beside a number that is written out: the share of the largest, with a part of it marked.
#[component]
pub fn Bar(
    /// How long.
    value: i64,
    /// How much of it is marked.
    #[prop(optional)]
    part: i64,
    /// What the longest bar beside it is.
    of: i64,
) -> AnyView {
    let scale = |value: i64| value * HEIGHT / of.max(1);
    view! {
        <svg class="bar" viewBox=format!("0 0 {HEIGHT} 8") preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect class="bar-all" width=scale(value) height="8"></rect>
            <rect class="bar-part" width=scale(part) height="8"></rect>
        </svg>
    }
    .into_any()
}

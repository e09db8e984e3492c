//! Tables. On a phone each row becomes a card; the roles are spelled out because a table drawn as blocks loses its own.

use leptos::prelude::*;

/// How a column is sorted at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sorted {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// The head of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column {
    label: String,
    numeric: bool,
    hidden: bool,
    href: Option<String>,
    sorted: Option<Sorted>,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// A column of numbers, right-aligned.
    pub fn number(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            numeric: true,
            ..Self::default()
        }
    }

    /// A column whose head only assistive technology reads, e.g. of buttons.
    pub fn hidden(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            hidden: true,
            ..Self::default()
        }
    }

    /// Sorts by this column when its head is followed; `sorted` says whether it is sorted so now.
    #[must_use]
    pub fn sortable(mut self, href: impl Into<String>, sorted: Option<Sorted>) -> Self {
        self.href = Some(href.into());
        self.sorted = sorted;
        self
    }
}

/// A table with its heads; the rows are its children.
#[component]
pub fn DataTable(
    /// What it lists: read out, not shown.
    #[prop(into)]
    caption: String,
    /// The heads, in order.
    columns: Vec<Column>,
    /// The rows: `TableRow`s.
    children: Children,
    /// The row of totals: a `TotalRow`.
    #[prop(optional)]
    footer: Option<AnyView>,
) -> AnyView {
    let heads = columns.into_iter().map(head).collect_view();
    view! {
        <table class="table-cards" role="table">
            <caption>{caption}</caption>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{children()}</tbody>
            {footer.map(|rows| view! { <tfoot role="rowgroup">{rows}</tfoot> })}
        </table>
    }
    .into_any()
}

fn head(column: Column) -> AnyView {
    let (aria, arrow) = match column.sorted {
        Some(Sorted::Ascending) => (Some("ascending"), Some("↑")),
        Some(Sorted::Descending) => (Some("descending"), Some("↓")),
        None => (None, None),
    };
    let class = if column.numeric { "numeric" } else { "" };
    let text = match column.href {
        Some(href) => view! {
            <a href=href>{column.label}{arrow.map(|arrow| view! { <span aria-hidden="true">" "{arrow}</span> })}</a>
        }
        .into_any(),
        None if column.hidden => view! { <span class="sr-only">{column.label}</span> }.into_any(),
        None => column.label.into_any(),
    };
    view! { <th role="columnheader" scope="col" class=class aria-sort=aria>{text}</th> }.into_any()
}

/// One row. With a `LinkCell` the whole row is that one link.
#[component]
pub fn TableRow(
    /// Its cells.
    children: Children,
    /// Tinted as late; say so in words in a cell too.
    #[prop(optional)]
    late: bool,
) -> AnyView {
    let class = if late { "late" } else { "" };
    view! { <tr role="row" class=class>{children()}</tr> }.into_any()
}

/// One cell.
#[component]
pub fn Cell(
    /// The column's head, shown beside the value on a phone; empty for none.
    #[prop(into)]
    label: String,
    /// Right-aligned, digits under each other.
    #[prop(optional)]
    numeric: bool,
    /// The value.
    children: Children,
) -> AnyView {
    let class = if numeric { "numeric" } else { "" };
    view! { <td role="cell" class=class data-label=label>{children()}</td> }.into_any()
}

/// The last row of a table: what its numbers add up to. Give it as the table's `footer`.
#[component]
pub fn TotalRow(
    /// What the sum is of: "Total".
    #[prop(into)]
    label: String,
    /// How many columns stand before the sum.
    span: u8,
    /// The sum.
    children: Children,
) -> AnyView {
    view! {
        <tr role="row" class="total-row">
            <th role="rowheader" scope="row" colspan=span.to_string()>{label}</th>
            <td role="cell" class="numeric">{children()}</td>
        </tr>
    }
    .into_any()
}

/// The cell whose link is the row's: clicking anywhere in the row follows it, and `j`/`k` move from one to the next.
#[component]
pub fn LinkCell(
    /// The column's head.
    #[prop(into)]
    label: String,
    /// Where the row leads.
    #[prop(into)]
    href: String,
    /// `true` when what it leads to is on the page already.
    #[prop(optional_no_strip)]
    current: Option<&'static str>,
    /// The link's words.
    children: Children,
) -> AnyView {
    view! { <td role="cell" class="row-head" data-label=label><a class="row-link" href=href data-row=true aria-current=current>{children()}</a></td> }
    .into_any()
}

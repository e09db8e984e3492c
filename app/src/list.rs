//! The one way to show a list: its page, and its file. What a list can be asked is the engine's `Spec`; what its rows look like is
//! its feature's own, said by [`Shown`].

pub mod actions;
mod frame;

use domain::actor::Actor;
use engine::{
    Error,
    audit::CHANGES,
    cost_centre::COST_CENTRES,
    department::DEPARTMENTS,
    list::{Listed, Page, Query, Spec, read},
    mail::OUTBOX,
    person::PEOPLE,
    purchase_order::ORDERS,
    vendor::VENDORS,
};
use jiff::{Timestamp, tz::TimeZone};
use leptos::prelude::*;

use self::frame::Listing;
use crate::{
    page::PageContext,
    ui::{Column, DataTable, EmptyState, LinkButton, ReaderTime, Sorted, active_label},
};

/// Every list, for the forms that name one.
pub const LISTS: [&Spec; 7] = [
    &ORDERS,
    &PEOPLE,
    &VENDORS,
    &DEPARTMENTS,
    &COST_CENTRES,
    &CHANGES,
    &OUTBOX,
];

/// How a list is said on screen.
pub struct Face {
    /// The name of its table: "Purchase orders".
    pub caption: &'static str,
    /// One and many: `("order", "orders")`.
    pub noun: (&'static str, &'static str),
    /// What people read for a word of a filter: "Pending approval" for `pending_approval` of `state`.
    pub in_words: fn(filter: &str, word: &str) -> String,
    /// The heads of its file's columns.
    pub head: &'static [&'static str],
}

/// The scopes of a list, each the word in the address and what people read; and the word of the one shown.
pub type ScopesOf = (Vec<(&'static str, &'static str)>, &'static str);

/// A list with a page and a file.
pub trait Shown: Listed {
    /// How it is said.
    fn face() -> &'static Face;

    /// The heads of its table, each with the sort it asks for.
    fn columns() -> Vec<(Column, Option<&'static str>)>;

    /// Its row of the table.
    fn row(self, time: &ReaderTime) -> AnyView;

    /// Its row of the file, under [`Face::head`]; times in the reader's zone.
    fn record(self, zone: &TimeZone) -> Vec<String>;

    /// What stands there while there is nothing, whatever is asked.
    fn empty(query: &Query, actor: &Actor) -> AnyView;

    /// The scopes the actor has, if the list has any.
    fn scopes(_query: &Query, _actor: &Actor) -> ScopesOf {
        (Vec::new(), "")
    }
}

/// What the address asks of a list, with everything around it.
pub async fn listed<R: Shown>(context: &PageContext) -> Result<AnyView, Error> {
    let actor = context.actor()?;
    let query = Query::parse(R::spec(), &context.request.query, &context.time.zone);
    let page: Page<R> = read(context.engine(), actor, &query).await?;
    let (scopes, current) = R::scopes(&query, actor);
    let listing = Listing::load(context, query, R::face()).await?;
    let query = &listing.query;
    let rows = if !page.rows.is_empty() || query.after.is_some() {
        let rows = table(page.rows, &context.time, Some(query));
        view! { {rows}{listing.below(page.count, page.next)} }.into_any()
    } else if query.narrows() {
        nothing_fits(query, R::face())
    } else {
        R::empty(query, actor)
    };
    Ok(view! { {listing.above(&scopes, current)}{rows} }.into_any())
}

/// Rows as a table; its heads sort the list of `query`.
pub fn table<R: Shown>(rows: Vec<R>, time: &ReaderTime, query: Option<&Query>) -> AnyView {
    let columns = R::columns().into_iter();
    let columns = columns.map(|(column, sort)| match query {
        Some(query) => sortable(query, column, sort),
        None => column,
    });
    let rows: Vec<_> = rows.into_iter().map(|row| row.row(time)).collect();
    view! { <DataTable caption=R::face().caption columns=columns.collect()>{rows}</DataTable> }
        .into_any()
}

/// A column whose head sorts the list.
fn sortable(query: &Query, column: Column, sort: Option<&str>) -> Column {
    let Some(sort) = query.spec.sorts.iter().find(|s| Some(s.name) == sort) else {
        return column;
    };
    let sorted = std::ptr::eq(sort, query.sort).then_some(if query.descending {
        Sorted::Descending
    } else {
        Sorted::Ascending
    });
    column.sortable(query.sorted_by(sort).address(), sorted)
}

fn nothing_fits(query: &Query, face: &Face) -> AnyView {
    let title = format!("No {} fits.", face.noun.0);
    let whole = query.whole().address();
    view! {
        <EmptyState title=title text="Look for other words, or take a filter away.">
            <LinkButton href=whole label="Clear all filters"/>
        </EmptyState>
    }
    .into_any()
}

/// Where a list can be had as a file: `/purchase-orders.csv`.
pub fn export(spec: &Spec) -> String {
    format!("{}.csv", spec.path)
}

/// A moment in a file: in the reader's zone, with its distance from UTC.
pub fn file_time(at: Timestamp, zone: &TimeZone) -> String {
    let at = at.to_zoned(zone.clone());
    at.strftime("%Y-%m-%d %H:%M:%S%:z").to_string()
}

/// "Active" and "Inactive", for filters by [`engine::list::active`].
pub fn active_in_words(_filter: &str, word: &str) -> String {
    active_label(word == "true").to_owned()
}

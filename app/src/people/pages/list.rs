//! The list of people.

use domain::{
    ids::PersonId,
    permission::{Area, may_enter},
    role::Role,
};
use engine::person::{ListPage, ListQuery, ListRow, address, list};
use leptos::prelude::*;

use crate::{
    page::page,
    ui::{
        ButtonKind, Cell, Column, DataTable, EmptyState, FormActions, LinkButton, LinkCell,
        PageHeader, Pager, StateTag, SubmitButton, TableRow, TextField, Tone, counted,
    },
};

/// `/admin/people?q=mo&after=…&id=7`.
#[component]
pub fn PeoplePage() -> impl IntoView {
    page(async |context| {
        let request = &context.request;
        let search = request.query("q").unwrap_or_default();
        let id = request
            .query("id")
            .and_then(|id| id.parse().ok())
            .map(PersonId);
        let after = request.query("after").zip(id);
        let later_page = after.is_some();
        let query = ListQuery {
            search: search.clone(),
            after,
        };
        let page = list(context.engine(), &query).await?;
        let writes = may_enter(Area::PeopleWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="People">
                {writes.then(|| view! { <LinkButton href="/admin/people/new" label="New person" kind=ButtonKind::Primary/> })}
            </PageHeader>
            <form method="get" action="/admin/people" role="search" class="form-narrow">
                <TextField name="q" label="Name or email" kind="search" value=search.clone()/>
                <FormActions><SubmitButton label="Search"/></FormActions>
            </form>
            {rows(page, &search, later_page)}
        }
        .into_any())
    })
}

fn rows(page: ListPage, search: &str, later_page: bool) -> AnyView {
    if page.rows.is_empty() && !later_page {
        return view! {
            <EmptyState title="Nobody is called that." text="Look for a part of the name or the email.">
                <LinkButton href="/admin/people" label="Show everyone"/>
            </EmptyState>
        }
        .into_any();
    }
    let summary = counted(page.count, "person", "people");
    let first = later_page.then(|| here(search, None));
    let next = page.next.map(|after| here(search, Some(after)));
    let columns = ["Name", "Email", "Roles", "Manager", "Department", "Account"]
        .map(Column::text)
        .to_vec();
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        <DataTable caption="People" columns=columns>{rows}</DataTable>
        <Pager summary=summary first_href=first next_href=next/>
    }
    .into_any()
}

fn row(row: ListRow) -> AnyView {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    let roles: Vec<&str> = row.roles.iter().copied().map(Role::title).collect();
    let roles = if roles.is_empty() {
        "Staff".to_owned()
    } else {
        roles.join(", ")
    };
    let (state, tone) = if row.active {
        ("Active", Tone::Good)
    } else {
        ("Deactivated", Tone::Neutral)
    };
    view! {
        <TableRow>
            <LinkCell label="Name" href=address(row.id)>{row.name}</LinkCell>
            <Cell label="Email">{row.email}</Cell>
            <Cell label="Roles">{roles}{row.override_approvals.then_some(", override")}</Cell>
            <Cell label="Manager">{or_dash(row.manager)}</Cell>
            <Cell label="Department">{or_dash(row.department)}</Cell>
            <Cell label="Account"><StateTag label=state tone=tone/></Cell>
        </TableRow>
    }
    .into_any()
}

/// The list's address with its search, from `after` on.
fn here(search: &str, after: Option<(String, PersonId)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !search.is_empty() {
        query.append_pair("q", search);
    }
    if let Some((name, id)) = after {
        query
            .append_pair("after", &name)
            .append_pair("id", &id.to_string());
    }
    let query = query.finish();
    if query.is_empty() {
        "/admin/people".to_owned()
    } else {
        format!("/admin/people?{query}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_search_and_where_the_page_begins() {
        assert_eq!(here("", None), "/admin/people");
        assert_eq!(here("mo & co", None), "/admin/people?q=mo+%26+co");
        assert_eq!(
            here("", Some(("jörg".to_owned(), PersonId(7)))),
            "/admin/people?after=j%C3%B6rg&id=7"
        );
    }
}

//! The list of people.

use domain::{
    actor::Actor,
    permission::{Area, may_enter},
    role::Role,
};
use engine::{
    list::Query,
    person::{ListRow, address},
};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::{
    list::{Face, Shown, listed},
    page::page,
    ui::{
        ButtonKind, Cell, Column, EmptyState, LinkButton, LinkCell, PageHeader, ReaderTime,
        StateTag, TableRow, Tone,
    },
};

/// `/admin/people?q=mo&role=auditor`.
#[component]
pub fn PeoplePage() -> impl IntoView {
    page(async |context| {
        let list = listed::<ListRow>(&context).await?;
        let writes = may_enter(Area::PeopleWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="People">
                {writes.then(|| view! { <LinkButton href="/admin/people/new" label="New person" kind=ButtonKind::Primary/> })}
            </PageHeader>
            {list}
        }
        .into_any())
    })
}

static FACE: Face = Face {
    caption: "People",
    noun: ("person", "people"),
    in_words,
    head: &[
        "Name",
        "Email",
        "Roles",
        "Override",
        "Manager",
        "Department",
        "Account",
        "Address",
    ],
};

fn in_words(filter: &str, word: &str) -> String {
    if filter == "role" {
        Role::parse(word).map_or_else(|| word.to_owned(), |role| role.title().to_owned())
    } else {
        account(word == "true").0.to_owned()
    }
}

const fn account(active: bool) -> (&'static str, Tone) {
    if active {
        ("Active", Tone::Good)
    } else {
        ("Deactivated", Tone::Neutral)
    }
}

/// Everyone is staff.
pub(super) fn roles(roles: &[Role]) -> String {
    if roles.is_empty() {
        return "Staff".to_owned();
    }
    let titles: Vec<&str> = roles.iter().copied().map(Role::title).collect();
    titles.join(", ")
}

impl Shown for ListRow {
    fn face() -> &'static Face {
        &FACE
    }

    fn columns() -> Vec<(Column, Option<&'static str>)> {
        vec![
            (Column::text("Name"), Some("name")),
            (Column::text("Email"), Some("email")),
            (Column::text("Roles"), None),
            (Column::text("Manager"), None),
            (Column::text("Department"), None),
            (Column::text("Account"), None),
        ]
    }

    fn row(self, _: &ReaderTime) -> AnyView {
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
        let (state, tone) = account(self.active);
        view! {
            <TableRow>
                <LinkCell label="Name" href=address(self.id)>{self.name}</LinkCell>
                <Cell label="Email">{self.email}</Cell>
                <Cell label="Roles">{roles(&self.roles)}{self.override_approvals.then_some(", override")}</Cell>
                <Cell label="Manager">{or_dash(self.manager)}</Cell>
                <Cell label="Department">{or_dash(self.department)}</Cell>
                <Cell label="Account"><StateTag label=state tone=tone/></Cell>
            </TableRow>
        }
        .into_any()
    }

    fn record(self, _: &TimeZone) -> Vec<String> {
        vec![
            self.name,
            self.email,
            roles(&self.roles),
            if self.override_approvals { "Yes" } else { "No" }.to_owned(),
            self.manager.unwrap_or_default(),
            self.department.unwrap_or_default(),
            account(self.active).0.to_owned(),
            address(self.id),
        ]
    }

    fn empty(_: &Query, _: &Actor) -> AnyView {
        view! { <EmptyState title="There are no people."/> }.into_any()
    }
}

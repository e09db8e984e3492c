//! The list of vendors.

use domain::{
    actor::Actor,
    permission::{Area, may_enter},
    vendor::Standing,
};
use engine::{
    list::Query,
    vendor::{ListRow, address},
};
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::standing;
use crate::{
    list::{Face, Shown, listed},
    page::page,
    ui::{
        ButtonKind, Cell, Column, EmptyState, LinkButton, LinkCell, PageHeader, ReaderTime,
        StateTag, TableRow,
    },
};

/// `/admin/vendors?q=acme&standing=on_hold`.
#[component]
pub fn VendorsPage() -> impl IntoView {
    page(async |context| {
        let list = listed::<ListRow>(&context).await?;
        let writes = may_enter(Area::VendorsWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="Vendors">
                {writes.then(|| view! { <LinkButton href="/admin/vendors/new" label="New vendor" kind=ButtonKind::Primary/> })}
            </PageHeader>
            {list}
        }
        .into_any())
    })
}

static FACE: Face = Face {
    caption: "Vendors",
    noun: ("vendor", "vendors"),
    in_words: |_, word| {
        let of = Standing {
            on_hold: word == "on_hold",
            flagged: word == "flagged",
        };
        standing(of).0.to_owned()
    },
    head: &["Name", "Email", "Standing", "Address"],
};

impl Shown for ListRow {
    fn face() -> &'static Face {
        &FACE
    }

    fn columns() -> Vec<(Column, Option<&'static str>)> {
        vec![
            (Column::text("Name"), Some("name")),
            (Column::text("Email"), Some("email")),
            (Column::text("Standing"), None),
        ]
    }

    fn row(self, _: &ReaderTime) -> AnyView {
        let (label, tone) = standing(self.standing);
        view! {
            <TableRow>
                <LinkCell label="Name" href=address(self.id)>{self.name}</LinkCell>
                <Cell label="Email">{self.email.unwrap_or_else(|| "—".to_owned())}</Cell>
                <Cell label="Standing"><StateTag label=label tone=tone/></Cell>
            </TableRow>
        }
        .into_any()
    }

    fn record(self, _: &TimeZone) -> Vec<String> {
        vec![
            self.name,
            self.email.unwrap_or_default(),
            standing(self.standing).0.to_owned(),
            address(self.id),
        ]
    }

    fn empty(_: &Query, _: &Actor) -> AnyView {
        let text = "Orders can be submitted once there is one to order from.";
        view! { <EmptyState title="There are no vendors." text=text/> }.into_any()
    }
}

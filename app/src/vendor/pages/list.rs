//! The list of vendors.

use domain::permission::{Area, may_enter};
use engine::vendor::{ListPage, ListRow, address, list};
use leptos::prelude::*;

use super::standing;
use crate::{
    page::{address_after, page},
    ui::{
        ButtonKind, Cell, Column, DataTable, EmptyState, LinkButton, LinkCell, PageHeader, Pager,
        StateTag, TableRow, counted,
    },
};

/// `/admin/vendors?after=…`.
#[component]
pub fn VendorsPage() -> impl IntoView {
    page(async |context| {
        let after = context.request.query("after");
        let page = list(context.engine(), after.as_deref()).await?;
        let writes = may_enter(Area::VendorsWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="Vendors">
                {writes.then(|| view! { <LinkButton href="/admin/vendors/new" label="New vendor" kind=ButtonKind::Primary/> })}
            </PageHeader>
            {rows(page, after.is_some())}
        }
        .into_any())
    })
}

fn rows(page: ListPage, later_page: bool) -> AnyView {
    if page.rows.is_empty() && !later_page {
        return view! { <EmptyState title="There are no vendors." text="Orders can be submitted once there is one to order from."/> }
            .into_any();
    }
    let summary = counted(page.count, "vendor", "vendors");
    let first = later_page.then(|| "/admin/vendors".to_owned());
    let next = page
        .next
        .map(|after| address_after("/admin/vendors", &after));
    let columns = ["Name", "Email", "Standing"].map(Column::text).to_vec();
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        <DataTable caption="Vendors" columns=columns>{rows}</DataTable>
        <Pager summary=summary first_href=first next_href=next/>
    }
    .into_any()
}

fn row(row: ListRow) -> AnyView {
    let (label, tone) = standing(row.standing);
    view! {
        <TableRow>
            <LinkCell label="Name" href=address(row.id)>{row.name}</LinkCell>
            <Cell label="Email">{row.email.unwrap_or_else(|| "—".to_owned())}</Cell>
            <Cell label="Standing"><StateTag label=label tone=tone/></Cell>
        </TableRow>
    }
    .into_any()
}

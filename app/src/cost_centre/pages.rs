//! The pages of cost centres: the list, a new one, one.

use domain::{
    ids::CostCentreId,
    permission::{Area, may_enter},
};
use engine::{
    Error,
    cost_centre::{self, CostCentre, ListPage, address, list, subject},
    transition_log,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{CreateCostCentre, UpdateCostCentre},
    form::{Typed, fields},
};
use crate::{
    change_history,
    form::PostForm,
    page::{PageContext, address_after, page},
    ui::{
        ActiveTag, ButtonKind, Cell, Column, Columns, DataTable, DescriptionItem, DescriptionList,
        EmptyState, ErrorSummary, FormActions, LinkButton, LinkCell, PageHeader, Pager, Section,
        SubmitButton, TableRow, counted,
    },
};

/// Rows of history a page shows.
const HISTORY: i64 = 100;
const LIST: &str = "/admin/cost-centres";

/// `/admin/cost-centres?after=…`.
#[component]
pub fn CostCentresPage() -> impl IntoView {
    page(async |context| {
        let after = context.request.query("after");
        let page = list(context.engine(), after.as_deref()).await?;
        let writes = may_enter(Area::PeopleWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="Cost centres">
                {writes.then(|| view! { <LinkButton href="/admin/cost-centres/new" label="New cost centre" kind=ButtonKind::Primary/> })}
            </PageHeader>
            {rows(page, after.is_some())}
        }
        .into_any())
    })
}

fn rows(page: ListPage, later_page: bool) -> AnyView {
    if page.rows.is_empty() && !later_page {
        let text = "Until there is one, orders are submitted with any code that is typed. From then on, only with active ones.";
        return view! { <EmptyState title="There are no cost centres." text=text/> }.into_any();
    }
    let columns = ["Code", "Name", "Standing"].map(Column::text).to_vec();
    let first = later_page.then(|| LIST.to_owned());
    let next = page.next.map(|after| address_after(LIST, &after));
    let summary = counted(page.count, "cost centre", "cost centres");
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        <DataTable caption="Cost centres" columns=columns>{rows}</DataTable>
        <Pager summary=summary first_href=first next_href=next/>
    }
    .into_any()
}

fn row(row: CostCentre) -> AnyView {
    view! {
        <TableRow>
            <LinkCell label="Code" href=address(row.id)>{row.code}</LinkCell>
            <Cell label="Name">{row.name}</Cell>
            <Cell label="Standing"><ActiveTag active=row.active/></Cell>
        </TableRow>
    }
    .into_any()
}

/// `/admin/cost-centres/new`.
#[component]
pub fn NewCostCentrePage() -> impl IntoView {
    page(async |context| {
        let errors = context.flash.errors_of(CreateCostCentre::PATH);
        let typed = context.flash.typed(CreateCostCentre::PATH);
        let fields = fields(typed.map_or_else(Typed::blank, Typed::read), &errors);
        Ok(view! {
            <PageHeader title="New cost centre"/>
            <ErrorSummary errors=errors/>
            <PostForm action=CreateCostCentre::PATH class="form-narrow" warn_unsaved=true>
                {fields}
                <FormActions><SubmitButton label="Add cost centre" kind=ButtonKind::Primary/></FormActions>
            </PostForm>
        }
        .into_any())
    })
}

/// `/admin/cost-centres/{id}`.
#[component]
pub fn CostCentrePage() -> impl IntoView {
    page(async |context| {
        let (engine, id) = (context.engine(), CostCentreId(context.id()?));
        let found = cost_centre::get(engine, id).await?.ok_or(Error::NotFound)?;
        let rows = transition_log::history(engine, subject(id), None, HISTORY).await?;
        let main = if may_enter(Area::PeopleWrite, Some(context.actor()?)) {
            form(&context, &found)
        } else {
            facts(&found)
        };
        let history = change_history::list(&rows, &context.time);
        Ok(view! {
            <PageHeader title=found.code.clone() subtitle=found.name.clone()/>
            <Columns aside=history>{main}</Columns>
        }
        .into_any())
    })
}

fn form(context: &PageContext, cost_centre: &CostCentre) -> AnyView {
    let errors = context.flash.errors_of(UpdateCostCentre::PATH);
    let typed = context.flash.typed(UpdateCostCentre::PATH);
    let fields = fields(
        typed.map_or_else(|| Typed::from(cost_centre), Typed::read),
        &errors,
    );
    let record = (cost_centre.id.0, cost_centre.version);
    view! {
        <Section title="Details">
            <ErrorSummary errors=errors/>
        <PostForm action=UpdateCostCentre::PATH record=record class="form-narrow" warn_unsaved=true>
            {fields}
            <FormActions><SubmitButton label="Save" kind=ButtonKind::Primary/></FormActions>
        </PostForm>
        </Section>
    }
    .into_any()
}

fn facts(cost_centre: &CostCentre) -> AnyView {
    let items = vec![
        DescriptionItem::new("Name", cost_centre.name.clone()),
        DescriptionItem::new("Active", if cost_centre.active { "Yes" } else { "No" }),
    ];
    view! { <Section title="Details"><DescriptionList items=items/></Section> }.into_any()
}

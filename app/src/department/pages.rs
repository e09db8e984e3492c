//! The pages of departments: the list, a new one, one.

use domain::{
    ids::DepartmentId,
    permission::{Area, may_enter},
};
use engine::{
    Error,
    department::{self, Department, ListPage, address, list, subject},
    transition_log,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{CreateDepartment, UpdateDepartment},
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
const LIST: &str = "/admin/departments";

/// `/admin/departments?after=…`.
#[component]
pub fn DepartmentsPage() -> impl IntoView {
    page(async |context| {
        let after = context.request.query("after");
        let page = list(context.engine(), after.as_deref()).await?;
        let writes = may_enter(Area::PeopleWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="Departments">
                {writes.then(|| view! { <LinkButton href="/admin/departments/new" label="New department" kind=ButtonKind::Primary/> })}
            </PageHeader>
            {rows(page, after.is_some())}
        }
        .into_any())
    })
}

fn rows(page: ListPage, later_page: bool) -> AnyView {
    if page.rows.is_empty() && !later_page {
        let text = "People and orders can do without. With departments, approval rules can differ by them.";
        return view! { <EmptyState title="There are no departments." text=text/> }.into_any();
    }
    let columns = ["Name", "Head", "Standing"].map(Column::text).to_vec();
    let first = later_page.then(|| LIST.to_owned());
    let next = page.next.map(|after| address_after(LIST, &after));
    let summary = counted(page.count, "department", "departments");
    let rows = page.rows.into_iter().map(row).collect_view();
    view! {
        <DataTable caption="Departments" columns=columns>{rows}</DataTable>
        <Pager summary=summary first_href=first next_href=next/>
    }
    .into_any()
}

fn row(row: Department) -> AnyView {
    view! {
        <TableRow>
            <LinkCell label="Name" href=address(row.id)>{row.name}</LinkCell>
            <Cell label="Head">{row.head.map_or_else(|| "—".to_owned(), |(_, name)| name)}</Cell>
            <Cell label="Standing"><ActiveTag active=row.active/></Cell>
        </TableRow>
    }
    .into_any()
}

/// `/admin/departments/new`.
#[component]
pub fn NewDepartmentPage() -> impl IntoView {
    page(async |context| {
        let errors = context.flash.errors_of(CreateDepartment::PATH);
        let typed = context.flash.typed(CreateDepartment::PATH);
        let typed = typed.map_or_else(Typed::blank, Typed::read);
        let fields = fields(&context, typed, &errors, None).await?;
        Ok(view! {
            <PageHeader title="New department"/>
            <ErrorSummary errors=errors/>
            <PostForm action=CreateDepartment::PATH class="form-narrow" warn_unsaved=true>
                {fields}
                <FormActions><SubmitButton label="Add department" kind=ButtonKind::Primary/></FormActions>
            </PostForm>
        }
        .into_any())
    })
}

/// `/admin/departments/{id}`.
#[component]
pub fn DepartmentPage() -> impl IntoView {
    page(async |context| {
        let (engine, id) = (context.engine(), DepartmentId(context.id()?));
        let department = department::get(engine, id).await?.ok_or(Error::NotFound)?;
        let rows = transition_log::history(engine, subject(id), None, HISTORY).await?;
        let main = if may_enter(Area::PeopleWrite, Some(context.actor()?)) {
            form(&context, &department).await?
        } else {
            facts(&department)
        };
        let history = change_history::list(&rows, &context.time);
        Ok(view! {
            <PageHeader title=department.name.clone()/>
            <Columns aside=history>{main}</Columns>
        }
        .into_any())
    })
}

async fn form(context: &PageContext, department: &Department) -> Result<AnyView, Error> {
    let errors = context.flash.errors_of(UpdateDepartment::PATH);
    let typed = context.flash.typed(UpdateDepartment::PATH);
    let typed = typed.map_or_else(|| Typed::from(department), Typed::read);
    let fields = fields(context, typed, &errors, Some(department)).await?;
    let record = (department.id.0, department.version);
    Ok(view! {
        <Section title="Details">
            <ErrorSummary errors=errors/>
        <PostForm action=UpdateDepartment::PATH record=record class="form-narrow" warn_unsaved=true>
            {fields}
            <FormActions><SubmitButton label="Save" kind=ButtonKind::Primary/></FormActions>
        </PostForm>
        </Section>
    }
    .into_any())
}

fn facts(department: &Department) -> AnyView {
    let head = department.head.clone();
    let items = vec![
        DescriptionItem::new(
            "Head",
            head.map_or_else(|| "—".to_owned(), |(_, name)| name),
        ),
        DescriptionItem::new("Active", if department.active { "Yes" } else { "No" }),
    ];
    view! { <Section title="Details"><DescriptionList items=items/></Section> }.into_any()
}

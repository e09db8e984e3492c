//! The pages of departments: the list, a new one, one.

use domain::{
    actor::Actor,
    ids::DepartmentId,
    permission::{Area, may_enter},
};
use engine::{
    Error,
    department::{self, Department, address, subject},
    list::Query,
    transition_log,
};
use jiff::tz::TimeZone;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{CreateDepartment, UpdateDepartment},
    form::{Typed, fields},
};
use crate::{
    change_history,
    form::RecordForm,
    list::{Face, Shown, active_in_words, listed},
    page::{PageContext, page},
    ui::{
        ActiveTag, ButtonKind, Cell, Column, Columns, DescriptionItem, DescriptionList, EmptyState,
        LinkButton, LinkCell, PageHeader, ReaderTime, Section, TableRow, active_label,
    },
};

/// Rows of history a page shows.
const HISTORY: i64 = 100;

/// `/admin/departments?q=…`.
#[component]
pub fn DepartmentsPage() -> impl IntoView {
    page(async |context| {
        let list = listed::<Department>(&context).await?;
        let writes = may_enter(Area::PeopleWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="Departments">
                {writes.then(|| view! { <LinkButton href="/admin/departments/new" label="New department" kind=ButtonKind::Primary/> })}
            </PageHeader>
            {list}
        }
        .into_any())
    })
}

static FACE: Face = Face {
    caption: "Departments",
    noun: ("department", "departments"),
    in_words: active_in_words,
    head: &["Name", "Head", "Standing", "Address"],
};

impl Shown for Department {
    fn face() -> &'static Face {
        &FACE
    }

    fn columns() -> Vec<(Column, Option<&'static str>)> {
        vec![
            (Column::text("Name"), Some("name")),
            (Column::text("Head"), None),
            (Column::text("Standing"), None),
        ]
    }

    fn row(self, _: &ReaderTime) -> AnyView {
        view! {
            <TableRow>
                <LinkCell label="Name" href=address(self.id)>{self.name}</LinkCell>
                <Cell label="Head">{self.head.map_or_else(|| "—".to_owned(), |(_, name)| name)}</Cell>
                <Cell label="Standing"><ActiveTag active=self.active/></Cell>
            </TableRow>
        }
        .into_any()
    }

    fn record(self, _: &TimeZone) -> Vec<String> {
        vec![
            self.name,
            self.head.map(|(_, name)| name).unwrap_or_default(),
            active_label(self.active).to_owned(),
            address(self.id),
        ]
    }

    fn empty(_: &Query, _: &Actor) -> AnyView {
        let text = "People and orders can do without. With departments, approval rules can differ by them.";
        view! { <EmptyState title="There are no departments." text=text/> }.into_any()
    }
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
            <PageHeader title="New department" back=(department::LIST, "All departments")/>
            <RecordForm action=CreateDepartment::PATH errors=errors button="Add department" class="form-narrow">{fields}</RecordForm>
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
            <PageHeader title=department.name.clone() back=(department::LIST, "All departments")/>
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
            <RecordForm action=UpdateDepartment::PATH record=record errors=errors button="Save" class="form-narrow">{fields}</RecordForm>
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

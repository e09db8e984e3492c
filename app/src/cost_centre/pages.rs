//! The pages of cost centres: the list, a new one, one.

use domain::{
    actor::Actor,
    ids::CostCentreId,
    permission::{Area, may_enter},
};
use engine::{
    Error,
    cost_centre::{self, CostCentre, address, subject},
    list::Query,
    transition_log,
};
use jiff::tz::TimeZone;
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{CreateCostCentre, UpdateCostCentre},
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

/// `/admin/cost-centres?q=…`.
#[component]
pub fn CostCentresPage() -> impl IntoView {
    page(async |context| {
        let list = listed::<CostCentre>(&context).await?;
        let writes = may_enter(Area::PeopleWrite, Some(context.actor()?));
        Ok(view! {
            <PageHeader title="Cost centres">
                {writes.then(|| view! { <LinkButton href="/admin/cost-centres/new" label="New cost centre" kind=ButtonKind::Primary/> })}
            </PageHeader>
            {list}
        }
        .into_any())
    })
}

static FACE: Face = Face {
    caption: "Cost centres",
    noun: ("cost centre", "cost centres"),
    in_words: active_in_words,
    head: &["Code", "Name", "Standing", "Address"],
};

impl Shown for CostCentre {
    fn face() -> &'static Face {
        &FACE
    }

    fn columns() -> Vec<(Column, Option<&'static str>)> {
        vec![
            (Column::text("Code"), Some("code")),
            (Column::text("Name"), Some("name")),
            (Column::text("Standing"), None),
        ]
    }

    fn row(self, _: &ReaderTime) -> AnyView {
        view! {
            <TableRow>
                <LinkCell label="Code" href=address(self.id)>{self.code}</LinkCell>
                <Cell label="Name">{self.name}</Cell>
                <Cell label="Standing"><ActiveTag active=self.active/></Cell>
            </TableRow>
        }
        .into_any()
    }

    fn record(self, _: &TimeZone) -> Vec<String> {
        vec![
            self.code,
            self.name,
            active_label(self.active).to_owned(),
            address(self.id),
        ]
    }

    fn empty(_: &Query, _: &Actor) -> AnyView {
        let text = "Until there is one, orders are submitted with any code that is typed. From then on, only with active ones.";
        view! { <EmptyState title="There are no cost centres." text=text/> }.into_any()
    }
}

/// `/admin/cost-centres/new`.
#[component]
pub fn NewCostCentrePage() -> impl IntoView {
    page(async |context| {
        let errors = context.flash.errors_of(CreateCostCentre::PATH);
        let typed = context.flash.typed(CreateCostCentre::PATH);
        let fields = fields(typed.map_or_else(Typed::blank, Typed::read), &errors);
        Ok(view! {
            <PageHeader title="New cost centre" back=(cost_centre::LIST, "All cost centres")/>
            <RecordForm action=CreateCostCentre::PATH errors=errors button="Add cost centre" class="form-narrow">{fields}</RecordForm>
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
            <PageHeader title=found.code.clone() subtitle=found.name.clone() back=(cost_centre::LIST, "All cost centres")/>
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
            <RecordForm action=UpdateCostCentre::PATH record=record errors=errors button="Save" class="form-narrow">{fields}</RecordForm>
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

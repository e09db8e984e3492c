//! What happens at each limit: a cent below, at it, a cent above, in every currency used, for a chosen submitter.

use domain::{
    ids::{PersonId, RuleSetId},
    money::format_amount,
};
use engine::{
    Error,
    approval_rule::{Band, Table, address, boundaries, get},
    person,
};
use leptos::prelude::*;

use crate::{
    approval_rule::{actions::event_address, words},
    page::{PageContext, page},
    ui::{
        Amount, Cell, Choice, Column, DataTable, PageHeader, Section, SelectField, SubmitButton,
        TableRow,
    },
};

/// `/admin/rules/{id}/boundaries?submitter=7`.
#[component]
pub fn BoundariesPage() -> impl IntoView {
    page(async |context| {
        let id = RuleSetId(context.id()?);
        let view = get(context.engine(), id).await?;
        let chosen = context.request.query("submitter");
        let chosen = chosen.and_then(|id| id.parse().ok()).map(PersonId);
        let submitter = chosen.unwrap_or(context.actor()?.id);
        let tables = boundaries(context.engine(), id, submitter).await?;
        let form = form(&context, id, submitter).await?;
        let title = format!("Boundaries: {}", words::scope_of(&view.head));
        let subtitle = words::version(&view.head);
        let tables = tables.into_iter().map(table).collect_view();
        Ok(view! {
            <PageHeader title=title subtitle=subtitle/>
            <p><a href=address(id)>"Back to the rules"</a></p>
            {form}
            {tables}
        }
        .into_any())
    })
}

async fn form(context: &PageContext, id: RuleSetId, submitter: PersonId) -> Result<AnyView, Error> {
    let people = person::choices(context.engine()).await?;
    let choices = people
        .into_iter()
        .map(|choice| {
            let label = format!("{} ({})", choice.name, choice.email);
            Choice::new(choice.id.to_string(), label)
        })
        .collect();
    let to = event_address(id, "boundaries");
    Ok(view! {
        <form method="get" action=to class="form-narrow">
            <SelectField name="submitter" label="Raised by" value=submitter.to_string() choices=choices/>
            <SubmitButton label="Show"/>
        </form>
    }
    .into_any())
}

fn table(table: Table) -> AnyView {
    let (set, version) = table.set;
    let rules = if version > 0 {
        format!("Rules: version {version}")
    } else {
        "Rules: as proposed".to_owned()
    };
    let columns = vec![
        Column::number("Total"),
        Column::text("Level"),
        Column::text("Decided by"),
    ];
    let code = table.currency.to_string();
    let rows = table
        .bands
        .into_iter()
        .map(|band| row(band, &code))
        .collect_view();
    let rate = table.rate.map(|rate| {
        format!(
            ", compared at the rate of {}: 1 {code} is {}",
            rate.day, rate.per_unit
        )
    });
    let title = format!("In {code}");
    let caption = format!("Limits in {code}");
    view! {
        <Section title=title>
            <p><a href=address(set)>{rules}</a>{rate}</p>
            <DataTable caption=caption columns=columns>{rows}</DataTable>
        </Section>
    }
    .into_any()
}

fn row(band: Band, code: &str) -> AnyView {
    let named = band
        .route
        .into_iter()
        .map(|(level, approver, passes)| match approver {
            Ok(name) if passes => format!("level {level} passes ({name} again)"),
            Ok(name) => name,
            Err(missing) => format!("nobody at level {level}: {missing} is missing"),
        });
    let named: Vec<String> = named.collect();
    let (total, code) = (format_amount(band.total), code.to_owned());
    let level = band.level.to_string();
    view! {
        <TableRow>
            <Cell label="Total" numeric=true><Amount amount=total currency=code/></Cell>
            <Cell label="Level">{level}</Cell>
            <Cell label="Decided by">{named.join(", then ")}</Cell>
        </TableRow>
    }
    .into_any()
}

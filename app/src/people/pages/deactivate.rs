//! Asks before someone is deactivated: what waits for them and to whom it goes, what else they stand for.

use domain::{ids::PersonId, money::format_amount};
use engine::{
    Error,
    person::{self, Offices, Person, address},
    purchase_order::{self, WaitingOrder, waiting_for},
};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::PostForm,
    page::{PageContext, page},
    people::actions::DeactivatePerson,
    purchase_order::number,
    ui::{
        Amount, ButtonKind, Cell, Choice, Column, DataTable, ErrorSummary, FormActions, LinkButton,
        LinkCell, Notice, NoticeKind, PageHeader, ReaderTime, Section, SelectField, SubmitButton,
        TableRow, Timestamp,
    },
};

/// Orders listed; more are counted.
const LISTED: i64 = 50;

/// `/admin/people/{id}/deactivate`.
#[component]
pub fn DeactivatePersonPage() -> impl IntoView {
    page(async |context| {
        let id = PersonId(context.id()?);
        let person = person::get(context.engine(), id)
            .await?
            .ok_or(Error::NotFound)?;
        if context.actor()?.id == id {
            return Err(Error::Forbidden(
                "Nobody deactivates themselves. Ask another administrator.".to_owned(),
            ));
        }
        if person.deactivated_at.is_some() {
            return Err(Error::Stale(format!(
                "{} has been deactivated already.",
                person.name
            )));
        }
        let offices = person::offices(context.engine(), id).await?;
        let (count, orders) = waiting_for(context.engine(), id, LISTED).await?;
        let form = form(&context, &person, count).await?;
        Ok(view! {
            <PageHeader title=format!("Deactivate {}", person.name)
                subtitle="They are signed out and cannot sign in. What they did stays. They can be reactivated."/>
            {consequences(&offices)}
            {waiting(count, orders, &context.time)}
            {form}
        }
        .into_any())
    })
}

async fn form(context: &PageContext, person: &Person, waiting: i64) -> Result<AnyView, Error> {
    let errors = context.flash.errors_of(DeactivatePerson::PATH);
    let typed = context
        .flash
        .typed_text(DeactivatePerson::PATH, "reassign_to");
    let choices: Vec<Choice> = person::choices(context.engine())
        .await?
        .into_iter()
        .filter(|choice| choice.id != person.id)
        .map(|choice| {
            Choice::new(
                choice.id.to_string(),
                format!("{} ({})", choice.name, choice.email),
            )
        })
        .collect();
    let select = (waiting > 0).then(|| {
        view! {
            <SelectField name="reassign_to" label="Reassign to" prompt="Whom the rules name for each" value=typed choices=choices
                hint="Decides what waits for them now. Nobody is given what they raised." error=errors.of("reassign_to")/>
        }
    });
    let (record, back) = ((person.id.0, person.version), address(person.id));
    Ok(view! {
        <ErrorSummary errors=errors.clone()/>
        <PostForm action=DeactivatePerson::PATH record=record class="form-narrow">
            {select}
            <FormActions>
                <LinkButton href=back label="Back"/>
                <SubmitButton label="Deactivate" kind=ButtonKind::Danger/>
            </FormActions>
        </PostForm>
    }
    .into_any())
}

/// What stays behind and somebody has to see to.
fn consequences(offices: &Offices) -> Vec<AnyView> {
    let mut said = Vec::new();
    match offices.reports {
        0 => {}
        1 => said.push(
            "One person reports to them. What that person raises goes to the next manager up."
                .to_owned(),
        ),
        many => said.push(format!(
            "{many} people report to them. What those raise goes to the next manager up."
        )),
    }
    if !offices.heads.is_empty() {
        said.push(format!("They head {}.", offices.heads.join(", ")));
    }
    if offices.is_cfo {
        said.push("They are the CFO whom the settings name.".to_owned());
    }
    if offices.in_rules {
        said.push("Approval rules name them, as approver or as fallback.".to_owned());
    }
    said.into_iter()
        .map(|text| view! { <Notice text=text kind=NoticeKind::Warning/> }.into_any())
        .collect()
}

fn waiting(count: i64, orders: Vec<WaitingOrder>, time: &ReaderTime) -> AnyView {
    if count == 0 {
        return view! { <p class="form-says">"Nothing waits for them."</p> }.into_any();
    }
    let columns = vec![
        Column::text("Order"),
        Column::text("Raised by"),
        Column::number("Total"),
        Column::text("Due"),
    ];
    let more = count - i64::try_from(orders.len()).unwrap_or_default();
    let rows = orders
        .into_iter()
        .map(|order| row(order, time))
        .collect_view();
    view! {
        <Section title="What waits for them">
            <DataTable caption="What waits for them" columns=columns>{rows}</DataTable>
            {(more > 0).then(|| view! { <p class="form-says">{format!("And {more} more.")}</p> })}
        </Section>
    }
    .into_any()
}

fn row(order: WaitingOrder, time: &ReaderTime) -> AnyView {
    let (late, due) = (order.due < time.now, time.moment(order.due));
    let (total, currency) = order.total;
    view! {
        <TableRow late=late>
            <LinkCell label="Order" href=purchase_order::address(order.id)>{number(order.id)}</LinkCell>
            <Cell label="Raised by">{order.submitter}</Cell>
            <Cell label="Total" numeric=true><Amount amount=format_amount(total) currency=currency/></Cell>
            <Cell label="Due"><Timestamp at=due/></Cell>
        </TableRow>
    }
    .into_any()
}

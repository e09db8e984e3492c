//! The form of a time away: from when until when, who decides meanwhile, what is handed over at once.

use domain::{ids::PersonId, money::format_amount};
use engine::{
    Error,
    away::{Period, periods},
    person::{self, Person},
    purchase_order::{WaitingOrder, waiting_for},
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{actions::SetAway, home, zone};
use crate::{
    form::{Fields, PostForm},
    page::{PageContext, page},
    purchase_order::number,
    ui::{
        ButtonKind, CheckboxField, Choice, DateField, ErrorSummary, FormActions, FormErrors,
        LinkButton, PageHeader, SelectField, SubmitButton, TextField,
    },
};

/// Orders offered for hand-over; more are counted.
const OFFERED: i64 = 50;

/// `/account/away`: one's own.
#[component]
pub fn AwayPage() -> impl IntoView {
    page(async |context| {
        let id = context.actor()?.id;
        form(&context, id).await
    })
}

/// `/admin/people/{id}/away`: anybody's, for administrators.
#[component]
pub fn PersonAwayPage() -> impl IntoView {
    page(async |context| {
        let id = PersonId(context.id()?);
        form(&context, id).await
    })
}

/// What is typed, or was set.
#[derive(Default)]
struct Typed {
    from: String,
    until: String,
    delegate: String,
    reason: String,
    hand_over: Vec<String>,
}

impl Typed {
    fn read(form: &Fields) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        Self {
            from: text("from"),
            until: text("until"),
            delegate: text("delegate"),
            reason: text("reason"),
            hand_over: form.all("hand_over").to_vec(),
        }
    }

    fn of(period: &Period, person: &Person) -> Self {
        let (first, last) = period.days(&zone(person));
        Self {
            from: first.to_string(),
            until: last.to_string(),
            delegate: period
                .delegate
                .as_ref()
                .map_or_else(String::new, |(id, _)| id.to_string()),
            reason: period.reason.clone(),
            hand_over: Vec::new(),
        }
    }
}

async fn form(context: &PageContext, id: PersonId) -> Result<AnyView, Error> {
    let engine = context.engine();
    let person = person::get(engine, id).await?.ok_or(Error::NotFound)?;
    if person.deactivated_at.is_some() {
        return Err(Error::Stale(format!(
            "{} has been deactivated.",
            person.name
        )));
    }
    let own = context.actor()?.id == id;
    let set = changed(context, &person).await?;
    let typed = context.flash.typed(SetAway::PATH).map(Typed::read);
    let typed = typed.unwrap_or_else(|| {
        set.as_ref()
            .map_or_else(Typed::default, |period| Typed::of(period, &person))
    });
    let errors = context.flash.errors_of(SetAway::PATH);
    let waiting = waiting_for(engine, id, OFFERED).await?;
    let handing = hand_over(context, waiting, &typed.hand_over, &errors);
    let (record, back) = ((person.id.0, person.version), home(person.id.0, own));
    let title = match (set.is_some(), own) {
        (false, true) => "Set away period".to_owned(),
        (true, true) => "Change away period".to_owned(),
        (false, false) => format!("Set away period of {}", person.name),
        (true, false) => format!("Change away period of {}", person.name),
    };
    let choices = delegates(context, &person, set.as_ref()).await?;
    Ok(view! {
        <PageHeader title=title/>
        <ErrorSummary errors=errors.clone()/>
        <PostForm action=SetAway::PATH record=record class="form-narrow" warn_unsaved=true>
            {set.map(|period| view! { <input type="hidden" name="period" value=period.id/> })}
            <DateField name="from" label="First day" value=typed.from error=errors.of("from")/>
            <DateField name="until" label="Last day" value=typed.until error=errors.of("until")/>
            <SelectField name="delegate" label="Delegate" prompt="Nobody: the manager decides" value=typed.delegate choices=choices
                hint="Decides meanwhile, as \u{201c}Fay Finch for Mia Moss\u{201d}. Nobody decides what they raised." error=errors.of("delegate")/>
            <TextField name="reason" label="Reason" value=typed.reason hint="Optional. Administrators and auditors read it too."
                error=errors.of("reason")/>
            {handing}
            <FormActions>
                <LinkButton href=back label="Back"/>
                <SubmitButton label="Save" kind=ButtonKind::Primary/>
            </FormActions>
        </PostForm>
    }
    .into_any())
}

/// The time that the address names, to be changed.
async fn changed(context: &PageContext, person: &Person) -> Result<Option<Period>, Error> {
    let Some(asked) = context.request.query("period") else {
        return Ok(None);
    };
    let periods = periods(context.engine(), person.id).await?;
    let found = periods
        .into_iter()
        .find(|period| period.id.to_string() == asked);
    found.map(Some).ok_or(Error::NotFound)
}

/// Everyone active but the person; and who it is now, even when that one has left.
async fn delegates(
    context: &PageContext,
    person: &Person,
    set: Option<&Period>,
) -> Result<Vec<Choice>, Error> {
    let all = person::choices(context.engine()).await?;
    let others = all.into_iter().filter(|choice| choice.id != person.id);
    let mut choices: Vec<Choice> = others
        .map(|choice| {
            Choice::new(
                choice.id.to_string(),
                format!("{} ({})", choice.name, choice.email),
            )
        })
        .collect();
    if let Some((id, name)) = set.and_then(|period| period.delegate.clone()) {
        let value = id.to_string();
        if choices.iter().all(|choice| choice.value != value) {
            choices.push(Choice::new(value, format!("{name} (deactivated)")));
        }
    }
    Ok(choices)
}

/// What waits for the person now, to be ticked.
fn hand_over(
    context: &PageContext,
    (count, orders): (i64, Vec<WaitingOrder>),
    ticked: &[String],
    errors: &FormErrors,
) -> Option<AnyView> {
    let more = count - i64::try_from(orders.len()).unwrap_or_default();
    let error = errors.of("hand_over");
    let boxes = orders.into_iter().enumerate().map(|(at, order)| {
        let value = order.id.to_string();
        let (total, currency) = order.total;
        let due = context.time.moment(order.due).relative;
        let label = format!(
            "{}, {}, {} {currency}, due {due}",
            number(order.id),
            order.submitter,
            format_amount(total)
        );
        // The error summary leads to the first.
        let id = if at == 0 {
            "field-hand_over".to_owned()
        } else {
            format!("field-hand_over-{at}")
        };
        let checked = ticked.contains(&value);
        view! { <CheckboxField name="hand_over" label=label value=value checked=checked id=id/> }
    });
    let boxes = boxes.collect_view();
    (count > 0).then(|| {
        view! {
            <fieldset class="field-group">
                <legend>"Hand over now"</legend>
                <p class="field-hint">
                    "What is ticked becomes the delegate's for good. The rest goes to them only meanwhile."
                </p>
                {error.map(|text| view! { <p class="field-error">{text}</p> })}
                {boxes}
                {(more > 0).then(|| view! { <p class="form-says">{format!("And {more} more.")}</p> })}
            </fieldset>
        }
        .into_any()
    })
}

//! The pages of the demo's clock: where it stands, and the question before it is moved.

use engine::{
    Error,
    clock::{self, in_words},
    demo,
};
use jiff::{SignedDuration, Timestamp};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{CLOCK, actions::JumpClock, asking, typed};
use crate::{
    form::PostForm,
    page::{PageContext, page},
    ui::{
        ButtonKind, Choice, DescriptionItem, DescriptionList, ErrorSummary, FormActions,
        FormErrors, LinkButton, PageHeader, Section, SelectField, SubmitButton, TextField,
    },
};

/// The jumps offered at once, as typed.
const OFFERED: [(&str, &str); 3] = [("1", "hours"), ("1", "days"), ("3", "days")];

/// `/admin/clock`.
#[component]
pub fn ClockPage() -> impl IntoView {
    page(async |context| {
        demo_only(&context).await?;
        let moved = context.engine().clock().moved();
        let facts = vec![
            DescriptionItem::new("It is now", context.time.moment(context.time.now).exact),
            DescriptionItem::new(
                "Moved ahead by",
                Some(in_words(moved))
                    .filter(|words| !words.is_empty())
                    .unwrap_or_else(|| "Nothing".to_owned()),
            ),
        ];
        let offered = OFFERED.map(|(number, unit)| {
            let label = typed(number, unit).map(clock::Jump::in_words);
            view! { <LinkButton href=asking(number, unit) label=label.unwrap_or_default()/> }
        });
        Ok(view! {
            <PageHeader title="Clock" subtitle="The demo's time: the same for everybody, kept until the demo is made anew."/>
            <DescriptionList items=facts/>
            <Section title="Jump ahead">
                <p class="form-says">"See reminders, escalations and their mails happen. The clock never goes back."</p>
                <div class="page-actions">{offered}</div>
                {by_number(("", "days"), FormErrors::default())}
            </Section>
        }
        .into_any())
    })
}

/// `/admin/clock/jump?number=3&unit=days`.
#[component]
pub fn JumpClockPage() -> impl IntoView {
    page(async |context| {
        demo_only(&context).await?;
        let asked = |name| context.request.query(name).unwrap_or_default();
        let (number, unit) = (asked("number"), asked("unit"));
        let jump = match typed(&number, &unit) {
            Ok(jump) => jump,
            Err(Error::Invalid(errors)) => {
                let errors = FormErrors(errors);
                return Ok(view! {
                    <PageHeader title="Jump ahead" back=(CLOCK, "Clock")/>
                    <ErrorSummary errors=errors.clone()/>
                    {by_number((&number, &unit), errors)}
                }
                .into_any());
            }
            Err(other) => return Err(other),
        };
        let then = exact(&context, context.time.now, jump.by());
        let title = format!("Jump ahead by {}", jump.in_words());
        Ok(view! {
            <PageHeader title=title subtitle=format!("It will be {then}.") back=(CLOCK, "Clock")/>
            <p class="form-says">
                "What is due until then happens at once, for everybody: reminders, escalations and their mails. There is no way back."
            </p>
            <PostForm action=JumpClock::PATH class="form-narrow">
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="unit" value=unit/>
                <FormActions>
                    <LinkButton href=CLOCK label="Back" kind=ButtonKind::Quiet/>
                    <SubmitButton label="Jump ahead" kind=ButtonKind::Primary/>
                </FormActions>
            </PostForm>
        }
        .into_any())
    })
}

/// Any other jump, in hours or days.
fn by_number((number, unit): (&str, &str), errors: FormErrors) -> AnyView {
    let units = ["hours", "days"].map(|unit| Choice::new(unit, unit));
    view! {
        <form method="get" action="/admin/clock/jump" class="form-narrow" novalidate=true>
            <TextField name="number" label="How many" value=number inputmode="numeric" autocomplete="off" error=errors.of("number")/>
            <SelectField name="unit" label="Of what" value=unit choices=units.to_vec()/>
            <FormActions><SubmitButton label="Go on"/></FormActions>
        </form>
    }
    .into_any()
}

fn exact(context: &PageContext, now: Timestamp, by: SignedDuration) -> String {
    let then = now.checked_add(by).unwrap_or(Timestamp::MAX);
    context.time.moment(then).exact
}

/// No other database has such a page.
async fn demo_only(context: &PageContext) -> Result<(), Error> {
    if demo::is_demo(context.engine()).await? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

//! One person: the form and what else administrators can do; the facts for auditors; the history.

use domain::{
    ids::PersonId,
    permission::{Area, may_enter, may_grant_override},
};
use engine::{
    Error,
    person::{self, Person, address, subject},
    second_factor::set_up,
    transition_log,
};
use leptos::{prelude::*, server_fn::ServerFn};

use super::list::roles;
use crate::{
    away::away_section,
    change_history,
    form::{PostForm, RecordForm},
    page::{PageContext, page},
    people::{
        actions::{InvitePerson, ReactivatePerson, SetOverride, UpdatePerson},
        form::{Typed, fields},
    },
    second_factor::actions::removing,
    ui::{
        BlockedButton, ButtonKind, Columns, DescriptionItem, DescriptionList, LinkButton,
        PageHeader, Section, StateBadge, SubmitButton, Timestamp, Tone,
    },
};

/// Rows of history a page shows.
const HISTORY: i64 = 100;

/// `/admin/people/{id}`.
#[component]
pub fn PersonPage() -> impl IntoView {
    page(async |context| {
        let id = PersonId(context.id()?);
        let person = person::get(context.engine(), id)
            .await?
            .ok_or(Error::NotFound)?;
        let rows = transition_log::history(context.engine(), subject(id), None, HISTORY).await?;
        let history = change_history::list(&rows, &context.time);
        let writes = may_enter(Area::PeopleWrite, Some(context.actor()?));
        let (main, aside) = if writes {
            (
                form(&context, &person).await?,
                view! { {invited(&person)} {overriding(&context, &person)?} }.into_any(),
            )
        } else {
            (facts(&person), ().into_any())
        };
        let away = away_section(&context, &person, writes).await?;
        let factor = second_factor(&context, id, writes).await?;
        Ok(view! {
            {header(&context, &person, writes)?}
            <Columns aside=view! { {aside}{away}{factor}{history} }.into_any()>{main}</Columns>
        }
        .into_any())
    })
}

fn header(context: &PageContext, person: &Person, writes: bool) -> Result<AnyView, Error> {
    let active = person.deactivated_at.is_none();
    let (label, tone) = if active {
        ("Active", Tone::Good)
    } else {
        ("Deactivated", Tone::Neutral)
    };
    let state = view! { <StateBadge label=label tone=tone/> };
    let button = match (writes, active) {
        (false, _) => ().into_any(),
        (true, false) => view! {
            <PostForm action=ReactivatePerson::PATH record=(person.id.0, person.version)>
                <SubmitButton label="Reactivate"/>
            </PostForm>
        }
        .into_any(),
        (true, true) if context.actor()?.id == person.id => {
            view! { <BlockedButton label="Deactivate" reason="Nobody deactivates themselves."/> }
                .into_any()
        }
        (true, true) => {
            let to = format!("{}/deactivate", address(person.id));
            view! { <LinkButton href=to label="Deactivate" kind=ButtonKind::Danger/> }.into_any()
        }
    };
    Ok(view! {
        <PageHeader title=person.name.clone() subtitle=person.email.clone() back=(person::LIST, "All people")>{state}{button}</PageHeader>
    }
    .into_any())
}

async fn form(context: &PageContext, person: &Person) -> Result<AnyView, Error> {
    let errors = context.flash.errors_of(UpdatePerson::PATH);
    let typed = context
        .flash
        .typed(UpdatePerson::PATH)
        .map_or_else(|| Typed::from(person), Typed::read);
    let fields = fields(context, typed, &errors, Some(person)).await?;
    Ok(view! {
        <RecordForm action=UpdatePerson::PATH record=(person.id.0, person.version) errors=errors button="Save">{fields}</RecordForm>
    }
    .into_any())
}

/// Somebody who has not chosen a password yet can be invited again.
fn invited(person: &Person) -> Option<AnyView> {
    let waits = !person.has_password && person.deactivated_at.is_none();
    let record = (person.id.0, person.version);
    waits.then(|| {
        view! {
            <Section title="Invitation">
                <p class="form-says">"Has not chosen a password yet. An invitation works for seven days."</p>
                <PostForm action=InvitePerson::PATH record=record>
                    <SubmitButton label="Send invitation again"/>
                </PostForm>
            </Section>
        }
        .into_any()
    })
}

/// Whether they have a second factor, and the way to take it away.
async fn second_factor(
    context: &PageContext,
    id: PersonId,
    writes: bool,
) -> Result<AnyView, Error> {
    let set_up = set_up(context.engine(), id).await?;
    let says = match set_up {
        Some(set_up) => {
            let at = context.time.moment(set_up.at);
            view! { "On since "<Timestamp at=at/>"." }.into_any()
        }
        None => "They have none.".into_any(),
    };
    let takes = writes && set_up.is_some() && context.actor()?.id != id;
    let way = takes.then(|| view! { <LinkButton href=removing(id) label="Take away"/> });
    Ok(
        view! { <Section title="Second factor"><p class="form-says">{says}</p>{way}</Section> }
            .into_any(),
    )
}

/// Granting `override_approvals`, a form of its own.
fn overriding(context: &PageContext, person: &Person) -> Result<AnyView, Error> {
    let (says, label, intent) = if person.override_approvals {
        (
            "May decide in an approver's place, with a reason.",
            "Take override away",
            "take",
        )
    } else {
        (
            "Decides only what waits for them.",
            "Grant override",
            "grant",
        )
    };
    let button = if may_grant_override(context.actor()?, person.id) {
        view! {
            <PostForm action=SetOverride::PATH record=(person.id.0, person.version)>
                <SubmitButton label=label name="intent" value=intent/>
            </PostForm>
        }
        .into_any()
    } else {
        view! { <BlockedButton label=label reason="Nobody grants or takes their own override."/> }
            .into_any()
    };
    Ok(
        view! { <Section title="Override"><p class="form-says">{says}</p>{button}</Section> }
            .into_any(),
    )
}

fn facts(person: &Person) -> AnyView {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    let items = vec![
        DescriptionItem::new("Email", person.email.clone()),
        DescriptionItem::new("Roles", roles(&person.roles)),
        DescriptionItem::new(
            "Override",
            if person.override_approvals {
                "Granted"
            } else {
                "Not granted"
            },
        ),
        DescriptionItem::new(
            "Manager",
            or_dash(person.manager.clone().map(|(_, name)| name)),
        ),
        DescriptionItem::new(
            "Department",
            or_dash(person.department.clone().map(|(_, name)| name)),
        ),
        DescriptionItem::new("Mobile phone", or_dash(person.phone.clone())),
        DescriptionItem::new("Time zone", person.time_zone.clone()),
    ];
    view! { <Section title="Details"><DescriptionList items=items/></Section> }.into_any()
}

//! The page of one's own account.

use domain::role::Role;
use engine::{
    Error,
    notification::preferences,
    person::{self, Person},
    second_factor::{self, ADDRESS, SetUp},
    session_store::{self, Listed, owner_of},
};
use jiff::tz::{self, TimeZone};
use leptos::{prelude::*, server_fn::ServerFn};

use super::{
    actions::{ChangePassword, SetPhone, SetTimeZone, SignOutEverywhere},
    device,
};
use crate::{
    away::away_section,
    form::PostForm,
    notification::choice,
    page::{PageContext, page},
    ui::{
        Cell, Choice, Column, DataTable, DescriptionItem, DescriptionList, ErrorSummary,
        FormActions, LinkButton, PageHeader, PasswordField, ReaderTime, Section, SelectField,
        StateTag, SubmitButton, TableRow, TextField, Timestamp, Tone,
    },
};

/// Where the names of time zones that people choose from begin. The rest are old names and technical ones.
const REGIONS: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

/// `/account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    page(async |context| {
        let id = context.actor()?.id;
        let person = person::get(context.engine(), id)
            .await?
            .ok_or(Error::NotFound)?;
        let sessions = session_store::list(context.engine(), id).await?;
        let away = away_section(&context, &person, true).await?;
        let set_up = second_factor::set_up(context.engine(), id).await?;
        let chosen = preferences(context.engine(), id).await?;
        let here = context.request.session.id().map(|id| owner_of(&id));
        Ok(view! {
            <PageHeader title="Account"/>
            {about(&person, context.actor()?.is_manager)}
            {away}
            {time_zone(&context, &person)}
            {phone(&context, &person)}
            {choice(&chosen)}
            {password(&context)}
            {second_factor(set_up, &context.time)}
            {signed_in(sessions, here, &context.time)}
        }
        .into_any())
    })
}

fn about(person: &Person, is_manager: bool) -> AnyView {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "—".to_owned());
    let items = vec![
        DescriptionItem::new("Name", person.name.clone()),
        DescriptionItem::new("Email", person.email.clone()),
        DescriptionItem::new("Roles", roles(person, is_manager)),
        DescriptionItem::new(
            "Manager",
            or_dash(person.manager.clone().map(|(_, name)| name)),
        ),
        DescriptionItem::new(
            "Department",
            or_dash(person.department.clone().map(|(_, name)| name)),
        ),
    ];
    view! {
        <Section title="You">
            <p class="form-says">"An administrator changes these."</p>
            <DescriptionList items=items/>
        </Section>
    }
    .into_any()
}

/// What someone is, in words: their offices, and what they are without one.
fn roles(person: &Person, is_manager: bool) -> String {
    let mut words: Vec<&str> = person.roles.iter().copied().map(Role::title).collect();
    if is_manager {
        words.push("Manager");
    }
    words.push("Staff");
    if person.override_approvals {
        words.push("may override approvals");
    }
    words.join(", ")
}

fn time_zone(context: &PageContext, person: &Person) -> AnyView {
    let errors = context.flash.errors_of(SetTimeZone::PATH);
    let typed = context.flash.typed(SetTimeZone::PATH);
    let value = typed.map_or_else(
        || person.time_zone.clone(),
        |form| form.text("time_zone").to_owned(),
    );
    let record = (person.id.0, person.version);
    view! {
        <Section title="Time zone">
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=SetTimeZone::PATH record=record class="form-narrow">
                <SelectField name="time_zone" label="Time zone" value=value choices=zones()
                    hint="Times are shown in it." error=errors.of("time_zone")/>
                <FormActions><SubmitButton label="Save time zone"/></FormActions>
            </PostForm>
        </Section>
    }
    .into_any()
}

fn phone(context: &PageContext, person: &Person) -> AnyView {
    let errors = context.flash.errors_of(SetPhone::PATH);
    let typed = context.flash.typed(SetPhone::PATH);
    let value = typed.map_or_else(
        || person.phone.clone().unwrap_or_default(),
        |form| form.text("phone").to_owned(),
    );
    let record = (person.id.0, person.version);
    view! {
        <Section title="Mobile phone">
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=SetPhone::PATH record=record class="form-narrow">
                <TextField name="phone" label="Mobile phone" kind="tel" value=value autocomplete="tel"
                    hint="Urgent decisions are texted to it. Like +1 202 555 0143."
                    error=errors.of("phone")/>
                <FormActions><SubmitButton label="Save mobile phone"/></FormActions>
            </PostForm>
        </Section>
    }
    .into_any()
}

/// Every time zone that people live in.
pub fn zones() -> Vec<Choice> {
    let known = tz::db().available().map(|name| name.to_string());
    let mut names: Vec<String> = known
        .filter(|name| REGIONS.iter().any(|region| name.starts_with(region)))
        .collect();
    names.sort();
    names.dedup();
    let utc = TimeZone::UTC.iana_name().unwrap_or("UTC").to_owned();
    std::iter::once(utc)
        .chain(names)
        .map(|name| Choice::new(name.clone(), name.replace('_', " ")))
        .collect()
}

fn password(context: &PageContext) -> AnyView {
    let errors = context.flash.errors_of(ChangePassword::PATH);
    let rule = format!("At least {} characters.", engine::password::MIN_LENGTH);
    view! {
        <Section title="Password">
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=ChangePassword::PATH class="form-narrow">
                <PasswordField name="current_password" label="Current password" error=errors.of("current_password")/>
                <PasswordField name="new_password" label="New password" autocomplete="new-password" hint=rule
                    error=errors.of("new_password")/>
                <PasswordField name="repeat_password" label="New password again" autocomplete="new-password"
                    error=errors.of("repeat_password")/>
                <FormActions><SubmitButton label="Change password"/></FormActions>
            </PostForm>
        </Section>
    }
    .into_any()
}

fn second_factor(set_up: Option<SetUp>, time: &ReaderTime) -> AnyView {
    let (says, label) = match set_up {
        Some(set_up) => (
            view! { "On since "<Timestamp at=time.moment(set_up.at)/>"." }.into_any(),
            "Recovery codes and more",
        ),
        None => (
            "Off. With one, signing in asks for a code of your phone besides your password."
                .into_any(),
            "Set up a second factor",
        ),
    };
    view! {
        <Section title="Second factor">
            <p class="form-says">{says}</p>
            <FormActions><LinkButton href=ADDRESS label=label/></FormActions>
        </Section>
    }
    .into_any()
}

fn signed_in(sessions: Vec<Listed>, here: Option<[u8; 32]>, time: &ReaderTime) -> AnyView {
    let columns = ["Browser", "Signed in", "Last used", "Ends unless used"]
        .map(Column::text)
        .to_vec();
    let rows = sessions
        .into_iter()
        .map(|session| {
            let this = here.is_some_and(|here| here[..] == session.owner[..]);
            let [created, used, expires] =
                [session.created_at, session.used_at, session.expires_at].map(|at| time.moment(at));
            view! {
                <TableRow>
                    <Cell label="Browser">
                        {device::in_words(&session.device)}
                        {this.then(|| view! { " "<StateTag label="This one" tone=Tone::Active/> })}
                    </Cell>
                    <Cell label="Signed in"><Timestamp at=created/></Cell>
                    <Cell label="Last used"><Timestamp at=used/></Cell>
                    <Cell label="Ends unless used"><Timestamp at=expires/></Cell>
                </TableRow>
            }
        })
        .collect_view();
    view! {
        <Section title="Where you are signed in">
            <DataTable caption="Where you are signed in" columns=columns>{rows}</DataTable>
            <PostForm action=SignOutEverywhere::PATH>
                <FormActions><SubmitButton label="Sign out everywhere"/></FormActions>
            </PostForm>
        </Section>
    }
    .into_any()
}

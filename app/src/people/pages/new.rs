//! A new person.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::RecordForm,
    page::page,
    people::{
        actions::CreatePerson,
        form::{Typed, fields},
    },
    ui::{PageHeader, TextField},
};

/// `/admin/people/new`.
#[component]
pub fn NewPersonPage() -> impl IntoView {
    page(async |context| {
        let errors = context.flash.errors_of(CreatePerson::PATH);
        let typed = context
            .flash
            .typed(CreatePerson::PATH)
            .map_or_else(Typed::blank, Typed::read);
        let fields = fields(&context, typed, &errors, None).await?;
        let rule = format!(
            "Leave it empty to send them an invitation: they choose their own. Else at least {} characters, which you tell them yourself.",
            engine::password::MIN_LENGTH
        );
        Ok(view! {
            <PageHeader title="New person" back=(engine::person::LIST, "All people")/>
            <RecordForm action=CreatePerson::PATH errors=errors.clone() button="Add person">
                {fields}
                // Not required, unlike other passwords.
                <TextField name="password" label="Password" kind="password" autocomplete="new-password" hint=rule error=errors.of("password")/>
            </RecordForm>
        }
        .into_any())
    })
}

//! A new person.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::RecordForm,
    page::page,
    people::{
        actions::CreatePerson,
        form::{Typed, fields},
    },
    ui::{PageHeader, PasswordField},
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
            "At least {} characters. Tell it them yourself; they can change it. It is not shown again.",
            engine::password::MIN_LENGTH
        );
        Ok(view! {
            <PageHeader title="New person" back=(engine::person::LIST, "All people")/>
            <RecordForm action=CreatePerson::PATH errors=errors.clone() button="Add person">
                {fields}
                <PasswordField name="password" label="Password" autocomplete="new-password" hint=rule error=errors.of("password")/>
            </RecordForm>
        }
        .into_any())
    })
}

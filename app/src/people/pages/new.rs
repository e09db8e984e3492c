//! A new person.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::PostForm,
    page::page,
    people::{
        actions::CreatePerson,
        form::{Typed, fields},
    },
    ui::{ButtonKind, ErrorSummary, FormActions, PageHeader, PasswordField, SubmitButton},
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
            <PageHeader title="New person"/>
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=CreatePerson::PATH class="form-wide" warn_unsaved=true>
                {fields}
                <PasswordField name="password" label="Password" autocomplete="new-password" hint=rule error=errors.of("password")/>
                <FormActions><SubmitButton label="Add person" kind=ButtonKind::Primary/></FormActions>
            </PostForm>
        }
        .into_any())
    })
}

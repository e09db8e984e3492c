//! Asks before an administrator takes somebody's second factor away.

use domain::ids::PersonId;
use engine::{
    Error,
    person::{self, address},
    second_factor::set_up,
};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::PostForm,
    page::page,
    second_factor::actions::RemoveSecondFactor,
    ui::{ButtonKind, ErrorSummary, FormActions, LinkButton, PageHeader, SubmitButton, TextArea},
};

/// `/admin/people/{id}/second-factor`.
#[component]
pub fn RemoveSecondFactorPage() -> impl IntoView {
    page(async |context| {
        let id = PersonId(context.id()?);
        let person = person::get(context.engine(), id)
            .await?
            .ok_or(Error::NotFound)?;
        if set_up(context.engine(), id).await?.is_none() {
            return Err(Error::Stale(format!(
                "{} has no second factor.",
                person.name
            )));
        }
        let path = RemoveSecondFactor::PATH;
        let errors = context.flash.errors_of(path);
        let typed = context.flash.typed_text(path, "reason");
        Ok(view! {
            <PageHeader title=format!("Take {}'s second factor away", person.name)
                subtitle="For who lost their phone and their recovery codes. They are signed out everywhere and told by mail."/>
            <ErrorSummary errors=errors.clone()/>
            <PostForm action=path record=(id.0, person.version) class="form-narrow" warn_unsaved=true>
                <TextArea name="reason" label="Reason" value=typed error=errors.of("reason")
                    hint="How you know that it is them who asked: it stays in the history."/>
                <FormActions>
                    <LinkButton href=address(id) label="Back" kind=ButtonKind::Quiet/>
                    <SubmitButton label="Take away" kind=ButtonKind::Danger/>
                </FormActions>
            </PostForm>
        }
        .into_any())
    })
}

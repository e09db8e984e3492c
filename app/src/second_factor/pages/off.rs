//! Asks before one's own second factor is turned off.

use engine::second_factor::ADDRESS;
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::PostForm,
    page::page,
    second_factor::actions::TurnOffSecondFactor,
    ui::{ButtonKind, FormActions, LinkButton, PageHeader, SubmitButton},
};

/// `/account/second-factor/off`.
#[component]
pub fn TurnOffSecondFactorPage() -> impl IntoView {
    page(async |context| {
        let required = context.actor()?.second_factor.required;
        let says = if required {
            "Your organisation requires one of you: you set it up anew before you do anything else."
        } else {
            "Signing in then asks for your password only. Your recovery codes do not work any more."
        };
        Ok(view! {
            <PageHeader title="Turn your second factor off"/>
            <p class="form-says">{says}</p>
            <PostForm action=TurnOffSecondFactor::PATH class="form-narrow">
                <FormActions>
                    <LinkButton href=ADDRESS label="Back" kind=ButtonKind::Quiet/>
                    <SubmitButton label="Turn off" kind=ButtonKind::Danger/>
                </FormActions>
            </PostForm>
        }
        .into_any())
    })
}

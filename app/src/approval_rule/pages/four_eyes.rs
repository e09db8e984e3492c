//! Asks before a second administrator is asked for, or no more.

use engine::approval_rule::{LIST, settings};
use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    approval_rule::actions::SetFourEyes,
    form::PostForm,
    page::page,
    ui::{ButtonKind, FormActions, LinkButton, PageHeader, SubmitButton},
};

/// `/admin/rules/four-eyes`.
#[component]
pub fn FourEyesPage() -> impl IntoView {
    page(async |context| {
        let now = settings(context.engine()).await?;
        let (title, says, to, label) = if now.four_eyes {
            (
                "Switch four eyes off",
                "One administrator alone can then change who approves what. Every change stays in the history.",
                "off",
                "Switch off",
            )
        } else {
            (
                "Switch four eyes on",
                "A change of rules then comes into force only when another administrator confirms it.",
                "on",
                "Switch on",
            )
        };
        let kind = if now.four_eyes {
            ButtonKind::Danger
        } else {
            ButtonKind::Primary
        };
        Ok(view! {
            <PageHeader title=title/>
            <p class="form-says">{says}</p>
            <PostForm action=SetFourEyes::PATH record=(1, now.version) class="form-narrow">
                <input type="hidden" name="four_eyes" value=to/>
                <FormActions>
                    <LinkButton href=LIST label="Back" kind=ButtonKind::Quiet/>
                    <SubmitButton label=label kind=kind/>
                </FormActions>
            </PostForm>
        }
        .into_any())
    })
}

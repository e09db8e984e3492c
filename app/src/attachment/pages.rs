//! Asks before a file is removed.

use engine::{Error, attachment};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use super::actions::RemoveAttachment;
use crate::{
    form::PostForm,
    page::page,
    ui::{ButtonKind, FormActions, LinkButton, PageHeader, SubmitButton},
};

/// `/attachments/{id}/remove`.
#[component]
pub fn RemoveAttachmentPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id"));
    page(async move |context| {
        let id = id.and_then(|id| Uuid::parse_str(&id).ok());
        let id = id.ok_or(Error::NotFound)?;
        let file = attachment::doomed(context.engine(), context.actor()?, id).await?;
        Ok(view! {
            <PageHeader title=format!("Remove {}", file.name) subtitle="Nobody can read it any more. The activity keeps that it was there."/>
            <PostForm action=RemoveAttachment::PATH>
                <input type="hidden" name="attachment" value=id.to_string()/>
                <FormActions>
                    <LinkButton href=file.record label="Back" kind=ButtonKind::Quiet/>
                    <SubmitButton label="Remove" kind=ButtonKind::Danger/>
                </FormActions>
            </PostForm>
        }
        .into_any())
    })
}

//! The forms of *Put on hold*, *Release*, *Flag for review* and *Clear flag*: each asks why.

use domain::{
    ids::VendorId,
    vendor::{Event, permission},
};
use engine::{
    Error,
    vendor::{self, Vendor, address},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

use crate::{
    form::PostForm,
    page::{PageContext, page},
    ui::{ButtonKind, ErrorSummary, FormActions, LinkButton, PageHeader, SubmitButton, TextArea},
    vendor::actions::{ClearVendorFlag, FlagVendor, HoldVendor, ReleaseVendor},
};

/// `/admin/vendors/{id}/hold` and the like.
#[component]
pub fn VendorEventPage() -> impl IntoView {
    let word = use_params_map()
        .with_untracked(|params| params.get("event"))
        .unwrap_or_default();
    page(async move |context| {
        let event = Event::parse(&word.replace('-', "_")).ok_or(Error::NotFound)?;
        let (path, says, kind) = asked(event).ok_or(Error::NotFound)?;
        let id = VendorId(context.id()?);
        let vendor = vendor::get(context.engine(), id)
            .await?
            .ok_or(Error::NotFound)?;
        permission(vendor.standing(), event, context.actor()?)
            .map_err(|refusal| Error::Stale(refusal.to_string()))?;
        Ok(form(&context, &vendor, (event, path, kind), says))
    })
}

/// Where it posts, what it says before, how its button stands out.
fn asked(event: Event) -> Option<(&'static str, &'static str, ButtonKind)> {
    Some(match event {
        Event::Hold => (
            HoldVendor::PATH,
            "Nothing new is ordered from it. Orders in approval cannot be approved until it is released, and approved ones \
             are not placed. Everyone who orders reads your reason.",
            ButtonKind::Danger,
        ),
        Event::Release => (
            ReleaseVendor::PATH,
            "It can be ordered from again, and orders in approval can be approved, unless it is under review.",
            ButtonKind::Primary,
        ),
        Event::Flag => (
            FlagVendor::PATH,
            "It is under review: its orders can be neither submitted, approved nor placed until the flag is cleared. \
             Everyone who orders reads your reason.",
            ButtonKind::Primary,
        ),
        Event::ClearFlag => (
            ClearVendorFlag::PATH,
            "The review is over: it can be ordered from again, unless it is on hold.",
            ButtonKind::Primary,
        ),
        Event::Change => return None,
    })
}

fn form(
    context: &PageContext,
    vendor: &Vendor,
    (event, path, kind): (Event, &'static str, ButtonKind),
    says: &'static str,
) -> AnyView {
    let errors = context.flash.errors_of(path);
    let typed = context.flash.typed_text(path, "reason");
    let (back, label) = (address(vendor.id), format!("Back to {}", vendor.name));
    let record = (vendor.id.0, vendor.version);
    view! {
        <PageHeader title=event.label() subtitle=vendor.name.clone()/>
        <ErrorSummary errors=errors.clone()/>
        <p class="form-says">{says}</p>
        <PostForm action=path record=record class="form-narrow">
            <TextArea name="reason" label="Reason" value=typed error=errors.of("reason")/>
            <FormActions>
                <LinkButton href=back label=label kind=ButtonKind::Quiet/>
                <SubmitButton label=event.label() kind=kind/>
            </FormActions>
        </PostForm>
    }
    .into_any()
}

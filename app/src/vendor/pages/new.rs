//! A new vendor.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::PostForm,
    page::page,
    ui::{ButtonKind, ErrorSummary, FormActions, PageHeader, SubmitButton},
    vendor::{
        actions::CreateVendor,
        form::{Typed, fields},
    },
};

/// `/admin/vendors/new`.
#[component]
pub fn NewVendorPage() -> impl IntoView {
    page(async |context| {
        let errors = context.flash.errors_of(CreateVendor::PATH);
        let typed = context.flash.typed(CreateVendor::PATH);
        let fields = fields(typed.map(Typed::read).unwrap_or_default(), &errors);
        Ok(view! {
            <PageHeader title="New vendor"/>
            <ErrorSummary errors=errors/>
            <PostForm action=CreateVendor::PATH class="form-wide" warn_unsaved=true>
                {fields}
                <FormActions><SubmitButton label="Add vendor" kind=ButtonKind::Primary/></FormActions>
            </PostForm>
        }
        .into_any())
    })
}

//! A new vendor.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    form::RecordForm,
    page::page,
    ui::PageHeader,
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
            <PageHeader title="New vendor" back=(engine::vendor::LIST, "All vendors")/>
            <RecordForm action=CreateVendor::PATH errors=errors button="Add vendor">{fields}</RecordForm>
        }
        .into_any())
    })
}

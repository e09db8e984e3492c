//! A new order's form.

use domain::purchase_order::RawDraft;
use engine::directory;
use leptos::prelude::*;

use crate::{page::page, purchase_order::form::order_form, ui::PageHeader};

/// `/purchase-orders/new`: nothing is kept until it is saved; its number is given then.
#[component]
pub fn NewPurchaseOrderPage() -> impl IntoView {
    page(async |context| {
        let me = context.actor()?.id;
        let mut db = context.engine().pool().acquire().await?;
        let department = directory::department_of(&mut db, me).await?;
        drop(db);
        let start = RawDraft {
            department: department.map(|d| d.to_string()).unwrap_or_default(),
            ..RawDraft::default()
        };
        let form = order_form(&context, start, None).await?;
        Ok(view! {
            <PageHeader title="New purchase order" subtitle="Save it as a draft at any time. It is sent to nobody until you submit it."/>
            {form}
        }
        .into_any())
    })
}

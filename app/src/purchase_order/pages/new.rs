//! A new order's form, empty or filled from another order.

use domain::{
    ids::PurchaseOrderId,
    purchase_order::{Order, RawDraft, State},
};
use engine::{
    Error, directory,
    purchase_order::{RecordView, record},
};
use jiff::civil::Date;
use leptos::prelude::*;

use crate::{
    page::{PageContext, page},
    purchase_order::{form::order_form, number},
    ui::PageHeader,
};

/// `/purchase-orders/new`: nothing is kept until it is saved; its number is given then. `?copy=1042` begins with what that order
/// asks for.
#[component]
pub fn NewPurchaseOrderPage() -> impl IntoView {
    page(async |context| {
        let (start, says) = match context.request.query("copy") {
            Some(id) => copy(&context, &id).await?,
            None => (empty(&context).await?, String::new()),
        };
        let form = order_form(&context, start, None).await?;
        let subtitle = format!(
            "{says}Save it as a draft at any time. It is sent to nobody until you submit it."
        );
        Ok(view! {
            <PageHeader title="New purchase order" subtitle=subtitle/>
            {form}
        }
        .into_any())
    })
}

async fn empty(context: &PageContext) -> Result<RawDraft, Error> {
    let me = context.actor()?.id;
    let mut db = context.engine().pool().acquire().await?;
    let department = directory::department_of(&mut db, me).await?;
    Ok(RawDraft {
        department: department.map(|d| d.to_string()).unwrap_or_default(),
        ..RawDraft::default()
    })
}

/// What another order asks for, and a sentence that says so.
async fn copy(context: &PageContext, id: &str) -> Result<(RawDraft, String), Error> {
    let id = PurchaseOrderId(id.parse().map_err(|_| Error::NotFound)?);
    let found = record(context.engine(), context.actor()?, id).await?;
    let today = context.time.now.to_zoned(context.time.zone.clone()).date();
    Ok((
        copied(&found, today),
        format!("Copied from {}. ", number(id)),
    ))
}

/// The fields and lines of an order, without a day that is over. The lines of a rejected one lie aside.
fn copied(record: &RecordView, today: Date) -> RawDraft {
    let rejected = record.rejected.first();
    let aside = rejected.filter(|_| record.order.state == State::Rejected);
    let lines = aside.map_or(&record.order.lines, |round| &round.lines);
    RawDraft::from(&Order {
        lines: lines.clone(),
        needed_by: record.order.needed_by.filter(|day| *day >= today),
        ..record.order.clone()
    })
}

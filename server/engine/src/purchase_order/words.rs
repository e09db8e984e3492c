//! The words an order is found by. Written with its draft: nothing that is searched changes later, and a vendor stands among
//! them by its number, so that a new name of it needs nothing here.

use domain::{
    ids::{PurchaseOrderId, VendorId},
    purchase_order::{Draft, Line},
};

use crate::{Result, Tx, search};

/// What an order of this number and content is found by.
pub(crate) fn of(
    id: PurchaseOrderId,
    justification: &str,
    lines: &[Line],
    vendor: Option<VendorId>,
) -> Vec<String> {
    let mut text = format!("po {id} {justification}");
    for line in lines {
        text.push(' ');
        text.push_str(&line.description);
    }
    let mut words = search::words(&text);
    words.extend(vendor.map(|vendor| search::reference("vendor", vendor.0)));
    words
}

/// Keeps them, in the draft's transaction.
pub(super) async fn set(tx: &mut Tx, id: PurchaseOrderId, draft: &Draft) -> Result<()> {
    sqlx::query!(
        "INSERT INTO purchase_order_words (purchase_order_id, words) VALUES ($1, array_to_tsvector($2::text[]))
         ON CONFLICT ON CONSTRAINT purchase_order_words_pk DO UPDATE SET words = excluded.words",
        id.0,
        &of(id, &draft.justification, &draft.lines, draft.vendor),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

//! The order on paper: made once it is placed, kept with it, mailed to its vendor, once.

use domain::ids::PurchaseOrderId;
use sqlx::PgPool;

use crate::{
    attachment::whole,
    purchase_order::SendToVendor,
    test_support::{Company, PAT, files, start_processing},
};

/// An approved order that purchasing has placed, of a vendor with an address.
async fn placed(company: &Company) -> PurchaseOrderId {
    company
        .run("UPDATE vendors SET email = 'orders@northwind.example', address = E'1 Dock Road\\nHarbour' WHERE id = 1")
        .await;
    let id = company.approved().await;
    company.does(PAT, id, start_processing()).await;
    id
}

/// The job that waits, as its queue has it.
async fn job(company: &Company) -> SendToVendor {
    let payload = company
        .text(
            "SELECT payload::text FROM graphile_worker._private_jobs WHERE payload::jsonb ? 'file'",
        )
        .await;
    serde_json::from_str(&payload).unwrap()
}

async fn kept(company: &Company) -> String {
    company
        .text(
            "SELECT coalesce(string_agg(concat_ws(' ', a.name, a.media_type, a.uploaded_by, d.address, d.headline), ','), '')
             FROM attachments a LEFT JOIN deliveries d ON d.attachment_id = a.id",
        )
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_placed_order_is_kept_as_a_pdf_and_mailed_to_its_vendor_once_however_often_it_is_tried(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let id = placed(&company).await;
    let (job, files) = (job(&company).await, files());
    for _ in 0..2 {
        job.send(&company.engine, &files).await.unwrap();
    }
    let name = company.text("SELECT name FROM organisation").await;
    assert_eq!(
        kept(&company).await,
        format!(
            "PO-{id}.pdf application/pdf {PAT} orders@northwind.example Purchase order PO-{id} from {name}"
        )
    );
    let file = company.text("SELECT id::text FROM attachments").await;
    let mut db = company.pool.acquire().await.unwrap();
    let file = whole(&mut db, &files, file.parse().unwrap()).await.unwrap();
    assert!(file.content.starts_with(b"%PDF-"));
    let logged = "SELECT event || ' ' || way || ' ' || (data->>'file') FROM transitions WHERE subject_kind = 'purchase_order' ORDER BY seq DESC LIMIT 1";
    assert_eq!(
        company.text(logged).await,
        format!("attach system PO-{id}.pdf")
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_vendor_without_an_address_is_sent_nothing_and_the_pdf_is_kept(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = placed(&company).await;
    company.run("UPDATE vendors SET email = NULL").await;
    job(&company)
        .await
        .send(&company.engine, &files())
        .await
        .unwrap();
    assert_eq!(
        kept(&company).await,
        format!("PO-{id}.pdf application/pdf {PAT}")
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_that_could_not_be_placed_leaves_no_job(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.approved().await;
    company
        .run("UPDATE vendors SET hold_reason = 'Late', held_at = now(), held_by = 6")
        .await;
    company.act(PAT, id, start_processing()).await.unwrap_err();
    let jobs = "SELECT count(*) FROM graphile_worker._private_jobs WHERE payload::jsonb ? 'file'";
    assert_eq!(company.number(jobs).await, 0);
}

use sqlx::PgPool;

use super::*;
use crate::test_support::{ADA, Company, NORTHWIND};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_hold_and_its_end_are_history_with_who_when_and_why(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    hold(engine, ADA, NORTHWIND, Some("unpaid")).await.unwrap();
    let kept = company
        .text("SELECT concat_ws(' ', hold_reason, held_by, to_char(held_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), version) FROM vendors")
        .await;
    assert_eq!(kept, "unpaid 6 2026-03-02 09:00 2");
    assert_eq!(
        choices(engine).await.unwrap()[0].blocked.as_deref(),
        Some("on hold: unpaid")
    );
    company.hour();
    hold(engine, ADA, NORTHWIND, None).await.unwrap();
    assert_eq!(choices(engine).await.unwrap()[0].blocked, None);
    let told = company
        .text("SELECT string_agg(concat_ws(' ', seq, event, actor_id, note), ', ' ORDER BY seq) FROM transitions WHERE subject_kind = 'vendor'")
        .await;
    assert_eq!(told, "1 hold 6 unpaid, 2 lift_hold 6");
    let missing = hold(engine, ADA, VendorId(999), Some("unpaid")).await;
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
}

//! Seals and their verification: nothing that was changed, added or removed behind the program's back stays unnoticed.

mod attack;
mod epoch;
mod export;
mod refuse;
mod sealing;
mod tamper;

use crate::test_support::Company;

/// Seals all there is in one seal. The horizon waits for every transaction of the whole cluster: so this waits until those of
/// other tests that were there before have ended.
pub(super) async fn seal_all(company: &Company) {
    let behind =
        "SELECT count(*) FROM transitions WHERE tx >= pg_snapshot_xmin(pg_current_snapshot())";
    while company.number(behind).await > 0 {
        tokio::task::yield_now().await;
    }
    super::seal(&company.engine).await.unwrap();
    assert_eq!(company.number(UNSEALED).await, 0);
}

/// Rows that no seal covers.
pub(super) const UNSEALED: &str = "SELECT count(*) FROM transitions t
    WHERE NOT EXISTS (SELECT FROM seals s WHERE s.epoch = t.epoch AND t.tx >= s.tx_from AND t.tx < s.tx_to)";

/// Rows that not exactly one seal covers, and rows that seals claim but that are not there.
pub(super) async fn not_sealed_once(company: &Company) -> i64 {
    company
        .number(
            "SELECT (SELECT count(*) FROM transitions t
                 WHERE (SELECT count(*) FROM seals s WHERE s.epoch = t.epoch AND t.tx >= s.tx_from AND t.tx < s.tx_to) <> 1)
             + (SELECT abs((SELECT coalesce(sum(rows), 0) FROM seals) - (SELECT count(*) FROM transitions)))::bigint",
        )
        .await
}

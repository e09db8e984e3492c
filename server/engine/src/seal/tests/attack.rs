//! What somebody with all rights over the database, and patience, would try: whole states put back, rows swapped, tails cut.

use sqlx::PgPool;

use super::tamper::{company, found};

/// The head of 1002 put back to the row before.
const HEAD_BACK: &str = "UPDATE history_heads h SET seq = 2, hash = t.hash FROM transitions t
    WHERE h.subject_id = 1002 AND t.subject_kind = h.subject_kind AND t.subject_id = 1002 AND t.seq = 2;";

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn swapped_rows_are_named(pool: PgPool) {
    let company = company(pool, true).await;
    let swap = |a: &str, b: &str| {
        format!(
            "UPDATE transitions SET subject_id = 7, seq = 1 WHERE {a};
             UPDATE transitions t SET subject_id = 1000 + {}, seq = {} WHERE {b};
             UPDATE transitions SET subject_id = 1000 + {}, seq = {} WHERE subject_id = 7;",
            number(a, 0),
            number(a, 1),
            number(b, 0),
            number(b, 1),
        )
    };
    let within = swap(
        "subject_id = 1002 AND seq = 2",
        "subject_id = 1002 AND seq = 3",
    );
    assert_eq!(
        found(&company, &within).await,
        "changed purchase_order/1002/2"
    );
    let across = swap(
        "subject_id = 1001 AND seq = 3",
        "subject_id = 1002 AND seq = 3",
    );
    assert_eq!(
        found(&company, &across).await,
        "changed purchase_order/1001/3"
    );
    // Only what the rows say, their hashes left where they were.
    let texts = "UPDATE transitions t SET note = 'x', actor_id = o.actor_id, event = o.event FROM transitions o
        WHERE t.subject_id = 1002 AND o.subject_id = 1002 AND t.seq = 2 AND o.seq = 3";
    assert_eq!(
        found(&company, texts).await,
        "changed purchase_order/1002/2"
    );
}

/// The last digit of the record, or the row, that a condition of this test names.
fn number(condition: &str, which: usize) -> String {
    let words = condition
        .split_whitespace()
        .filter(|word| word.parse::<i64>().is_ok());
    let number = words.collect::<Vec<_>>()[which].to_owned();
    number.trim_start_matches("100").to_owned()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_newest_rows_of_an_order_are_missed_before_any_seal_even_with_their_head(pool: PgPool) {
    let company = company(pool, false).await;
    let tail = format!("DELETE FROM transitions WHERE subject_id = 1002 AND seq = 3; {HEAD_BACK}");
    assert_eq!(found(&company, &tail).await, "state purchase_order/1002");
    // An order moved on without any history.
    let moved = "ALTER TABLE purchase_orders DROP CONSTRAINT purchase_orders_level_of_status,
            DROP CONSTRAINT purchase_orders_approver_while_waiting, DROP CONSTRAINT purchase_orders_due_while_waiting;
        UPDATE purchase_orders SET status = 'approved', approved_at = now() WHERE id = 1002";
    assert_eq!(found(&company, moved).await, "state purchase_order/1002");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn records_taken_away_with_their_seals_are_missed_by_the_chain_of_seals(pool: PgPool) {
    let company = company(pool, true).await;
    // The rows of two of the three seals.
    let mixed = "DELETE FROM transitions WHERE subject_id IN (1001, 1003); DELETE FROM history_heads WHERE subject_id IN (1001, 1003);
        DELETE FROM purchase_orders WHERE id IN (1001, 1003); DELETE FROM seals WHERE id <> 2";
    assert_eq!(found(&company, mixed).await, "seal 1");
}

use sqlx::PgPool;

use super::*;
use crate::test_support::{Company, MIA, SAM};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_request_id_is_one_persons_and_answers_their_first_result(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    let id = Uuid::new_v4();
    let mut tx = engine.begin().await.unwrap();
    claim(&mut tx, engine, SAM, id, "save_draft").await.unwrap();
    finish(&mut tx, SAM, id, "/purchase-orders/1001")
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let mut tx = engine.begin().await.unwrap();
    let again = claim(&mut tx, engine, SAM, id, "save_draft").await;
    assert!(
        matches!(&again, Err(Error::Repeated(first)) if first == "/purchase-orders/1001"),
        "{again:?}"
    );
    // The same id of somebody else is another request.
    claim(&mut tx, engine, MIA, id, "save_draft").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(company.number("SELECT count(*) FROM requests").await, 2);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_id_of_a_request_that_failed_is_free_again(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    let id = Uuid::new_v4();
    let mut failed = engine.begin().await.unwrap();
    claim(&mut failed, engine, SAM, id, "approve")
        .await
        .unwrap();
    drop(failed);
    let mut tx = engine.begin().await.unwrap();
    claim(&mut tx, engine, SAM, id, "approve").await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_second_claim_waits_for_the_first_and_takes_over_where_that_one_failed(pool: PgPool) {
    let company = Company::new(pool).await;
    let engine = &company.engine;
    for commits in [true, false] {
        let id = Uuid::new_v4();
        let mut first = engine.begin().await.unwrap();
        claim(&mut first, engine, SAM, id, "approve").await.unwrap();
        let second = async {
            let mut tx = engine.begin().await.unwrap();
            claim(&mut tx, engine, SAM, id, "approve").await
        };
        let end = async {
            crate::test_support::blocked(&company.pool, 1).await;
            if commits {
                finish(&mut first, SAM, id, "/there").await.unwrap();
                first.commit().await.unwrap();
            } else {
                first.rollback().await.unwrap();
            }
        };
        let (second, ()) = tokio::join!(second, end);
        match second {
            Err(Error::Repeated(first)) => assert!(commits && first == "/there"),
            Ok(()) => assert!(!commits),
            other => panic!("{other:?}"),
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn first_results_are_forgotten_after_a_week(pool: PgPool) {
    let company = Company::new(pool).await;
    company.raise("900").await;
    company
        .engine
        .clock()
        .advance(jiff::SignedDuration::from_hours(24 * 7));
    assert_eq!(purge(&company.engine).await.unwrap(), 0);
    company
        .engine
        .clock()
        .advance(jiff::SignedDuration::from_secs(1));
    company.raise("900").await;
    assert_eq!(purge(&company.engine).await.unwrap(), 1);
    assert_eq!(company.number("SELECT count(*) FROM requests").await, 1);
}

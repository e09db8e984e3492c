use futures::FutureExt;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{UNSEALED, not_sealed_once, seal_all};
use crate::{
    Clock, Engine,
    seal::verify,
    test_support::{Company, MIA, approve, at_once, blocked, key, start, wide_pool},
};

async fn open(company: &Company) -> Engine {
    Engine::open(company.pool.clone(), Clock::fixed(start()), key())
        .await
        .unwrap()
}

/// As if the database had been restored into another cluster.
async fn restore(company: &Company) {
    company
        .run("ALTER TABLE epochs DISABLE TRIGGER ALL; UPDATE epochs SET cluster = 'before/1'; ALTER TABLE epochs ENABLE TRIGGER ALL")
        .await;
}

async fn epochs(company: &Company) -> String {
    company
        .text("SELECT string_agg(epoch || ' ' || (SELECT count(*) FROM transitions t WHERE t.epoch = e.epoch), ', ' ORDER BY epoch) FROM epochs e")
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_restored_database_is_sealed_before_it_goes_on_in_a_new_epoch(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    seal_all(&company).await;
    company.submitted("900").await;
    open(&company).await;
    assert_eq!(
        epochs(&company).await,
        "1 4",
        "the same cluster goes on as it was"
    );
    restore(&company).await;
    open(&company).await;
    assert_eq!(company.number(UNSEALED).await, 0);
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    // A server that was running all along writes into the new epoch too.
    company.does(MIA, id, approve()).await;
    assert_eq!(epochs(&company).await, "1 4, 2 1");
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    seal_all(&company).await;
    restore(&company).await;
    open(&company).await;
    open(&company).await;
    company.submitted("900").await;
    seal_all(&company).await;
    assert_eq!(epochs(&company).await, "1 4, 2 1, 3 2");
    assert_eq!(not_sealed_once(&company).await, 0);
    assert_eq!(verify(&company.engine).await.unwrap(), None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn servers_that_start_at_once_on_a_restored_database_begin_one_epoch(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 20).await).await;
    company.submitted("900").await;
    restore(&company).await;
    at_once((0..20).map(|i| {
        let company = company.clone();
        async move {
            if i % 2 == 0 {
                open(&company).await;
            } else {
                company.submitted("900").await;
            }
        }
    }))
    .await;
    assert_eq!(company.number("SELECT max(epoch) FROM epochs").await, 2);
    seal_all(&company).await;
    assert_eq!(not_sealed_once(&company).await, 0);
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_new_epoch_waits_for_what_is_being_written_into_the_old_one(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 5).await).await;
    let id = company.submitted("900").await;
    restore(&company).await;
    // An approval held up at its last step, its rows written.
    let mut tx = company.pool.begin().await.unwrap();
    crate::test_support::run(&mut *tx, "LOCK TABLE requests IN ACCESS EXCLUSIVE MODE").await;
    let mut approval = company.engine.begin().await.unwrap();
    let entry = crate::transition_log::Entry {
        event: "change".to_owned(),
        way: "page",
        ..crate::transition_log::Entry::default()
    };
    crate::transition_log::append(
        &mut approval,
        &company.engine,
        crate::purchase_order::subject(id),
        &[entry],
    )
    .await
    .unwrap();
    let begins = open(&company);
    let ends = async {
        blocked(&company.pool, 1).await;
        approval.commit().await.unwrap();
        tx.rollback().await.unwrap();
    };
    tokio::join!(begins.boxed(), ends.boxed());
    assert_eq!(epochs(&company).await, "1 3, 2 0");
    assert_eq!(
        not_sealed_once(&company).await,
        0,
        "the last seal of the old epoch has it"
    );
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

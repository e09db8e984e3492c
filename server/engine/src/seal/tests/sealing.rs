use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{UNSEALED, not_sealed_once, seal_all};
use crate::{
    Tx,
    seal::{seal, verify},
    test_support::{Company, SAM, at_once, wide_pool},
    transition_log::{Entry, Subject, append},
};

async fn add(company: &Company, tx: &mut Tx, id: i64) {
    let entry = Entry {
        event: "change".to_owned(),
        actor: Some(SAM),
        way: "page",
        ..Entry::default()
    };
    let subject = Subject {
        kind: "setting",
        id,
    };
    append(tx, &company.engine, subject, &[entry])
        .await
        .unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nothing_new_makes_no_seal(pool: PgPool) {
    let company = Company::new(pool).await;
    assert_eq!(seal(&company.engine).await.unwrap(), 0);
    company.raise("900").await;
    seal_all(&company).await;
    assert_eq!(seal(&company.engine).await.unwrap(), 0);
    assert_eq!(company.number("SELECT count(*) FROM seals").await, 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn rows_of_an_open_transaction_are_left_to_the_next_seal_and_none_around_them_is_lost(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let mut before = company.engine.begin().await.unwrap();
    add(&company, &mut before, 1).await;
    before.commit().await.unwrap();
    let mut open = company.engine.begin().await.unwrap();
    add(&company, &mut open, 2).await;
    // Later in number, earlier in time.
    let mut after = company.engine.begin().await.unwrap();
    add(&company, &mut after, 3).await;
    after.commit().await.unwrap();
    while company.number("SELECT count(*) FROM seals").await == 0 {
        seal(&company.engine).await.unwrap();
    }
    assert_eq!(
        company.number(UNSEALED).await,
        1,
        "the later one waits with the open one"
    );
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    open.commit().await.unwrap();
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    seal_all(&company).await;
    assert_eq!(not_sealed_once(&company).await, 0);
    assert_eq!(verify(&company.engine).await.unwrap(), None);
}

/// Whatever overlaps whatever, every row ends in exactly one seal.
#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn with_transactions_open_across_seals_every_row_is_sealed_exactly_once(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 12).await).await;
    let mut open: Vec<(Tx, i64)> = Vec::new();
    let mut dice = 20_260_302_u64;
    let mut committed = 0;
    for step in 0..200 {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let roll = usize::try_from(dice >> 40).unwrap();
        match roll % 6 {
            0 | 1 if open.len() < 8 => {
                let mut tx = company.engine.begin().await.unwrap();
                add(&company, &mut tx, step).await;
                open.push((tx, step));
            }
            2 if !open.is_empty() => {
                let at = roll % open.len();
                let (tx, id) = &mut open[at];
                add(&company, tx, *id).await;
            }
            3 | 4 if !open.is_empty() => {
                let (tx, _) = open.swap_remove(roll % open.len());
                if roll % 5 == 0 {
                    tx.rollback().await.unwrap();
                } else {
                    tx.commit().await.unwrap();
                    committed += 1;
                }
            }
            _ => {
                seal(&company.engine).await.unwrap();
            }
        }
    }
    for (tx, _) in open {
        tx.commit().await.unwrap();
        committed += 1;
    }
    seal_all(&company).await;
    assert_eq!(not_sealed_once(&company).await, 0);
    assert_eq!(
        company
            .number("SELECT count(DISTINCT tx) FROM transitions")
            .await,
        committed
    );
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn many_sealers_at_once_while_people_work_seal_every_row_once(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 30).await).await;
    at_once((0..30).map(|i| {
        let company = company.clone();
        async move {
            for _ in 0..4 {
                if i % 3 == 0 {
                    seal(&company.engine).await.unwrap();
                    assert_eq!(
                        verify(&company.engine).await.unwrap(),
                        None,
                        "while others write"
                    );
                } else {
                    company.submitted("900").await;
                }
            }
        }
    }))
    .await;
    seal_all(&company).await;
    assert_eq!(
        company.number("SELECT count(*) FROM transitions").await,
        160
    );
    assert_eq!(not_sealed_once(&company).await, 0);
    assert_eq!(verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

use std::pin::pin;

use futures::poll;
use sqlx::{PgPool, postgres::PgPoolOptions};

use super::*;
use crate::{Clock, test_support};

/// Gives up beginning after so many looks at how far it is.
async fn gives_up(beginning: impl Future<Output = Result<Tx>>, looks: usize) {
    let mut beginning = pin!(beginning);
    for _ in 0..looks {
        if poll!(&mut beginning).is_ready() {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_goes_away_while_a_transaction_begins_leaves_none_behind(pool: PgPool) {
    let options = (*pool.connect_options()).clone();
    let one = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap();
    let clock = Clock::fixed(test_support::start());
    let engine = Engine::open(one, clock, test_support::key()).await.unwrap();
    for looks in (1..60).chain(1..60) {
        if looks % 2 == 0 {
            gives_up(engine.begin(), looks).await;
        } else {
            gives_up(engine.one_moment(), looks).await;
        }
        let told = test_support::refusal(engine.pool(), "SAVEPOINT inside").await;
        assert!(
            told.contains("transaction block"),
            "after {looks} looks: {told}"
        );
    }
}

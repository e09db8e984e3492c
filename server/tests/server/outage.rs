//! The database goes away and comes back under a running server.

use std::time::Instant;

use engine::audit;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    http::App,
    invariants::texts,
    kill::over,
    process::{DEADLINE, Place, Server},
};

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn when_the_database_is_back_pages_are_answered_and_jobs_are_done(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let place = Place::new();
    let server = Server::start(over(&pool, &place));
    for round in 1..=3 {
        let mut db = pool.acquire().await.unwrap();
        let gone = texts(
            &mut db,
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .await;
        assert!(!gone.is_empty(), "nothing was broken off");
        drop(db);
        let aud = engine::demo::actor(&app.engine, "aud").await.unwrap();
        audit::ask(&app.engine, &aud, Uuid::new_v4()).await.unwrap();
        let until = Instant::now() + DEADLINE;
        while audit::runs(&app.engine, 1).await.unwrap()[0]
            .finished
            .is_none()
        {
            assert!(
                Instant::now() < until,
                "the job of round {round} waits for ever"
            );
            tokio::task::yield_now().await;
        }
        let page = server.get("/login");
        assert!(page.starts_with("HTTP/1.1 200"), "round {round}: {page}");
    }
    assert_eq!(server.stop(), Some(0));
}

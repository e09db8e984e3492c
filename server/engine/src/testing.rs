//! What the tests beside the code share: an engine whose clock stands still, and the company they play in.

use std::time::Duration;

use domain::actor::Actor;
use jiff::Timestamp;
use sqlx::{PgPool, postgres::PgPoolOptions};
use uuid::Uuid;

use crate::{AuditKey, Clock, Engine, demo, seal};

/// A Wednesday.
pub(crate) fn noon() -> Timestamp {
    "2027-03-10T12:00:00Z".parse().unwrap()
}

/// An engine over a test's database; its clock stands at [`noon`] until it is moved.
pub(crate) async fn engine(pool: &PgPool) -> Engine {
    // What happens to orders enqueues jobs.
    crate::job::migrate(pool).await.unwrap();
    let key = AuditKey::new(b"only for tests, and long enough!".to_vec()).unwrap();
    Engine::open(pool.clone(), Clock::fixed(noon()), key)
        .await
        .unwrap()
}

/// The same with the demo company in it, without orders.
pub(crate) async fn company(pool: &PgPool) -> Engine {
    let engine = engine(pool).await;
    demo::people_only(&engine).await.unwrap();
    engine
}

/// The same over more connections than a test is given, for races.
pub(crate) async fn company_with(pool: &PgPool, connections: u32) -> Engine {
    drop(company(pool).await);
    let options = (*pool.connect_options()).clone();
    let wide = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_mins(1))
        .connect_with(options)
        .await
        .unwrap();
    engine(&wide).await
}

/// Someone of the demo.
pub(crate) async fn actor(engine: &Engine, name: &str) -> Actor {
    demo::actor(engine, name).await.unwrap()
}

/// A form's id.
pub(crate) fn request() -> Uuid {
    Uuid::new_v4()
}

/// Nothing in the history was changed, added or removed.
pub(crate) async fn assert_history_holds(engine: &Engine) {
    seal::seal(engine).await.unwrap();
    assert_eq!(seal::verify(engine).await.unwrap(), None);
}

//! What machines ask: is it alive, can it work, how does it go.

use std::{collections::HashSet, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use sqlx::{Connection, PgConnection, PgPool, migrate::Migrate};
use subtle::ConstantTimeEq;

use super::{Served, Shared, client_address};
use crate::telemetry;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`: the process answers.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// `/readyz`: the database answers and has every migration this build knows.
pub(super) async fn ready(State(shared): State<Shared>) -> Response {
    let check = tokio::time::timeout(PATIENCE, check(shared.engine.pool()));
    match check.await.unwrap_or(Err("the database does not answer")) {
        Ok(()) => "ready\n".into_response(),
        Err(reason) => (
            StatusCode::SERVICE_UNAVAILABLE,
            format!("not ready: {reason}\n"),
        )
            .into_response(),
    }
}

async fn check(pool: &PgPool) -> Result<(), &'static str> {
    let unreachable = |error: sqlx::Error| {
        tracing::warn!(%error, "not ready");
        "the database does not answer"
    };
    let mut connection = pool.acquire().await.map_err(unreachable)?;
    connection.ping().await.map_err(unreachable)?;
    if migrated(&mut connection).await {
        Ok(())
    } else {
        Err("the database lacks migrations: countersign migrate")
    }
}

/// Newer servers may have migrated further; that is fine, for migrations keep older servers working.
async fn migrated(connection: &mut PgConnection) -> bool {
    let table = engine::MIGRATOR.table_name.as_ref();
    let applied: HashSet<i64> = match connection.list_applied_migrations(table).await {
        Ok(applied) => applied.iter().map(|migration| migration.version).collect(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            return false;
        }
    };
    engine::MIGRATOR
        .iter()
        .all(|migration| applied.contains(&migration.version))
}

/// `/metrics`: for this machine, and for who has the token.
pub(super) async fn metrics(State(shared): State<Shared>, request: Request) -> Response {
    let peer = client_address::peer(request.extensions());
    if !client_address::is_local(peer, request.headers()) && !has_token(&shared, request.headers())
    {
        return (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, "Bearer")],
            "Metrics are for this machine, or for who has the token (COUNTERSIGN_METRICS_TOKEN).\n",
        )
            .into_response();
    }
    measure(&shared).await;
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        telemetry::metrics().render(),
    )
        .into_response()
}

/// What stands at the moment and isn't counted as it happens.
async fn measure(served: &Served) {
    let pool = served.engine.pool();
    metrics::gauge!("countersign_database_connections").set(f64::from(pool.size()));
    let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
    metrics::gauge!("countersign_database_connections_idle").set(f64::from(idle));
    // Without its database the server still has something to tell.
    match tokio::time::timeout(PATIENCE, engine::job::standing(&served.engine)).await {
        Ok(Ok(jobs)) => {
            for (state, number) in [("due", jobs.due), ("given_up", jobs.given_up)] {
                // Counted to 10,000.
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                metrics::gauge!("countersign_jobs", "state" => state).set(f64::from(number));
            }
        }
        Ok(Err(error)) => tracing::warn!(%error, "the jobs could not be counted"),
        Err(_) => tracing::warn!("the jobs could not be counted in time"),
    }
}

fn has_token(served: &Served, headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    match (&served.metrics_token, given) {
        (Some(token), Some(given)) => token.as_bytes().ct_eq(given.as_bytes()).into(),
        _ => false,
    }
}

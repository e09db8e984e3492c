//! The session's cookie, and whose session it is. How sessions are kept and for how long is the engine's.

use domain::second_factor::Standing;
use engine::{
    Engine, Error, Result,
    person::{self, SignedIn},
    session_store::{self, PostgresStore},
};
use tower_sessions::{Session, SessionManagerLayer, cookie::SameSite, session::Id};

use super::Shared;

/// The cookie: out of reach for scripts and for forms of other sites; with https never sent without it, and bound to
/// this host by its name.
pub(super) fn layer(shared: &Shared) -> SessionManagerLayer<PostgresStore> {
    let https = shared.public_url.is_https();
    let name = if https {
        "__Host-countersign"
    } else {
        "countersign"
    };
    SessionManagerLayer::new(PostgresStore::new(shared.engine.clone()))
        .with_name(name)
        .with_secure(https)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(session_store::expiry())
}

/// Who the session belongs to. One whose person is gone or deactivated is ended.
pub(super) async fn signed_in(engine: &Engine, session: &Session) -> Result<Option<SignedIn>> {
    let Some(id) = session_store::person_of(session, engine).await? else {
        return Ok(None);
    };
    let Some(mut found) = person::signed_in(engine, id).await? else {
        session.flush().await.map_err(Error::internal)?;
        return Ok(None);
    };
    let second_factor = &mut found.actor.second_factor;
    if second_factor.standing == Standing::SetUp
        && session_store::is_proved(session, engine).await?
    {
        second_factor.standing = Standing::Confirmed;
    }
    Ok(Some(found))
}

/// A session that was saved while answering is one that the browser must be told of.
pub(super) fn announce(session: &Session, before: Option<Id>) {
    let now = session.id();
    if now.is_some() && now != before && !session.is_modified() {
        session.set_expiry(Some(session_store::expiry()));
    }
}

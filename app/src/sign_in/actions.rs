//! Who signs in and out. What a wrong password costs is the engine's.
#![expect(missing_docs, reason = "the macro makes items that nobody writes")]

use axum::http::{header, request::Parts};
use engine::{
    Error,
    second_factor::SIGN_IN,
    session_store,
    sign_in::{self as credentials, Entered},
};
use leptos::{
    prelude::*,
    server_fn::{ServerFn, codec::Post},
};

use super::Kept;
use crate::{
    action::{Action, Done, lead},
    error::AppError,
    form::{Fields, Plain},
};

/// *Sign in*. Leads to `next` when that is an address here, else home.
#[server(prefix = "/fn", endpoint = "sign_in", input = Post<Plain>)]
pub async fn sign_in(form: Fields) -> Result<(), AppError> {
    let mut action = Action::begin(SignIn::PATH, form);
    let next = local(action.form.text("next"));
    let outcome = enter(&action).await;
    action.form = action.form.without("password");
    let back = leading("/login", next.as_deref().unwrap_or_default());
    let home = next.unwrap_or_else(|| "/".to_owned());
    if let Ok(false) = outcome {
        return action.show_again(SIGN_IN).await;
    }
    if outcome.is_ok()
        && let Some(kept) = Kept::read(&action.form)
    {
        return action.show_kept(kept, &home).await;
    }
    action
        .finish(outcome.map(|_| Done::new(home, "")), &back)
        .await
}

/// False when a code is asked for before they are signed in.
async fn enter(action: &Action) -> Result<bool, Error> {
    let (form, request) = (&action.form, &action.request);
    let (email, password) = (form.text("email"), form.text("password"));
    let (engine, session) = (action.engine(), &request.session);
    match credentials::sign_in(engine, email, password, request.client_address).await? {
        Entered::In(identity) => {
            session_store::enter(session, engine, identity, &device()).await?;
            Ok(true)
        }
        Entered::CodeAsked(asked) => {
            session_store::wait_for_code(session, engine, asked).await?;
            Ok(false)
        }
    }
}

/// What the browser calls itself, for the list of sessions on the account's page.
pub(crate) fn device() -> String {
    let agent = use_context::<Parts>().and_then(|parts| {
        parts
            .headers
            .get(header::USER_AGENT)?
            .to_str()
            .ok()
            .map(str::to_owned)
    });
    agent.unwrap_or_default()
}

/// *Sign out*: ends this session.
#[server(prefix = "/fn", endpoint = "sign_out", input = Post<Plain>)]
pub async fn sign_out(form: Fields) -> Result<(), AppError> {
    let action = Action::begin(SignOut::PATH, form);
    if let Err(error) = action.request.session.flush().await {
        return action.finish(Err(Error::internal(error)), "/account").await;
    }
    lead("/login");
    Ok(())
}

/// An address that leads on to `next`, where that is one here.
pub fn leading(to: &str, next: &str) -> String {
    let Some(next) = local(next) else {
        return to.to_owned();
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("next", &next)
        .finish();
    format!("{to}?{query}")
}

/// An address of this site, as path and query; `None` for everything a browser could take for one elsewhere.
pub(crate) fn local(next: &str) -> Option<String> {
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(|c| c.is_control() || c.is_whitespace());
    (inside && next != "/").then(|| next.to_owned())
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_an_address_of_this_site_is_followed() {
        for inside in [
            "/purchase-orders",
            "/purchase-orders?scope=mine&f=1",
            "/a%5Cb",
        ] {
            assert_eq!(local(inside).as_deref(), Some(inside));
        }
        let outside = [
            "",
            "/",
            "https://example.org",
            "//example.org",
            "/\\example.org",
            "/\t/x",
            "javascript:x",
            "x",
        ];
        for next in outside {
            assert_eq!(local(next), None, "{next}");
        }
    }
}

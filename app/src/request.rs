//! What the server tells pages and actions about the request.

use std::net::IpAddr;

use engine::{Engine, person::SignedIn};
use tower_sessions::Session;

/// Made once per request by the server's gate, after it let the request in. Given as context.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Everything that is kept.
    pub engine: Engine,
    /// Who asks; `None` on public pages.
    pub signed_in: Option<SignedIn>,
    /// The cookie's session; may be new and unsaved.
    pub session: Session,
    /// The request's id: also in the log, shown with errors.
    pub reference: String,
    /// The address without its query.
    pub path: String,
    /// The query, without `?`; may be empty.
    pub query: String,
    /// Where the request comes from.
    pub client_address: IpAddr,
    /// Whether the database is a demo.
    pub demo: bool,
}

impl RequestContext {
    /// The decoded values of a query parameter that comes more than once, in order.
    pub fn query_all(&self, name: &str) -> Vec<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .collect()
    }

    /// The decoded value of a query parameter; the last one where it is given twice.
    pub fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .filter(|(key, _)| key == name)
            .last()
            .map(|(_, value)| value.into_owned())
    }
}

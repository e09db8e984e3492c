//! The address people use, and when plain http is refused.

use std::{fmt, net::SocketAddr};

use axum::http::{Uri, uri::Scheme};

use super::setting::{LISTEN, PUBLIC_URL, Problem};

/// An origin as browsers write it: scheme, host in lower case, port unless it is the scheme's own. No path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
    loopback: bool,
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl PublicUrl {
    /// Reads an address like `https://countersign.example.com`.
    pub fn parse(value: &str) -> Result<Self, String> {
        let wrong = || "it must be http:// or https:// and a host, perhaps a port".to_owned();
        let uri: Uri = value.parse().map_err(|_| wrong())?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(wrong());
        };
        let https = *scheme == Scheme::HTTPS;
        if !https && *scheme != Scheme::HTTP {
            return Err(wrong());
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || value.contains('#') {
            return Err(
                "it must have no path: Countersign is served at the top of its host".into(),
            );
        }
        if authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(wrong());
        }
        if authority.port_u16().is_none() && authority.as_str() != authority.host() {
            return Err("its port is not a number from 1 to 65535".to_owned());
        }
        let host = authority.host().to_ascii_lowercase();
        let own_port = if https { 443 } else { 80 };
        let port = authority
            .port_u16()
            .filter(|port| *port != own_port)
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        let loopback = is_loopback(&host);
        Ok(Self {
            origin: format!("{}://{host}{port}", scheme.as_str()),
            https,
            loopback,
        })
    }

    /// Plain http to the address listened on.
    pub fn of_listener(listen: SocketAddr) -> Self {
        Self {
            origin: format!("http://{listen}"),
            https: false,
            loopback: listen.ip().is_loopback(),
        }
    }

    /// The origin, as browsers send it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it is https: then cookies are `Secure`.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Whether only this machine's own users can mean it.
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Plain http is served on loopback only (spec README, "Signing in"): anywhere else passwords would travel in the open.
pub(super) fn safe_to_serve(
    listen: SocketAddr,
    public_url: Option<&PublicUrl>,
) -> Result<(), Problem> {
    match public_url {
        Some(url) if url.is_https() => Ok(()),
        Some(url) if !url.is_loopback() => Err(PUBLIC_URL.wrong(
            url.origin(),
            "plain http is served on this machine only; elsewhere passwords would travel in the open. Put a proxy \
             that speaks https in front and give its address",
        )),
        _ if listen.ip().is_loopback() => Ok(()),
        Some(url) => Err(LISTEN.wrong(
            listen.to_string(),
            format!(
                "with the plain http address {url} it must be a loopback address, or passwords would travel in the \
                 open. To serve others, set COUNTERSIGN_PUBLIC_URL to an https address"
            ),
        )),
        None => Err(PUBLIC_URL.missing(format!(
            "listening on {listen}, which others reach, needs the https address that people use (a proxy in front \
             speaks https)"
        ))),
    }
}

//! Where a request comes from: the peer, or whom a trusted proxy names.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderName},
};

use crate::config::TrustedProxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// What proxies add; a request with one of them was made by someone further away.
const SIGNS_OF_A_PROXY: [&str; 5] = [
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
    "forwarded",
    "via",
];

/// The address at the other end of the connection; unspecified when it is not known.
pub(super) fn peer(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| {
            info.0.ip().to_canonical()
        })
}

/// The client: the nearest address that is not a trusted proxy. Each proxy adds whom it was asked by at the end, so the
/// list is read from there; what stands before the first stranger is hearsay.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut nearest = peer;
    if !trusted.contains(peer) {
        return nearest;
    }
    let named: Vec<&str> = headers
        .get_all(X_FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for name in named.into_iter().rev() {
        let Some(address) = parse(name) else { break };
        nearest = address;
        if !trusted.contains(address) {
            break;
        }
    }
    nearest
}

/// Some proxies add the port.
fn parse(name: &str) -> Option<IpAddr> {
    name.parse::<IpAddr>()
        .ok()
        .or_else(|| name.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .map(|address| address.to_canonical())
}

/// Whether the request was made on this machine, and not by a proxy on it for someone else.
pub(super) fn is_local(peer: IpAddr, headers: &HeaderMap) -> bool {
    peer.is_loopback()
        && !SIGNS_OF_A_PROXY
            .iter()
            .any(|name| headers.contains_key(*name))
}

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, Method};

use super::{client_address, declared, mask};
use crate::config::TrustedProxies;

fn forwarded(values: &[&'static str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append("x-forwarded-for", HeaderValue::from_static(value));
    }
    headers
}

fn client(peer: &str, values: &[&'static str], trusted: &str) -> String {
    let peer: IpAddr = peer.parse().unwrap();
    let trusted = TrustedProxies::parse(trusted).unwrap();
    client_address::client(peer, &forwarded(values), &trusted).to_string()
}

#[test]
fn tokens_in_addresses_are_not_logged() {
    assert_eq!(mask::path("/a/s3cret"), "/a/…");
    assert_eq!(mask::path("/t/s3cret/reply"), "/t/…");
    assert_eq!(mask::path("/u/s3cret"), "/u/…");
    assert_eq!(mask::path("/reset/s3cret"), "/reset/…");
    assert_eq!(mask::path("/approvals"), "/approvals");
    assert_eq!(mask::path("/tickets/7"), "/tickets/7");
}

#[test]
fn whoever_may_get_a_page_may_ask_for_its_head() {
    assert_eq!(declared(&Method::HEAD), Method::GET);
    assert_eq!(declared(&Method::POST), Method::POST);
}

#[test]
fn a_stranger_cannot_say_where_they_come_from() {
    assert_eq!(client("203.0.113.9", &["10.0.0.1"], ""), "203.0.113.9");
    assert_eq!(
        client("203.0.113.9", &["10.0.0.1"], "10.0.0.0/8"),
        "203.0.113.9"
    );
}

#[test]
fn a_trusted_proxy_names_the_client() {
    assert_eq!(
        client("10.0.0.1", &["198.51.100.7"], "10.0.0.0/8"),
        "198.51.100.7"
    );
    assert_eq!(
        client("10.0.0.1", &["198.51.100.7:4711"], "10.0.0.0/8"),
        "198.51.100.7"
    );
    assert_eq!(
        client("10.0.0.1", &["[2001:db8::1]:4711"], "10.0.0.0/8"),
        "2001:db8::1"
    );
    assert_eq!(
        client("::ffff:10.0.0.1", &["198.51.100.7"], "10.0.0.0/8"),
        "198.51.100.7"
    );
}

#[test]
fn what_a_client_adds_in_front_is_not_believed() {
    assert_eq!(
        client(
            "10.0.0.1",
            &["127.0.0.1, 198.51.100.7, 10.0.0.2"],
            "10.0.0.0/8"
        ),
        "198.51.100.7"
    );
    assert_eq!(
        client(
            "10.0.0.1",
            &["127.0.0.1", "198.51.100.7", "10.0.0.2"],
            "10.0.0.0/8"
        ),
        "198.51.100.7"
    );
    assert_eq!(
        client("10.0.0.1", &["junk, 10.0.0.2"], "10.0.0.0/8"),
        "10.0.0.2"
    );
    assert_eq!(client("10.0.0.1", &[], "10.0.0.0/8"), "10.0.0.1");
}

#[test]
fn a_request_that_came_through_a_proxy_is_not_a_local_one() {
    let local: IpAddr = "127.0.0.1".parse().unwrap();
    assert!(client_address::is_local(local, &HeaderMap::new()));
    assert!(!client_address::is_local(local, &forwarded(&["127.0.0.1"])));
    let far: IpAddr = "192.0.2.1".parse().unwrap();
    assert!(!client_address::is_local(far, &HeaderMap::new()));
}

//! Routes that cannot forget: every page and every server function has its row, and every row leads somewhere.

use std::collections::BTreeSet;

use super::*;

fn pages() -> BTreeSet<String> {
    let listed = leptos_axum::generate_route_list(App);
    listed.iter().map(|route| route.path().to_owned()).collect()
}

fn functions() -> BTreeSet<String> {
    let registered = server_fn::axum::server_fn_paths();
    registered
        .map(|(path, _)| path.to_owned())
        .filter(|path| path.starts_with("/fn/"))
        .collect()
}

fn rows(method: &str) -> BTreeSet<String> {
    ROUTES
        .iter()
        .filter(|row| row.method == method)
        .map(|row| row.pattern.to_owned())
        .collect()
}

#[test]
fn every_page_has_its_row_and_every_row_its_page() {
    assert_eq!(pages(), rows("GET"));
}

#[test]
fn every_server_function_has_its_row_and_every_row_its_function() {
    assert_eq!(functions(), rows("POST"));
}

#[test]
fn every_registered_function_is_under_fn() {
    let registered = server_fn::axum::server_fn_paths();
    let elsewhere: Vec<_> = registered
        .filter(|(path, _)| !path.starts_with("/fn/"))
        .collect();
    assert_eq!(elsewhere, []);
}

#[test]
fn no_pattern_is_listed_twice() {
    let all: Vec<_> = ROUTES.iter().map(|row| (row.method, row.pattern)).collect();
    let unique: BTreeSet<_> = all.iter().collect();
    assert_eq!(unique.len(), all.len());
}

#[test]
fn an_address_fits_its_pattern_and_no_other() {
    assert_eq!(
        row(&Method::GET, "/purchase-orders/new").map(|r| r.pattern),
        Some("/purchase-orders/new")
    );
    assert_eq!(
        row(&Method::GET, "/purchase-orders/1042").map(|r| r.pattern),
        Some("/purchase-orders/{id}")
    );
    assert_eq!(row(&Method::HEAD, "/").map(|r| r.pattern), Some("/"));
    assert_eq!(row(&Method::POST, "/"), None);
    assert_eq!(row(&Method::GET, "/purchase-orders/1042/"), None);
    assert_eq!(row(&Method::GET, "//purchase-orders"), None);
    assert_eq!(row(&Method::GET, "/fn/approve_purchase_order"), None);
}

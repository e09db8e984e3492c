//! Giving a file out: its type, its compressed form when it is accepted, and for how long it may be kept.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};

use super::{Bytes, FAVICON, Site};

/// The content never changes under its address.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Development: ask again, the answer may be "not modified".
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// Not here now: another server, newer or older, may have it in a moment.
const SOON_AGAIN: HeaderValue = HeaderValue::from_static("public, max-age=5");

/// The compressed forms, best first: the encoding's name and the ending of its file.
const ENCODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Answers `/assets/{version}/{*name}`.
pub async fn serve(
    State(site): State<Site>,
    Path((version, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let found = (version == site.version(&name))
        .then(|| site.file(&name))
        .flatten();
    let Some((plain, content)) = found else {
        return (
            StatusCode::NOT_FOUND,
            [(header::CACHE_CONTROL, SOON_AGAIN)],
            "There is no such file.",
        )
            .into_response();
    };
    let (encoding, bytes) = best_form(&site, &name, &headers)
        .map_or((None, plain), |(encoding, bytes)| (Some(encoding), bytes));
    let tag = tag(&content, encoding);
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(bytes).into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, content_type(&name));
    answer.insert(header::ETAG, tag);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(
        header::CACHE_CONTROL,
        if site.is_live() { ASK_AGAIN } else { FOR_EVER },
    );
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// Answers `/favicon.ico`, which browsers ask for by themselves.
pub async fn favicon(State(site): State<Site>) -> Response {
    (
        [(header::CACHE_CONTROL, ASK_AGAIN)],
        Redirect::temporary(&site.address(FAVICON)),
    )
        .into_response()
}

fn best_form(site: &Site, name: &str, headers: &HeaderMap) -> Option<(&'static str, Bytes)> {
    ENCODINGS
        .iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, ending)| {
            let (bytes, _) = site.file(&format!("{name}{ending}"))?;
            Some((*encoding, bytes))
        })
}

/// Whether `Accept-Encoding` names `encoding` and does not refuse it (`;q=0`).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| {
            let mut words = part.split(';').map(str::trim);
            words
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(encoding))
                && !words.any(|word| matches!(word, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

fn tag(content: &str, encoding: Option<&'static str>) -> HeaderValue {
    let tag = format!("\"{content}-{}\"", encoding.unwrap_or("plain"));
    // Hexadecimal digits and two known words.
    HeaderValue::try_from(tag).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

fn body(bytes: Bytes) -> Body {
    match bytes {
        Bytes::Borrowed(bytes) => Body::from(bytes),
        Bytes::Owned(bytes) => Body::from(bytes),
    }
}

/// The type by the name's ending: those a site has.
fn content_type(name: &str) -> HeaderValue {
    HeaderValue::from_static(match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    })
}

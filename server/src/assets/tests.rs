use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode, header},
    routing::get,
};
use tower::ServiceExt as _;

use super::*;

fn site(css: &'static str) -> Site {
    let files: [(&str, &'static [u8]); 6] = [
        ("pkg/app.css", css.as_bytes()),
        ("pkg/app.css.br", b"brotli"),
        ("pkg/app.css.gz", b"gzip"),
        ("pkg/app_bg.wasm", b"wasm"),
        ("app.js", b"script"),
        ("favicon.svg", b"<svg/>"),
    ];
    Site::from_files(files.map(|(name, bytes)| (name.to_owned(), Bytes::from(bytes))))
}

async fn ask(site: &Site, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let router = Router::new()
        .route("/assets/{version}/{*name}", get(serve))
        .with_state(site.clone());
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap()
}

async fn text(response: Response<Body>) -> Vec<u8> {
    to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap()
        .to_vec()
}

#[tokio::test]
async fn a_file_may_be_kept_for_ever_under_its_address() {
    let site = site("a");
    let answer = ask(&site, &site.addresses().css, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers();
    assert_eq!(
        headers[header::CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(headers[header::CONTENT_TYPE], "text/css; charset=utf-8");
    assert_eq!(headers[header::VARY], "accept-encoding");
    assert!(headers.contains_key(header::ETAG));
    assert_eq!(text(answer).await, b"a");
}

#[test]
fn another_content_has_another_address_and_the_clients_files_change_together() {
    let (before, after) = (site("a"), site("b"));
    assert_ne!(before.addresses().css, after.addresses().css);
    assert_ne!(before.package_folder(), after.package_folder());
    assert_eq!(before.addresses().js, after.addresses().js);
    assert!(
        before
            .addresses()
            .css
            .starts_with(&format!("/{}/", before.package_folder()))
    );
}

#[tokio::test]
async fn the_compressed_form_is_given_to_who_accepts_it() {
    let site = site("a");
    let path = site.addresses().css;
    for (accepted, encoding, body) in [
        ("gzip, deflate, br, zstd", Some("br"), &b"brotli"[..]),
        ("gzip", Some("gzip"), b"gzip"),
        ("br;q=0, gzip;q=0.5", Some("gzip"), b"gzip"),
        ("identity", None, b"a"),
    ] {
        let answer = ask(&site, &path, &[("accept-encoding", accepted)]).await;
        let got = answer.headers().get(header::CONTENT_ENCODING);
        assert_eq!(
            got.map(|value| value.to_str().unwrap()),
            encoding,
            "{accepted}"
        );
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
        assert_eq!(text(answer).await, body);
    }
}

#[tokio::test]
async fn who_has_it_already_is_told_so() {
    let site = site("a");
    let path = site.addresses().css;
    let first = ask(&site, &path, &[("accept-encoding", "br")]).await;
    let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
    let again = ask(
        &site,
        &path,
        &[("accept-encoding", "br"), ("if-none-match", &tag)],
    )
    .await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.headers()[header::ETAG], tag.as_str());
    let plain = ask(&site, &path, &[("if-none-match", &tag)]).await;
    assert_eq!(plain.status(), StatusCode::OK);
}

#[tokio::test]
async fn what_is_not_here_is_missing_for_a_moment_only() {
    let site = site("a");
    let folder = site.package_folder();
    for path in [
        format!("/{folder}/none.css"),
        "/assets/0000/pkg/app.css".to_owned(),
        "/assets/none/etc/passwd".to_owned(),
        format!("/{folder}/../../app.js"),
    ] {
        let answer = ask(&site, &path, &[]).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=5");
    }
}

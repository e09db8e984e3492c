//! Files over HTTP: as a browser sends them, and as it is sent them.

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};
use domain::{ids::PurchaseOrderId, purchase_order::RawDraft};
use engine::purchase_order::{DraftCommand, address, record, save_draft};
use futures::stream;
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::{Answer, App, form, from_this_machine, page};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";
const LARGEST: usize = 25 * 1024 * 1024;

/// A draft of Sam's.
pub async fn draft(app: &App) -> PurchaseOrderId {
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    let command = DraftCommand {
        existing: None,
        request_id: Uuid::new_v4(),
        draft: RawDraft::default()
            .parse("2026-01-01".parse().unwrap())
            .unwrap(),
        submit: false,
    };
    save_draft(&app.engine, &sam, &command).await.unwrap().0
}

/// The parts of a form: what stands before the file's bytes, and what follows them.
fn around(id: PurchaseOrderId, name: &str) -> (String, &'static str) {
    let field = |name: &str, value: &str| {
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let before = [
        field("request_id", &Uuid::new_v4().to_string()),
        field("kind", "purchase_order"),
        field("id", &id.to_string()),
        format!(
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        ),
    ];
    (before.concat(), "\r\n--XX--\r\n")
}

async fn sends(app: &App, cookie: &str, body: Body) -> Answer {
    let request = form("/attachments")
        .header(header::COOKIE, cookie)
        .header(header::REFERER, "http://127.0.0.1:3000/");
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    parts.headers.insert(
        header::CONTENT_TYPE,
        "multipart/form-data; boundary=XX".parse().unwrap(),
    );
    app.send(Request::from_parts(parts, body)).await
}

pub async fn attaches(
    app: &App,
    cookie: &str,
    id: PurchaseOrderId,
    (name, bytes): (&str, &[u8]),
) -> Answer {
    let (before, after) = around(id, name);
    let body = [before.as_bytes(), bytes, after.as_bytes()].concat();
    sends(app, cookie, Body::from(body)).await
}

/// The page an answer leads to.
pub async fn shown(app: &App, cookie: &str, answer: &Answer) -> Answer {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let mut page = app.get(answer.location(), Some(cookie)).await;
    // What Leptos puts between pieces of text.
    page.body = page.body.replace("<!>", "");
    page
}

/// The addresses of an order's files.
pub async fn files(app: &App, id: PurchaseOrderId) -> Vec<String> {
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    let files = record(&app.engine, &sam, id).await.unwrap().attachments;
    let address = |file: &engine::attachment::Attachment| engine::attachment::address(file.id);
    files.iter().map(address).collect()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_file_comes_back_as_it_was_sent_under_its_own_name(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, tess) = (app.sign_in("sam").await, app.sign_in("tess").await);
    let id = draft(&app).await;
    let name = "Our 100% offer, grün.png";
    let answer = attaches(&app, &sam, id, (name, PNG)).await;
    let page = shown(&app, &sam, &answer).await;
    assert_eq!(page.status, StatusCode::OK);
    for said in ["File attached.", name, "26 bytes"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let file = files(&app, id).await.remove(0);
    let answer = app.get(&file, Some(&sam)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.body.ends_with("IHDR and so on"));
    for (header, value) in [
        ("content-type", "image/png"),
        ("content-length", "26"),
        (
            "content-disposition",
            "attachment; filename=\"Our 100_ offer, gr_n.png\"; filename*=UTF-8''Our%20100%25%20offer%2C%20gr%C3%BCn.png",
        ),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, no-store"),
        ("content-security-policy", "sandbox; default-src 'none'"),
    ] {
        assert_eq!(answer.header(header), value);
    }
    let head = from_this_machine(Request::head(&file)).header(header::COOKIE, &sam);
    let head = app.send(head.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (head.status, head.header("content-length"), &*head.body),
        (StatusCode::OK, "26", "")
    );
    for (who, path) in [
        (&tess, &*file),
        (&sam, "/attachments/1"),
        (&sam, "/attachments/0190163d-8694-739b-aea5-966c26f8ad91"),
    ] {
        let answer = app.get(path, Some(who)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.body.contains("Not found"), "{}", answer.body);
    }
    let stranger = app.send(page_of(&file)).await;
    assert!(stranger.location().starts_with("/login"));
}

fn page_of(path: &str) -> Request<Body> {
    page(path).body(Body::empty()).unwrap()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_file_that_is_refused_leads_back_to_the_form_with_what_is_wrong(pool: PgPool) {
    let app = App::new(pool).await;
    let sam = app.sign_in("sam").await;
    let id = draft(&app).await;
    for (name, bytes, said) in [
        ("", &[][..], "Choose a file."),
        ("empty.txt", &[][..], "This file is empty."),
        ("offer.pdf", PNG, "Give it its right name."),
        (
            "offer.pdf",
            b"#!/bin/sh\n",
            "Programs and scripts are not accepted.",
        ),
    ] {
        let answer = attaches(&app, &sam, id, (name, bytes)).await;
        let page = shown(&app, &sam, &answer).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        for part in [said, "A page cannot keep a chosen file", "error-summary"] {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
    }
    assert!(files(&app, id).await.is_empty());
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_file_of_25_mb_is_taken_and_a_larger_one_is_read_to_its_end_and_refused(pool: PgPool) {
    let app = App::new(pool).await;
    let sam = app.sign_in("sam").await;
    let id = draft(&app).await;
    let streamed = |length: usize| {
        let (before, after) = around(id, "large.txt");
        let piece = Bytes::from(vec![b'a'; 64 * 1024]);
        let full = (0..length / piece.len()).map({
            let piece = piece.clone();
            move |_| piece.clone()
        });
        let rest = piece.slice(..length % piece.len());
        let all: Vec<_> = std::iter::once(Bytes::from(before))
            .chain(full)
            .chain([rest, Bytes::from(after)])
            .map(Ok::<_, std::io::Error>)
            .collect();
        Body::from_stream(stream::iter(all))
    };
    let answer = sends(&app, &sam, streamed(LARGEST)).await;
    assert_eq!(shown(&app, &sam, &answer).await.status, StatusCode::OK);
    let answer = sends(&app, &sam, streamed(2 * LARGEST)).await;
    let page = shown(&app, &sam, &answer).await;
    assert!(page.body.contains("larger than 25 MB"), "{}", page.body);
    assert_eq!(files(&app, id).await.len(), 1);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_form_that_says_nothing_useful_is_refused_with_a_page(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, aud, tess) = (
        app.sign_in("sam").await,
        app.sign_in("aud").await,
        app.sign_in("tess").await,
    );
    let id = draft(&app).await;
    let endless = format!(
        "--XX\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{}\r\n--XX--\r\n",
        "9".repeat(5000)
    );
    for (body, status) in [
        ("", StatusCode::BAD_REQUEST),
        ("--XX--\r\n", StatusCode::NOT_FOUND),
        (
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--XX--\r\n",
            StatusCode::NOT_FOUND,
        ),
        ("--XX\r\n\r\nx", StatusCode::BAD_REQUEST),
        (&endless, StatusCode::BAD_REQUEST),
    ] {
        let answer = sends(&app, &sam, Body::from(body.to_owned())).await;
        assert_eq!(answer.status, status, "{body:.40}");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
    let plain = app.post("/attachments", Some(&sam), "id=1").await;
    assert_eq!(plain.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (who, status) in [
        (&aud, StatusCode::FORBIDDEN),
        (&tess, StatusCode::NOT_FOUND),
    ] {
        let answer = attaches(&app, who, id, ("offer.png", PNG)).await;
        assert_eq!(shown(&app, who, &answer).await.status, status);
    }
    let (before, after) = around(id, "offer.png");
    let foreign = from_this_machine(Request::post("/attachments"))
        .header(header::COOKIE, &sam)
        .header(header::ORIGIN, "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
        .body(Body::from(format!("{before}x{after}")))
        .unwrap();
    assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert!(files(&app, id).await.is_empty());
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn removing_a_file_from_a_draft_asks_first(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, mia) = (app.sign_in("sam").await, app.sign_in("mia").await);
    let id = draft(&app).await;
    attaches(&app, &sam, id, ("wrong.png", PNG)).await;
    let file = files(&app, id).await.remove(0);
    let asks = format!("{file}/remove");
    let page = app.get(&asks, Some(&sam)).await;
    assert!(page.body.contains("Remove wrong.png"), "{}", page.body);
    assert_eq!(
        app.get(&asks, Some(&mia)).await.status,
        StatusCode::FORBIDDEN
    );
    let body = format!(
        "request_id={}&attachment={}",
        Uuid::new_v4(),
        file.trim_start_matches("/attachments/")
    );
    let refused = app.post("/fn/remove_attachment", Some(&mia), &body).await;
    assert_eq!(
        shown(&app, &mia, &refused).await.status,
        StatusCode::FORBIDDEN
    );
    let answer = app.post("/fn/remove_attachment", Some(&sam), &body).await;
    assert!(answer.location().starts_with(&address(id)));
    let page = shown(&app, &sam, &answer).await;
    assert!(page.body.contains("File removed"), "{}", page.body);
    assert_eq!(
        app.get(&file, Some(&sam)).await.status,
        StatusCode::NOT_FOUND
    );
}

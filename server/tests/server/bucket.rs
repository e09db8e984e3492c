//! Attachments in a bucket, kept by a server of S3's protocol that is not ours and checks every signature.

use std::{fs, path::Path};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use engine::attachment::{Files, remove_orphans};
use jiff::SignedDuration;
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use sqlx::PgPool;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    attachments::{attaches, draft, files, shown},
    http::App,
};

const BUCKET: &str = "our-bucket";

/// A bucket in a folder, reached over HTTP under a prefix; its files as the server is set to use them.
async fn bucket(folder: &Path, secret: &str) -> Files {
    let _ = fs::create_dir(folder.join(BUCKET));
    let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single("AKEXAMPLE", "the right secret"));
    let service = service.build();
    let answer = move |request: Request| {
        let mut service = service.clone();
        async move {
            tower::Service::call(&mut service, request)
                .await
                .map_or_else(|_| failed(), |answer| answer.map(Body::new))
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    let settings = [
        ("AWS_ENDPOINT", format!("http://{address}")),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "AKEXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", secret.to_owned()),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value));
    Files::in_bucket(BUCKET, "kept/here", &settings).unwrap()
}

fn failed() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// How many objects the bucket holds under its prefix.
fn kept(folder: &TempDir) -> usize {
    fs::read_dir(folder.path().join(BUCKET).join("kept/here")).map_or(0, Iterator::count)
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_file_is_kept_in_the_bucket_served_from_it_and_removed_from_it(pool: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let ours = bucket(folder.path(), "the right secret").await;
    let app = App::with(pool, |served| served.files = ours.clone()).await;
    let sam = app.sign_in("sam").await;
    let id = draft(&app).await;
    // At once, and in parts.
    for (at, length) in [20, 12 * 1024 * 1024].into_iter().enumerate() {
        let bytes = [b"%PDF-1.7\n".as_slice(), &b"offer ".repeat(length / 6)].concat();
        let answer = attaches(&app, &sam, id, ("offer.pdf", &bytes)).await;
        assert_eq!(shown(&app, &sam, &answer).await.status, StatusCode::OK);
        let file = files(&app, id).await.pop().unwrap();
        let download = app.get(&file, Some(&sam)).await;
        assert_eq!(download.header("content-length"), bytes.len().to_string());
        assert!(download.body.as_bytes() == bytes, "it came back otherwise");
        assert_eq!(kept(&folder), at + 1);
    }
    // What is refused on its way leaves nothing, in parts or whole.
    let script = [b"#!/bin/sh\n".as_slice(), &b"echo ".repeat(1_500_000)].concat();
    let refused = attaches(&app, &sam, id, ("offer.pdf", &script)).await;
    assert_eq!(
        shown(&app, &sam, &refused).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(kept(&folder), 2);

    let file = files(&app, id).await.remove(0);
    let form = format!(
        "request_id={}&attachment={}",
        Uuid::new_v4(),
        file.trim_start_matches("/attachments/")
    );
    app.post("/fn/remove_attachment", Some(&sam), &form).await;
    let gone = app.get(&file, Some(&sam)).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    app.engine
        .clock()
        .advance(SignedDuration::from_hours(24 * 400));
    remove_orphans(&app.engine, &ours).await.unwrap();
    assert_eq!(kept(&folder), 1, "the other one is named by its row");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_bucket_that_refuses_us_costs_nothing_but_the_file(pool: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let ours = bucket(folder.path(), "a wrong secret").await;
    let app = App::with(pool, |served| served.files = ours).await;
    let sam = app.sign_in("sam").await;
    let id = draft(&app).await;
    let answer = attaches(&app, &sam, id, ("offer.pdf", b"%PDF-1.7\n")).await;
    let page = shown(&app, &sam, &answer).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        page.body.contains("reference") || page.body.contains("Reference"),
        "{}",
        page.body
    );
    assert!(files(&app, id).await.is_empty());
    assert_eq!(kept(&folder), 0);
}

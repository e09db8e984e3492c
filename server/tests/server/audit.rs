//! The page of audits over HTTP: a verification asked for, carried out by the job, told.

use std::path::Path;

use axum::http::StatusCode;
use engine::{audit, job::VerifyHistory};
use sqlx::PgPool;

use crate::http::{App, sent};

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_verification_is_asked_for_on_the_page_and_its_result_told_there(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    engine::job::migrate(&pool).await.unwrap();
    let (aud, ada, sam) = (
        app.sign_in("aud").await,
        app.sign_in("ada").await,
        app.sign_in("sam").await,
    );
    let refused = app.get("/admin/audit", Some(&sam)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let page = app.get("/admin/audit", Some(&aud)).await;
    assert!(page.body.contains("Never verified") && page.body.contains("Verify now"));

    let (to, page) = sent(&app, "/fn/verify_history", &aud, "").await;
    assert_eq!((to.as_str(), page.status), ("/admin/audit", StatusCode::OK));
    assert!(
        page.body
            .contains("A verification waits for a background worker.")
    );
    let (_, page) = sent(&app, "/fn/verify_history", &ada, "").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("A verification is under way already."));

    let nowhere = Path::new("/nonexistent");
    let asked = VerifyHistory { scheduled: false };
    audit::run(&app.engine, nowhere, &asked).await.unwrap();
    let page = app.get("/admin/audit", Some(&ada)).await;
    assert!(page.body.contains("As it was written") && page.body.contains("Aud Abel"));
    // The demo's people, departments and vendors were made by a command.
    assert!(page.body.contains("Vendor: Shady Goods") && page.body.contains("/admin/vendors/3"));
    let only = app
        .get("/admin/audit?kind=department&by=1&after=x", Some(&ada))
        .await;
    assert!(only.body.contains("No change fits."), "{}", only.body);
}

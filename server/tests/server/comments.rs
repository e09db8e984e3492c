//! Comments over HTTP: plain forms, as a browser without scripts sends them.

use axum::http::StatusCode;
use domain::{ids::PurchaseOrderId, purchase_order::RawDraft};
use engine::purchase_order::{DraftCommand, save_draft};
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::{Answer, App};

/// A draft of Sam's.
async fn draft(app: &App) -> PurchaseOrderId {
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

/// Sends a comment and follows where it leads: the address, and what is shown there.
async fn says(app: &App, cookie: &str, id: PurchaseOrderId, text: &str) -> (String, Answer) {
    let body = format!(
        "request_id={}&kind=purchase_order&id={id}&comment={text}",
        Uuid::new_v4()
    );
    let answer = app.post("/fn/add_comment", Some(cookie), &body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let to = answer.location().to_owned();
    let mut page = app
        .get(to.split('#').next().unwrap_or_default(), Some(cookie))
        .await;
    // What Leptos puts between pieces of text.
    page.body = page.body.replace("<!>", "");
    (to, page)
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_comment_leads_to_itself_and_tells_whom_it_mentions(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, mia) = (app.sign_in("sam").await, app.sign_in("mia").await);
    let id = draft(&app).await;
    let (to, page) = says(&app, &mia, id, "%40sam%2C+why+%3Cnow%3E%3F").await;
    let anchor = to.split('#').nth(1).unwrap();
    assert!(page.body.contains(&format!("id=\"{anchor}\"")), "{to}");
    assert!(
        page.body.contains("@sam, why &lt;now&gt;?"),
        "{}",
        page.body
    );
    assert!(page.body.contains("Mentioned: Sam Stone"));

    let home = app.get("/", Some(&sam)).await.body.replace("<!>", "");
    assert!(home.contains("You were mentioned"), "{home}");
    assert!(home.contains(&format!("href=\"{to}\"")), "{home}");
    let up_to = anchor.trim_start_matches("comment-");
    let body = format!("request_id={}&up_to={up_to}", Uuid::new_v4());
    let answer = app.post("/fn/mark_mentions_seen", Some(&sam), &body).await;
    assert_eq!(answer.location(), "/");
    let home = app.get("/", Some(&sam)).await;
    assert!(!home.body.contains("You were mentioned"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_refused_comment_comes_back_with_its_text_and_what_is_wrong(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, tess, aud) = (
        app.sign_in("sam").await,
        app.sign_in("tess").await,
        app.sign_in("aud").await,
    );
    let id = draft(&app).await;
    let (_, page) = says(&app, &sam, id, "Worth+keeping%2C+%40Leo+Lane").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Leo Lane may not see this order",
        "Worth keeping, @Leo Lane",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let (_, page) = says(&app, &tess, id, "Hello").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let (_, page) = says(&app, &aud, id, "Hello").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let seen = app
        .get(&engine::purchase_order::address(id), Some(&aud))
        .await;
    assert!(!seen.body.contains("/fn/add_comment"), "{}", seen.body);
    for junk in [
        "",
        "kind=purchase_order",
        "kind=person&id=1&comment=x",
        "kind=%FF&id=99999999999999999999&comment=%00",
        "kind=purchase_order&id=-1&comment=x",
    ] {
        let answer = app.post("/fn/add_comment", Some(&sam), junk).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{junk}");
        let shown = app.get(answer.location(), Some(&sam)).await;
        assert_eq!(shown.status, StatusCode::NOT_FOUND, "{junk}");
    }
}

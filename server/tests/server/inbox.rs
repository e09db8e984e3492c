//! The inbox over HTTP: deciding in place, one or many, each with a result of its own.

use axum::http::StatusCode;
use domain::{actor::Actor, ids::PurchaseOrderId, purchase_order::RawDraft};
use engine::purchase_order::{DraftCommand, save_draft};
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::App;

/// An order of Sam's, submitted: it waits for Mia.
async fn submitted(app: &App, sam: &Actor, price: &str) -> PurchaseOrderId {
    let raw: RawDraft = serde_json::from_value(serde_json::json!({
        "vendor": "1", "department": "1", "needed_by": "2099-01-01", "justification": "Pens", "ship_to": "Here",
        "lines": [{ "description": "Pens", "quantity": "1", "unit": "box", "unit_price": price, "cost_centre": "" }],
    }))
    .unwrap();
    let today = app
        .engine
        .clock()
        .now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let command = DraftCommand {
        existing: None,
        request_id: Uuid::new_v4(),
        draft: raw.parse(today).unwrap(),
        submit: true,
    };
    save_draft(&app.engine, sam, &command).await.unwrap().0
}

/// A page without the marks between its dynamic parts.
async fn text(app: &App, to: &str, cookie: &str) -> String {
    app.get(to, Some(cookie)).await.body.replace("<!>", "")
}

async fn state(pool: &PgPool, id: PurchaseOrderId) -> String {
    let state = sqlx::query_scalar!("SELECT status FROM purchase_orders WHERE id = $1", id.0);
    state.fetch_one(pool).await.unwrap()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn many_are_decided_at_once_and_each_has_a_result_of_its_own(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    let mut ids = Vec::new();
    for price in ["10", "20", "2000"] {
        ids.push(submitted(&app, &sam, price).await);
    }
    let mia = app.sign_in("mia").await;
    // The second is shown as it was before somebody else acted on it.
    let body = format!(
        "request_id={}&intent=approve&item={}:2&item={}:1&item={}:2&item=999:1",
        Uuid::new_v4(),
        ids[0],
        ids[1],
        ids[2]
    );
    let answer = app.post("/fn/decide_many", Some(&mia), &body).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = text(&app, answer.location(), &mia).await;
    for part in [
        "Approved: 2 of 4.",
        &format!("PO-{}</a>: Approved.", ids[0]),
        &format!(
            "PO-{}</a>: Already submitted for approval by Sam Stone",
            ids[1]
        ),
        &format!(
            "PO-{}</a>: Approved. It is now: requires finance review.",
            ids[2]
        ),
        "PO-999</a>: ",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(state(&pool, ids[0]).await, "approved");
    assert_eq!(state(&pool, ids[1]).await, "pending_approval");
    // The same form again: nothing happens twice, and what became of them is told again.
    let again = app.post("/fn/decide_many", Some(&mia), &body).await;
    let page = text(&app, again.location(), &mia).await;
    assert!(page.contains("Approved: 2 of 4."), "{page}");
    assert_eq!(state(&pool, ids[2]).await, "requires_finance_review");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn rejecting_many_asks_for_one_reason_and_keeps_what_was_chosen_and_typed(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    let ids = [
        submitted(&app, &sam, "10").await,
        submitted(&app, &sam, "20").await,
    ];
    let mia = app.sign_in("mia").await;
    let items = format!("item={}:2&item={}:2", ids[0], ids[1]);
    let page = app
        .get(
            &format!("/approvals/reject?{items}&note=Too+dear"),
            Some(&mia),
        )
        .await
        .body;
    assert!(page.contains("Reject 2 orders"), "{page}");
    assert!(
        page.contains("Too dear"),
        "a note typed for approving becomes the reason: {page}"
    );
    let half = app
        .post(
            "/fn/decide_many",
            Some(&mia),
            &format!("intent=reject&{items}&reason=Too+dear+now"),
        )
        .await;
    let back = app.get(half.location(), Some(&mia)).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["Choose a category.", "Too dear now", "Reject 2 orders"] {
        assert!(back.body.contains(part), "{part}: {}", back.body);
    }
    let sent = app
        .post(
            "/fn/decide_many",
            Some(&mia),
            &format!("intent=reject&{items}&category=price&reason=Too+dear+now"),
        )
        .await;
    let page = text(&app, sent.location(), &mia).await;
    assert!(page.contains("Rejected: 2 of 2."), "{page}");
    for id in ids {
        assert_eq!(state(&pool, id).await, "rejected");
    }
    // Nobody rejects what does not wait for them, and is not even shown it.
    let tess = app.sign_in("tess").await;
    let foreign = app
        .get(&format!("/approvals/reject?{items}"), Some(&tess))
        .await
        .body;
    assert!(foreign.contains("Nothing is selected."), "{foreign}");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn the_preview_decides_in_place_and_the_next_one_opens(pool: PgPool) {
    let app = App::new(pool.clone()).await;
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    let (first, second) = (
        submitted(&app, &sam, "10").await,
        submitted(&app, &sam, "20").await,
    );
    let mia = app.sign_in("mia").await;
    let page = text(&app, &format!("/approvals?open={first}"), &mia).await;
    for part in [
        format!("Preview of PO-{first}"),
        format!("name=\"open\" value=\"{second}\""),
        "You manage Sam Stone".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}: {page}");
    }
    let body = format!("intent=approve&item={first}:2&open={second}&note=Fine");
    let answer = app.post("/fn/decide_many", Some(&mia), &body).await;
    assert!(
        answer
            .location()
            .starts_with(&format!("/approvals?open={second}&f=")),
        "{}",
        answer.location()
    );
    let page = text(&app, answer.location(), &mia).await;
    assert!(page.contains(&format!("Preview of PO-{second}")), "{page}");
    // What is refused opens again with the note.
    sqlx::query!(
        "UPDATE vendors SET hold_reason = 'Unpaid', held_by = 1, held_at = now() WHERE id = 1"
    )
    .execute(&pool)
    .await
    .unwrap();
    let body = format!("intent=approve&item={second}:2&note=Quick+please");
    let answer = app.post("/fn/decide_many", Some(&mia), &body).await;
    let page = text(&app, answer.location(), &mia).await;
    for part in [
        "on hold",
        "Quick please",
        &format!("Preview of PO-{second}"),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // One that is not theirs to see is not opened.
    let page = text(&app, "/approvals?open=999", &mia).await;
    assert!(!page.contains("id=\"preview\""));
}

//! The bell, the list behind it, the choice of what to be told of, and the Outbox, as a browser without scripts meets them; and the
//! live count of one with scripts.

use axum::http::StatusCode;
use domain::{ids::PurchaseOrderId, purchase_order::RawDraft};
use engine::{
    attachment::Files,
    mail::{Post, deliver_due},
    purchase_order::{DraftCommand, save_draft},
};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::http::{App, event, sent};

/// An order of Sam's, which waits for Mia.
async fn submitted(app: &App) -> PurchaseOrderId {
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    let draft = RawDraft {
        vendor: "1".to_owned(),
        department: "1".to_owned(),
        needed_by: "2099-01-01".to_owned(),
        currency: "USD".to_owned(),
        justification: "Chairs".to_owned(),
        ship_to: "Dock 3".to_owned(),
        lines: vec![domain::purchase_order::RawLine {
            description: "Chair".to_owned(),
            quantity: "1".to_owned(),
            unit: "each".to_owned(),
            unit_price: "100".to_owned(),
            cost_centre: String::new(),
        }],
    };
    let command = DraftCommand {
        existing: None,
        request_id: Uuid::new_v4(),
        draft: draft.parse("2026-01-01".parse().unwrap()).unwrap(),
        submit: true,
    };
    save_draft(&app.engine, &sam, &command).await.unwrap().0
}

/// The page's text, without what Leptos puts between its pieces.
async fn shown(app: &App, path: &str, cookie: &str) -> String {
    app.get(path, Some(cookie)).await.body.replace("<!>", "")
}

/// The value of the first hidden field of that name after `mark`.
fn hidden(page: &str, mark: &str, name: &str) -> String {
    let from = page
        .find(mark)
        .unwrap_or_else(|| panic!("no {mark} in {page}"));
    let field = format!("name=\"{name}\" value=\"");
    let at = page[from..].find(&field).unwrap() + from + field.len();
    page[at..].split('"').next().unwrap().to_owned()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn the_bell_counts_on_every_page_and_opening_a_notification_leads_to_its_record(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let (mia, tess) = (app.sign_in("mia").await, app.sign_in("tess").await);
    let empty = shown(&app, "/notifications", &mia).await;
    assert!(empty.contains("You have no notifications."), "{empty}");
    assert!(empty.contains("aria-label=\"Notifications\""), "{empty}");
    let orders = [submitted(&app).await, submitted(&app).await];
    for path in ["/", "/account", "/purchase-orders"] {
        let page = shown(&app, path, &mia).await;
        assert!(page.contains("Notifications, 2 unread"), "{path}: {page}");
    }
    let list = shown(&app, "/notifications", &mia).await;
    let headline = format!("PO-{} waits for your decision", orders[1]);
    assert!(
        list.find(&headline).unwrap() < list.find(&format!("PO-{} waits", orders[0])).unwrap(),
        "newest first"
    );
    let id = hidden(&list, "/fn/open_notification", "id");
    let body = format!("request_id={}&id={id}", Uuid::new_v4());
    let (_, foreign) = sent(&app, "/fn/open_notification", &tess, &body).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let (to, page) = sent(&app, "/fn/open_notification", &mia, &body).await;
    assert_eq!(to, format!("/purchase-orders/{}", orders[1]));
    assert!(page.body.contains("Notifications, 1 unread"));

    let list = shown(&app, "/notifications", &mia).await;
    let up_to = hidden(&list, "/fn/mark_notifications_read", "up_to");
    submitted(&app).await;
    let body = format!("request_id={}&up_to={up_to}", Uuid::new_v4());
    let (to, page) = sent(&app, "/fn/mark_notifications_read", &mia, &body).await;
    assert_eq!(to, "/notifications");
    assert!(
        page.body.contains("Notifications, 1 unread"),
        "what came since the page was rendered stays"
    );
    let id = hidden(&page.body, "/fn/mark_notification_read", "id");
    let body = format!("request_id={}&id={id}", Uuid::new_v4());
    let (_, page) = sent(&app, "/fn/mark_notification_read", &mia, &body).await;
    assert!(!page.body.contains("unread"), "{}", page.body);
    for junk in ["", "id=x", "id=-1", "id=99999999999999999999"] {
        let (_, page) = sent(&app, "/fn/open_notification", &mia, junk).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{junk}");
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn the_count_follows_live_what_is_told_and_what_is_read(pool: PgPool) {
    let app = App::new(pool).await;
    let (mia, sam) = (app.sign_in("mia").await, app.sign_in("sam").await);
    let mut events = app.events("/notifications/stream", &mia).await;
    let mut others = app.events("/notifications/stream", &sam).await;
    assert_eq!(event(&mut events).await.unwrap(), "data: 0\n\n");
    assert_eq!(event(&mut others).await.unwrap(), "data: 0\n\n");
    submitted(&app).await;
    // Once it listens it looks again at everything, which may come before or after.
    while event(&mut events).await.unwrap() != "data: 1\n\n" {}
    let body = format!("request_id={}&up_to=9999999", Uuid::new_v4());
    sent(&app, "/fn/mark_notifications_read", &mia, &body).await;
    while event(&mut events).await.unwrap() != "data: 0\n\n" {}
    let body = format!("request_id={}&id=1", Uuid::new_v4());
    sent(&app, "/fn/open_notification", &sam, &body).await;
    drop(others);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn people_choose_what_they_are_told_of_and_by_which_ways(pool: PgPool) {
    let app = App::new(pool).await;
    let mia = app.sign_in("mia").await;
    let body = format!("request_id={}&email=mentioned", Uuid::new_v4());
    let (to, page) = sent(&app, "/fn/choose_notifications", &mia, &body).await;
    assert_eq!(to, "/account");
    assert!(page.body.contains("Notifications saved."), "{}", page.body);
    let ticked = page.body.matches("checked").count();
    assert_eq!(ticked, 1, "{}", page.body);
    submitted(&app).await;
    let home = shown(&app, "/", &mia).await;
    assert!(!home.contains("unread"), "{home}");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn administrators_read_in_the_outbox_what_would_have_been_sent_and_nobody_else_does(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let id = submitted(&app).await;
    let files = Files::in_folder(&tempfile::tempdir().unwrap().keep()).unwrap();
    deliver_due(
        &app.engine,
        &files,
        &Post::default(),
        &CancellationToken::new(),
    )
    .await
    .unwrap();
    let ada = app.sign_in("ada").await;
    let list = shown(&app, "/admin/outbox?state=outbox", &ada).await;
    let subject = format!("PO-{id} waits for your decision");
    for said in [subject.as_str(), "Mia Moss", "In the outbox"] {
        assert!(list.contains(said), "{said}: {list}");
    }
    let at = list.find("/admin/outbox/").unwrap();
    let path = list[at..].split('"').next().unwrap().to_owned();
    let mail = shown(&app, &path, &ada).await;
    for said in [
        "Mia Moss &lt;mia@example.com&gt;",
        "Raised by: Sam Stone",
        &format!("href=\"http://127.0.0.1:3000/purchase-orders/{id}\""),
        "&lt;h1",
    ] {
        assert!(mail.contains(said), "{said}: {mail}");
    }
    for name in ["aud", "mia", "oli"] {
        let cookie = app.sign_in(name).await;
        for path in ["/admin/outbox", path.as_str(), "/admin/outbox.csv"] {
            let answer = app.get(path, Some(&cookie)).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name} {path}");
        }
    }
    let number = path.rsplit('/').next().unwrap();
    let again = || format!("request_id={}&id={number}", Uuid::new_v4());
    let (to, page) = sent(&app, "/fn/send_mail_again", &ada, &again()).await;
    assert_eq!(to, path);
    assert!(page.body.contains("Waiting"), "{}", page.body);
    let (_, page) = sent(&app, "/fn/send_mail_again", &ada, &again()).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    let (_, page) = sent(&app, "/fn/send_mail_again", &ada, "id=999999").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

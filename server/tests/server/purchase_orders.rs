//! An order's page over HTTP, tested as a browser without scripts sends its forms.

use axum::http::StatusCode;
use domain::{
    actor::Actor,
    ids::{PurchaseOrderId, VendorId},
    purchase_order::{Event, RawDraft, RawLine},
};
use engine::{
    purchase_order::{Command, DraftCommand, address, execute, record, save_draft},
    request::Form,
    vendor,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::{Answer, App};

async fn actor(app: &App, name: &str) -> Actor {
    engine::demo::actor(&app.engine, name).await.unwrap()
}

fn line(description: &str, quantity: &str) -> RawLine {
    RawLine {
        description: description.to_owned(),
        quantity: quantity.to_owned(),
        unit: "each".to_owned(),
        unit_price: "10".to_owned(),
        cost_centre: String::new(),
    }
}

/// An order of Sam's: 90.00 to Northwind Supply, needed on `day`.
async fn order(app: &App, day: &str, submit: bool) -> PurchaseOrderId {
    let raw = RawDraft {
        vendor: "1".to_owned(),
        needed_by: day.to_owned(),
        justification: "Chairs for everyone".to_owned(),
        ship_to: "14 Harbour Road".to_owned(),
        lines: vec![line("Chair", "7"), line("Cushion", "2")],
        ..RawDraft::default()
    };
    let command = DraftCommand {
        existing: None,
        request_id: Uuid::new_v4(),
        draft: raw.parse("2026-01-01".parse().unwrap()).unwrap(),
        submit,
    };
    let sam = actor(app, "sam").await;
    save_draft(&app.engine, &sam, &command).await.unwrap().0
}

async fn does(app: &App, name: &str, id: PurchaseOrderId, event: Event) {
    let who = actor(app, name).await;
    let version = record(&app.engine, &who, id).await.unwrap().version;
    let command = Command {
        id,
        version,
        request_id: Uuid::new_v4(),
        event,
    };
    execute(&app.engine, &who, &command).await.unwrap();
}

fn approve() -> Event {
    Event::Approve {
        note: None,
        override_reason: None,
    }
}

/// The page, without what Leptos puts between pieces of text.
async fn read(app: &App, path: &str, cookie: &str) -> Answer {
    let mut page = app.get(path, Some(cookie)).await;
    page.body = page.body.replace("<!>", "");
    page
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn any_order_that_is_seen_is_copied_into_a_new_form_without_a_day_that_is_over(pool: PgPool) {
    let app = App::new(pool).await;
    let (mia, tess) = (app.sign_in("mia").await, app.sign_in("tess").await);
    let (past, future) = (
        order(&app, "2026-01-02", true).await,
        order(&app, "2099-12-31", false).await,
    );
    for (id, day) in [(past, ""), (future, "2099-12-31")] {
        let shown = read(&app, &address(id), &mia).await;
        assert!(
            shown
                .body
                .contains(&format!("name=\"copy\" value=\"{id}\""))
        );
        let path = format!("/purchase-orders/new?copy={id}");
        let page = read(&app, &path, &mia).await;
        assert_eq!(page.status, StatusCode::OK);
        for said in [
            format!("Copied from PO-{id}."),
            "Chairs for everyone".to_owned(),
            "14 Harbour Road".to_owned(),
            "<option value=\"1\" selected>Northwind Supply".to_owned(),
            format!("type=\"date\" value=\"{day}\""),
            "value=\"Cushion\"".to_owned(),
        ] {
            assert!(page.body.contains(&said), "{said}: {}", page.body);
        }
        assert!(!page.body.contains("name=\"version\""), "it is a new one");
        assert_eq!(read(&app, &path, &tess).await.status, StatusCode::NOT_FOUND);
    }
    let junk = read(&app, "/purchase-orders/new?copy=PO-1", &mia).await;
    assert_eq!(junk.status, StatusCode::NOT_FOUND);
    does(
        &app,
        "mia",
        past,
        Event::Reject {
            category: Some(domain::purchase_order::RejectionCategory::Other),
            reason: Some("No".to_owned()),
            override_reason: None,
        },
    )
    .await;
    let path = format!("/purchase-orders/new?copy={past}");
    let page = read(&app, &path, &mia).await;
    assert!(
        page.body.contains("value=\"Cushion\""),
        "its lines lie aside"
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_likely_duplicate_is_pointed_out_to_its_approver(pool: PgPool) {
    let app = App::new(pool).await;
    let (mia, fay) = (app.sign_in("mia").await, app.sign_in("fay").await);
    let (first, second) = (order(&app, "", true).await, order(&app, "", true).await);
    let page = read(&app, &address(second), &mia).await;
    assert!(
        page.body.contains("This may be a duplicate"),
        "{}",
        page.body
    );
    let link = format!("<a href=\"{}\">PO-{first}</a> by Sam Stone", address(first));
    assert!(page.body.contains(&link), "{}", page.body);
    let page = read(&app, &address(second), &fay).await;
    assert!(!page.body.contains("This may be a duplicate"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_is_yours_but_blocked_is_a_disabled_button_that_says_why(pool: PgPool) {
    let app = App::new(pool).await;
    let (mia, pat) = (app.sign_in("mia").await, app.sign_in("pat").await);
    let (waiting, approved) = (order(&app, "", true).await, order(&app, "", true).await);
    does(&app, "mia", approved, approve()).await;
    let (by, northwind) = (actor(&app, "pat").await, VendorId(1));
    let vendor = vendor::get(&app.engine, northwind).await.unwrap().unwrap();
    let form = Form {
        request_id: Uuid::new_v4(),
        version: vendor.version,
    };
    let hold = (domain::vendor::Event::Hold, "Never delivers");
    vendor::set_standing(&app.engine, &by, form, northwind, hold)
        .await
        .unwrap();
    for (cookie, id, event) in [
        (&mia, waiting, "approve"),
        (&pat, approved, "start-processing"),
    ] {
        let page = read(&app, &address(id), cookie).await;
        let why = format!("why-not-{event}");
        let button = page.body.split("<button").find(|tag| tag.contains(&why));
        let button = button.unwrap_or_else(|| panic!("{event}: {}", page.body));
        assert!(button.contains("aria-disabled=\"true\""), "{button}");
        assert!(
            button.contains(&format!("aria-describedby=\"{why}\"")),
            "{button}"
        );
        let reason = format!("id=\"{why}\"");
        let reason = page.body.split("<span").find(|tag| tag.contains(&reason));
        assert!(
            reason.is_some_and(|tag| tag.contains("Northwind Supply is on hold: Never delivers")),
            "{reason:?}"
        );
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn everything_is_received_at_once_or_line_by_line(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("pat").await;
    let pat = actor(&app, "pat").await;
    let id = order(&app, "", true).await;
    does(&app, "mia", id, approve()).await;
    does(&app, "pat", id, Event::StartProcessing { note: None }).await;
    let posts = async |fields: &str| {
        let version = record(&app.engine, &pat, id).await.unwrap().version;
        let body = format!(
            "request_id={}&id={id}&version={version}&{fields}",
            Uuid::new_v4()
        );
        let answer = app.post("/fn/receive_purchase_order", Some(&cookie), &body);
        read(&app, answer.await.location(), &cookie).await
    };
    let received = async || {
        let lines = record(&app.engine, &pat, id).await.unwrap().order.lines;
        let received = lines.iter().map(|line| line.received.to_string());
        received.collect::<Vec<_>>()
    };
    let page = posts("received-1=8&received-2=1&note=Two+boxes").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["value=\"8\"", "Two boxes", "Received must be between zero"] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
    posts("received-1=3&received-2=").await;
    assert_eq!(received().await, ["3", "0"]);
    let page = posts("received-1=junk&intent=everything&note=All+of+it").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(received().await, ["7", "2"]);
    assert!(page.body.contains("All of it"), "{}", page.body);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_note_typed_beside_approve_is_the_reason_when_reject_is_pressed(pool: PgPool) {
    let app = App::new(pool).await;
    let mia = app.sign_in("mia").await;
    let id = order(&app, "", true).await;
    let page = read(&app, &address(id), &mia).await;
    let leads = format!("formaction=\"{}/reject\" formmethod=\"get\"", address(id));
    assert!(page.body.contains(&leads), "{}", page.body);
    let path = format!("{}/reject?note=Too+dear+%3Cby+half%3E", address(id));
    let page = read(&app, &path, &mia).await;
    assert!(
        page.body.contains("Too dear &lt;by half></textarea>"),
        "{}",
        page.body
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_line_more_is_come_back_to_and_errors_are_told_in_the_order_of_the_form(pool: PgPool) {
    let app = App::new(pool).await;
    let sam = app.sign_in("sam").await;
    let form =
        "line_description=Chair&line_quantity=&line_unit=each&line_unit_price=&line_cost_centre=";
    let add = format!("{form}&intent=add_line");
    let answer = app.post("/fn/save_purchase_order", Some(&sam), &add).await;
    assert!(
        answer.location().ends_with("#field-line-2-description"),
        "{}",
        answer.location()
    );
    let submit = format!("{form}&intent=submit");
    let answer = app
        .post("/fn/save_purchase_order", Some(&sam), &submit)
        .await;
    let page = read(&app, answer.location(), &sam).await;
    let links: Vec<&str> = page
        .body
        .split("href=\"#field-")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(links, ["vendor", "line-1-quantity", "line-1-unit_price"]);
}

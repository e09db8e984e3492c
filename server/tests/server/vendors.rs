//! Vendors over HTTP: who gets where, and plain forms as a browser without scripts sends them.

use axum::http::StatusCode;
use domain::{
    actor::Actor,
    ids::{PurchaseOrderId, VendorId},
    purchase_order::{Draft, Event, RawDraft, RawLine},
};
use engine::{
    purchase_order::{Command, DraftCommand, execute, record, save_draft},
    vendor,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::{Answer, App, sent};

/// The demo's first vendor: Northwind Supply.
const NORTHWIND: VendorId = VendorId(1);

/// What every form of the vendor's page carries.
async fn carried(app: &App, id: VendorId) -> String {
    let version = vendor::get(&app.engine, id).await.unwrap().unwrap().version;
    format!("request_id={}&id={id}&version={version}", Uuid::new_v4())
}

async fn vendor_page(app: &App, name: &str) -> Answer {
    let cookie = app.sign_in(name).await;
    app.get("/admin/vendors/1", Some(&cookie)).await
}

/// An order of Sam's that waits for Mia.
async fn order(app: &App, sam: &Actor) -> PurchaseOrderId {
    let raw = RawDraft {
        vendor: NORTHWIND.to_string(),
        justification: "Desks for the new office".to_owned(),
        lines: vec![RawLine {
            description: "Desk".to_owned(),
            quantity: "1".to_owned(),
            unit: "each".to_owned(),
            unit_price: "900".to_owned(),
            cost_centre: String::new(),
        }],
        ..RawDraft::default()
    };
    let draft: Draft = raw.parse("2026-01-01".parse().unwrap()).unwrap();
    let command = DraftCommand {
        existing: None,
        request_id: Uuid::new_v4(),
        draft,
        submit: true,
    };
    save_draft(&app.engine, sam, &command).await.unwrap().0
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn purchasing_and_administrators_change_vendors_auditors_and_executives_read_them(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    for name in ["pat", "ada"] {
        let page = vendor_page(&app, name).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        for there in [
            "Save",
            "Put on hold",
            "Flag for review",
            "/admin/vendors/1/hold",
        ] {
            assert!(page.body.contains(there), "{name}: {there}");
        }
        assert!(!page.body.contains("Release"), "{name}");
    }
    for name in ["aud", "carla"] {
        let page = vendor_page(&app, name).await;
        assert_eq!(page.status, StatusCode::OK, "{name}");
        assert!(page.body.contains("14 Harbour Road"), "{name}");
        for missing in [
            "Save",
            "Put on hold",
            "Flag for review",
            "/fn/update_vendor",
        ] {
            assert!(!page.body.contains(missing), "{name}: {missing}");
        }
    }
    for name in ["sam", "mia", "fay", "vik", "oli"] {
        let page = vendor_page(&app, name).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}");
    }
    let pat = app.sign_in("pat").await;
    for missing in [
        "/admin/vendors/999",
        "/admin/vendors/x",
        "/admin/vendors/1/delete",
    ] {
        assert_eq!(
            app.get(missing, Some(&pat)).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    let twice = app.get("/admin/vendors/1/release", Some(&pat)).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_vendor_is_added_and_what_was_typed_comes_back_with_what_is_wrong(pool: PgPool) {
    let app = App::new(pool).await;
    let pat = app.sign_in("pat").await;
    let bad = "name=northwind+SUPPLY&email=a%40b.example&address=%3Cb%3E";
    let (to, page) = sent(&app, "/fn/create_vendor", &pat, bad).await;
    assert_eq!(
        (to.as_str(), page.status),
        ("/admin/vendors/new", StatusCode::UNPROCESSABLE_ENTITY)
    );
    for kept in [
        "northwind SUPPLY",
        "a@b.example",
        "&lt;b>",
        "There is a vendor of this name already.",
        "error-summary",
    ] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
    for junk in ["", "name=%00&email=%FF", "name=+&address=x", "email=nobody"] {
        let (_, page) = sent(&app, "/fn/create_vendor", &pat, junk).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{junk}");
    }
    let good = "name=Bolt+%26+Co&email=&address=1+Main+Street%0D%0ATown";
    let (to, page) = sent(&app, "/fn/create_vendor", &pat, good).await;
    assert_eq!(page.status, StatusCode::OK, "{to}");
    assert!(
        page.body
            .contains("Bolt &amp; Co can be chosen on orders now.")
    );
    assert!(page.body.contains("Added"), "its history begins");
    let list = app.get("/admin/vendors", Some(&pat)).await;
    assert!(list.body.contains("4 vendors") && list.body.contains("Bolt &amp; Co"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_stale_form_is_refused_with_everything_typed(pool: PgPool) {
    let app = App::new(pool).await;
    let (pat, ada) = (app.sign_in("pat").await, app.sign_in("ada").await);
    let old = carried(&app, NORTHWIND).await;
    let body = format!(
        "{}&name=Northwind&email=&address=",
        carried(&app, NORTHWIND).await
    );
    let (_, page) = sent(&app, "/fn/update_vendor", &ada, &body).await;
    assert!(page.body.contains("Saved."));
    let (to, page) = sent(
        &app,
        "/fn/update_vendor",
        &pat,
        &format!("{old}&name=Mine&address=Here"),
    )
    .await;
    assert_eq!(
        (to.as_str(), page.status),
        ("/admin/vendors/1", StatusCode::CONFLICT)
    );
    assert!(
        page.body.contains("Northwind was changed by Ada Admin"),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"Mine\"") && page.body.contains("Here"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_hold_asks_why_says_what_it_means_and_stops_approvals_until_it_is_released(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, mia) = (
        engine::demo::actor(&app.engine, "sam").await.unwrap(),
        engine::demo::actor(&app.engine, "mia").await.unwrap(),
    );
    let id = order(&app, &sam).await;
    let pat = app.sign_in("pat").await;
    let form = app.get("/admin/vendors/1/hold", Some(&pat)).await;
    assert!(
        form.body
            .contains("Orders in approval cannot be approved until it is released")
    );
    let empty = carried(&app, NORTHWIND).await;
    let (to, page) = sent(&app, "/fn/hold_vendor", &pat, &empty).await;
    assert_eq!(
        (to.as_str(), page.status),
        ("/admin/vendors/1/hold", StatusCode::UNPROCESSABLE_ENTITY)
    );
    assert!(page.body.contains("Say why."));
    let body = format!(
        "{}&reason=Two+deliveries+%3Clost%3E",
        carried(&app, NORTHWIND).await
    );
    let (to, page) = sent(&app, "/fn/hold_vendor", &pat, &body).await;
    assert_eq!(
        (to.as_str(), page.status),
        ("/admin/vendors/1", StatusCode::OK)
    );
    for said in [
        "On hold by Pat Price",
        "Two deliveries &lt;lost&gt;",
        "Release",
        "Put on hold by Pat Price",
    ] {
        let plain = page.body.replace("<b>", "").replace("</b>", "");
        assert!(plain.contains(said), "{said}: {plain}");
    }
    assert!(!page.body.contains("/admin/vendors/1/hold"));

    let approve = async || {
        let version = record(&app.engine, &mia, id).await.unwrap().version;
        let command = Command {
            id,
            version,
            request_id: Uuid::new_v4(),
            event: Event::Approve {
                note: None,
                override_reason: None,
            },
        };
        execute(&app.engine, &mia, &command).await
    };
    let refused = approve().await.unwrap_err().to_string();
    assert_eq!(
        refused,
        "Northwind Supply is on hold: Two deliveries <lost>"
    );
    let body = format!("{}&reason=Found", carried(&app, NORTHWIND).await);
    let (_, page) = sent(&app, "/fn/release_vendor", &pat, &body).await;
    assert!(page.body.contains("Released."), "{}", page.body);
    approve().await.unwrap();
    // Purchasing sees it now that it is approved.
    let page = vendor_page(&app, "pat").await;
    assert!(page.body.contains(&format!("/purchase-orders/{id}")));
    let body = format!("{}&reason=Late", carried(&app, NORTHWIND).await);
    let (_, page) = sent(&app, "/fn/flag_vendor", &pat, &body).await;
    assert!(page.body.contains("Under review"));
    let body = format!("{}&reason=Sorted", carried(&app, NORTHWIND).await);
    let (_, page) = sent(&app, "/fn/clear_vendor_flag", &pat, &body).await;
    assert!(page.body.contains("Flag cleared."));
}

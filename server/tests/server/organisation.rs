//! Departments and cost centres over HTTP: plain forms, as a browser without scripts sends them.

use axum::http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::{App, sent};

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_department_is_added_changed_and_a_stale_form_refused_with_everything_typed(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let ada = app.sign_in("ada").await;
    for junk in [
        "",
        "name=%00&head=%FF",
        "name=x&head=king",
        "name=SALES&head=",
    ] {
        let (to, page) = sent(&app, "/fn/create_department", &ada, junk).await;
        assert_eq!(
            (to.as_str(), page.status),
            ("/admin/departments/new", StatusCode::UNPROCESSABLE_ENTITY),
            "{junk}"
        );
    }
    let (to, page) = sent(&app, "/fn/create_department", &ada, "name=Labs&active=true").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(page.body.contains("Labs added.") && page.body.contains("Added"));
    let id = to.rsplit('/').next().unwrap();
    let form = |name: &str| {
        format!(
            "request_id={}&id={id}&version=1&name={name}",
            Uuid::new_v4()
        )
    };
    let (_, page) = sent(&app, "/fn/update_department", &ada, &form("Labs+2")).await;
    assert!(
        page.body.contains("Saved.") && page.body.contains("yes → no"),
        "{}",
        page.body
    );
    let (_, page) = sent(&app, "/fn/update_department", &ada, &form("Labs+3")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.body.contains("Labs 3") && page.body.contains("was changed by Ada Admin"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn cost_centres_are_offered_on_the_form_and_asked_for_beside_the_line(pool: PgPool) {
    let app = App::new(pool).await;
    let (ada, sam) = (app.sign_in("ada").await, app.sign_in("sam").await);
    for junk in ["", "code=%00&name=x", "code=cc-100&name=Again"] {
        let (_, page) = sent(&app, "/fn/create_cost_centre", &ada, junk).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{junk}");
    }
    let body = "code=CC-7&name=Training&active=true";
    let (to, page) = sent(&app, "/fn/create_cost_centre", &ada, body).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let form = app.get("/purchase-orders/new", Some(&sam)).await.body;
    assert!(form.contains("<option value=\"CC-7\">Training"), "{form}");
    assert!(!form.contains("CC-900"), "inactive");
    let order = "vendor=1&line_description=Course&line_quantity=1&line_unit=each&line_unit_price=300&intent=submit";
    let wrong = format!("{order}&line_cost_centre=CC-900");
    let (_, page) = sent(&app, "/fn/save_purchase_order", &sam, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body
            .contains("Use an active cost centre of the list, or none.")
    );
    assert!(page.body.contains("value=\"CC-900\""), "as typed");
    let right = format!("{order}&line_cost_centre=cc-7");
    let (_, page) = sent(&app, "/fn/save_purchase_order", &sam, &right).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let id = to.rsplit('/').next().unwrap();
    let off = format!(
        "request_id={}&id={id}&version=1&code=CC-7&name=Training",
        Uuid::new_v4()
    );
    let (_, page) = sent(&app, "/fn/update_cost_centre", &ada, &off).await;
    assert!(page.body.contains("Saved."));
    let form = app.get("/purchase-orders/new", Some(&sam)).await.body;
    assert!(!form.contains("CC-7"));
}

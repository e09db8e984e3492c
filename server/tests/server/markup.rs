//! What people type is text on every page, also where the library would write it as it is: in titles and text areas.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::http::{App, sent};

/// Ends the element it stands in, and would begin another.
const MARKUP: &str = "%3C%2Ftitle%3E%3C%2Ftextarea%3E%3Cmark%3E%26amp%3B";

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_was_typed_never_becomes_markup(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, pat) = (app.sign_in("sam").await, app.sign_in("pat").await);
    let order = format!(
        "vendor=1&justification={MARKUP}&ship_to={MARKUP}&line_description={MARKUP}&line_quantity=1&line_unit={}\
         &line_unit_price=900&line_cost_centre={MARKUP}",
        "%3Cmark%3E"
    );
    let draft = format!("{order}&intent=save_draft");
    let wrong = format!("{order}&needed_by={MARKUP}&intent=save_draft");
    let vendor = format!("name={MARKUP}&address={MARKUP}&email=");
    for (path, cookie, body, status) in [
        ("/fn/save_purchase_order", &sam, draft, StatusCode::OK),
        (
            "/fn/save_purchase_order",
            &sam,
            wrong,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("/fn/create_vendor", &pat, vendor, StatusCode::OK),
    ] {
        let (to, page) = sent(&app, path, cookie, &body).await;
        assert_eq!(page.status, status, "{to}");
        assert!(!page.body.contains("<mark>"), "{to}: {}", page.body);
        assert!(
            page.body
                .contains("&lt;/title>&lt;/textarea>&lt;mark>&amp;amp;"),
            "{to}: {}",
            page.body
        );
        assert_eq!(
            page.body.matches("</title>").count(),
            1,
            "{to}: {}",
            page.body
        );
    }
}

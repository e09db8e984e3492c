//! Lists over HTTP: what the address asks is on the page, in the links and in the export.

use axum::http::StatusCode;
use sqlx::PgPool;

use crate::http::App;

/// The first cells of a CSV's rows.
fn firsts(csv: &str) -> Vec<&str> {
    csv.lines()
        .skip(1)
        .filter_map(|line| line.split(',').next())
        .collect()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn the_export_holds_exactly_what_the_list_of_the_same_address_shows(pool: PgPool) {
    let app = App::new(pool).await;
    engine::demo::make(&app.engine, engine::demo::DemoSize::default())
        .await
        .unwrap();
    let fay = app.sign_in("fay").await;
    for query in [
        "",
        "?scope=all&state=rejected",
        "?scope=all&q=northwind&sort=total&dir=asc",
        "?scope=all&late=true",
    ] {
        let export = app
            .get(&format!("/purchase-orders.csv{query}"), Some(&fay))
            .await;
        assert_eq!(export.status, StatusCode::OK);
        assert_eq!(export.header("content-type"), "text/csv; charset=utf-8");
        assert!(
            export
                .header("content-disposition")
                .starts_with("attachment; filename=\"purchase-orders-20")
        );
        let numbers = firsts(&export.body);
        let page = app
            .get(&format!("/purchase-orders{query}"), Some(&fay))
            .await;
        let mut from = 0;
        for number in numbers.iter().take(50) {
            let cell = format!(">{number}<");
            let at = page.body[from..]
                .find(&cell)
                .unwrap_or_else(|| panic!("{query}: no {number} in its place"));
            from += at;
        }
        assert_eq!(
            page.body.matches("data-row").count(),
            numbers.len().min(50),
            "{query}"
        );
    }
    // Somebody who raised nothing gets a file with heads alone.
    let leo = app.sign_in("leo").await;
    let export = app.get("/purchase-orders.csv?scope=all", Some(&leo)).await;
    assert_eq!(firsts(&export.body), Vec::<&str>::new(), "{}", export.body);
    assert!(export.body.starts_with("Order,For,State,"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn filters_are_shown_can_be_taken_away_and_what_is_wrong_is_said_beside_them(pool: PgPool) {
    let app = App::new(pool).await;
    let fay = app.sign_in("fay").await;
    let page = app
        .get(
            "/purchase-orders?scope=all&state=approved&submitter=1&q=desk",
            Some(&fay),
        )
        .await
        .body;
    for part in [
        "State: Approved",
        "Search: desk",
        "Clear all",
        "No order fits.",
        "/purchase-orders.csv?scope=all&amp;q=desk&amp;state=approved&amp;submitter=1",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        page.contains("href=\"/purchase-orders?scope=all&amp;q=desk&amp;submitter=1\""),
        "the chip's way back"
    );
    let wrong = app
        .get("/purchase-orders?scope=all&total_from=1e3", Some(&fay))
        .await;
    assert_eq!(wrong.status, StatusCode::OK);
    assert!(
        wrong.body.contains("id=\"error-total_from\""),
        "{}",
        wrong.body
    );
    assert!(wrong.body.contains("value=\"1e3\""));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_view_is_saved_offered_and_deleted(pool: PgPool) {
    let app = App::new(pool).await;
    let sam = app.sign_in("sam").await;
    let saved = app
        .post(
            "/fn/save_view",
            Some(&sam),
            "list=/purchase-orders&name=Late+ones&query=late%3Dtrue",
        )
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert!(
        saved
            .location()
            .starts_with("/purchase-orders?late=true&f="),
        "{}",
        saved.location()
    );
    let page = app
        .get("/purchase-orders?panel=filters", Some(&sam))
        .await
        .body;
    assert!(
        page.contains("href=\"/purchase-orders?late=true\""),
        "{page}"
    );
    let id = page
        .split("name=\"view\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let body = format!("list=/purchase-orders&query=&view={id}");
    let tess = app.sign_in("tess").await;
    app.post("/fn/delete_view", Some(&tess), &body).await;
    assert!(
        app.get("/purchase-orders", Some(&sam))
            .await
            .body
            .contains("Late ones")
    );
    app.post("/fn/delete_view", Some(&sam), &body).await;
    assert!(
        !app.get("/purchase-orders", Some(&sam))
            .await
            .body
            .contains("Late ones")
    );
    // Without a name: back, with what is wrong beside the field.
    let nameless = app
        .post(
            "/fn/save_view",
            Some(&sam),
            "list=/purchase-orders&name=&query=sort%3Dtotal",
        )
        .await;
    let back = app.get(nameless.location(), Some(&sam)).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("Give the view a name."), "{}", back.body);
    // A list that is none, an address that is not ours: neither leads anywhere.
    let foreign = app
        .post(
            "/fn/save_view",
            Some(&sam),
            "list=//evil.example&name=x&query=",
        )
        .await;
    assert!(
        foreign.location().starts_with("/?f="),
        "{}",
        foreign.location()
    );
}

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
    let lists: [(&str, &str, &[&str]); 5] = [
        (
            "/purchase-orders",
            "fay",
            &[
                "",
                "?scope=all&state=rejected",
                "?scope=all&q=northwind&sort=total&dir=asc",
                "?scope=all&late=true",
            ],
        ),
        (
            "/admin/people",
            "ada",
            &[
                "",
                "?role=auditor",
                "?q=m&sort=email&dir=desc",
                "?active=false",
            ],
        ),
        (
            "/admin/vendors",
            "pat",
            &["", "?standing=on_hold", "?q=north"],
        ),
        ("/admin/departments", "aud", &["", "?active=true&dir=desc"]),
        (
            "/admin/cost-centres",
            "aud",
            &["", "?active=false", "?sort=name"],
        ),
    ];
    for (list, name, queries) in lists {
        let cookie = app.sign_in(name).await;
        for query in queries {
            same(&app, &cookie, list, query).await;
        }
    }
    // Not everything, when a filter is wrong.
    let fay = app.sign_in("fay").await;
    let wrong = app
        .get("/purchase-orders.csv?scope=all&total_from=1e3", Some(&fay))
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = app
        .get("/purchase-orders?scope=all&total_from=1e3", Some(&fay))
        .await;
    assert!(!page.body.contains("Export CSV"));
    // Somebody who raised nothing gets a file with heads alone.
    let leo = app.sign_in("leo").await;
    let export = app.get("/purchase-orders.csv?scope=all", Some(&leo)).await;
    assert_eq!(firsts(&export.body), Vec::<&str>::new(), "{}", export.body);
    assert!(export.body.starts_with("Order,For,State,"));
}

/// The file of a list holds what its first page shows, in its order.
async fn same(app: &App, cookie: &str, list: &str, query: &str) {
    let export = app.get(&format!("{list}.csv{query}"), Some(cookie)).await;
    assert_eq!(export.status, StatusCode::OK);
    assert_eq!(export.header("content-type"), "text/csv; charset=utf-8");
    let name = list.rsplit('/').next().unwrap();
    let file = format!("attachment; filename=\"{name}-20");
    assert!(export.header("content-disposition").starts_with(&file));
    let firsts = firsts(&export.body);
    let page = app.get(&format!("{list}{query}"), Some(cookie)).await;
    let mut from = 0;
    for first in firsts.iter().take(50) {
        let cell = format!(">{first}<");
        let at = page.body[from..]
            .find(&cell)
            .unwrap_or_else(|| panic!("{list}{query}: no {first} in its place"));
        from += at;
    }
    let rows = page.body.matches("data-row").count();
    assert_eq!(rows, firsts.len().min(50), "{list}{query}");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn changes_are_filtered_on_their_page_and_in_their_file(pool: PgPool) {
    let app = App::new(pool).await;
    engine::demo::make(&app.engine, engine::demo::DemoSize::default())
        .await
        .unwrap();
    let aud = app.sign_in("aud").await;
    let file = app
        .get("/admin/audit.csv?kind=vendor", Some(&aud))
        .await
        .body;
    assert!(
        file.starts_with("When,Kind,Name,Event,Change,Note,By\n"),
        "{file}"
    );
    for vendor in ["Northwind Supply", "Acme Tools", "Shady Goods"] {
        assert!(
            file.contains(&format!(",Vendors,{vendor},Added,")),
            "{file}"
        );
    }
    assert!(!file.contains(",People,"), "{file}");
    let page = app
        .get("/admin/audit?kind=vendor&from=2999-01-01", Some(&aud))
        .await;
    for said in ["Kind: Vendors", "From: 2999-01-01", "No change fits."] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
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

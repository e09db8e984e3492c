//! The cookie, and who a session is.

use axum::http::StatusCode;
use jiff::SignedDuration;
use server::config::PublicUrl;
use sqlx::PgPool;

use crate::http::{Answer, App, form};

/// Reads a page with a session that was last used two hours ago: it is renewed.
async fn renewed(app: &App) -> Answer {
    let cookie = app.sign_in("sam").await;
    app.engine.clock().advance(SignedDuration::from_hours(2));
    let answer = app.get("/", Some(&cookie)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn over_plain_http_the_cookie_is_out_of_reach_for_scripts_and_other_sites(pool: PgPool) {
    let app = App::new(pool).await;
    let answer = renewed(&app).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("countersign="), "{cookie}");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"] {
        assert!(cookie.contains(flag), "{flag} is missing in {cookie}");
    }
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Domain"),
        "{cookie}"
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn over_https_the_cookie_is_secure_and_bound_to_the_host_by_its_name(pool: PgPool) {
    let app = App::with(pool, |served| {
        served.public_url = PublicUrl::parse("https://countersign.example.com").unwrap();
    })
    .await;
    let answer = renewed(&app).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-countersign="), "{cookie}");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(flag), "{flag} is missing in {cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_session_in_use_is_renewed_at_most_every_hour(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    for (later, is_renewed) in [(0, false), (59, false), (2, true), (30, false)] {
        app.engine.clock().advance(SignedDuration::from_mins(later));
        let answer = app.get("/", Some(&cookie)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(
            answer.headers.contains_key("set-cookie"),
            is_renewed,
            "after {later} minutes more"
        );
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_session_ended_elsewhere_leads_to_signing_in_again(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    engine::session_store::sign_out_everywhere(&app.engine, sam.id)
        .await
        .unwrap();
    let answer = app.get("/", Some(&cookie)).await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/login")
    );
    assert!(
        answer.header("set-cookie").contains("Max-Age=0"),
        "the cookie is taken back"
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn an_invented_cookie_is_nobody(pool: PgPool) {
    let app = App::new(pool).await;
    for value in ["AAAAAAAAAAAAAAAAAAAAAA", "junk", "", "\"\""] {
        let answer = app.get("/", Some(&format!("countersign={value}"))).await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, "/login")
        );
    }
}

/// The cookie that an answer sets, as it comes back.
fn cookie_of(answer: &Answer) -> String {
    answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn signing_in_changes_the_session_so_that_one_planted_before_is_worth_nothing(pool: PgPool) {
    let app = App::new(pool).await;
    let wrong = "email=sam%40example.com&password=wrong";
    let refused = app.post("/fn/sign_in", None, wrong).await;
    let planted = cookie_of(&refused);
    let page = app.get(refused.location(), Some(&planted)).await;
    assert!(
        page.body.contains("sam@example.com"),
        "what was typed is there: {}",
        page.body
    );
    assert!(
        !page.body.contains("value=\"wrong\""),
        "but for the password"
    );

    let right = "email=sam%40example.com&password=countersign";
    let let_in = app.post("/fn/sign_in", Some(&planted), right).await;
    assert_eq!(let_in.status, StatusCode::SEE_OTHER);
    let cookie = cookie_of(&let_in);
    assert_ne!(cookie, planted);
    assert_eq!(app.get("/", Some(&cookie)).await.status, StatusCode::OK);
    assert_eq!(
        app.get("/", Some(&planted)).await.status,
        StatusCode::SEE_OTHER
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn signing_out_ends_the_session_and_takes_the_cookie_back(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    let answer = app.post("/fn/sign_out", Some(&cookie), "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        app.get("/", Some(&cookie)).await.status,
        StatusCode::SEE_OTHER
    );
}

/// The value of a field that a page carries along unseen.
pub fn hidden<'a>(page: &'a Answer, name: &str) -> &'a str {
    let field = format!("name=\"{name}\" value=\"");
    let value = page.body.split(&field).nth(1);
    let value = value.unwrap_or_else(|| panic!("no {name}: {}", page.body));
    value.split('"').next().unwrap()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_was_sent_after_the_session_ended_is_shown_again_after_signing_in(pool: PgPool) {
    let app = App::new(pool).await;
    let typed = "intent=save_draft&justification=A+%3Cb%3Elong%3C%2Fb%3E+text&line_description=Pens+%26+ink&line_quantity=2";
    let sent = form("/fn/save_purchase_order")
        .header("referer", "http://127.0.0.1:3000/purchase-orders/new");
    let asked = app.send(sent.body(typed.into()).unwrap()).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED, "{}", asked.body);
    assert_eq!(asked.header("cache-control"), "no-store");
    assert!(
        !asked.headers.contains_key("set-cookie"),
        "nothing is kept here"
    );

    let again = |page: &Answer, password: &str| {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("email", "sam@example.com")
            .append_pair("password", password)
            .append_pair("next", hidden(page, "next"))
            .append_pair("kept_action", hidden(page, "kept_action"))
            .append_pair(
                "kept_form",
                &hidden(page, "kept_form").replace("&amp;", "&"),
            )
            .finish()
    };
    // A wrong password loses nothing either.
    let wrong = app.post("/fn/sign_in", None, &again(&asked, "wrong")).await;
    let refused = app.get(wrong.location(), Some(&cookie_of(&wrong))).await;
    assert!(refused.body.contains("do not belong together"));
    app.engine.clock().advance(SignedDuration::from_mins(5));

    let in_again = app
        .post(
            "/fn/sign_in",
            None,
            &again(&refused, engine::demo::PASSWORD),
        )
        .await;
    assert!(
        in_again.location().starts_with("/purchase-orders/new?f="),
        "{}",
        in_again.location()
    );
    let page = app
        .get(in_again.location(), Some(&cookie_of(&in_again)))
        .await;
    assert_eq!(page.status, StatusCode::OK);
    for shown in [
        "A &lt;b>long&lt;/b> text",
        "Pens &amp; ink",
        "You had been signed out when you sent this",
    ] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let orders = sqlx::query_scalar!("SELECT count(*) FROM purchase_orders")
        .fetch_one(app.engine.pool())
        .await
        .unwrap();
    assert_eq!(orders, Some(0), "nothing was saved");
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_password_sent_after_the_session_ended_is_carried_nowhere(pool: PgPool) {
    let app = App::new(pool).await;
    let secrets = "name=Nia&password=a+secret+of+mine&current_password=another+secret";
    let asked = app.post("/fn/create_person", None, secrets).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(
        asked.body.contains("Nia") && !asked.body.contains("secret"),
        "{}",
        asked.body
    );
    let only = app
        .post("/fn/change_password", None, "current_password=secret")
        .await;
    assert!(!only.body.contains("secret") && only.body.contains("nothing was done"));
}

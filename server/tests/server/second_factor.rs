//! Second factors over HTTP: what a password alone is worth, and where whoever must set one up is led.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use engine::{
    request::Form,
    second_factor::{offer, required, set_required, turn_on},
};
use sqlx::PgPool;
use totp_rs::Totp;
use uuid::Uuid;

use crate::{
    http::{App, form, from_this_machine, renewed, sent},
    sessions::hidden,
};

const PASSWORD: &str = "email=sam%40example.com&password=countersign";

/// Sets up a second factor for one of the demo. What their app shows, so many periods from now.
async fn set_up(app: &App, name: &str) -> impl Fn(i64) -> String {
    let person = engine::demo::actor(&app.engine, name).await.unwrap().id;
    let offer = offer(&app.engine, person, "x@example.com", None).unwrap();
    let totp = Totp::from_url(&offer.address).unwrap();
    let clock = app.engine.clock().clone();
    let shown = move |periods: i64| {
        let now = clock.unmoved().as_second();
        totp.generate(u64::try_from(now + 30 * periods).unwrap())
            .to_string()
    };
    let code = shown(-1);
    turn_on(&app.engine, person, Uuid::new_v4(), &offer.nonce, &code)
        .await
        .unwrap();
    shown
}

async fn require_of_everyone(app: &App) {
    let ada = engine::demo::actor(&app.engine, "ada").await.unwrap();
    let form = Form {
        request_id: Uuid::new_v4(),
        version: required(&app.engine).await.unwrap().version,
    };
    set_required(&app.engine, &ada, form, (true, &[]), "")
        .await
        .unwrap();
}

/// What a session may do at an address: where it is led, or the status.
async fn at(app: &App, path: &str, cookie: &str) -> String {
    let answer = app.get(path, Some(cookie)).await;
    match answer.status {
        StatusCode::SEE_OTHER => answer.location().to_owned(),
        status => status.as_u16().to_string(),
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn the_password_alone_signs_nobody_in_who_has_a_second_factor(pool: PgPool) {
    let app = App::new(pool).await;
    let shown = set_up(&app, "sam").await;
    let sign_in = format!("{PASSWORD}&next=%2Fpurchase-orders%3Fscope%3Dmine");
    let first = app.post("/fn/sign_in", None, &sign_in).await;
    assert!(
        first.location().starts_with("/login/code?f="),
        "{}",
        first.location()
    );
    let half = renewed(&first).unwrap();
    let asks = app.get(first.location(), Some(&half)).await;
    assert!(asks.body.contains("Enter your code"));
    assert!(asks.body.contains("value=\"/purchase-orders?scope=mine\""));
    assert!(
        !asks.body.contains("countersign\""),
        "the password is not kept"
    );
    assert_eq!(at(&app, "/", &half).await, "/login");
    assert_eq!(
        at(&app, "/account/second-factor", &half).await,
        "/login?next=%2Faccount%2Fsecond-factor"
    );

    let (to, wrong) = sent(&app, "/fn/enter_code", &half, "code=000000").await;
    assert_eq!((to.as_str(), wrong.status.as_u16()), ("/login/code", 422));
    assert!(wrong.body.contains("This code is not right"));
    let code = shown(0);
    let right = format!("code={code}&next=%2Fpurchase-orders%3Fscope%3Dmine");
    let entered = app.post("/fn/enter_code", Some(&half), &right).await;
    assert_eq!(entered.location(), "/purchase-orders?scope=mine");
    let whole = renewed(&entered).unwrap();
    assert_ne!(whole, half, "a session of its own");
    assert_eq!(at(&app, "/", &whole).await, "200");
    // The half is worth nothing any more.
    let again = app.post("/fn/enter_code", Some(&half), &right).await;
    assert_eq!(again.location(), "/purchase-orders?scope=mine");
    assert_eq!(at(&app, "/", &half).await, "/login");
    // It was just proved: the recovery codes are shown.
    let own = app.get("/account/second-factor", Some(&whole)).await;
    assert!(own.body.contains("Recovery codes"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn who_did_not_just_prove_it_sees_no_recovery_codes_and_turns_nothing_off(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    let shown = set_up(&app, "sam").await;
    let own = app.get("/account/second-factor", Some(&cookie)).await;
    assert!(!own.body.contains("Recovery codes"), "{}", own.body);
    let id = Uuid::new_v4();
    let (_, refused) = sent(
        &app,
        "/fn/turn_off_second_factor",
        &cookie,
        &format!("request_id={id}"),
    )
    .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = format!("code={}&next=%2Fapprovals", shown(0));
    let (to, _) = sent(&app, "/fn/confirm_second_factor", &cookie, &code).await;
    assert_eq!(to, "/approvals");
    let id = Uuid::new_v4();
    let (_, off) = sent(
        &app,
        "/fn/turn_off_second_factor",
        &cookie,
        &format!("request_id={id}"),
    )
    .await;
    assert!(off.body.contains("Your second factor is off."));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn who_must_set_one_up_does_nothing_else_and_what_they_typed_is_kept(pool: PgPool) {
    let app = App::new(pool).await;
    let cookie = app.sign_in("sam").await;
    require_of_everyone(&app).await;
    for (path, leads) in [
        ("/", "/account/second-factor"),
        (
            "/purchase-orders?scope=mine",
            "/account/second-factor?next=%2Fpurchase-orders%3Fscope%3Dmine",
        ),
        ("/account", "/account/second-factor?next=%2Faccount"),
        ("/account/second-factor", "200"),
    ] {
        assert_eq!(at(&app, path, &cookie).await, leads, "{path}");
    }
    let stream = from_this_machine(Request::get("/notifications/stream"))
        .header(header::COOKIE, &cookie)
        .header(header::ACCEPT, "text/event-stream");
    let stream = app.send(stream.body(Body::empty()).unwrap()).await;
    assert_eq!(stream.status, StatusCode::FORBIDDEN);

    let typed = "intent=save_draft&justification=typed+before&line_description=Pens";
    let posted = form("/fn/save_purchase_order")
        .header(header::COOKIE, &cookie)
        .header(header::REFERER, "http://127.0.0.1:3000/purchase-orders/new");
    let asked = app.send(posted.body(Body::from(typed)).unwrap()).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    let again = form_urlencoded::Serializer::new(PASSWORD.to_owned())
        .append_pair("next", hidden(&asked, "next"))
        .append_pair("kept_action", hidden(&asked, "kept_action"))
        .append_pair(
            "kept_form",
            &hidden(&asked, "kept_form").replace("&amp;", "&"),
        )
        .finish();
    let entered = app.post("/fn/sign_in", None, &again).await;
    let (kept, cookie) = (entered.location().to_owned(), renewed(&entered).unwrap());
    assert!(kept.starts_with("/purchase-orders/new?f="), "{kept}");
    let leads = at(&app, &kept, &cookie).await;
    assert!(leads.starts_with("/account/second-factor?next="), "{leads}");

    let page = app.get(&leads, Some(&cookie)).await;
    let (nonce, next) = (hidden(&page, "nonce"), hidden(&page, "next"));
    assert_eq!(next, kept);
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap().id;
    let scanned = offer(&app.engine, sam, "x@example.com", Some(nonce)).unwrap();
    let now = u64::try_from(app.engine.clock().unmoved().as_second()).unwrap();
    let code = Totp::from_url(&scanned.address).unwrap().generate(now);
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("nonce", nonce)
        .append_pair("next", next)
        .append_pair("code", &code.to_string())
        .finish();
    let (_, on) = sent(&app, "/fn/turn_on_second_factor", &cookie, &form).await;
    assert!(on.body.contains("Your second factor is on."), "{}", on.body);
    let shown = app.get(&kept, Some(&cookie)).await;
    assert!(shown.body.contains("typed before"), "{}", shown.body);
    assert!(shown.body.contains("Pens"));
}

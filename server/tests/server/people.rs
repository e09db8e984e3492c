//! Accounts and people over HTTP: plain forms, as a browser without scripts sends them.

use axum::http::StatusCode;
use domain::{
    ids::{PersonId, PurchaseOrderId, VendorId},
    purchase_order::{Draft, RawDraft, RawLine},
};
use engine::{
    person,
    purchase_order::{DraftCommand, save_draft},
    sign_in::sign_in,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::{App, renewed, sent};

const LONG: &str = "a+long+enough+one";

async fn id(app: &App, name: &str) -> PersonId {
    engine::demo::actor(&app.engine, name).await.unwrap().id
}

async fn version(app: &App, id: PersonId) -> i32 {
    person::get(&app.engine, id).await.unwrap().unwrap().version
}

/// What every form of a person's page carries.
async fn carried(app: &App, id: PersonId) -> String {
    let version = version(app, id).await;
    format!("request_id={}&id={id}&version={version}", Uuid::new_v4())
}

async fn lets_in(app: &App, email: &str, password: &str) -> bool {
    sign_in(&app.engine, email, password, [192, 0, 2, 1].into())
        .await
        .is_ok()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn an_administrator_adds_someone_who_can_sign_in_at_once(pool: PgPool) {
    let app = App::new(pool).await;
    let (ada, mia) = (app.sign_in("ada").await, id(&app, "mia").await);
    let form = app.get("/admin/people/new", Some(&ada)).await;
    for label in [
        "Name",
        "Email",
        "Manager",
        "Department",
        "Time zone",
        "Password",
        "Purchasing",
        "Add person",
    ] {
        assert!(form.body.contains(label), "{label}");
    }
    let body = format!(
        "name=Nia+New&email=Nia%40example.com&roles=hr&roles=it&manager={mia}&time_zone=Europe%2FBerlin&password={LONG}"
    );
    let (to, page) = sent(&app, "/fn/create_person", &ada, &body).await;
    assert_eq!(to, person::address(id(&app, "nia").await));
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("Nia New can sign in now"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("a long enough one"));
    assert!(lets_in(&app, "nia@example.com", "a long enough one").await);
    let list = app.get("/admin/people?q=nia", Some(&ada)).await;
    assert!(list.body.contains("Nia New") && !list.body.contains("Sam Stone"));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_was_typed_comes_back_with_what_is_wrong_but_never_a_password(pool: PgPool) {
    let app = App::new(pool).await;
    let ada = app.sign_in("ada").await;
    let body = "name=Nia+%3CNew%3E&email=sam%40example.com&roles=hr&time_zone=Europe%2FBerlin&password=a+long+enough+one";
    let (to, page) = sent(&app, "/fn/create_person", &ada, body).await;
    assert_eq!(
        (to.as_str(), page.status),
        ("/admin/people/new", StatusCode::UNPROCESSABLE_ENTITY)
    );
    for kept in [
        "Nia &lt;New&gt;",
        "sam@example.com",
        "Somebody else has this email.",
        "error-summary",
    ] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
    assert!(!page.body.contains("a long enough one"));
    let hr = page.body.split("value=\"hr\"").nth(1).unwrap_or_default();
    assert!(hr.starts_with(" checked"), "{hr:.60}");
    for junk in [
        "",
        "manager=x&department=%FF&roles=king&name=%00",
        "password=%F0",
    ] {
        let (_, page) = sent(&app, "/fn/create_person", &ada, junk).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{junk}");
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_stale_form_is_refused_with_everything_typed_and_can_be_sent_again(pool: PgPool) {
    let app = App::new(pool).await;
    let (ada, sam) = (app.sign_in("ada").await, id(&app, "sam").await);
    let old = carried(&app, sam).await;
    let rest = "email=sam%40example.com&time_zone=UTC";
    let now = carried(&app, sam).await;
    sent(
        &app,
        "/fn/update_person",
        &ada,
        &format!("{now}&name=Samuel+Stone&{rest}"),
    )
    .await;
    let (to, page) = sent(
        &app,
        "/fn/update_person",
        &ada,
        &format!("{old}&name=Sammy+Stone&{rest}"),
    )
    .await;
    assert_eq!(
        (to.as_str(), page.status),
        (person::address(sam).as_str(), StatusCode::CONFLICT)
    );
    assert!(
        page.body.contains("Samuel Stone was changed by Ada Admin"),
        "{}",
        page.body
    );
    assert!(page.body.contains("value=\"Sammy Stone\""));
    assert!(page.body.contains(&format!(
        "name=\"version\" value=\"{}\"",
        version(&app, sam).await
    )));
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn auditors_read_people_and_are_offered_nothing_to_change(pool: PgPool) {
    let app = App::new(pool).await;
    let (aud, sam) = (app.sign_in("aud").await, id(&app, "sam").await);
    for path in ["/admin/people".to_owned(), person::address(sam)] {
        let page = app.get(&path, Some(&aud)).await;
        assert_eq!(page.status, StatusCode::OK);
        for word in ["_person\"", "set_override", "New person", "Deactivate"] {
            assert!(!page.body.contains(word), "{path}: {word}");
        }
    }
    let body = format!("{}&intent=grant", carried(&app, sam).await);
    let answer = app.post("/fn/set_override", Some(&aud), &body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn override_is_granted_to_others_and_shown_in_the_history(pool: PgPool) {
    let app = App::new(pool).await;
    let (ada, sam, own) = (
        app.sign_in("ada").await,
        id(&app, "sam").await,
        id(&app, "ada").await,
    );
    let body = format!("{}&intent=grant", carried(&app, sam).await);
    let (_, page) = sent(&app, "/fn/set_override", &ada, &body).await;
    for said in [
        "Override granted.",
        "Take override away",
        "Override granted</b>",
    ] {
        assert!(page.body.contains(said), "{said}");
    }
    let page = app.get(&person::address(own), Some(&ada)).await;
    assert!(
        page.body
            .contains("Nobody grants or takes their own override.")
            && !page.body.contains("/fn/set_override")
    );
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_changed_password_keeps_this_session_and_ends_every_other(pool: PgPool) {
    let app = App::new(pool).await;
    let (here, there) = (app.sign_in("sam").await, app.sign_in("sam").await);
    let account = app.get("/account", Some(&here)).await;
    assert!(account.body.contains("This one"));
    for (form, said) in [
        (
            format!("current_password=wrong&new_password={LONG}&repeat_password={LONG}"),
            "This is not your password.",
        ),
        (
            format!("current_password=countersign&new_password={LONG}&repeat_password=other"),
            "This is not the same",
        ),
        (
            "current_password=countersign&new_password=short&repeat_password=short".to_owned(),
            "at least 10 characters",
        ),
    ] {
        let (to, page) = sent(&app, "/fn/change_password", &here, &form).await;
        assert_eq!(
            (to.as_str(), page.status),
            ("/account", StatusCode::UNPROCESSABLE_ENTITY),
            "{said}"
        );
        assert!(page.body.contains(said), "{said}");
    }
    let form = format!("current_password=countersign&new_password={LONG}&repeat_password={LONG}");
    let answer = app.post("/fn/change_password", Some(&here), &form).await;
    let renewed = renewed(&answer).expect("a new session");
    assert_ne!(renewed, here);
    let page = app.get(answer.location(), Some(&renewed)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Password changed."));
    for ended in [here, there] {
        assert_eq!(
            app.get("/account", Some(&ended)).await.location(),
            "/login?next=%2Faccount"
        );
    }
    assert!(lets_in(&app, "sam@example.com", "a long enough one").await);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn signing_out_everywhere_ends_this_session_too(pool: PgPool) {
    let app = App::new(pool).await;
    let (here, there) = (app.sign_in("sam").await, app.sign_in("sam").await);
    let answer = app.post("/fn/sign_out_everywhere", Some(&here), "").await;
    assert_eq!(
        (answer.status, answer.location()),
        (StatusCode::SEE_OTHER, "/login")
    );
    for ended in [here, there] {
        assert_eq!(
            app.get("/", Some(&ended)).await.status,
            StatusCode::SEE_OTHER
        );
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn people_read_times_in_the_zone_they_choose(pool: PgPool) {
    let app = App::new(pool).await;
    let (cookie, sam) = (app.sign_in("sam").await, id(&app, "sam").await);
    let body = format!("{}&time_zone=Asia%2FTokyo", carried(&app, sam).await);
    let (_, page) = sent(&app, "/fn/set_time_zone", &cookie, &body).await;
    assert!(
        page.body.contains("Time zone saved.") && page.body.contains("data-tz=\"Asia/Tokyo\""),
        "{}",
        page.body
    );
    let body = format!("{}&time_zone=Moon", carried(&app, sam).await);
    let (_, page) = sent(&app, "/fn/set_time_zone", &cookie, &body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn people_give_the_number_where_they_get_texts_and_a_wrong_one_is_kept_as_typed(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let (cookie, sam) = (app.sign_in("sam").await, id(&app, "sam").await);
    let body = format!("{}&phone=0202+555", carried(&app, sam).await);
    let (_, page) = sent(&app, "/fn/set_phone", &cookie, &body).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["value=\"0202 555\"", "Enter a number with its country"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let body = format!("{}&phone=%2B1+202+555+0143", carried(&app, sam).await);
    let (_, page) = sent(&app, "/fn/set_phone", &cookie, &body).await;
    for part in ["Mobile phone saved.", "value=\"+12025550143\""] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
}

/// An order of Sam's that waits for Mia.
async fn waiting(app: &App) -> PurchaseOrderId {
    let line = RawLine {
        description: "Chairs".to_owned(),
        quantity: "2".to_owned(),
        unit: "piece".to_owned(),
        unit_price: "100".to_owned(),
        cost_centre: String::new(),
    };
    let raw = RawDraft {
        lines: vec![line],
        ..RawDraft::default()
    };
    let today = app
        .engine
        .clock()
        .now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let draft = Draft {
        vendor: Some(VendorId(1)),
        ..raw.parse(today).unwrap()
    };
    let command = DraftCommand {
        existing: None,
        request_id: Uuid::new_v4(),
        draft,
        submit: true,
    };
    let sam = engine::demo::actor(&app.engine, "sam").await.unwrap();
    save_draft(&app.engine, &sam, &command).await.unwrap().0
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn before_someone_leaves_it_is_asked_to_whom_goes_what_waits_for_them(pool: PgPool) {
    let app = App::new(pool).await;
    let order = waiting(&app).await;
    let (ada, of_mia) = (app.sign_in("ada").await, app.sign_in("mia").await);
    let (mia, sam, tess) = (
        id(&app, "mia").await,
        id(&app, "sam").await,
        id(&app, "tess").await,
    );
    let asks = format!("{}/deactivate", person::address(mia));
    let page = app.get(&asks, Some(&ada)).await;
    for said in [
        format!("PO-{order}"),
        "2 people report to them".to_owned(),
        "Reassign to".to_owned(),
    ] {
        assert!(page.body.contains(&said), "{said}: {}", page.body);
    }

    let body = format!("{}&reassign_to={sam}", carried(&app, mia).await);
    let (to, page) = sent(&app, "/fn/deactivate_person", &ada, &body).await;
    assert_eq!(
        (to.as_str(), page.status),
        (asks.as_str(), StatusCode::UNPROCESSABLE_ENTITY)
    );
    assert!(
        page.body
            .contains(&format!("This person raised PO-{order}")),
        "{}",
        page.body
    );
    assert_eq!(app.get("/", Some(&of_mia)).await.status, StatusCode::OK);

    let body = format!("{}&reassign_to={tess}", carried(&app, mia).await);
    let (to, page) = sent(&app, "/fn/deactivate_person", &ada, &body).await;
    assert_eq!((to, page.status), (person::address(mia), StatusCode::OK));
    assert!(
        page.body.contains("Reassigned: ") && page.body.contains("Reactivate"),
        "{}",
        page.body
    );
    assert_eq!(app.get("/", Some(&of_mia)).await.location(), "/login");
    assert!(!lets_in(&app, "mia@example.com", "countersign").await);
    let inbox = app
        .get("/approvals", Some(&app.sign_in("tess").await))
        .await;
    assert!(inbox.body.contains(&format!("PO-{order}")));

    let again = app.get(&asks, Some(&ada)).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let body = carried(&app, mia).await;
    let (_, page) = sent(&app, "/fn/reactivate_person", &ada, &body).await;
    assert!(page.body.contains("Reactivated."));
    assert!(lets_in(&app, "mia@example.com", "countersign").await);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn nobody_is_asked_to_deactivate_themselves_or_nobody_at_all(pool: PgPool) {
    let app = App::new(pool).await;
    let (cookie, ada) = (app.sign_in("ada").await, id(&app, "ada").await);
    let own = app
        .get(
            &format!("{}/deactivate", person::address(ada)),
            Some(&cookie),
        )
        .await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    for missing in [
        "/admin/people/999999",
        "/admin/people/999999/deactivate",
        "/admin/people/sam",
    ] {
        assert_eq!(
            app.get(missing, Some(&cookie)).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    let (_, page) = sent(
        &app,
        "/fn/deactivate_person",
        &cookie,
        "id=999999&version=1",
    )
    .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

//! Approval rules over HTTP: plain forms, as a browser without scripts sends them.

use axum::http::StatusCode;
use sqlx::PgPool;
use uuid::Uuid;

use crate::http::{App, sent};

/// The rules as delivered, with another limit, approver and fallback.
fn form(limit: &str, approver: &str, fallback: &str) -> String {
    format!(
        "request_id={}&level-1-from_amount=0.00&level-1-approver=manager&level-1-sla_hours=24&level-1-priority=normal\
         &level-2-from_amount={limit}&level-2-approver={approver}&level-2-sla_hours=48&level-2-priority=high\
         &level-3-from_amount=10%2C000.01&level-3-approver=cfo&level-3-sla_hours=72&level-3-priority=urgent\
         &route=climb&fallback={fallback}&fallback_alternate=1&reason=Prices+rose",
        Uuid::new_v4()
    )
}

/// The general rules: `(id, the CFO's id)`.
async fn known(app: &App) -> (i64, i64) {
    let mut db = app.engine.pool().acquire().await.unwrap();
    let sets = engine::approval_rule::in_force(&mut db).await.unwrap();
    let general = sets
        .iter()
        .find(|set| set.department.is_none() && set.currency.is_none())
        .unwrap();
    (general.id.0, general.fallback.unwrap().0)
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn a_change_is_proposed_with_every_mistake_beside_its_field_and_confirmed_by_another(
    pool: PgPool,
) {
    let app = App::new(pool).await;
    let ada = app.sign_in("ada").await;
    let (set, cfo) = known(&app).await;
    let about = |form: String| format!("{form}&id={set}&version=1");

    let (to, page) = sent(&app, "/fn/propose_rules", &ada, "").await;
    assert_eq!(
        (to.as_str(), page.status),
        ("/admin/rules/new", StatusCode::UNPROCESSABLE_ENTITY)
    );
    let wrong = about(form("lots", "king", "x"));
    let (to, page) = sent(&app, "/fn/propose_rules", &ada, &wrong).await;
    assert_eq!(to, format!("/admin/rules/{set}/change"));
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Use digits and a point, like 12.50.",
        "Choose who decides from the list.",
        "Choose a person from the list.",
        "value=\"lots\"",
        "Prices rose",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    // The checker's story stands beside the field too.
    let nobody = about(form("500.00", "role%3Ahr", ""))
        .replace("fallback_alternate=1", "fallback_alternate=");
    let (_, page) = sent(&app, "/fn/propose_rules", &ada, &nobody).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("raises an order of"), "{}", page.body);
    assert!(
        page.body.contains("Nobody could decide level 1"),
        "{}",
        page.body
    );

    let right = about(form("500.00", "role%3Afinance_manager", &cfo.to_string()));
    let (to, page) = sent(&app, "/fn/propose_rules", &ada, &right).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for said in [
        "Nothing has changed yet",
        "500.00 to 10,000.00",
        "(was ",
        "Nothing is wrong. Tried:",
        "submitted in the 90 days before",
        "What cannot be replayed",
        "so another administrator must confirm it",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let id = to.rsplit('/').next().unwrap().to_owned();
    let step = |with: &str| format!("request_id={}&id={id}&version=1&{with}", Uuid::new_v4());
    let (_, page) = sent(&app, "/fn/confirm_rules", &ada, &step("")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);

    // Whoever is a second administrator.
    let carla = engine::demo::actor(&app.engine, "carla").await.unwrap();
    let promoted = promote(&app, carla.id.0).await;
    assert!(promoted);
    let carla = app.sign_in("carla").await;
    let (to, page) = sent(&app, "/fn/reject_rules", &carla, &step("reason=+")).await;
    assert_eq!(to, format!("/admin/rules/{id}/reject"));
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (_, page) = sent(&app, "/fn/confirm_rules", &carla, &step("note=Fine")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert!(
        page.body.contains("In force") && page.body.contains("Confirmed by"),
        "{}",
        page.body
    );
    let list = app.get("/admin/rules", Some(&carla)).await.body;
    assert!(list.contains("No change is proposed."), "{list}");
    let (_, page) = sent(&app, "/fn/confirm_rules", &carla, &step("")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);

    let limits = app
        .get(&format!("/admin/rules/{id}/boundaries"), Some(&carla))
        .await
        .body;
    assert!(
        limits.contains("499.99") && limits.contains("10,000.02"),
        "{limits}"
    );
    let aud = app.sign_in("aud").await;
    let read = app.get(&format!("/admin/rules/{id}"), Some(&aud)).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(!read.body.contains(">Change<"), "{}", read.body);
}

/// Makes somebody an administrator, by the page of people.
async fn promote(app: &App, id: i64) -> bool {
    let ada = engine::demo::actor(&app.engine, "ada").await.unwrap();
    let id = domain::ids::PersonId(id);
    let person = engine::person::get(&app.engine, id).await.unwrap().unwrap();
    let mut roles = person.roles.clone();
    roles.push(domain::role::Role::Administrator);
    let profile = engine::person::Profile {
        name: person.name.clone(),
        email: person.email.clone(),
        roles,
        manager: person.manager.as_ref().map(|(id, _)| *id),
        department: person.department.as_ref().map(|(id, _)| *id),
        time_zone: person.time_zone.clone(),
        phone: person.phone.clone().unwrap_or_default(),
    };
    let form = engine::person::Form {
        request_id: Uuid::new_v4(),
        version: person.version,
    };
    engine::person::update(&app.engine, &ada, form, id, &profile)
        .await
        .is_ok()
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn an_order_says_why_and_links_its_rules_to_those_who_may_read_them(pool: PgPool) {
    let app = App::new(pool).await;
    let (sam, ada) = (app.sign_in("sam").await, app.sign_in("ada").await);
    let order = "vendor=1&line_description=Course&line_quantity=1&line_unit=each&line_unit_price=3000&intent=submit";
    let (to, page) = sent(&app, "/fn/save_purchase_order", &sam, order).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for said in [
        "<summary>Why?</summary>",
        "1,000.00 to 10,000.00 needs level 2",
        "Sam Stone reports to Mia Moss",
        "and has 24 h: until ",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let (set, _) = known(&app).await;
    let link = format!("href=\"/admin/rules/{set}\"");
    assert!(!page.body.contains(&link));
    assert!(app.get(&to, Some(&ada)).await.body.contains(&link));
}

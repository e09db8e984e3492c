use domain::{
    ids::{PurchaseOrderId, VendorId},
    purchase_order::{Draft, Event, RawDraft, RawLine, State},
};
use sqlx::PgPool;

use super::*;
use crate::{
    person::{deactivate, offices, reactivate, signed_in},
    purchase_order::{self, Command, DraftCommand},
    testing::{assert_history_holds, company, company_with, noon},
};

fn draft(amount: &str) -> Draft {
    let line = RawLine {
        description: "Chairs".to_owned(),
        quantity: "1".to_owned(),
        unit: "piece".to_owned(),
        unit_price: amount.to_owned(),
        cost_centre: String::new(),
    };
    let raw = RawDraft {
        lines: vec![line],
        ..RawDraft::default()
    };
    let today = noon().to_zoned(jiff::tz::TimeZone::UTC).date();
    Draft {
        vendor: Some(VendorId(1)),
        ..raw.parse(today).unwrap()
    }
}

/// Someone's order, submitted.
async fn submitted(engine: &Engine, name: &str, amount: &str) -> PurchaseOrderId {
    let command = DraftCommand {
        existing: None,
        request_id: request(),
        draft: draft(amount),
        submit: true,
    };
    purchase_order::save_draft(engine, &actor(engine, name).await, &command)
        .await
        .unwrap()
        .0
}

/// For whom an order waits: on its own row, and in the inbox.
async fn waits_for(engine: &Engine, id: PurchaseOrderId) -> (Option<i64>, Vec<(i64, i64, String)>) {
    let mirrored = sqlx::query_scalar!(
        "SELECT current_approver FROM purchase_orders WHERE id = $1",
        id.0
    )
    .fetch_one(engine.pool())
    .await
    .unwrap();
    let open = sqlx::query!(
        "SELECT approver_id, assignee_id, source FROM decisions WHERE subject_id = $1 AND verdict IS NULL",
        id.0,
    )
    .fetch_all(engine.pool())
    .await
    .unwrap();
    (
        mirrored,
        open.into_iter()
            .map(|row| (row.approver_id, row.assignee_id, row.source))
            .collect(),
    )
}

async fn leave(engine: &Engine, name: &str, reassign_to: Option<&str>) -> crate::Result<()> {
    let (ada, id) = (actor(engine, "ada").await, id(engine, name).await);
    let to = match reassign_to {
        Some(name) => Some(super::id(engine, name).await),
        None => None,
    };
    deactivate(engine, &ada, form(engine, id).await, id, to).await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_waits_for_someone_who_leaves_goes_to_whom_is_chosen(pool: PgPool) {
    let engine = company(&pool).await;
    let (order, other) = (
        submitted(&engine, "sam", "900").await,
        submitted(&engine, "pat", "900").await,
    );
    let (mia, tia, fay) = (
        id(&engine, "mia").await,
        id(&engine, "tia").await,
        id(&engine, "fay").await,
    );
    let before = version(&engine, order).await;
    leave(&engine, "mia", Some("tia")).await.unwrap();

    let moved = (tia.0, tia.0, "reassignment".to_owned());
    assert_eq!(waits_for(&engine, order).await, (Some(tia.0), vec![moved]));
    assert_eq!(version(&engine, order).await, before + 1);
    assert_eq!(
        waits_for(&engine, other).await.0,
        Some(fay.0),
        "nobody else's is touched"
    );
    let row = transition_log::history(&engine, purchase_order::subject(order), None, 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (row.event.as_str(), row.actor.as_deref()),
        ("reassign", Some("Ada Admin"))
    );
    assert_eq!(
        (row.from_state.as_deref(), row.to_state.as_deref()),
        (Some("pending_approval"), Some("pending_approval"))
    );
    let (event, _, data) = newest(&engine, mia).await;
    assert_eq!(
        (event.as_str(), &data["reassigned"][0]),
        ("deactivate", &Value::from(format!("PO-{order}")))
    );
    assert_history_holds(&engine).await;

    // The chosen one can decide.
    let approve = Event::Approve {
        note: None,
        override_reason: None,
    };
    let command = Command {
        id: order,
        version: version(&engine, order).await,
        request_id: request(),
        event: approve,
    };
    let state = purchase_order::execute(&engine, &actor(&engine, "tia").await, &command)
        .await
        .unwrap();
    assert_eq!(state, State::Approved);
}

async fn version(engine: &Engine, id: PurchaseOrderId) -> i32 {
    sqlx::query_scalar!("SELECT version FROM purchase_orders WHERE id = $1", id.0)
        .fetch_one(engine.pool())
        .await
        .unwrap()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn without_a_choice_each_goes_to_whom_the_rules_name(pool: PgPool) {
    let engine = company(&pool).await;
    let (order, large) = (
        submitted(&engine, "sam", "900").await,
        submitted(&engine, "pat", "20000").await,
    );
    let (dora, carla) = (id(&engine, "dora").await, id(&engine, "carla").await);
    leave(&engine, "mia", None).await.unwrap();
    assert_eq!(
        waits_for(&engine, order).await.0,
        Some(dora.0),
        "Mia's manager"
    );
    leave(&engine, "fay", None).await.unwrap();
    assert_eq!(
        waits_for(&engine, large).await.0,
        Some(carla.0),
        "Fay's manager"
    );
    leave(&engine, "dora", None).await.unwrap();
    assert_eq!(
        waits_for(&engine, order).await.0,
        Some(id(&engine, "vik").await.0),
        "up the chain past both"
    );
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_is_given_what_they_raised_themselves(pool: PgPool) {
    let engine = company(&pool).await;
    let (sams, tesss) = (
        submitted(&engine, "sam", "900").await,
        submitted(&engine, "tess", "900").await,
    );
    let mia = id(&engine, "mia").await;
    let error = leave(&engine, "mia", Some("sam")).await.unwrap_err();
    let [(field, message)] = faults(&error)[..] else {
        panic!("{error:?}")
    };
    assert_eq!(field, "reassign_to");
    assert!(
        message.contains(&format!("PO-{sams}")) && !message.contains(&format!("PO-{tesss}")),
        "{message}"
    );
    // Nothing has changed.
    assert!(person(&engine, mia).await.deactivated_at.is_none());
    assert_eq!(waits_for(&engine, tesss).await.0, Some(mia.0));
    for nobody in [Some("mia"), Some("leo")] {
        sqlx::query!(
            "UPDATE people SET deactivated_at = created_at WHERE email = 'leo@example.com'"
        )
        .execute(&pool)
        .await
        .unwrap();
        let to = sqlx::query_scalar!(
            "SELECT id FROM people WHERE email = $1 || '@example.com'",
            nobody
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        let ada = actor(&engine, "ada").await;
        let error = deactivate(
            &engine,
            &ada,
            form(&engine, mia).await,
            mia,
            Some(PersonId(to)),
        )
        .await
        .unwrap_err();
        assert_eq!(fields(&error), ["reassign_to"]);
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn where_nobody_is_left_to_decide_a_choice_is_asked_for(pool: PgPool) {
    let engine = company(&pool).await;
    sqlx::query!("UPDATE approval_rule_sets SET fallback_id = NULL, fallback_alternate_id = NULL")
        .execute(&pool)
        .await
        .unwrap();
    let order = submitted(&engine, "fay", "900").await;
    let error = leave(&engine, "carla", None).await.unwrap_err();
    let [(field, message)] = faults(&error)[..] else {
        panic!("{error:?}")
    };
    assert_eq!(field, "reassign_to");
    assert!(message.contains(&format!("PO-{order}")), "{message}");
    leave(&engine, "carla", Some("vik")).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_leaves_is_signed_out_and_stays_out_until_they_are_back(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    sqlx::query!(
        "INSERT INTO sessions (id_hash, person_id, data, created_at, expires_at) VALUES ('\\x01', $1, '{}', now(), now())",
        sam.0,
    )
    .execute(&pool)
    .await
    .unwrap();
    leave(&engine, "sam", None).await.unwrap();
    let sessions = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM sessions"#)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(sessions, 0);
    assert_eq!(signed_in(&engine, sam).await.unwrap(), None);
    let ada = actor(&engine, "ada").await;
    let again = deactivate(&engine, &ada, form(&engine, sam).await, sam, None).await;
    assert!(matches!(again, Err(Error::Stale(_))));

    reactivate(&engine, &ada, form(&engine, sam).await, sam)
        .await
        .unwrap();
    assert!(signed_in(&engine, sam).await.unwrap().is_some());
    let again = reactivate(&engine, &ada, form(&engine, sam).await, sam).await;
    assert!(matches!(again, Err(Error::Stale(_))));
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_deactivates_themselves_nor_the_last_administrator(pool: PgPool) {
    let engine = company(&pool).await;
    let ada = id(&engine, "ada").await;
    assert!(matches!(
        leave(&engine, "ada", None).await,
        Err(Error::Forbidden(_))
    ));
    let ike = promote(&engine, "ike").await;
    deactivate(&engine, &ike, form(&engine, ada).await, ada, None)
        .await
        .unwrap();
    assert!(matches!(
        deactivate(&engine, &ike, form(&engine, ike.id).await, ike.id, None).await,
        Err(Error::Forbidden(_))
    ));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nothing_comes_to_wait_for_someone_who_is_just_leaving(pool: PgPool) {
    let engine = company_with(&pool, 16).await;
    let sam = actor(&engine, "sam").await;
    let orders = (0..20).map(|_| {
        let command = DraftCommand {
            existing: None,
            request_id: request(),
            draft: draft("900"),
            submit: true,
        };
        let (engine, sam) = (engine.clone(), sam.clone());
        async move {
            purchase_order::save_draft(&engine, &sam, &command)
                .await
                .unwrap()
        }
    });
    let (left, _) = tokio::join!(
        leave(&engine, "mia", None),
        futures::future::join_all(orders)
    );
    left.unwrap();
    let waiting = sqlx::query_scalar!(
        r#"SELECT count(*) FILTER (WHERE p.deactivated_at IS NOT NULL) AS "gone!" FROM purchase_orders o
           JOIN people p ON p.id = o.current_approver"#,
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(waiting, 0);
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_else_someone_stands_for_is_known_before_they_leave(pool: PgPool) {
    let engine = company(&pool).await;
    let carla = offices(&engine, id(&engine, "carla").await).await.unwrap();
    assert_eq!(
        (carla.reports, carla.is_cfo, carla.in_rules),
        (4, true, true)
    );
    assert_eq!(carla.heads, ["Management"]);
    let sam = offices(&engine, id(&engine, "sam").await).await.unwrap();
    assert_eq!(
        (sam.reports, sam.is_cfo, sam.in_rules, sam.heads.len()),
        (0, false, false, 0)
    );
}

use domain::{
    ids::PurchaseOrderId,
    purchase_order::{Event, State},
};
use sqlx::PgPool;

use super::*;
use crate::{
    purchase_order::{Command, execute},
    seal,
    testing::{assert_history_holds, company, engine, noon},
};

const SMALL: DemoSize = DemoSize {
    purchase_orders: 40,
};

/// Everything the demo holds, but for times, hashes and salts.
async fn contents(engine: &Engine) -> Vec<String> {
    let mut all = Vec::new();
    let people = sqlx::query_scalar!(
        r#"SELECT (to_jsonb(p) - 'created_at' - 'password_hash')::text || coalesce(
               (SELECT string_agg(role, ',' ORDER BY role) FROM person_roles r WHERE r.person_id = p.id), '') AS "row!"
           FROM people p ORDER BY id"#,
    );
    all.extend(people.fetch_all(engine.pool()).await.unwrap());
    let vendors = sqlx::query_scalar!(
        r#"SELECT (to_jsonb(v) - 'held_at')::text AS "row!" FROM vendors v ORDER BY id"#
    );
    all.extend(vendors.fetch_all(engine.pool()).await.unwrap());
    let orders = sqlx::query_scalar!(
        r#"SELECT (to_jsonb(o) - 'needed_by' - 'sla_due_at' - 'content_hash' - 'last_shown' - 'approved_at' - 'submitted_at' - 'created_at'
               - 'status_changed_at')::text AS "row!" FROM purchase_orders o ORDER BY id"#,
    );
    all.extend(orders.fetch_all(engine.pool()).await.unwrap());
    let lines = sqlx::query_scalar!(
        r#"SELECT to_jsonb(l)::text AS "row!" FROM purchase_order_lines l ORDER BY purchase_order_id, position"#,
    );
    all.extend(lines.fetch_all(engine.pool()).await.unwrap());
    let history = sqlx::query_scalar!(
        r#"SELECT (to_jsonb(t) - 'at' - 'hash' - 'tx')::text AS "row!" FROM transitions t ORDER BY subject_kind, subject_id, seq"#,
    );
    all.extend(history.fetch_all(engine.pool()).await.unwrap());
    all
}

/// A second, empty database beside a test's own.
async fn beside(pool: &PgPool) -> PgPool {
    let name = sqlx::query_scalar!(r#"SELECT 'beside_' || md5(current_database()) AS "name!""#)
        .fetch_one(pool)
        .await
        .unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "a database's name is no argument"
    )]
    for statement in [
        format!("DROP DATABASE IF EXISTS \"{name}\""),
        format!("CREATE DATABASE \"{name}\""),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(pool)
            .await
            .unwrap();
    }
    let other = PgPool::connect_with((*pool.connect_options()).clone().database(&name))
        .await
        .unwrap();
    crate::MIGRATOR.run(&other).await.unwrap();
    other
}

async fn drop_beside(pool: &PgPool, other: PgPool) {
    let name = other
        .connect_options()
        .get_database()
        .unwrap_or_default()
        .to_owned();
    other.close().await;
    #[expect(
        clippy::disallowed_methods,
        reason = "a database's name is no argument"
    )]
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("DROP DATABASE \"{name}\"")))
        .execute(pool)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_demo_is_the_same_every_time(pool: PgPool) {
    let other_pool = beside(&pool).await;
    let (one, other) = (engine(&pool).await, engine(&other_pool).await);
    other
        .clock()
        .advance(SignedDuration::from_hours(24 * 45 + 7));
    make(&one, SMALL).await.unwrap();
    make(&other, SMALL).await.unwrap();
    let (one, other) = (contents(&one).await, contents(&other).await);
    assert!(one.len() > 300, "{}", one.len());
    for (left, right) in one.iter().zip(&other) {
        assert_eq!(left, right);
    }
    assert_eq!(one.len(), other.len());
    drop_beside(&pool, other_pool).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_database_that_holds_anything_is_refused(pool: PgPool) {
    let engine = engine(&pool).await;
    person::create_administrator(&engine, "Ada", "ada@example.org", "a long enough one")
        .await
        .unwrap();
    assert!(matches!(
        make(&engine, SMALL).await,
        Err(Error::Refused { .. })
    ));
    assert!(!is_demo(&engine).await.unwrap());
    assert!(members(&engine).await.unwrap().is_empty());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_interrupted_demo_is_gone_on_with_and_a_whole_one_refused(pool: PgPool) {
    let engine = engine(&pool).await;
    people_only(&engine).await.unwrap();
    let size = DemoSize { purchase_orders: 8 };
    make(&engine, size).await.unwrap();
    assert!(matches!(
        make(&engine, size).await,
        Err(Error::Refused { .. })
    ));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn orders_stand_in_every_state_and_everything_that_happened_is_past(pool: PgPool) {
    let engine = engine(&pool).await;
    make(&engine, DemoSize::default()).await.unwrap();
    let rows =
        sqlx::query!(r#"SELECT status, count(*) AS "count!" FROM purchase_orders GROUP BY status"#)
            .fetch_all(&pool)
            .await
            .unwrap();
    for state in State::ALL {
        let count = rows
            .iter()
            .find(|row| row.status == state.as_str())
            .map_or(0, |row| row.count);
        assert!(count >= 3, "{state:?}: {count}");
    }
    let times = sqlx::query!(
        r#"SELECT min(at) FILTER (WHERE subject_kind = 'purchase_order') AS "first!", max(at) AS "last!" FROM transitions"#,
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert!(times.last.to_jiff() < noon());
    let days = noon().duration_since(times.first.to_jiff()).as_hours() / 24;
    assert!((60..=90).contains(&days), "{days}");
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_waits_is_what_the_inboxes_hold(pool: PgPool) {
    let engine = engine(&pool).await;
    make(&engine, SMALL).await.unwrap();
    let apart = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM purchase_orders o FULL JOIN
               (SELECT * FROM decisions WHERE verdict IS NULL) d ON d.subject_id = o.id AND d.round = o.round
           WHERE o.approval_level > 0 AND (d.id IS NULL OR d.approver_id <> o.current_approver OR d.level <> o.approval_level)
               OR d.id IS NOT NULL AND o.approval_level = 0"#,
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!(apart, 0);
    let waiting = actor_waits(&engine, "mia").await + actor_waits(&engine, "fay").await;
    assert!(waiting > 0, "somebody has something to decide");
}

async fn actor_waits(engine: &Engine, name: &str) -> i64 {
    let id = actor(engine, name).await.unwrap().id;
    person::signed_in(engine, id)
        .await
        .unwrap()
        .unwrap()
        .waiting
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_company_is_that_of_the_spec(pool: PgPool) {
    let engine = company(&pool).await;
    assert!(is_demo(&engine).await.unwrap());
    let members = members(&engine).await.unwrap();
    assert_eq!(members.len(), 20);
    let role = |name: &str| {
        members
            .iter()
            .find(|m| m.name == name)
            .map(|m| m.role.as_str())
            .unwrap_or_default()
    };
    assert_eq!(role("Ada Admin"), "Administrator");
    assert_eq!(role("Carla Chief"), "Executive, CFO");
    assert_eq!(role("Mia Moss"), "Manager");
    assert_eq!(role("Sam Stone"), "Staff");
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM people WHERE department_id IS NULL) AS "homeless!",
               (SELECT count(*) FROM departments WHERE head_id IS NULL) AS "headless!",
               (SELECT string_agg(name, ', ' ORDER BY id) FROM people WHERE override_approvals) AS "overriders!",
               (SELECT string_agg(name, ', ' ORDER BY id) FROM people WHERE manager_id IS NULL) AS "free!",
               (SELECT hold_reason FROM vendors WHERE name = 'Shady Goods') AS "held!""#,
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert_eq!((row.homeless, row.headless), (0, 0));
    assert_eq!(row.overriders, "Ada Admin, Vik Vance");
    assert_eq!(row.free, "Ada Admin, Carla Chief, Aud Abel");
    assert!(!row.held.is_empty());
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn orders_that_were_copied_are_orders_like_any_other(pool: PgPool) {
    let engine = engine(&pool).await;
    let schema = async || {
        let listed = sqlx::query_scalar!(
            r#"SELECT array_agg(what ORDER BY what) AS "what!" FROM (
                   SELECT indexdef AS what FROM pg_indexes WHERE schemaname = 'public'
                   UNION ALL SELECT conrelid::regclass::text || conname || pg_get_constraintdef(oid) FROM pg_constraint) all_of_it"#
        );
        listed.fetch_one(&pool).await.unwrap()
    };
    let before = schema().await;
    let size = DemoSize {
        purchase_orders: 1500,
    };
    make(&engine, size).await.unwrap();
    assert_eq!(schema().await, before, "every index and constraint is back");
    assert_eq!(seal::verify(&engine).await.unwrap(), None);
    let wrong = crate::purchase_order::settle(&engine).await.unwrap();
    assert_eq!(wrong, 0, "the dashboard's sums are those of a recount");
    let counted = sqlx::query!(
        r#"SELECT count(*) AS "orders!", count(*) FILTER (WHERE approval_level > 0) AS "waiting!", max(id) AS "newest!",
               (SELECT count(*) FROM decisions WHERE verdict IS NULL) AS "asked!",
               (SELECT count(DISTINCT justification) FROM purchase_orders) AS "said!" FROM purchase_orders"#
    );
    let counted = counted.fetch_one(&pool).await.unwrap();
    assert_eq!(counted.orders, 1500);
    assert_eq!(counted.waiting, counted.asked);
    assert!(counted.said > 1000, "copies have words of their own");
    // The newest ones that wait can be decided: their content is what was frozen.
    let waiting = sqlx::query!(
        r#"SELECT id, version, current_approver AS "approver!" FROM purchase_orders WHERE approval_level > 0 ORDER BY id DESC LIMIT 5"#
    );
    for order in waiting.fetch_all(&pool).await.unwrap() {
        let approver = person::signed_in(&engine, PersonId(order.approver))
            .await
            .unwrap();
        let command = Command {
            id: PurchaseOrderId(order.id),
            version: order.version,
            request_id: uuid::Uuid::new_v4(),
            event: Event::Approve {
                note: None,
                override_reason: None,
            },
        };
        execute(&engine, &approver.unwrap().actor, &command)
            .await
            .unwrap();
    }
    let next =
        sqlx::query_scalar!("SELECT nextval(pg_get_serial_sequence('purchase_orders', 'id'))");
    assert_eq!(
        next.fetch_one(&pool).await.unwrap(),
        Some(counted.newest + 1)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_late_has_escalated_already_and_a_first_start_tells_nobody(pool: PgPool) {
    let engine = engine(&pool).await;
    let size = DemoSize {
        purchase_orders: 1500,
    };
    make(&engine, size).await.unwrap();
    assert_eq!(crate::timer::ring_due(&engine).await.unwrap(), 0);
    let late = sqlx::query!(
        r#"SELECT count(*) AS "late!", count(*) FILTER (WHERE d.timer = 'overdue' AND d.escalated_to_id = o.escalated_to
                   AND EXISTS (SELECT FROM transitions t WHERE t.subject_kind = d.subject_kind AND t.subject_id = o.id
                       AND t.event = 'escalate' AND t.round = o.round AND t.level = o.approval_level)) AS "escalated!"
           FROM purchase_orders o JOIN decisions d ON d.subject_id = o.id AND d.verdict IS NULL
           WHERE o.sla_due_at <= $1"#,
        jiff_sqlx::ToSqlx::to_sqlx(noon()) as jiff_sqlx::Timestamp,
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    assert!(late.late >= 3, "{late:?}");
    assert_eq!(late.late, late.escalated, "{late:?}");
    // What waits on is reminded, escalates and comes to operations as anything does.
    engine.clock().advance(SignedDuration::from_hours(24 * 4));
    assert!(crate::timer::ring_due(&engine).await.unwrap() > 10);
    assert_history_holds(&engine).await;
}

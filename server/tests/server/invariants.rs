//! What holds of everything that is kept, whatever happened: one question to the database for each, answered by what breaks it.

use domain::purchase_order::TRANSITIONS;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};

/// Each sentence, and the statement that gives the records of which it is not true.
const HOLDS: &[(&str, &str)] = &[
    (
        "an order stands where its history left it, and its round counts how often it came back",
        "SELECT o.id::text FROM purchase_orders o
         WHERE o.status IS DISTINCT FROM (SELECT to_state FROM transitions t WHERE subject_kind = 'purchase_order'
                 AND subject_id = o.id AND to_state IS NOT NULL ORDER BY seq DESC LIMIT 1)
             OR o.round <> 1 + (SELECT count(*) FROM transitions t WHERE subject_kind = 'purchase_order'
                 AND subject_id = o.id AND event IN ('withdraw', 'reopen'))
             OR o.status_changed_by IS DISTINCT FROM (SELECT actor_id FROM transitions t WHERE subject_kind = 'purchase_order'
                 AND subject_id = o.id AND from_state IS DISTINCT FROM to_state AND way <> 'system' ORDER BY seq DESC LIMIT 1)",
    ),
    (
        "each move of an order begins where the one before ended",
        "SELECT subject_id || '/' || seq FROM (
             SELECT *, lag(to_state) OVER (PARTITION BY subject_id ORDER BY seq) AS before FROM transitions
             WHERE subject_kind = 'purchase_order' AND to_state IS NOT NULL) t
         WHERE from_state IS DISTINCT FROM before",
    ),
    (
        "a history counts from 1 without gaps, and its head is its newest row",
        "SELECT coalesce(t.subject_kind || '/' || t.subject_id, h.subject_kind || '/' || h.subject_id)
         FROM (SELECT subject_kind, subject_id, count(*) AS rows, min(seq) AS first, max(seq) AS last,
                   (array_agg(hash ORDER BY seq DESC))[1] AS hash FROM transitions GROUP BY 1, 2) t
         FULL JOIN history_heads h USING (subject_kind, subject_id)
         WHERE h.seq IS NULL OR t.rows IS NULL OR t.first <> 1 OR t.rows <> t.last OR t.last <> h.seq OR t.hash <> h.hash",
    ),
    (
        "one decision is open while an order waits, and it is the one the order names",
        "SELECT o.id::text FROM purchase_orders o
         WHERE (o.approval_level > 0)::int <> (SELECT count(*) FROM decisions d WHERE d.subject_id = o.id AND d.verdict IS NULL)
             OR o.approval_level > 0 AND NOT EXISTS (SELECT FROM decisions d WHERE d.subject_id = o.id AND d.verdict IS NULL
                 AND (d.round, d.level, d.approver_id, d.due_at, d.content_hash)
                     = (o.round, o.approval_level, o.current_approver, o.sla_due_at, o.content_hash))",
    ),
    (
        "a decision is of an order that there is, and of no later round than the order's",
        "SELECT d.id::text FROM decisions d LEFT JOIN purchase_orders o ON o.id = d.subject_id
         WHERE o.id IS NULL OR d.round > o.round",
    ),
    (
        "a decision was made where and by whom the history says, and the other way round",
        "SELECT coalesce(d.subject_id, t.subject_id)::text
         FROM (SELECT *, CASE verdict WHEN 'approved' THEN 'approve' WHEN 'rejected' THEN 'reject' WHEN 'passed' THEN 'pass' END
                   AS event FROM decisions WHERE verdict <> 'dropped') d
         FULL JOIN (SELECT * FROM transitions WHERE subject_kind = 'purchase_order' AND event IN ('approve', 'reject', 'pass')) t
             ON (t.subject_id, t.round, t.level, t.event) = (d.subject_id, d.round, d.level, d.event)
         WHERE t.seq IS NULL OR d.id IS NULL OR d.decided_by IS DISTINCT FROM t.actor_id
             OR d.on_behalf_of_id IS DISTINCT FROM t.on_behalf_of_id
             OR (d.way = 'override') IS DISTINCT FROM (CASE WHEN t.event = 'pass' THEN NULL ELSE t.way = 'override' END)",
    ),
    (
        "what was approved was agreed to at every level that its rules ask",
        "SELECT o.id || ' level ' || level
         FROM purchase_orders o JOIN approval_rule_sets s ON s.id = o.rule_set_id
             CROSS JOIN generate_series(1, o.required_level) AS level
         WHERE o.status IN ('approved', 'processing', 'completed') AND (NOT s.straight OR level = o.required_level)
             AND NOT EXISTS (SELECT FROM decisions d WHERE d.subject_id = o.id AND d.round = o.round AND d.level = level
                 AND d.verdict IN ('approved', 'passed'))",
    ),
    (
        "nobody decides what they raised",
        "SELECT o.id::text FROM purchase_orders o JOIN transitions t ON t.subject_kind = 'purchase_order' AND t.subject_id = o.id
         WHERE t.event IN ('approve', 'reject') AND o.submitter_id IN (t.actor_id, t.on_behalf_of_id)",
    ),
    (
        "an order's total is the sum of its lines, numbered from 1",
        "SELECT o.id::text FROM purchase_orders o LEFT JOIN (
             SELECT purchase_order_id, position, quantity, unit_price FROM purchase_order_lines
             UNION ALL SELECT r.purchase_order_id, r.position, r.quantity, r.unit_price FROM rejected_items r
                 JOIN purchase_orders q ON q.id = r.purchase_order_id AND q.round = r.round AND q.status = 'rejected') l
             ON l.purchase_order_id = o.id
         GROUP BY o.id
         HAVING o.total <> coalesce(sum(round(l.quantity * l.unit_price, 2)), 0) OR coalesce(max(l.position), 0) <> count(l.position)",
    ),
    (
        "what was submitted has lines, each complete; a rejected order's stand aside",
        "SELECT o.id::text FROM purchase_orders o
         WHERE (o.status = 'rejected' AND (EXISTS (SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = o.id)
                 OR NOT EXISTS (SELECT FROM rejected_items r WHERE r.purchase_order_id = o.id AND r.round = o.round)))
             OR (o.status NOT IN ('draft', 'rejected', 'cancelled')
                 AND NOT EXISTS (SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = o.id))
             OR (o.status NOT IN ('draft', 'cancelled') AND EXISTS (SELECT FROM purchase_order_lines l WHERE l.purchase_order_id = o.id
                 AND (l.description = '' OR l.unit = '' OR coalesce(l.quantity, 0) = 0 OR l.unit_price IS NULL)))",
    ),
    (
        "what was received is what the history says was",
        "SELECT l.purchase_order_id || '/' || l.position FROM purchase_order_lines l
         WHERE l.received_quantity <> coalesce((SELECT (t.data->'received'->>l.position::text)::numeric FROM transitions t
             WHERE t.subject_kind = 'purchase_order' AND t.subject_id = l.purchase_order_id AND t.event = 'receive'
                 AND t.data->'received' ? l.position::text ORDER BY t.seq DESC LIMIT 1), 0)",
    ),
    (
        "each event somebody asked for belongs to one form, and each form that was carried out to one event",
        "SELECT coalesce(r.person_id || ' ' || r.event || ' ' || r.address, t.person_id || ' ' || t.event || ' ' || t.address)
         FROM (SELECT person_id, action AS event, result AS address, count(*) FROM requests
               WHERE action IN ('submit', 'approve', 'reject', 'withdraw', 'start_processing', 'receive', 'complete', 'cancel')
               GROUP BY 1, 2, 3) r
         FULL JOIN (SELECT actor_id AS person_id, event, '/purchase-orders/' || subject_id AS address, count(*) FROM transitions
               WHERE subject_kind = 'purchase_order' AND way IN ('page', 'override')
                   AND event IN ('submit', 'approve', 'reject', 'withdraw', 'start_processing', 'receive', 'complete', 'cancel')
               GROUP BY 1, 2, 3) t
             ON (t.person_id, t.event, t.address) = (r.person_id, r.event, r.address)
         WHERE r.count IS DISTINCT FROM t.count",
    ),
    (
        "a form that was carried out says where it led",
        "SELECT person_id || ' ' || request_id FROM requests WHERE result = ''",
    ),
    (
        "an order is found by its words",
        "SELECT o.id::text FROM purchase_orders o LEFT JOIN purchase_order_words w ON w.purchase_order_id = o.id
         WHERE w.words IS NULL OR NOT w.words @@ to_tsquery('simple', o.id::text)",
    ),
    (
        "a vendor stands as its history says",
        "SELECT v.id::text FROM vendors v
         WHERE (v.held_at IS NOT NULL) <> coalesce((SELECT event = 'hold' FROM transitions t WHERE subject_kind = 'vendor'
                 AND subject_id = v.id AND event IN ('hold', 'release') ORDER BY seq DESC LIMIT 1), false)
             OR (v.flagged_at IS NOT NULL) <> coalesce((SELECT event = 'flag' FROM transitions t WHERE subject_kind = 'vendor'
                 AND subject_id = v.id AND event IN ('flag', 'clear_flag') ORDER BY seq DESC LIMIT 1), false)",
    ),
    (
        "somebody is active and holds override as their history says",
        "SELECT p.id::text FROM people p
         WHERE (p.deactivated_at IS NOT NULL) <> coalesce((SELECT event = 'deactivate' FROM transitions t WHERE subject_kind = 'person'
                 AND subject_id = p.id AND event IN ('deactivate', 'reactivate') ORDER BY seq DESC LIMIT 1), false)
             OR p.override_approvals <> coalesce((SELECT event = 'grant_override' FROM transitions t WHERE subject_kind = 'person'
                 AND subject_id = p.id AND event IN ('grant_override', 'revoke_override') ORDER BY seq DESC LIMIT 1), false)",
    ),
    (
        "nothing waits for somebody who left",
        "SELECT d.subject_id::text FROM decisions d JOIN people p ON p.id IN (d.approver_id, d.assignee_id)
         WHERE d.verdict IS NULL AND p.deactivated_at IS NOT NULL",
    ),
    (
        "there is always an administrator",
        "SELECT 'nobody' WHERE NOT EXISTS (SELECT FROM people p JOIN person_roles r ON r.person_id = p.id
             WHERE r.role = 'administrator' AND p.deactivated_at IS NULL)",
    ),
    (
        "what was said and attached is of an order that there is",
        "SELECT 'comment ' || id FROM comments c WHERE NOT EXISTS (SELECT FROM purchase_orders o WHERE o.id = c.subject_id)
         UNION ALL
         SELECT 'attachment ' || id FROM attachments a WHERE NOT EXISTS (SELECT FROM purchase_orders o WHERE o.id = a.subject_id)",
    ),
];

/// The moves the state machine does not have, asked of its own table.
fn strange_moves() -> String {
    let arrows = TRANSITIONS.iter().flat_map(|row| {
        let to = row.to.states(row.from).into_iter();
        to.map(|to| {
            format!(
                "('{}', '{}', '{}')",
                row.from.as_str(),
                row.event.as_str(),
                to.as_str()
            )
        })
    });
    let arrows: Vec<String> = arrows.collect();
    format!(
        "SELECT subject_id || '/' || seq FROM transitions WHERE subject_kind = 'purchase_order' AND to_state IS NOT NULL
             AND (from_state, event, to_state) NOT IN ({})
             AND NOT (event = 'create' AND from_state IS NULL AND to_state = 'draft' AND seq = 1)
             AND NOT (event = 'reassign' AND from_state = to_state)",
        arrows.join(", ")
    )
}

/// Everything that does not hold at this moment: "sentence: records".
pub async fn violations(pool: &PgPool) -> Vec<String> {
    let mut tx = pool.begin().await.unwrap();
    run(&mut tx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await;
    let found = found(&mut tx).await;
    tx.rollback().await.unwrap();
    found
}

async fn found(db: &mut PgConnection) -> Vec<String> {
    let strange = strange_moves();
    let more = (
        "each move of an order is one of the state machine's",
        &*strange,
    );
    let mut found = Vec::new();
    for (sentence, sql) in HOLDS.iter().copied().chain([more]) {
        let broken = texts(db, sql).await;
        if !broken.is_empty() {
            let some = &broken[..broken.len().min(10)];
            found.push(format!(
                "{sentence}: not so for {} ({})",
                broken.len(),
                some.join(", ")
            ));
        }
    }
    found
}

/// The texts a statement gives.
#[expect(
    clippy::disallowed_methods,
    reason = "what only a test asks the database"
)]
pub async fn texts(db: &mut PgConnection, sql: &str) -> Vec<String> {
    match sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_all(db)
        .await
    {
        Ok(texts) => texts,
        Err(error) => panic!("{error}: {sql}"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what only a test says to the database"
)]
pub async fn run(db: &mut PgConnection, sql: &str) {
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(db)
        .await
    {
        panic!("{error}: {sql}");
    }
}

/// What is done behind the application's back, and the beginning of the sentence that is then not true.
const DAMAGE: &[(&str, &str)] = &[
    (
        "UPDATE purchase_orders SET status = 'processing' WHERE status = 'approved'",
        "an order stands where its history left it",
    ),
    (
        "UPDATE purchase_orders SET round = round + 1 WHERE status = 'approved'",
        "an order stands where its history left it",
    ),
    (
        "UPDATE decisions SET verdict = 'approved', decided_at = now(), timer = NULL, timer_at = NULL WHERE verdict IS NULL",
        "one decision is open while an order waits",
    ),
    (
        "UPDATE purchase_orders SET current_approver = escalated.id FROM (SELECT id FROM people WHERE email LIKE 'tess@%') escalated
         WHERE approval_level > 0",
        "one decision is open while an order waits",
    ),
    (
        "UPDATE decisions SET round = 7 WHERE verdict = 'approved'",
        "a decision is of an order that there is",
    ),
    (
        "UPDATE decisions SET decided_by = approver_id + 1 WHERE verdict = 'approved'",
        "a decision was made where and by whom",
    ),
    (
        "DELETE FROM decisions WHERE verdict = 'approved'",
        "what was approved was agreed to",
    ),
    (
        "UPDATE purchase_orders SET submitter_id = (SELECT id FROM people WHERE email LIKE 'mia@%') WHERE status = 'approved'",
        "nobody decides what they raised",
    ),
    (
        "UPDATE purchase_order_lines SET unit_price = unit_price + 0.01",
        "an order's total is the sum of its lines",
    ),
    (
        "DELETE FROM purchase_order_lines",
        "what was submitted has lines",
    ),
    (
        "UPDATE purchase_order_lines SET received_quantity = 1",
        "what was received is what the history says",
    ),
    (
        "DELETE FROM requests WHERE action = 'approve'",
        "each event somebody asked for belongs to one form",
    ),
    (
        "INSERT INTO requests SELECT person_id, gen_random_uuid(), action, result, at FROM requests WHERE action = 'approve'",
        "each event somebody asked for belongs to one form",
    ),
    (
        "UPDATE requests SET result = ''",
        "a form that was carried out says where it led",
    ),
    (
        "DELETE FROM purchase_order_words",
        "an order is found by its words",
    ),
    (
        "UPDATE vendors SET flag_reason = 'x', flagged_at = now()",
        "a vendor stands as its history says",
    ),
    (
        "UPDATE people SET deactivated_at = now() WHERE email LIKE 'mia@%'",
        "somebody is active and holds override",
    ),
    (
        "UPDATE people SET deactivated_at = now() WHERE email LIKE 'mia@%'",
        "nothing waits for somebody who left",
    ),
    (
        "DELETE FROM person_roles",
        "there is always an administrator",
    ),
    (
        "INSERT INTO comments (subject_kind, subject_id, author_id, body, at) VALUES ('purchase_order', 99, 1, 'x', now())",
        "what was said and attached is of an order",
    ),
    (
        "UPDATE history_heads SET seq = seq + 1",
        "a history counts from 1 without gaps",
    ),
    (
        "INSERT INTO transitions SELECT subject_kind, subject_id, seq + 1, 'withdraw', from_state, to_state, round, level, actor_id,
             on_behalf_of_id, way, note, data, at, hash, epoch FROM transitions t
         WHERE subject_kind = 'purchase_order' AND event = 'approve'",
        "each move of an order begins where the one before ended",
    ),
    (
        "INSERT INTO transitions SELECT subject_kind, subject_id, seq + 1, 'withdraw', to_state, 'completed', round, level, actor_id,
             on_behalf_of_id, way, note, data, at, hash, epoch FROM transitions t
         WHERE subject_kind = 'purchase_order' AND event = 'approve'",
        "each move of an order is one of the state machine's",
    ),
];

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn what_is_broken_behind_the_applications_back_is_named(pool: PgPool) {
    let app = crate::http::App::new(pool.clone()).await;
    crate::orders::submitted(&app.engine, "900").await;
    let approved = crate::orders::submitted(&app.engine, "900").await;
    crate::orders::approved(&app.engine, approved, "mia").await;
    assert_eq!(violations(&pool).await, Vec::<String>::new());
    let mut tx = pool.begin().await.unwrap();
    for (damage, sentence) in DAMAGE {
        run(&mut tx, "SAVEPOINT whole").await;
        run(&mut tx, damage).await;
        let found = found(&mut tx).await;
        assert!(
            found.iter().any(|said| said.starts_with(sentence)),
            "{damage}: {found:?}"
        );
        run(&mut tx, "ROLLBACK TO whole").await;
    }
    assert_eq!(found(&mut tx).await, Vec::<String>::new());
}

//! A small company for tests, and short ways to raise orders, act on them and read what was written.
//!
//! Everything is made by plain statements: what is tested does not make its own evidence.

use std::sync::Arc;

use domain::{
    actor::Actor,
    ids::{DepartmentId, PersonId, PurchaseOrderId, VendorId},
    money::Quantity,
    purchase_order::{Draft, Event, RawDraft, RawLine, RejectionCategory, State},
    role::Role,
    second_factor::SecondFactor,
};
use futures::future::join_all;
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::Value;
use sqlx::{
    AssertSqlSafe, PgExecutor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::sync::Barrier;
use uuid::Uuid;

use crate::{
    AuditKey, Clock, Engine, Result,
    attachment::Files,
    purchase_order::{Command, DraftCommand, execute, save_draft},
};

/// Raises orders; reports to Mia.
pub const SAM: PersonId = PersonId(1);
/// Sam's manager; reports to Dora.
pub const MIA: PersonId = PersonId(2);
/// Mia's manager; reports to Carla.
pub const DORA: PersonId = PersonId(3);
/// Finance manager; reports to Carla.
pub const FAY: PersonId = PersonId(4);
/// Executive, the CFO; reports to nobody. The rules' fallback.
pub const CARLA: PersonId = PersonId(5);
/// Administrator with `override_approvals`; reports to nobody. The fallback's alternate.
pub const ADA: PersonId = PersonId(6);
/// VP with `override_approvals`; not above Sam.
pub const VIK: PersonId = PersonId(7);
/// Purchasing; reports to Fay.
pub const PAT: PersonId = PersonId(8);
/// Nobody to Sam; reports to Vik.
pub const TESS: PersonId = PersonId(9);
/// Auditor.
pub const AUD: PersonId = PersonId(10);
/// Everyone.
pub const EVERYONE: [PersonId; 10] = [SAM, MIA, DORA, FAY, CARLA, ADA, VIK, PAT, TESS, AUD];

/// Sam's department.
pub const ENGINEERING: DepartmentId = DepartmentId(1);
/// Nothing against it.
pub const NORTHWIND: VendorId = VendorId(1);

const PEOPLE: &str = "
    INSERT INTO people (id, name, email, manager_id, override_approvals, created_at)
    VALUES (5, 'Carla Chief', 'carla@example.com', NULL, false, '2026-01-01Z'), (6, 'Ada Admin', 'ada@example.com', NULL, true, '2026-01-01Z'),
        (10, 'Aud Abel', 'aud@example.com', NULL, false, '2026-01-01Z'), (3, 'Dora Diaz', 'dora@example.com', 5, false, '2026-01-01Z'),
        (4, 'Fay Finch', 'fay@example.com', 5, false, '2026-01-01Z'), (7, 'Vik Vance', 'vik@example.com', 5, true, '2026-01-01Z'),
        (2, 'Mia Moss', 'mia@example.com', 3, false, '2026-01-01Z'), (8, 'Pat Price', 'pat@example.com', 4, false, '2026-01-01Z'),
        (9, 'Tess Tran', 'tess@example.com', 7, false, '2026-01-01Z'), (1, 'Sam Stone', 'sam@example.com', 2, false, '2026-01-01Z');
    INSERT INTO person_roles (person_id, role)
    VALUES (3, 'director'), (4, 'finance_manager'), (5, 'executive'), (6, 'administrator'), (7, 'vp'), (8, 'purchasing'), (10, 'auditor');
    INSERT INTO departments (id, name, head_id) VALUES (1, 'Engineering', 3);
    UPDATE organisation SET cfo_id = 5;
    UPDATE approval_rule_sets SET fallback_id = 5, fallback_alternate_id = 6;
    INSERT INTO vendors (id, name) VALUES (1, 'Northwind Supply');
    SELECT setval('people_id_seq', 100), setval('vendors_id_seq', 100), setval('departments_id_seq', 100);";

/// The company, its engine and its clock.
#[derive(Clone)]
pub struct Company {
    pub engine: Engine,
    pub pool: PgPool,
}

/// Monday, 2 March 2026, 09:00 UTC: where the clocks of tests stand.
pub fn start() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// The key of every test's history.
pub fn key() -> AuditKey {
    AuditKey::new(vec![7; 32]).unwrap()
}

/// A pool of its own for races: as many connections as asked, none waited for longer than 20 s.
pub async fn wide_pool(options: PgConnectOptions, connections: u32) -> PgPool {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(std::time::Duration::from_secs(20))
        .connect_with(options)
        .await
        .unwrap();
    // All of them are there before anything begins.
    let held = join_all((0..connections).map(|_| pool.acquire())).await;
    assert!(held.iter().all(std::result::Result::is_ok));
    drop(held);
    pool
}

impl Company {
    /// With a clock that stands still until it is moved.
    pub async fn new(pool: PgPool) -> Self {
        Self::with_clock(pool, Clock::fixed(start())).await
    }

    /// With another clock.
    pub async fn with_clock(pool: PgPool, clock: Clock) -> Self {
        run(&pool, PEOPLE).await;
        // What happens to orders enqueues jobs.
        crate::job::migrate(&pool).await.unwrap();
        let engine = Engine::open(pool.clone(), clock, key()).await.unwrap();
        Self { engine, pool }
    }

    /// An hour passes.
    pub fn hour(&self) {
        self.engine.clock().advance(SignedDuration::from_hours(1));
    }

    /// A draft of Sam's with one line: one of it, for `total`.
    pub async fn raise(&self, total: &str) -> PurchaseOrderId {
        self.raise_by(SAM, total).await
    }

    /// A draft of anyone's.
    pub async fn raise_by(&self, who: PersonId, total: &str) -> PurchaseOrderId {
        let (id, state) = save_draft(&self.engine, &actor(who), &saving(draft(total), None))
            .await
            .unwrap();
        assert_eq!(state, State::Draft);
        id
    }

    /// An order of Sam's, submitted.
    pub async fn submitted(&self, total: &str) -> PurchaseOrderId {
        let id = self.raise(total).await;
        self.does(SAM, id, Event::Submit).await;
        id
    }

    /// A small order of Sam's, approved by Mia.
    pub async fn approved(&self) -> PurchaseOrderId {
        let id = self.submitted("900").await;
        self.does(MIA, id, approve()).await;
        id
    }

    /// What comes of somebody asking for something, from a fresh page.
    pub async fn act(&self, who: PersonId, id: PurchaseOrderId, event: Event) -> Result<State> {
        let command = self.command(id, event).await;
        execute(&self.engine, &actor(who), &command).await
    }

    /// As [`Company::act`], where it must succeed.
    pub async fn does(&self, who: PersonId, id: PurchaseOrderId, event: Event) -> State {
        let what = event.kind().as_str();
        match self.act(who, id, event).await {
            Ok(state) => state,
            Err(error) => panic!("{what} of {id} by {who}: {error:?}"),
        }
    }

    /// What comes of somebody changing a vendor's standing, from a fresh page, because it is unpaid.
    pub async fn stand(
        &self,
        who: PersonId,
        id: VendorId,
        event: domain::vendor::Event,
    ) -> Result<()> {
        let sql = format!("SELECT version FROM vendors WHERE id = {id}");
        let version = i32::try_from(self.number(&sql).await).unwrap();
        let form = crate::request::Form {
            request_id: Uuid::new_v4(),
            version,
        };
        crate::vendor::set_standing(&self.engine, &actor(who), form, id, (event, "unpaid")).await
    }

    /// What a form of a page rendered now would send.
    pub async fn command(&self, id: PurchaseOrderId, event: Event) -> Command {
        Command {
            id,
            version: self.version(id).await,
            request_id: Uuid::new_v4(),
            event,
        }
    }

    /// The order's version now; 1 where there is none.
    pub async fn version(&self, id: PurchaseOrderId) -> i32 {
        let sql =
            format!("SELECT coalesce((SELECT version FROM purchase_orders WHERE id = {id}), 1)");
        i32::try_from(self.number(&sql).await).unwrap()
    }

    /// Where the order stands.
    pub async fn state(&self, id: PurchaseOrderId) -> String {
        self.text(&format!(
            "SELECT status FROM purchase_orders WHERE id = {id}"
        ))
        .await
    }

    /// The events of its history, oldest first, separated by spaces.
    pub async fn events(&self, id: PurchaseOrderId) -> String {
        self.text(&format!(
            "SELECT string_agg(event, ' ' ORDER BY seq) FROM transitions WHERE subject_kind = 'purchase_order' AND subject_id = {id}"
        ))
        .await
    }

    /// Everything kept of an order as one value: what a refused request must leave as it was.
    pub async fn everything(&self, id: PurchaseOrderId) -> Value {
        rows(&self.pool, &format!(
            "SELECT to_jsonb(o) AS order, array(SELECT to_jsonb(l) FROM purchase_order_lines l WHERE l.purchase_order_id = o.id ORDER BY position) AS lines,
                 array(SELECT to_jsonb(d) FROM decisions d WHERE d.subject_id = o.id ORDER BY d.id) AS decisions,
                 array(SELECT to_jsonb(r) FROM rejected_items r WHERE r.purchase_order_id = o.id ORDER BY round, position) AS rejected,
                 array(SELECT to_jsonb(t) FROM transitions t WHERE t.subject_kind = 'purchase_order' AND t.subject_id = o.id ORDER BY seq) AS history,
                 (SELECT count(*) FROM requests) AS requests
             FROM purchase_orders o WHERE o.id = {id}"
        ))
        .await
    }

    /// The one number a statement gives.
    pub async fn number(&self, sql: &str) -> i64 {
        self.first(sql)
            .await
            .as_i64()
            .unwrap_or_else(|| panic!("no number: {sql}"))
    }

    /// The one text a statement gives; empty for null.
    pub async fn text(&self, sql: &str) -> String {
        match self.first(sql).await {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        }
    }

    async fn first(&self, sql: &str) -> Value {
        let rows = rows(&self.pool, sql).await;
        let row = rows[0]
            .as_object()
            .unwrap_or_else(|| panic!("no row: {sql}"));
        row.values().next().cloned().unwrap_or_default()
    }

    /// Runs statements that no program runs.
    pub async fn run(&self, sql: &str) {
        run(&self.pool, sql).await;
    }

    /// The rows of a statement, by the names of its columns.
    pub async fn rows(&self, sql: &str) -> Value {
        rows(&self.pool, sql).await
    }
}

/// Runs statements that no program runs.
#[expect(
    clippy::disallowed_methods,
    reason = "what only a test says to the database"
)]
pub async fn run(db: impl PgExecutor<'_>, sql: &str) {
    if let Err(error) = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(db)
        .await
    {
        panic!("{error}: {sql}");
    }
}

/// What the database answers to statements that no program runs.
#[expect(
    clippy::disallowed_methods,
    reason = "what only a test says to the database"
)]
pub async fn refusal(db: impl PgExecutor<'_>, sql: &str) -> String {
    match sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(db)
        .await
    {
        Ok(_) => panic!("was let through: {sql}"),
        Err(error) => error.as_database_error().unwrap().message().to_owned(),
    }
}

/// The rows of a statement, by the names of its columns.
#[expect(
    clippy::disallowed_methods,
    reason = "what only a test asks the database"
)]
pub async fn rows(db: impl PgExecutor<'_>, sql: &str) -> Value {
    let all = format!("SELECT coalesce(jsonb_agg(to_jsonb(q)), '[]') FROM ({sql}) q");
    match sqlx::query_scalar(AssertSqlSafe(all)).fetch_one(db).await {
        Ok(rows) => rows,
        Err(error) => panic!("{error}: {sql}"),
    }
}

/// Lets all of them go at once and gives what came of each, in order.
pub async fn at_once<F>(all: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    let all: Vec<F> = all.into_iter().collect();
    let barrier = Arc::new(Barrier::new(all.len()));
    let tasks = all.into_iter().map(|one| {
        let barrier = barrier.clone();
        tokio::spawn(async move {
            barrier.wait().await;
            one.await
        })
    });
    let done = join_all(tasks).await.into_iter();
    done.map(std::result::Result::unwrap).collect()
}

/// Returns once so many sessions of this database wait for a lock.
pub async fn blocked(pool: &PgPool, sessions: i64) {
    let waiting = "SELECT count(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while rows(pool, waiting).await[0]["waiting"].as_i64() < Some(sessions) {
        tokio::task::yield_now().await;
    }
}

/// One of the company, signed in.
pub fn actor(id: PersonId) -> Actor {
    let (name, role) = match id {
        SAM => ("Sam Stone", None),
        MIA => ("Mia Moss", None),
        DORA => ("Dora Diaz", Some(Role::Director)),
        FAY => ("Fay Finch", Some(Role::FinanceManager)),
        CARLA => ("Carla Chief", Some(Role::Executive)),
        ADA => ("Ada Admin", Some(Role::Administrator)),
        VIK => ("Vik Vance", Some(Role::Vp)),
        PAT => ("Pat Price", Some(Role::Purchasing)),
        TESS => ("Tess Tran", None),
        AUD => ("Aud Abel", Some(Role::Auditor)),
        other => panic!("nobody has the id {other}"),
    };
    Actor {
        id,
        name: name.to_owned(),
        roles: role.into_iter().collect(),
        override_approvals: [ADA, VIK].contains(&id),
        is_manager: [MIA, DORA, FAY, CARLA, VIK].contains(&id),
        second_factor: SecondFactor::default(),
    }
}

/// A form with one line: one of it, for `total`.
pub fn raw(total: &str) -> RawDraft {
    RawDraft {
        vendor: NORTHWIND.to_string(),
        department: ENGINEERING.to_string(),
        needed_by: "2026-04-01".to_owned(),
        currency: "USD".to_owned(),
        justification: "For the new office".to_owned(),
        ship_to: "1 Main Street".to_owned(),
        lines: vec![line("Desk", "1", total)],
    }
}

/// One line of a form.
pub fn line(description: &str, quantity: &str, unit_price: &str) -> RawLine {
    RawLine {
        description: description.to_owned(),
        quantity: quantity.to_owned(),
        unit: "each".to_owned(),
        unit_price: unit_price.to_owned(),
        cost_centre: "CC-1".to_owned(),
    }
}

/// What a form means.
pub fn parsed(raw: &RawDraft) -> Draft {
    raw.parse(Date::constant(2026, 3, 2)).unwrap()
}

/// What the form with one line means.
pub fn draft(total: &str) -> Draft {
    parsed(&raw(total))
}

/// *Save draft*.
pub fn saving(draft: Draft, existing: Option<(PurchaseOrderId, i32)>) -> DraftCommand {
    DraftCommand {
        existing,
        request_id: Uuid::new_v4(),
        draft,
        submit: false,
    }
}

/// *Approve*.
pub fn approve() -> Event {
    Event::Approve {
        note: None,
        override_reason: None,
    }
}

/// *Approve* in the approver's place.
pub fn override_approve(reason: &str) -> Event {
    Event::Approve {
        note: None,
        override_reason: Some(reason.to_owned()),
    }
}

/// *Reject*, for its price.
pub fn reject(reason: &str) -> Event {
    Event::Reject {
        category: Some(RejectionCategory::Price),
        reason: Some(reason.to_owned()),
        override_reason: None,
    }
}

/// *Withdraw*.
pub fn withdraw() -> Event {
    Event::Withdraw { note: None }
}

/// *Reopen*.
pub fn reopen() -> Event {
    Event::Reopen { note: None }
}

/// *Start processing*.
pub fn start_processing() -> Event {
    Event::StartProcessing { note: None }
}

/// *Receive* these quantities, by position.
pub fn receive(received: &[(i32, &str)]) -> Event {
    Event::Receive {
        received: received
            .iter()
            .map(|(position, quantity)| (*position, Quantity::parse(quantity).unwrap()))
            .collect(),
        note: None,
    }
}

/// *Complete*.
pub fn complete() -> Event {
    Event::Complete { note: None }
}

/// *Cancel*, with a note or without.
pub fn cancel(note: Option<&str>) -> Event {
    Event::Cancel {
        note: note.map(str::to_owned),
    }
}

/// Files in a folder that is gone with the test's process, sooner or later.
pub fn files() -> Files {
    let folder = tempfile::tempdir().unwrap().keep();
    Files::in_folder(&folder).unwrap()
}

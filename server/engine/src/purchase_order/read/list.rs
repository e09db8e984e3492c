//! The list of orders: what it can be asked, and its rows.

use domain::{
    actor::Actor,
    ids::{PersonId, PurchaseOrderId},
    money::Currency,
    purchase_order::{RejectionCategory, State, sees_all},
    role::Role,
};
use jiff::{Timestamp, civil::Date};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{
    Engine, Error, Result,
    list::{self, Asked, Filter, Kind, Listed, PAGE, Query, Record, Sort, Spec, Test, Words},
};

/// Every state, as filters name it.
const STATES: [&str; State::ALL.len()] = {
    let mut names = [""; State::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = State::ALL[at].as_str();
        at += 1;
    }
    names
};

/// Every category of a rejection, as filters name it.
const CATEGORIES: [&str; RejectionCategory::ALL.len()] = {
    let mut names = [""; RejectionCategory::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = RejectionCategory::ALL[at].as_str();
        at += 1;
    }
    names
};

/// A filter for orders that their history says were decided so, at least once. Days are days of UTC, as the dashboard's are.
const fn decided(name: &'static str, label: &'static str, statement: &'static str) -> Filter {
    Filter::new(name, label, Test::KeyIn(statement, Kind::Day))
}

/// What the list of orders can be asked (spec purchase-orders.md, "The form").
pub static ORDERS: Spec = Spec {
    path: super::super::LIST,
    table: "purchase_orders o",
    key: "o.id",
    sorts: &[
        Sort::by("number", "Number", "o.id", Kind::Number).descending(),
        Sort::by("needed_by", "Needed by", "o.needed_by", Kind::Day).nullable(),
        Sort::by("total", "Total", "o.total", Kind::Amount).descending(),
        Sort::by(
            "changed",
            "State changed",
            "o.status_changed_at",
            Kind::Moment,
        )
        .descending(),
        Sort::by("due", "Decision due", "o.sla_due_at", Kind::Moment).nullable(),
    ],
    filters: &[
        Filter::new("state", "State", Test::Is("o.status", Kind::OneOf(&STATES))),
        Filter::new(
            "submitter",
            "Raised by",
            Test::Is("o.submitter_id", Kind::Id(Record::Person)),
        ),
        Filter::new(
            "approver",
            "Waits for",
            Test::Is("o.current_approver", Kind::Id(Record::Person)),
        ),
        Filter::new(
            "vendor",
            "Vendor",
            Test::Is("o.vendor_id", Kind::Id(Record::Vendor)),
        ),
        Filter::new(
            "department",
            "Department",
            Test::Is("o.department_id", Kind::Id(Record::Department)),
        ),
        Filter::new(
            "currency",
            "Currency",
            Test::Is("o.currency", Kind::OneOf(&Currency::CODES)),
        ),
        Filter::new(
            "needed_from",
            "Needed from",
            Test::From("o.needed_by", Kind::Day),
        ),
        Filter::new(
            "needed_to",
            "Needed until",
            Test::UpTo("o.needed_by", Kind::Day),
        ),
        Filter::new(
            "changed_from",
            "Changed from",
            Test::From("o.status_changed_at", Kind::Moment),
        ),
        Filter::new(
            "changed_to",
            "Changed until",
            Test::UpTo("o.status_changed_at", Kind::Moment),
        ),
        Filter::new(
            "total_from",
            "Total from",
            Test::From("o.total", Kind::Amount),
        ),
        Filter::new(
            "total_to",
            "Total up to",
            Test::UpTo("o.total", Kind::Amount),
        ),
        Filter::new(
            "due_from",
            "Due from",
            Test::From("o.sla_due_at", Kind::Moment),
        ),
        Filter::new(
            "due_to",
            "Due until",
            Test::UpTo("o.sla_due_at", Kind::Moment),
        ),
        Filter::new("late", "Late", Test::Passed("o.sla_due_at")),
        Filter::new(
            "in_approval",
            "In approval",
            Test::Holds("o.approval_level > 0"),
        ),
        decided(
            "approved_from",
            "Approved from (UTC)",
            "SELECT subject_id FROM transitions WHERE subject_kind = 'purchase_order' AND to_state = 'approved' AND (at AT TIME ZONE 'UTC')::date >= ",
        ),
        decided(
            "approved_on",
            "Approved on (UTC)",
            "SELECT subject_id FROM transitions WHERE subject_kind = 'purchase_order' AND to_state = 'approved' AND (at AT TIME ZONE 'UTC')::date = ",
        ),
        decided(
            "rejected_from",
            "Rejected from (UTC)",
            "SELECT subject_id FROM transitions WHERE subject_kind = 'purchase_order' AND to_state = 'rejected' AND (at AT TIME ZONE 'UTC')::date >= ",
        ),
        decided(
            "rejected_on",
            "Rejected on (UTC)",
            "SELECT subject_id FROM transitions WHERE subject_kind = 'purchase_order' AND to_state = 'rejected' AND (at AT TIME ZONE 'UTC')::date = ",
        ),
        Filter::new(
            "rejected_for",
            "Rejected for",
            Test::KeyIn(
                "SELECT subject_id FROM transitions WHERE subject_kind = 'purchase_order' AND to_state = 'rejected' AND data ->> 'category' = ",
                Kind::OneOf(&CATEGORIES),
            ),
        ),
    ],
    words: Some(Words {
        table: "purchase_order_words",
        key: "purchase_order_id",
        vendors: true,
    }),
};

/// Which orders a list shows (spec README, "Who sees what": each one indexed predicate).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Raised by the reader.
    Mine,
    /// Waiting for the reader's decision.
    Waiting,
    /// Raised by anyone below the reader.
    Team,
    /// Approved and after: purchasing's.
    Placed,
    /// Everyone's.
    All,
}

impl Scope {
    /// The word in the address: `?scope=mine`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::Mine => "mine",
            Scope::Waiting => "waiting",
            Scope::Team => "team",
            Scope::Placed => "placed",
            Scope::All => "all",
        }
    }

    /// The text people read.
    pub const fn label(self) -> &'static str {
        match self {
            Scope::Mine => "Mine",
            Scope::Waiting => "Waiting for me",
            Scope::Team => "My team",
            Scope::Placed => "To place and placed",
            Scope::All => "All",
        }
    }

    /// The predicate.
    async fn predicate(self, db: &mut PgConnection, me: PersonId) -> Result<list::Scope> {
        Ok(match self {
            Scope::Mine => list::Scope::Is("o.submitter_id", me.0),
            Scope::Waiting => list::Scope::KeyIn(
                "SELECT d.subject_id FROM people me JOIN decisions d ON me.id IN (d.assignee_id, d.escalated_to_id)
                     AND d.verdict IS NULL AND d.subject_kind = 'purchase_order' WHERE me.id = ",
                me.0,
            ),
            Scope::Team => list::Scope::AnyOf("o.submitter_id", team(db, me).await?),
            Scope::Placed => list::Scope::Where(
                "(o.status IN ('approved', 'processing', 'completed') OR (o.status = 'cancelled' AND o.approved_at IS NOT NULL))",
            ),
            Scope::All => list::Scope::All,
        })
    }
}

/// Everyone below a person in the chain of managers.
pub(super) async fn team(db: &mut PgConnection, manager: PersonId) -> Result<Vec<i64>> {
    let ids = sqlx::query_scalar!(
        r#"WITH RECURSIVE team (id) AS (
               SELECT id FROM people WHERE manager_id = $1
               UNION SELECT p.id FROM people p JOIN team t ON p.manager_id = t.id)
           SELECT id AS "id!" FROM team"#,
        manager.0,
    )
    .fetch_all(db)
    .await?;
    Ok(ids)
}

/// The scopes a person has, the one to start with first.
pub fn scopes(actor: &Actor) -> Vec<Scope> {
    let mut scopes = vec![Scope::Mine, Scope::Waiting];
    if actor.is_manager {
        scopes.push(Scope::Team);
    }
    if actor.has(Role::Purchasing) {
        scopes.push(Scope::Placed);
    }
    if sees_all(actor) {
        scopes.push(Scope::All);
    }
    scopes
}

/// The scope a query asks for, when it is the actor's; else the one to start with.
pub fn scope_of(query: &Query, actor: &Actor) -> Scope {
    let scopes = scopes(actor);
    let asked = scopes
        .iter()
        .find(|scope| query.scope.as_deref() == Some(scope.as_str()));
    *asked.unwrap_or(&Scope::Mine)
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// The number.
    pub id: PurchaseOrderId,
    /// What it is for: the justification's first words, else the first line.
    pub title: String,
    /// Where it stands.
    pub state: State,
    /// Who raised it.
    pub submitter: String,
    /// From whom, once chosen.
    pub vendor: Option<String>,
    /// For which department, once chosen.
    pub department: Option<String>,
    /// The sum.
    pub total: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// When the goods are needed.
    pub needed_by: Option<Date>,
    /// Whom it waits for.
    pub approver: Option<String>,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Since when it stands where it stands.
    pub status_changed_at: Timestamp,
}

impl Listed for ListRow {
    fn spec() -> &'static Spec {
        &ORDERS
    }

    async fn scope(db: &mut PgConnection, actor: &Actor, query: &Query) -> Result<list::Scope> {
        scope_of(query, actor).predicate(db, actor.id).await
    }

    async fn rows(db: &mut PgConnection, keys: &[i64]) -> Result<Vec<Self>> {
        let rows = sqlx::query!(
            r#"SELECT o.id, o.status, o.total, o.currency, o.sla_due_at, o.status_changed_at, o.needed_by, s.name AS submitter,
                   v.name AS "vendor?", a.name AS "approver?", d.name AS "department?",
                   coalesce(nullif(left(split_part(o.justification, E'\n', 1), 80), ''),
                       (SELECT l.description FROM purchase_order_lines l WHERE l.purchase_order_id = o.id ORDER BY l.position LIMIT 1),
                       '') AS "title!"
               FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place)
                   JOIN purchase_orders o ON o.id = asked.id JOIN people s ON s.id = o.submitter_id
                   LEFT JOIN vendors v ON v.id = o.vendor_id LEFT JOIN people a ON a.id = o.current_approver
                   LEFT JOIN departments d ON d.id = o.department_id
               ORDER BY asked.place"#,
            keys,
        )
        .fetch_all(db)
        .await?;
        rows.into_iter()
            .map(|row| {
                let bad =
                    |column: &str| Error::internal(format!("purchase_orders {}: {column}", row.id));
                Ok(ListRow {
                    id: PurchaseOrderId(row.id),
                    title: row.title,
                    state: State::parse(&row.status).ok_or_else(|| bad("status"))?,
                    submitter: row.submitter,
                    vendor: row.vendor,
                    department: row.department,
                    total: row.total,
                    currency: Currency::parse(&row.currency).ok_or_else(|| bad("currency"))?,
                    needed_by: row.needed_by.map(jiff_sqlx::Date::to_jiff),
                    approver: row.approver,
                    due: row.sla_due_at.map(jiff_sqlx::Timestamp::to_jiff),
                    status_changed_at: row.status_changed_at.to_jiff(),
                })
            })
            .collect()
    }
}

/// The actor's own orders whose state changed last, for My work.
pub async fn latest(engine: &Engine, actor: &Actor, limit: usize) -> Result<Vec<ListRow>> {
    let mut db = engine.one_asked_moment().await?;
    let query = Query::parse(&ORDERS, "", &jiff::tz::TimeZone::UTC);
    let scope = Scope::Mine.predicate(&mut db, actor.id).await?;
    let asked = Asked::new(&mut db, &query, &scope, engine.clock().now()).await?;
    let keys = list::ids(&mut db, &asked, limit).await?.keys;
    ListRow::rows(&mut db, &keys).await
}

/// Those of these orders that wait for the actor, in this order.
pub async fn chosen(
    engine: &Engine,
    actor: &Actor,
    orders: &[(PurchaseOrderId, i32)],
) -> Result<Vec<ListRow>> {
    let ids: Vec<i64> = orders.iter().map(|(id, _)| id.0).take(PAGE).collect();
    let mut db = engine.pool().acquire().await?;
    let waiting = sqlx::query_scalar!(
        "SELECT subject_id FROM decisions
         WHERE subject_kind = 'purchase_order' AND subject_id = ANY($2) AND $1 IN (assignee_id, escalated_to_id) AND verdict IS NULL",
        actor.id.0,
        &ids,
    )
    .fetch_all(&mut *db)
    .await?;
    let ids: Vec<i64> = ids.into_iter().filter(|id| waiting.contains(id)).collect();
    ListRow::rows(&mut db, &ids).await
}

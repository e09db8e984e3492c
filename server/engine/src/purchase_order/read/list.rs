//! The list of orders: one indexed predicate per scope, pages of 50 by keyset, newest first.

use domain::{
    actor::Actor,
    ids::{PersonId, PurchaseOrderId},
    money::Currency,
    purchase_order::State,
    role::Role,
};
use jiff::Timestamp;
use rust_decimal::Decimal;

use crate::{Engine, Error, Result};

/// Rows on a page.
const PAGE: i64 = 50;
/// Counts stop here: "over 1,000".
const COUNT_LIMIT: i64 = 1001;

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
}

/// The scopes a person has, the one to start with first.
pub fn scopes(actor: &Actor) -> Vec<Scope> {
    let all = [
        Role::FinanceManager,
        Role::Executive,
        Role::Auditor,
        Role::Administrator,
    ]
    .iter()
    .any(|role| actor.has(*role));
    let mut scopes = vec![Scope::Mine, Scope::Waiting];
    if actor.is_manager {
        scopes.push(Scope::Team);
    }
    if actor.has(Role::Purchasing) {
        scopes.push(Scope::Placed);
    }
    if all {
        scopes.push(Scope::All);
    }
    scopes
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
    /// The sum.
    pub total: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// Whom it waits for.
    pub approver: Option<String>,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Since when it stands where it stands.
    pub status_changed_at: Timestamp,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListPage {
    /// At most 50, newest first.
    pub rows: Vec<ListRow>,
    /// Where the next page begins: `?before=`.
    pub next: Option<PurchaseOrderId>,
    /// How many there are in all, exact to 1,000; `None`: over 1,000.
    pub count: Option<i64>,
}

/// A page of a scope, below `before` where given. A scope that is not the actor's is empty.
pub async fn list(
    engine: &Engine,
    actor: &Actor,
    scope: Scope,
    before: Option<PurchaseOrderId>,
) -> Result<ListPage> {
    if !scopes(actor).contains(&scope) {
        return Ok(ListPage {
            rows: Vec::new(),
            next: None,
            count: Some(0),
        });
    }
    let mut ids = ids(
        engine,
        actor.id,
        scope,
        before.map_or(i64::MAX, |id| id.0),
        PAGE + 1,
    )
    .await?;
    let more = ids.len() > usize::try_from(PAGE).unwrap_or_default();
    ids.truncate(usize::try_from(PAGE).unwrap_or_default());
    let next = if more {
        ids.last().copied().map(PurchaseOrderId)
    } else {
        None
    };
    let count = match (before, more) {
        (None, false) => i64::try_from(ids.len()).unwrap_or_default(),
        _ => i64::try_from(
            self::ids(engine, actor.id, scope, i64::MAX, COUNT_LIMIT)
                .await?
                .len(),
        )
        .unwrap_or_default(),
    };
    Ok(ListPage {
        rows: rows(engine, &ids).await?,
        next,
        count: (count < COUNT_LIMIT).then_some(count),
    })
}

async fn ids(
    engine: &Engine,
    me: PersonId,
    scope: Scope,
    before: i64,
    limit: i64,
) -> Result<Vec<i64>> {
    let pool = engine.pool();
    let ids = match scope {
        Scope::Mine => {
            sqlx::query_scalar!(
                "SELECT id FROM purchase_orders WHERE submitter_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                me.0, before, limit,
            )
            .fetch_all(pool)
            .await
        }
        Scope::Waiting => {
            sqlx::query_scalar!(
                "SELECT subject_id FROM decisions WHERE assignee_id = $1 AND verdict IS NULL AND subject_kind = 'purchase_order'
                   AND subject_id < $2 ORDER BY subject_id DESC LIMIT $3",
                me.0, before, limit,
            )
            .fetch_all(pool)
            .await
        }
        Scope::Team => {
            sqlx::query_scalar!(
                "WITH RECURSIVE team (id) AS (
                     SELECT id FROM people WHERE manager_id = $1
                     UNION SELECT p.id FROM people p JOIN team t ON p.manager_id = t.id)
                 SELECT o.id FROM purchase_orders o WHERE o.submitter_id = ANY(array(SELECT id FROM team)) AND o.id < $2
                 ORDER BY o.id DESC LIMIT $3",
                me.0, before, limit,
            )
            .fetch_all(pool)
            .await
        }
        Scope::Placed => {
            sqlx::query_scalar!(
                "SELECT id FROM purchase_orders
                 WHERE (status IN ('approved', 'processing', 'completed') OR (status = 'cancelled' AND approved_at IS NOT NULL))
                   AND id < $1 ORDER BY id DESC LIMIT $2",
                before, limit,
            )
            .fetch_all(pool)
            .await
        }
        Scope::All => {
            sqlx::query_scalar!("SELECT id FROM purchase_orders WHERE id < $1 ORDER BY id DESC LIMIT $2", before, limit)
                .fetch_all(pool)
                .await
        }
    };
    Ok(ids?)
}

/// The rows of these orders, newest first.
async fn rows(engine: &Engine, ids: &[i64]) -> Result<Vec<ListRow>> {
    let rows = sqlx::query!(
        r#"SELECT o.id, o.status, o.total, o.currency, o.sla_due_at, o.status_changed_at, s.name AS submitter,
               v.name AS "vendor?", a.name AS "approver?",
               coalesce(nullif(left(split_part(o.justification, E'\n', 1), 80), ''),
                   (SELECT l.description FROM purchase_order_lines l WHERE l.purchase_order_id = o.id ORDER BY l.position LIMIT 1),
                   '') AS "title!"
           FROM purchase_orders o JOIN people s ON s.id = o.submitter_id LEFT JOIN vendors v ON v.id = o.vendor_id
               LEFT JOIN people a ON a.id = o.current_approver
           WHERE o.id = ANY($1) ORDER BY o.id DESC"#,
        ids,
    )
    .fetch_all(engine.pool())
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
                total: row.total,
                currency: Currency::parse(&row.currency).ok_or_else(|| bad("currency"))?,
                approver: row.approver,
                due: row.sla_due_at.map(jiff_sqlx::Timestamp::to_jiff),
                status_changed_at: row.status_changed_at.to_jiff(),
            })
        })
        .collect()
}

/// How many of the actor's own orders want something of them, for My work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Drafts not submitted yet.
    pub drafts: i64,
    /// Rejected: to be revised or left.
    pub rejected: i64,
    /// Waiting for somebody else's decision.
    pub in_approval: i64,
    /// Approved, waiting for purchasing: shown to purchasing only.
    pub to_process: i64,
    /// With the vendor: shown to purchasing only.
    pub processing: i64,
}

/// The figures of My work, each counted to 1,000.
pub async fn counts(engine: &Engine, actor: &Actor) -> Result<Counts> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE status = 'draft') AS "drafts!", count(*) FILTER (WHERE status = 'rejected') AS "rejected!",
               count(*) FILTER (WHERE approval_level > 0) AS "in_approval!",
               CASE WHEN $2 THEN (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE status = 'approved' LIMIT 1001) x) ELSE 0 END
                   AS "to_process!",
               CASE WHEN $2 THEN (SELECT count(*) FROM (SELECT FROM purchase_orders WHERE status = 'processing' LIMIT 1001) x) ELSE 0 END
                   AS "processing!"
           FROM (SELECT status, approval_level FROM purchase_orders WHERE submitter_id = $1 ORDER BY id DESC LIMIT 1001) mine"#,
        actor.id.0,
        actor.has(Role::Purchasing),
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(Counts {
        drafts: row.drafts,
        rejected: row.rejected,
        in_approval: row.in_approval,
        to_process: row.to_process,
        processing: row.processing,
    })
}

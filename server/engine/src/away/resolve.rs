//! To whom what waits is shown: its approver, or who stands in for them now.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    notification::{Kind, To, Told},
};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};

use crate::{
    Engine, Error, Result, Tx, clock, directory, job,
    notification::{self, Notice},
    person,
    purchase_order::{
        self,
        notices::{self, About, Said},
    },
};

/// Somebody goes away or comes back: works out anew to whom what waits is shown. However late or often it runs, it writes what is
/// true then.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ResolveAssignees {}

impl TaskHandler for ResolveAssignees {
    const IDENTIFIER: &'static str = "resolve_assignees";

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let engine = job::engine(&ctx)?;
        clock::read(&engine)
            .await
            .map_err(|error| job::said(&error))?;
        now(&engine).await.map_err(|error| job::said(&error))
    }
}

/// As [`resolve`], in a transaction of its own.
pub(super) async fn now(engine: &Engine) -> Result<()> {
    let mut tx = engine.begin().await?;
    person::lock::change(&mut tx).await?;
    resolve(&mut tx, engine).await?;
    tx.commit().await?;
    Ok(())
}

/// Asks for it in the transaction in which a time is set, at its begin and at its end; moved with it when it is changed.
pub(super) async fn enqueue(
    tx: &mut Tx,
    engine: &Engine,
    period: i64,
    (from, until): (Timestamp, Timestamp),
) -> Result<()> {
    for (what, at) in [("begin", from), ("end", until)] {
        job::enqueue_at(
            tx,
            engine,
            ResolveAssignees::IDENTIFIER,
            (&format!("away:{period}:{what}"), at),
        )
        .await?;
    }
    Ok(())
}

/// The demo's clock jumped ahead: what was asked for comes as much sooner by the queue's, which goes by the database's.
pub(crate) async fn clock_jumped(tx: &mut Tx, by: SignedDuration) -> Result<()> {
    sqlx::query!(
        r#"SELECT (graphile_worker.add_job(identifier => $1, payload => '{}', job_key => j.key,
               run_at => j.run_at - make_interval(secs => $2))).id AS "id!"
           FROM graphile_worker.jobs j WHERE j.task_identifier = $1 AND j.key IS NOT NULL"#,
        ResolveAssignees::IDENTIFIER,
        by.as_secs_f64(),
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(())
}

/// Writes to whom each decision is shown that waits for somebody who is away now, or was when this was last worked out; whoever it
/// comes to in their place is told. The caller has the organisation to itself, so that nothing is decided or comes to wait meanwhile.
pub(crate) async fn resolve(tx: &mut Tx, engine: &Engine) -> Result<()> {
    let now = engine.clock().now();
    let open = sqlx::query_as!(
        Open,
        "SELECT d.id, d.approver_id, d.assignee_id, o.id AS order_id, o.submitter_id, s.name AS submitter
         FROM decisions d JOIN purchase_orders o ON o.id = d.subject_id JOIN people s ON s.id = o.submitter_id
         WHERE d.subject_kind = 'purchase_order' AND d.id = ANY(array(
             SELECT w.id FROM away_periods a JOIN decisions w ON w.approver_id = a.person_id AND w.verdict IS NULL
             WHERE a.until_at > $1 AND a.from_at <= $1
             UNION SELECT w.id FROM decisions w WHERE w.verdict IS NULL AND w.assignee_id <> w.approver_id))
         ORDER BY d.id",
        now.to_sqlx(),
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut approvers: Vec<i64> = open.iter().map(|row| row.approver_id).collect();
    approvers.sort_unstable();
    approvers.dedup();
    let people = directory::around(tx, &approvers, now).await?;
    let (mut ids, mut assignees, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for row in open {
        let (approver, submitter) = (PersonId(row.approver_id), PersonId(row.submitter_id));
        let assignee = people.assignee(approver, submitter, now);
        if assignee.0 == row.assignee_id {
            continue;
        }
        ids.push(row.id);
        assignees.push(assignee.0);
        if assignee != approver {
            notices.push(notice(tx, &row, assignee, people.name(approver)).await?);
        }
    }
    sqlx::query!(
        "UPDATE decisions d SET assignee_id = m.assignee FROM unnest($1::bigint[], $2::bigint[]) AS m (id, assignee) WHERE d.id = m.id",
        &ids,
        &assignees,
    )
    .execute(&mut **tx)
    .await?;
    notification::tell(tx, engine, &notices).await
}

/// An open decision that may be shown to somebody else.
struct Open {
    id: i64,
    approver_id: i64,
    assignee_id: i64,
    order_id: i64,
    submitter_id: i64,
    submitter: String,
}

/// What `to` hears, who decides in place of `approver` from now on. One order is read at a time: it is once for each that waits for
/// who goes away.
async fn notice(tx: &mut Tx, open: &Open, to: PersonId, approver: &str) -> Result<Notice> {
    let id = PurchaseOrderId(open.order_id);
    let order = purchase_order::stored(tx, id)
        .await?
        .ok_or(Error::NotFound)?
        .order;
    let about = About {
        order: &order,
        submitter: &open.submitter,
        priority: order.priority,
        due: order.waiting.map(|waiting| waiting.due),
    };
    let told = Told {
        to: To::Person(to),
        kind: Kind::AskedAsDelegate,
    };
    let said = Said {
        by: approver,
        text: None,
        once: &format!("decision-{}", open.id),
    };
    Ok(notices::notice(about, told, said))
}

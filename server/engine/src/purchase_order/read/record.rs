//! One order's page: the order, what this reader may do, its route, what happened and was said.

use domain::permission::Permission;
use domain::{
    actor::Actor,
    approval_rule::{Level, RouteStep, Routed, RuleSet},
    directory::Directory,
    ids::{DepartmentId, PurchaseOrderId},
    money::{Currency, Quantity, UnitPrice},
    purchase_order::{
        By, Context, EventKind, Line, Order, Refusal, RejectionCategory, State, permission,
    },
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::{
    duplicate::{Duplicate, duplicates},
    why::{Why, why},
};
use crate::{
    Engine, Error, Result,
    activity::{self, Activity, Place},
    approval_rule,
    attachment::{self, Attachment},
    directory,
    purchase_order::{KIND, service, subject},
};

/// All that an order's page shows.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// The order.
    pub order: Order,
    /// What a form on the page carries.
    pub version: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it stands where it stands.
    pub status_changed_at: Timestamp,
    /// Why it was rejected, while it is.
    pub rejection: Option<(RejectionCategory, String)>,
    /// Who raised it.
    pub submitter: String,
    /// The department's name.
    pub department: Option<String>,
    /// Level by level.
    pub route: Vec<RouteEntry>,
    /// Why that level, those people, that deadline.
    pub why: Why,
    /// What this reader may do; hidden ones are left out.
    pub actions: Vec<(EventKind, Permission<Refusal, By>)>,
    /// Lines of rejected rounds, newest first.
    pub rejected: Vec<RejectedRound>,
    /// Orders that this one may be a duplicate of: told to its submitter and its approver, until it is decided.
    pub duplicates: Vec<Duplicate>,
    /// Files, oldest first.
    pub attachments: Vec<Attachment>,
    /// What happened and was said, newest first.
    pub activity: Activity,
}

/// The lines an order had when it was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRound {
    /// The round.
    pub round: i32,
    /// By position.
    pub lines: Vec<Line>,
}

/// One level of the route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteEntry {
    /// The level.
    pub level: Level,
    /// Who is asked, was asked or would be; or who is missing.
    pub approver: std::result::Result<String, String>,
    /// How far it has come.
    pub status: RouteStatus,
    /// Elapsed hours the rule gives.
    pub sla_hours: u16,
}

/// How far one level has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteStatus {
    /// Decided: `approved`, `rejected`, `passed` or `dropped`, by whom and when.
    Done {
        /// How it ended.
        verdict: String,
        /// Who decided; `None`: the system.
        by: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// Waited for, until then.
    Now {
        /// The deadline.
        due: Timestamp,
        /// Whoever may decide too since it passed.
        escalated_to: Option<String>,
    },
    /// To come.
    Next,
    /// To come, and passed by itself: the same person stands at a lower level.
    Passes,
}

/// An order as `actor` sees it.
///
/// # Errors
/// `NotFound` for one the actor may not see.
pub async fn record(engine: &Engine, actor: &Actor, id: PurchaseOrderId) -> Result<RecordView> {
    record_from(engine, actor, id, None).await
}

/// As [`record`], with the activity after `place`.
pub async fn record_from(
    engine: &Engine,
    actor: &Actor,
    id: PurchaseOrderId,
    place: Option<Place>,
) -> Result<RecordView> {
    // One moment for all of it: a page never shows the state of before with the lines of after.
    let mut db = engine.one_moment().await?;
    let stored = service::seen(&mut db, actor, id).await?;
    let removable = service::removable_since(&stored, actor);
    let since = stored.submitted_at;
    let order = stored.order;
    let (rules, people) = service::surroundings(&mut db, &order).await?;
    let context = Context {
        rules: &rules,
        directory: &people,
        now: engine.clock().now(),
    };
    let actions: Vec<_> = EventKind::ALL
        .iter()
        .map(|kind| (*kind, permission(&order, *kind, actor, &context)))
        .filter(|(_, permission)| *permission != Permission::Hidden)
        .collect();
    let names = sqlx::query!(
        r#"SELECT p.name AS "submitter!", (SELECT d.name FROM departments d WHERE d.id = $2) AS department FROM people p WHERE p.id = $1"#,
        order.submitter.0,
        order.department.map(|d| d.0),
    )
    .fetch_one(&mut *db)
    .await?;
    let route = route(&mut db, &order, &rules, &people).await?;
    let why = why(&mut db, &order, &rules, &people).await?;
    let duplicates = if is_told(&order, actor, &actions) {
        let at = since.unwrap_or(context.now);
        duplicates(&mut db, &order, actor, at).await?
    } else {
        Vec::new()
    };
    let rejected = rejected(&mut db, id).await?;
    let attachments = attachment::all(&mut db, subject(id), removable).await?;
    let activity = activity::read(&mut db, subject(id), place).await?;
    db.commit().await?;
    Ok(RecordView {
        version: stored.version,
        created_at: stored.created_at,
        status_changed_at: stored.status_changed_at,
        rejection: stored.rejection,
        submitter: names.submitter,
        department: names.department,
        route,
        why,
        actions,
        rejected,
        duplicates,
        attachments,
        activity,
        order,
    })
}

/// Whether it is the reader's to raise or to decide the order now.
fn is_told(
    order: &Order,
    reader: &Actor,
    actions: &[(EventKind, Permission<Refusal, By>)],
) -> bool {
    let open = order.state == State::Draft || order.state.in_approval();
    let decides = actions.iter().any(|(kind, _)| *kind == EventKind::Approve);
    open && (reader.id == order.submitter || decides)
}

/// The levels decided in this round, then those still to come under the order's rules.
async fn route(
    db: &mut PgConnection,
    order: &Order,
    rules: &RuleSet,
    people: &Directory,
) -> Result<Vec<RouteEntry>> {
    let sla = |level: Level| rules.level(level).map_or(0, |rule| rule.sla_hours);
    let rows = sqlx::query!(
        r#"SELECT d.level, d.verdict, d.decided_at, d.due_at, a.name AS approver, b.name AS "by?", e.name AS "escalated_to?"
           FROM decisions d JOIN people a ON a.id = d.approver_id LEFT JOIN people b ON b.id = d.decided_by
               LEFT JOIN people e ON e.id = d.escalated_to_id
           WHERE d.subject_kind = $1 AND d.subject_id = $2 AND d.round = $3 ORDER BY d.level"#,
        KIND,
        order.id.0,
        order.round,
    )
    .fetch_all(db)
    .await?;
    let mut entries: Vec<RouteEntry> = Vec::new();
    for row in rows {
        let level = Level(u8::try_from(row.level).map_err(Error::internal)?);
        let status = match (row.verdict, row.decided_at) {
            (Some(verdict), Some(at)) => RouteStatus::Done {
                verdict,
                by: row.by,
                at: at.to_jiff(),
            },
            _ => RouteStatus::Now {
                due: row.due_at.to_jiff(),
                escalated_to: row.escalated_to,
            },
        };
        entries.push(RouteEntry {
            level,
            approver: Ok(row.approver),
            status,
            sla_hours: sla(level),
        });
    }
    let to_come = order.state.in_approval() || order.state == State::Draft;
    if to_come && order.total > Decimal::ZERO {
        let routed = Routed {
            submitter: order.submitter,
            department: order.department,
            directory: people,
        };
        let reached = entries.last().map(|entry| entry.level);
        let next = rules
            .route(order.total, &routed)
            .into_iter()
            .filter(|step| Some(step.level) > reached);
        entries.extend(next.map(|step| projected(&step, people)));
    }
    Ok(entries)
}

fn projected(step: &RouteStep, people: &Directory) -> RouteEntry {
    RouteEntry {
        level: step.level,
        approver: match &step.approver {
            Ok(resolved) => Ok(people.name(resolved.person).to_owned()),
            Err(missing) => Err(missing.wanted.clone()),
        },
        status: if step.passes {
            RouteStatus::Passes
        } else {
            RouteStatus::Next
        },
        sla_hours: step.sla_hours,
    }
}

/// The routes an order of each amount band would take: `(smallest total of the band, its route)`, lowest first. For the form.
pub async fn preview(
    engine: &Engine,
    actor: &Actor,
    department: Option<DepartmentId>,
    currency: Currency,
) -> Result<Vec<(Decimal, Vec<RouteEntry>)>> {
    let mut db = engine.pool().acquire().await?;
    let rules = approval_rule::current(&mut db, KIND, department, currency).await?;
    let people = directory::load(&mut db, &[actor.id], department, &rules).await?;
    let routed = Routed {
        submitter: actor.id,
        department,
        directory: &people,
    };
    let bands = rules.levels.iter().map(|rule| {
        let route = rules
            .route(rule.from_amount, &routed)
            .iter()
            .map(|step| projected(step, &people))
            .collect();
        (rule.from_amount, route)
    });
    Ok(bands.collect())
}

async fn rejected(db: &mut PgConnection, id: PurchaseOrderId) -> Result<Vec<RejectedRound>> {
    let rows = sqlx::query!(
        "SELECT round, position, description, quantity, unit, unit_price, cost_centre
         FROM rejected_items WHERE purchase_order_id = $1 ORDER BY round DESC, position",
        id.0,
    )
    .fetch_all(db)
    .await?;
    let mut rounds: Vec<RejectedRound> = Vec::new();
    for row in rows {
        let line = Line {
            position: row.position.into(),
            description: row.description,
            quantity: Quantity::from_decimal(row.quantity),
            unit: row.unit,
            unit_price: UnitPrice::from_decimal(row.unit_price),
            cost_centre: row.cost_centre,
            received: Quantity::ZERO,
        };
        match rounds.last_mut() {
            Some(last) if last.round == row.round => last.lines.push(line),
            _ => rounds.push(RejectedRound {
                round: row.round,
                lines: vec![line],
            }),
        }
    }
    Ok(rounds)
}

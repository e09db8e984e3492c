//! The route of an order, level by level: decided, waited for, to come; and the routes a form shows before.

use domain::{
    actor::Actor,
    approval_rule::{Level, RouteStep, Routed},
    away::DeadEnd,
    directory::Directory,
    ids::{DepartmentId, PersonId},
    money::Currency,
    purchase_order::{Context, Order, State},
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{Engine, Error, Result, approval_rule, directory, purchase_order::KIND};

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
    /// Since who is asked, or would be, is away now.
    pub absence: Option<Absence>,
}

/// Who is away, and who decides meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// The first moment they are back.
    pub until: Timestamp,
    /// Who decides; `None`: nobody stands in.
    pub decides: Option<String>,
    /// Why their delegates lead nowhere, where they do.
    pub dead_end: Option<DeadEnd>,
}

impl Absence {
    /// Of whom is asked to decide what `submitter` raised, if they are away.
    fn of(
        person: PersonId,
        submitter: PersonId,
        people: &Directory,
        now: Timestamp,
    ) -> Option<Self> {
        let away = people.away(person, now)?;
        let stand_in = people.stand_in(person, submitter, now)?;
        Some(Self {
            until: away.until,
            decides: stand_in.person.map(|id| people.name(id).to_owned()),
            dead_end: stand_in.dead_end,
        })
    }
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

/// The levels decided in this round, then those still to come under the order's rules.
pub(super) async fn route(
    db: &mut PgConnection,
    order: &Order,
    context: &Context<'_>,
) -> Result<Vec<RouteEntry>> {
    let (rules, people) = (context.rules, context.directory);
    let sla = |level: Level| rules.level(level).map_or(0, |rule| rule.sla_hours);
    let rows = sqlx::query!(
        r#"SELECT d.level, d.verdict, d.decided_at, d.due_at, d.approver_id, a.name AS approver, b.name AS "by?", e.name AS "escalated_to?"
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
        let approver = PersonId(row.approver_id);
        let (status, absence) = match (row.verdict, row.decided_at) {
            (Some(verdict), Some(at)) => (
                RouteStatus::Done {
                    verdict,
                    by: row.by,
                    at: at.to_jiff(),
                },
                None,
            ),
            _ => (
                RouteStatus::Now {
                    due: row.due_at.to_jiff(),
                    escalated_to: row.escalated_to,
                },
                Absence::of(approver, order.submitter, people, context.now),
            ),
        };
        entries.push(RouteEntry {
            level,
            approver: Ok(row.approver),
            status,
            sla_hours: sla(level),
            absence,
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
        entries.extend(next.map(|step| projected(&step, &routed, context.now)));
    }
    Ok(entries)
}

fn projected(step: &RouteStep, routed: &Routed<'_>, now: Timestamp) -> RouteEntry {
    let people = routed.directory;
    let asked = step.approver.as_ref().ok();
    RouteEntry {
        level: step.level,
        absence: asked.and_then(|asked| Absence::of(asked.person, routed.submitter, people, now)),
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
    let wanted = directory::Wanted {
        submitter: actor.id,
        department,
        also: Vec::new(),
        at: engine.clock().now(),
    };
    let people = directory::load(&mut db, &wanted, &rules).await?;
    let routed = Routed {
        submitter: actor.id,
        department,
        directory: &people,
    };
    let bands = rules.levels.iter().map(|rule| {
        let route = rules
            .route(rule.from_amount, &routed)
            .iter()
            .map(|step| projected(step, &routed, wanted.at))
            .collect();
        (rule.from_amount, route)
    });
    Ok(bands.collect())
}

//! The figures of the approvals dashboard: what waits from the open orders, which are few; what happened from the sums.

use std::collections::BTreeMap;

use domain::{
    actor::Actor,
    histogram::Histogram,
    ids::{DepartmentId, PersonId},
    purchase_order::{RejectionCategory, State},
};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::list::{Scope, scopes, team};
use crate::{Engine, Error, Result};

/// The periods there are, in days, the one to start with first.
pub const PERIODS: [i16; 3] = [30, 7, 90];

/// What the dashboard is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whose orders: everyone's, or those of the reader's people.
    pub scope: Scope,
    /// How many days, today among them.
    pub days: i16,
    /// Of one department only.
    pub department: Option<DepartmentId>,
}

/// Whose orders someone watches, the widest first; nobody's: they have no dashboard.
pub fn watched(actor: &Actor) -> Vec<Scope> {
    let mut watched = scopes(actor);
    watched.retain(|scope| matches!(scope, Scope::All | Scope::Team));
    watched.reverse();
    watched
}

impl Asked {
    /// What an address asks: words that make no sense, and scopes that are not the actor's, count as left out.
    ///
    /// # Errors
    /// `NotFound` for who has no dashboard.
    pub fn parse(actor: &Actor, word: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let watched = watched(actor);
        let scope = word("scope");
        let asked = watched
            .iter()
            .find(|s| scope.as_deref() == Some(s.as_str()));
        let days = word("days").and_then(|days| days.parse().ok());
        Ok(Self {
            scope: *asked.or(watched.first()).ok_or(Error::NotFound)?,
            days: days
                .filter(|days| PERIODS.contains(days))
                .unwrap_or(PERIODS[0]),
            department: word("department")
                .and_then(|id| id.parse().ok())
                .map(DepartmentId),
        })
    }
}

/// The figures. Days are days of UTC, but for what is due today: that is the reader's day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dashboard {
    /// What waits, by state and approver.
    pub waiting: Vec<Waiting>,
    /// How long orders stood in each state they left in the period.
    pub times: BTreeMap<State, Histogram>,
    /// How many were approved on a day (`None`) or rejected and why; the period's days and as many before.
    pub outcomes: BTreeMap<(Date, Option<RejectionCategory>), i64>,
    /// What was decided in the period, by level and approver.
    pub steps: Vec<Step>,
}

/// Orders that wait for one approver at one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The level's state.
    pub state: State,
    /// Whom they wait for.
    pub approver: PersonId,
    /// Their name.
    pub name: String,
    /// How many.
    pub count: i64,
    /// Of these, past their deadline.
    pub late: i64,
    /// Of these, due on the reader's day, late or not.
    pub today: i64,
}

/// Decisions of one approver at one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The level's state.
    pub state: State,
    /// Who was asked.
    pub approver: PersonId,
    /// Their name.
    pub name: String,
    /// How many orders they were asked to decide.
    pub count: i64,
    /// How long these waited, on average.
    pub mean: SignedDuration,
}

/// Reads the figures for someone who watches what is asked; `zone` is theirs.
///
/// # Errors
/// `NotFound` where the scope is not the actor's.
pub async fn read(
    engine: &Engine,
    actor: &Actor,
    asked: Asked,
    zone: &TimeZone,
) -> Result<Dashboard> {
    if !watched(actor).contains(&asked.scope) {
        return Err(Error::NotFound);
    }
    let now = engine.clock().now();
    let mut db = engine.pool().acquire().await?;
    let team = match asked.scope {
        Scope::Team => Some(team(&mut db, actor.id).await?),
        _ => None,
    };
    let mut figures = Dashboard {
        waiting: waiting(&mut db, team.as_deref(), asked, (now, zone)).await?,
        ..Dashboard::default()
    };
    let today = now.to_zoned(TimeZone::UTC).date();
    sums(&mut db, &mut figures, (team, asked), today).await?;
    Ok(figures)
}

/// The first day of the period that ends with `today`.
pub fn since(today: Date, days: i16) -> Date {
    today.saturating_sub((i64::from(days) - 1).days())
}

async fn waiting(
    db: &mut PgConnection,
    team: Option<&[i64]>,
    asked: Asked,
    (now, zone): (Timestamp, &TimeZone),
) -> Result<Vec<Waiting>> {
    let today = now.to_zoned(zone.clone()).date();
    let first = |day: Date| day.to_zoned(zone.clone()).map(|at| at.timestamp());
    let begins = first(today).map_err(Error::internal)?;
    let ends = first(today.saturating_add(1.day())).map_err(Error::internal)?;
    let rows = sqlx::query!(
        r#"SELECT w.approval_level, w.current_approver AS "approver!", p.name, w.count AS "count!", w.late AS "late!", w.today AS "today!"
           FROM (SELECT approval_level, current_approver, count(*) AS count, count(*) FILTER (WHERE sla_due_at < $3) AS late,
                   count(*) FILTER (WHERE sla_due_at >= $4 AND sla_due_at < $5) AS today
               FROM purchase_orders WHERE approval_level > 0 AND ($1::bigint[] IS NULL OR submitter_id = ANY($1))
                   AND ($2::bigint IS NULL OR department_id = $2)
               GROUP BY approval_level, current_approver) w
               JOIN people p ON p.id = w.current_approver ORDER BY w.approval_level, w.count DESC, p.name, p.id"#,
        team,
        asked.department.map(|id| id.0),
        now.to_sqlx(),
        begins.to_sqlx(),
        ends.to_sqlx(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let level = u8::try_from(row.approval_level).unwrap_or_default();
            Ok(Waiting {
                state: State::of_level(domain::approval_rule::Level(level))
                    .ok_or_else(|| Error::internal("an open level without a state"))?,
                approver: PersonId(row.approver),
                name: row.name,
                count: row.count,
                late: row.late,
                today: row.today,
            })
        })
        .collect()
}

/// What is summed, each by one range of the sums' key.
async fn sums(
    db: &mut PgConnection,
    figures: &mut Dashboard,
    (team, asked): (Option<Vec<i64>>, Asked),
    today: Date,
) -> Result<()> {
    let department = asked.department.map(|id| id.0);
    let (grain, whose) = match (team, department) {
        (Some(team), _) => ("submitter", team),
        (None, Some(department)) => ("department", vec![department]),
        (None, None) => ("all", vec![0]),
    };
    let rows = sqlx::query_as!(
        Sum,
        r#"SELECT s.measure AS "measure!", s.state AS "state!", s.detail AS "detail!", s.day, s.count AS "count!", s.seconds AS "seconds!", p.name AS "name?"
           FROM (
               SELECT 'time' AS measure, state, detail, NULL::date AS day, sum(count)::bigint AS count, sum(seconds)::bigint AS seconds
               FROM purchase_order_figures
               WHERE grain = $1 AND whose = ANY($2) AND measure = 'time' AND day >= $4 AND ($3::bigint IS NULL OR department_id = $3)
               GROUP BY state, detail
               UNION ALL
               SELECT 'step', state, detail, NULL, sum(count)::bigint, sum(seconds)::bigint FROM purchase_order_figures
               WHERE grain = $1 AND whose = ANY($2) AND measure = 'step' AND day >= $4 AND ($3::bigint IS NULL OR department_id = $3)
               GROUP BY state, detail
               UNION ALL
               SELECT 'outcome', '', detail, day, sum(count)::bigint, sum(seconds)::bigint FROM purchase_order_figures
               WHERE grain = $1 AND whose = ANY($2) AND measure = 'outcome' AND day >= $5 AND ($3::bigint IS NULL OR department_id = $3)
               GROUP BY day, detail) s
               LEFT JOIN people p ON s.measure = 'step' AND p.id = CASE WHEN s.measure = 'step' THEN s.detail::bigint END
           WHERE s.count <> 0"#,
        grain,
        &whose,
        department,
        since(today, asked.days).to_sqlx() as _,
        since(today, asked.days * 2).to_sqlx() as _,
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        figures.add(row)?;
    }
    figures
        .steps
        .sort_by(|a, b| (b.mean, &a.name).cmp(&(a.mean, &b.name)));
    Ok(())
}

/// One sum over the period.
struct Sum {
    measure: String,
    state: String,
    detail: String,
    day: Option<jiff_sqlx::Date>,
    count: i64,
    seconds: i64,
    name: Option<String>,
}

impl Dashboard {
    fn add(&mut self, sum: Sum) -> Result<()> {
        let bad = || Error::internal("a sum of purchase orders that says nothing");
        let state = || State::parse(&sum.state).ok_or_else(bad);
        match sum.measure.as_str() {
            "time" => {
                let bucket = sum.detail.parse().map_err(Error::internal)?;
                let count = u64::try_from(sum.count).unwrap_or_default();
                self.times.entry(state()?).or_default().add(bucket, count);
            }
            "step" => self.steps.push(Step {
                state: state()?,
                approver: PersonId(sum.detail.parse().map_err(Error::internal)?),
                name: sum.name.unwrap_or_default(),
                count: sum.count,
                mean: SignedDuration::from_secs(sum.seconds / sum.count),
            }),
            _ => {
                let day = sum.day.ok_or_else(bad)?.to_jiff();
                let why = RejectionCategory::parse(&sum.detail);
                self.outcomes.insert((day, why), sum.count);
            }
        }
        Ok(())
    }
}

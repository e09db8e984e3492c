//! The route of an order, level by level: decided, waited for, to come; and the routes a form shows before.

use std::collections::{BTreeMap, btree_map::Entry};

use domain::{
    actor::Actor,
    approval_rule::{Level, RouteStep, Routed, RuleSet, applying},
    away::DeadEnd,
    directory::Directory,
    exchange_rate::Exchange,
    ids::{DepartmentId, PersonId, RuleSetId},
    money::Currency,
    purchase_order::{Context, Order, State},
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{
    Engine, Error, Result, approval_rule, directory, exchange_rate, organisation,
    purchase_order::KIND,
};

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
    if let Some(amount) = to_come(order, rules) {
        let routed = Routed {
            submitter: order.submitter,
            department: order.department,
            directory: people,
        };
        let reached = entries.last().map(|entry| entry.level);
        let next = rules
            .route(amount, &routed)
            .into_iter()
            .filter(|step| Some(step.level) > reached);
        entries.extend(next.map(|step| projected(&step, &routed, context.now)));
    }
    Ok(entries)
}

/// The amount that the levels to come are found by, where some can come.
fn to_come(order: &Order, rules: &RuleSet) -> Option<Decimal> {
    let comes = order.state.in_approval() || order.state == State::Draft;
    order
        .compared(rules)
        .filter(|_| comes && order.total > Decimal::ZERO)
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

/// The bands of a currency: the smallest total of each, and the route from there on; lowest first.
pub type Bands = Vec<(Decimal, Vec<RouteEntry>)>;

/// The routes an order of `department` would take, by the band of its total, in each currency that orders can be submitted in: the
/// organisation's first, then those with a rate or rules of their own. For the form.
pub async fn preview(
    engine: &Engine,
    actor: &Actor,
    department: Option<DepartmentId>,
) -> Result<Vec<(Currency, Bands)>> {
    let mut db = engine.pool().acquire().await?;
    let own = organisation::currency(&mut db).await?;
    let now = engine.clock().now();
    let rates = exchange_rate::at_moment(&mut db, &Currency::OFFERED, now).await?;
    let sets = approval_rule::in_force(&mut db).await?;
    let mut currencies: Vec<Currency> = Currency::OFFERED.into();
    currencies.sort_by_key(|currency| *currency != own);
    let mut by_set: BTreeMap<RuleSetId, Vec<Vec<RouteEntry>>> = BTreeMap::new();
    let mut previews = Vec::new();
    for currency in currencies {
        let rate = rates.iter().find(|(of, _)| *of == currency);
        let exchange = Exchange::new(currency == own, rate.map(|(_, rate)| *rate));
        let Some(set) = applying(&sets, department, currency) else {
            continue;
        };
        // Without a rate there are limits only where the rules are for the currency.
        let limits = set.levels.iter().map(|rule| set.limit_in(rule, exchange));
        let Some(limits) = limits.collect::<Option<Vec<Decimal>>>() else {
            continue;
        };
        let found = match by_set.entry(set.id) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let found = by_level(&mut db, (actor.id, department), set, now).await?;
                new.insert(found).clone()
            }
        };
        previews.push((currency, limits.into_iter().zip(found).collect()));
    }
    Ok(previews)
}

/// The route of what requires each level of a set.
async fn by_level(
    db: &mut PgConnection,
    (submitter, department): (PersonId, Option<DepartmentId>),
    rules: &RuleSet,
    at: Timestamp,
) -> Result<Vec<Vec<RouteEntry>>> {
    let wanted = directory::Wanted {
        submitter,
        department,
        also: Vec::new(),
        at,
    };
    let people = directory::load(db, &wanted, rules).await?;
    let routed = Routed {
        submitter,
        department,
        directory: &people,
    };
    let by_level = rules.levels.iter().map(|rule| {
        let steps = rules.route(rule.from_amount, &routed);
        let entries = steps.iter().map(|step| projected(step, &routed, at));
        entries.collect()
    });
    Ok(by_level.collect())
}

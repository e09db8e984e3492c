//! What a change of rules would have done to the orders of the last 90 days (spec purchase-orders.md, "Before saving a rule change").
//!
//! One pass over the orders, in as much memory as there are people and levels, however many orders there were.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::{
    approval_rule::{Level, Routed, RuleSet, applying},
    directory::Directory,
    exchange_rate::Exchange,
    ids::{DepartmentId, PersonId, PurchaseOrderId},
    money::Currency,
};
use futures::TryStreamExt;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::store;
use crate::{Engine, Result, directory, exchange_rate::exchange};

/// How far back it looks.
pub const DAYS: i64 = 90;
/// Orders listed; more are counted.
pub const LISTED: usize = 100;

/// What is tried.
pub(super) enum Change<'a> {
    /// The set takes the place of the one for its department and currency, or is added.
    Put(&'a RuleSet),
    /// The set goes.
    Retire(&'a RuleSet),
}

/// What would have been different.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// When it was tried.
    pub at: Timestamp,
    /// Orders submitted in the 90 days before.
    pub orders: i64,
    /// Those whose route would have been another.
    pub changed: i64,
    /// Those of another level.
    pub level_changed: i64,
    /// Those that nobody could have decided.
    pub without_approver: i64,
    /// Decisions by person, before and after, where they differ: the largest difference first.
    pub people: Vec<(String, i64, i64)>,
    /// The newest of the orders that change.
    pub list: Vec<Moved>,
}

/// An order that would have gone another way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Its number.
    pub id: PurchaseOrderId,
    /// Who raised it.
    pub submitter: String,
    /// Its total.
    pub total: Decimal,
    /// In this currency.
    pub currency: Currency,
    /// Under today's rules.
    pub before: Taken,
    /// Under the proposed ones.
    pub after: Taken,
}

/// The way an order takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The level it needs; `None`: no rules cover it.
    pub level: Option<Level>,
    /// Who decides, in order; whom a level passes for is not named again.
    pub asked: Vec<String>,
    /// The first level nobody could decide, and who is missing.
    pub missing: Option<(Level, String)>,
}

/// A way with the people as they are counted.
struct Way {
    taken: Taken,
    people: Vec<PersonId>,
}

type Key = (
    bool,
    Option<i64>,
    PersonId,
    Option<DepartmentId>,
    Option<Level>,
);

struct Trial<'a> {
    directory: &'a Directory,
    own: Currency,
    sets: [Vec<RuleSet>; 2],
    known: HashMap<Key, Arc<Way>>,
    decisions: BTreeMap<PersonId, (i64, i64)>,
    found: DryRun,
}

/// Tries a change on the submitted orders.
pub(super) async fn run(engine: &Engine, change: &Change<'_>) -> Result<DryRun> {
    let now = engine.clock().now();
    let since = now - SignedDuration::from_hours(24 * DAYS);
    let mut db = engine.one_moment().await?;
    let directory = directory::whole(&mut db).await?;
    let today = store::in_force(&mut db).await?;
    let (set, put) = match change {
        Change::Put(set) => (*set, true),
        Change::Retire(set) => (*set, false),
    };
    let place = (set.department, set.currency);
    let mut proposed = today.clone();
    proposed.retain(|other| (other.department, other.currency) != place);
    proposed.extend(put.then(|| set.clone()));
    let mut trial = Trial {
        directory: &directory,
        own: crate::organisation::currency(&mut db).await?,
        sets: [today, proposed],
        known: HashMap::new(),
        decisions: BTreeMap::new(),
        found: DryRun {
            at: now,
            orders: 0,
            changed: 0,
            level_changed: 0,
            without_approver: 0,
            people: Vec::new(),
            list: Vec::new(),
        },
    };
    let mut rows = sqlx::query!(
        "SELECT id, submitter_id, department_id, currency, total, exchange_rate, exchange_day FROM purchase_orders
         WHERE submitted_at >= $1 AND status <> 'draft' AND total > 0
             AND ($2::bigint IS NULL OR department_id = $2) AND ($3::text IS NULL OR currency = $3)",
        since.to_sqlx(),
        set.department.map(|id| id.0),
        set.currency.map(Currency::as_str),
    )
    .fetch(&mut *db);
    while let Some(row) = rows.try_next().await? {
        let Some(currency) = Currency::parse(&row.currency) else {
            continue;
        };
        trial.take(&Submitted {
            id: PurchaseOrderId(row.id),
            submitter: PersonId(row.submitter_id),
            department: row.department_id.map(DepartmentId),
            currency,
            total: row.total,
            exchange: exchange(currency == trial.own, row.exchange_rate, row.exchange_day),
        });
    }
    drop(rows);
    Ok(trial.finished())
}

/// What routing asks of an order.
struct Submitted {
    id: PurchaseOrderId,
    submitter: PersonId,
    department: Option<DepartmentId>,
    currency: Currency,
    total: Decimal,
    exchange: Exchange,
}

impl Trial<'_> {
    fn take(&mut self, order: &Submitted) {
        let (before, after) = (self.way(false, order), self.way(true, order));
        self.found.orders += 1;
        for person in &before.people {
            self.decisions.entry(*person).or_default().0 += 1;
        }
        for person in &after.people {
            self.decisions.entry(*person).or_default().1 += 1;
        }
        self.found.level_changed += i64::from(before.taken.level != after.taken.level);
        let stuck = after.taken.missing.is_some() || after.taken.level.is_none();
        self.found.without_approver += i64::from(stuck);
        if before.taken == after.taken {
            return;
        }
        self.found.changed += 1;
        self.found.list.push(Moved {
            id: order.id,
            submitter: self.directory.name(order.submitter).to_owned(),
            total: order.total,
            currency: order.currency,
            before: before.taken.clone(),
            after: after.taken.clone(),
        });
        // Cut now and then, so that it never grows with the orders.
        if self.found.list.len() >= 2 * LISTED {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let list = &mut self.found.list;
        list.sort_by_key(|moved| std::cmp::Reverse(moved.id));
        list.truncate(LISTED);
    }

    /// The way an order takes; worked out once for all that cannot be told apart.
    fn way(&mut self, proposed: bool, order: &Submitted) -> Arc<Way> {
        let sets = &self.sets[usize::from(proposed)];
        // What was submitted without a rate falls under rules for its currency only.
        let under = applying(sets, order.department, order.currency)
            .and_then(|set| Some((set, set.compared(order.total, order.exchange)?)));
        let set = under.map(|(set, _)| set);
        let level = under.map(|(set, amount)| set.required_level(amount));
        let id = set.map(|set| set.id.0);
        let key = (proposed, id, order.submitter, order.department, level);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let way = Arc::new(match under {
            Some(under) => way(self.directory, under, order),
            None => Way {
                taken: Taken::default(),
                people: Vec::new(),
            },
        });
        self.known.insert(key, way.clone());
        way
    }

    fn finished(mut self) -> DryRun {
        self.cut();
        let differ = self
            .decisions
            .iter()
            .filter(|(_, (before, after))| before != after);
        let mut people: Vec<_> = differ
            .map(|(id, (before, after))| (self.directory.name(*id).to_owned(), *before, *after))
            .collect();
        people.sort_by_key(|(_, before, after)| std::cmp::Reverse((after - before).abs()));
        self.found.people = people;
        self.found
    }
}

fn way(directory: &Directory, (set, amount): (&RuleSet, Decimal), order: &Submitted) -> Way {
    let routed = Routed {
        submitter: order.submitter,
        department: order.department,
        directory,
    };
    let mut taken = Taken {
        level: Some(set.required_level(amount)),
        ..Taken::default()
    };
    let mut people = Vec::new();
    for step in set.route(amount, &routed) {
        match step.approver {
            Ok(asked) if !step.passes => {
                taken.asked.push(directory.name(asked.person).to_owned());
                people.push(asked.person);
            }
            Ok(_) => {}
            Err(missing) => {
                let first = (missing.level, missing.wanted);
                taken.missing.get_or_insert(first);
            }
        }
    }
    Way { taken, people }
}

//! The policy checker: whether a rule set may be used for purchase orders (spec beyond.md, 1).
//!
//! Everything an order can meet under the rules is tried through the `decide` that orders use: every submitter, every amount
//! on both sides of every limit, every state, everyone who may act there, a vendor that is clear, on hold or flagged. What is
//! wrong is told with a counter-example that can be replayed.

mod asked;
mod laws;
mod told;
mod walk;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use asked::{Asked, Example, Standing};
use rust_decimal::Decimal;

use super::{Context, Decision, Event, Order, Refusal, decide};
use crate::{
    actor::Actor,
    approval_rule::{ApproverRule, Routed, RuleSet},
    directory::Directory,
    exchange_rate::Exchange,
    ids::{DepartmentId, PersonId},
    role::Role,
};

/// The function that is tried: `decide`, or in tests a broken one.
pub type Decide = fn(&Order, &Event, &Actor, &Context<'_>) -> Result<Decision, Refusal>;

/// What a rule set has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Law {
    /// Exactly three levels, counted from 1.
    Levels,
    /// Every total falls to a level.
    NoGap,
    /// At its own limit every level is the one required.
    NoOverlap,
    /// Amounts in whole cents, time to decide: what the form refuses already.
    Sound,
    /// Somebody can decide every level of what anybody raises.
    SomebodyDecides,
    /// Nobody decides what they raised.
    NobodyTheirOwn,
    /// Nothing is approved without the levels its total needs.
    LevelsDecided,
    /// Every order can be brought to an end.
    AnEndIsReachable,
}

/// What is wrong with a rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which law is broken.
    pub law: Law,
    /// The field of the form to look at; empty: the whole.
    pub field: String,
    /// The counter-example as a short story.
    pub story: String,
    /// The same, to be replayed; `None` where there is no level to raise an order under.
    pub example: Option<Example>,
}

/// How much was tried of a rule set in which nothing is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// People who may raise an order.
    pub submitters: usize,
    /// Totals on both sides of every limit.
    pub totals: usize,
    /// Times that `decide` was asked.
    pub questions: usize,
}

/// A rule set and what it will meet.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// The rules.
    pub rules: &'a RuleSet,
    /// The whole organisation.
    pub directory: &'a Directory,
    /// The departments whose orders fall under the rules, with their names; `None`: orders without one.
    pub departments: &'a [(Option<DepartmentId>, String)],
}

/// Tries a rule set.
///
/// # Errors
/// Every law it breaks, with a counter-example.
pub fn check_policy(policy: &Policy<'_>) -> Result<Tried, Vec<Problem>> {
    policy.check(decide)
}

/// Each limit minus a cent, at it, plus a cent, lowest first: where something can change. Of rules for every currency in the currency
/// that `exchange` is of, where a limit is the smallest amount that is worth as much; nothing without a rate.
pub fn boundaries(rules: &RuleSet, exchange: Exchange) -> Vec<Decimal> {
    let cent = Decimal::new(1, 2);
    let limits = rules
        .levels
        .iter()
        .filter_map(|rule| rules.limit_in(rule, exchange));
    let mut totals: Vec<Decimal> = limits
        .flat_map(|limit| [limit - cent, limit, limit + cent])
        .filter(|total| *total > Decimal::ZERO)
        .collect();
    totals.sort();
    totals.dedup();
    totals
}

impl Policy<'_> {
    fn check(&self, decide: Decide) -> Result<Tried, Vec<Problem>> {
        let mut problems = self.shape();
        if problems.is_empty() {
            problems = self.nobody();
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let totals = boundaries(self.rules, Exchange::Own);
        let mut tried = Tried {
            submitters: self.submitters().count(),
            totals: totals.len(),
            questions: 0,
        };
        let mut problems = BTreeMap::new();
        for (submitter, department) in self.kinds_of_submitters() {
            for total in &totals {
                let start = (submitter, department, *total);
                let (questions, found) = walk::walk(self, decide, start);
                tried.questions += questions;
                for problem in found {
                    problems.entry(problem.law).or_insert(problem);
                }
            }
        }
        if problems.is_empty() {
            Ok(tried)
        } else {
            Err(problems.into_values().collect())
        }
    }

    fn submitters(&self) -> impl Iterator<Item = PersonId> + '_ {
        let active = self.directory.people.values().filter(|p| p.active);
        active.map(|person| person.id)
    }

    /// The departments that can make a difference.
    fn places(&self) -> &[(Option<DepartmentId>, String)] {
        let heads = ApproverRule::DepartmentHead;
        let differ = self.rules.levels.iter().any(|rule| rule.approver == heads);
        if differ {
            self.departments
        } else {
            self.departments.get(..1).unwrap_or_default()
        }
    }

    fn routed(&self, submitter: PersonId, department: Option<DepartmentId>) -> Routed<'_> {
        Routed {
            submitter,
            department,
            directory: self.directory,
        }
    }

    /// One submitter, and where, of each kind that `decide` can tell apart: it compares people only, so two whose levels ask
    /// people that are alike, different or themselves in the same way meet the same.
    fn kinds_of_submitters(&self) -> Vec<(PersonId, Option<DepartmentId>)> {
        let mut kinds = BTreeMap::new();
        for (department, _) in self.places() {
            for submitter in self.submitters() {
                let routed = self.routed(submitter, *department);
                let mut seen = vec![submitter];
                let mut kind = Vec::new();
                for rule in &self.rules.levels {
                    let asked = self.rules.approver(rule.level, &routed).ok();
                    let asked = asked.map(|asked| asked.person);
                    let alike = asked.map(|id| {
                        seen.iter()
                            .position(|known| *known == id)
                            .unwrap_or_else(|| {
                                seen.push(id);
                                seen.len() - 1
                            })
                    });
                    kind.push((alike, asked.is_some_and(|id| self.purchases(id))));
                }
                kind.push((None, self.purchases(submitter)));
                kinds.entry(kind).or_insert((submitter, *department));
            }
        }
        kinds.into_values().collect()
    }

    fn purchases(&self, id: PersonId) -> bool {
        let person = self.directory.person(id);
        person.is_some_and(|person| person.roles.contains(&Role::Purchasing))
    }
}

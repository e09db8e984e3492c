//! Approval rules as rows (spec purchase-orders.md, "Levels"): which total needs which level, who decides there, how fast.
//!
//! `route` finds the person of each level; `check` says whether a set is sound.

mod check;
mod proposal;
mod route;
mod standing;

#[cfg(test)]
mod tests;

pub use check::*;
pub use proposal::*;
pub use route::*;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
pub use standing::*;

use crate::{
    directory::Directory,
    exchange_rate::Exchange,
    ids::{DepartmentId, PersonId, RuleSetId},
    money::Currency,
    role::Role,
};

/// How far up the chain a decision stands: 1, 2, 3, …
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Level(pub u8);

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// How loudly a decision asks. That of the required level, at every level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// In-app and email.
    Normal,
    /// The same, said first.
    High,
    /// By SMS too.
    Urgent,
}

impl Priority {
    /// The name stored in `purchase_orders.priority` and `approval_rules.priority`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Priority::Normal => "normal",
            Priority::High => "high",
            Priority::Urgent => "urgent",
        }
    }

    /// The text people read.
    pub const fn label(self) -> &'static str {
        match self {
            Priority::Normal => "Normal",
            Priority::High => "High",
            Priority::Urgent => "Urgent",
        }
    }

    /// Every priority, quietest first.
    pub const ALL: [Priority; 3] = [Priority::Normal, Priority::High, Priority::Urgent];

    /// The priority of a stored name.
    pub fn parse(name: &str) -> Option<Priority> {
        Self::ALL.into_iter().find(|p| p.as_str() == name)
    }
}

/// Who decides at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApproverRule {
    /// The submitter's manager.
    Manager,
    /// A holder of the role: the one with the fewest waiting decisions, then the lowest id.
    Role(Role),
    /// The executive named in the settings as CFO.
    Cfo,
    /// The head of the order's department.
    DepartmentHead,
    /// One named person.
    Person(PersonId),
}

impl ApproverRule {
    /// Whom it asks, as a rule's page says it: "The submitter's manager".
    pub fn in_words(self, directory: &Directory) -> String {
        match self {
            ApproverRule::Manager => "The submitter's manager".to_owned(),
            ApproverRule::Role(role) => capitalised(&role.any_holder()),
            ApproverRule::Cfo => "The CFO".to_owned(),
            ApproverRule::DepartmentHead => "The head of the department".to_owned(),
            ApproverRule::Person(person) => directory.name(person).to_owned(),
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// One level of a rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelRule {
    /// 1, 2, 3.
    pub level: Level,
    /// The smallest total, in cents included, that requires this level. The band ends where the next level's begins.
    pub from_amount: Decimal,
    /// Who decides.
    pub approver: ApproverRule,
    /// Elapsed hours until the decision is due.
    pub sla_hours: u16,
    /// The priority of an order that requires this level.
    pub priority: Priority,
}

/// One version of the rules of a workflow. Records in approval keep the version they were submitted under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// `approval_rule_sets.id`.
    pub id: RuleSetId,
    /// Counts from 1 per workflow, department and currency.
    pub version: i32,
    /// Only this department's orders; `None`: everyone's who has no set of their own.
    pub department: Option<DepartmentId>,
    /// Only orders in this currency; `None`: every currency without a set of its own.
    pub currency: Option<Currency>,
    /// Straight to the required level, or one decision a level on the way (the default).
    pub straight: bool,
    /// Ascending by level, at least one; `from_amount` ascending with it and 0 at the first.
    pub levels: Vec<LevelRule>,
    /// Decides a level without an eligible approver, as approver.
    pub fallback: Option<PersonId>,
    /// Decides in the fallback's place where the fallback is the submitter or deactivated.
    pub fallback_alternate: Option<PersonId>,
}

/// The set of those in force that a record falls under: the most specific, the department before the currency.
pub fn applying(
    sets: &[RuleSet],
    department: Option<DepartmentId>,
    currency: Currency,
) -> Option<&RuleSet> {
    let covers = |set: &&RuleSet| {
        (set.department.is_none() || set.department == department)
            && set.currency.is_none_or(|own| own == currency)
    };
    let covering = sets.iter().filter(covers);
    covering.min_by_key(|set| (set.department.is_none(), set.currency.is_none()))
}

impl RuleSet {
    /// The rule of a level.
    pub fn level(&self, level: Level) -> Option<&LevelRule> {
        self.levels.iter().find(|rule| rule.level == level)
    }

    /// What of a total the limits are compared with: itself where the rules are for its currency, else its worth in the organisation's;
    /// `None` without a rate.
    pub fn compared(&self, total: Decimal, exchange: Exchange) -> Option<Decimal> {
        if self.currency.is_some() {
            Some(total)
        } else {
            exchange.worth(total)
        }
    }

    /// Where a level's band begins in the currency that `exchange` is of; `None` without a rate.
    pub fn limit_in(&self, rule: &LevelRule, exchange: Exchange) -> Option<Decimal> {
        match exchange {
            Exchange::At(rate) if self.currency.is_none() => {
                Some(rate.least_worth(rule.from_amount))
            }
            Exchange::Unknown if self.currency.is_none() => None,
            Exchange::Own | Exchange::At(_) | Exchange::Unknown => Some(rule.from_amount),
        }
    }

    /// The level a total requires: the highest whose band has begun.
    pub fn required_level(&self, total: Decimal) -> Level {
        let begun = self.levels.iter().filter(|rule| rule.from_amount <= total);
        begun.map(|rule| rule.level).max().unwrap_or(Level(1))
    }

    /// The levels that decide, lowest first: every one up to the required, or only that one where the rule goes straight.
    pub fn levels_asked(&self, required: Level) -> Vec<Level> {
        if self.straight {
            vec![required]
        } else {
            (1..=required.0).map(Level).collect()
        }
    }

    /// The level asked after `level`; `None` when that was the last.
    pub fn level_after(&self, level: Level, required: Level) -> Option<Level> {
        self.levels_asked(required)
            .into_iter()
            .find(|next| *next > level)
    }
}

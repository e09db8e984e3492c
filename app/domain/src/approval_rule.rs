//! Approval rules as rows (spec purchase-orders.md, "Levels"): which total needs which level, who decides there, how fast.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    directory::Directory,
    ids::{DepartmentId, PersonId, RuleSetId},
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

    /// The priority of a stored name.
    pub fn parse(name: &str) -> Option<Priority> {
        [Priority::Normal, Priority::High, Priority::Urgent].into_iter().find(|p| p.as_str() == name)
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
    /// Straight to the required level, or one decision a level on the way (the default).
    pub straight: bool,
    /// Ascending by level, at least one; `from_amount` ascending with it and 0 at the first.
    pub levels: Vec<LevelRule>,
    /// Decides a level without an eligible approver, as approver.
    pub fallback: Option<PersonId>,
    /// Decides in the fallback's place where the fallback is the submitter or deactivated.
    pub fallback_alternate: Option<PersonId>,
}

/// Why nobody can be asked at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoApprover {
    /// The level nobody can decide.
    pub level: Level,
    /// Who was looked for, in words: "Sam Stone's manager".
    pub wanted: String,
}

impl RuleSet {
    /// The rule of a level.
    pub fn level(&self, level: Level) -> Option<&LevelRule> {
        self.levels.iter().find(|rule| rule.level == level)
    }
}

/// What routing needs to know of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routed<'a> {
    /// Who raised it: never asked.
    pub submitter: PersonId,
    /// Its department.
    pub department: Option<DepartmentId>,
    /// The organisation.
    pub directory: &'a Directory,
}

//! Whether a rule set is sound, before anything runs on it: no gap, no overlap, no level without a time.

use rust_decimal::Decimal;

use super::{Level, RuleSet};

/// What is wrong with a rule set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// No level at all.
    #[error("Name at least one level.")]
    NoLevels,
    /// The levels are not 1, 2, 3, … in order.
    #[error("Level {expected} is missing: levels count up from 1 without gaps.")]
    LevelsNotCounting {
        /// The level that should stand there.
        expected: Level,
    },
    /// The workflow has another number of levels.
    #[error("This process has exactly {expected} levels.")]
    LevelCount {
        /// How many it has.
        expected: usize,
    },
    /// Totals below the first amount would need no decision.
    #[error("Level 1 must begin at 0.00.")]
    FirstNotFromZero,
    /// A band begins at or below the one before it.
    #[error("Level {0} must begin above the level before it.")]
    AmountsNotAscending(Level),
    /// A total never lies between two cents, so neither does a limit.
    #[error("The amount of level {0} must be in whole cents.")]
    NotInCents(Level),
    /// A decision due at once.
    #[error("Give level {0} at least one hour to decide.")]
    NoTime(Level),
}

impl RuleSet {
    /// Every structural problem, in the order of the levels.
    pub fn check(&self) -> Result<(), Vec<RuleProblem>> {
        let mut problems = Vec::new();
        if self.levels.is_empty() {
            problems.push(RuleProblem::NoLevels);
        }
        let mut below: Option<Decimal> = None;
        for (rule, expected) in self.levels.iter().zip((1..=u8::MAX).map(Level)) {
            if rule.level != expected {
                problems.push(RuleProblem::LevelsNotCounting { expected });
            }
            if below.is_none() && !rule.from_amount.is_zero() {
                problems.push(RuleProblem::FirstNotFromZero);
            }
            if below.is_some_and(|below| rule.from_amount <= below) {
                problems.push(RuleProblem::AmountsNotAscending(rule.level));
            }
            if rule.from_amount.normalize().scale() > 2 {
                problems.push(RuleProblem::NotInCents(rule.level));
            }
            if rule.sla_hours == 0 {
                problems.push(RuleProblem::NoTime(rule.level));
            }
            below = Some(rule.from_amount);
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    /// [`RuleSet::check`] for a workflow that has exactly so many levels.
    pub fn check_for(&self, levels: usize) -> Result<(), Vec<RuleProblem>> {
        let mut problems = self.check().err().unwrap_or_default();
        if self.levels.len() != levels {
            problems.push(RuleProblem::LevelCount { expected: levels });
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }
}

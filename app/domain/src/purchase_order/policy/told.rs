//! What can be told without walking: levels and amounts that do not fit, levels that nobody can decide.

use rust_decimal::Decimal;

use super::{Example, Law, Policy, Problem};
use crate::{
    approval_rule::{Level, NoApprover, level_field},
    ids::{DepartmentId, PersonId},
    money::format_amount,
    purchase_order::LEVELS,
};

impl Policy<'_> {
    /// What is wrong with levels and amounts, whoever raises the order.
    pub(super) fn shape(&self) -> Vec<Problem> {
        let levels = &self.rules.levels;
        let counted = levels.iter().map(|rule| usize::from(rule.level.0));
        if !counted.eq(1..=LEVELS) {
            let names: Vec<_> = levels.iter().map(|rule| rule.level.to_string()).collect();
            return vec![Problem {
                law: Law::Levels,
                field: String::new(),
                story: format!(
                    "Purchase orders have exactly {LEVELS} levels, 1 to {LEVELS}. These rules have {}.",
                    if names.is_empty() {
                        "none".to_owned()
                    } else {
                        names.join(", ")
                    }
                ),
                example: None,
            }];
        }
        let lowest = levels.iter().min_by_key(|rule| rule.from_amount);
        let lowest = lowest.filter(|rule| rule.from_amount > Decimal::ZERO);
        let gap = lowest.map(|rule| self.gap(rule.level, rule.from_amount));
        let overlap = levels
            .iter()
            .filter_map(|rule| self.overlap(rule.level, rule.from_amount));
        let mut problems: Vec<Problem> = gap.into_iter().chain(overlap).collect();
        if problems.is_empty()
            && let Err(wrong) = self.rules.check()
        {
            problems.extend(wrong.into_iter().map(|wrong| Problem {
                law: Law::Sound,
                field: String::new(),
                story: wrong.to_string(),
                example: None,
            }));
        }
        problems
    }

    /// A total below the lowest limit.
    fn gap(&self, level: Level, limit: Decimal) -> Problem {
        let total = limit - Decimal::new(1, 2);
        let story = format!(
            "{} No level says who decides it, because level {level} begins at {}. It must begin at 0.00.",
            self.raises(self.somebody(), None, total),
            format_amount(limit)
        );
        Problem {
            law: Law::NoGap,
            field: level_field(level, "from_amount"),
            story,
            example: Some(self.example(total)),
        }
    }

    /// A total at which a level begins, and which another level claims.
    fn overlap(&self, level: Level, limit: Decimal) -> Option<Problem> {
        // The smallest total of the level: nothing costs nothing.
        let total = limit.max(Decimal::new(1, 2));
        let claimed = self.rules.required_level(total);
        if claimed <= level {
            return None;
        }
        let other = self.rules.level(claimed)?.from_amount;
        let story = format!(
            "{} It belongs to level {level}, from {}, and to level {claimed}, from {}. No order would ever need level {level} alone.",
            self.raises(self.somebody(), None, total),
            format_amount(limit),
            format_amount(other)
        );
        Some(Problem {
            law: Law::NoOverlap,
            field: level_field(claimed, "from_amount"),
            story,
            example: Some(self.example(total)),
        })
    }

    /// Anybody who may raise an order.
    fn somebody(&self) -> Option<PersonId> {
        self.submitters().next()
    }

    fn example(&self, total: Decimal) -> Example {
        Example {
            submitter: self.somebody().unwrap_or(PersonId(0)),
            department: None,
            total,
            steps: Vec::new(),
        }
    }

    /// "Sam Stone raises an order of 1,000.00 in Sales."
    pub(super) fn raises(
        &self,
        submitter: Option<PersonId>,
        department: Option<DepartmentId>,
        total: Decimal,
    ) -> String {
        let who = submitter.map_or("Somebody", |id| self.directory.name(id));
        let place = self.departments.iter().find(|(id, _)| *id == department);
        let place = place.filter(|(id, _)| id.is_some());
        let place = place.map_or_else(String::new, |(_, name)| format!(" in {name}"));
        format!("{who} raises an order of {}{place}.", format_amount(total))
    }

    /// The levels that nobody could decide for somebody.
    pub(super) fn nobody(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for rule in &self.rules.levels {
            let mut stuck = Vec::new();
            for (department, _) in self.places() {
                for submitter in self.submitters() {
                    let routed = self.routed(submitter, *department);
                    if let Err(missing) = self.rules.approver(rule.level, &routed) {
                        stuck.push((submitter, *department, missing));
                    }
                }
            }
            let total = rule.from_amount.max(Decimal::new(1, 2));
            problems.extend(self.stuck(rule.level, total, stuck));
        }
        problems
    }

    fn stuck(
        &self,
        level: Level,
        total: Decimal,
        stuck: Vec<(PersonId, Option<DepartmentId>, NoApprover)>,
    ) -> Option<Problem> {
        let others = stuck.len().saturating_sub(1);
        let (submitter, department, missing) = stuck.into_iter().next()?;
        let others = match others {
            0 => String::new(),
            1 => " The same holds in one more case.".to_owned(),
            many => format!(" The same holds in {many} more cases."),
        };
        let story = format!(
            "{} Nobody could decide level {level}, because {} is missing {}.{others}",
            self.raises(Some(submitter), department, total),
            missing.wanted,
            self.no_fallback(submitter)
        );
        Some(Problem {
            law: Law::SomebodyDecides,
            field: level_field(level, "approver"),
            story,
            example: Some(Example {
                submitter,
                department,
                total,
                steps: Vec::new(),
            }),
        })
    }

    /// Why no fallback decides instead.
    fn no_fallback(&self, submitter: PersonId) -> String {
        let why = |label: &str, id: PersonId| {
            let name = self.directory.name(id);
            if id == submitter {
                format!("{name}, the {label}, raised it")
            } else {
                format!("{name}, the {label}, has left")
            }
        };
        let fallback = self.rules.fallback.map(|id| why("fallback", id));
        let alternate = self
            .rules
            .fallback_alternate
            .map(|id| why("fallback's alternate", id));
        match (fallback, alternate) {
            (None, None) => "and the rules name no fallback".to_owned(),
            (Some(why), None) | (None, Some(why)) => format!("and {why}, with nobody to stand in"),
            (Some(first), Some(second)) => format!("and {first}, and {second}"),
        }
    }
}

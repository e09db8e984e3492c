//! Who decides at each level of one record (spec purchase-orders.md, "Levels": "Who").

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{ApproverRule, Level, RuleSet};
use crate::{
    directory::Directory,
    ids::{DepartmentId, PersonId},
    role::Role,
};

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

/// Who is asked at a level. Active, and never the submitter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The approver.
    pub person: PersonId,
    /// Whether the rule's fallback is asked because nobody else is eligible.
    pub fallback: bool,
}

/// Why nobody can be asked at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoApprover {
    /// The level nobody can decide.
    pub level: Level,
    /// Who was looked for, in words: "Sam Stone's manager".
    pub wanted: String,
}

/// One level of a record's route, as shown before and while it is climbed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteStep {
    /// The level.
    pub level: Level,
    /// Who would be asked.
    pub approver: Result<Resolved, NoApprover>,
    /// The same person stands at a lower level of this route already: once they decided there as themselves, this level
    /// passes by itself.
    pub passes: bool,
    /// Elapsed hours until the decision is due.
    pub sla_hours: u16,
}

impl RuleSet {
    /// Who decides at a level: whom the rule names, else the fallback, else its alternate.
    pub fn approver(&self, level: Level, routed: &Routed<'_>) -> Result<Resolved, NoApprover> {
        let Some(rule) = self.level(level) else {
            return Err(NoApprover {
                level,
                wanted: format!("a rule for level {level}"),
            });
        };
        if let Some(person) = routed.named(rule.approver) {
            return Ok(Resolved {
                person,
                fallback: false,
            });
        }
        [self.fallback, self.fallback_alternate]
            .into_iter()
            .flatten()
            .find(|person| routed.eligible(*person))
            .map(|person| Resolved {
                person,
                fallback: true,
            })
            .ok_or_else(|| NoApprover {
                level,
                wanted: routed.in_words(rule.approver),
            })
    }

    /// The whole route of a total: every level asked, lowest first.
    pub fn route(&self, total: Decimal, routed: &Routed<'_>) -> Vec<RouteStep> {
        let mut below = BTreeSet::new();
        let levels = self.levels_asked(self.required_level(total)).into_iter();
        levels
            .map(|level| {
                let approver = self.approver(level, routed);
                let passes = approver
                    .as_ref()
                    .is_ok_and(|asked| !below.insert(asked.person));
                let sla_hours = self.level(level).map_or(0, |rule| rule.sla_hours);
                RouteStep {
                    level,
                    approver,
                    passes,
                    sla_hours,
                }
            })
            .collect()
    }
}

impl Routed<'_> {
    /// Active, known, and not the one who raised it.
    fn eligible(&self, id: PersonId) -> bool {
        id != self.submitter
            && self
                .directory
                .person(id)
                .is_some_and(|person| person.active)
    }

    /// The first eligible person above: their manager, or who stands in for that one. `None` at the top.
    pub fn above(&self, person: PersonId) -> Option<PersonId> {
        self.up_from(self.directory.person(person)?.manager?)
            .filter(|above| *above != person)
    }

    /// Whom a rule names, without its fallback.
    fn named(&self, asked: ApproverRule) -> Option<PersonId> {
        match asked {
            ApproverRule::Manager => self.up_from(self.directory.person(self.submitter)?.manager?),
            ApproverRule::Role(role) => self.holder(role),
            ApproverRule::Cfo => self.up_from(self.directory.cfo?),
            ApproverRule::DepartmentHead => {
                self.up_from(*self.directory.heads.get(&self.department?)?)
            }
            ApproverRule::Person(person) => self.up_from(person),
        }
    }

    /// The person, or the first eligible one above: the submitter and the deactivated are stood in for by their manager.
    /// `None` at the top, and where the managers run in a circle.
    fn up_from(&self, start: PersonId) -> Option<PersonId> {
        let mut seen = BTreeSet::new();
        let mut next = Some(start);
        while let Some(id) = next {
            if self.eligible(id) {
                return Some(id);
            }
            if !seen.insert(id) {
                return None;
            }
            next = self.directory.person(id)?.manager;
        }
        None
    }

    /// The active holder with the fewest waiting decisions, then the lowest id; a sole holder who raised the record is
    /// stood in for by their manager. Who is deactivated holds no office.
    fn holder(&self, role: Role) -> Option<PersonId> {
        let holders = self
            .directory
            .people
            .values()
            .filter(|p| p.active && p.roles.contains(&role));
        let (own, others): (Vec<_>, Vec<_>) = holders.partition(|p| p.id == self.submitter);
        match others.into_iter().min_by_key(|p| (p.waiting, p.id)) {
            Some(holder) => Some(holder.id),
            None => self.up_from(own.first()?.id),
        }
    }

    /// Whom a rule looks for, in words.
    fn in_words(&self, asked: ApproverRule) -> String {
        match asked {
            ApproverRule::Manager => format!("{}'s manager", self.directory.name(self.submitter)),
            ApproverRule::Role(role) => role.any_holder(),
            ApproverRule::Cfo => "the CFO".to_owned(),
            ApproverRule::DepartmentHead => "the head of the department".to_owned(),
            ApproverRule::Person(person) => self.directory.name(person).to_owned(),
        }
    }
}

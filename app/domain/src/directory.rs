//! Who is who, as far as one decision needs it: the people a rule can reach and their managers.

use std::collections::BTreeMap;

use crate::{
    away::Away,
    ids::{DepartmentId, PersonId},
    role::Role,
    second_factor::Above,
};

/// One person of the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `people.id`.
    pub id: PersonId,
    /// The name people read.
    pub name: String,
    /// Whom they report to.
    pub manager: Option<PersonId>,
    /// Offices held.
    pub roles: Vec<Role>,
    /// False once deactivated: decides nothing any more.
    pub active: bool,
    /// Decisions that wait for them now; among holders of a role the one with the fewest is asked.
    pub waiting: i64,
}

/// The part of the organisation that routing one record needs. Loaded in one statement; pure from here on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// By id.
    pub people: BTreeMap<PersonId, Person>,
    /// The executive named in the settings (spec README, "Roles").
    pub cfo: Option<PersonId>,
    /// Heads of departments.
    pub heads: BTreeMap<DepartmentId, PersonId>,
    /// Who is away, or will be: one time each at most.
    pub away: BTreeMap<PersonId, Away>,
    /// Above which amount approving takes a second factor, if it does.
    pub second_factor_above: Option<Above>,
}

impl Directory {
    /// The person of an id.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id)
    }

    /// The name of a person, for sentences; "somebody" for one this directory does not hold.
    pub fn name(&self, id: PersonId) -> &str {
        self.person(id).map_or("somebody", |p| p.name.as_str())
    }
}

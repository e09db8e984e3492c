//! Who decides for whom while somebody is away (spec README, "Away and delegation").
//!
//! Nothing here is kept: it is worked out from the organisation, for a record's submitter, at the moment somebody acts.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    actor::Actor,
    directory::Directory,
    ids::PersonId,
    permission::{Area, may_enter},
};

/// How many people a chain of delegates is followed through.
pub const LONGEST_CHAIN: usize = 10;

/// A time in which somebody does not decide themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// The first moment of it.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// Who decides meanwhile; `None`: their manager.
    pub delegate: Option<PersonId>,
}

impl Away {
    /// Whether they are away at that moment.
    pub fn covers(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }
}

/// Who decides for somebody who is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// The person; `None`: nobody, so that it stays with the one who is away, and with whomever it escalates to.
    pub person: Option<PersonId>,
    /// Why their delegates lead to nobody, where they do: then `person` is their manager.
    pub dead_end: Option<DeadEnd>,
}

/// Why a chain of delegates leads to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeadEnd {
    /// It comes back to somebody who is in it.
    Circle,
    /// Nobody of the first [`LONGEST_CHAIN`] is there.
    TooLong,
    /// It ends with somebody who has neither delegate nor manager.
    Nobody,
}

impl DeadEnd {
    /// In words, as they follow "Mia Moss is away until 3 Dec 2026".
    pub const fn in_words(self) -> &'static str {
        match self {
            DeadEnd::Circle => "the delegates lead round in a circle",
            DeadEnd::TooLong => "ten delegates in a row are away too",
            DeadEnd::Nobody => "nobody stands in",
        }
    }
}

impl Directory {
    /// When somebody is away at that moment.
    pub fn away(&self, person: PersonId, at: Timestamp) -> Option<Away> {
        self.away
            .get(&person)
            .copied()
            .filter(|away| away.covers(at))
    }

    /// Who decides for `principal` at that moment on what `submitter` raised; `None`: they are there themselves.
    ///
    /// Whoever is away is stood in for by their delegate, without one who is active by their manager; so is that one, if they
    /// are away themselves. Who raised the record is passed over like somebody who has left, and so is whom they chose.
    pub fn stand_in(
        &self,
        principal: PersonId,
        submitter: PersonId,
        at: Timestamp,
    ) -> Option<StandIn> {
        if self.is_there(principal, submitter, at) {
            return None;
        }
        let mut seen = BTreeSet::from([principal]);
        let mut next = self.next(principal, submitter, at);
        let dead_end = loop {
            let Some(id) = next else {
                break DeadEnd::Nobody;
            };
            if self.is_there(id, submitter, at) {
                return Some(StandIn {
                    person: Some(id),
                    dead_end: None,
                });
            }
            if !seen.insert(id) {
                break DeadEnd::Circle;
            }
            if seen.len() > LONGEST_CHAIN {
                break DeadEnd::TooLong;
            }
            next = self.next(id, submitter, at);
        };
        let manager = self.person(principal).and_then(|person| person.manager);
        Some(StandIn {
            person: manager.filter(|manager| self.is_there(*manager, submitter, at)),
            dead_end: Some(dead_end),
        })
    }

    /// Whom a decision of `approver`'s is shown to and asked of: them, or who stands in for them.
    pub fn assignee(&self, approver: PersonId, submitter: PersonId, at: Timestamp) -> PersonId {
        self.stand_in(approver, submitter, at)
            .and_then(|stand_in| stand_in.person)
            .unwrap_or(approver)
    }

    /// Known, active, not away, and not the one who raised it.
    fn is_there(&self, id: PersonId, submitter: PersonId, at: Timestamp) -> bool {
        id != submitter
            && self.away(id, at).is_none()
            && self.person(id).is_some_and(|person| person.active)
    }

    /// To whom what falls to somebody who is not there goes.
    fn next(&self, id: PersonId, submitter: PersonId, at: Timestamp) -> Option<PersonId> {
        let person = self.person(id)?;
        let may = |delegate: &PersonId| {
            *delegate != submitter && self.person(*delegate).is_some_and(|person| person.active)
        };
        let delegate = self.away(id, at).and_then(|away| away.delegate).filter(may);
        delegate
            .filter(|_| id != submitter && person.active)
            .or(person.manager)
    }
}

/// Whether someone may say when a person is away: that person, and administrators.
pub fn may_set_away(actor: &Actor, of: PersonId) -> bool {
    actor.id == of || may_enter(Area::PeopleWrite, Some(actor))
}

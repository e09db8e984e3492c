//! People: who they are, what they may do, to whom they report; joining, changing, leaving (spec README, "Permissions").
//!
//! Whatever routing reads of the organisation (roles, managers, who is active) changes only under [`lock::change`]; whoever
//! decides by it holds [`crate::Engine::begin_deciding`]'s lock, so that nothing comes to wait for someone who is just leaving.

mod account;
mod change;
mod deactivate;
mod invite;
pub(crate) mod lock;
mod profile;
mod read;
mod store;

#[cfg(test)]
mod tests;

pub use account::{change_password, set_phone, set_time_zone};
pub use change::{
    create, create_administrator, invite_administrator, reactivate, set_override, update,
};
pub use deactivate::{Offices, deactivate, offices};
pub use invite::invite;
pub use profile::Profile;
pub use read::{Choice, ListRow, PEOPLE, Person, SignedIn, choices, get, signed_in};

pub use crate::request::Form;
pub(crate) use change::join;
pub(crate) use read::{active, parse_roles};
pub(crate) use store::{Locked, administers, begin, is_administrator, lock as lock_shown, name};

use domain::ids::PersonId;

use crate::transition_log::Subject;

/// The address of the list.
pub const LIST: &str = "/admin/people";
/// The kind of every row of history that is about a person.
pub const KIND: &str = "person";

/// The subject of a person's history.
pub const fn subject(id: PersonId) -> Subject {
    Subject {
        kind: KIND,
        id: id.0,
    }
}

/// Where a person is read: `/admin/people/7`.
pub fn address(id: PersonId) -> String {
    format!("{LIST}/{id}")
}

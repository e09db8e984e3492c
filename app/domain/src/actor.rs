//! Who asks: the signed-in person, as far as rules need to know them.

use crate::{ids::PersonId, role::Role, second_factor::SecondFactor};

/// A signed-in, active person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// `people.id`.
    pub id: PersonId,
    /// The name shown beside what they do.
    pub name: String,
    /// Offices held; everyone is staff besides.
    pub roles: Vec<Role>,
    /// Holds `override_approvals`: may decide in an approver's place, with a reason (spec README, "Permissions").
    pub override_approvals: bool,
    /// Has at least one active report: what *manager* means.
    pub is_manager: bool,
    /// What they have shown besides their password.
    pub second_factor: SecondFactor,
}

impl Actor {
    /// Whether the person holds `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

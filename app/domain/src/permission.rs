//! Permission: one answer that both shapes the button and refuses the request (spec README, "Permissions").
//!
//! Per record and action each workflow has its own function, which answers with [`Permission`]. Pages without a record
//! are [`Area`]s, asked by one layer for every route.

use crate::{actor::Actor, ids::PersonId, purchase_order::sees_all, role::Role};

/// Whether someone may do something to a record now. `R` is the workflow's refusal, `B` who they would act as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Permission<R, B> {
    /// Never theirs to do, or not from where the record stands: no button.
    Hidden,
    /// Theirs, but not now: shown disabled, with the reason.
    Blocked(R),
    /// Theirs, now.
    Allowed(B),
}

impl<R, B> Permission<R, B> {
    /// Whether a request would be let through, as far as known before its form is filled in.
    pub const fn is_allowed(&self) -> bool {
        matches!(self, Permission::Allowed(_))
    }
}

/// A part of the app that no record guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// Everyone, signed in or not.
    Public,
    /// Everyone signed in. Records inside decide for themselves who sees them.
    SignedIn,
    /// Setting up one's own second factor, and signing out: everyone signed in, also who must set one up before anything else.
    OwnSecondFactor,
    /// The organisation: people with roles and managers, departments, cost centres. Administrators, and auditors, who read
    /// everything.
    PeopleRead,
    /// Changing any of these: administrators.
    PeopleWrite,
    /// Vendors: who changes them, and auditors and executives.
    VendorsRead,
    /// Changing vendors: purchasing and administrators.
    VendorsWrite,
    /// Verifications of the history and administrators' changes: administrators and auditors.
    Audit,
    /// Mails as they are sent: administrators. Not auditors, for links in mails act.
    Outbox,
    /// Moving the demo's clock: administrators. Only a demo has one.
    DemoClock,
    /// Approval rules: administrators and auditors.
    RulesRead,
    /// Proposing, confirming and retiring approval rules: administrators.
    RulesWrite,
    /// Dashboards: managers, of their people's records; and whoever's office shows them every order.
    Dashboards,
}

impl Area {
    /// Every area.
    pub const ALL: &[Area] = &[
        Area::Public,
        Area::SignedIn,
        Area::OwnSecondFactor,
        Area::PeopleRead,
        Area::PeopleWrite,
        Area::VendorsRead,
        Area::VendorsWrite,
        Area::Audit,
        Area::Outbox,
        Area::DemoClock,
        Area::RulesRead,
        Area::RulesWrite,
        Area::Dashboards,
    ];
}

/// Whether someone, or nobody signed in, may enter.
pub fn may_enter(area: Area, actor: Option<&Actor>) -> bool {
    // Whose office requires a second factor does nothing else before they have one.
    let actor =
        actor.filter(|actor| area == Area::OwnSecondFactor || !actor.second_factor.is_missing());
    let holds = |roles: &[Role]| actor.is_some_and(|a| roles.iter().any(|role| a.has(*role)));
    match area {
        Area::Public => true,
        Area::SignedIn | Area::OwnSecondFactor => actor.is_some(),
        Area::PeopleRead | Area::Audit | Area::RulesRead => {
            holds(&[Role::Administrator, Role::Auditor])
        }
        Area::PeopleWrite | Area::Outbox | Area::DemoClock | Area::RulesWrite => {
            holds(&[Role::Administrator])
        }
        Area::VendorsRead => holds(&[
            Role::Purchasing,
            Role::Administrator,
            Role::Auditor,
            Role::Executive,
        ]),
        Area::VendorsWrite => holds(&[Role::Purchasing, Role::Administrator]),
        Area::Dashboards => actor.is_some_and(|a| a.is_manager || sees_all(a)),
    }
}

/// Whether someone may give or take a person's `override_approvals`: administrators, never their own.
pub fn may_grant_override(actor: &Actor, to: PersonId) -> bool {
    may_enter(Area::PeopleWrite, Some(actor)) && actor.id != to
}

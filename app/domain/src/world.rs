//! The demo company and its rules, for tests (spec README, "The demo company").

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::{
    actor::Actor,
    approval_rule::{ApproverRule, Level, LevelRule, Priority, Routed, RuleSet},
    directory::{Directory, Person},
    ids::{PersonId, RuleSetId},
    role::Role,
    second_factor::SecondFactor,
};

pub const ADA: PersonId = PersonId(1);
pub const CARLA: PersonId = PersonId(2);
pub const VIK: PersonId = PersonId(3);
pub const DORA: PersonId = PersonId(4);
pub const FAY: PersonId = PersonId(5);
pub const MIA: PersonId = PersonId(6);
pub const SAM: PersonId = PersonId(7);
pub const TESS: PersonId = PersonId(8);
pub const PAT: PersonId = PersonId(9);
pub const AUD: PersonId = PersonId(10);
pub const OLI: PersonId = PersonId(11);

/// Everyone of the demo that purchase orders can tell apart.
pub fn directory() -> Directory {
    let people = [
        (ADA, "Ada Admin", None, Some(Role::Administrator)),
        (CARLA, "Carla Chief", None, Some(Role::Executive)),
        (VIK, "Vik Vance", Some(CARLA), Some(Role::Vp)),
        (DORA, "Dora Diaz", Some(VIK), Some(Role::Director)),
        (FAY, "Fay Finch", Some(CARLA), Some(Role::FinanceManager)),
        (MIA, "Mia Moss", Some(DORA), None),
        (SAM, "Sam Stone", Some(MIA), None),
        (TESS, "Tess Tran", Some(MIA), None),
        (PAT, "Pat Price", Some(FAY), Some(Role::Purchasing)),
        (AUD, "Aud Abel", None, Some(Role::Auditor)),
        (OLI, "Oli Odom", Some(VIK), Some(Role::Operations)),
    ];
    let person = |(id, name, manager, role): (PersonId, &str, _, Option<Role>)| {
        let roles = role.into_iter().collect();
        (
            id,
            Person {
                id,
                name: name.to_owned(),
                manager,
                roles,
                active: true,
                waiting: 0,
            },
        )
    };
    Directory {
        people: people.into_iter().map(person).collect(),
        cfo: Some(CARLA),
        ..Directory::default()
    }
}

/// The person as who asks. In the demo the administrator and the VP hold `override_approvals`.
pub fn actor(directory: &Directory, id: PersonId) -> Actor {
    let person = &directory.people[&id];
    Actor {
        id,
        name: person.name.clone(),
        roles: person.roles.clone(),
        override_approvals: [ADA, VIK].contains(&id),
        is_manager: directory
            .people
            .values()
            .any(|other| other.manager == Some(id)),
        second_factor: SecondFactor::default(),
    }
}

/// The demo's rules: manager, finance manager, CFO, one decision a level; the CFO as fallback, for her own the
/// administrator.
pub fn rules() -> RuleSet {
    let level = |level, from_amount, approver, sla_hours, priority| LevelRule {
        level: Level(level),
        from_amount,
        approver,
        sla_hours,
        priority,
    };
    RuleSet {
        id: RuleSetId(1),
        version: 1,
        department: None,
        currency: None,
        straight: false,
        levels: vec![
            level(
                1,
                Decimal::ZERO,
                ApproverRule::Manager,
                24,
                Priority::Normal,
            ),
            level(
                2,
                amount("1000.00"),
                ApproverRule::Role(Role::FinanceManager),
                48,
                Priority::High,
            ),
            level(
                3,
                amount("10000.01"),
                ApproverRule::Cfo,
                72,
                Priority::Urgent,
            ),
        ],
        fallback: Some(CARLA),
        fallback_alternate: Some(ADA),
    }
}

/// An amount of money.
pub fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A record of that person's, without a department.
pub fn raised_by(submitter: PersonId, directory: &Directory) -> Routed<'_> {
    Routed {
        submitter,
        department: None,
        directory,
    }
}

/// The moment everything in the tests happens.
pub fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 50)
}

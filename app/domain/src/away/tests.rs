//! Who stands in for whom: the demo's people by example, random organisations by law.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::{
    directory::Person,
    world::{self, ADA, CARLA, DORA, FAY, MIA, PAT, SAM, TESS, VIK, now},
};

fn today(delegate: Option<PersonId>) -> Away {
    Away {
        from: now() - SignedDuration::from_hours(1),
        until: now() + SignedDuration::from_hours(1),
        delegate,
    }
}

/// The demo company while these are away, each with their delegate.
fn without(away: &[(PersonId, Option<PersonId>)]) -> Directory {
    let away = away.iter().map(|(id, delegate)| (*id, today(*delegate)));
    Directory {
        away: away.collect(),
        ..world::directory()
    }
}

/// Who decides for Mia on Sam's order.
fn for_mia(away: &[(PersonId, Option<PersonId>)]) -> StandIn {
    without(away).stand_in(MIA, SAM, now()).unwrap()
}

fn found(person: PersonId) -> StandIn {
    StandIn {
        person: Some(person),
        dead_end: None,
    }
}

#[test]
fn the_delegate_decides_from_the_first_moment_to_the_last_and_nobody_else_before_or_after() {
    let directory = without(&[(MIA, Some(FAY))]);
    let away = directory.away[&MIA];
    let second = SignedDuration::from_secs(1);
    for (at, stand_in) in [
        (away.from - second, None),
        (away.from, Some(found(FAY))),
        (away.until - second, Some(found(FAY))),
        (away.until, None),
    ] {
        assert_eq!(directory.stand_in(MIA, SAM, at), stand_in, "{at}");
    }
    assert_eq!(directory.assignee(MIA, SAM, now()), FAY);
    assert_eq!(directory.assignee(MIA, SAM, away.until), MIA);
}

#[test]
fn without_a_delegate_who_is_active_the_manager_decides() {
    assert_eq!(for_mia(&[(MIA, None)]), found(DORA));
    let mut directory = without(&[(MIA, Some(FAY))]);
    directory.people.get_mut(&FAY).unwrap().active = false;
    assert_eq!(directory.stand_in(MIA, SAM, now()), Some(found(DORA)));
}

#[test]
fn who_has_left_is_stood_in_for_by_their_manager_whatever_they_had_set() {
    let mut directory = without(&[(MIA, Some(FAY))]);
    directory.people.get_mut(&MIA).unwrap().active = false;
    assert_eq!(directory.stand_in(MIA, SAM, now()), Some(found(DORA)));
}

#[test]
fn chains_are_followed() {
    let chain = [
        (MIA, Some(FAY)),
        (FAY, Some(PAT)),
        (PAT, None),
        (VIK, Some(TESS)),
    ];
    // Pat has no delegate: her manager is Fay, who is in the chain already.
    assert_eq!(
        for_mia(&chain),
        StandIn {
            person: Some(DORA),
            dead_end: Some(DeadEnd::Circle)
        }
    );
    assert_eq!(
        for_mia(&[(MIA, Some(FAY)), (FAY, None), (CARLA, Some(TESS))]),
        found(TESS)
    );
}

#[test]
fn who_raised_it_is_passed_over_and_so_is_whom_they_chose() {
    assert_eq!(for_mia(&[(MIA, Some(SAM))]), found(DORA));
    assert_eq!(for_mia(&[(MIA, Some(SAM)), (SAM, Some(TESS))]), found(DORA));
    // Through two people away.
    assert_eq!(for_mia(&[(MIA, Some(FAY)), (FAY, Some(SAM))]), found(CARLA));
    // As the manager of somebody away: Mia's own order, on which Sam stands in for nobody she chose.
    let directory = without(&[(TESS, None), (MIA, Some(SAM))]);
    assert_eq!(directory.stand_in(TESS, MIA, now()), Some(found(DORA)));
}

#[test]
fn a_circle_leads_to_the_manager_of_the_first_else_to_nobody() {
    let circle = [(MIA, Some(FAY)), (FAY, Some(MIA))];
    let dead_end = Some(DeadEnd::Circle);
    assert_eq!(
        for_mia(&circle),
        StandIn {
            person: Some(DORA),
            dead_end
        }
    );
    let with_dora = [circle[0], circle[1], (DORA, Some(FAY))];
    assert_eq!(
        for_mia(&with_dora),
        StandIn {
            person: None,
            dead_end
        }
    );
    assert_eq!(without(&with_dora).assignee(MIA, SAM, now()), MIA);
}

#[test]
fn who_has_neither_delegate_nor_manager_is_stood_in_for_by_nobody() {
    let directory = without(&[(CARLA, None)]);
    let stand_in = StandIn {
        person: None,
        dead_end: Some(DeadEnd::Nobody),
    };
    assert_eq!(directory.stand_in(CARLA, SAM, now()), Some(stand_in));
}

/// So many people away in a row, each with the next as delegate; the last one is there. The first reports to the last one.
fn row_of(away: i64) -> Directory {
    let person = |id| Person {
        id: PersonId(id),
        name: id.to_string(),
        manager: (id == 0).then_some(PersonId(100)),
        roles: Vec::new(),
        active: true,
        waiting: 0,
    };
    let people = (0..=away).chain([100]);
    Directory {
        people: people.map(|id| (PersonId(id), person(id))).collect(),
        away: (0..away)
            .map(|id| (PersonId(id), today(Some(PersonId(id + 1)))))
            .collect(),
        ..Directory::default()
    }
}

#[test]
fn ten_delegates_are_followed_and_not_eleven() {
    let submitter = PersonId(200);
    let stand_in = |away| row_of(away).stand_in(PersonId(0), submitter, now());
    assert_eq!(stand_in(10), Some(found(PersonId(10))));
    let given_up = StandIn {
        person: Some(PersonId(100)),
        dead_end: Some(DeadEnd::TooLong),
    };
    assert_eq!(stand_in(11), Some(given_up));
}

#[test]
fn people_set_their_own_times_and_administrators_anybodys() {
    let directory = world::directory();
    let actor = |id| world::actor(&directory, id);
    assert!(may_set_away(&actor(SAM), SAM));
    assert!(may_set_away(&actor(ADA), SAM));
    for who in [MIA, CARLA, VIK, world::AUD] {
        assert!(!may_set_away(&actor(who), SAM));
    }
}

const PEOPLE: i64 = 16;

/// An organisation nobody would design: managers, absences and delegates at random, circles and strangers among them.
fn organisations() -> impl Strategy<Value = Directory> {
    let someone = || proptest::option::of((0..PEOPLE + 2).prop_map(PersonId));
    let away = proptest::option::weighted(0.7, someone());
    let one = (someone(), proptest::bool::weighted(0.9), away);
    proptest::collection::vec(one, usize::try_from(PEOPLE).unwrap()).prop_map(|all| {
        let mut directory = Directory::default();
        for ((manager, active, away), id) in all.into_iter().zip((0..).map(PersonId)) {
            let person = Person {
                id,
                name: id.to_string(),
                manager,
                roles: Vec::new(),
                active,
                waiting: 0,
            };
            directory.people.insert(id, person);
            if let Some(delegate) = away {
                directory.away.insert(id, today(delegate));
            }
        }
        directory
    })
}

proptest! {
    #[test]
    fn whoever_stands_in_is_there_never_raised_it_and_is_at_most_ten_steps_away(
        directory in organisations(), principal in 0..PEOPLE, submitter in 0..PEOPLE,
    ) {
        let (principal, submitter) = (PersonId(principal), PersonId(submitter));
        let Some(stand_in) = directory.stand_in(principal, submitter, now()) else {
            prop_assert!(directory.is_there(principal, submitter, now()));
            return Ok(());
        };
        if let Some(person) = stand_in.person {
            prop_assert!(person != submitter && person != principal);
            prop_assert!(directory.people[&person].active);
            prop_assert!(directory.away(person, now()).is_none());
        }
        let step = |id: &PersonId| directory.next(*id, submitter, now());
        let chain: Vec<PersonId> = std::iter::successors(step(&principal), step).take(LONGEST_CHAIN).collect();
        let first_there = chain.iter().copied().find(|id| directory.is_there(*id, submitter, now()));
        match stand_in.dead_end {
            None => prop_assert_eq!(stand_in.person, first_there),
            Some(why) => {
                prop_assert_eq!(first_there, None);
                let manager = directory.people[&principal].manager;
                prop_assert!(stand_in.person.is_none() || stand_in.person == manager);
                let different = chain.iter().chain([&principal]).collect::<BTreeSet<_>>().len();
                prop_assert_eq!(why == DeadEnd::TooLong, different > LONGEST_CHAIN);
            }
        }
    }
}

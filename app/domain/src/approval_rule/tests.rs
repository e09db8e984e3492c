use super::*;
use crate::{
    directory::Directory,
    world::{ADA, CARLA, DORA, FAY, MIA, OLI, SAM, TESS, VIK, amount, directory, raised_by, rules},
};

/// The ids of the route's approvers, `None` where nobody can be asked; `true`: passes by itself.
fn route(
    total: &str,
    submitter: PersonId,
    people: &Directory,
    rules: &RuleSet,
) -> Vec<(Option<PersonId>, bool)> {
    let route = rules.route(amount(total), &raised_by(submitter, people));
    route
        .into_iter()
        .map(|step| (step.approver.ok().map(|asked| asked.person), step.passes))
        .collect()
}

fn asked(person: PersonId) -> (Option<PersonId>, bool) {
    (Some(person), false)
}

fn passing(person: PersonId) -> (Option<PersonId>, bool) {
    (Some(person), true)
}

fn wanted(level: u8, submitter: PersonId, people: &Directory, rules: &RuleSet) -> String {
    rules
        .approver(Level(level), &raised_by(submitter, people))
        .unwrap_err()
        .wanted
}

/// No fallback, so that only the rule itself is asked.
fn without_fallback() -> RuleSet {
    RuleSet {
        fallback: None,
        fallback_alternate: None,
        ..rules()
    }
}

fn asking(approver: ApproverRule) -> RuleSet {
    let mut rules = without_fallback();
    rules.levels[0].approver = approver;
    rules
}

#[test]
fn each_total_requires_the_level_of_its_band() {
    let required = |total| rules().required_level(amount(total)).0;
    let expected = [
        ("0.00", 1),
        ("0.01", 1),
        ("999.99", 1),
        ("1000.00", 2),
        ("1000.01", 2),
        ("9999.99", 2),
        ("10000.00", 2),
    ];
    for (total, level) in expected
        .into_iter()
        .chain([("10000.01", 3), ("999999999999.99", 3)])
    {
        assert_eq!(required(total), level, "{total}");
    }
}

#[test]
fn a_climbing_rule_asks_every_level_and_a_straight_one_only_the_required() {
    let straight = RuleSet {
        straight: true,
        ..rules()
    };
    assert_eq!(
        rules().levels_asked(Level(3)),
        [Level(1), Level(2), Level(3)]
    );
    assert_eq!(straight.levels_asked(Level(3)), [Level(3)]);
    assert_eq!(rules().level_after(Level(1), Level(2)), Some(Level(2)));
    assert_eq!(rules().level_after(Level(2), Level(2)), None);
    assert_eq!(straight.level_after(Level(3), Level(3)), None);
}

#[test]
fn sams_orders_go_to_his_manager_then_finance_then_the_cfo() {
    let people = directory();
    assert_eq!(route("999.99", SAM, &people, &rules()), [asked(MIA)]);
    assert_eq!(
        route("1000.00", SAM, &people, &rules()),
        [asked(MIA), asked(FAY)]
    );
    assert_eq!(
        route("10000.01", SAM, &people, &rules()),
        [asked(MIA), asked(FAY), asked(CARLA)]
    );
}

#[test]
fn the_route_says_how_long_each_level_has() {
    let people = directory();
    let route = rules().route(amount("12000.00"), &raised_by(SAM, &people));
    let hours: Vec<u16> = route.iter().map(|step| step.sla_hours).collect();
    assert_eq!(hours, [24, 48, 72]);
}

#[test]
fn a_level_whose_approver_raised_it_goes_to_their_manager_who_then_passes() {
    // Fay is the finance manager: both her levels are Carla's, so the second passes.
    assert_eq!(
        route("5000.00", FAY, &directory(), &rules()),
        [asked(CARLA), passing(CARLA)]
    );
}

#[test]
fn the_cfos_own_orders_fall_to_the_alternate() {
    let people = directory();
    let expected = [asked(ADA), asked(FAY), passing(ADA)];
    assert_eq!(route("20000.00", CARLA, &people, &rules()), expected);
    let first = rules().approver(Level(1), &raised_by(CARLA, &people));
    assert_eq!(
        first,
        Ok(Resolved {
            person: ADA,
            fallback: true
        })
    );
}

#[test]
fn who_has_no_manager_is_decided_by_the_fallback() {
    let people = directory();
    let first = rules().approver(Level(1), &raised_by(ADA, &people));
    assert_eq!(
        first,
        Ok(Resolved {
            person: CARLA,
            fallback: true
        })
    );
}

#[test]
fn among_holders_of_a_role_the_one_with_the_fewest_waiting_is_asked_then_the_lowest_id() {
    let mut people = directory();
    for id in [OLI, TESS] {
        people
            .people
            .get_mut(&id)
            .unwrap()
            .roles
            .push(Role::FinanceManager);
    }
    let second = |people: &Directory| {
        rules()
            .approver(Level(2), &raised_by(SAM, people))
            .unwrap()
            .person
    };
    assert_eq!(second(&people), FAY, "all wait for nothing: the lowest id");
    people.people.get_mut(&FAY).unwrap().waiting = 3;
    people.people.get_mut(&TESS).unwrap().waiting = 2;
    people.people.get_mut(&OLI).unwrap().waiting = 1;
    assert_eq!(second(&people), OLI, "the fewest");
    people.people.get_mut(&OLI).unwrap().waiting = 2;
    assert_eq!(second(&people), TESS, "a tie: the lower id");
}

#[test]
fn another_holder_of_the_role_is_asked_before_the_manager_of_the_one_who_raised_it() {
    let mut people = directory();
    people
        .people
        .get_mut(&OLI)
        .unwrap()
        .roles
        .push(Role::FinanceManager);
    people.people.get_mut(&OLI).unwrap().waiting = 99;
    assert_eq!(
        route("5000.00", FAY, &people, &rules()),
        [asked(CARLA), asked(OLI)]
    );
}

#[test]
fn a_deactivated_manager_is_stood_in_for_by_theirs() {
    let mut people = directory();
    people.people.get_mut(&MIA).unwrap().active = false;
    assert_eq!(route("500.00", SAM, &people, &rules()), [asked(DORA)]);
    people.people.get_mut(&DORA).unwrap().active = false;
    assert_eq!(route("500.00", SAM, &people, &rules()), [asked(VIK)]);
}

#[test]
fn a_deactivated_cfo_without_a_manager_leaves_the_level_to_the_alternate() {
    let mut people = directory();
    people.people.get_mut(&CARLA).unwrap().active = false;
    let third = rules().approver(Level(3), &raised_by(SAM, &people));
    assert_eq!(
        third,
        Ok(Resolved {
            person: ADA,
            fallback: true
        })
    );
}

#[test]
fn a_deactivated_holder_of_a_role_is_not_asked_nor_is_their_manager() {
    let mut people = directory();
    people.people.get_mut(&FAY).unwrap().active = false;
    let second = rules().approver(Level(2), &raised_by(SAM, &people));
    assert_eq!(
        second,
        Ok(Resolved {
            person: CARLA,
            fallback: true
        })
    );
    assert_eq!(
        wanted(2, SAM, &people, &without_fallback()),
        "a finance manager"
    );
}

#[test]
fn the_submitter_is_skipped_wherever_they_stand_in_the_chain() {
    let mut people = directory();
    // Mia is deactivated, and her manager is Sam, whose manager is Mia: nobody is left below the fallback.
    people.people.get_mut(&MIA).unwrap().active = false;
    people.people.get_mut(&MIA).unwrap().manager = Some(SAM);
    assert_eq!(
        wanted(1, SAM, &people, &without_fallback()),
        "Sam Stone's manager"
    );
    // With a way on, it is followed past Sam.
    people.people.get_mut(&SAM).unwrap().manager = Some(DORA);
    let named = asking(ApproverRule::Person(MIA));
    let first = named.approver(Level(1), &raised_by(SAM, &people)).unwrap();
    assert_eq!(first.person, DORA);
}

#[test]
fn managers_in_a_circle_end_the_search_instead_of_running_for_ever() {
    let mut people = directory();
    for (id, manager) in [(MIA, DORA), (DORA, VIK), (VIK, MIA)] {
        let person = people.people.get_mut(&id).unwrap();
        person.manager = Some(manager);
        person.active = false;
    }
    let first = rules().approver(Level(1), &raised_by(SAM, &people));
    assert_eq!(
        first,
        Ok(Resolved {
            person: CARLA,
            fallback: true
        })
    );
    assert_eq!(
        wanted(1, SAM, &people, &without_fallback()),
        "Sam Stone's manager"
    );
    people.people.get_mut(&SAM).unwrap().manager = Some(SAM);
    assert_eq!(
        wanted(1, SAM, &people, &without_fallback()),
        "Sam Stone's manager"
    );
}

#[test]
fn nobody_left_says_who_is_missing() {
    let mut people = directory();
    for id in [CARLA, FAY] {
        people.people.get_mut(&id).unwrap().active = false;
    }
    people.people.get_mut(&SAM).unwrap().manager = None;
    let words: Vec<String> = (1..=3)
        .map(|level| wanted(level, SAM, &people, &without_fallback()))
        .collect();
    assert_eq!(
        words,
        ["Sam Stone's manager", "a finance manager", "the CFO"]
    );
    assert_eq!(wanted(4, SAM, &people, &rules()), "a rule for level 4");
}

#[test]
fn a_department_goes_to_its_head_and_one_without_a_head_to_the_fallback() {
    let mut people = directory();
    people.heads.insert(DepartmentId(1), DORA);
    people.heads.insert(DepartmentId(2), SAM);
    let rules = asking(ApproverRule::DepartmentHead);
    let first = |department| {
        let routed = Routed {
            department,
            ..raised_by(SAM, &people)
        };
        rules
            .approver(Level(1), &routed)
            .map(|asked| asked.person)
            .map_err(|missing| missing.wanted)
    };
    assert_eq!(first(Some(DepartmentId(1))), Ok(DORA));
    assert_eq!(
        first(Some(DepartmentId(2))),
        Ok(MIA),
        "Sam heads it himself: his manager"
    );
    assert_eq!(
        first(Some(DepartmentId(3))),
        Err("the head of the department".to_owned())
    );
    assert_eq!(first(None), Err("the head of the department".to_owned()));
}

#[test]
fn a_fallback_who_raised_it_or_is_deactivated_leaves_it_to_the_alternate() {
    let mut people = directory();
    let rules = RuleSet {
        fallback: Some(TESS),
        fallback_alternate: Some(OLI),
        ..asking(ApproverRule::Cfo)
    };
    people.cfo = None;
    let first =
        |submitter, people: &Directory| rules.approver(Level(1), &raised_by(submitter, people));
    assert_eq!(first(SAM, &people).unwrap().person, TESS);
    assert_eq!(first(TESS, &people).unwrap().person, OLI);
    people.people.get_mut(&TESS).unwrap().active = false;
    assert_eq!(first(SAM, &people).unwrap().person, OLI);
    people.people.get_mut(&OLI).unwrap().active = false;
    assert_eq!(first(SAM, &people).unwrap_err().wanted, "the CFO");
}

#[test]
fn a_person_the_directory_does_not_hold_is_never_asked() {
    let people = directory();
    let stranger = PersonId(99);
    assert_eq!(
        wanted(1, SAM, &people, &asking(ApproverRule::Person(stranger))),
        "somebody"
    );
    assert_eq!(
        wanted(1, stranger, &people, &without_fallback()),
        "somebody's manager"
    );
}

#[test]
fn roles_are_named_as_people_say_them() {
    let words = |role: Role| role.any_holder();
    assert_eq!(words(Role::FinanceManager), "a finance manager");
    assert_eq!(words(Role::Executive), "an executive");
    assert_eq!(words(Role::Vp), "a VP");
    assert_eq!(words(Role::Hr), "somebody in HR");
    assert_eq!(words(Role::Purchasing), "somebody in purchasing");
}

#[test]
fn the_delivered_rules_are_sound() {
    assert_eq!(rules().check(), Ok(()));
    assert_eq!(rules().check_for(3), Ok(()));
}

#[test]
fn every_flaw_of_a_rule_set_is_named() {
    let broken = |change: fn(&mut RuleSet)| {
        let mut rules = rules();
        change(&mut rules);
        rules.check_for(3).unwrap_err()
    };
    assert_eq!(
        broken(|rules| rules.levels.clear()),
        [
            RuleProblem::NoLevels,
            RuleProblem::LevelCount { expected: 3 }
        ]
    );
    assert_eq!(
        broken(|rules| rules.levels[2].level = Level(4)),
        [RuleProblem::LevelsNotCounting { expected: Level(3) }]
    );
    assert_eq!(
        broken(|rules| rules.levels[0].from_amount = amount("0.01")),
        [RuleProblem::FirstNotFromZero]
    );
    assert_eq!(
        broken(|rules| rules.levels[2].from_amount = amount("1000.00")),
        [RuleProblem::AmountsNotAscending(Level(3))]
    );
    assert_eq!(
        broken(|rules| rules.levels[2].from_amount = Decimal::new(10_000_001, 3)),
        [RuleProblem::NotInCents(Level(3))]
    );
    assert_eq!(
        broken(|rules| rules.levels[1].sla_hours = 0),
        [RuleProblem::NoTime(Level(2))]
    );
    assert_eq!(
        broken(|rules| {
            rules.levels.pop();
            rules.levels[0].from_amount = amount("2000.00");
        }),
        [
            RuleProblem::FirstNotFromZero,
            RuleProblem::AmountsNotAscending(Level(2)),
            RuleProblem::LevelCount { expected: 3 }
        ]
    );
}

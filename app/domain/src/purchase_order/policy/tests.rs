use proptest::prelude::*;

use super::{asked::draft, *};
use crate::{
    approval_rule::{Level, LevelRule, Priority},
    directory::Person,
    purchase_order::{LEVELS, State},
    world::{self, FAY, MIA, SAM, VIK, amount},
};

fn everywhere() -> Vec<(Option<DepartmentId>, String)> {
    vec![
        (None, String::new()),
        (Some(DepartmentId(1)), "Sales".to_owned()),
    ]
}

fn check(rules: &RuleSet, directory: &Directory) -> Result<Tried, Vec<Problem>> {
    Policy {
        rules,
        directory,
        departments: &everywhere(),
    }
    .check(decide)
}

/// The one problem of broken rules.
fn problem(rules: &RuleSet, directory: &Directory) -> Problem {
    let mut problems = check(rules, directory).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

/// Whether the counter-example shows what it says.
fn is_true(problem: &Problem, policy: &Policy<'_>, decide: Decide) -> bool {
    let Some(example) = &problem.example else {
        return policy.rules.levels.len() != LEVELS || problem.law == Law::Sound;
    };
    let Some(order) = example.replay(policy, decide) else {
        return false;
    };
    let begun = |rule: &&LevelRule| rule.from_amount <= example.total;
    let levels = &policy.rules.levels;
    match problem.law {
        Law::Levels | Law::Sound => true,
        Law::NoGap => levels.iter().find(begun).is_none(),
        Law::NoOverlap => levels.iter().any(|low| {
            low.from_amount.max(amount("0.01")) == example.total
                && levels
                    .iter()
                    .filter(begun)
                    .any(|high| high.level > low.level)
        }),
        Law::SomebodyDecides => {
            let submitter = world_actor(policy, example.submitter);
            let ctx = Context {
                rules: policy.rules,
                directory: policy.directory,
                now: world::now(),
            };
            let level = policy.rules.required_level(example.total);
            let stuck = |refusal: &Refusal| match refusal {
                Refusal::NoApprover(missing) => missing.level <= level,
                Refusal::Several(all) => {
                    all.iter().any(|one| matches!(one, Refusal::NoApprover(_)))
                }
                _ => false,
            };
            decide(&order, &Event::Submit, &submitter, &ctx).is_err_and(|refusal| stuck(&refusal))
        }
        Law::NobodyTheirOwn => example
            .steps
            .last()
            .is_some_and(|last| last.actor.id == example.submitter),
        Law::LevelsDecided => {
            order.state == State::Approved && !laws::levels_decided(policy, &order)
        }
        Law::AnEndIsReachable => !order.state.is_final(),
    }
}

fn world_actor(policy: &Policy<'_>, id: PersonId) -> Actor {
    let known = policy.directory.person(id);
    Actor {
        id,
        name: policy.directory.name(id).to_owned(),
        roles: known.map_or_else(Vec::new, |person| person.roles.clone()),
        override_approvals: false,
        is_manager: false,
        second_factor: crate::second_factor::SecondFactor::default(),
    }
}

#[test]
fn the_demos_rules_are_sound_straight_and_climbing() {
    let people = world::directory();
    let tried = check(&world::rules(), &people).unwrap();
    assert_eq!((tried.submitters, tried.totals), (11, 7));
    assert!(tried.questions > 10_000, "{tried:?}");
    let straight = RuleSet {
        straight: true,
        ..world::rules()
    };
    check(&straight, &people).unwrap();
}

#[test]
fn each_limit_is_tried_a_cent_below_at_it_and_a_cent_above() {
    let totals: Vec<String> = boundaries(&world::rules(), Exchange::Own)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        totals,
        [
            "0.01", "999.99", "1000.00", "1000.01", "10000.00", "10000.01", "10000.02"
        ]
    );
}

#[test]
fn a_level_nobody_can_decide_is_told_as_a_story() {
    let mut people = world::directory();
    let mut rules = world::rules();
    people.people.get_mut(&FAY).unwrap().active = false;
    rules.fallback = None;
    rules.fallback_alternate = Some(SAM);
    rules.levels[0].approver = ApproverRule::Person(MIA);
    rules.levels[2].approver = ApproverRule::Person(VIK);
    let found = problem(&rules, &people);
    assert_eq!(
        found.story,
        "Sam Stone raises an order of 1,000.00. Nobody could decide level 2, because a finance manager is missing \
         and Sam Stone, the fallback's alternate, raised it, with nobody to stand in."
    );
    assert_eq!(
        (found.law, &*found.field),
        (Law::SomebodyDecides, "level-2-approver")
    );
    rules.fallback_alternate = None;
    let story = problem(&rules, &people).story;
    assert!(
        story.contains("and the rules name no fallback. The same holds in 9 more cases."),
        "{story}"
    );
}

#[test]
fn the_fallback_without_an_alternate_could_only_decide_their_own() {
    let rules = RuleSet {
        fallback_alternate: None,
        ..world::rules()
    };
    let problems = check(&rules, &world::directory()).unwrap_err();
    assert_eq!(
        problems[0].story,
        "Carla Chief raises an order of 0.01. Nobody could decide level 1, because Carla Chief's manager is missing \
         and Carla Chief, the fallback, raised it, with nobody to stand in."
    );
}

#[test]
fn gaps_and_overlaps_are_told_with_the_amount_at_fault() {
    let people = world::directory();
    let mut gap = world::rules();
    gap.levels[0].from_amount = amount("100.00");
    let story = problem(&gap, &people).story;
    assert_eq!(
        story,
        "Ada Admin raises an order of 99.99. No level says who decides it, because level 1 begins at 100.00. It must begin at 0.00."
    );
    let mut overlap = world::rules();
    overlap.levels[2].from_amount = amount("500.00");
    let found = problem(&overlap, &people);
    assert_eq!(
        found.story,
        "Ada Admin raises an order of 1,000.00. It belongs to level 2, from 1,000.00, and to level 3, from 500.00. \
         No order would ever need level 2 alone."
    );
    assert_eq!(found.field, "level-3-from_amount");
    let mut cent = world::rules();
    cent.levels[1].from_amount = amount("0.01");
    let story = problem(&cent, &people).story;
    assert!(
        story.contains("No order would ever need level 1 alone."),
        "{story}"
    );
    let mut two = world::rules();
    two.levels.pop();
    assert_eq!(
        problem(&two, &people).story,
        "Purchase orders have exactly 3 levels, 1 to 3. These rules have 1, 2."
    );
}

#[test]
fn a_head_is_asked_for_in_every_department() {
    let mut people = world::directory();
    let mut rules = world::rules();
    rules.levels[1].approver = ApproverRule::DepartmentHead;
    rules.fallback = None;
    rules.levels[0].approver = ApproverRule::Role(crate::role::Role::FinanceManager);
    people.heads.insert(DepartmentId(1), MIA);
    let found = problem(&rules, &people);
    assert!(
        found
            .story
            .contains("because the head of the department is missing"),
        "{}",
        found.story
    );
    assert_eq!(found.example.unwrap().department, None);
}

/// Lets everyone decide what they raised.
fn lets_own(
    order: &Order,
    event: &Event,
    actor: &Actor,
    ctx: &Context<'_>,
) -> Result<Decision, Refusal> {
    let mut other = order.clone();
    if matches!(event, Event::Approve { .. }) {
        other.submitter = PersonId(0);
    }
    decide(&other, event, actor, ctx)
}

/// Forgets the highest level.
fn approves_at_once(
    order: &Order,
    event: &Event,
    actor: &Actor,
    ctx: &Context<'_>,
) -> Result<Decision, Refusal> {
    let mut other = order.clone();
    if let Event::Approve { .. } = event {
        other.required_level = other.waiting.as_ref().map(|waiting| waiting.level);
    }
    decide(&other, event, actor, ctx)
}

/// Lets nothing out of approved.
fn ends_nowhere(
    order: &Order,
    event: &Event,
    actor: &Actor,
    ctx: &Context<'_>,
) -> Result<Decision, Refusal> {
    if order.state == State::Approved {
        return Err(Refusal::NotYours);
    }
    decide(order, event, actor, ctx)
}

#[test]
fn a_machine_that_broke_a_law_is_caught_with_a_story_that_can_be_replayed() {
    let (rules, directory) = (world::rules(), world::directory());
    let policy = Policy {
        rules: &rules,
        directory: &directory,
        departments: &everywhere(),
    };
    let machines: [(Decide, Law); 3] = [
        (lets_own, Law::NobodyTheirOwn),
        (approves_at_once, Law::LevelsDecided),
        (ends_nowhere, Law::AnEndIsReachable),
    ];
    let mut told = Vec::new();
    for (machine, law) in machines {
        let problems = policy.check(machine).unwrap_err();
        let found = problems.iter().find(|problem| problem.law == law).unwrap();
        assert!(is_true(found, &policy, machine), "{found:?}");
        assert!(
            found
                .example
                .as_ref()
                .unwrap()
                .replay(&policy, decide)
                .is_none()
                || law == Law::AnEndIsReachable
                || !is_true(found, &policy, decide),
            "the real machine does not: {found:?}"
        );
        told.push(found.story.clone());
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn one_submitter_of_each_kind_stands_for_all() {
    let (rules, directory) = (world::rules(), world::directory());
    let policy = Policy {
        rules: &rules,
        directory: &directory,
        departments: &everywhere(),
    };
    // Sam's and Tess's orders meet the same; Fay's, Carla's and Pat's each their own.
    assert_eq!(policy.kinds_of_submitters().len(), 4);
}

fn approver() -> impl Strategy<Value = ApproverRule> {
    use crate::role::Role;
    prop_oneof![
        Just(ApproverRule::Manager),
        Just(ApproverRule::Cfo),
        Just(ApproverRule::DepartmentHead),
        prop_oneof![
            Just(Role::FinanceManager),
            Just(Role::Director),
            Just(Role::Hr)
        ]
        .prop_map(ApproverRule::Role),
        (1_i64..=6).prop_map(|id| ApproverRule::Person(PersonId(id))),
    ]
}

fn person() -> impl Strategy<Value = Option<PersonId>> {
    prop_oneof![1 => Just(None), 4 => (1_i64..=6).prop_map(|id| Some(PersonId(id)))]
}

prop_compose! {
    fn rule_set()(
        amounts in prop_oneof![
            3 => Just(vec![0, 100_000, 1_000_001]),
            2 => prop::collection::vec(0_i64..5, 3),
            1 => prop::collection::vec(0_i64..2_000_000, 0..5),
        ],
        approvers in prop::collection::vec(approver(), 5),
        straight in any::<bool>(),
        fallback in person(),
        fallback_alternate in person(),
    ) -> RuleSet {
        let levels = amounts.iter().zip(approvers).zip(1..).map(|((cents, approver), level)| LevelRule {
            level: Level(level),
            from_amount: Decimal::new(*cents, 2),
            approver,
            sla_hours: 24,
            priority: Priority::Normal,
        });
        RuleSet { straight, fallback, fallback_alternate, levels: levels.collect(), ..world::rules() }
    }
}

prop_compose! {
    /// Six people, whose managers may run in a circle.
    fn organisation()(
        people in prop::collection::vec((person(), any::<bool>(), prop::bool::weighted(0.9)), 6),
        cfo in person(),
        head in person(),
    ) -> Directory {
        use crate::role::Role;
        let roles = [Role::FinanceManager, Role::Director, Role::Purchasing, Role::FinanceManager, Role::Executive, Role::Hr];
        let people = people.into_iter().zip(roles).zip(1..).map(|(((manager, holds, active), role), id)| {
            let id = PersonId(id);
            let person = Person {
                id,
                name: format!("Person {id}"),
                manager: manager.filter(|manager| *manager != id),
                roles: holds.then_some(role).into_iter().collect(),
                active,
                waiting: 0,
            };
            (id, person)
        });
        Directory { people: people.collect(), cfo, heads: head.map(|head| (DepartmentId(1), head)).into_iter().collect(), ..Directory::default() }
    }
}

/// By hand: three levels that ascend from nothing, and every order that anybody raises is accepted at submit.
fn sound(rules: &RuleSet, directory: &Directory) -> bool {
    let amounts: Vec<Decimal> = rules.levels.iter().map(|rule| rule.from_amount).collect();
    let [first, second, third] = amounts[..] else {
        return false;
    };
    if !first.is_zero() || second <= amount("0.01") || third <= second {
        return false;
    }
    let policy = Policy {
        rules,
        directory,
        departments: &[],
    };
    let ctx = Context {
        rules,
        directory,
        now: world::now(),
    };
    // Every level of its own too: a straight rule asks only one.
    amounts.iter().all(|from| {
        let total = (*from).max(amount("0.01"));
        everywhere().iter().all(|(department, _)| {
            let mut active = directory.people.values().filter(|person| person.active);
            active.all(|person| {
                let order = draft(person.id, *department, total);
                decide(
                    &order,
                    &Event::Submit,
                    &world_actor(&policy, person.id),
                    &ctx,
                )
                .is_ok()
            })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_broken_policy_is_refused_with_a_true_counter_example_and_no_sound_one_is(
        rules in rule_set(), directory in organisation(),
    ) {
        let policy = Policy { rules: &rules, directory: &directory, departments: &everywhere() };
        match policy.check(decide) {
            Ok(_) => prop_assert!(sound(&rules, &directory)),
            Err(problems) => {
                prop_assert!(!sound(&rules, &directory), "{problems:?}");
                for problem in problems {
                    prop_assert!(is_true(&problem, &policy, decide), "{problem:?}");
                }
            }
        }
    }
}

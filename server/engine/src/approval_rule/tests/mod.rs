//! Changes of rules: who may, in which order, and what stays.

use domain::{
    actor::Actor,
    approval_rule::{ApproverRule, RuleSet},
    ids::{DepartmentId, PersonId, RuleSetId},
    purchase_order::State,
};
use rust_decimal::Decimal;
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    Error, Result,
    request::Form,
    test_support::{ADA, Company, ENGINEERING, EVERYONE, FAY, MIA, actor, approve, at_once},
};

mod showing;

const BEA: PersonId = PersonId(50);

/// A second administrator.
async fn bea(company: &Company) -> Actor {
    company
        .run(
            "INSERT INTO people (id, name, email, created_at) VALUES (50, 'Bea Bell', 'bea@example.com', '2026-01-01Z');
             INSERT INTO person_roles (person_id, role) VALUES (50, 'administrator')",
        )
        .await;
    Actor {
        id: BEA,
        name: "Bea Bell".to_owned(),
        ..actor(ADA)
    }
}

fn form() -> Form {
    Form {
        request_id: Uuid::new_v4(),
        version: 1,
    }
}

/// The general rules.
async fn general(company: &Company) -> RuleSet {
    let mut db = company.pool.acquire().await.unwrap();
    let sets = in_force(&mut db).await.unwrap();
    sets.into_iter()
        .find(|set| set.department.is_none() && set.currency.is_none())
        .unwrap()
}

/// The general rules with the second level from another amount.
async fn from(company: &Company, amount: i64) -> RuleSet {
    let mut set = general(company).await;
    set.levels[1].from_amount = Decimal::from(amount);
    set
}

async fn proposes(company: &Company, by: &Actor, set: &RuleSet) -> Result<RuleSetId> {
    let mut db = company.pool.acquire().await.unwrap();
    let base = store::in_force_for(&mut db, set.department, set.currency)
        .await
        .unwrap();
    drop(db);
    let about = (Uuid::new_v4(), base);
    propose(&company.engine, by, about, (set, "Prices rose")).await
}

async fn current_version(company: &Company) -> (i32, Decimal) {
    let set = general(company).await;
    (set.version, set.levels[1].from_amount)
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_change_comes_into_force_when_a_second_administrator_confirms_it(pool: PgPool) {
    let company = Company::new(pool).await;
    let (ada, bea) = (actor(ADA), bea(&company).await);
    let old = general(&company).await.id;
    let id = proposes(&company, &ada, &from(&company, 500).await)
        .await
        .unwrap();
    assert_eq!(current_version(&company).await, (1, Decimal::from(1000)));

    let own = confirm(&company.engine, &ada, form(), id, "").await;
    assert!(
        matches!(&own, Err(Error::Forbidden(why)) if why.contains("another administrator")),
        "{own:?}"
    );
    let pinned = company.submitted("700").await;
    confirm(&company.engine, &bea, form(), id, "As agreed")
        .await
        .unwrap();
    assert_eq!(current_version(&company).await, (2, Decimal::from(500)));
    let view = get(&company.engine, id).await.unwrap();
    assert_eq!(view.head.decided.unwrap().0, "Bea Bell");
    assert_eq!(view.in_force, Some(id));

    // What was in approval keeps its rules; what is submitted now falls under the new ones.
    assert_eq!(company.does(MIA, pinned, approve()).await, State::Approved);
    let new = company.submitted("700").await;
    assert_eq!(
        company.does(MIA, new, approve()).await,
        State::RequiresFinanceReview
    );
    let history = company
        .rows(&format!(
            "SELECT subject_id, event, actor_id, note, data FROM transitions WHERE subject_kind = 'approval_rule_set'
                 AND subject_id IN ({old}, {id}) ORDER BY number"
        ))
        .await;
    assert_eq!(
        history,
        json!([
            { "subject_id": id, "event": "propose", "actor_id": ADA, "note": "Prices rose",
              "data": { "level_2": { "from": "from 1,000.00: A finance manager, 48 h, high", "to": "from 500.00: A finance manager, 48 h, high" } } },
            { "subject_id": old, "event": "replace", "actor_id": BEA, "note": null, "data": { "replaced_by": format!("/admin/rules/{id}") } },
            { "subject_id": id, "event": "confirm", "actor_id": BEA, "note": "As agreed", "data": {} },
        ])
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_two_changes_of_the_same_rules_one_comes_into_force_and_the_other_is_stale(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let (ada, bea) = (actor(ADA), bea(&company).await);
    let mut proposals = Vec::new();
    for amount in [500, 600] {
        let set = from(&company, amount).await;
        proposals.push(proposes(&company, &ada, &set).await.unwrap());
    }
    let outcomes = at_once(proposals.clone().into_iter().map(|id| {
        let (engine, bea) = (company.engine.clone(), bea.clone());
        async move { confirm(&engine, &bea, form(), id, "").await }
    }))
    .await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(done, 1, "{outcomes:?}");
    let stale = |outcome: &Result<()>| matches!(outcome, Err(Error::Stale(_)));
    assert_eq!(
        outcomes.iter().filter(|o| stale(o)).count(),
        1,
        "{outcomes:?}"
    );
    assert_eq!(current_version(&company).await.0, 2);

    // A form made from what is in force no more is refused too.
    let old = RuleSetId(1);
    let about = (Uuid::new_v4(), Some(old));
    let set = from(&company, 700).await;
    let late = propose(&company.engine, &ada, about, (&set, "Again")).await;
    assert!(
        matches!(&late, Err(Error::Stale(why)) if why.contains("Bea Bell")),
        "{late:?}"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_proposal_is_rejected_by_another_and_withdrawn_by_its_author(pool: PgPool) {
    let company = Company::new(pool).await;
    let (ada, bea) = (actor(ADA), bea(&company).await);
    let set = from(&company, 500).await;
    let id = proposes(&company, &ada, &set).await.unwrap();
    let own = reject(&company.engine, &ada, form(), id, "No").await;
    assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
    let silent = reject(&company.engine, &bea, form(), id, " ").await;
    assert!(matches!(silent, Err(Error::Invalid(_))), "{silent:?}");
    reject(&company.engine, &bea, form(), id, "Too low")
        .await
        .unwrap();
    let late = confirm(&company.engine, &bea, form(), id, "").await;
    assert!(
        matches!(&late, Err(Error::Stale(why)) if why.contains("rejected")),
        "{late:?}"
    );

    let id = proposes(&company, &ada, &set).await.unwrap();
    let others = withdraw(&company.engine, &bea, form(), id).await;
    assert!(matches!(others, Err(Error::Forbidden(_))), "{others:?}");
    withdraw(&company.engine, &ada, form(), id).await.unwrap();
    assert_eq!(current_version(&company).await.0, 1);
    let states = company
        .text("SELECT string_agg(state, ' ' ORDER BY id) FROM approval_rule_sets")
        .await;
    assert_eq!(states, "in_force rejected withdrawn");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn four_eyes_can_be_switched_off_which_is_history(pool: PgPool) {
    let company = Company::new(pool).await;
    let ada = actor(ADA);
    let id = proposes(&company, &ada, &from(&company, 500).await)
        .await
        .unwrap();
    let now = settings(&company.engine).await.unwrap();
    assert_eq!((now.four_eyes, now.administrators), (true, 1));
    set_four_eyes(&company.engine, &ada, form(), false)
        .await
        .unwrap();
    let stale = set_four_eyes(&company.engine, &ada, form(), true).await;
    assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
    confirm(&company.engine, &ada, form(), id, "")
        .await
        .unwrap();
    assert_eq!(current_version(&company).await.0, 2);
    let said = company
        .text("SELECT data::text FROM transitions WHERE subject_kind = 'organisation' AND event = 'change'")
        .await;
    assert_eq!(said, r#"{"four_eyes": {"to": "no", "from": "yes"}}"#);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_administrators_as_they_are_now_change_rules(pool: PgPool) {
    let company = Company::new(pool).await;
    let set = from(&company, 500).await;
    for who in EVERYONE.into_iter().filter(|who| *who != ADA) {
        let made = proposes(&company, &actor(who), &set).await;
        let ended = retire(&company.engine, &actor(who), form(), set.id, "x").await;
        let eyes = set_four_eyes(&company.engine, &actor(who), form(), false).await;
        for outcome in [made.map(drop), ended.map(drop), eyes] {
            assert!(
                matches!(outcome, Err(Error::Forbidden(_))),
                "{who}: {outcome:?}"
            );
        }
    }
    let id = proposes(&company, &actor(ADA), &set).await.unwrap();
    for who in EVERYONE.into_iter().filter(|who| *who != ADA) {
        for outcome in [
            confirm(&company.engine, &actor(who), form(), id, "").await,
            reject(&company.engine, &actor(who), form(), id, "No").await,
            withdraw(&company.engine, &actor(who), form(), id).await,
        ] {
            assert!(
                matches!(outcome, Err(Error::Forbidden(_))),
                "{who}: {outcome:?}"
            );
        }
    }
    // A session that outlived the role.
    company
        .run("DELETE FROM person_roles WHERE role = 'administrator'")
        .await;
    let former = withdraw(&company.engine, &actor(ADA), form(), id).await;
    assert!(matches!(former, Err(Error::Forbidden(_))), "{former:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn rules_that_the_checker_refuses_are_not_proposed_and_not_confirmed(pool: PgPool) {
    let company = Company::new(pool).await;
    let (ada, bea) = (actor(ADA), bea(&company).await);
    let mut broken = general(&company).await;
    broken.fallback_alternate = None;
    let refused = proposes(&company, &ada, &broken).await;
    let Err(Error::Refused { fields, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(fields[0].field, "level-1-approver");
    assert!(
        fields[0]
            .message
            .starts_with("Carla Chief raises an order of 0.01."),
        "{}",
        fields[0].message
    );
    let mut gone = general(&company).await;
    gone.levels[1].approver = ApproverRule::Person(PersonId(999));
    gone.fallback = Some(PersonId(998));
    let refused = proposes(&company, &ada, &gone).await;
    let Err(Error::Invalid(fields)) = refused else {
        panic!("{refused:?}")
    };
    let named: Vec<_> = fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(named, ["level-2-approver", "fallback"]);

    // Sound when it was proposed, and no more when it would be confirmed.
    let id = proposes(&company, &ada, &from(&company, 500).await)
        .await
        .unwrap();
    company
        .run("UPDATE people SET deactivated_at = now() WHERE id IN (4, 6)")
        .await;
    company
        .run("INSERT INTO person_roles (person_id, role) VALUES (3, 'administrator')")
        .await;
    let late = confirm(&company.engine, &bea, form(), id, "").await;
    assert!(matches!(late, Err(Error::Refused { .. })), "{late:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_department_gets_rules_of_its_own_and_loses_them_again(pool: PgPool) {
    let company = Company::new(pool).await;
    let (ada, bea) = (actor(ADA), bea(&company).await);
    let mut own = from(&company, 500).await;
    own.department = Some(ENGINEERING);
    own.straight = true;
    own.levels[0].approver = ApproverRule::DepartmentHead;
    let id = proposes(&company, &ada, &own).await.unwrap();
    confirm(&company.engine, &bea, form(), id, "")
        .await
        .unwrap();
    let under = company.submitted("600").await;
    assert_eq!(company.state(under).await, "requires_finance_review");

    let twice = propose(
        &company.engine,
        &ada,
        (Uuid::new_v4(), None),
        (&own, "Again"),
    )
    .await;
    assert!(
        matches!(&twice, Err(Error::Invalid(faults)) if faults[0].field == "department"),
        "{twice:?}"
    );
    let unknown = RuleSet {
        department: Some(DepartmentId(99)),
        ..own.clone()
    };
    let unknown = proposes(&company, &ada, &unknown).await;
    assert!(matches!(unknown, Err(Error::Invalid(_))), "{unknown:?}");
    let all = retire(&company.engine, &ada, form(), RuleSetId(1), "x").await;
    assert!(matches!(all, Err(Error::Refused { .. })), "{all:?}");

    let ends = retire(&company.engine, &ada, form(), id, "Not needed")
        .await
        .unwrap();
    confirm(&company.engine, &bea, form(), ends, "")
        .await
        .unwrap();
    let view = get(&company.engine, ends).await.unwrap();
    assert_eq!(
        (view.head.version, view.set, view.in_force),
        (Some(2), None, None)
    );
    let general = company.submitted("600").await;
    assert_eq!(company.state(general).await, "pending_approval");
    assert_eq!(company.does(FAY, under, approve()).await, State::Approved);
    // Added again, it is the third version.
    let again = proposes(&company, &ada, &own).await.unwrap();
    confirm(&company.engine, &bea, form(), again, "")
        .await
        .unwrap();
    let again = get(&company.engine, again).await.unwrap();
    assert_eq!(again.head.version, Some(3));
}

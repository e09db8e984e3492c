use domain::{
    cost_centre::Profile,
    purchase_order::{Event, State},
};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    Error, Result,
    purchase_order::save_draft,
    request::Form,
    test_support::{ADA, Company, EVERYONE, SAM, actor, parsed, raw, saving},
    transition_log,
};

fn profile(code: &str, active: bool) -> Profile {
    Profile {
        code: code.to_owned(),
        name: "Office".to_owned(),
        active,
    }
}

async fn add(company: &Company, code: &str, active: bool) -> Result<CostCentreId> {
    let profile = profile(code, active);
    create(&company.engine, &actor(ADA), Uuid::new_v4(), &profile).await
}

async fn change(company: &Company, id: CostCentreId, to: &Profile) -> Result<()> {
    let form = form(company, id).await;
    update(&company.engine, &actor(ADA), form, id, to).await
}

async fn form(company: &Company, id: CostCentreId) -> Form {
    Form {
        request_id: Uuid::new_v4(),
        version: get(&company.engine, id).await.unwrap().unwrap().version,
    }
}

fn fields(error: Error) -> Vec<String> {
    match error {
        Error::Invalid(faults) | Error::Refused { fields: faults, .. } => {
            faults.into_iter().map(|fault| fault.field).collect()
        }
        other => panic!("{other:?}"),
    }
}

/// What comes of submitting an order of one line with this cost centre.
async fn submitting(company: &Company, code: &str) -> Result<State> {
    let mut form = raw("900");
    form.lines[0].cost_centre = code.to_owned();
    let mut command = saving(parsed(&form), None);
    command.submit = true;
    let saved = save_draft(&company.engine, &actor(SAM), &command).await;
    saved.map(|(_, state)| state)
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn each_change_is_history_and_a_code_is_taken_whatever_its_case(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = add(&company, "CC-1", true).await.unwrap();
    change(&company, id, &profile("CC-1", true)).await.unwrap();
    change(&company, id, &profile("cc-1", false)).await.unwrap();
    let rows = transition_log::history(&company.engine, subject(id), None, 9)
        .await
        .unwrap();
    let events: Vec<_> = rows.iter().map(|row| row.event.as_str()).collect();
    assert_eq!(events, ["change", "create"]);
    let expected = json!({
        "code": { "from": "CC-1", "to": "cc-1" },
        "active": { "from": "yes", "to": "no" },
    });
    assert_eq!(rows[0].data, expected);
    assert_eq!(
        fields(add(&company, "Cc-1", true).await.unwrap_err()),
        ["code"]
    );
    let other = add(&company, "CC-2", true).await.unwrap();
    let taken = change(&company, other, &profile("CC-1", true)).await;
    assert_eq!(fields(taken.unwrap_err()), ["code"]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_administrators_change_them_and_a_stale_form_is_refused(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = add(&company, "CC-1", true).await.unwrap();
    for who in EVERYONE.into_iter().filter(|who| *who != ADA) {
        let profile = profile("CC-9", true);
        let made = create(&company.engine, &actor(who), Uuid::new_v4(), &profile).await;
        let form = form(&company, id).await;
        let changed = update(&company.engine, &actor(who), form, id, &profile).await;
        for outcome in [made.map(drop), changed] {
            assert!(matches!(outcome, Err(Error::Forbidden(_))), "{who}");
        }
    }
    let old = form(&company, id).await;
    change(&company, id, &profile("CC-7", true)).await.unwrap();
    let stale = update(
        &company.engine,
        &actor(ADA),
        old,
        id,
        &profile("CC-8", true),
    )
    .await;
    match stale.unwrap_err() {
        Error::Stale(said) => assert!(said.starts_with("CC-7 was changed by Ada Admin"), "{said}"),
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_code_that_is_no_active_cost_centre_is_refused_at_submit_once_there_are_any(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    submitting(&company, "anything").await.unwrap();
    add(&company, "CC-OLD", false).await.unwrap();
    let id = add(&company, "CC-1", true).await.unwrap();
    for code in ["anything", "CC-OLD"] {
        let refused = submitting(&company, code).await.unwrap_err();
        assert_eq!(fields(refused), ["line-1-cost_centre"], "{code}");
    }
    for code in ["CC-1", "cc-1", ""] {
        submitting(&company, code).await.unwrap();
    }
    // A draft keeps anything, until it is submitted.
    let mut form = raw("900");
    form.lines[0].cost_centre = "anything".to_owned();
    let draft = saving(parsed(&form), None);
    let (draft, _) = save_draft(&company.engine, &actor(SAM), &draft)
        .await
        .unwrap();
    let refused = company.act(SAM, draft, Event::Submit).await.unwrap_err();
    assert_eq!(fields(refused), ["line-1-cost_centre"]);
    // Orders under way are left alone when it is made inactive.
    let (order, _) = {
        let mut form = raw("900");
        form.lines[0].cost_centre = "CC-1".to_owned();
        let mut command = saving(parsed(&form), None);
        command.submit = true;
        save_draft(&company.engine, &actor(SAM), &command)
            .await
            .unwrap()
    };
    change(&company, id, &profile("CC-1", false)).await.unwrap();
    company
        .does(
            crate::test_support::MIA,
            order,
            crate::test_support::approve(),
        )
        .await;
}

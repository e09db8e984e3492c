use domain::{
    department::Profile,
    ids::{DepartmentId, PersonId},
};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    Error, Result, directory,
    purchase_order::save_draft,
    request::Form,
    test_support::{
        ADA, Company, DORA, ENGINEERING, EVERYONE, MIA, SAM, TESS, actor, draft, saving,
    },
    transition_log,
};

fn profile(name: &str, head: Option<PersonId>, active: bool) -> Profile {
    Profile {
        name: name.to_owned(),
        head,
        active,
    }
}

async fn add(company: &Company, profile: &Profile) -> Result<DepartmentId> {
    create(&company.engine, &actor(ADA), Uuid::new_v4(), profile).await
}

async fn form(company: &Company, id: DepartmentId) -> Form {
    Form {
        request_id: Uuid::new_v4(),
        version: get(&company.engine, id).await.unwrap().unwrap().version,
    }
}

async fn change(company: &Company, id: DepartmentId, to: &Profile) -> Result<()> {
    let form = form(company, id).await;
    update(&company.engine, &actor(ADA), form, id, to).await
}

fn fields(error: Error) -> Vec<String> {
    match error {
        Error::Invalid(faults) => faults.into_iter().map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn each_change_is_history_with_old_and_new(pool: PgPool) {
    let company = Company::new(pool).await;
    let sales = add(&company, &profile("Sales", None, true)).await.unwrap();
    let to = profile("Sales and service", Some(MIA), false);
    change(&company, sales, &to).await.unwrap();
    change(&company, sales, &to).await.unwrap();
    let rows = transition_log::history(&company.engine, subject(sales), None, 9)
        .await
        .unwrap();
    let events: Vec<_> = rows.iter().map(|row| row.event.as_str()).collect();
    assert_eq!(events, ["change", "create"]);
    let expected = json!({
        "name": { "from": "Sales", "to": "Sales and service" },
        "head": { "from": "", "to": "Mia Moss <mia@example.com>" },
        "active": { "from": "yes", "to": "no" },
    });
    assert_eq!(rows[0].data, expected);
    let taken = add(&company, &profile("ENGINEERING", None, true)).await;
    assert_eq!(fields(taken.unwrap_err()), ["name"]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_head_is_somebody_active_or_the_one_there_was(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("UPDATE people SET deactivated_at = now() WHERE id IN (3, 9)")
        .await;
    change(
        &company,
        ENGINEERING,
        &profile("Engineering 2", Some(DORA), true),
    )
    .await
    .unwrap();
    for head in [TESS, PersonId(999)] {
        let refused = change(
            &company,
            ENGINEERING,
            &profile("Engineering", Some(head), true),
        )
        .await;
        assert_eq!(fields(refused.unwrap_err()), ["head"], "{head}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_inactive_department_is_offered_only_where_it_is_chosen_already(pool: PgPool) {
    let company = Company::new(pool).await;
    let sales = add(&company, &profile("Sales", None, true)).await.unwrap();
    change(
        &company,
        ENGINEERING,
        &profile("Engineering", Some(DORA), false),
    )
    .await
    .unwrap();
    let mut db = company.pool.acquire().await.unwrap();
    let mut offered = async |chosen| {
        let all = directory::departments(&mut db, chosen).await.unwrap();
        all.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(offered(None).await, [sales]);
    assert_eq!(offered(Some(ENGINEERING)).await, [ENGINEERING, sales]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_form_made_up_by_hand_chooses_no_inactive_department(pool: PgPool) {
    let company = Company::new(pool).await;
    let first = company.raise("900").await;
    let row = format!("SELECT department_id FROM purchase_orders WHERE id = {first}");
    assert_eq!(company.rows(&row).await[0]["department_id"], ENGINEERING.0);
    let inactive = profile("Engineering", Some(DORA), false);
    change(&company, ENGINEERING, &inactive).await.unwrap();
    let save = async |existing| {
        let command = saving(draft("900"), existing);
        save_draft(&company.engine, &actor(SAM), &command).await
    };
    assert_eq!(fields(save(None).await.unwrap_err()), ["department"]);
    save(Some((first, 1))).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_administrators_change_departments_and_a_stale_form_is_refused(pool: PgPool) {
    let company = Company::new(pool).await;
    let to = profile("Sales", None, true);
    for who in EVERYONE.into_iter().filter(|who| *who != ADA) {
        let made = create(&company.engine, &actor(who), Uuid::new_v4(), &to).await;
        let form = form(&company, ENGINEERING).await;
        let changed = update(&company.engine, &actor(who), form, ENGINEERING, &to).await;
        for outcome in [made.map(drop), changed] {
            assert!(matches!(outcome, Err(Error::Forbidden(_))), "{who}");
        }
    }
    let old = form(&company, ENGINEERING).await;
    change(&company, ENGINEERING, &to).await.unwrap();
    let stale = update(&company.engine, &actor(ADA), old, ENGINEERING, &to).await;
    assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
}

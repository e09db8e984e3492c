//! Administrators' lists, each asked everything its specification offers. The list of orders has tests of its own.

use std::collections::BTreeSet;

use domain::{cost_centre, department, ids::PersonId, vendor};
use jiff::tz::TimeZone;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    Engine,
    cost_centre::CostCentre,
    department::Department,
    person,
    request::Form,
    test_support::{ADA, Company, actor},
    testing::company,
};

/// All rows of an address: the file's, which must be those of the pages too.
pub(crate) async fn asked<R: Listed + Clone + PartialEq + std::fmt::Debug>(
    engine: &Engine,
    address: &str,
) -> Vec<R> {
    let mut query = Query::parse(R::spec(), address, &TimeZone::UTC);
    let mut export = Export::<R>::begin(engine, &actor(ADA), &query)
        .await
        .unwrap();
    let mut file = Vec::new();
    while let batch = export.next().await.unwrap()
        && !batch.is_empty()
    {
        file.extend(batch);
    }
    let mut pages = Vec::new();
    loop {
        let page: Page<R> = read(engine, &actor(ADA), &query).await.unwrap();
        assert_eq!(
            page.count,
            Some(i64::try_from(file.len()).unwrap()),
            "{address}"
        );
        assert!(page.rows.len() <= PAGE);
        pages.extend(page.rows);
        let Some(next) = page.next else { break };
        query = query.page_after(Some(next));
        // As it comes back in an address.
        query = Query::parse(R::spec(), &query.encode(), &TimeZone::UTC);
    }
    assert_eq!(pages, file, "{address}");
    file
}

/// A sort by its name, and what it sorts by.
type Sorting<R> = (&'static str, fn(&R) -> String);

/// Every order of a list holds everything once, sorted by what it says.
async fn sorted<R: Listed + Clone + PartialEq + std::fmt::Debug>(
    engine: &Engine,
    all: usize,
    values: &[Sorting<R>],
    id: fn(&R) -> i64,
) {
    assert_eq!(R::spec().sorts.len(), values.len());
    for (sort, value) in values {
        let rows = asked::<R>(engine, &format!("sort={sort}")).await;
        let ids: BTreeSet<i64> = rows.iter().map(id).collect();
        assert_eq!((rows.len(), ids.len()), (all, all), "{sort}");
        let lower = |row: &R| value(row).to_lowercase();
        let mut keys: Vec<_> = rows.iter().map(|row| (lower(row), id(row))).collect();
        // What has no value comes last.
        keys.retain(|(value, _)| !value.is_empty());
        assert!(keys.is_sorted(), "{sort}: {keys:?}");
        let back = asked::<R>(engine, &format!("sort={sort}&dir=desc")).await;
        let mut keys_back: Vec<_> = back.iter().map(|row| (lower(row), id(row))).collect();
        keys_back.retain(|(value, _)| !value.is_empty());
        keys_back.reverse();
        assert_eq!(keys_back, keys, "{sort}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_order_of_a_list_holds_everything_once(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("INSERT INTO people (name, email, created_at)
              SELECT 'Twin ' || n / 2, 'twin' || 1000 - n || '@example.com', now() FROM generate_series(1, 100) n;
              INSERT INTO vendors (name, email) SELECT 'Vendor ' || n, CASE WHEN n % 3 > 0 THEN 'sales' || 1000 - n || '@example.com' END
              FROM generate_series(1, 119) n;
              INSERT INTO departments (name) SELECT 'Department ' || n FROM generate_series(1, 99) n;
              INSERT INTO cost_centres (code, name) SELECT 'CC-' || n, 'Centre ' || n / 2 FROM generate_series(1, 100) n")
        .await;
    let engine = &company.engine;
    let people = company.rows("SELECT count(*) FROM people").await[0]["count"].as_i64();
    let people = usize::try_from(people.unwrap()).unwrap();
    sorted::<person::ListRow>(
        engine,
        people,
        &[
            ("name", |row| row.name.clone()),
            ("email", |row| row.email.clone()),
        ],
        |row| row.id.0,
    )
    .await;
    sorted::<crate::vendor::ListRow>(
        engine,
        120,
        &[
            ("name", |row| row.name.clone()),
            ("email", |row| row.email.clone().unwrap_or_default()),
        ],
        |row| row.id.0,
    )
    .await;
    sorted::<Department>(engine, 100, &[("name", |row| row.name.clone())], |row| {
        row.id.0
    })
    .await;
    sorted::<CostCentre>(
        engine,
        100,
        &[
            ("code", |row| row.code.clone()),
            ("name", |row| row.name.clone()),
        ],
        |row| row.id.0,
    )
    .await;
}

async fn people(engine: &Engine, address: &str) -> Vec<String> {
    let rows = asked::<person::ListRow>(engine, address).await;
    rows.into_iter().map(|row| row.name).collect()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn people_are_found_by_words_role_manager_department_and_account(pool: PgPool) {
    let engine = &company(&pool).await;
    assert_eq!(people(engine, "q=+MO").await, ["Mia Moss"]);
    assert_eq!(people(engine, "q=tess%40exam").await, ["Tess Tran"]);
    for pattern in ["%25", "_", "%5C", "'", "%00%25"] {
        assert!(
            people(engine, &format!("q=zz{pattern}")).await.is_empty(),
            "{pattern}"
        );
    }
    assert_eq!(people(engine, "").await.len(), 20);
    assert_eq!(people(engine, "role=auditor").await, ["Aud Abel"]);
    assert_eq!(
        people(engine, "role=sorcerer").await.len(),
        20,
        "no such role: no filter"
    );
    let id = async |name: &str| {
        sqlx::query_scalar!("SELECT id FROM people WHERE name = $1", name)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    let mia = id("Mia Moss").await;
    assert_eq!(
        people(engine, &format!("manager={mia}")).await,
        ["Sam Stone", "Tess Tran"]
    );
    assert_eq!(
        people(engine, &format!("manager={mia}&q=tess")).await,
        ["Tess Tran"]
    );
    sqlx::query!("UPDATE people SET deactivated_at = created_at WHERE name = 'Sam Stone'")
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(people(engine, "active=false").await, ["Sam Stone"]);
    assert_eq!(people(engine, "active=true").await.len(), 19);
    let department = sqlx::query_scalar!("SELECT department_id FROM people WHERE id = $1", mia)
        .fetch_one(&pool)
        .await
        .unwrap()
        .unwrap();
    let members = people(engine, &format!("department={department}")).await;
    assert!(
        members.contains(&"Mia Moss".to_owned()) && members.len() < 20,
        "{members:?}"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_renamed_is_found_by_its_new_words_only(pool: PgPool) {
    let company = Company::new(pool).await;
    let (engine, ada) = (&company.engine, actor(ADA));
    let form = Form {
        request_id: Uuid::new_v4(),
        version: 1,
    };

    let new = |name: &str| person::Profile {
        name: name.to_owned(),
        email: "jo@example.com".to_owned(),
        roles: Vec::new(),
        manager: None,
        department: None,
        time_zone: "UTC".to_owned(),
        phone: String::new(),
    };
    let password = "a long enough password";
    let jo = person::create(engine, &ada, Uuid::new_v4(), &new("Jörg Ode"), password).await;
    person::update(engine, &ada, form, jo.unwrap(), &new("Jo Quill"))
        .await
        .unwrap();
    assert_eq!(people(engine, "q=quill").await, ["Jo Quill"]);
    assert!(people(engine, "q=jorg").await.is_empty());

    let new = |name: &str| vendor::Profile {
        name: name.to_owned(),
        ..vendor::Profile::default()
    };
    let id = crate::vendor::create(engine, &ada, Uuid::new_v4(), &new("Älpha"))
        .await
        .unwrap();
    let form = Form {
        request_id: Uuid::new_v4(),
        ..form
    };
    let found = async |q: &str| asked::<crate::vendor::ListRow>(engine, q).await.len();
    assert_eq!(found("q=alph").await, 1);
    crate::vendor::update(engine, &ada, form, id, &new("Beta"))
        .await
        .unwrap();
    assert_eq!((found("q=alpha").await, found("q=beta").await), (0, 1));

    let new = |name: &str| department::Profile {
        name: name.to_owned(),
        head: None::<PersonId>,
        active: true,
    };
    let id = crate::department::create(engine, &ada, Uuid::new_v4(), &new("Gamma"))
        .await
        .unwrap();
    let form = Form {
        request_id: Uuid::new_v4(),
        ..form
    };
    crate::department::update(engine, &ada, form, id, &new("Delta"))
        .await
        .unwrap();
    let found = async |q: &str| asked::<Department>(engine, q).await.len();
    assert_eq!((found("q=gamma").await, found("q=delta").await), (0, 1));
    assert_eq!(found("q=delta&active=false").await, 0);

    let new = |code: &str, active| cost_centre::Profile {
        code: code.to_owned(),
        name: "Some works".to_owned(),
        active,
    };
    let id = crate::cost_centre::create(engine, &ada, Uuid::new_v4(), &new("EP-1", true))
        .await
        .unwrap();
    let form = Form {
        request_id: Uuid::new_v4(),
        ..form
    };
    crate::cost_centre::update(engine, &ada, form, id, &new("ZE-2", false))
        .await
        .unwrap();
    let found = async |q: &str| asked::<CostCentre>(engine, q).await.len();
    assert_eq!((found("q=ep").await, found("q=ze-2+works").await), (0, 1));
    assert_eq!(
        (found("active=true").await, found("active=false").await),
        (0, 1)
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn vendors_are_listed_by_how_they_stand(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("INSERT INTO vendors (id, name, hold_reason, held_by, held_at, flag_reason, flagged_by, flagged_at)
              SELECT 10 + n, 'Vendor ' || n, hold, CASE WHEN hold IS NOT NULL THEN 1 END, CASE WHEN hold IS NOT NULL THEN now() END,
                  flag, CASE WHEN flag IS NOT NULL THEN 1 END, CASE WHEN flag IS NOT NULL THEN now() END
              FROM (VALUES (1, 'Late', NULL), (2, NULL, 'Look'), (3, 'Late', 'Look')) AS v (n, hold, flag)")
        .await;
    for (standing, names) in [
        ("active", vec!["Northwind Supply"]),
        ("on_hold", vec!["Vendor 1", "Vendor 3"]),
        ("flagged", vec!["Vendor 2"]),
    ] {
        let rows =
            asked::<crate::vendor::ListRow>(&company.engine, &format!("standing={standing}")).await;
        let found: Vec<_> = rows.into_iter().map(|row| row.name).collect();
        assert_eq!(found, names, "{standing}");
    }
}

use domain::{
    ids::{PersonId, VendorId},
    vendor::{Event, Profile},
};
use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::*;
use crate::{
    Error, Result,
    request::Form,
    test_support::{
        ADA, AUD, CARLA, Company, EVERYONE, FAY, MIA, NORTHWIND, PAT, SAM, actor, approve,
    },
    transition_log,
};

fn profile(name: &str) -> Profile {
    Profile {
        name: name.to_owned(),
        email: Some("orders@example.com".to_owned()),
        address: "1 Main Street\nTown".to_owned(),
    }
}

async fn add(company: &Company, by: PersonId, name: &str) -> Result<VendorId> {
    create(&company.engine, &actor(by), Uuid::new_v4(), &profile(name)).await
}

async fn shown(company: &Company, id: VendorId) -> Vendor {
    get(&company.engine, id).await.unwrap().unwrap()
}

/// A form as the vendor's page would render it now.
async fn form(company: &Company, id: VendorId) -> Form {
    Form {
        request_id: Uuid::new_v4(),
        version: shown(company, id).await.version,
    }
}

async fn change(company: &Company, by: PersonId, id: VendorId, to: &Profile) -> Result<()> {
    let form = form(company, id).await;
    update(&company.engine, &actor(by), form, id, to).await
}

/// The vendor's history, oldest first: event, who, why.
async fn told(company: &Company, id: VendorId) -> String {
    company
        .text(&format!(
            "SELECT string_agg(concat_ws(' ', seq, event, actor_id, note), ', ' ORDER BY seq) FROM transitions
             WHERE subject_kind = 'vendor' AND subject_id = {id}"
        ))
        .await
}

fn fault(result: Result<impl std::fmt::Debug>) -> (String, String) {
    match result.unwrap_err() {
        Error::Invalid(mut faults) => {
            let fault = faults.remove(0);
            (fault.field, fault.message)
        }
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_vendor_is_made_and_changed_and_each_is_history(pool: PgPool) {
    let company = Company::new(pool).await;
    let acme = add(&company, PAT, "Acme Tools").await.unwrap();
    let vendor = shown(&company, acme).await;
    assert_eq!(vendor.email.as_deref(), Some("orders@example.com"));
    assert_eq!(vendor.standing(), domain::vendor::Standing::default());
    let renamed = Profile {
        email: None,
        ..profile("ACME Tools")
    };
    change(&company, ADA, acme, &renamed).await.unwrap();
    change(&company, ADA, acme, &renamed).await.unwrap();
    assert_eq!(told(&company, acme).await, "1 create 8, 2 change 6");
    let rows = transition_log::history(&company.engine, subject(acme), None, 9)
        .await
        .unwrap();
    let expected = json!({
        "name": { "from": "Acme Tools", "to": "ACME Tools" },
        "email": { "from": "orders@example.com", "to": "" },
    });
    assert_eq!(rows[0].data, expected);
    assert_eq!(rows[1].data["address"]["to"], "1 Main Street\nTown");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_name_is_taken_whatever_its_case(pool: PgPool) {
    let company = Company::new(pool).await;
    let taken = ("name", "There is a vendor of this name already.");
    let said = fault(add(&company, PAT, "NORTHWIND supply").await);
    assert_eq!((said.0.as_str(), said.1.as_str()), taken);
    let acme = add(&company, PAT, "Acme Tools").await.unwrap();
    let said = fault(change(&company, PAT, acme, &profile("northwind supply")).await);
    assert_eq!((said.0.as_str(), said.1.as_str()), taken);
    change(&company, PAT, acme, &profile("acme tools"))
        .await
        .unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_form_counts_once_and_a_stale_one_is_refused_with_who_was_faster(pool: PgPool) {
    let company = Company::new(pool).await;
    let (pat, request_id) = (actor(PAT), Uuid::new_v4());
    let made = create(&company.engine, &pat, request_id, &profile("Acme Tools")).await;
    let again = create(&company.engine, &pat, request_id, &profile("Acme Tools")).await;
    let to = address(made.unwrap());
    assert!(matches!(again, Err(Error::Repeated(first)) if first == to));

    let old = form(&company, NORTHWIND).await;
    company.stand(ADA, NORTHWIND, Event::Hold).await.unwrap();
    let stale = update(&company.engine, &pat, old, NORTHWIND, &profile("New")).await;
    match stale.unwrap_err() {
        Error::Stale(said) => assert!(
            said.starts_with("Northwind Supply was changed by Ada Admin"),
            "{said}"
        ),
        other => panic!("{other:?}"),
    }
    let old = Form {
        request_id: Uuid::new_v4(),
        ..old
    };
    let event = (Event::Flag, "late");
    let stale = set_standing(&company.engine, &pat, old, NORTHWIND, event).await;
    assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn hold_and_flag_are_kept_with_who_when_and_why_and_block_until_both_are_gone(pool: PgPool) {
    let company = Company::new(pool).await;
    company.stand(PAT, NORTHWIND, Event::Hold).await.unwrap();
    company.hour();
    company.stand(ADA, NORTHWIND, Event::Flag).await.unwrap();
    let vendor = shown(&company, NORTHWIND).await;
    let mark = |mark: Option<Mark>| {
        let mark = mark.unwrap();
        format!("{} {} {}", mark.reason, mark.by.unwrap(), mark.at)
    };
    assert_eq!(mark(vendor.hold), "unpaid Pat Price 2026-03-02T09:00:00Z");
    assert_eq!(mark(vendor.flag), "unpaid Ada Admin 2026-03-02T10:00:00Z");
    let blocked = async || choices(&company.engine).await.unwrap()[0].blocked.clone();
    assert_eq!(blocked().await.as_deref(), Some("on hold: unpaid"));
    for event in [Event::Hold, Event::Flag] {
        let again = company.stand(ADA, NORTHWIND, event).await;
        assert!(matches!(again, Err(Error::Stale(_))), "{again:?}");
    }
    company.stand(PAT, NORTHWIND, Event::Release).await.unwrap();
    assert_eq!(blocked().await.as_deref(), Some("under review: unpaid"));
    company
        .stand(PAT, NORTHWIND, Event::ClearFlag)
        .await
        .unwrap();
    assert_eq!(blocked().await, None);
    for event in [Event::Release, Event::ClearFlag] {
        let again = company.stand(ADA, NORTHWIND, event).await;
        assert!(matches!(again, Err(Error::Stale(_))), "{again:?}");
    }
    assert_eq!(
        told(&company, NORTHWIND).await,
        "1 hold 8 unpaid, 2 flag 6 unpaid, 3 release 8 unpaid, 4 clear_flag 8 unpaid"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_purchasing_and_administrators_change_vendors(pool: PgPool) {
    let company = Company::new(pool).await;
    for who in EVERYONE {
        let allowed = [PAT, ADA].contains(&who);
        let made = add(&company, who, &format!("Vendor of {who}")).await;
        let changed = change(&company, who, NORTHWIND, &profile("Northwind Supply")).await;
        let held = company.stand(who, NORTHWIND, Event::Hold).await;
        for outcome in [made.map(drop), changed, held] {
            if allowed {
                outcome.unwrap();
            } else {
                assert!(matches!(outcome, Err(Error::Forbidden(_))), "{who}");
            }
        }
        if allowed {
            company.stand(who, NORTHWIND, Event::Release).await.unwrap();
        }
    }
    let missing = set_standing(
        &company.engine,
        &actor(ADA),
        Form {
            request_id: Uuid::new_v4(),
            version: 1,
        },
        VendorId(999),
        (Event::Hold, "unpaid"),
    )
    .await;
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_vendors_orders_are_those_its_readers_office_shows_them(pool: PgPool) {
    let company = Company::new(pool).await;
    let draft = company.raise("900").await;
    let waiting = company.submitted("900").await;
    let approved = company.submitted("900").await;
    company.does(MIA, approved, approve()).await;
    let ids = async |who| {
        let rows = orders(&company.engine, &actor(who), NORTHWIND).await;
        let rows = rows.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(PAT).await, [approved]);
    for who in [ADA, AUD, CARLA, FAY] {
        assert_eq!(ids(who).await, [approved, waiting, draft], "{who}");
    }
    assert_eq!(ids(SAM).await, []);
    let elsewhere = orders(&company.engine, &actor(ADA), VendorId(999)).await;
    assert_eq!(elsewhere.unwrap(), []);
}

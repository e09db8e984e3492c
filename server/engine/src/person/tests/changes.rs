use domain::role::Role;
use serde_json::json;
use sqlx::PgPool;

use super::*;
use crate::{
    person::{create, create_administrator, reactivate, set_override, update},
    sign_in::sign_in,
    testing::{assert_history_holds, company, company_with, engine},
};

const PASSWORD: &str = "a long enough one";

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_new_person_can_sign_in_and_their_history_begins(pool: PgPool) {
    let engine = company(&pool).await;
    let ada = actor(&engine, "ada").await;
    let mia = id(&engine, "mia").await;
    let profile = Profile {
        roles: vec![Role::It, Role::Hr],
        manager: Some(mia),
        ..newcomer("Nia New")
    };
    let nia = create(&engine, &ada, request(), &profile, PASSWORD)
        .await
        .unwrap();

    let kept = person(&engine, nia).await;
    assert_eq!(
        (kept.name.as_str(), kept.email.as_str()),
        ("Nia New", "nia.new@example.com")
    );
    assert_eq!(kept.roles, [Role::Hr, Role::It]);
    assert_eq!(kept.manager.unwrap().0, mia);
    let signed_in = sign_in(
        &engine,
        "nia.new@example.com",
        PASSWORD,
        [192, 0, 2, 1].into(),
    )
    .await
    .unwrap()
    .identity();
    assert_eq!(signed_in.person, nia);

    let (event, by, data) = newest(&engine, nia).await;
    assert_eq!(
        (event.as_str(), by.as_deref()),
        ("create", Some("Ada Admin"))
    );
    assert_eq!(data["roles"], json!({ "from": "", "to": "HR, IT" }));
    assert_eq!(
        data["manager"],
        json!({ "from": "", "to": "Mia Moss <mia@example.com>" })
    );
    assert!(!data.to_string().contains(PASSWORD) && !data.to_string().contains("argon2"));
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_same_form_makes_one_person(pool: PgPool) {
    let engine = company(&pool).await;
    let (ada, form) = (actor(&engine, "ada").await, request());
    let nia = create(&engine, &ada, form, &newcomer("Nia New"), PASSWORD)
        .await
        .unwrap();
    let again = create(&engine, &ada, form, &newcomer("Nia New"), PASSWORD)
        .await
        .unwrap_err();
    assert!(matches!(again, Error::Repeated(address) if address == format!("/admin/people/{nia}")));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn everything_wrong_with_a_new_person_is_said_at_once_and_nothing_made(pool: PgPool) {
    let engine = company(&pool).await;
    let ada = actor(&engine, "ada").await;
    let bad = Profile {
        email: "sam".to_owned(),
        ..newcomer("")
    };
    let error = create(&engine, &ada, request(), &bad, "short")
        .await
        .unwrap_err();
    assert_eq!(fields(&error), ["name", "email", "password"]);

    let taken = Profile {
        email: "SAM@example.com".to_owned(),
        ..newcomer("Another Sam")
    };
    let error = create(&engine, &ada, request(), &taken, PASSWORD)
        .await
        .unwrap_err();
    assert_eq!(faults(&error), [("email", "Somebody else has this email.")]);

    let lost = Profile {
        manager: Some(PersonId(999)),
        ..newcomer("Nia New")
    };
    assert_eq!(
        fields(
            &create(&engine, &ada, request(), &lost, PASSWORD)
                .await
                .unwrap_err()
        ),
        ["manager"]
    );
    let lost = Profile {
        department: Some(domain::ids::DepartmentId(999)),
        ..newcomer("Nia New")
    };
    assert_eq!(
        fields(
            &create(&engine, &ada, request(), &lost, PASSWORD)
                .await
                .unwrap_err()
        ),
        ["department"]
    );
    let count = sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM people"#)
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(count, 20);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_administrators_change_people(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    for name in ["sam", "carla", "aud", "hana"] {
        let by = actor(&engine, name).await;
        let profile = profile(&engine, sam).await;
        let refused = |result: crate::Result<()>| {
            assert!(matches!(result, Err(Error::Forbidden(_))), "{name}");
        };
        refused(
            create(&engine, &by, request(), &newcomer("Nia New"), PASSWORD)
                .await
                .map(drop),
        );
        refused(update(&engine, &by, form(&engine, sam).await, sam, &profile).await);
        refused(set_override(&engine, &by, form(&engine, sam).await, sam, true).await);
        refused(reactivate(&engine, &by, form(&engine, sam).await, sam).await);
        refused(super::super::deactivate(&engine, &by, form(&engine, sam).await, sam, None).await);
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_is_no_administrator_any_more_changes_nobody(pool: PgPool) {
    let engine = company(&pool).await;
    let mia = promote(&engine, "mia").await;
    change(&engine, "mia", |profile| profile.roles.clear())
        .await
        .unwrap();
    // As their request, under way since before, would.
    let sam = id(&engine, "sam").await;
    let result = set_override(&engine, &mia, form(&engine, sam).await, sam, true).await;
    assert!(matches!(result, Err(Error::Forbidden(_))));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_change_says_what_was_and_what_is(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    let fay = id(&engine, "fay").await;
    change(&engine, "sam", |profile| {
        profile.name = "Samuel Stone".to_owned();
        profile.roles = vec![Role::It];
        profile.manager = Some(fay);
        profile.department = None;
    })
    .await
    .unwrap();
    let (event, by, data) = newest(&engine, sam).await;
    assert_eq!(
        (event.as_str(), by.as_deref()),
        ("change", Some("Ada Admin"))
    );
    let expected = json!({
        "name": { "from": "Sam Stone", "to": "Samuel Stone" },
        "roles": { "from": "", "to": "IT" },
        "manager": { "from": "Mia Moss <mia@example.com>", "to": "Fay Finch <fay@example.com>" },
        "department": { "from": "Engineering", "to": "" },
    });
    assert_eq!(data, expected);
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn saving_without_a_difference_writes_nothing(pool: PgPool) {
    let engine = company(&pool).await;
    let sam = id(&engine, "sam").await;
    let before = person(&engine, sam).await;
    change(&engine, "sam", |profile| {
        profile.name = format!(" {} ", profile.name);
    })
    .await
    .unwrap();
    assert_eq!(person(&engine, sam).await, before);
    assert_eq!(newest(&engine, sam).await.0, "create");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_stale_form_is_refused_and_says_who_was_faster(pool: PgPool) {
    let engine = company(&pool).await;
    let (ada, sam) = (actor(&engine, "ada").await, id(&engine, "sam").await);
    let (old, profile) = (form(&engine, sam).await, profile(&engine, sam).await);
    change(&engine, "sam", |profile| {
        profile.name = "Samuel Stone".to_owned();
    })
    .await
    .unwrap();
    match update(&engine, &ada, old, sam, &profile).await.unwrap_err() {
        Error::Stale(said) => assert!(
            said.starts_with("Samuel Stone was changed by Ada Admin"),
            "{said}"
        ),
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn managers_never_run_in_a_circle(pool: PgPool) {
    let engine = company(&pool).await;
    let (vik, mia, sam) = (
        id(&engine, "vik").await,
        id(&engine, "mia").await,
        id(&engine, "sam").await,
    );
    let own = change(&engine, "mia", |profile| profile.manager = Some(mia))
        .await
        .unwrap_err();
    assert_eq!(faults(&own), [("manager", "Nobody reports to themselves.")]);
    for (name, below) in [("mia", sam), ("vik", sam), ("carla", vik)] {
        let error = change(&engine, name, |profile| profile.manager = Some(below))
            .await
            .unwrap_err();
        assert_eq!(fields(&error), ["manager"], "{name}");
    }
    change(&engine, "sam", |profile| profile.manager = Some(vik))
        .await
        .unwrap();
    change(&engine, "mia", |profile| profile.manager = Some(sam))
        .await
        .unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn two_changes_at_once_do_not_close_a_circle_between_them(pool: PgPool) {
    let engine = company_with(&pool, 8).await;
    for _ in 0..10 {
        let (sam, tess) = (id(&engine, "sam").await, id(&engine, "tess").await);
        let (one, other) = tokio::join!(
            change(&engine, "sam", |profile| profile.manager = Some(tess)),
            change(&engine, "tess", |profile| profile.manager = Some(sam)),
        );
        assert_eq!(
            u8::from(one.is_ok()) + u8::from(other.is_ok()),
            1,
            "{one:?} {other:?}"
        );
        change(&engine, "sam", |profile| profile.manager = None)
            .await
            .unwrap();
        change(&engine, "tess", |profile| profile.manager = None)
            .await
            .unwrap();
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_last_administrator_stays_one(pool: PgPool) {
    let engine = company(&pool).await;
    let error = change(&engine, "ada", |profile| profile.roles.clear())
        .await
        .unwrap_err();
    assert_eq!(fields(&error), ["roles"]);
    promote(&engine, "ike").await;
    change(&engine, "ada", |profile| profile.roles.clear())
        .await
        .unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn two_administrators_resigning_at_once_leave_one(pool: PgPool) {
    let engine = company_with(&pool, 8).await;
    let (ada, ike) = (actor(&engine, "ada").await, promote(&engine, "ike").await);
    let resign = async |by: &Actor| {
        let mut profile = profile(&engine, by.id).await;
        profile.roles.clear();
        update(&engine, by, form(&engine, by.id).await, by.id, &profile).await
    };
    let (one, other) = tokio::join!(resign(&ada), resign(&ike));
    assert_eq!(
        u8::from(one.is_ok()) + u8::from(other.is_ok()),
        1,
        "{one:?} {other:?}"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_grants_or_takes_their_own_override(pool: PgPool) {
    let engine = company(&pool).await;
    let (ada, sam) = (actor(&engine, "ada").await, id(&engine, "sam").await);
    for granted in [true, false] {
        let result =
            set_override(&engine, &ada, form(&engine, ada.id).await, ada.id, granted).await;
        assert!(matches!(result, Err(Error::Forbidden(_))));
    }
    for (granted, event) in [(true, "grant_override"), (false, "revoke_override")] {
        set_override(&engine, &ada, form(&engine, sam).await, sam, granted)
            .await
            .unwrap();
        assert_eq!(actor(&engine, "sam").await.override_approvals, granted);
        assert_eq!(newest(&engine, sam).await.0, event);
    }
    assert_history_holds(&engine).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_first_administrator_comes_from_the_command_line(pool: PgPool) {
    let engine = engine(&pool).await;
    let error = create_administrator(&engine, "Ada", "ada@example.com", "short")
        .await
        .unwrap_err();
    assert_eq!(fields(&error), ["password"]);
    let first = create_administrator(&engine, "Ada", "ada@example.com", PASSWORD)
        .await
        .unwrap();
    assert!(actor(&engine, "ada").await.has(Role::Administrator));
    let row = transition_log::history(&engine, subject(first), None, 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!((row.way.as_str(), row.actor), ("command", None));
    assert_history_holds(&engine).await;
}

use domain::ids::PurchaseOrderId;

use super::*;
use crate::{
    away::cancel,
    seal::{seal, verify},
    test_support::{ADA, AUD, FAY, MIA, SAM, TESS, at_once, wide_pool},
};

/// The history of somebody's times away: event, by whom, and what it says.
async fn told(company: &Company, who: PersonId) -> String {
    company
        .text(&format!(
            "SELECT string_agg(t.event || ' ' || p.name || ' ' || t.data, E'\\n' ORDER BY t.seq) FROM transitions t
                 JOIN people p ON p.id = t.actor_id WHERE t.subject_kind = 'person' AND t.subject_id = {who}"
        ))
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_time_away_is_set_changed_and_cancelled_each_in_the_persons_history(pool: PgPool) {
    let company = company(pool).await;
    let wanted = Wanted {
        delegate: Some(FAY),
        reason: "  Skiing ".to_owned(),
        ..days(4, 6)
    };
    sets(&company, MIA, &wanted).await.unwrap();
    let set = periods(&company.engine, MIA).await.unwrap();
    assert_eq!(set[0].from, "2026-03-04T00:00:00Z".parse().unwrap());
    assert_eq!(set[0].until, "2026-03-07T00:00:00Z".parse().unwrap());
    assert_eq!(
        set[0].days(&jiff::tz::TimeZone::UTC),
        (wanted.from, wanted.until)
    );
    let longer = Wanted {
        period: Some(set[0].id),
        until: march(7),
        ..wanted
    };
    sets(&company, MIA, &longer).await.unwrap();
    let form = form(&company, MIA).await;
    cancel(&company.engine, &actor(ADA), form, MIA, set[0].id)
        .await
        .unwrap();
    assert_eq!(periods(&company.engine, MIA).await.unwrap(), []);
    let fay = "Fay Finch <fay@example.com>";
    assert_eq!(
        told(&company, MIA).await,
        [
            format!(
                r#"set_away Mia Moss {{"reason": {{"to": "Skiing", "from": ""}}, "delegate": {{"to": "{fay}", "from": ""}}, "away_from": {{"to": "4 Mar 2026", "from": ""}}, "away_until": {{"to": "6 Mar 2026", "from": ""}}}}"#
            ),
            r#"change_away Mia Moss {"away_until": {"to": "7 Mar 2026", "from": "6 Mar 2026"}}"#
                .to_owned(),
            format!(
                r#"cancel_away Ada Admin {{"reason": {{"to": "", "from": "Skiing"}}, "delegate": {{"to": "", "from": "{fay}"}}, "away_from": {{"to": "", "from": "4 Mar 2026"}}, "away_until": {{"to": "", "from": "7 Mar 2026"}}}}"#
            ),
        ]
        .join("\n")
    );
    seal(&company.engine).await.unwrap();
    assert_eq!(verify(&company.engine).await.unwrap(), None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn days_begin_and_end_where_the_person_lives(pool: PgPool) {
    let company = company(pool).await;
    company
        .run("UPDATE people SET time_zone = 'Europe/Berlin' WHERE id = 2")
        .await;
    // Over the night in which the clocks are set forward.
    sets(&company, MIA, &days(28, 29)).await.unwrap();
    let set = periods(&company.engine, MIA).await.unwrap().remove(0);
    assert_eq!(set.from, "2026-03-27T23:00:00Z".parse().unwrap());
    assert_eq!(set.until, "2026-03-29T22:00:00Z".parse().unwrap());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_the_person_and_administrators_set_it(pool: PgPool) {
    let company = company(pool).await;
    for (who, may) in [(SAM, false), (FAY, false), (AUD, false), (ADA, true)] {
        let form = form(&company, MIA).await;
        let done = set(&company.engine, &actor(who), form, MIA, &days(4, 6)).await;
        assert_eq!(done.is_ok(), may, "{who}: {done:?}");
        assert_eq!(
            matches!(done, Err(Error::Forbidden(_))),
            !may,
            "{who}: {done:?}"
        );
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(pool: PgPool) {
    let company = company(pool).await;
    sets(&company, MIA, &days(10, 12)).await.unwrap();
    let with = |change: fn(&mut Wanted)| {
        let mut wanted = days(4, 6);
        change(&mut wanted);
        wanted
    };
    for (wanted, field) in [
        (days(6, 4), "until"),
        (with(|w| w.from = Date::constant(2026, 1, 1)), ""),
        (with(|w| w.until = Date::constant(2029, 1, 1)), "until"),
        (with(|w| w.until = Date::MAX), "until"),
        (days(12, 14), "from"),
        (days(8, 10), "from"),
        (days(1, 31), "from"),
        (with(|w| w.delegate = Some(MIA)), "delegate"),
        (with(|w| w.delegate = Some(PersonId(99))), "delegate"),
        (with(|w| w.reason = "x".repeat(501)), "reason"),
        (
            with(|w| w.hand_over = vec![PurchaseOrderId(1)]),
            "hand_over",
        ),
        (with(|w| w.period = Some(99)), "stale"),
    ] {
        match sets(&company, MIA, &wanted).await {
            Ok(()) => {
                assert_eq!(field, "", "{wanted:?}");
                let form = form(&company, MIA).await;
                let id = period(&company, MIA).await;
                cancel(&company.engine, &actor(MIA), form, MIA, id)
                    .await
                    .unwrap();
            }
            Err(Error::Stale(_)) => assert_eq!(field, "stale", "{wanted:?}"),
            Err(error) => assert_eq!(fields(&error)[0], field, "{wanted:?}"),
        }
    }
    // A time that was over before today.
    let past = Wanted {
        from: Date::constant(2026, 2, 1),
        until: march(1),
        ..days(1, 1)
    };
    let error = sets(&company, MIA, &past).await.unwrap_err();
    assert_eq!(fields(&error), ["until"]);
    assert_eq!(periods(&company.engine, MIA).await.unwrap().len(), 1);
    // Other people's days are their own, and so are their times.
    sets(&company, TESS, &days(10, 12)).await.unwrap();
    let hers = Wanted {
        period: Some(period(&company, TESS).await),
        ..days(20, 21)
    };
    assert!(matches!(
        sets(&company, MIA, &hers).await,
        Err(Error::Stale(_))
    ));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_form_is_carried_out_once_and_only_on_what_it_showed(pool: PgPool) {
    let company = company(pool).await;
    let form = form(&company, MIA).await;
    let mia = actor(MIA);
    set(&company.engine, &mia, form, MIA, &days(4, 6))
        .await
        .unwrap();
    let again = set(&company.engine, &mia, form, MIA, &days(4, 6)).await;
    assert!(matches!(again, Err(Error::Repeated(to)) if to == "/account"));
    let older = Form {
        request_id: Uuid::new_v4(),
        ..form
    };
    let stale = set(&company.engine, &mia, older, MIA, &days(8, 9)).await;
    assert!(matches!(stale, Err(Error::Stale(_))), "{stale:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn of_two_that_overlap_set_at_once_one_is_kept(pool: PgPool) {
    let options = (*pool.connect_options()).clone();
    drop(company(pool).await);
    let pool = wide_pool(options, 4).await;
    let engine = crate::Engine::open(
        pool.clone(),
        crate::Clock::fixed(crate::test_support::start()),
        crate::test_support::key(),
    )
    .await
    .unwrap();
    let company = Company { engine, pool };
    let shown = form(&company, MIA).await;
    let tries = [days(4, 6), days(6, 8)].map(|wanted| {
        let engine = company.engine.clone();
        let form = Form {
            request_id: Uuid::new_v4(),
            ..shown
        };
        async move { set(&engine, &actor(MIA), form, MIA, &wanted).await }
    });
    let done = Box::pin(at_once(tries)).await;
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
    assert_eq!(periods(&company.engine, MIA).await.unwrap().len(), 1);
}

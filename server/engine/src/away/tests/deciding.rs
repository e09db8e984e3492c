use std::path::PathBuf;

use domain::ids::PurchaseOrderId;
use jiff::SignedDuration;

use super::*;
use crate::{
    away::{cancel, resolve::now},
    clock::{Jump, jump},
    person,
    purchase_order::{inbox, record},
    test_support::{
        ADA, CARLA, DORA, FAY, MIA, PAT, SAM, TESS, approve, files, override_approve, reject,
    },
};

/// Whom it waits for, and to whom it is shown: "Mia Moss, Fay Finch".
async fn asked(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT a.name || ', ' || s.name FROM decisions d JOIN people a ON a.id = d.approver_id JOIN people s ON s.id = d.assignee_id
             WHERE d.subject_id = {id} AND d.verdict IS NULL"
        ))
        .await
}

/// What waits in somebody's inbox, and why.
async fn inbox_of(company: &Company, who: PersonId) -> Vec<(PurchaseOrderId, String)> {
    let (rows, _) = inbox(&company.engine, &actor(who), None, 50).await.unwrap();
    rows.into_iter().map(|row| (row.id, row.why)).collect()
}

/// The last decision as the history says it.
async fn decided(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT t.event || ' ' || concat_ws(' for ', a.name, b.name) FROM transitions t LEFT JOIN people a ON a.id = t.actor_id
                 LEFT JOIN people b ON b.id = t.on_behalf_of_id
             WHERE t.subject_kind = 'purchase_order' AND t.subject_id = {id} ORDER BY t.seq DESC LIMIT 1"
        ))
        .await
}

/// Whether somebody is refused, as somebody for whom it does not wait.
async fn refused(company: &Company, who: PersonId, id: PurchaseOrderId) {
    let before = company.everything(id).await;
    let done = company.act(who, id, approve()).await;
    assert!(
        matches!(
            done,
            Err(Error::Forbidden(_) | Error::NotFound | Error::Refused { .. })
        ),
        "{who}: {done:?}"
    );
    assert_eq!(company.everything(id).await, before);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_delegate_finds_it_in_their_inbox_sees_it_and_decides_by_name(pool: PgPool) {
    let company = company(pool).await;
    let before = company.submitted("900").await;
    goes_away(&company, MIA, Some(TESS)).await;
    let meanwhile = company.submitted("900").await;
    for id in [before, meanwhile] {
        assert_eq!(asked(&company, id).await, "Mia Moss, Tess Tran");
        let shown = record(&company.engine, &actor(TESS), id).await.unwrap();
        assert_eq!(shown.on_behalf_of.as_deref(), Some("Mia Moss"));
        let absence = shown.route[0].absence.as_ref().unwrap();
        assert_eq!(absence.decides.as_deref(), Some("Tess Tran"));
    }
    let why = "For Mia Moss, who is away".to_owned();
    assert_eq!(
        inbox_of(&company, TESS).await,
        [(before, why.clone()), (meanwhile, why)]
    );
    assert_eq!(inbox_of(&company, MIA).await, []);
    refused(&company, FAY, before).await;
    company.does(TESS, before, approve()).await;
    assert_eq!(
        decided(&company, before).await,
        "approve Tess Tran for Mia Moss"
    );
    // Who is away can still decide, should they look.
    company.does(MIA, meanwhile, reject("No")).await;
    assert_eq!(decided(&company, meanwhile).await, "reject Mia Moss");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_a_delegate_decided_passes_no_level_of_their_own(pool: PgPool) {
    let company = company(pool).await;
    goes_away(&company, MIA, Some(FAY)).await;
    let id = company.submitted("5000").await;
    company.does(FAY, id, approve()).await;
    assert_eq!(company.state(id).await, "requires_finance_review");
    assert_eq!(asked(&company, id).await, "Fay Finch, Fay Finch");
    company.does(FAY, id, approve()).await;
    assert_eq!(company.events(id).await, "create submit approve approve");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_worker_hands_on_when_it_begins_and_gives_back_when_it_ends(pool: PgPool) {
    let company = company(pool).await;
    let id = company.submitted("900").await;
    let wanted = Wanted {
        delegate: Some(TESS),
        ..days(4, 5)
    };
    sets(&company, MIA, &wanted).await.unwrap();
    let jobs =
        "SELECT count(*) FROM graphile_worker.jobs WHERE task_identifier = 'resolve_assignees'";
    assert_eq!(company.number(jobs).await, 2, "at its begin and at its end");
    let worker = job::worker(&company.engine, &files(), PathBuf::new())
        .await
        .unwrap();
    for (hours, shown, left) in [
        (24 * 2, "Mia Moss, Tess Tran", 1),
        (24 * 2, "Mia Moss, Mia Moss", 0),
    ] {
        worker.run_once().await.unwrap();
        assert_eq!(company.number(jobs).await, left + 1, "not before its time");
        company
            .engine
            .clock()
            .advance(SignedDuration::from_hours(hours));
        company
            .run(&format!(
                "UPDATE graphile_worker._private_jobs SET run_at = run_at - interval '{hours} hours'"
            ))
            .await;
        worker.run_once().await.unwrap();
        assert_eq!(asked(&company, id).await, shown);
        assert_eq!(company.number(jobs).await, left);
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_jump_of_the_demos_clock_begins_and_ends_it_as_time_does(pool: PgPool) {
    let company = company(pool).await;
    company.run("UPDATE organisation SET demo = true").await;
    let id = company.submitted("900").await;
    let wanted = Wanted {
        delegate: Some(TESS),
        ..days(4, 5)
    };
    sets(&company, MIA, &wanted).await.unwrap();
    let worker = job::worker(&company.engine, &files(), PathBuf::new())
        .await
        .unwrap();
    for shown in ["Mia Moss, Tess Tran", "Mia Moss, Mia Moss"] {
        let two_days = Jump::hours(48).unwrap();
        jump(&company.engine, &actor(ADA), Uuid::new_v4(), two_days)
            .await
            .unwrap();
        worker.run_once().await.unwrap();
        assert_eq!(asked(&company, id).await, shown);
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_late_job_harms_nothing_who_may_act_is_worked_out_when_they_act(pool: PgPool) {
    let company = company(pool).await;
    let orders = [
        company.submitted("900").await,
        company.submitted("900").await,
    ];
    let wanted = Wanted {
        delegate: Some(TESS),
        ..days(3, 3)
    };
    sets(&company, MIA, &wanted).await.unwrap();
    refused(&company, TESS, orders[0]).await;
    // No job runs.
    company
        .engine
        .clock()
        .advance(SignedDuration::from_hours(24));
    assert_eq!(asked(&company, orders[0]).await, "Mia Moss, Mia Moss");
    company.does(TESS, orders[0], approve()).await;
    now(&company.engine).await.unwrap();
    now(&company.engine).await.unwrap();
    assert_eq!(asked(&company, orders[1]).await, "Mia Moss, Tess Tran");
    company
        .engine
        .clock()
        .advance(SignedDuration::from_hours(24));
    refused(&company, TESS, orders[1]).await;
    company.does(MIA, orders[1], approve()).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn cancelling_gives_back_at_once(pool: PgPool) {
    let company = company(pool).await;
    let id = company.submitted("900").await;
    goes_away(&company, MIA, Some(TESS)).await;
    assert_eq!(asked(&company, id).await, "Mia Moss, Tess Tran");
    let (form, period) = (form(&company, MIA).await, period(&company, MIA).await);
    cancel(&company.engine, &actor(MIA), form, MIA, period)
        .await
        .unwrap();
    assert_eq!(asked(&company, id).await, "Mia Moss, Mia Moss");
    refused(&company, TESS, id).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn chains_are_followed_circles_go_to_the_manager_and_the_submitter_is_skipped(pool: PgPool) {
    let company = company(pool).await;
    let id = company.submitted("900").await;
    for (who, delegate, shown) in [
        (MIA, Some(FAY), "Fay Finch"),
        (FAY, Some(TESS), "Tess Tran"),
        // A circle: the manager of the first.
        (TESS, Some(MIA), "Dora Diaz"),
        // Who is away too: nobody.
        (DORA, Some(MIA), "Mia Moss"),
    ] {
        goes_away(&company, who, delegate).await;
        assert_eq!(asked(&company, id).await, format!("Mia Moss, {shown}"));
    }
    let shown = record(&company.engine, &actor(MIA), id).await.unwrap();
    let absence = shown.route[0].absence.clone().unwrap();
    assert_eq!(absence.decides, None);
    assert_eq!(absence.dead_end, Some(domain::away::DeadEnd::Circle));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_comes_to_approve_their_own_order_by_who_is_away(pool: PgPool) {
    let company = company(pool).await;
    goes_away(&company, MIA, Some(FAY)).await;
    goes_away(&company, FAY, Some(SAM)).await;
    let id = company.submitted("5000").await;
    // Through two people: past Sam, to Fay's manager.
    assert_eq!(asked(&company, id).await, "Mia Moss, Carla Chief");
    refused(&company, SAM, id).await;
    // Nor does whom Sam chose.
    goes_away(&company, SAM, Some(TESS)).await;
    refused(&company, TESS, id).await;
    company.does(CARLA, id, approve()).await;
    assert_eq!(asked(&company, id).await, "Fay Finch, Carla Chief");
    refused(&company, SAM, id).await;
    let done = company.act(SAM, id, override_approve("I say so")).await;
    assert!(matches!(done, Err(Error::Forbidden(_))), "{done:?}");
    // Of somebody else's order Sam may be the delegate.
    let other = company.raise_by(PAT, "900").await;
    company
        .does(PAT, other, domain::purchase_order::Event::Submit)
        .await;
    assert_eq!(asked(&company, other).await, "Fay Finch, Tess Tran");
    company.does(TESS, other, approve()).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_stands_in_for_whom_it_escalated_to_decides_too(pool: PgPool) {
    let company = company(pool).await;
    let id = company.submitted("900").await;
    company
        .run(&format!(
            "UPDATE purchase_orders SET escalated_to = 3 WHERE id = {id}"
        ))
        .await;
    refused(&company, TESS, id).await;
    goes_away(&company, DORA, Some(TESS)).await;
    company.does(TESS, id, approve()).await;
    assert_eq!(
        decided(&company, id).await,
        "approve Tess Tran for Dora Diaz"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_delegate_who_leaves_gives_it_to_the_manager(pool: PgPool) {
    let company = company(pool).await;
    goes_away(&company, MIA, Some(TESS)).await;
    let id = company.submitted("900").await;
    let form = form(&company, TESS).await;
    person::deactivate(&company.engine, &actor(ADA), form, TESS, None)
        .await
        .unwrap();
    assert_eq!(asked(&company, id).await, "Mia Moss, Dora Diaz");
    company.does(DORA, id, approve()).await;
    assert_eq!(
        decided(&company, id).await,
        "approve Dora Diaz for Mia Moss"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_handed_over_is_the_delegates_for_good(pool: PgPool) {
    let company = company(pool).await;
    let orders = [
        company.submitted("900").await,
        company.submitted("900").await,
    ];
    let own = company.raise_by(TESS, "900").await;
    company
        .run("UPDATE people SET manager_id = 2 WHERE id = 9")
        .await;
    company
        .does(TESS, own, domain::purchase_order::Event::Submit)
        .await;
    let wanted = |hand_over: &[PurchaseOrderId]| Wanted {
        delegate: Some(TESS),
        hand_over: hand_over.to_vec(),
        ..days(2, 3)
    };
    let error = sets(&company, MIA, &wanted(&[orders[0], own]))
        .await
        .unwrap_err();
    assert_eq!(fields(&error), ["hand_over"], "Tess raised one of them");
    assert_eq!(asked(&company, orders[0]).await, "Mia Moss, Mia Moss");
    sets(&company, MIA, &wanted(&[orders[0]])).await.unwrap();
    assert_eq!(asked(&company, orders[0]).await, "Tess Tran, Tess Tran");
    assert_eq!(asked(&company, orders[1]).await, "Mia Moss, Tess Tran");
    assert_eq!(asked(&company, own).await, "Mia Moss, Dora Diaz");
    assert_eq!(decided(&company, orders[0]).await, "hand_over Mia Moss");
    let (form, period) = (form(&company, MIA).await, period(&company, MIA).await);
    cancel(&company.engine, &actor(MIA), form, MIA, period)
        .await
        .unwrap();
    refused(&company, MIA, orders[0]).await;
    company.does(TESS, orders[0], approve()).await;
    company.does(MIA, orders[1], approve()).await;
}

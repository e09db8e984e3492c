//! An approval against a vendor put on hold in the same moment: whichever commits first is what the other one sees.

use domain::{ids::VendorId, purchase_order::Event, vendor::Event::Hold};
use futures::FutureExt;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::{
    Clock, Error,
    purchase_order::{Command, execute, save_draft},
    seal,
    test_support::{
        ADA, Company, MIA, NORTHWIND, PAT, SAM, actor, approve, at_once, blocked, parsed, raw, run,
        saving, start_processing, wide_pool,
    },
};

/// Fifty vendors with an order each, which stands before `event`.
async fn fifty(company: &Company, event: &Event) -> Vec<(VendorId, Command)> {
    let first = 1000 * company.number("SELECT count(*) FROM vendors").await;
    company
        .run(&format!("INSERT INTO vendors (id, name) SELECT i, 'Vendor ' || i FROM generate_series({first}, {first} + 49) i"))
        .await;
    let mut all = Vec::new();
    for vendor in first..first + 50 {
        let mut form = raw("900");
        form.vendor = vendor.to_string();
        let mut saved = saving(parsed(&form), None);
        saved.submit = *event != Event::Submit;
        let (id, _) = save_draft(&company.engine, &actor(SAM), &saved)
            .await
            .unwrap();
        if *event == start_processing() {
            company.does(MIA, id, approve()).await;
        }
        all.push((VendorId(vendor), company.command(id, event.clone()).await));
    }
    all
}

enum Did {
    Act(crate::Result<domain::purchase_order::State>),
    Hold(crate::Result<()>),
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nothing_is_submitted_approved_or_processed_after_its_vendor_was_put_on_hold(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::with_clock(wide_pool(options, 100).await, Clock::system()).await;
    for (who, event) in [
        (SAM, Event::Submit),
        (MIA, approve()),
        (PAT, start_processing()),
    ] {
        let pairs = fifty(&company, &event).await;
        let outcomes = at_once(pairs.iter().flat_map(|(vendor, command)| {
            let (act, hold) = (company.engine.clone(), company.clone());
            let (vendor, command) = (*vendor, command.clone());
            let acts = async move { Did::Act(execute(&act, &actor(who), &command).await) };
            let holds = async move { Did::Hold(hold.stand(ADA, vendor, Hold).await) };
            [acts.boxed(), holds.boxed()]
        }))
        .await;
        let mut acted = 0;
        for ((vendor, command), pair) in pairs.iter().zip(outcomes.chunks(2)) {
            let (Did::Act(act), Did::Hold(hold)) = (&pair[0], &pair[1]) else {
                unreachable!()
            };
            assert!(hold.is_ok(), "a hold always succeeds: {hold:?}");
            let times = format!(
                "SELECT count(*) FROM transitions t JOIN vendors v ON v.id = {vendor} JOIN transitions h ON h.subject_kind = 'vendor'
                     AND h.subject_id = v.id AND h.event = 'hold'
                 WHERE t.subject_kind = 'purchase_order' AND t.subject_id = {} AND t.event = '{}' AND t.at < h.at AND t.at < v.held_at",
                command.id,
                event.kind().as_str()
            );
            match act {
                // It came first, and everything that is kept says so.
                Ok(_) => {
                    acted += 1;
                    assert_eq!(company.number(&times).await, 1);
                }
                Err(Error::Refused { message, .. }) => {
                    assert!(message.ends_with("is on hold: unpaid"), "{message}");
                    assert_eq!(company.version(command.id).await, command.version);
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        println!(
            "{}: {acted} of 50 came before the hold",
            event.kind().as_str()
        );
    }
    assert_eq!(seal::verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_approval_waits_for_a_hold_under_way_and_is_refused_once_it_is_there(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 5).await).await;
    let id = company.submitted("900").await;
    let command = company.command(id, approve()).await;
    let mut tx = company.pool.begin().await.unwrap();
    run(
        &mut *tx,
        "UPDATE vendors SET hold_reason = 'unpaid', held_at = now() WHERE id = 1",
    )
    .await;
    let approval = async { execute(&company.engine, &actor(MIA), &command).await };
    let hold = async {
        blocked(&company.pool, 1).await;
        tx.commit().await.unwrap();
    };
    let (approval, ()) = tokio::join!(approval, hold);
    assert!(
        matches!(approval, Err(Error::Refused { .. })),
        "{approval:?}"
    );
    assert_eq!(company.state(id).await, "pending_approval");
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_hold_waits_for_an_approval_under_way_and_comes_after_it_in_time(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 5).await).await;
    let id = company.submitted("900").await;
    let command = company.command(id, approve()).await;
    // The approval is held up at its last step, when it has read the vendor.
    let mut tx = company.pool.begin().await.unwrap();
    run(&mut *tx, &format!("SELECT FROM history_heads WHERE subject_kind = 'purchase_order' AND subject_id = {id} FOR UPDATE")).await;
    let approval = async { execute(&company.engine, &actor(MIA), &command).await };
    let hold = async {
        blocked(&company.pool, 1).await;
        company.stand(ADA, NORTHWIND, Hold).await
    };
    let release = async {
        blocked(&company.pool, 2).await;
        company
            .engine
            .clock()
            .advance(jiff::SignedDuration::from_secs(5));
        tx.rollback().await.unwrap();
    };
    let (approval, hold, ()) = tokio::join!(approval.boxed(), hold.boxed(), release.boxed());
    approval.unwrap();
    hold.unwrap();
    let order = format!(
        "SELECT count(*) FROM purchase_orders, vendors WHERE purchase_orders.id = {id} AND vendors.id = 1 AND approved_at <= held_at"
    );
    assert_eq!(company.number(&order).await, 1);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_is_locked_also_where_no_vendor_is_chosen_or_known(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 5).await).await;
    company.run("DELETE FROM vendors").await;
    let mut form = raw("900");
    form.vendor = String::new();
    let (id, _) = save_draft(&company.engine, &actor(SAM), &saving(parsed(&form), None))
        .await
        .unwrap();
    let mut tx = company.pool.begin().await.unwrap();
    crate::purchase_order::store::lock(&mut tx, id)
        .await
        .unwrap();
    let save = async {
        save_draft(
            &company.engine,
            &actor(SAM),
            &saving(parsed(&form), Some((id, 1))),
        )
        .await
    };
    let release = async {
        blocked(&company.pool, 1).await;
        run(&mut *tx, "UPDATE purchase_orders SET version = 2").await;
        tx.commit().await.unwrap();
    };
    let (save, ()) = tokio::join!(save, release);
    assert!(matches!(save, Err(Error::Stale(_))), "{save:?}");
    company.pool.close().await;
}

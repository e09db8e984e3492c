//! Who decides, and what is refused: override, segregation of duties, stand-ins, guards. Refused means: nothing changed.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::{Event, State},
};
use sqlx::PgPool;

use crate::{
    Error,
    test_support::{
        ADA, CARLA, Company, DORA, FAY, MIA, PAT, SAM, TESS, VIK, approve, cancel, complete,
        override_approve, receive, reject, reopen, start_processing, withdraw,
    },
};

/// Asks for what must be refused, and makes sure that nothing changed. Returns the message and the fields it stands beside.
async fn refused(
    company: &Company,
    who: PersonId,
    id: PurchaseOrderId,
    event: Event,
) -> (String, Vec<String>) {
    let before = company.everything(id).await;
    let error = company.act(who, id, event).await.unwrap_err();
    assert_eq!(company.everything(id).await, before, "{error}");
    match error {
        Error::Refused { message, fields } => {
            (message, fields.into_iter().map(|f| f.field).collect())
        }
        Error::Forbidden(message) => (message, vec!["forbidden".to_owned()]),
        Error::Stale(message) => (message, vec!["stale".to_owned()]),
        other => panic!("{other:?}"),
    }
}

/// Whom the order waits for, and since which event.
async fn waits_for(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT d.level || ' ' || p.name || ' ' || d.source FROM purchase_orders o
                 JOIN decisions d ON d.subject_id = o.id AND d.round = o.round AND d.level = o.approval_level AND d.verdict IS NULL
                     AND d.approver_id = o.current_approver
                 JOIN people p ON p.id = o.current_approver
             WHERE o.id = {id}"
        ))
        .await
}

/// How the decisions ended, lowest level first.
async fn verdicts(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT string_agg(concat_ws(' ', level, verdict, way, p.name), ', ' ORDER BY round, level)
             FROM decisions d LEFT JOIN people p ON p.id = d.decided_by WHERE subject_id = {id} AND verdict IS NOT NULL"
        ))
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_override_needs_a_reason_and_decides_only_the_level_now_waited_for(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    let (_, fields) = refused(&company, VIK, id, approve()).await;
    assert_eq!(fields, ["override_reason"]);
    let (_, fields) = refused(&company, VIK, id, override_approve("  ")).await;
    assert_eq!(fields, ["override_reason"]);
    company
        .does(VIK, id, override_approve("Mia is at sea"))
        .await;
    assert_eq!(waits_for(&company, id).await, "2 Fay Finch rule");
    assert_eq!(
        verdicts(&company, id).await,
        "1 approved override Vik Vance"
    );
    let history = company
        .text(&format!(
            "SELECT way || ' ' || (data->>'override_reason') FROM transitions WHERE subject_kind = 'purchase_order' AND subject_id = {id} AND event = 'approve'"
        ))
        .await;
    assert_eq!(history, "override Mia is at sea");
    company.does(FAY, id, approve()).await;
    assert_eq!(company.state(id).await, "approved");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_was_decided_by_override_passes_no_other_level(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("UPDATE approval_rules SET approver_kind = 'person', approver_role = NULL, approver_id = 7 WHERE level = 2")
        .await;
    let id = company.submitted("5000").await;
    company
        .does(VIK, id, override_approve("Mia is at sea"))
        .await;
    assert_eq!(waits_for(&company, id).await, "2 Vik Vance rule");
    company.does(VIK, id, approve()).await;
    assert_eq!(
        verdicts(&company, id).await,
        "1 approved override Vik Vance, 2 approved own Vik Vance"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_decides_what_they_raised_neither_by_office_nor_by_override(pool: PgPool) {
    let company = Company::new(pool).await;
    for who in [SAM, MIA, FAY, CARLA, ADA, VIK] {
        let id = company.raise_by(who, "12000").await;
        company.does(who, id, Event::Submit).await;
        for event in [approve(), override_approve("I say so"), reject("No")] {
            let (message, fields) = refused(&company, who, id, event).await;
            assert_eq!(fields, ["forbidden"], "{message}");
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_level_of_the_submitters_own_goes_to_their_manager_and_passes_where_that_person_decided(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let id = company.raise_by(FAY, "5000").await;
    company.does(FAY, id, Event::Submit).await;
    assert_eq!(waits_for(&company, id).await, "1 Carla Chief rule");
    assert_eq!(company.does(CARLA, id, approve()).await, State::Approved);
    assert_eq!(
        verdicts(&company, id).await,
        "1 approved own Carla Chief, 2 passed"
    );
    assert_eq!(company.events(id).await, "create submit approve pass");

    // The CFO's own: nobody is above her, her fallback is herself, so the alternate decides; finance still does.
    let id = company.raise_by(CARLA, "12000").await;
    company.does(CARLA, id, Event::Submit).await;
    assert_eq!(waits_for(&company, id).await, "1 Ada Admin fallback");
    company.does(ADA, id, approve()).await;
    assert_eq!(waits_for(&company, id).await, "2 Fay Finch rule");
    assert_eq!(company.does(FAY, id, approve()).await, State::Approved);
    assert_eq!(
        verdicts(&company, id).await,
        "1 approved own Ada Admin, 2 approved own Fay Finch, 3 passed"
    );
    let passed = company
        .text(&format!(
            "SELECT string_agg(concat_ws(' ', event, from_state, to_state, level, way, actor_id), ', ' ORDER BY seq)
             FROM transitions WHERE subject_kind = 'purchase_order' AND subject_id = {id} AND seq > 3"
        ))
        .await;
    assert_eq!(
        passed,
        "approve requires_finance_review requires_executive_review 2 page 4, pass requires_executive_review approved 3 system"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_that_nobody_could_decide_is_not_submitted_and_says_who_is_missing(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("UPDATE approval_rule_sets SET fallback_id = NULL, fallback_alternate_id = NULL")
        .await;
    let id = company.raise_by(CARLA, "12000").await;
    let (message, _) = refused(&company, CARLA, id, Event::Submit).await;
    assert!(
        message.contains("level 1: Carla Chief's manager"),
        "{message}"
    );
    assert!(message.contains("level 3: the CFO"), "{message}");
    assert!(!message.contains("level 2"), "{message}");

    // Nor is one approved into a level that has lost its approver since.
    let id = company.submitted("5000").await;
    company
        .run("UPDATE people SET deactivated_at = now() WHERE id = 4")
        .await;
    let (message, _) = refused(&company, MIA, id, approve()).await;
    assert!(message.contains("level 2: a finance manager"), "{message}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_who_left_is_asked_and_of_several_the_one_with_the_fewest_waiting_is(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("INSERT INTO person_roles VALUES (9, 'finance_manager')")
        .await;
    let first = company.submitted("5000").await;
    let second = company.submitted("5000").await;
    company.does(MIA, first, approve()).await;
    company.does(MIA, second, approve()).await;
    assert_eq!(waits_for(&company, first).await, "2 Fay Finch rule");
    assert_eq!(waits_for(&company, second).await, "2 Tess Tran rule");
    company
        .run("UPDATE people SET deactivated_at = now() WHERE id IN (2, 9)")
        .await;
    let third = company.submitted("5000").await;
    assert_eq!(waits_for(&company, third).await, "1 Dora Diaz rule");
    company.does(DORA, third, approve()).await;
    assert_eq!(waits_for(&company, third).await, "2 Fay Finch rule");
    // All of finance gone: the fallback, who decides as approver.
    company
        .run("UPDATE people SET deactivated_at = now() WHERE id = 4")
        .await;
    let fourth = company.submitted("5000").await;
    company.does(DORA, fourth, approve()).await;
    assert_eq!(waits_for(&company, fourth).await, "2 Carla Chief fallback");
    company.does(CARLA, fourth, approve()).await;
    assert!(
        verdicts(&company, fourth)
            .await
            .ends_with("2 approved own Carla Chief")
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn whom_a_level_escalated_to_may_decide_it_and_stands_at_no_other(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run("UPDATE people SET manager_id = 4 WHERE id = 1")
        .await;
    let id = company.submitted("5000").await;
    company
        .run(&format!(
            "UPDATE purchase_orders SET escalated_to = 9 WHERE id = {id}"
        ))
        .await;
    // The same approver at both levels, the first one decided by override: the second has not escalated.
    company
        .does(VIK, id, override_approve("Fay is at sea"))
        .await;
    assert_eq!(waits_for(&company, id).await, "2 Fay Finch rule");
    assert_eq!(
        company
            .text(&format!(
                "SELECT escalated_to FROM purchase_orders WHERE id = {id}"
            ))
            .await,
        ""
    );
    company
        .run(&format!(
            "UPDATE purchase_orders SET escalated_to = 9 WHERE id = {id}"
        ))
        .await;
    company.does(TESS, id, approve()).await;
    assert!(
        verdicts(&company, id)
            .await
            .ends_with("2 approved own Tess Tran")
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_vendor_on_hold_or_under_review_stops_submit_approve_and_start_processing_only(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let (draft, other) = (company.raise("900").await, company.raise("900").await);
    let waiting = company.submitted("900").await;
    let (rejected, withdrawn) = (
        company.submitted("900").await,
        company.submitted("900").await,
    );
    let (approved, processing) = (company.approved().await, company.approved().await);
    company.does(PAT, processing, start_processing()).await;
    for (column, words) in [
        ("hold", "on hold: unpaid"),
        ("flag", "under review: unpaid"),
    ] {
        let at = if column == "hold" {
            "held_at"
        } else {
            "flagged_at"
        };
        company
            .run(&format!(
                "UPDATE vendors SET {column}_reason = 'unpaid', {at} = now() WHERE id = 1"
            ))
            .await;
        for (who, id, event) in [
            (SAM, draft, Event::Submit),
            (MIA, waiting, approve()),
            (VIK, waiting, override_approve("At once")),
            (PAT, approved, start_processing()),
        ] {
            let (message, fields) = refused(&company, who, id, event).await;
            assert_eq!(message, format!("Northwind Supply is {words}"));
            assert_eq!(fields, ["vendor"]);
        }
        company
            .run(&format!(
                "UPDATE vendors SET {column}_reason = NULL, {at} = NULL WHERE id = 1"
            ))
            .await;
    }
    company
        .run("UPDATE vendors SET hold_reason = 'unpaid', held_at = now() WHERE id = 1")
        .await;
    company.does(MIA, rejected, reject("No")).await;
    company.does(SAM, rejected, reopen()).await;
    company.does(SAM, withdrawn, withdraw()).await;
    company.does(SAM, other, cancel(None)).await;
    company
        .does(PAT, approved, cancel(Some("They do not deliver")))
        .await;
    company.does(PAT, processing, receive(&[(1, "1")])).await;
    company.does(PAT, processing, complete()).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_must_be_said_is_asked_for_beside_its_field(pool: PgPool) {
    let company = Company::new(pool).await;
    let waiting = company.submitted("900").await;
    let silent = Event::Reject {
        category: None,
        reason: Some("   ".to_owned()),
        override_reason: None,
    };
    let (_, fields) = refused(&company, MIA, waiting, silent).await;
    assert_eq!(fields, ["category", "reason"]);

    let approved = company.approved().await;
    let (_, fields) = refused(&company, PAT, approved, cancel(None)).await;
    assert_eq!(fields, ["note"]);
    let (_, fields) = refused(&company, SAM, approved, cancel(Some("Mine"))).await;
    assert_eq!(fields, ["forbidden"]);

    company.does(PAT, approved, start_processing()).await;
    let (_, fields) = refused(&company, PAT, approved, receive(&[(1, "1.001"), (2, "0")])).await;
    assert_eq!(fields, ["received-1", "received-2"]);
    let (_, fields) = refused(&company, PAT, approved, complete()).await;
    assert_eq!(fields, ["note"]);
    let said = Event::Complete {
        note: Some("The rest is lost at sea".to_owned()),
    };
    assert_eq!(company.does(PAT, approved, said).await, State::Completed);
    let (message, fields) = refused(&company, PAT, approved, reopen()).await;
    assert_eq!(fields, ["stale"]);
    assert_eq!(
        message,
        "This order is completed: it cannot be changed that way now."
    );

    let other = company.approved().await;
    company.does(PAT, other, cancel(Some("Not needed"))).await;
    let note = company
        .text(&format!("SELECT note FROM transitions WHERE subject_kind = 'purchase_order' AND subject_id = {other} AND event = 'cancel'"))
        .await;
    assert_eq!(note, "Not needed");
}

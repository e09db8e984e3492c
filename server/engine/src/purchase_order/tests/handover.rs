//! Forwarding and reassigning one open decision: who may, to whom, what is written, and what passes because of it.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::State,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    Error, Result,
    purchase_order::{Handover, forward, inbox, reassign_to, record},
    seal::{seal, verify},
    test_support::{
        ADA, AUD, CARLA, Company, DORA, FAY, MIA, PAT, SAM, TESS, VIK, actor, approve,
        override_approve,
    },
};

async fn asked(company: &Company, id: PurchaseOrderId, to: PersonId) -> Handover {
    Handover {
        id,
        version: company.version(id).await,
        request_id: Uuid::new_v4(),
        to,
        note: "On a site visit".to_owned(),
    }
}

async fn forwards(
    company: &Company,
    who: PersonId,
    id: PurchaseOrderId,
    to: PersonId,
) -> Result<String> {
    forward(&company.engine, &actor(who), &asked(company, id, to).await).await
}

async fn reassigns(
    company: &Company,
    who: PersonId,
    id: PurchaseOrderId,
    to: PersonId,
) -> Result<String> {
    reassign_to(&company.engine, &actor(who), &asked(company, id, to).await).await
}

/// What is refused changes nothing.
async fn refused(company: &Company, id: PurchaseOrderId, done: Result<String>) -> String {
    let before = company.everything(id).await;
    let said = match done {
        Err(Error::Forbidden(_)) => "forbidden".to_owned(),
        Err(Error::NotFound) => "not found".to_owned(),
        Err(Error::Refused { fields, .. } | Error::Invalid(fields)) => fields[0].field.clone(),
        Err(Error::Stale(_)) => "stale".to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!(company.everything(id).await, before);
    said
}

/// Whom it waits for, to whom it is shown, why; on the record the same.
async fn waits_for(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT d.level || ' ' || a.name || ', ' || s.name || ', ' || d.source FROM decisions d
                 JOIN purchase_orders o ON o.id = d.subject_id AND o.current_approver = d.approver_id
                 JOIN people a ON a.id = d.approver_id JOIN people s ON s.id = d.assignee_id
             WHERE d.subject_id = {id} AND d.verdict IS NULL"
        ))
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn it_is_forwarded_with_a_note_and_the_history_says_by_whom_to_whom(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    assert_eq!(
        forwards(&company, MIA, id, DORA).await.unwrap(),
        format!("/purchase-orders/{id}")
    );
    assert_eq!(
        waits_for(&company, id).await,
        "1 Dora Diaz, Dora Diaz, forward"
    );
    let (rows, _) = inbox(&company.engine, &actor(DORA), None, 9).await.unwrap();
    assert_eq!(rows[0].why, "Forwarded to you");
    let history = company
        .text(&format!(
            "SELECT t.event || ' ' || a.name || ' ' || t.note || ' ' || t.level || ' ' || t.data FROM transitions t JOIN people a ON a.id = t.actor_id
             WHERE t.subject_kind = 'purchase_order' AND t.subject_id = {id} ORDER BY t.seq DESC LIMIT 1"
        ))
        .await;
    assert_eq!(
        history,
        r#"forward Mia Moss On a site visit 1 {"to": "Dora Diaz", "from": "Mia Moss"}"#
    );
    assert!(matches!(
        company.act(MIA, id, approve()).await,
        Err(Error::Forbidden(_))
    ));
    company.does(DORA, id, approve()).await;
    assert_eq!(company.state(id).await, "approved");
    seal(&company.engine).await.unwrap();
    assert_eq!(verify(&company.engine).await.unwrap(), None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_may_forward_and_to_whom(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    for (who, said) in [
        (SAM, "forbidden"),
        (DORA, "forbidden"),
        (FAY, "forbidden"),
        (VIK, "forbidden"),
        (ADA, "forbidden"),
        (AUD, "forbidden"),
        (PAT, "not found"),
        (TESS, "not found"),
    ] {
        let done = forwards(&company, who, id, DORA).await;
        assert_eq!(refused(&company, id, done).await, said, "{who}");
    }
    for to in [SAM, MIA, FAY, TESS, PersonId(99)] {
        let done = forwards(&company, MIA, id, to).await;
        assert_eq!(refused(&company, id, done).await, "to", "{to}");
    }
    let mut silent = asked(&company, id, DORA).await;
    silent.note = " ".to_owned();
    let done = forward(&company.engine, &actor(MIA), &silent).await;
    assert_eq!(refused(&company, id, done).await, "note");
    let old = Handover {
        version: 1,
        ..asked(&company, id, DORA).await
    };
    let done = forward(&company.engine, &actor(MIA), &old).await;
    assert_eq!(refused(&company, id, done).await, "stale");
    let twice = asked(&company, id, DORA).await;
    forward(&company.engine, &actor(MIA), &twice).await.unwrap();
    let again = forward(&company.engine, &actor(MIA), &twice).await;
    assert!(matches!(again, Err(Error::Repeated(_))), "{again:?}");
    let shown = record(&company.engine, &actor(DORA), id).await.unwrap();
    let names: Vec<_> = shown
        .forwards_to
        .unwrap()
        .into_iter()
        .map(|p| p.1)
        .collect();
    assert_eq!(names, ["Carla Chief", "Mia Moss"]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn administrators_reassign_with_a_note_never_to_themselves_or_to_who_raised_it(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    for who in [SAM, MIA, VIK, CARLA, AUD] {
        let done = reassigns(&company, who, id, DORA).await;
        assert_eq!(refused(&company, id, done).await, "forbidden", "{who}");
    }
    for to in [SAM, MIA, ADA, PersonId(99)] {
        let done = reassigns(&company, ADA, id, to).await;
        assert_eq!(refused(&company, id, done).await, "to", "{to}");
    }
    reassigns(&company, ADA, id, TESS).await.unwrap();
    assert_eq!(
        waits_for(&company, id).await,
        "1 Tess Tran, Tess Tran, reassignment"
    );
    company.does(TESS, id, approve()).await;
    assert_eq!(
        waits_for(&company, id).await,
        "2 Fay Finch, Fay Finch, rule"
    );
    // Of their own they do not.
    let own = company.raise_by(ADA, "900").await;
    company
        .does(ADA, own, domain::purchase_order::Event::Submit)
        .await;
    let done = reassigns(&company, ADA, own, TESS).await;
    assert_eq!(refused(&company, own, done).await, "forbidden");
    company.does(FAY, id, approve()).await;
    let done = reassigns(&company, ADA, id, TESS).await;
    assert_eq!(refused(&company, id, done).await, "forbidden");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_level_that_comes_to_who_decided_below_as_themselves_passes(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("12000").await;
    company.does(MIA, id, approve()).await;
    reassigns(&company, ADA, id, MIA).await.unwrap();
    assert_eq!(
        waits_for(&company, id).await,
        "3 Carla Chief, Carla Chief, rule"
    );
    assert_eq!(
        company.events(id).await,
        "create submit approve reassign pass"
    );
    let verdict = format!(
        "SELECT verdict || ' ' || p.name FROM decisions d JOIN people p ON p.id = d.approver_id WHERE subject_id = {id} AND level = 2"
    );
    assert_eq!(company.text(&verdict).await, "passed Mia Moss");
    // Up to the end.
    reassigns(&company, ADA, id, MIA).await.unwrap();
    assert_eq!(company.state(id).await, "approved");
    // Decided by override, it counts for nothing.
    let id = company.submitted("5000").await;
    company
        .does(VIK, id, override_approve("Mia is at sea"))
        .await;
    reassigns(&company, ADA, id, VIK).await.unwrap();
    assert_eq!(
        waits_for(&company, id).await,
        "2 Vik Vance, Vik Vance, reassignment"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nothing_passes_while_the_vendor_is_on_hold(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    company.does(MIA, id, approve()).await;
    company
        .stand(
            PAT,
            crate::test_support::NORTHWIND,
            domain::vendor::Event::Hold,
        )
        .await
        .unwrap();
    reassigns(&company, ADA, id, MIA).await.unwrap();
    assert_eq!(
        waits_for(&company, id).await,
        "2 Mia Moss, Mia Moss, reassignment"
    );
    company
        .stand(
            PAT,
            crate::test_support::NORTHWIND,
            domain::vendor::Event::Release,
        )
        .await
        .unwrap();
    assert_eq!(company.does(MIA, id, approve()).await, State::Approved);
}

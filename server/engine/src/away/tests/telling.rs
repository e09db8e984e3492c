//! Who is told while somebody is away, and of what comes into other hands; the links of those who stand in.

use std::net::{IpAddr, Ipv4Addr};

use domain::ids::PurchaseOrderId;
use jiff::SignedDuration;

use super::*;
use crate::{
    approval_link::{Look, decide, issue, look},
    purchase_order::{Handover, forward, reassign_to},
    test_support::{ADA, CARLA, DORA, FAY, MIA, SAM, TESS, approve, at_once},
    timer::ring_due,
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

/// Who was told what since this was asked last.
async fn heard(company: &Company) -> String {
    let said = company
        .text(
            "SELECT coalesce(string_agg(n.kind || ' ' || p.name, ', ' ORDER BY n.kind, p.name), '')
             FROM notifications n JOIN people p ON p.id = n.person_id WHERE n.read_at IS NULL",
        )
        .await;
    company.run("UPDATE notifications SET read_at = at").await;
    said
}

async fn token(company: &Company, id: PurchaseOrderId, who: PersonId) -> String {
    let newest = format!("SELECT max(id) FROM decisions WHERE subject_id = {id}");
    let newest = company.number(&newest).await;
    let mut tx = company.engine.begin().await.unwrap();
    let link = issue(&mut tx, &company.engine, newest, who).await.unwrap();
    tx.commit().await.unwrap();
    link.unwrap().token(&company.engine)
}

async fn approves_by_link(company: &Company, id: PurchaseOrderId, token: &str) -> Result<()> {
    let form = Form {
        request_id: Uuid::new_v4(),
        version: company.version(id).await,
    };
    decide(&company.engine, token, HERE, form, approve()).await
}

async fn handover(company: &Company, id: PurchaseOrderId, to: PersonId) -> Handover {
    Handover {
        id,
        version: company.version(id).await,
        request_id: Uuid::new_v4(),
        to,
        note: "On a site visit".to_owned(),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_delegate_is_told_instead_and_decides_by_a_link_of_their_own(pool: PgPool) {
    let company = company(pool).await;
    goes_away(&company, MIA, Some(TESS)).await;
    let id = company.submitted("900").await;
    assert_eq!(heard(&company).await, "asked_as_delegate Tess Tran");
    let headline = "SELECT headline FROM notifications";
    assert_eq!(
        company.text(headline).await,
        format!("PO-{id} waits for you to decide in place of Mia Moss")
    );
    let asks = "SELECT count(*) FROM deliveries WHERE decision_id IS NOT NULL";
    assert_eq!(company.number(asks).await, 1);
    let token = token(&company, id, TESS).await;
    match look(&company.engine, &token, HERE).await.unwrap() {
        Look::Open(open) => assert_eq!(open.why, "You stand in for Mia Moss"),
        Look::Dead(dead) => panic!("{}", dead.said()),
    }
    approves_by_link(&company, id, &token).await.unwrap();
    let way = "SELECT t.way || ' ' || t.actor_id || ' ' || t.on_behalf_of_id FROM transitions t WHERE t.event = 'approve'";
    assert_eq!(
        company.text(way).await,
        format!("link {TESS} {MIA}"),
        "by name"
    );
    assert_eq!(
        heard(&company).await,
        "approved Sam Stone, no_longer_waiting Mia Moss, ready_to_place Pat Price"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_decides_what_they_raised_by_a_link_as_a_delegate(pool: PgPool) {
    let company = company(pool).await;
    goes_away(&company, MIA, Some(SAM)).await;
    let id = company.submitted("900").await;
    assert_eq!(heard(&company).await, "asked_as_delegate Dora Diaz");
    let token = token(&company, id, SAM).await;
    let before = company.everything(id).await;
    assert!(matches!(
        look(&company.engine, &token, HERE).await.unwrap(),
        Look::Dead(_)
    ));
    assert!(matches!(
        approves_by_link(&company, id, &token).await,
        Err(Error::Stale(_))
    ));
    assert_eq!(company.everything(id).await, before);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn whom_a_decision_comes_to_is_told_and_whom_it_leaves(pool: PgPool) {
    let company = company(pool).await;
    goes_away(&company, CARLA, Some(TESS)).await;
    let id = company.submitted("900").await;
    heard(&company).await;
    let asked = handover(&company, id, DORA).await;
    forward(&company.engine, &actor(MIA), &asked).await.unwrap();
    assert_eq!(heard(&company).await, "forwarded Dora Diaz");
    let asked = handover(&company, id, CARLA).await;
    reassign_to(&company.engine, &actor(ADA), &asked)
        .await
        .unwrap();
    assert_eq!(
        heard(&company).await,
        "asked_as_delegate Tess Tran, no_longer_waiting Dora Diaz"
    );
    let asked = handover(&company, id, FAY).await;
    reassign_to(&company.engine, &actor(ADA), &asked)
        .await
        .unwrap();
    assert_eq!(
        heard(&company).await,
        "handed_over Fay Finch, no_longer_waiting Carla Chief, no_longer_waiting Tess Tran"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_level_that_passes_because_it_came_to_somebody_tells_what_it_led_to(pool: PgPool) {
    let company = company(pool).await;
    let id = company.submitted("5000").await;
    company.does(MIA, id, approve()).await;
    heard(&company).await;
    let asked = handover(&company, id, MIA).await;
    reassign_to(&company.engine, &actor(ADA), &asked)
        .await
        .unwrap();
    assert_eq!(company.state(id).await, "approved");
    assert_eq!(
        heard(&company).await,
        "approved Sam Stone, no_longer_waiting Fay Finch, ready_to_place Pat Price"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn reminder_and_escalation_reach_who_stands_in(pool: PgPool) {
    let company = company(pool).await;
    let id = company.submitted("900").await;
    goes_away(&company, MIA, Some(TESS)).await;
    goes_away(&company, DORA, Some(FAY)).await;
    heard(&company).await;
    let clock = company.engine.clock();
    for (hours, said) in [
        (18, "reminder Tess Tran"),
        (6, "escalated Fay Finch, reminder Tess Tran"),
    ] {
        clock.advance(SignedDuration::from_hours(hours));
        ring_due(&company.engine).await.unwrap();
        assert_eq!(heard(&company).await, said);
    }
    let token = token(&company, id, FAY).await;
    approves_by_link(&company, id, &token).await.unwrap();
    let way = "SELECT way || ' ' || on_behalf_of_id FROM decisions";
    assert_eq!(company.text(way).await, format!("delegate {DORA}"));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_stands_in_is_told_once_of_what_waits_already(pool: PgPool) {
    let company = company(pool).await;
    let (first, second) = (
        company.submitted("900").await,
        company.submitted("800").await,
    );
    heard(&company).await;
    goes_away(&company, MIA, Some(TESS)).await;
    assert_eq!(
        heard(&company).await,
        "asked_as_delegate Tess Tran, asked_as_delegate Tess Tran"
    );
    let links = "SELECT count(*) FROM deliveries WHERE decision_id IS NOT NULL AND person_id = 9";
    assert_eq!(company.number(links).await, 2);
    for id in [first, second] {
        let token = token(&company, id, TESS).await;
        approves_by_link(&company, id, &token).await.unwrap();
    }
    heard(&company).await;
    // What comes while she is away is told when it comes, and not again when it is worked out anew.
    company.submitted("700").await;
    assert_eq!(heard(&company).await, "asked_as_delegate Tess Tran");
    let again = (0..3).map(|_| {
        let engine = company.engine.clone();
        async move { super::super::resolve::now(&engine).await }
    });
    for done in at_once(again).await {
        done.unwrap();
    }
    assert_eq!(heard(&company).await, "");
}

//! Every change starts a new round, in which nothing of the old one counts.

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::{Event, State},
};
use sqlx::PgPool;

use crate::{
    purchase_order::{record, save_draft},
    test_support::{
        CARLA, Company, FAY, MIA, PAT, SAM, actor, approve, draft, line, parsed, raw, reject,
        reopen, saving, withdraw,
    },
};

async fn change(company: &Company, who: PersonId, id: PurchaseOrderId, total: &str) {
    let existing = Some((id, company.version(id).await));
    save_draft(
        &company.engine,
        &actor(who),
        &saving(draft(total), existing),
    )
    .await
    .unwrap();
}

async fn asked(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT string_agg(concat_ws('.', round, level, approver_id, coalesce(verdict, 'open')), ' ' ORDER BY round, level)
             FROM decisions WHERE subject_id = {id}"
        ))
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn raised_at_900_approved_reopened_changed_to_9_000_and_resubmitted_every_level_decides_again(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    assert_eq!(company.does(MIA, id, approve()).await, State::Approved);
    company.does(SAM, id, reopen()).await;
    change(&company, SAM, id, "9000").await;
    assert_eq!(
        company.does(SAM, id, Event::Submit).await,
        State::PendingApproval
    );
    assert_eq!(
        company.does(MIA, id, approve()).await,
        State::RequiresFinanceReview
    );
    assert_eq!(company.does(FAY, id, approve()).await, State::Approved);
    assert_eq!(
        asked(&company, id).await,
        "1.1.2.approved 2.1.2.approved 2.2.4.approved"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn withdrawn_while_waiting_and_changed_to_12_000_every_level_decides_again(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("9000").await;
    company.does(MIA, id, approve()).await;
    company.does(SAM, id, withdraw()).await;
    change(&company, SAM, id, "12000").await;
    company.does(SAM, id, Event::Submit).await;
    for (who, state) in [
        (MIA, State::RequiresFinanceReview),
        (FAY, State::RequiresExecutiveReview),
        (CARLA, State::Approved),
    ] {
        assert_eq!(company.does(who, id, approve()).await, state);
    }
    assert_eq!(
        asked(&company, id).await,
        "1.1.2.approved 1.2.4.dropped 2.1.2.approved 2.2.4.approved 2.3.5.approved"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_decision_of_an_earlier_round_passes_no_level_of_a_later_one(pool: PgPool) {
    let company = Company::new(pool).await;
    // Fay's own: Carla stands at every level.
    let id = company.raise_by(FAY, "900").await;
    company.does(FAY, id, Event::Submit).await;
    company.does(CARLA, id, approve()).await;
    company.does(PAT, id, reopen()).await;
    change(&company, FAY, id, "12000").await;
    company.does(FAY, id, Event::Submit).await;
    assert_eq!(
        asked(&company, id).await,
        "1.1.5.approved 2.1.5.open",
        "Carla is asked again"
    );
    assert_eq!(company.does(CARLA, id, approve()).await, State::Approved);
    assert_eq!(
        asked(&company, id).await,
        "1.1.5.approved 2.1.5.approved 2.2.5.passed 2.3.5.passed"
    );
    assert_eq!(
        company.events(id).await,
        "create submit approve reopen submit approve pass pass"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn rejected_lines_come_back_changed_or_not_and_what_was_rejected_stays(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    company.does(MIA, id, reject("Too dear")).await;
    company.does(SAM, id, reopen()).await;
    change(&company, SAM, id, "800").await;
    company.does(SAM, id, Event::Submit).await;
    company.does(MIA, id, reject("Still")).await;
    let archived = company
        .text(&format!(
            "SELECT string_agg(round || ': ' || unit_price, ', ' ORDER BY round) FROM rejected_items WHERE purchase_order_id = {id}"
        ))
        .await;
    assert_eq!(archived, "1: 900.0000, 2: 800.0000");
    company.does(SAM, id, reopen()).await;
    let lines = format!(
        "SELECT string_agg(unit_price::text, ', ') FROM purchase_order_lines WHERE purchase_order_id = {id}"
    );
    assert_eq!(company.text(&lines).await, "800.0000");
}

/// What is told of the difference: fields, lines, total.
async fn told(company: &Company, who: PersonId, id: PurchaseOrderId) -> Option<String> {
    let shown = record(&company.engine, &actor(who), id).await.unwrap();
    let difference = shown.difference?;
    let fields = difference.fields.iter().map(|(name, before, now)| {
        let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        format!("{name}: {} → {}", said(before), said(now))
    });
    let lines = difference.lines.iter().map(|change| {
        let said = |line: &Option<domain::purchase_order::Line>| {
            line.as_ref()
                .map_or("-", |line| &line.description)
                .to_owned()
        };
        format!("line: {} → {}", said(&change.before), said(&change.now))
    });
    let total = difference.total.map(|total| format!("total was {total}"));
    Some(
        fields
            .chain(lines)
            .chain(total)
            .collect::<Vec<_>>()
            .join("; "),
    )
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_next_approver_is_told_what_changed_since_it_was_last_shown_however_it_came_back(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let mut changed = raw("950");
    changed.department = String::new();
    changed.ship_to = "2 Side Street".to_owned();
    changed.lines.push(line("Lamp", "1", "20"));
    let expected = "Department: Engineering → -; Ship to: 1 Main Street → 2 Side Street; line: Desk → Desk; line: - → Lamp; total was 900.00";
    for back in ["rejected", "withdrawn", "approved"] {
        let id = company.submitted("900").await;
        assert_eq!(told(&company, MIA, id).await, None, "the first round");
        match back {
            "rejected" => {
                company.does(MIA, id, reject("No")).await;
                company.does(SAM, id, reopen()).await;
            }
            "withdrawn" => {
                company.does(SAM, id, withdraw()).await;
            }
            _ => {
                company.does(MIA, id, approve()).await;
                company.does(SAM, id, reopen()).await;
            }
        }
        let existing = Some((id, company.version(id).await));
        save_draft(
            &company.engine,
            &actor(SAM),
            &saving(parsed(&changed), existing),
        )
        .await
        .unwrap();
        assert_eq!(
            told(&company, SAM, id).await,
            None,
            "nobody decides on a draft"
        );
        company.does(SAM, id, Event::Submit).await;
        assert_eq!(
            told(&company, MIA, id).await.as_deref(),
            Some(expected),
            "{back}"
        );
        company.does(MIA, id, approve()).await;
        let approved = company.state(id).await == "approved";
        assert_eq!(told(&company, MIA, id).await.is_none(), approved, "{back}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn that_nothing_changed_is_told_too(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    company.does(MIA, id, reject("No")).await;
    company.does(SAM, id, reopen()).await;
    company.does(SAM, id, Event::Submit).await;
    assert_eq!(told(&company, MIA, id).await.as_deref(), Some(""));
}

//! Rules as rows: bands, straight or climbing, versions pinned by the orders submitted under them, departments, currencies.

use domain::purchase_order::{Event, State};
use sqlx::PgPool;

use crate::{
    purchase_order::{record, save_draft},
    test_support::{CARLA, Company, FAY, MIA, SAM, actor, approve, parsed, raw, saving, withdraw},
};

/// A newer version of everyone's rules: straight to the level, the second from 500.
const STRAIGHT: &str = "
    UPDATE approval_rule_sets SET state = 'replaced';
    WITH set AS (INSERT INTO approval_rule_sets (workflow, version, straight, fallback_id, created_at)
        VALUES ('purchase_order', 2, true, 5, now()) RETURNING id)
    INSERT INTO approval_rules (rule_set_id, level, from_amount, approver_kind, approver_role, sla_hours, priority)
    SELECT set.id, rule.* FROM set, (VALUES (1, 0.00, 'manager', NULL, 24, 'normal'),
        (2, 500.00, 'role', 'finance_manager', 12, 'high'), (3, 10000.01, 'cfo', NULL, 6, 'urgent')) AS rule";

async fn stands(company: &Company, id: domain::ids::PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT concat_ws(' ', status, approval_level, required_level, priority, rule_set_id, current_approver,
                 extract(epoch FROM sla_due_at - submitted_at)::bigint / 3600) FROM purchase_orders WHERE id = {id}"
        ))
        .await
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_total_sets_the_required_level_with_both_ends_of_each_band_included(pool: PgPool) {
    let company = Company::new(pool).await;
    for (total, expected) in [
        ("0.01", "pending_approval 1 1 normal 1 2 24"),
        ("999.99", "pending_approval 1 1 normal 1 2 24"),
        ("1000", "pending_approval 1 2 high 1 2 24"),
        ("10000", "pending_approval 1 2 high 1 2 24"),
        ("10000.01", "pending_approval 1 3 urgent 1 2 24"),
        ("9999999999.99", "pending_approval 1 3 urgent 1 2 24"),
    ] {
        let id = company.submitted(total).await;
        assert_eq!(stands(&company, id).await, expected, "{total}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn straight_rules_ask_the_required_level_only(pool: PgPool) {
    let company = Company::new(pool).await;
    company.run(STRAIGHT).await;
    for (total, expected, who) in [
        ("499.99", "pending_approval 1 1 normal 2 2 24", MIA),
        ("5000", "requires_finance_review 2 2 high 2 4 12", FAY),
        ("12000", "requires_executive_review 3 3 urgent 2 5 6", CARLA),
    ] {
        let id = company.submitted(total).await;
        assert_eq!(stands(&company, id).await, expected);
        assert_eq!(company.does(who, id, approve()).await, State::Approved);
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_keeps_the_rules_it_was_submitted_under_until_it_is_submitted_again(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    let higher = company.submitted("5000").await;
    company.run(STRAIGHT).await;
    // Under the new ones finance would have to decide it.
    assert_eq!(company.does(MIA, id, approve()).await, State::Approved);
    assert_eq!(
        company.does(MIA, higher, approve()).await,
        State::RequiresFinanceReview
    );
    let view = record(&company.engine, &actor(FAY), higher).await.unwrap();
    assert_eq!(view.route.len(), 2);
    assert_eq!(view.order.rule_set.map(|set| set.0), Some(1));
    company.does(SAM, higher, withdraw()).await;
    company.does(SAM, higher, Event::Submit).await;
    assert_eq!(
        stands(&company, higher).await,
        "requires_finance_review 2 2 high 2 4 12"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_departments_own_rules_come_before_everyones(pool: PgPool) {
    let company = Company::new(pool).await;
    company.run(STRAIGHT).await;
    company
        .run("UPDATE approval_rule_sets SET department_id = 1, version = 1 WHERE version = 2; UPDATE approval_rule_sets SET state = 'in_force'")
        .await;
    let id = company.submitted("600").await;
    assert!(
        stands(&company, id)
            .await
            .starts_with("requires_finance_review")
    );
    let mut elsewhere = raw("600");
    elsewhere.department = String::new();
    let mut command = saving(parsed(&elsewhere), None);
    command.submit = true;
    let (_, state) = save_draft(&company.engine, &actor(SAM), &command)
        .await
        .unwrap();
    assert_eq!(state, State::PendingApproval);
}

//! Exchange rates: what an import takes, and what an order in another currency is compared at.

use domain::{
    ids::{PurchaseOrderId, RuleSetId},
    purchase_order::{Event, RawDraft},
};
use jiff::{SignedDuration, civil::Date};
use rust_decimal::Decimal;
use sqlx::PgPool;
use uuid::Uuid;

use super::{Imported, day, import, newest};
use crate::{
    Error, Result,
    approval_rule::{boundaries, get, propose},
    purchase_order::{preview, save_draft},
    test_support::{ADA, Company, MIA, SAM, actor, approve, parsed, raw, saving, withdraw},
};

/// The day so many days before the company's.
fn ago(company: &Company, days: i64) -> Date {
    day(company.engine.clock().now() - SignedDuration::from_hours(24 * days))
}

async fn imported(company: &Company, text: &str) -> Result<Imported> {
    import(&company.engine, &actor(ADA), Uuid::new_v4(), text).await
}

/// The rate of the euro on the day so many days before.
async fn euro(company: &Company, days: i64, rate: &str) -> Imported {
    let text = format!("EUR,{},{rate}", ago(company, days));
    imported(company, &text).await.unwrap()
}

fn euros(total: &str) -> RawDraft {
    RawDraft {
        currency: "EUR".to_owned(),
        ..raw(total)
    }
}

async fn submit(company: &Company, raw: &RawDraft) -> Result<PurchaseOrderId> {
    let mut command = saving(parsed(raw), None);
    command.submit = true;
    let saved = save_draft(&company.engine, &actor(SAM), &command).await;
    saved.map(|(id, _)| id)
}

/// Required level, rate, its day.
async fn stands(company: &Company, id: PurchaseOrderId) -> String {
    company
        .text(&format!(
            "SELECT concat_ws(' ', status, required_level, exchange_rate, exchange_day) FROM purchase_orders WHERE id = {id}"
        ))
        .await
}

fn beside(outcome: Result<impl std::fmt::Debug>) -> Vec<(String, String)> {
    match outcome {
        Err(Error::Invalid(fields) | Error::Refused { fields, .. }) => fields
            .into_iter()
            .map(|fault| (fault.field, fault.message))
            .collect(),
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_order_in_another_currency_is_compared_at_its_days_rate_and_keeps_it(pool: PgPool) {
    let company = Company::new(pool).await;
    euro(&company, 1, "2").await;
    euro(&company, 0, "1.0843").await;
    let today = ago(&company, 0);
    // 922.25 is worth 999.9957: rounded, the limit of 1,000.00.
    for (total, level) in [("922.24", 1), ("922.25", 2), ("9222.54", 2), ("9222.55", 3)] {
        let id = submit(&company, &euros(total)).await.unwrap();
        let expected = format!("pending_approval {level} 1.0843000000 {today}");
        assert_eq!(stands(&company, id).await, expected, "{total}");
    }
    // What changes later changes nothing of what was submitted.
    let id = submit(&company, &euros("922.25")).await.unwrap();
    euro(&company, 0, "0.5").await;
    company.does(MIA, id, approve()).await;
    let expected = format!("requires_finance_review 2 1.0843000000 {today}");
    assert_eq!(stands(&company, id).await, expected);
    let said = company
        .text(&format!(
            "SELECT data->>'exchange_rate' FROM transitions WHERE subject_kind = 'purchase_order' AND subject_id = {id} AND event = 'submit'"
        ))
        .await;
    assert_eq!(said, format!("1.0843 of {today}"));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_comes_back_is_compared_anew(pool: PgPool) {
    let company = Company::new(pool).await;
    euro(&company, 0, "1.0843").await;
    let id = submit(&company, &euros("950")).await.unwrap();
    company.does(SAM, id, withdraw()).await;
    assert_eq!(stands(&company, id).await, "draft");
    euro(&company, 0, "0.5").await;
    company.does(SAM, id, Event::Submit).await;
    let today = ago(&company, 0);
    let expected = format!("pending_approval 1 0.5000000000 {today}");
    assert_eq!(stands(&company, id).await, expected);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn without_a_rate_of_the_last_seven_days_a_draft_is_saved_and_not_submitted(pool: PgPool) {
    let company = Company::new(pool).await;
    let refused = |outcome| {
        let fields = beside(outcome);
        assert_eq!(fields[0].0, "currency");
        assert!(fields[0].1.starts_with("There is no exchange rate for EUR"));
    };
    refused(submit(&company, &euros("950")).await);
    euro(&company, 7, "1.0843").await;
    refused(submit(&company, &euros("950")).await);
    let draft = saving(parsed(&euros("950")), None);
    let (id, _) = save_draft(&company.engine, &actor(SAM), &draft)
        .await
        .unwrap();
    let again = company.act(SAM, id, Event::Submit).await;
    refused(again.map(|_| id));
    euro(&company, 6, "1.0843").await;
    company.does(SAM, id, Event::Submit).await;
    // The organisation's own needs none.
    submit(&company, &raw("950")).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_currency_with_rules_of_its_own_is_compared_in_itself(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run(
            "WITH set AS (INSERT INTO approval_rule_sets (workflow, version, currency, fallback_id, created_at)
                 VALUES ('purchase_order', 1, 'EUR', 5, now()) RETURNING id)
             INSERT INTO approval_rules (rule_set_id, level, from_amount, approver_kind, approver_role, sla_hours, priority)
             SELECT set.id, rule.* FROM set, (VALUES (1, 0.00, 'manager', NULL, 24, 'normal'),
                 (2, 500.00, 'role', 'finance_manager', 12, 'high'), (3, 10000.01, 'cfo', NULL, 6, 'urgent')) AS rule",
        )
        .await;
    let id = submit(&company, &euros("500")).await.unwrap();
    assert_eq!(stands(&company, id).await, "pending_approval 2");
    euro(&company, 0, "0.01").await;
    let id = submit(&company, &euros("500")).await.unwrap();
    assert!(
        stands(&company, id)
            .await
            .starts_with("pending_approval 2 0.01")
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_form_shows_each_currencys_bands_where_they_begin_in_it(pool: PgPool) {
    let company = Company::new(pool).await;
    euro(&company, 0, "1.0843").await;
    let previews = preview(&company.engine, &actor(SAM), None).await.unwrap();
    let said: Vec<String> = previews
        .iter()
        .map(|(currency, bands)| {
            let from: Vec<_> = bands.iter().map(|(from, _)| from.to_string()).collect();
            format!("{currency} {}", from.join(" "))
        })
        .collect();
    assert_eq!(said, ["USD 0 1000.00 10000.01", "EUR 0.00 922.25 9222.55"]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_boundaries_of_rules_are_shown_in_each_currency_with_a_rate(pool: PgPool) {
    let company = Company::new(pool).await;
    euro(&company, 0, "1.0843").await;
    let tables = boundaries(&company.engine, RuleSetId(1), SAM)
        .await
        .unwrap();
    let said: Vec<String> = tables
        .iter()
        .map(|table| {
            let bands: Vec<_> = table
                .bands
                .iter()
                .map(|band| format!("{} level {}", band.total, band.level))
                .collect();
            let rate = table.rate.map(|rate| rate.per_unit);
            format!("{} {rate:?}: {}", table.currency, bands.join(", "))
        })
        .collect();
    assert_eq!(
        said,
        [
            "USD None: 0.01 level 1, 999.99 level 1, 1000.00 level 2, 1000.01 level 2, 10000.00 level 2, 10000.01 level 3, 10000.02 level 3",
            "EUR Some(1.0843): 0.01 level 1, 922.24 level 1, 922.25 level 2, 922.26 level 2, 9222.54 level 2, 9222.55 level 3, 9222.56 level 3",
        ]
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_dry_run_compares_what_was_submitted_at_the_rate_it_keeps(pool: PgPool) {
    let company = Company::new(pool).await;
    euro(&company, 0, "2").await;
    submit(&company, &euros("300")).await.unwrap();
    euro(&company, 0, "0.5").await;
    // The second level from 600 instead of 1,000: 300 at 2 needs it, at 0.5 it would not.
    let mut set = get(&company.engine, RuleSetId(1))
        .await
        .unwrap()
        .set
        .unwrap();
    set.levels[1].from_amount = Decimal::from(600);
    let about = (Uuid::new_v4(), Some(RuleSetId(1)));
    let id = propose(&company.engine, &actor(ADA), about, (&set, "Less at once"))
        .await
        .unwrap();
    let found = get(&company.engine, id).await.unwrap();
    assert_eq!(found.dry_run.unwrap().level_changed, 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_table_is_imported_whole_or_not_at_all(pool: PgPool) {
    let company = Company::new(pool).await;
    let (today, tomorrow) = (ago(&company, 0), ago(&company, -1));
    let wrong = format!(
        "currency,day,rate\r\nEUR,{today},1.1\r\nUSD,{today},1\nGBP,{tomorrow},1\nEUR,{today},1.2\n\nGBP,{today},\"1,3\"\nGBP\nX,Y,Z\n"
    );
    let fields = beside(imported(&company, &wrong).await);
    assert_eq!(
        fields,
        [(
            "rates".to_owned(),
            format!(
                "Nothing was imported: line 3: USD is the organisation's own currency; line 4: {tomorrow} is still to come; \
                 line 5: EUR has another rate on {today} above; \
                 line 7: 1,3 is not a rate: use digits and a point, above 0, at most 1,000,000 and 10 decimals; \
                 line 8: write currency, day and rate, like EUR,2026-11-23,1.0843; 1 more."
            )
        )]
    );
    assert_eq!(beside(imported(&company, " \n").await)[0].0, "rates");
    assert_eq!(
        company.number("SELECT count(*) FROM exchange_rates").await,
        0
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_import_is_history_with_what_it_changed_and_nothing_when_it_changed_nothing(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let (before, today) = (ago(&company, 1), ago(&company, 0));
    let both = format!("EUR,{before},1.1\nGBP,{today},1.3");
    let counted = |added, changed, unchanged| Imported {
        added,
        changed,
        unchanged,
    };
    assert_eq!(imported(&company, &both).await.unwrap(), counted(2, 0, 0));
    assert_eq!(imported(&company, &both).await.unwrap(), counted(0, 0, 2));
    let other = format!("EUR,{before},1.2\nGBP,{today},1.30");
    assert_eq!(imported(&company, &other).await.unwrap(), counted(0, 1, 1));
    let said = company
        .rows(
            "SELECT data->'exchange_rates'->>'to' AS said FROM transitions
             WHERE subject_kind = 'organisation' AND event = 'import_rates' ORDER BY seq",
        )
        .await;
    assert_eq!(
        said,
        serde_json::json!([
            { "said": format!("GBP {today} 1.3, EUR {before} 1.1") },
            { "said": format!("EUR {before} 1.2 (was 1.1)") },
        ])
    );
    let (_, rates) = newest(&company.engine).await.unwrap();
    let codes: Vec<_> = rates.iter().map(|rate| rate.currency.as_str()).collect();
    assert_eq!(codes, ["EUR", "GBP"]);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_administrators_import_and_each_form_once(pool: PgPool) {
    let company = Company::new(pool).await;
    let text = format!("EUR,{},1.1", ago(&company, 0));
    let once = Uuid::new_v4();
    let refused = import(&company.engine, &actor(MIA), once, &text).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    import(&company.engine, &actor(ADA), once, &text)
        .await
        .unwrap();
    let again = import(&company.engine, &actor(ADA), once, &text).await;
    assert!(matches!(again, Err(Error::Repeated(_))), "{again:?}");
}

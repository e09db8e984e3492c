//! Drafts: saved incomplete, changed by their submitter only, gone stale in another tab.

use domain::purchase_order::{Event, State};
use sqlx::PgPool;

use crate::{
    Error,
    purchase_order::{execute, record, save_draft},
    test_support::{
        ADA, Company, MIA, SAM, actor, approve, draft, line, parsed, raw, reject, saving,
    },
};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_draft_saves_incomplete_and_comes_back_as_it_was_typed(pool: PgPool) {
    let company = Company::new(pool).await;
    let mut form = raw("1");
    form.vendor = String::new();
    form.department = String::new();
    form.needed_by = String::new();
    form.lines = vec![
        line("", "", ""),
        line("Grüße 🪑", "2.125", ""),
        line("Bolts", "1000.5", "0.0001"),
    ];
    let (id, _) = save_draft(&company.engine, &actor(SAM), &saving(parsed(&form), None))
        .await
        .unwrap();
    let view = record(&company.engine, &actor(SAM), id).await.unwrap();
    // The first line is not empty: it has a unit and a cost centre.
    let typed = domain::purchase_order::RawDraft::from(&view.order);
    assert_eq!(typed, form);
    assert_eq!(view.order.total.to_string(), "0.10");
    let refused = company.act(SAM, id, Event::Submit).await;
    let Err(Error::Refused { fields, .. }) = refused else {
        panic!("{refused:?}")
    };
    let fields: Vec<_> = fields.iter().map(|f| f.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "line-1-description",
            "line-1-quantity",
            "line-1-unit_price",
            "line-2-unit_price",
            "vendor"
        ]
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_largest_order_that_can_be_entered_can_be_kept_approved_and_read(pool: PgPool) {
    let company = Company::new(pool).await;
    let mut form = raw("1");
    form.lines = (0..200)
        .map(|_| line(&"ß".repeat(500), "4999999.999", "999.9999"))
        .collect();
    form.justification = "ß".repeat(5000);
    form.ship_to = "ß".repeat(1000);
    let mut command = saving(parsed(&form), None);
    command.submit = true;
    let (id, _) = save_draft(&company.engine, &actor(SAM), &command)
        .await
        .unwrap();
    company.does(MIA, id, approve()).await;
    company
        .does(crate::test_support::FAY, id, reject("Really?"))
        .await;
    let view = record(&company.engine, &actor(SAM), id).await.unwrap();
    assert_eq!(view.rejected[0].lines.len(), 200);
    assert_eq!(view.order.total.to_string(), "999999899800.00");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_a_draft_is_changed_and_only_by_who_raised_it(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    for who in [MIA, ADA] {
        let refused = save_draft(
            &company.engine,
            &actor(who),
            &saving(draft("1"), Some((id, 1))),
        )
        .await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
    company.does(SAM, id, Event::Submit).await;
    let before = company.everything(id).await;
    let refused = save_draft(
        &company.engine,
        &actor(SAM),
        &saving(draft("1"), Some((id, 2))),
    )
    .await;
    assert!(
        matches!(&refused, Err(Error::Stale(message)) if message.contains("pending approval")),
        "{refused:?}"
    );
    assert_eq!(company.everything(id).await, before);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_draft_saved_in_another_tab_is_not_overwritten_submitted_or_cancelled(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    let submit = company.command(id, Event::Submit).await;
    let engine = &company.engine;
    save_draft(engine, &actor(SAM), &saving(draft("950"), Some((id, 1))))
        .await
        .unwrap();
    let before = company.everything(id).await;
    let stale = save_draft(engine, &actor(SAM), &saving(draft("1"), Some((id, 1)))).await;
    assert!(
        matches!(&stale, Err(Error::Stale(message)) if message.starts_with("This draft was saved elsewhere")),
        "{stale:?}"
    );
    let stale = execute(engine, &actor(SAM), &submit).await;
    assert!(
        matches!(&stale, Err(Error::Stale(message)) if message == "This order was changed since you opened it. It is now: draft."),
        "{stale:?}"
    );
    assert_eq!(company.everything(id).await, before);
    assert_eq!(company.state(id).await, State::Draft.as_str());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_vendor_or_department_that_is_not_there_is_said_beside_its_field(pool: PgPool) {
    let company = Company::new(pool).await;
    for (field, change) in [("vendor", "999"), ("department", "999")] {
        let mut form = raw("900");
        if field == "vendor" {
            form.vendor = change.to_owned();
        } else {
            form.department = change.to_owned();
        }
        let refused = save_draft(&company.engine, &actor(SAM), &saving(parsed(&form), None)).await;
        assert!(
            matches!(&refused, Err(Error::Invalid(fields)) if fields[0].field == field),
            "{refused:?}"
        );
    }
    assert_eq!(
        company.number("SELECT count(*) FROM purchase_orders").await,
        0
    );
}

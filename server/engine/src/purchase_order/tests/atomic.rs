//! One transaction: an event that fails anywhere leaves nothing; a form that was sent twice happens once.

use domain::purchase_order::{Event, State};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    Error,
    purchase_order::{execute, save_draft},
    test_support::{
        AUD, Company, FAY, MIA, PAT, SAM, TESS, actor, approve, cancel, draft, override_approve,
        reject, saving, withdraw,
    },
};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_effect_that_fails_undoes_everything_and_frees_the_request_id(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    let before = company.everything(id).await;
    let command = company.command(id, approve()).await;
    for (broken, mended) in [
        // The next level cannot be asked.
        (
            "ALTER TABLE decisions ADD CONSTRAINT decisions_broken CHECK (level < 2)",
            "ALTER TABLE decisions DROP CONSTRAINT decisions_broken",
        ),
        // The last step of all: the history.
        (
            "ALTER TABLE transitions ADD CONSTRAINT transitions_broken CHECK (event <> 'approve')",
            "ALTER TABLE transitions DROP CONSTRAINT transitions_broken",
        ),
    ] {
        company.run(broken).await;
        let failed = execute(&company.engine, &actor(MIA), &command).await;
        assert!(matches!(failed, Err(Error::Internal(_))), "{failed:?}");
        assert_eq!(company.everything(id).await, before);
        company.run(mended).await;
    }
    let state = execute(&company.engine, &actor(MIA), &command)
        .await
        .unwrap();
    assert_eq!(state, State::RequiresFinanceReview);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_refused_submission_saves_nothing_of_its_form(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    let before = company.everything(id).await;
    let mut command = saving(draft("0"), Some((id, 1)));
    command.submit = true;
    let refused = save_draft(&company.engine, &actor(SAM), &command).await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    assert_eq!(company.everything(id).await, before);
    // Nor a new one.
    command.existing = None;
    let refused = save_draft(&company.engine, &actor(SAM), &command).await;
    assert!(matches!(refused, Err(Error::Refused { .. })), "{refused:?}");
    assert_eq!(
        company.number("SELECT count(*) FROM purchase_orders").await,
        1
    );
    // The same form, corrected, goes through under the same id.
    command.draft = draft("900");
    let (_, state) = save_draft(&company.engine, &actor(SAM), &command)
        .await
        .unwrap();
    assert_eq!(state, State::PendingApproval);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_form_sent_again_is_answered_with_where_the_first_one_led(pool: PgPool) {
    let company = Company::new(pool).await;
    let saved = saving(draft("900"), None);
    let (id, _) = save_draft(&company.engine, &actor(SAM), &saved)
        .await
        .unwrap();
    let again = save_draft(&company.engine, &actor(SAM), &saved).await;
    assert!(
        matches!(&again, Err(Error::Repeated(address)) if *address == format!("/purchase-orders/{id}")),
        "{again:?}"
    );
    assert_eq!(
        company.number("SELECT count(*) FROM purchase_orders").await,
        1
    );

    let submit = company.command(id, Event::Submit).await;
    execute(&company.engine, &actor(SAM), &submit)
        .await
        .unwrap();
    let before = company.everything(id).await;
    let again = execute(&company.engine, &actor(SAM), &submit).await;
    assert!(
        matches!(&again, Err(Error::Repeated(address)) if *address == format!("/purchase-orders/{id}")),
        "{again:?}"
    );
    assert_eq!(company.everything(id).await, before);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn acting_on_an_order_that_is_not_yours_to_see_finds_nothing_and_changes_nothing(
    pool: PgPool,
) {
    let company = Company::new(pool).await;
    let (draft, waiting) = (company.raise("900").await, company.submitted("900").await);
    for (who, id) in [(TESS, waiting), (PAT, waiting), (TESS, draft), (PAT, draft)] {
        let before = company.everything(id).await;
        for event in [
            Event::Submit,
            approve(),
            override_approve("Please"),
            reject("No"),
            withdraw(),
            cancel(Some("No")),
        ] {
            let mut command = company.command(id, event).await;
            let found = execute(&company.engine, &actor(who), &command).await;
            assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
            // A guessed version says no more.
            command.version += 7;
            let found = execute(&company.engine, &actor(who), &command).await;
            assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        }
        let form = saving(
            crate::test_support::draft("1"),
            Some((id, company.version(id).await)),
        );
        let found = save_draft(&company.engine, &actor(who), &form).await;
        assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        assert_eq!(company.everything(id).await, before);
    }
    let missing = domain::ids::PurchaseOrderId(424_242);
    let found = company.act(FAY, missing, approve()).await;
    assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_sees_but_may_not_act_is_told_so_and_nothing_changes(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    let before = company.everything(id).await;
    for (who, event) in [
        (SAM, approve()),
        (FAY, approve()),
        (AUD, approve()),
        (AUD, withdraw()),
        (FAY, cancel(Some("No"))),
        (MIA, withdraw()),
    ] {
        let refused = company.act(who, id, event).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
    }
    assert_eq!(company.everything(id).await, before);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_stale_page_is_told_who_did_what_when_and_where_the_order_stands(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("5000").await;
    let stale = company.command(id, withdraw()).await;
    company.does(MIA, id, approve()).await;
    for (hours, ago) in [
        (0, "a moment ago"),
        (1, "60 minutes ago"),
        (6, "7 hours ago"),
        (50, "2 days ago"),
    ] {
        company
            .engine
            .clock()
            .advance(jiff::SignedDuration::from_hours(hours));
        let mut command = stale.clone();
        command.request_id = Uuid::new_v4();
        let told = execute(&company.engine, &actor(SAM), &command).await;
        let Err(Error::Stale(message)) = told else {
            panic!("{told:?}")
        };
        assert_eq!(
            message,
            format!(
                "Already approved by Mia Moss {ago}. This order is now: requires finance review."
            )
        );
    }
    // Levels that pass by themselves do not hide who decided.
    let id = company.raise_by(FAY, "5000").await;
    company.does(FAY, id, Event::Submit).await;
    let stale = company.command(id, withdraw()).await;
    company
        .does(crate::test_support::CARLA, id, approve())
        .await;
    let told = execute(&company.engine, &actor(FAY), &stale).await;
    assert!(
        matches!(&told, Err(Error::Stale(message)) if message == "Already approved by Carla Chief a moment ago. This order is now: approved."),
        "{told:?}"
    );
}

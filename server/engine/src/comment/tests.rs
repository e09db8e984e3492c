use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::Event,
};
use jiff::SignedDuration;
use sqlx::PgPool;
use uuid::Uuid;

use super::{NewComment, add, mark_seen, mentions};
use crate::{
    Error, Result,
    activity::Entry,
    purchase_order::{record, record_from, subject},
    test_support::{
        AUD, CARLA, Company, FAY, MIA, PAT, SAM, TESS, actor, approve, cancel, refusal, reject,
    },
};

fn said(id: PurchaseOrderId, text: &str) -> NewComment {
    NewComment {
        subject: subject(id),
        request_id: Uuid::new_v4(),
        text: text.to_owned(),
    }
}

impl Company {
    async fn says(&self, who: PersonId, id: PurchaseOrderId, text: &str) -> Result<String> {
        add(&self.engine, &actor(who), &said(id, text)).await
    }

    /// The order's activity in words, newest first.
    async fn story(&self, id: PurchaseOrderId) -> Vec<String> {
        let activity = record(&self.engine, &actor(SAM), id)
            .await
            .unwrap()
            .activity;
        activity.entries.iter().map(words).collect()
    }

    async fn mentioned(&self, who: PersonId) -> Vec<String> {
        let all = mentions(&self.engine, who).await.unwrap();
        all.iter()
            .map(|m| format!("{} in {}", m.author, m.subject.id))
            .collect()
    }
}

fn words(entry: &Entry) -> String {
    match entry {
        Entry::Transition(row) => row.event.clone(),
        Entry::Comment(comment) => {
            let to = comment.mentions.join(", ");
            format!("{}: {} [{to}]", comment.author, comment.text)
        }
    }
}

#[track_caller]
fn refused(result: Result<String>) -> String {
    match result {
        Err(Error::Invalid(fields)) if fields[0].field == "comment" => fields[0].message.clone(),
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_said_stands_among_what_happened_and_moves_nothing(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    company.hour();
    company
        .says(SAM, id, " For the <new> office \r\n")
        .await
        .unwrap();
    company.hour();
    company.does(SAM, id, Event::Submit).await;
    company.hour();
    // Mia's page was rendered before the comment, and still decides.
    let opened = company.command(id, approve()).await;
    let to = company.says(SAM, id, "@mia, please; ask @Fay Finch.").await;
    assert!(
        to.unwrap()
            .starts_with(&format!("/purchase-orders/{id}#comment-"))
    );
    company.hour();
    crate::purchase_order::execute(&company.engine, &actor(MIA), &opened)
        .await
        .unwrap();
    assert_eq!(
        company.story(id).await,
        [
            "approve",
            "Sam Stone: @mia, please; ask @Fay Finch. [Fay Finch, Mia Moss]",
            "submit",
            "Sam Stone: For the <new> office []",
            "create"
        ]
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_sees_an_order_comments_on_it_in_every_state_but_auditors_change_nothing(pool: PgPool) {
    let company = Company::new(pool).await;
    let draft = company.raise("900").await;
    let rejected = company.submitted("900").await;
    company.does(MIA, rejected, reject("No")).await;
    let approved = company.approved().await;
    let cancelled = company.approved().await;
    company.does(PAT, cancelled, cancel(Some("No"))).await;
    for id in [draft, rejected, approved, cancelled] {
        for who in [SAM, MIA, FAY, CARLA] {
            company.says(who, id, "Well").await.unwrap();
        }
        let answer = company.says(TESS, id, "Well").await;
        assert!(matches!(answer, Err(Error::NotFound)), "{answer:?}");
        let answer = company.says(AUD, id, "Well").await;
        assert!(matches!(answer, Err(Error::Forbidden(_))), "{answer:?}");
    }
    let nowhere = company.says(SAM, PurchaseOrderId(1), "Well").await;
    assert!(matches!(nowhere, Err(Error::NotFound)));
    assert_eq!(company.number("SELECT count(*) FROM comments").await, 16);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn mentioning_somebody_who_may_not_see_the_order_is_refused(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    let message = refused(company.says(SAM, id, "@Tess Tran and @pat and @mia").await);
    for part in ["Pat Price", "Tess Tran", "may not see this order"] {
        assert!(message.contains(part), "{message}");
    }
    assert!(!message.contains("Mia"), "{message}");
    assert_eq!(company.number("SELECT count(*) FROM comments").await, 0);
    company
        .says(SAM, id, "Tess Tran, tess@example.com, @nobody, @sam")
        .await
        .unwrap();
    assert_eq!(company.number("SELECT count(*) FROM mentions").await, 0);
    // Purchasing sees it from approved on.
    company.does(MIA, id, approve()).await;
    company.says(SAM, id, "@pat").await.unwrap();
    assert_eq!(company.mentioned(PAT).await, [format!("Sam Stone in {id}")]);
    // Who left is nobody.
    company
        .run("UPDATE people SET deactivated_at = now() WHERE id = 2")
        .await;
    company.says(SAM, id, "@mia").await.unwrap();
    assert_eq!(company.number("SELECT count(*) FROM mentions").await, 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_empty_or_endless_comment_and_a_name_of_two_people_are_refused(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    assert_eq!(
        refused(company.says(SAM, id, " \n ").await),
        "Write something first."
    );
    let long = refused(company.says(SAM, id, &"x".repeat(5001)).await);
    assert!(long.contains("5000"), "{long}");
    company
        .run("UPDATE people SET name = 'Mia Moss' WHERE id = 3")
        .await;
    let two = refused(company.says(SAM, id, "@Mia Moss").await);
    assert!(two.contains("More than one person"), "{two}");
    company.says(SAM, id, "@dora@example.com").await.unwrap();
    assert_eq!(company.mentioned(crate::test_support::DORA).await.len(), 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_double_click_says_it_once(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    let comment = said(id, "@mia");
    let first = add(&company.engine, &actor(SAM), &comment).await.unwrap();
    let again = add(&company.engine, &actor(SAM), &comment).await;
    assert!(
        matches!(&again, Err(Error::Repeated(to)) if *to == first),
        "{again:?}"
    );
    assert_eq!(company.number("SELECT count(*) FROM comments").await, 1);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_mention_is_shown_until_it_is_answered_marked_or_two_weeks_old(pool: PgPool) {
    let company = Company::new(pool).await;
    let (first, second) = (company.raise("900").await, company.raise("900").await);
    for (id, text) in [(first, "@mia"), (second, "@mia @mia"), (first, "@Mia Moss")] {
        company.hour();
        company.says(SAM, id, text).await.unwrap();
    }
    let shown = company.mentioned(MIA).await;
    assert_eq!(
        shown,
        [first, second, first].map(|id| format!("Sam Stone in {id}"))
    );
    company.says(MIA, first, "I see").await.unwrap();
    assert_eq!(company.mentioned(MIA).await.len(), 1);

    let up_to = mentions(&company.engine, MIA).await.unwrap()[0].comment;
    company.says(SAM, first, "@mia").await.unwrap();
    mark_seen(&company.engine, MIA, up_to).await.unwrap();
    assert_eq!(
        company.mentioned(MIA).await,
        [format!("Sam Stone in {first}")],
        "what came after the page was rendered stays"
    );
    mark_seen(&company.engine, SAM, i64::MAX).await.unwrap();
    assert_eq!(company.mentioned(MIA).await.len(), 1);
    let clock = company.engine.clock();
    clock.advance(SignedDuration::from_hours(24 * 14));
    assert!(company.mentioned(MIA).await.is_empty());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn comments_are_neither_changed_nor_removed(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    company.says(SAM, id, "So it stays").await.unwrap();
    for sql in [
        "UPDATE comments SET body = 'Other'",
        "DELETE FROM comments",
        "TRUNCATE comments CASCADE",
    ] {
        let said = refusal(&company.pool, sql).await;
        assert!(said.contains("append only"), "{sql}: {said}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_long_story_has_pages_and_nothing_is_told_twice_or_left_out(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    for n in 0..60 {
        company.hour();
        company.does(SAM, id, Event::Submit).await;
        company.says(SAM, id, &format!("{n}")).await.unwrap();
        company.does(SAM, id, Event::Withdraw { note: None }).await;
    }
    let (mut place, mut told, mut pages) = (None, Vec::new(), 0);
    loop {
        let page = record_from(&company.engine, &actor(SAM), id, place)
            .await
            .unwrap()
            .activity;
        told.extend(page.entries.iter().map(words));
        pages += 1;
        let Some(older) = page.older else { break };
        place = Some(older.to_string().parse().unwrap());
    }
    assert_eq!((pages, told.len()), (2, 181));
    let count = |what: &str| told.iter().filter(|entry| *entry == what).count();
    assert_eq!((count("submit"), count("withdraw")), (60, 60));
    let comments: Vec<_> = told.iter().filter(|entry| entry.contains(": ")).collect();
    let expected: Vec<_> = (0..60)
        .rev()
        .map(|n| format!("Sam Stone: {n} []"))
        .collect();
    assert!(comments.into_iter().eq(&expected));
    assert_eq!(told.last().unwrap(), "create");
}

use domain::{
    ids::{PersonId, PurchaseOrderId},
    purchase_order::Event,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    comment::{NewComment, add},
    purchase_order::{execute, subject},
    test_support::{
        CARLA, Company, MIA, PAT, SAM, VIK, actor, approve, cancel, complete, override_approve,
        receive, reject, reopen, start_processing, withdraw,
    },
};

impl Company {
    /// What was told and not looked at yet, as "Mia Moss: `approval_asked`", in the order it was told; then forgotten.
    async fn heard(&self) -> Vec<String> {
        let rows = self
            .rows(
                "SELECT p.name || ': ' || n.kind || CASE WHEN n.urgency = 'normal' THEN '' ELSE ' ' || n.urgency END AS told
                 FROM notifications n JOIN people p ON p.id = n.person_id WHERE n.read_at IS NULL ORDER BY n.kind, p.name",
            )
            .await;
        self.run("UPDATE notifications SET read_at = at").await;
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["told"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn after(&self, who: PersonId, id: PurchaseOrderId, event: Event) -> Vec<String> {
        self.does(who, id, event).await;
        self.heard().await
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn everyone_hears_what_concerns_them_on_an_orders_whole_way(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("12000").await;
    assert!(company.heard().await.is_empty());
    assert_eq!(
        company.after(SAM, id, Event::Submit).await,
        ["Mia Moss: approval_asked urgent"]
    );
    assert_eq!(
        company.after(MIA, id, approve()).await,
        ["Fay Finch: approval_asked urgent"]
    );
    assert_eq!(
        company.after(VIK, id, override_approve("Fay is ill")).await,
        [
            "Carla Chief: approval_asked urgent",
            "Fay Finch: no_longer_waiting"
        ]
    );
    assert_eq!(
        company.after(CARLA, id, approve()).await,
        ["Sam Stone: approved", "Pat Price: ready_to_place"]
    );
    assert!(company.after(PAT, id, start_processing()).await.is_empty());
    assert!(
        company
            .after(PAT, id, receive(&[(1, "1")]))
            .await
            .is_empty()
    );
    assert_eq!(
        company.after(PAT, id, complete()).await,
        ["Sam Stone: completed"]
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_rejection_carries_its_reason_and_whoever_waited_hears_that_it_is_over(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    company.heard().await;
    assert_eq!(
        company.after(SAM, id, withdraw()).await,
        ["Mia Moss: no_longer_waiting"]
    );
    company.after(SAM, id, Event::Submit).await;
    assert_eq!(
        company.after(MIA, id, reject("Too dear")).await,
        ["Sam Stone: rejected"]
    );
    let said = company
        .text("SELECT body FROM notifications WHERE kind = 'rejected'")
        .await;
    assert_eq!(said, "Rejected by Mia Moss. Price: Too dear");
    let mailed = company
        .text("SELECT letter::text FROM deliveries ORDER BY id DESC LIMIT 1")
        .await;
    assert!(
        mailed.contains("Price: Too dear") && mailed.contains("submit it again"),
        "{mailed}"
    );
    assert!(company.after(SAM, id, reopen()).await.is_empty());
    company.after(SAM, id, Event::Submit).await;
    assert_eq!(
        company.after(SAM, id, cancel(None)).await,
        ["Mia Moss: no_longer_waiting"]
    );
    let other = company.approved().await;
    company.heard().await;
    assert_eq!(
        company
            .after(PAT, other, cancel(Some("Out of stock")))
            .await,
        ["Sam Stone: taken_back"]
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_mention_tells_each_person_once(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    company.heard().await;
    let comment = NewComment {
        subject: subject(id),
        request_id: Uuid::new_v4(),
        text: "@mia and @fay, and @Mia Moss again".to_owned(),
    };
    add(&company.engine, &actor(SAM), &comment).await.unwrap();
    assert_eq!(
        company.heard().await,
        ["Fay Finch: mentioned", "Mia Moss: mentioned"]
    );
    add(&company.engine, &actor(SAM), &comment)
        .await
        .unwrap_err();
    assert!(
        company.heard().await.is_empty(),
        "a second click says nothing"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_same_form_again_and_a_lost_race_tell_nobody(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    let command = company.command(id, Event::Submit).await;
    let sam = actor(SAM);
    execute(&company.engine, &sam, &command).await.unwrap();
    company.heard().await;
    execute(&company.engine, &sam, &command).await.unwrap_err();
    let mut stale = command.clone();
    stale.request_id = Uuid::new_v4();
    execute(&company.engine, &sam, &stale).await.unwrap_err();
    assert!(company.heard().await.is_empty());
    let counts =
        "SELECT (SELECT count(*) FROM notifications) * 100 + (SELECT count(*) FROM deliveries)";
    assert_eq!(company.number(counts).await, 101);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_breaks_off_before_it_commits_tells_nobody(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.raise("900").await;
    // Refused as late as can be: by the commit itself.
    company
        .run(
            "CREATE CONSTRAINT TRIGGER notifications_broken AFTER INSERT ON notifications DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        )
        .await;
    company.act(SAM, id, Event::Submit).await.unwrap_err();
    for table in ["notifications", "deliveries"] {
        let rows = company
            .number(&format!("SELECT count(*) FROM {table}"))
            .await;
        assert_eq!(rows, 0, "{table}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn who_left_is_told_nothing_and_who_chose_otherwise_only_what_they_chose(pool: PgPool) {
    let company = Company::new(pool).await;
    company
        .run(
            "INSERT INTO person_roles SELECT id, 'purchasing' FROM people WHERE id IN (4, 9);
             UPDATE people SET deactivated_at = created_at WHERE id = 9;
             INSERT INTO notification_preferences VALUES (8, 'ready_to_place', 'email', false), (4, 'ready_to_place', 'in_app', false),
                 (2, 'approval_asked', 'in_app', false), (2, 'approval_asked', 'email', false)",
        )
        .await;
    let id = company.submitted("900").await;
    company.submitted("12000").await;
    company.does(MIA, id, approve()).await;
    let rows = company
        .rows(
            "SELECT p.name || ': ' || n.kind || ' ' || n.urgency || CASE WHEN n.in_app THEN ' in_app' ELSE '' END
                 || CASE WHEN d.id IS NULL THEN '' ELSE ' email' END AS told
             FROM notifications n JOIN people p ON p.id = n.person_id LEFT JOIN deliveries d ON d.notification_id = n.id
             ORDER BY n.kind, p.name, n.urgency",
        )
        .await;
    let told: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["told"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "Mia Moss: approval_asked normal",
            "Mia Moss: approval_asked urgent in_app",
            "Sam Stone: approved normal in_app email",
            "Fay Finch: ready_to_place normal email",
            "Pat Price: ready_to_place normal in_app",
        ]
    );
}

use std::{convert::Infallible, io};

use domain::{
    attachment::SIZE_MAX,
    ids::{PersonId, PurchaseOrderId},
    purchase_order::Event,
};
use futures::{TryStreamExt, stream};
use jiff::SignedDuration;
use sqlx::PgPool;

use super::*;
use crate::{
    Clock,
    purchase_order::{record, subject},
    test_support::{
        AUD, Company, MIA, SAM, TESS, actor, approve, files, key, reject, reopen, withdraw,
    },
};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR and so on";

fn new(id: PurchaseOrderId, name: &str) -> NewFile {
    NewFile {
        subject: subject(id),
        request_id: Uuid::new_v4(),
        name: name.to_owned(),
    }
}

/// The bytes in pieces of this size.
fn pieces(
    bytes: &[u8],
    size: usize,
) -> impl Stream<Item = std::result::Result<Bytes, Infallible>> + Unpin + use<> {
    let pieces: Vec<_> = bytes
        .chunks(size)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces)
}

struct Case {
    company: Company,
    files: Files,
}

impl Case {
    async fn new(pool: PgPool) -> Self {
        Self {
            company: Company::new(pool).await,
            files: files(),
        }
    }

    async fn attaches(
        &self,
        who: PersonId,
        id: PurchaseOrderId,
        (name, bytes): (&str, &[u8]),
    ) -> Result<String> {
        let (engine, who) = (&self.company.engine, actor(who));
        attach(
            engine,
            &self.files,
            &who,
            &new(id, name),
            pieces(bytes, 1000),
        )
        .await
    }

    /// The files of an order as Sam sees them: name and id; those he can remove first.
    async fn shown(&self, id: PurchaseOrderId) -> Vec<Attachment> {
        let view = record(&self.company.engine, &actor(SAM), id).await;
        view.unwrap().attachments
    }

    async fn content(&self, who: PersonId, id: Uuid) -> Result<Vec<u8>> {
        let download = open(&self.company.engine, &self.files, &actor(who), id).await?;
        let pieces: Vec<Bytes> = download.content.try_collect().await.unwrap();
        let size: u64 = pieces.iter().map(|p| p.len() as u64).sum();
        assert_eq!(download.size, size);
        Ok(pieces.concat())
    }

    /// How many files there are in the store, whoever they belong to.
    async fn stored(&self) -> usize {
        let far = self.company.engine.clock().now() + SignedDuration::from_hours(24 * 20_000);
        self.files.older_than(far).count().await
    }

    async fn rows(&self) -> i64 {
        self.company
            .number("SELECT count(*) FROM attachments")
            .await
    }
}

#[track_caller]
fn refused(result: Result<String>) -> String {
    match result {
        Err(Error::Invalid(fields)) if fields[0].field == "file" => fields[0].message.clone(),
        other => panic!("{other:?}"),
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_file_is_kept_as_it_came_and_its_history_says_so(pool: PgPool) {
    let case = Case::new(pool).await;
    let id = case.company.submitted("900").await;
    // More than is held at once, in many pieces.
    let bytes: Vec<u8> = PNG.iter().copied().cycle().take(11_000_001).collect();
    let to = case.attaches(SAM, id, ("C:\\My files\\Plan 🪑.png", &bytes));
    assert_eq!(to.await.unwrap(), format!("/purchase-orders/{id}"));
    let shown = case.shown(id).await;
    assert_eq!(
        (shown[0].name.as_str(), shown[0].size, shown[0].by.as_str()),
        ("Plan 🪑.png", 11_000_001, "Sam Stone")
    );
    assert!(case.content(MIA, shown[0].id).await.unwrap() == bytes);
    let row = case.company.rows(
        "SELECT t.event, t.data->>'file' AS file, t.data->>'sha256' = encode(a.sha256, 'hex') AS same, a.media_type
         FROM transitions t, attachments a WHERE t.event = 'attach'",
    );
    assert_eq!(
        row.await.to_string(),
        r#"[{"event":"attach","file":"Plan 🪑.png","media_type":"image/png","same":true}]"#
    );
    let hash = case
        .company
        .text("SELECT encode(sha256, 'hex') FROM attachments")
        .await;
    assert_eq!(hash, hex::encode(Sha256::digest(&bytes)));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_who_sees_the_order_adds_and_reads_files_and_auditors_only_read(pool: PgPool) {
    let case = Case::new(pool).await;
    let id = case.company.raise("900").await;
    case.attaches(MIA, id, ("offer.png", PNG)).await.unwrap();
    let file = case.shown(id).await[0].id;
    for (who, answer) in [(TESS, "NotFound"), (AUD, "Forbidden")] {
        let refused = case.attaches(who, id, ("offer.png", PNG)).await;
        assert!(format!("{refused:?}").contains(answer), "{refused:?}");
    }
    assert!(matches!(
        case.content(TESS, file).await,
        Err(Error::NotFound)
    ));
    assert_eq!(case.content(AUD, file).await.unwrap(), PNG);
    let nowhere = case.content(SAM, Uuid::new_v4()).await;
    assert!(matches!(nowhere, Err(Error::NotFound)));
    assert_eq!((case.rows().await, case.stored().await), (1, 1));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_is_refused_leaves_neither_row_nor_file(pool: PgPool) {
    let case = Case::new(pool).await;
    let id = case.company.raise("900").await;
    let mut large = vec![b'x'; usize::try_from(SIZE_MAX).unwrap()];
    case.attaches(SAM, id, ("just right.txt", &large))
        .await
        .unwrap();
    large.push(b'x');
    for (name, bytes, said) in [
        ("", PNG, "Choose a file."),
        ("..", PNG, "Choose a file."),
        ("empty.txt", &[][..], "This file is empty."),
        ("offer.pdf", PNG, "Give it its right name."),
        ("run", b"#!/bin/sh\n", "Programs and scripts"),
        ("large.txt", &large, "larger than 25 MB"),
    ] {
        let message = refused(case.attaches(SAM, id, (name, bytes)).await);
        assert!(message.contains(said), "{name}: {message}");
    }
    let broken = stream::iter([
        Ok(Bytes::from_static(PNG)),
        Ok(Bytes::from(vec![0; 9000])),
        Err(io::Error::other("gone")),
    ]);
    let engine = &case.company.engine;
    let broken = attach(engine, &case.files, &actor(SAM), &new(id, "a.png"), broken).await;
    assert!(refused(broken).contains("did not arrive whole"));
    assert_eq!((case.rows().await, case.stored().await), (1, 1));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_double_click_adds_one_file_and_a_record_has_a_hundred_at_most(pool: PgPool) {
    let case = Case::new(pool).await;
    let id = case.company.raise("900").await;
    let (engine, sam, form) = (&case.company.engine, actor(SAM), new(id, "offer.png"));
    let once = async || attach(engine, &case.files, &sam, &form, pieces(PNG, 9)).await;
    let first = once().await.unwrap();
    let again = once().await;
    assert!(
        matches!(&again, Err(Error::Repeated(to)) if *to == first),
        "{again:?}"
    );
    assert_eq!((case.rows().await, case.stored().await), (1, 1));
    case.company
        .run(
            "INSERT INTO attachments (id, subject_kind, subject_id, name, size, media_type, sha256, uploaded_by, uploaded_at)
             SELECT gen_random_uuid(), subject_kind, subject_id, name, size, media_type, sha256, uploaded_by, uploaded_at
             FROM attachments, generate_series(1, 99)",
        )
        .await;
    let full = refused(case.attaches(SAM, id, ("one more.png", PNG)).await);
    assert!(full.contains("100 files"), "{full}");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_file_is_removed_from_a_draft_by_its_submitter_until_somebody_was_asked(pool: PgPool) {
    let case = Case::new(pool).await;
    let (company, engine) = (&case.company, &case.company.engine);
    let id = company.raise("900").await;
    case.attaches(SAM, id, ("wrong.png", PNG)).await.unwrap();
    company.hour();
    case.attaches(MIA, id, ("right.png", PNG)).await.unwrap();
    let shown = case.shown(id).await;
    assert!(shown.iter().all(|file| file.removable));
    let (wrong, right) = (shown[0].id, shown[1].id);
    let removes = async |who, file| remove(engine, &actor(who), Uuid::new_v4(), file).await;
    assert!(matches!(removes(TESS, wrong).await, Err(Error::NotFound)));
    assert!(matches!(
        removes(MIA, wrong).await,
        Err(Error::Forbidden(_))
    ));
    removes(SAM, wrong).await.unwrap();
    assert!(matches!(removes(SAM, wrong).await, Err(Error::NotFound)));
    assert!(matches!(
        case.content(SAM, wrong).await,
        Err(Error::NotFound)
    ));
    assert_eq!(
        company.events(id).await,
        "create attach attach remove_attachment"
    );

    company.hour();
    company.does(SAM, id, Event::Submit).await;
    assert!(matches!(
        removes(SAM, right).await,
        Err(Error::Forbidden(_))
    ));
    company.does(SAM, id, withdraw()).await;
    company.hour();
    case.attaches(SAM, id, ("new.png", PNG)).await.unwrap();
    let shown = case.shown(id).await;
    let removable: Vec<_> = shown
        .iter()
        .map(|f| (f.name.as_str(), f.removable))
        .collect();
    assert_eq!(removable, [("right.png", false), ("new.png", true)]);
    assert!(matches!(
        removes(SAM, right).await,
        Err(Error::Forbidden(_))
    ));
    assert_eq!(case.content(SAM, right).await.unwrap(), PNG);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_file_added_meanwhile_neither_stops_a_decision_nor_hides_who_was_faster(pool: PgPool) {
    let case = Case::new(pool).await;
    let company = &case.company;
    let id = company.submitted("900").await;
    let opened = company.command(id, approve()).await;
    case.attaches(SAM, id, ("offer.png", PNG)).await.unwrap();
    let late = company.command(id, reject("No")).await;
    crate::purchase_order::execute(&company.engine, &actor(MIA), &opened)
        .await
        .unwrap();
    for _ in 0..12 {
        case.attaches(SAM, id, ("more.png", PNG)).await.unwrap();
    }
    let stale = crate::purchase_order::execute(&company.engine, &actor(MIA), &late).await;
    assert!(
        matches!(&stale, Err(Error::Stale(said)) if said.starts_with("Already approved by Mia Moss")),
        "{stale:?}"
    );
    company.does(SAM, id, reopen()).await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn the_daily_job_removes_what_no_row_names_and_nothing_else(pool: PgPool) {
    let case = Case::new(pool).await;
    let id = case.company.raise("900").await;
    for name in ["kept.png", "removed.png"] {
        case.attaches(SAM, id, (name, PNG)).await.unwrap();
    }
    let shown = case.shown(id).await;
    let (sam, engine) = (actor(SAM), &case.company.engine);
    remove(engine, &sam, Uuid::new_v4(), shown[1].id)
        .await
        .unwrap();
    // What a crash leaves.
    let mut orphan = case.files.write(Uuid::new_v4());
    orphan.put(Bytes::from_static(PNG)).await.unwrap();
    orphan.end().await.unwrap();
    assert_eq!(case.stored().await, 3);
    let later = async |hours| {
        #[expect(
            clippy::disallowed_methods,
            reason = "files carry the time of the disk"
        )]
        let now = Timestamp::now();
        let clock = Clock::fixed(now + SignedDuration::from_hours(hours));
        let engine = Engine::open(case.company.pool.clone(), clock, key()).await;
        remove_orphans(&engine.unwrap(), &case.files).await.unwrap()
    };
    assert_eq!(later(23).await, 0, "it may be about to get its row");
    assert_eq!(later(25).await, 2);
    assert_eq!(later(25).await, 0);
    assert_eq!(case.content(SAM, shown[0].id).await.unwrap(), PNG);
}

#[test]
fn a_bucket_is_opened_with_the_usual_settings_and_a_wrong_one_is_said() {
    let settings = |pairs: &[(&str, &str)]| {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect::<Vec<_>>()
    };
    let usual = settings(&[
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_PROFILE", "what it does not know"),
    ]);
    let files = Files::in_bucket("countersign", "files/of/ours", &usual).unwrap();
    let said = format!("{files:?}");
    assert!(said.contains("files/of/ours"), "{said}");
    assert!(!said.contains("secret"), "{said}");
    let wrong = settings(&[("AWS_ALLOW_HTTP", "perhaps")]);
    assert!(Files::in_bucket("countersign", "", &wrong).is_err());
}

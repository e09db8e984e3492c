//! Exported seals: what they show that the database alone cannot.

use jiff::SignedDuration;
use sqlx::PgPool;

use super::{
    seal_all,
    tamper::{company, found},
};
use crate::{
    seal::{Exported, Progress, Wrong, export, verify_against, verify_with_export},
    test_support::{Company, FAY},
};

/// The names of the files, oldest first.
fn files(folder: &std::path::Path) -> Vec<String> {
    let mut all: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    all.sort();
    all
}

fn read(folder: &std::path::Path, day: &str) -> Exported {
    let text = std::fs::read_to_string(folder.join(format!("{day}.json"))).unwrap();
    Exported::parse(&text).unwrap()
}

fn day(company: &Company) {
    company
        .engine
        .clock()
        .advance(SignedDuration::from_hours(24));
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn every_day_that_is_over_has_its_last_seal_in_a_file_that_is_never_written_again(
    pool: PgPool,
) {
    let folder = tempfile::tempdir().unwrap();
    let company = company(pool, true).await;
    let engine = &company.engine;
    assert_eq!(
        export(engine, folder.path()).await.unwrap(),
        0,
        "today is not over"
    );
    day(&company);
    company.raise_by(FAY, "5000").await;
    seal_all(&company).await;
    // Nothing happened on the fourth.
    day(&company);
    day(&company);
    assert_eq!(export(engine, folder.path()).await.unwrap(), 2);
    assert_eq!(files(folder.path()), ["2026-03-02.json", "2026-03-03.json"]);
    assert_eq!(read(folder.path(), "2026-03-02").id, 3);
    assert_eq!(read(folder.path(), "2026-03-03").id, 4);
    std::fs::remove_file(folder.path().join("2026-03-02.json")).unwrap();
    assert_eq!(export(engine, folder.path()).await.unwrap(), 0);
    for day in ["2026-03-03"] {
        assert_eq!(
            verify_against(engine, &read(folder.path(), day))
                .await
                .unwrap(),
            None
        );
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_tail_that_was_cut_off_with_its_seals_is_missed_by_the_exported_one(pool: PgPool) {
    let folder = tempfile::tempdir().unwrap();
    let company = company(pool, true).await;
    day(&company);
    assert_eq!(export(&company.engine, folder.path()).await.unwrap(), 1);
    let exported = read(folder.path(), "2026-03-02");
    // Order 1003, all that says there was one, and the seal that covered it: the rest is whole by itself.
    let cut = "DELETE FROM transitions WHERE subject_id = 1003; DELETE FROM history_heads WHERE subject_id = 1003;
        DELETE FROM purchase_orders WHERE id = 1003; DELETE FROM seals WHERE id = 3";
    assert_eq!(found(&company, cut).await, "nothing");
    assert_eq!(
        verify_against(&company.engine, &exported).await.unwrap(),
        None,
        "put back"
    );

    company
        .run("ALTER TABLE seals DISABLE TRIGGER ALL; DELETE FROM seals WHERE id = 3")
        .await;
    let missed = verify_against(&company.engine, &exported)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(missed.wrong, Wrong::CutOff);
    assert!(missed.place.starts_with("3 of 2026-03-02"), "{missed}");
    // The nightly verification looks at the newest file by itself; another seal of that number is none of it.
    company.raise_by(FAY, "5000").await;
    seal_all(&company).await;
    let progress = Progress::default();
    let missed = verify_with_export(&company.engine, folder.path(), &progress).await;
    assert_eq!(missed.unwrap().unwrap().wrong, Wrong::CutOff);
    assert_eq!((progress.rows(), progress.seals()), (8, 3));
}

#[test]
fn a_file_that_is_no_seal_is_refused() {
    let seal = r#"{"format":"countersign-seal-1","id":1,"rows":2,"at":"2026-03-02T09:00:00Z","hash":"00"}"#;
    for text in [
        "",
        "{}",
        seal,
        &seal.replace("\"00\"", &format!("\"{}\"", "zz".repeat(32))),
    ] {
        assert_eq!(Exported::parse(text), None, "{text}");
    }
    let whole = seal.replace("\"00\"", &format!("\"{}\"", "0f".repeat(32)));
    assert!(Exported::parse(&whole).is_some());
    assert_eq!(Exported::parse(&whole.replace("seal-1", "seal-2")), None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn each_administrator_and_auditor_is_mailed_each_days_seal_once_and_can_compare_with_it(
    pool: PgPool,
) {
    let company = company(pool, true).await;
    let engine = &company.engine;
    let mailed = "SELECT string_agg(address || ': ' || headline, E'\n' ORDER BY id) FROM deliveries WHERE headline LIKE 'The history%'";
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for _ in 0..2 {
        day(&company);
        company.raise_by(FAY, "5000").await;
        seal_all(&company).await;
        // As two servers with folders of their own would.
        for folder in &folders {
            export(engine, folder.path()).await.unwrap();
        }
    }
    assert_eq!(
        company.text(mailed).await,
        "ada@example.com: The history's last seal of 2026-03-02\n\
         aud@example.com: The history's last seal of 2026-03-02\n\
         ada@example.com: The history's last seal of 2026-03-03\n\
         aud@example.com: The history's last seal of 2026-03-03"
    );
    let line =
        "SELECT letter->'paragraphs'->>2 FROM deliveries WHERE headline LIKE '%2026-03-03' LIMIT 1";
    let seal = Exported::parse(&company.text(line).await).unwrap();
    assert_eq!(
        (&seal, None),
        (
            &read(folders[0].path(), "2026-03-03"),
            verify_against(engine, &seal).await.unwrap()
        )
    );
}

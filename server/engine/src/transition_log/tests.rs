use std::collections::BTreeSet;

use serde_json::json;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::*;
use crate::{
    seal,
    test_support::{Company, MIA, SAM, at_once, key, start, wide_pool},
};

const ROW: Hashed<'static> = Hashed {
    subject_kind: "vendor",
    subject_id: 1,
    seq: 1,
    event: "hold",
    from_state: None,
    to_state: None,
    round: None,
    level: None,
    actor: None,
    on_behalf_of: None,
    way: "page",
    note: None,
    data: &Value::Null,
    at: Timestamp::UNIX_EPOCH,
    epoch: 1,
    tx: "7",
};

fn entry(event: &str) -> Entry {
    Entry {
        event: event.to_owned(),
        actor: Some(SAM),
        way: "page",
        ..Entry::default()
    }
}

fn other(id: i64) -> Subject {
    Subject {
        kind: "setting",
        id,
    }
}

async fn add(company: &Company, subject: Subject, entries: &[Entry]) {
    let mut tx = company.engine.begin().await.unwrap();
    append(&mut tx, &company.engine, subject, entries)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

const DATA: &Value = &Value::Bool(true);

#[test]
fn the_hash_depends_on_every_field_the_row_before_and_the_key() {
    let changes: [fn(&mut Hashed<'static>); 17] = [
        |row| row.subject_kind = "vendors",
        |row| row.subject_id = 2,
        |row| row.seq = 2,
        |row| row.event = "lift_hold",
        |row| row.from_state = Some("draft"),
        |row| row.to_state = Some("draft"),
        |row| row.round = Some(1),
        |row| row.level = Some(1),
        |row| row.actor = Some(1),
        |row| row.on_behalf_of = Some(1),
        |row| row.way = "link",
        // Said nothing is not the same as said "".
        |row| row.note = Some(""),
        |row| row.note = Some("x"),
        |row| row.data = DATA,
        |row| row.at = Timestamp::MAX,
        |row| row.epoch = 2,
        |row| row.tx = "8",
    ];
    let mut hashes = BTreeSet::from([digest(&key(), &[], &ROW)]);
    for change in changes {
        let mut row = ROW;
        change(&mut row);
        assert!(hashes.insert(digest(&key(), &[], &row)));
    }
    assert!(hashes.insert(digest(&key(), &[0; 32], &ROW)));
    let other = AuditKey::new(vec![8; 32]).unwrap();
    assert!(hashes.insert(digest(&other, &[], &ROW)));
    assert!(AuditKey::new(vec![7; 31]).is_none());
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_the_database_gives_back_hashes_as_what_was_written(pool: PgPool) {
    let company = Company::new(pool).await;
    // jsonb keeps shorter keys first; the hash must not depend on that. Nor on how a time zone or a long text is kept.
    let data = json!({ "zebra": "ü", "a": { "longer": [1, true, null], "b": "" }, "bb": 9_007_199_254_740_993_i64, "": "\u{1f}\"\\" });
    let entries = [
        Entry {
            data,
            note: Some("  Grüße 🪑\n\t\"quoted\" \u{7f} ".to_owned()),
            ..entry("change")
        },
        Entry {
            note: Some(String::new()),
            ..entry("change")
        },
        Entry {
            from_state: Some("a".to_owned()),
            to_state: Some("b".to_owned()),
            round: Some(i32::MAX),
            level: Some(i16::MAX),
            on_behalf_of: Some(MIA),
            way: "command",
            ..entry("change")
        },
    ];
    company
        .engine
        .clock()
        .advance(jiff::SignedDuration::from_secs(1));
    add(&company, other(i64::MAX), &entries).await;
    assert_eq!(seal::verify(&company.engine).await.unwrap(), None);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn histories_begun_and_gone_on_with_at_once_have_no_gap_and_no_row_twice(
    _: PgPoolOptions,
    options: PgConnectOptions,
) {
    let company = Company::new(wide_pool(options, 40).await).await;
    at_once((0..40).map(|_| {
        let company = company.clone();
        async move { add(&company, other(1), &[entry("change"), entry("change")]).await }
    }))
    .await;
    let told = company
        .text("SELECT count(*) || ' ' || max(seq) || ' ' || count(DISTINCT tx) FROM transitions WHERE subject_kind = 'setting'")
        .await;
    assert_eq!(told, "80 80 40");
    assert_eq!(seal::verify(&company.engine).await.unwrap(), None);
    company.pool.close().await;
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_history_is_read_newest_first_page_by_page_and_names_people(pool: PgPool) {
    let company = Company::new(pool).await;
    for i in 0..5 {
        add(&company, other(1), &[entry(&format!("event_{i}"))]).await;
        company.hour();
    }
    let page = async |before| {
        history(&company.engine, other(1), before, 2)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.seq)
            .collect::<Vec<_>>()
    };
    assert_eq!(page(None).await, [5, 4]);
    assert_eq!(page(Some(4)).await, [3, 2]);
    assert_eq!(page(Some(2)).await, [1]);
    assert_eq!(page(Some(1)).await, [0; 0]);
    let row = history(&company.engine, other(1), Some(2), 1)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (row.event.as_str(), row.actor.as_deref()),
        ("event_0", Some("Sam Stone"))
    );
    assert_eq!((row.at, row.data), (start(), json!({})));
    assert_eq!(
        history(&company.engine, other(2), None, 2).await.unwrap(),
        []
    );
}

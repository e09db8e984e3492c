use sqlx::PgPool;

use super::seal_all;
use crate::{
    seal::{Tampering, Wrong, verify},
    test_support::{Company, FAY, MIA, SAM, approve},
};

/// What may be tampered with, kept to be put back.
const TABLES: [&str; 4] = ["transitions", "history_heads", "seals", "purchase_orders"];

/// Three orders: 1001 and 1002 with histories of three rows, 1003 with one; sealed in three seals, unless asked otherwise.
pub(super) async fn company(pool: PgPool, sealed: bool) -> Company {
    let company = Company::new(pool).await;
    for _ in 0..2 {
        let id = company.raise("5000").await;
        company
            .does(SAM, id, domain::purchase_order::Event::Submit)
            .await;
        company.does(MIA, id, approve()).await;
        if sealed {
            seal_all(&company).await;
        }
    }
    company.raise_by(FAY, "5000").await;
    if sealed {
        seal_all(&company).await;
    }
    company
        .run("INSERT INTO epochs VALUES (0, 'never', now())")
        .await;
    for table in TABLES {
        company
            .run(&format!("CREATE TABLE kept_{table} AS TABLE {table}"))
            .await;
    }
    company
}

/// What verification finds after statements that somebody with all rights over the database ran.
pub(super) async fn found(company: &Company, statements: &str) -> String {
    let off = TABLES.map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER ALL;"));
    company.run(&format!("{}{statements}", off.concat())).await;
    let found = named(company).await;
    let back = TABLES.map(|table| {
        format!("DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{table};")
    });
    company.run(&back.concat()).await;
    found
}

/// What verification finds, in a word.
async fn named(company: &Company) -> String {
    match verify(&company.engine).await.unwrap() {
        None => "nothing".to_owned(),
        // What is said of a seal besides its number is asked where it matters.
        Some(found) => {
            let place = found.place.split(' ').next().unwrap_or_default();
            format!("{} {place}", found.wrong.as_str())
        }
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn what_nobody_touched_verifies(pool: PgPool) {
    let company = company(pool, true).await;
    assert_eq!(found(&company, "SELECT 1").await, "nothing");
    assert_eq!(company.number("SELECT count(*) FROM seals").await, 3);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_changed_field_names_exactly_its_row_sealed_or_not(pool: PgPool) {
    let company = company(pool, false).await;
    let columns = [
        ("event", "'withdraw'"),
        ("from_state", "NULL"),
        ("from_state", "'approved'"),
        ("to_state", "'approved'"),
        ("round", "2"),
        ("round", "NULL"),
        ("level", "1"),
        ("actor_id", "2"),
        ("actor_id", "NULL"),
        ("on_behalf_of_id", "5"),
        ("way", "'link'"),
        ("note", "''"),
        ("note", "'I was told to'"),
        ("data", r#"'{"override_reason": "x"}'"#),
        ("at", "at + interval '1 microsecond'"),
        ("hash", "sha256('')"),
        ("epoch", "0"),
        ("tx", "'1'"),
        ("tx", "'18446744073709551614'"),
    ];
    let all = company
        .text("SELECT string_agg(column_name, ' ') FROM information_schema.columns WHERE table_name = 'transitions' AND table_schema = 'public'")
        .await;
    for sealed in [false, true] {
        if sealed {
            seal_all(&company).await;
            company.run("INSERT INTO kept_seals TABLE seals").await;
        }
        // The number says nothing of what happened: pages of a list begin by it.
        let other = ["subject_kind", "subject_id", "seq", "number"];
        for column in all.split(' ').filter(|column| !other.contains(column)) {
            assert!(
                columns.iter().any(|(tried, _)| *tried == column),
                "nobody tried to change {column}"
            );
        }
        for (column, value) in columns {
            let change = format!(
                "UPDATE transitions SET {column} = {value} WHERE subject_id = 1002 AND seq = 2"
            );
            assert_eq!(
                found(&company, &change).await,
                "changed purchase_order/1002/2",
                "{column} = {value}"
            );
        }
        // A row that says it is another one is missed where it was.
        for change in ["subject_kind = 'vendor'", "subject_id = 1003", "seq = 9"] {
            let change =
                format!("UPDATE transitions SET {change} WHERE subject_id = 1002 AND seq = 2");
            assert_eq!(
                found(&company, &change).await,
                "removed purchase_order/1002/2",
                "{change}"
            );
        }
        assert_eq!(named(&company).await, "nothing");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_removed_row_is_named_wherever_it_stood(pool: PgPool) {
    let company = company(pool, false).await;
    for (where_, gone) in [
        ("subject_id = 1002 AND seq = 1", "1002/1"),
        ("subject_id = 1002 AND seq = 2", "1002/2"),
        ("subject_id = 1002 AND seq = 3", "1002/3"),
        ("subject_id = 1002 AND seq >= 2", "1002/2"),
        ("subject_id = 1002", "1002/1"),
        ("subject_id = 1003", "1003/1"),
        ("true", "1001/1"),
    ] {
        let removed = found(&company, &format!("DELETE FROM transitions WHERE {where_}")).await;
        assert_eq!(
            removed,
            format!("removed purchase_order/{gone}"),
            "{where_}"
        );
    }
    // The whole history of an order, head and all, before any seal.
    let bare = "DELETE FROM transitions WHERE subject_id = 1002; DELETE FROM history_heads WHERE subject_id = 1002";
    assert_eq!(found(&company, bare).await, "removed purchase_order/1002/1");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn an_added_row_is_named(pool: PgPool) {
    let company = company(pool, true).await;
    let copy = |kind: &str, id: i64, seq: i32| {
        format!(
            "INSERT INTO transitions SELECT '{kind}', {id}, {seq}, event, from_state, to_state, round, level, actor_id, on_behalf_of_id, way, note, data, at, hash, epoch, tx
             FROM transitions WHERE subject_kind = 'purchase_order' AND subject_id = 1002 AND seq = 3;"
        )
    };
    assert_eq!(
        found(&company, &copy("purchase_order", 1002, 4)).await,
        "added purchase_order/1002/4"
    );
    let with_head = format!(
        "{} UPDATE history_heads SET seq = 4 WHERE subject_id = 1002",
        copy("purchase_order", 1002, 4)
    );
    assert_eq!(
        found(&company, &with_head).await,
        "changed purchase_order/1002/4"
    );
    assert_eq!(
        found(&company, &copy("vendor", 77, 1)).await,
        "added vendor/77/1"
    );
    let with_head = format!(
        "{} INSERT INTO history_heads SELECT 'vendor', 77, 1, hash FROM history_heads WHERE subject_id = 1002",
        copy("vendor", 77, 1)
    );
    assert_eq!(found(&company, &with_head).await, "changed vendor/77/1");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_changed_or_removed_head_is_found(pool: PgPool) {
    let company = company(pool, true).await;
    for (change, bad) in [
        (
            "UPDATE history_heads SET hash = sha256('') WHERE subject_id = 1002",
            "head purchase_order/1002",
        ),
        (
            "UPDATE history_heads SET seq = 4 WHERE subject_id = 1002",
            "removed purchase_order/1002/4",
        ),
        (
            "UPDATE history_heads SET seq = 2 WHERE subject_id = 1002",
            "head purchase_order/1002",
        ),
        (
            "DELETE FROM history_heads WHERE subject_id = 1002",
            "head purchase_order/1002",
        ),
        ("DELETE FROM history_heads", "head purchase_order/1001"),
    ] {
        assert_eq!(found(&company, change).await, bad, "{change}");
    }
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn sealed_rows_removed_together_with_their_head_are_missed_by_the_seal(pool: PgPool) {
    let company = company(pool, true).await;
    // The newest row, and the head put back to the one before: the chain by itself is whole.
    let tail = "DELETE FROM transitions WHERE subject_id = 1002 AND seq = 3;
        UPDATE history_heads h SET seq = 2, hash = t.hash FROM transitions t
        WHERE h.subject_id = 1002 AND t.subject_kind = h.subject_kind AND t.subject_id = 1002 AND t.seq = 2";
    assert_eq!(found(&company, tail).await, "state purchase_order/1002");
    let put_back = format!(
        "{tail}; UPDATE purchase_orders SET status = 'pending_approval', approval_level = 1 WHERE id = 1002"
    );
    assert_eq!(found(&company, &put_back).await, "seal 2");
    // A whole record, the order too.
    let record = "DELETE FROM transitions WHERE subject_id = 1001; DELETE FROM history_heads WHERE subject_id = 1001;
        DELETE FROM purchase_orders WHERE id = 1001";
    assert_eq!(found(&company, record).await, "seal 1");
    // And its seal with it.
    assert_eq!(
        found(
            &company,
            &format!("{record}; DELETE FROM seals WHERE id = 1")
        )
        .await,
        "seal 1"
    );
    // Everything there is.
    let all = "DELETE FROM transitions; DELETE FROM history_heads; DELETE FROM purchase_orders";
    assert_eq!(found(&company, all).await, "seal 1");
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn a_changed_added_or_removed_seal_is_named(pool: PgPool) {
    let company = company(pool, true).await;
    for change in [
        "hash = sha256('')",
        "rows = rows + 1",
        "at = at + interval '1 microsecond'",
        "tx_from = '1'",
        "tx_to = '18446744073709551614'",
        "epoch = 0",
        "id = 20",
    ] {
        let change = format!("UPDATE seals SET {change} WHERE id = 2");
        assert_eq!(found(&company, &change).await, "seal 2", "{change}");
    }
    assert_eq!(
        found(&company, "DELETE FROM seals WHERE id = 1").await,
        "seal 1"
    );
    assert_eq!(
        found(&company, "DELETE FROM seals WHERE id = 2").await,
        "seal 2"
    );
    let forged = "INSERT INTO seals SELECT 4, epoch, tx_to, '18446744073709551614', 0, sha256(''), at FROM seals WHERE id = 3";
    assert_eq!(found(&company, forged).await, "seal 4");
    // Without the newest seal nothing is lost: what it covered is still there, and is sealed again. Only whoever has it exported
    // would know.
    assert_eq!(
        found(&company, "DELETE FROM seals WHERE id = 3").await,
        "nothing"
    );
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn nobody_writes_history_without_the_key(pool: PgPool) {
    let company = company(pool, true).await;
    let key = || crate::AuditKey::new(vec![8; 32]).unwrap();
    let refused = crate::Engine::open(company.pool.clone(), crate::Clock::system(), key()).await;
    assert!(matches!(refused, Err(crate::Error::Refused { .. })));
    // Whoever reaches the database can forget which key it was. The rows still tell.
    sqlx::query!("UPDATE organisation SET audit_key_check = NULL")
        .execute(&company.pool)
        .await
        .unwrap();
    let other = crate::Engine::open(company.pool.clone(), crate::Clock::system(), key())
        .await
        .unwrap();
    assert_eq!(
        verify(&other).await.unwrap(),
        Some(Tampering {
            wrong: Wrong::Changed,
            place: "purchase_order/1001/1".to_owned()
        })
    );
    let id = domain::ids::PurchaseOrderId(1003);
    crate::purchase_order::execute(
        &other,
        &crate::test_support::actor(FAY),
        &company
            .command(id, domain::purchase_order::Event::Submit)
            .await,
    )
    .await
    .unwrap();
    assert_eq!(named(&company).await, "changed purchase_order/1003/2");
}

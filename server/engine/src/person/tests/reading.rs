use sqlx::PgPool;

use super::*;
use crate::{
    person::{ListQuery, PAGE, choices, list},
    testing::company,
};

async fn names(engine: &Engine, search: &str) -> Vec<String> {
    let query = ListQuery {
        search: search.to_owned(),
        after: None,
    };
    list(engine, &query)
        .await
        .unwrap()
        .rows
        .into_iter()
        .map(|row| row.name)
        .collect()
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn people_are_found_by_part_of_a_name_or_an_email(pool: PgPool) {
    let engine = company(&pool).await;
    assert_eq!(names(&engine, " MO").await, ["Mia Moss"]);
    assert_eq!(names(&engine, "ess@").await, ["Tess Tran"]);
    for pattern in ["%", "_", "\\", "'", "\0%"] {
        assert!(names(&engine, pattern).await.is_empty(), "{pattern}");
    }
    assert_eq!(names(&engine, "").await.len(), 20);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn pages_hold_fifty_and_together_everyone_once(pool: PgPool) {
    let engine = company(&pool).await;
    sqlx::query!(
        "INSERT INTO people (name, email, created_at)
         SELECT 'Twin ' || n / 2, 'twin' || n || '@example.com', now() FROM generate_series(1, 100) n",
    )
    .execute(&pool)
    .await
    .unwrap();
    let (mut after, mut seen, mut pages) = (None, Vec::new(), 0);
    loop {
        let page = list(
            &engine,
            &ListQuery {
                search: String::new(),
                after,
            },
        )
        .await
        .unwrap();
        assert_eq!(page.count, 120);
        assert!(page.rows.len() <= PAGE);
        seen.extend(
            page.rows
                .into_iter()
                .map(|row| (row.name.to_lowercase(), row.id)),
        );
        pages += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((pages, seen.len()), (3, 120));
    assert!(seen.is_sorted(), "by name, then number");
    seen.dedup();
    assert_eq!(seen.len(), 120);
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn only_active_people_are_offered_as_choices(pool: PgPool) {
    let engine = company(&pool).await;
    sqlx::query!("UPDATE people SET deactivated_at = created_at WHERE name = 'Sam Stone'")
        .execute(&pool)
        .await
        .unwrap();
    let offered: Vec<String> = choices(&engine)
        .await
        .unwrap()
        .into_iter()
        .map(|choice| choice.name)
        .collect();
    assert_eq!(offered.len(), 19);
    assert!(!offered.contains(&"Sam Stone".to_owned()));
    let row = list(
        &engine,
        &ListQuery {
            search: "sam".to_owned(),
            after: None,
        },
    )
    .await
    .unwrap()
    .rows
    .remove(0);
    assert!(!row.active, "the list shows them still");
}

use sqlx::PgPool;

use crate::{person::choices, testing::company};

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
}

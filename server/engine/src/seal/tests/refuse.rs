use sqlx::PgPool;

use super::seal_all;
use crate::test_support::{Company, MIA, refusal, reject, run};

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn history_refuses_update_delete_and_truncate_of_its_owner_too(pool: PgPool) {
    let company = Company::new(pool).await;
    let id = company.submitted("900").await;
    company.does(MIA, id, reject("No")).await;
    seal_all(&company).await;
    let mut owner = company.pool.acquire().await.unwrap();
    assert_eq!(
        company
            .text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            .await,
        "true"
    );
    for role in ["origin", "replica", "local"] {
        run(
            &mut *owner,
            &format!("SET session_replication_role = {role}"),
        )
        .await;
        for (table, column) in [
            ("transitions", "note"),
            ("seals", "rows"),
            ("rejected_items", "round"),
            ("epochs", "cluster"),
        ] {
            for statement in [
                format!("UPDATE {table} SET {column} = {column}"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table} CASCADE"),
                format!(
                    "INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {table} ON CONFLICT ON CONSTRAINT {table}_pk DO UPDATE SET {column} = excluded.{column}"
                ),
            ] {
                let told = refusal(&mut *owner, &statement).await;
                assert!(
                    told.ends_with("is refused: history is append only"),
                    "{statement}: {told}"
                );
            }
        }
        for statement in [
            "DELETE FROM history_heads",
            "TRUNCATE history_heads",
            "UPDATE history_heads SET seq = seq - 1",
            "UPDATE history_heads SET hash = sha256('')",
            "UPDATE history_heads SET subject_id = subject_id + 1",
        ] {
            let told = refusal(&mut *owner, statement).await;
            assert!(
                told.ends_with("is refused: history is append only"),
                "{statement}: {told}"
            );
        }
    }
    // Nor do the orders they are of go from under rejected lines.
    run(&mut *owner, "SET session_replication_role = origin").await;
    let told = refusal(&mut *owner, "DELETE FROM purchase_orders").await;
    assert!(told.contains("violates foreign key constraint"), "{told}");
}

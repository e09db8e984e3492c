//! Indexes and foreign keys of the tables that are filled: taken off before and put on after, which is many times quicker than
//! keeping them through millions of rows. In the same transaction: nobody sees the tables without them.

use sqlx::QueryBuilder;

use crate::{Engine, Result, Tx};

/// What is filled.
const TABLES: [&str; 7] = [
    "purchase_orders",
    "purchase_order_lines",
    "purchase_order_words",
    "rejected_items",
    "decisions",
    "transitions",
    "history_heads",
];

/// What was taken off, as statements that put it on again.
pub(super) struct Bare(Vec<String>);

/// Takes off every index that is no constraint's, and every foreign key.
pub(super) async fn strip(tx: &mut Tx) -> Result<Bare> {
    let tables = TABLES.map(str::to_owned);
    let found = sqlx::query!(
        r#"SELECT format('DROP INDEX %I', i.relname) AS "off!", pg_get_indexdef(x.indexrelid) AS "on!"
           FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
           WHERE t.relname = ANY($1) AND t.relnamespace = 'public'::regnamespace
               AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u'))
           UNION ALL
           SELECT format('ALTER TABLE %I DROP CONSTRAINT %I', t.relname, c.conname),
               format('ALTER TABLE %I ADD CONSTRAINT %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid))
           FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
           WHERE c.contype = 'f' AND t.relname = ANY($1) AND t.relnamespace = 'public'::regnamespace"#,
        &tables,
    )
    .fetch_all(&mut **tx)
    .await?;
    for part in &found {
        run(tx, &part.off).await?;
    }
    Ok(Bare(found.into_iter().map(|part| part.on).collect()))
}

impl Bare {
    /// Puts everything on again.
    pub(super) async fn dress(self, tx: &mut Tx) -> Result<()> {
        run(tx, "SET LOCAL maintenance_work_mem = '512MB'").await?;
        for statement in &self.0 {
            run(tx, statement).await?;
        }
        Ok(())
    }
}

/// Tells the planner what there is now.
pub(super) async fn analyze(engine: &Engine) -> Result<()> {
    let mut statement = QueryBuilder::<sqlx::Postgres>::new("VACUUM (ANALYZE) ");
    statement.push(TABLES.join(", "));
    statement
        .build()
        .persistent(false)
        .execute(engine.pool())
        .await?;
    Ok(())
}

async fn run(tx: &mut Tx, statement: &str) -> Result<()> {
    let mut builder = QueryBuilder::<sqlx::Postgres>::new("");
    builder.push(statement);
    builder.build().persistent(false).execute(&mut **tx).await?;
    Ok(())
}

//! Rules of the schema, asked of `pg_catalog`: what a migration that forgets one of them fails on (HOUSE, "Writing": SQL).

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgPool};

/// Our tables, without the list of migrations.
const TABLES: &str = "(SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    AND relname <> '_sqlx_migrations')";

/// The rows of a statement as texts.
#[expect(
    clippy::disallowed_methods,
    reason = "what only a test asks the database"
)]
async fn all(pool: &PgPool, sql: &str) -> Vec<String> {
    let sql = sql.replace("TABLES", TABLES);
    match sqlx::query_scalar(AssertSqlSafe(sql.clone()))
        .fetch_all(pool)
        .await
    {
        Ok(rows) => rows,
        Err(error) => panic!("{error}: {sql}"),
    }
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn every_table_has_a_primary_key(pool: PgPool) {
    let bare = "SELECT relname::text FROM TABLES t WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = t.oid AND c.contype = 'p')";
    assert_eq!(all(&pool, bare).await, [""; 0]);
    assert!(all(&pool, "SELECT relname::text FROM TABLES t").await.len() > 15);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn every_foreign_key_has_an_index_whose_first_columns_are_its_own(pool: PgPool) {
    // Of all rows, or of every row that has the key.
    let bare = "SELECT t.relname || '.' || c.conname FROM TABLES t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f'
        WHERE NOT EXISTS (
            SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisvalid
                AND (SELECT array_agg(k ORDER BY k) FROM unnest((i.indkey::smallint[])[0:cardinality(c.conkey) - 1]) k)
                    = (SELECT array_agg(k ORDER BY k) FROM unnest(c.conkey) k)
                AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = (
                    SELECT '(' || a.attname || ' IS NOT NULL)' FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = c.conkey[1])))";
    assert_eq!(all(&pool, bare).await, [""; 0]);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn every_constraint_index_and_trigger_is_named_after_its_table_and_by_us(pool: PgPool) {
    // contype n: NOT NULL, which has a row of its own from Postgres 18 on.
    let names = "(SELECT t.relname, c.conname AS name FROM TABLES t JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype <> 'n'
         UNION SELECT t.relname, i.relname FROM TABLES t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
         UNION SELECT t.relname, g.tgname FROM TABLES t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal)";
    let foreign = format!(
        r"SELECT relname || '.' || name FROM {names} n WHERE name NOT LIKE replace(relname, '_', '\_') || '\_%'"
    );
    assert_eq!(all(&pool, &foreign).await, [""; 0]);
    let generated = format!(
        "SELECT name::text FROM {names} n WHERE name ~ '_(pkey|key|fkey|check|excl)[0-9]*$' OR name ~ '_(idx|expr)[0-9]+$'"
    );
    assert_eq!(all(&pool, &generated).await, [""; 0]);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn every_time_has_a_zone_no_amount_floats_and_no_type_is_an_enum(pool: PgPool) {
    let naive = "SELECT t.relname || '.' || a.attname FROM TABLES t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
        WHERE a.atttypid IN ('timestamp'::regtype, 'time'::regtype, 'timetz'::regtype, 'money'::regtype, 'real'::regtype,
            'double precision'::regtype, 'json'::regtype)";
    assert_eq!(all(&pool, naive).await, [""; 0]);
    let enums = "SELECT typname::text FROM pg_type WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace";
    assert_eq!(all(&pool, enums).await, [""; 0]);
}

#[sqlx::test(migrator = "engine::MIGRATOR")]
async fn append_only_tables_refuse_update_delete_and_truncate_always(pool: PgPool) {
    // tgtype: 2 before, 8 delete, 16 update, 32 truncate; tgenabled A: also where session_replication_role switches triggers off.
    for table in [
        "transitions",
        "seals",
        "rejected_items",
        "epochs",
        "comments",
    ] {
        let refused = format!(
            "SELECT bit_or(tgtype & 56)::text FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal
                 AND tgenabled = 'A' AND tgfoid = 'refuse_change'::regproc AND tgtype & 2 = 2"
        );
        assert_eq!(all(&pool, &refused).await, ["56"], "{table}");
    }
    let sometimes =
        "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'A'";
    assert_eq!(all(&pool, sometimes).await, [""; 0]);
}

/// A statement that the planner takes for very dear is compiled before it runs (`jit_above_cost`), half a second each time. On
/// small tables, whose statistics nobody gathers, a join or a recursion is taken for that without being it.
#[sqlx::test(migrator = "engine::MIGRATOR")]
#[expect(
    clippy::disallowed_methods,
    reason = "asks for the plans of all statements"
)]
async fn no_statement_is_taken_for_so_dear_that_it_is_compiled_first(pool: PgPool) {
    // Some statements ask about the queue.
    engine::job::migrate(&pool).await.unwrap();
    let mut db = pool.acquire().await.unwrap();
    sqlx::raw_sql("SET plan_cache_mode = force_generic_plan")
        .execute(&mut *db)
        .await
        .unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../.sqlx");
    let mut asked = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let kept: Value = serde_json::from_str(&text).unwrap();
        let statement = kept["query"].as_str().unwrap();
        let parameters = kept["describe"]["parameters"]["Left"].as_array();
        let nulls = vec!["NULL"; parameters.map_or(0, Vec::len)].join(", ");
        let prepare = format!("DEALLOCATE ALL; PREPARE asked AS {statement}");
        sqlx::raw_sql(AssertSqlSafe(prepare))
            .execute(&mut *db)
            .await
            .unwrap();
        let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE asked ({nulls})").replace(" ()", "");
        let plan: Value = sqlx::query_scalar(AssertSqlSafe(explain))
            .persistent(false)
            .fetch_one(&mut *db)
            .await
            .unwrap_or_else(|error| panic!("{error}: {statement}"));
        let cost = plan[0]["Plan"]["Total Cost"].as_f64().unwrap();
        assert!(cost < 100_000.0, "{cost}: {statement}");
        asked += 1;
    }
    assert!(asked > 50);
}

//! What a page reads does not grow with the table: rows looked at are counted by Postgres, not timed.

use domain::{actor::Actor, ids::VendorId};
use jiff::tz::TimeZone;
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::{
    Clock, Engine,
    list::{self, PAGE, Query},
    purchase_order::{ListRow, ORDERS, counts, inbox, latest, waiting},
    test_support::{ADA, Company, FAY, MIA, PAT, SAM, TESS, actor, key, start},
    vendor,
};

/// Many of two people's; a few of Tess's and of a vendor nobody else orders from; a word that only the oldest holds, and
/// one that most hold, but none of the newest.
const MANY: &str = "
    INSERT INTO vendors (id, name) VALUES (2, 'Acme Tools'), (3, 'Rare Goods');
    INSERT INTO purchase_orders (status, submitter_id, vendor_id, department_id, currency, total, needed_by, content_hash,
        required_level, rule_set_id, created_at, status_changed_at, approved_at)
    SELECT CASE n % 10 WHEN 0 THEN 'draft' WHEN 1 THEN 'cancelled' WHEN 2 THEN 'approved' WHEN 3 THEN 'processing' ELSE 'completed' END,
        CASE WHEN n < 5 THEN 9 WHEN n % 2 = 0 THEN 1 ELSE 8 END, CASE WHEN n < 5 THEN 3 ELSE 1 + n % 2 END, 1, 'USD', n,
        '2026-03-01'::date + (n % 90), sha256(''), 1, 1, now(), now() - interval '1 s' * n, now()
    FROM generate_series(1, 40000) AS n;
    INSERT INTO purchase_order_words (purchase_order_id, words) SELECT id, '' FROM purchase_orders ON CONFLICT DO NOTHING;
    UPDATE purchase_order_words SET words = 'often'
    WHERE purchase_order_id < (SELECT max(id) - 1100 FROM purchase_orders);
    UPDATE purchase_order_words SET words = 'oldest' WHERE purchase_order_id = (SELECT min(id) FROM purchase_orders)";

/// A quarter of the table: a page and a count to 1,000 by whichever index, with each row counted there and in the table. Who walks the
/// table looks at all of it.
const MOST: i64 = 10_000;

/// How often each is read: enough for the plans that are kept for any value.
const TIMES: i64 = 8;

/// Rows of the orders' table looked at so far.
async fn looked_at(engine: &Engine) -> i64 {
    sqlx::query!(r#"SELECT pg_stat_force_next_flush() IS NULL AS "flushed!""#)
        .fetch_one(engine.pool())
        .await
        .unwrap();
    sqlx::query_scalar!(
        r#"SELECT seq_tup_read + coalesce(idx_tup_fetch, 0)
               + (SELECT sum(idx_tup_read)::bigint FROM pg_stat_user_indexes WHERE relname = 'purchase_orders') AS "rows!"
           FROM pg_stat_user_tables WHERE relname = 'purchase_orders'"#
    )
    .fetch_one(engine.pool())
    .await
    .unwrap()
}

/// What the list's page reads for an address.
async fn lists(engine: &Engine, who: &Actor, address: &str) {
    let query = Query::parse(&ORDERS, address, &TimeZone::UTC);
    list::read::<ListRow>(engine, who, &query).await.unwrap();
}

#[sqlx::test(migrator = "crate::MIGRATOR")]
async fn no_page_looks_at_more_orders_than_it_shows_and_counts(pool: PgPool) {
    let company = Company::new(pool.clone()).await;
    company.run(MANY).await;
    company.run("VACUUM ANALYZE purchase_orders").await;
    company.run("VACUUM ANALYZE purchase_order_words").await;
    let options = (*pool.connect_options()).clone();
    let one = PgPoolOptions::new()
        .max_connections(1)
        .after_connect(|connection, _| {
            Box::pin(async move { crate::plan_for_pages(connection).await })
        })
        .connect_with(options)
        .await
        .unwrap();
    let engine = &Engine::open(one, Clock::fixed(start()), key())
        .await
        .unwrap();
    for who in [SAM, TESS, MIA, FAY, PAT, ADA] {
        let me = &actor(who);
        for page in [
            "",
            "scope=all",
            "scope=waiting",
            "scope=placed",
            "scope=team",
            "scope=all&sort=total",
            "scope=all&sort=needed_by&dir=desc",
            "scope=all&after=20000~20000",
            "scope=all&vendor=3",
            "scope=all&q=oldest",
            "scope=all&q=often",
            "scope=all&state=approved&vendor=1",
            "scope=mine&state=draft",
            "my work",
            "inbox",
            "vendor",
        ] {
            let before = looked_at(engine).await;
            for _ in 0..TIMES {
                match page {
                    "my work" => {
                        counts(engine, me).await.unwrap();
                        latest(engine, me, 8).await.unwrap();
                    }
                    "inbox" => {
                        inbox(engine, me, None, PAGE).await.unwrap();
                        waiting(engine, who).await.unwrap();
                    }
                    "vendor" => drop(vendor::orders(engine, me, VendorId(3)).await.unwrap()),
                    address => lists(engine, me, address).await,
                }
            }
            let each = (looked_at(engine).await - before) / TIMES;
            assert!(each <= MOST, "{who}, {page}: {each} rows");
        }
    }
}

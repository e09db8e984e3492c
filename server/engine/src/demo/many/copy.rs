//! Writes the copies, table by table, batch by batch, while the next batch is made.

use std::fmt::Write as _;

use domain::{
    ids::PurchaseOrderId,
    money::{Decimal, UnitPrice, line_total},
    purchase_order::{Line, Order},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    BATCH, PLAYED, original,
    template::{Columns, Content, Kept, Row, Table, content},
};
use crate::{
    AuditKey, Engine, Error, Result, Tx, content_hash,
    purchase_order::{KIND, words_of},
    transition_log::{Hashed, digest},
};

/// Everything that copies are made from.
struct Originals {
    orders: Table,
    lines: Table,
    rejected: Table,
    decisions: Table,
    transitions: Table,
    contents: Vec<Content>,
    key: AuditKey,
    epoch: i32,
    tx: String,
}

/// The text of one batch, by table.
#[derive(Default)]
struct Batch {
    orders: String,
    lines: String,
    words: String,
    rejected: String,
    decisions: String,
    transitions: String,
    heads: String,
}

/// Makes copies until there are `size` orders.
pub(super) async fn copy(tx: &mut Tx, engine: &Engine, size: i64) -> Result<()> {
    let there =
        sqlx::query!(r#"SELECT count(*) AS "count!", max(id) AS "newest!" FROM purchase_orders"#)
            .fetch_one(&mut **tx)
            .await?;
    let originals = std::sync::Arc::new(Originals::read(tx, engine).await?);
    let copies = size - there.count;
    let make = |from: i64| {
        let originals = originals.clone();
        tokio::task::spawn_blocking(move || {
            let mut batch = Batch::default();
            for n in from..copies.min(from + BATCH) {
                originals.copy_one(&mut batch, (n, copies), there.newest + 1 + n)?;
            }
            Ok::<_, Error>(batch)
        })
    };
    let mut from = 0;
    let mut next = make(from);
    while from < copies {
        let batch = next.await.map_err(Error::internal)??;
        from += BATCH;
        next = make(from);
        originals.write(tx, &batch).await?;
    }
    sqlx::query!("SELECT setval(pg_get_serial_sequence('purchase_orders', 'id'), (SELECT max(id) FROM purchase_orders))")
        .fetch_one(&mut **tx)
        .await?;
    Ok(())
}

impl Originals {
    async fn read(tx: &mut Tx, engine: &Engine) -> Result<Self> {
        let played = i64::try_from(PLAYED).unwrap_or(i64::MAX);
        let first = sqlx::query_scalar!(
            r#"SELECT min(id) AS "first!" FROM (SELECT id FROM purchase_orders ORDER BY id DESC LIMIT $1) played"#,
            played,
        )
        .fetch_one(&mut **tx)
        .await?;
        sqlx::query!("SELECT set_config('TimeZone', 'UTC', true)")
            .fetch_one(&mut **tx)
            .await?;
        let now = sqlx::query!(
            r#"SELECT (SELECT max(epoch) FROM epochs) AS "epoch!", pg_current_xact_id()::text AS "tx!""#
        )
        .fetch_one(&mut **tx)
        .await?;
        let by_order = ("purchase_order_id", "purchase_order_id, position");
        let rejected = Table::read(tx, ("rejected_items", by_order.0, by_order.1), first).await?;
        let mut contents = Vec::new();
        for id in first..first + played {
            contents.push(content(tx, id, (&rejected.columns, rejected.of(id))).await?);
        }
        Ok(Self {
            orders: Table::read(tx, ("purchase_orders", "id", "id"), first).await?,
            lines: Table::read(tx, ("purchase_order_lines", by_order.0, by_order.1), first).await?,
            rejected,
            decisions: Table::read(tx, ("decisions", "subject_id", "id"), first).await?,
            transitions: Table::read(tx, ("transitions", "subject_id", "seq"), first).await?,
            contents,
            key: engine.audit_key().clone(),
            epoch: now.epoch,
            tx: now.tx,
        })
    }

    /// The `n`th copy, under the number `id`.
    fn copy_one(&self, batch: &mut Batch, (n, copies): (i64, i64), id: i64) -> Result<()> {
        let (played, earlier) = original(n, copies);
        let content = &self.contents[played];
        let of = content.order.id.0;
        let (order, factor) = repriced(content, n);
        let hash = format!("\\x{}", hex::encode(content_hash::purchase_order(&order)?));
        let number = id.to_string();

        let columns = &self.orders.columns;
        for kept in self.orders.of(of) {
            let mut row = shifted(kept, earlier);
            let said = row[columns.at("justification")?].take().unwrap_or_default();
            let quarterly = if n % 2 == 0 {
                " (quarterly budget)"
            } else {
                ""
            };
            let said = format!("{said}{quarterly}\nReference R{n:07}.");
            let words = words(id, &said, &order);
            row[columns.at("justification")?] = Some(said);
            row[columns.at("id")?] = Some(number.clone());
            row[columns.at("total")?] = Some(order.total.to_string());
            // It was of other prices.
            row[columns.at("last_shown")?] = None;
            if row[columns.at("content_hash")?].is_some() {
                row[columns.at("content_hash")?] = Some(hash.clone());
            }
            put(&mut batch.orders, &row);
            put(&mut batch.words, &vec![Some(number.clone()), Some(words)]);
        }
        for (table, text) in [
            (&self.lines, &mut batch.lines),
            (&self.rejected, &mut batch.rejected),
        ] {
            let (key, price) = (
                table.columns.at("purchase_order_id")?,
                table.columns.at("unit_price")?,
            );
            for kept in table.of(of) {
                let mut row = kept.row.clone();
                row[key] = Some(number.clone());
                if let Some(price) = &mut row[price] {
                    *price = scaled(price.parse().map_err(Error::internal)?, factor).to_string();
                }
                put(text, &row);
            }
        }
        for kept in self.decisions.of(of) {
            let mut row = shifted(kept, earlier);
            row[self.decisions.columns.at("subject_id")?] = Some(number.clone());
            row[self.decisions.columns.at("content_hash")?] = Some(hash.clone());
            put(&mut batch.decisions, &row);
        }
        self.history(batch, of, id, earlier)
    }

    /// The rows of history, each with its hash over the one before.
    fn history(&self, batch: &mut Batch, of: i64, id: i64, earlier: SignedDuration) -> Result<()> {
        let columns = &self.transitions.columns;
        let (mut seq, mut hash) = (0, Vec::new());
        for kept in self.transitions.of(of) {
            let mut row = shifted(kept, earlier);
            seq += 1;
            hash = self.hash(&row, columns, (id, seq), &hash)?;
            row[columns.at("subject_id")?] = Some(id.to_string());
            row[columns.at("epoch")?] = Some(self.epoch.to_string());
            row[columns.at("tx")?] = Some(self.tx.clone());
            row[columns.at("hash")?] = Some(format!("\\x{}", hex::encode(&hash)));
            put(&mut batch.transitions, &row);
        }
        let head = [
            KIND.to_owned(),
            id.to_string(),
            seq.to_string(),
            format!("\\x{}", hex::encode(hash)),
        ];
        put(&mut batch.heads, &head.map(Some).to_vec());
        Ok(())
    }

    fn hash(
        &self,
        row: &Row,
        columns: &Columns,
        (id, seq): (i64, i32),
        previous: &[u8],
    ) -> Result<Vec<u8>> {
        let text = |name: &str| Ok::<_, Error>(row[columns.at(name)?].as_deref());
        let number = |name: &str| {
            text(name)?
                .map(str::parse::<i64>)
                .transpose()
                .map_err(Error::internal)
        };
        let small = |name: &str| Ok::<_, Error>(number(name)?.and_then(|n| i32::try_from(n).ok()));
        let data: Value =
            serde_json::from_str(text("data")?.unwrap_or("{}")).map_err(Error::internal)?;
        let at: Timestamp = text("at")?
            .unwrap_or_default()
            .parse()
            .map_err(Error::internal)?;
        let fields = Hashed {
            subject_kind: KIND,
            subject_id: id,
            seq,
            event: text("event")?.unwrap_or_default(),
            from_state: text("from_state")?,
            to_state: text("to_state")?,
            round: small("round")?,
            level: small("level")?.and_then(|level| i16::try_from(level).ok()),
            actor: number("actor_id")?,
            on_behalf_of: number("on_behalf_of_id")?,
            way: text("way")?.unwrap_or_default(),
            note: text("note")?,
            data: &data,
            at,
            epoch: self.epoch,
            tx: &self.tx,
        };
        Ok(digest(&self.key, previous, &fields).to_vec())
    }

    async fn write(&self, tx: &mut Tx, batch: &Batch) -> Result<()> {
        let names = |table: &Table| table.columns.names.join(", ");
        let heads = "subject_kind, subject_id, seq, hash".to_owned();
        let words = "purchase_order_id, words".to_owned();
        for (table, columns, text) in [
            ("purchase_orders", names(&self.orders), &batch.orders),
            ("purchase_order_lines", names(&self.lines), &batch.lines),
            ("purchase_order_words", words, &batch.words),
            ("rejected_items", names(&self.rejected), &batch.rejected),
            ("decisions", names(&self.decisions), &batch.decisions),
            ("transitions", names(&self.transitions), &batch.transitions),
            ("history_heads", heads, &batch.heads),
        ] {
            let mut copy = tx
                .copy_in_raw(&format!("COPY {table} ({columns}) FROM STDIN"))
                .await?;
            copy.send(text.as_bytes()).await?;
            copy.finish().await?;
        }
        Ok(())
    }
}

/// The order at other prices that need the same level, and what they were multiplied by.
fn repriced(content: &Content, n: i64) -> (Order, Decimal) {
    let factor = Decimal::new(80 + n % 41 / 2, 2);
    let mut order = content.order.clone();
    for line in &mut order.lines {
        line.unit_price = line
            .unit_price
            .map(|price| UnitPrice::from_decimal(scaled(price.decimal(), factor)).unwrap_or(price));
    }
    let totals = order.lines.iter().filter_map(Line::priced);
    order.total = totals
        .map(|(quantity, price)| line_total(quantity, price))
        .sum();
    let same = content
        .required
        .is_none_or(|level| order.level_by(&content.rules) == Some(level));
    if same && order.total > Decimal::ZERO {
        (order, factor)
    } else {
        (content.order.clone(), Decimal::ONE)
    }
}

fn scaled(price: Decimal, factor: Decimal) -> Decimal {
    if factor == Decimal::ONE {
        return price;
    }
    (price * factor).round_dp(2).max(Decimal::new(1, 2))
}

/// What the copy is found by, as Postgres writes a `tsvector`.
fn words(id: i64, said: &str, order: &Order) -> String {
    let vendor = order.vendor.as_ref().map(|vendor| vendor.id);
    let words = words_of(PurchaseOrderId(id), said, &order.lines, vendor);
    format!("'{}'", words.join("' '"))
}

/// The row with every moment so much earlier.
fn shifted(kept: &Kept, earlier: SignedDuration) -> Row {
    let mut row = kept.row.clone();
    for (at, moment) in &kept.moments {
        row[*at] = Some((*moment - earlier).to_string());
    }
    row
}

/// One line of COPY's text format.
fn put(text: &mut String, row: &Row) {
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            text.push('\t');
        }
        match cell {
            None => text.push_str("\\N"),
            Some(cell) => {
                for c in cell.chars() {
                    match c {
                        '\\' => text.push_str("\\\\"),
                        '\t' => text.push_str("\\t"),
                        '\n' => text.push_str("\\n"),
                        '\r' => text.push_str("\\r"),
                        c => {
                            let _ = text.write_char(c);
                        }
                    }
                }
            }
        }
    }
    text.push('\n');
}

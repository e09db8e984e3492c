//! The orders that are copied: every row of theirs as the database writes it, column by column.

use std::collections::BTreeMap;

use domain::{
    approval_rule::{Level, RuleSet},
    ids::PurchaseOrderId,
    money::{Quantity, UnitPrice},
    purchase_order::{Line, Order},
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use sqlx::{QueryBuilder, Row as _};

use crate::{
    Error, Result, Tx, approval_rule,
    purchase_order::{KIND, stored},
};

/// A row as text, column by column.
pub(super) type Row = Vec<Option<String>>;

/// The columns of a table, without those the database fills itself.
pub(super) struct Columns {
    pub names: Vec<String>,
    /// Where moments stand.
    moments: Vec<usize>,
}

impl Columns {
    async fn of(tx: &mut Tx, table: &str) -> Result<Self> {
        let found = sqlx::query!(
            r#"SELECT column_name::text AS "name!", data_type::text AS "kind!" FROM information_schema.columns
               WHERE table_schema = 'public' AND table_name = $1 AND ($1, column_name) <> ('decisions', 'id')
               ORDER BY ordinal_position"#,
            table,
        )
        .fetch_all(&mut **tx)
        .await?;
        let moment = |kind: &str| kind == "timestamp with time zone";
        let moments = found
            .iter()
            .enumerate()
            .filter(|(_, c)| moment(&c.kind))
            .map(|(at, _)| at)
            .collect();
        Ok(Self {
            names: found.into_iter().map(|column| column.name).collect(),
            moments,
        })
    }

    /// Where a column stands.
    pub(super) fn at(&self, name: &str) -> Result<usize> {
        let at = self.names.iter().position(|column| column == name);
        at.ok_or_else(|| Error::internal(format!("no column {name}")))
    }
}

/// A row with its moments read.
pub(super) struct Kept {
    pub row: Row,
    pub moments: Vec<(usize, Timestamp)>,
}

/// The rows of one table, by order.
pub(super) struct Table {
    pub columns: Columns,
    pub rows: BTreeMap<i64, Vec<Kept>>,
}

impl Table {
    /// The rows of the orders from `first` on, in the order of `by`.
    pub(super) async fn read(
        tx: &mut Tx,
        (table, key, by): (&str, &str, &str),
        first: i64,
    ) -> Result<Self> {
        let columns = Columns::of(tx, table).await?;
        let texts: Vec<String> = columns
            .names
            .iter()
            .map(|name| format!("{name}::text"))
            .collect();
        let mut builder = QueryBuilder::new("SELECT ");
        builder
            .push(key)
            .push(", ARRAY[")
            .push(texts.join(", "))
            .push("] FROM ")
            .push(table);
        builder
            .push(" WHERE ")
            .push(key)
            .push(" >= ")
            .push_bind(first);
        if key == "subject_id" {
            builder.push(" AND subject_kind = ").push_bind(KIND);
        }
        builder.push(" ORDER BY ").push(by);
        let mut rows: BTreeMap<i64, Vec<Kept>> = BTreeMap::new();
        for found in builder.build().fetch_all(&mut **tx).await? {
            let row: Row = found.try_get(1)?;
            let moments = columns
                .moments
                .iter()
                .filter_map(|at| Some((*at, row[*at].as_deref()?)));
            let moments = moments
                .map(|(at, text)| Ok((at, moment(text)?)))
                .collect::<Result<_>>()?;
            rows.entry(found.try_get(0)?)
                .or_default()
                .push(Kept { row, moments });
        }
        Ok(Self { columns, rows })
    }

    /// The rows of one order.
    pub(super) fn of(&self, order: i64) -> &[Kept] {
        self.rows.get(&order).map_or(&[], Vec::as_slice)
    }
}

/// "2026-11-23 09:38:41.5+00": the session's zone is UTC.
fn moment(text: &str) -> Result<Timestamp> {
    let civil: DateTime = text
        .trim_end_matches("+00")
        .parse()
        .map_err(Error::internal)?;
    let zoned = civil.to_zoned(TimeZone::UTC).map_err(Error::internal)?;
    Ok(zoned.timestamp())
}

/// An order as its content was when it was frozen, or would be now.
pub(super) struct Content {
    pub order: Order,
    /// What its total requires; none in a draft.
    pub required: Option<Level>,
    pub rules: RuleSet,
}

/// Reads the content of an order; that of a rejected one is what was rejected.
pub(super) async fn content(
    tx: &mut Tx,
    id: i64,
    rejected: (&Columns, &[Kept]),
) -> Result<Content> {
    let mut order = stored(tx, PurchaseOrderId(id))
        .await?
        .ok_or(Error::NotFound)?
        .order;
    if order.lines.is_empty() {
        let (columns, rows) = rejected;
        order.lines = rows
            .iter()
            .map(|kept| line(columns, &kept.row))
            .collect::<Result<_>>()?;
    }
    let rules = match order.rule_set {
        Some(id) => approval_rule::by_id(&mut *tx, id).await?,
        None => approval_rule::current(&mut *tx, KIND, order.department, order.currency).await?,
    };
    Ok(Content {
        required: order.required_level,
        order,
        rules,
    })
}

fn line(columns: &Columns, row: &Row) -> Result<Line> {
    let text = |name: &str| Ok::<_, Error>(row[columns.at(name)?].clone().unwrap_or_default());
    Ok(Line {
        position: text("position")?.parse().map_err(Error::internal)?,
        description: text("description")?,
        quantity: Some(Quantity::parse(&text("quantity")?).map_err(Error::internal)?),
        unit: text("unit")?,
        unit_price: Some(UnitPrice::parse(&text("unit_price")?).map_err(Error::internal)?),
        cost_centre: text("cost_centre")?,
        received: Quantity::ZERO,
    })
}

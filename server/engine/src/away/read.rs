//! Reading when somebody is away.

use domain::ids::PersonId;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;

use crate::{Engine, Result};

/// Times listed at most.
const LISTED: i64 = 50;

/// A time in which somebody is away, now or to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// `away_periods.id`.
    pub id: i64,
    /// The first moment of it.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// Who decides meanwhile; `None`: their manager.
    pub delegate: Option<(PersonId, String)>,
    /// Why; may be empty.
    pub reason: String,
}

impl Period {
    /// The first and the last day of it, where that person lives.
    pub fn days(&self, zone: &TimeZone) -> (Date, Date) {
        let first = self.from.to_zoned(zone.clone()).date();
        let after = self.until.to_zoned(zone.clone()).date();
        (first, after.yesterday().unwrap_or(after))
    }
}

/// When a person is away, now and to come, soonest first.
pub async fn periods(engine: &Engine, person: PersonId) -> Result<Vec<Period>> {
    let rows = sqlx::query!(
        r#"SELECT a.id, a.from_at, a.until_at, a.delegate_id, d.name AS "delegate?", a.reason
           FROM away_periods a LEFT JOIN people d ON d.id = a.delegate_id
           WHERE a.person_id = $1 AND a.until_at > $2 ORDER BY a.until_at LIMIT $3"#,
        person.0,
        engine.clock().now().to_sqlx(),
        LISTED,
    )
    .fetch_all(engine.pool())
    .await?;
    let periods = rows.into_iter().map(|row| Period {
        id: row.id,
        from: row.from_at.to_jiff(),
        until: row.until_at.to_jiff(),
        delegate: row.delegate_id.map(PersonId).zip(row.delegate),
        reason: row.reason,
    });
    Ok(periods.collect())
}

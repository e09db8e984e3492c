//! Saying when somebody is away: the person themselves, or an administrator. Each is one row of the person's history.

use domain::{
    actor::Actor,
    away::may_set_away,
    field::FieldError,
    ids::{PersonId, PurchaseOrderId},
    text,
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde_json::Value;

use super::resolve::{enqueue, resolve};
use crate::{
    Engine, Error, Result, Tx,
    error::OnConstraint,
    person::{self, Locked},
    purchase_order,
    request::{self, Form},
    transition_log::{self, Entry},
};

/// Characters of a reason (`away_periods_reason_length`).
const REASON_LENGTH: usize = 500;
/// How long somebody can be away at a time.
const LONGEST_DAYS: i32 = 731;
/// Where people find their own.
const ACCOUNT: &str = "/account";

/// What a form says of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The one it changes; `None`: a new one.
    pub period: Option<i64>,
    /// The first day, where that person lives.
    pub from: Date,
    /// The last day of it.
    pub until: Date,
    /// Who decides meanwhile; `None`: their manager.
    pub delegate: Option<PersonId>,
    /// Why; may be empty.
    pub reason: String,
    /// What waits for them now and is to be the delegate's for good.
    pub hand_over: Vec<PurchaseOrderId>,
}

/// Sets a time, or changes one.
///
/// # Errors
/// `Forbidden` to whoever is neither that person nor an administrator; `Invalid` for `from`, `until`, `delegate`, `reason` or
/// `hand_over`; `Stale` when the person was changed since, or the time has ended; `Repeated`.
pub async fn set(
    engine: &Engine,
    by: &Actor,
    form: Form,
    person: PersonId,
    wanted: &Wanted,
) -> Result<()> {
    let (mut tx, locked) = begin(engine, by, form, person, "set_away").await?;
    let zone = TimeZone::get(&locked.profile.time_zone).unwrap_or(TimeZone::UTC);
    let time = checked(engine, wanted, &zone)?;
    let delegate = delegate(&mut tx, person, wanted.delegate).await?;
    let before = match wanted.period {
        Some(period) => in_words(&mut tx, engine, (person, period), &zone).await?,
        None => Default::default(),
    };
    let id = write(&mut tx, person, wanted, &time).await?;
    let after = in_words(&mut tx, engine, (person, id), &zone).await?;
    if !wanted.hand_over.is_empty() {
        let to = wanted.delegate.zip(delegate);
        let (to, to_name) = to.ok_or_else(|| {
            Error::field(
                "hand_over",
                "Choose a delegate to hand these over to, or untick them.",
            )
        })?;
        let note = format!(
            "{} is away until {}: {to_name} decides instead.",
            locked.profile.name, after[1].1
        );
        let orders = (&wanted.hand_over[..], &note[..]);
        purchase_order::hand_over(&mut tx, engine, by, (person, to), orders).await?;
    }
    enqueue(&mut tx, engine, id, (time.from, time.until)).await?;
    let event = if wanted.period.is_some() {
        "change_away"
    } else {
        "set_away"
    };
    let data = transition_log::differences(&before, &after);
    finish(tx, engine, by, (person, form), (event, data)).await
}

/// Takes a time back, or ends it now.
///
/// # Errors
/// As [`set`].
pub async fn cancel(
    engine: &Engine,
    by: &Actor,
    form: Form,
    person: PersonId,
    period: i64,
) -> Result<()> {
    let (mut tx, locked) = begin(engine, by, form, person, "cancel_away").await?;
    let zone = TimeZone::get(&locked.profile.time_zone).unwrap_or(TimeZone::UTC);
    let before = in_words(&mut tx, engine, (person, period), &zone).await?;
    sqlx::query!("DELETE FROM away_periods WHERE id = $1", period)
        .execute(&mut *tx)
        .await?;
    let data = transition_log::differences(
        &before,
        &before.clone().map(|(name, _)| (name, String::new())),
    );
    finish(tx, engine, by, (person, form), ("cancel_away", data)).await
}

/// Begins the form of somebody who may send it, alone with the organisation: who is away is part of how decisions are routed.
async fn begin(
    engine: &Engine,
    by: &Actor,
    form: Form,
    person: PersonId,
    action: &str,
) -> Result<(Tx, Locked)> {
    if !may_set_away(by, person) {
        return Err(Error::Forbidden(
            "Only administrators say when others are away.".to_owned(),
        ));
    }
    let mut tx = if by.id == person {
        let mut tx = engine.begin().await?;
        request::claim(&mut tx, engine, by.id, form.request_id, action).await?;
        person::lock::change(&mut tx).await?;
        tx
    } else {
        person::begin(engine, by, form.request_id, action).await?
    };
    let locked = person::lock_shown(&mut tx, person, form).await?;
    if locked.active {
        Ok((tx, locked))
    } else {
        Err(Error::Stale(format!(
            "{} has been deactivated.",
            locked.profile.name
        )))
    }
}

/// Ends it: the person's version and history, and to whom what waits is shown.
async fn finish(
    mut tx: Tx,
    engine: &Engine,
    by: &Actor,
    (person, form): (PersonId, Form),
    (event, data): (&str, Value),
) -> Result<()> {
    sqlx::query!(
        "UPDATE people SET version = version + 1 WHERE id = $1",
        person.0
    )
    .execute(&mut *tx)
    .await?;
    resolve(&mut tx, engine).await?;
    let entry = Entry::by_page(by.id, event, data);
    transition_log::append(&mut tx, engine, person::subject(person), &[entry]).await?;
    let to = if by.id == person {
        ACCOUNT.to_owned()
    } else {
        person::address(person)
    };
    request::finish(&mut tx, by.id, form.request_id, &to).await?;
    tx.commit().await?;
    Ok(())
}

/// What is kept of a form.
struct Time {
    from: Timestamp,
    until: Timestamp,
    reason: String,
}

/// The time in moments, or everything that is wrong with it.
fn checked(engine: &Engine, wanted: &Wanted, zone: &TimeZone) -> Result<Time> {
    let mut faults = Vec::new();
    let mut moment = |field: &str, day: Option<Date>| {
        let midnight = day.and_then(|day| day.to_zoned(zone.clone()).ok());
        midnight.map_or_else(
            || {
                faults.push(FieldError::new(field, "Enter a day that there is."));
                Timestamp::MAX
            },
            |at| at.timestamp(),
        )
    };
    let from = moment("from", Some(wanted.from));
    let until = moment("until", wanted.until.tomorrow().ok());
    let latest = wanted.from.checked_add(LONGEST_DAYS.days());
    let fault = if wanted.until < wanted.from {
        Some("The last day is before the first.")
    } else if until <= engine.clock().now() {
        Some("This day has passed.")
    } else if latest.is_ok_and(|latest| wanted.until > latest) {
        Some("Enter a day within two years of the first.")
    } else {
        None
    };
    if faults.is_empty() {
        faults.extend(fault.map(|fault| FieldError::new("until", fault)));
    }
    let reason = text::single_line(&wanted.reason, REASON_LENGTH).unwrap_or_else(|too_long| {
        faults.push(FieldError::new("reason", too_long));
        String::new()
    });
    if faults.is_empty() {
        Ok(Time {
            from,
            until,
            reason,
        })
    } else {
        Err(Error::Invalid(faults))
    }
}

/// The delegate's name; refuses who has left, and the person themselves.
async fn delegate(
    tx: &mut Tx,
    person: PersonId,
    delegate: Option<PersonId>,
) -> Result<Option<String>> {
    let Some(delegate) = delegate else {
        return Ok(None);
    };
    let name = sqlx::query_scalar!(
        "SELECT name FROM people WHERE id = $1 AND id <> $2 AND deactivated_at IS NULL",
        delegate.0,
        person.0,
    )
    .fetch_optional(&mut **tx)
    .await?;
    let unknown = || Error::field("delegate", "Choose somebody else who is active.");
    name.map(Some).ok_or_else(unknown)
}

/// Writes the row. Returns its id.
async fn write(tx: &mut Tx, person: PersonId, wanted: &Wanted, time: &Time) -> Result<i64> {
    let (from, until) = (time.from.to_sqlx(), time.until.to_sqlx());
    let delegate = wanted.delegate.map(|id| id.0);
    let written = match wanted.period {
        Some(period) => {
            sqlx::query_scalar!(
                "UPDATE away_periods SET from_at = $3, until_at = $4, delegate_id = $5, reason = $6
                 WHERE id = $1 AND person_id = $2 RETURNING id",
                period,
                person.0,
                from,
                until,
                delegate,
                time.reason,
            )
            .fetch_one(&mut **tx)
            .await
        }
        None => {
            sqlx::query_scalar!(
                "INSERT INTO away_periods (person_id, from_at, until_at, delegate_id, reason) VALUES ($1, $2, $3, $4, $5) RETURNING id",
                person.0,
                from,
                until,
                delegate,
                time.reason,
            )
            .fetch_one(&mut **tx)
            .await
        }
    };
    written.on_constraint("away_periods_no_overlap", || {
        Error::field(
            "from",
            "Some of these days are in another time away already. Change that one instead.",
        )
    })
}

/// A time as people read it in the history: first day, last day, delegate, reason. Refuses one that has ended.
async fn in_words(
    tx: &mut Tx,
    engine: &Engine,
    (person, period): (PersonId, i64),
    zone: &TimeZone,
) -> Result<[(&'static str, String); 4]> {
    let row = sqlx::query!(
        r#"SELECT a.from_at, a.until_at, a.reason, d.name || ' <' || d.email || '>' AS delegate
           FROM away_periods a LEFT JOIN people d ON d.id = a.delegate_id
           WHERE a.id = $1 AND a.person_id = $2 AND a.until_at > $3"#,
        period,
        person.0,
        engine.clock().now().to_sqlx(),
    )
    .fetch_optional(&mut **tx)
    .await?;
    let over = || Error::Stale("This time away has ended, or was cancelled.".to_owned());
    let row = row.ok_or_else(over)?;
    let last = row.until_at.to_jiff().to_zoned(zone.clone()).date();
    let day = |day: Date| day.strftime("%-d %b %Y").to_string();
    Ok([
        (
            "away_from",
            day(row.from_at.to_jiff().to_zoned(zone.clone()).date()),
        ),
        ("away_until", day(last.yesterday().unwrap_or(last))),
        ("delegate", row.delegate.unwrap_or_default()),
        ("reason", row.reason),
    ])
}

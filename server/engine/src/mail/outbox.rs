//! What leaves the house, as administrators read it: every delivery, how it went, and what it says while it was not sent.

use domain::{
    actor::Actor,
    notification::Way,
    permission::{Area, may_enter},
};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::deliver::again;
use super::letter::{Acts, Kept};
use crate::{
    Engine, Error, Result,
    list::{Filter, Kind, Listed, Query, Record, Scope, Sort, Spec, Test},
    request,
};

/// The address of the list.
pub const LIST: &str = "/admin/outbox";

/// Where a delivery is read.
pub fn address(id: i64) -> String {
    format!("{LIST}/{id}")
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Waits to be sent, or to be tried again.
    Pending,
    /// Kept here: there are no settings to send it with.
    Outbox,
    /// Taken by the far side.
    Sent,
    /// Refused by the far side, or tried too often.
    Failed,
}

/// The names of the ways, as the filter has them.
const WAYS: [&str; 2] = [Way::Email.as_str(), Way::Sms.as_str()];
/// The names of the states, as the filter has them.
const NAMES: [&str; 4] = ["pending", "outbox", "sent", "failed"];

impl State {
    /// The state of a stored name.
    pub fn parse(name: &str) -> Option<State> {
        Some(match name {
            "pending" => State::Pending,
            "outbox" => State::Outbox,
            "sent" => State::Sent,
            "failed" => State::Failed,
            _ => return None,
        })
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            State::Pending => "Waiting",
            State::Outbox => "In the outbox",
            State::Sent => "Sent",
            State::Failed => "Failed",
        }
    }

    /// Whether an administrator can have it sent again.
    pub const fn can_be_sent_again(self) -> bool {
        matches!(self, State::Outbox | State::Failed)
    }
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `deliveries.id`.
    pub id: i64,
    /// By mail or by text message.
    pub way: Way,
    /// Where it goes.
    pub address: String,
    /// Whose address that is, if one of ours.
    pub person: Option<String>,
    /// Its subject.
    pub headline: String,
    /// How it stands.
    pub state: State,
    /// How often it was tried.
    pub attempts: i32,
    /// What the far side last said.
    pub answer: Option<String>,
    /// When it was written.
    pub at: Timestamp,
}

/// One delivery with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailed {
    /// What the list shows of it.
    pub delivery: Delivery,
    /// The part of its Message-ID that is its own.
    pub token: Uuid,
    /// What it belongs to.
    pub thread: Option<String>,
    /// The file it brings: its id and name.
    pub attachment: Option<(Uuid, String)>,
    /// When it was last tried.
    pub tried_at: Option<Timestamp>,
    /// What it says, until it was sent.
    pub text: Option<String>,
    /// The same as HTML, where it is a mail.
    pub html: Option<String>,
}

/// What the list can be asked.
pub static OUTBOX: Spec = Spec {
    path: LIST,
    table: "deliveries d",
    key: "d.id",
    sorts: &[Sort::by("at", "Written", "d.id", Kind::Number).descending()],
    filters: &[
        Filter::new("state", "State", Test::Is("d.state", Kind::OneOf(&NAMES))),
        Filter::new("way", "Way", Test::Is("d.way", Kind::OneOf(&WAYS))),
        Filter::new(
            "person",
            "Person",
            Test::Is("d.person_id", Kind::Id(Record::Person)),
        ),
    ],
    words: None,
};

impl Listed for Delivery {
    fn spec() -> &'static Spec {
        &OUTBOX
    }

    async fn scope(_: &mut PgConnection, _: &Actor, _: &Query) -> Result<Scope> {
        Ok(Scope::All)
    }

    async fn rows(db: &mut PgConnection, keys: &[i64]) -> Result<Vec<Self>> {
        let rows = sqlx::query!(
            r#"SELECT d.id, d.way, d.address, p.name AS "person?", d.headline, d.state, d.attempts, d.answer, d.created_at
               FROM unnest($1::bigint[]) WITH ORDINALITY AS asked (id, place) JOIN deliveries d ON d.id = asked.id
                   LEFT JOIN people p ON p.id = d.person_id ORDER BY asked.place"#,
            keys,
        )
        .fetch_all(db)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Delivery {
                    id: row.id,
                    way: way(row.id, &row.way)?,
                    address: row.address,
                    person: row.person,
                    headline: row.headline,
                    state: state(row.id, &row.state)?,
                    attempts: row.attempts,
                    answer: row.answer,
                    at: row.created_at.to_jiff(),
                })
            })
            .collect()
    }
}

fn state(id: i64, name: &str) -> Result<State> {
    State::parse(name).ok_or_else(|| Error::internal(format!("deliveries {id}: state")))
}

fn way(id: i64, name: &str) -> Result<Way> {
    Way::parse(name).ok_or_else(|| Error::internal(format!("deliveries {id}: way")))
}

/// One delivery.
///
/// # Errors
/// `NotFound` for a number that there is not.
pub async fn get(engine: &Engine, id: i64) -> Result<Mailed> {
    let mut db = engine.pool().acquire().await?;
    let found = Delivery::rows(&mut db, &[id]).await?;
    let delivery = found.into_iter().next().ok_or(Error::NotFound)?;
    let row = sqlx::query!(
        "SELECT d.token, d.thread, d.tried_at, d.letter, d.decision_id, d.password_link_id, d.person_id, d.attachment_id,
             (SELECT a.name FROM attachments a WHERE a.id = d.attachment_id) AS file FROM deliveries d WHERE d.id = $1",
        id,
    )
    .fetch_one(&mut *db)
    .await?;
    drop(db);
    let acts = Acts::of(row.person_id, row.decision_id, row.password_link_id);
    let kept = row.letter.map(|letter| Kept { letter, acts });
    let (text, html) = match kept {
        None => (None, None),
        Some(kept) if delivery.way == Way::Sms => (Some(kept.in_brief(engine)?), None),
        // Whose mail goes nowhere else has its links from here.
        Some(kept) if delivery.state == State::Outbox => {
            let parts = kept.for_its_reader(engine).await?;
            (Some(parts.text), Some(parts.html))
        }
        Some(kept) => {
            let parts = kept.laid_out(engine)?;
            (Some(parts.text), Some(parts.html))
        }
    };
    Ok(Mailed {
        delivery,
        token: row.token,
        thread: row.thread,
        attachment: row.attachment_id.zip(row.file),
        tried_at: row.tried_at.map(jiff_sqlx::Timestamp::to_jiff),
        text,
        html,
    })
}

/// Has a message that was not sent tried again.
///
/// # Errors
/// `Forbidden` for who is no administrator, `NotFound`, `Stale` for one that is sent or about to be, `Repeated`.
pub async fn send_again(engine: &Engine, actor: &Actor, request_id: Uuid, id: i64) -> Result<()> {
    if !may_enter(Area::Outbox, Some(actor)) {
        return Err(Error::Forbidden(
            "Only administrators send messages again.".to_owned(),
        ));
    }
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, actor.id, request_id, "send_again").await?;
    if !again(&mut tx, engine, id).await? {
        get(engine, id).await?;
        return Err(Error::Stale(
            "This message is sent, or about to be.".to_owned(),
        ));
    }
    request::finish(&mut tx, actor.id, request_id, &address(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// How many messages could not be delivered, counted to 100.
pub async fn failed(engine: &Engine) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (SELECT FROM deliveries WHERE state = 'failed' LIMIT 100) f"#,
    )
    .fetch_one(engine.pool())
    .await?;
    Ok(count)
}

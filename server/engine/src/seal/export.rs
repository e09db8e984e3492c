//! Each day's last seal as a file and by mail: kept elsewhere, it shows that what it covers was there (spec README, "History").

use std::path::{Path, PathBuf};

use domain::ids::PersonId;
use jiff::{Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};

use crate::{
    Engine, Error, Result,
    mail::{self, Letter, Mail},
};

/// The version of the file.
const FORMAT: &str = "countersign-seal-1";

/// A seal as its file holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    format: String,
    /// `seals.id`.
    pub id: i64,
    /// How many rows it covers.
    pub rows: i64,
    /// When it was made.
    pub at: Timestamp,
    /// In hexadecimal digits.
    pub(super) hash: String,
}

impl Exported {
    /// From a file's text; `None` when it is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let seal: Self = serde_json::from_str(text).ok()?;
        let hashed =
            seal.hash.len() == 64 && seal.hash.bytes().all(|digit| digit.is_ascii_hexdigit());
        (seal.format == FORMAT && hashed).then_some(seal)
    }
}

/// Writes the last seal of every day that is over and has no file yet: `2026-11-23.json`. A file that is there stays as it is:
/// it is the evidence. Returns how many were written.
pub async fn export(engine: &Engine, folder: &Path) -> Result<usize> {
    tokio::fs::create_dir_all(folder)
        .await
        .map_err(|error| at(folder, &error))?;
    let last = newest(folder).await?.map_or(0, |seal| seal.id);
    let now = engine.clock().now().to_zoned(TimeZone::UTC);
    let today = now.start_of_day().map_err(Error::internal)?.timestamp();
    let seals = sqlx::query!(
        r#"SELECT DISTINCT ON ((at AT TIME ZONE 'UTC')::date) (at AT TIME ZONE 'UTC')::date::text AS "day!", id, rows, at,
               encode(hash, 'hex') AS "hash!" FROM seals
           WHERE id > $1 AND at < $2 ORDER BY (at AT TIME ZONE 'UTC')::date, id DESC"#,
        last,
        today.to_sqlx(),
    )
    .fetch_all(engine.pool())
    .await?;
    let mut written = 0;
    for seal in seals {
        let exported = Exported {
            format: FORMAT.to_owned(),
            id: seal.id,
            rows: seal.rows,
            at: seal.at.to_jiff(),
            hash: seal.hash,
        };
        // First, for a file that is there is not looked at again.
        mail_out(engine, &seal.day, &exported).await?;
        written += usize::from(write(folder, &seal.day, &exported).await?);
    }
    Ok(written)
}

/// Mails the seal to every administrator and auditor, once: what several people were sent, nobody takes back.
async fn mail_out(engine: &Engine, day: &str, seal: &Exported) -> Result<()> {
    let mut tx = engine.begin().await?;
    let first = sqlx::query!(
        "UPDATE organisation SET mailed_seal = $1 WHERE mailed_seal < $1",
        seal.id,
    )
    .execute(&mut *tx)
    .await?;
    if first.rows_affected() == 0 {
        return Ok(());
    }
    let readers = sqlx::query!(
        "SELECT DISTINCT p.id, p.email FROM people p JOIN person_roles r ON r.person_id = p.id
         WHERE r.role IN ('administrator', 'auditor') AND p.deactivated_at IS NULL ORDER BY p.id",
    )
    .fetch_all(&mut *tx)
    .await?;
    for reader in readers {
        let mail = Mail {
            person: Some(PersonId(reader.id)),
            address: reader.email,
            letter: letter(day, seal)?,
            thread: None,
            password_link: None,
            attachment: None,
        };
        mail::enqueue(&mut tx, engine, &mail).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn letter(day: &str, seal: &Exported) -> Result<Letter> {
    Ok(Letter {
        headline: format!("The history's last seal of {day}"),
        paragraphs: vec![
            "Keep this mail. It shows what the history was at the end of that day: whoever changes a row of it later makes it \
             fail against this seal."
                .to_owned(),
            "To compare, save the line below as a file and run: countersign audit verify --against FILE".to_owned(),
            serde_json::to_string(seal).map_err(Error::internal)?,
        ],
        facts: vec![
            ("Rows".to_owned(), seal.rows.to_string()),
            ("Sealed at".to_owned(), seal.at.to_string()),
        ],
        because: "You get this each day because you are an administrator or an auditor.".to_owned(),
        ..Letter::default()
    })
}

/// Whole or not at all; false when there is one of this day.
async fn write(folder: &Path, day: &str, seal: &Exported) -> Result<bool> {
    let path = folder.join(format!("{day}.json"));
    if tokio::fs::try_exists(&path)
        .await
        .map_err(|error| at(&path, &error))?
    {
        return Ok(false);
    }
    let text = serde_json::to_string_pretty(seal).map_err(Error::internal)?;
    let part = folder.join(format!("{day}.part"));
    tokio::fs::write(&part, format!("{text}\n"))
        .await
        .map_err(|error| at(&part, &error))?;
    tokio::fs::rename(&part, &path)
        .await
        .map_err(|error| at(&path, &error))?;
    Ok(true)
}

/// The seal of the newest file; `None` where there is none that can be read.
pub(super) async fn newest(folder: &Path) -> Result<Option<Exported>> {
    let mut files: Vec<PathBuf> = Vec::new();
    let Ok(mut found) = tokio::fs::read_dir(folder).await else {
        return Ok(None);
    };
    while let Some(file) = found
        .next_entry()
        .await
        .map_err(|error| at(folder, &error))?
    {
        if file.path().extension().is_some_and(|end| end == "json") {
            files.push(file.path());
        }
    }
    let Some(newest) = files.into_iter().max() else {
        return Ok(None);
    };
    let text = tokio::fs::read_to_string(&newest)
        .await
        .map_err(|error| at(&newest, &error))?;
    let unreadable = || Error::internal(format!("{} holds no seal", newest.display()));
    Exported::parse(&text).map(Some).ok_or_else(unreadable)
}

fn at(path: &Path, error: &std::io::Error) -> Error {
    Error::internal(format!("{}: {error}", path.display()))
}

//! Files attached to records of every workflow (spec README, "Comments and attachments").
//!
//! A file is written first, its row and its history after it: a crash between leaves a file that no row names, and a daily job
//! removes it. The rows are the truth.

mod files;
mod kind;
mod made;
mod remove;
mod store;

#[cfg(test)]
mod tests;

pub use files::Files;
pub(crate) use made::{Made, Whole, whole};
pub use remove::remove_orphans;
pub use remove::{Doomed, doomed, remove};
pub(crate) use store::all;

use bytes::{Bytes, BytesMut};
use domain::{
    actor::Actor,
    attachment::{PER_RECORD_MAX, SIZE_MAX, file_name},
    comment::may_comment,
};
use futures::{Stream, StreamExt, stream::BoxStream};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    Engine, Error, Result, Tx, record, request,
    transition_log::{self, Entry, Subject},
};
use store::Written;

/// The form field of the file.
const FIELD: &str = "file";

/// A file as its record shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// `attachments.id`.
    pub id: Uuid,
    /// As it was called where it came from.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Who added it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether the reader can still remove it.
    pub removable: bool,
}

/// Where a file is read: `/attachments/…`.
pub fn address(id: Uuid) -> String {
    format!("/attachments/{id}")
}

/// A file as its form sent it, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// To what.
    pub subject: Subject,
    /// The form's, so that a double click adds one file.
    pub request_id: Uuid,
    /// As the browser calls it.
    pub name: String,
}

/// Adds a file to a record, piece by piece as it comes. Returns the record's address.
///
/// # Errors
/// `NotFound` for a record the actor may not see, `Forbidden` for auditors, `Invalid` (`file`) for none, an empty or too large
/// one, a program, one whose name says something else than its bytes, or one that broke off, `Repeated`.
pub async fn attach<S, E>(
    engine: &Engine,
    files: &Files,
    actor: &Actor,
    new: &NewFile,
    content: S,
) -> Result<String>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    check(&mut *engine.pool().acquire().await?, new.subject, actor).await?;
    let name = file_name(&new.name).ok_or_else(|| Error::field(FIELD, "Choose a file."))?;
    let file = write(files, name, content).await?;
    let kept = keep(engine, actor, new, &file).await;
    if kept.is_err()
        && let Err(error) = files.remove(file.id).await
    {
        tracing::warn!(%error, "a file that was refused is not gone yet");
    }
    kept
}

/// Whether the actor may add a file to the record, and it may have one more.
async fn check(db: &mut PgConnection, subject: Subject, actor: &Actor) -> Result<()> {
    record::check_seen(db, subject, actor).await?;
    if !may_comment(actor) {
        return Err(Error::Forbidden(
            "Auditors read everything and change nothing.".to_owned(),
        ));
    }
    let full = i64::try_from(PER_RECORD_MAX).unwrap_or(i64::MAX);
    if store::count(db, subject).await? >= full {
        let message = format!("There are {PER_RECORD_MAX} files already, which is the most.");
        return Err(Error::field(FIELD, message));
    }
    Ok(())
}

/// Writes a file as it comes, if it is one that is accepted.
async fn write<S, E>(files: &Files, name: String, mut content: S) -> Result<Written>
where
    S: Stream<Item = std::result::Result<Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    let mut head = BytesMut::new();
    while head.len() < kind::HEAD {
        let Some(piece) = content.next().await else {
            break;
        };
        head.extend_from_slice(&arrived(piece)?);
    }
    if head.is_empty() {
        return Err(Error::field(FIELD, "This file is empty. Choose another."));
    }
    let media_type = kind::of(&name, &head)?;
    let id = Uuid::new_v4();
    let mut writing = files.write(id);
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    let mut next = Some(Ok(head.freeze()));
    while let Some(piece) = next {
        let taken = match piece {
            Ok(piece) => {
                size += piece.len() as u64;
                hash.update(&piece);
                within(size).map(|()| piece)
            }
            Err(error) => Err(error),
        };
        let put = match taken {
            Ok(piece) => writing.put(piece).await,
            Err(error) => Err(error),
        };
        if let Err(error) = put {
            writing.give_up().await;
            return Err(error);
        }
        next = content.next().await.map(arrived);
    }
    writing.end().await?;
    Ok(Written {
        id,
        name,
        size,
        media_type,
        sha256: hash.finalize().into(),
    })
}

fn within(size: u64) -> Result<()> {
    if size <= SIZE_MAX {
        return Ok(());
    }
    let message = format!(
        "This file is larger than {} MB. Choose a smaller one.",
        SIZE_MAX / 1024 / 1024
    );
    Err(Error::field(FIELD, message))
}

/// A piece of the file, unless it broke off.
fn arrived<E: std::fmt::Display>(piece: std::result::Result<Bytes, E>) -> Result<Bytes> {
    piece.map_err(|error| {
        tracing::debug!(%error, "a file broke off");
        Error::field(FIELD, "The file did not arrive whole. Try again.")
    })
}

/// The row and the history of a file that is written.
async fn keep(engine: &Engine, actor: &Actor, new: &NewFile, file: &Written) -> Result<String> {
    let subject = new.subject;
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, actor.id, new.request_id, "attach").await?;
    // It may have taken minutes to come.
    check(&mut tx, subject, actor).await?;
    store::insert(&mut tx, engine, (subject, actor.id), file).await?;
    let hash = hex::encode(file.sha256);
    log(
        &mut tx,
        engine,
        (subject, actor),
        ("attach", &file.name, hash),
    )
    .await?;
    let address = record::address(subject);
    request::finish(&mut tx, actor.id, new.request_id, &address).await?;
    tx.commit().await?;
    Ok(address)
}

/// One row of the record's history: what happened to which file.
async fn log(
    tx: &mut Tx,
    engine: &Engine,
    (subject, actor): (Subject, &Actor),
    (event, name, sha256): (&str, &str, String),
) -> Result<()> {
    let entry = Entry {
        event: event.to_owned(),
        actor: Some(actor.id),
        way: "page",
        data: json!({ "file": name, "sha256": sha256 }),
        ..Entry::default()
    };
    transition_log::append(tx, engine, subject, &[entry]).await
}

/// A file to be sent.
pub struct Download {
    /// As it was called where it came from.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Told from its first bytes.
    pub media_type: String,
    /// What it holds.
    pub content: BoxStream<'static, std::io::Result<Bytes>>,
}

/// A file, for those who may see its record.
///
/// # Errors
/// `NotFound` for one that is not there, was removed, or hangs on a record the actor may not see.
pub async fn open(engine: &Engine, files: &Files, actor: &Actor, id: Uuid) -> Result<Download> {
    let mut db = engine.pool().acquire().await?;
    let found = store::find(&mut db, id).await?.ok_or(Error::NotFound)?;
    record::check_seen(&mut db, found.subject, actor).await?;
    drop(db);
    Ok(Download {
        name: found.name,
        size: found.size,
        media_type: found.media_type,
        content: files.read(id).await?,
    })
}

//! Removing a file from a draft, and the files that no row names.

use domain::actor::Actor;
use futures::StreamExt;
use jiff::SignedDuration;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Files, log, store, store::Found};
use crate::{Engine, Error, Result, record, request};

/// A file that its reader can remove, before they are asked whether they want to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doomed {
    /// As it was called where it came from.
    pub name: String,
    /// Where its record is read.
    pub record: String,
}

/// The file, if the actor can remove it now.
///
/// # Errors
/// As [`remove`].
pub async fn doomed(engine: &Engine, actor: &Actor, id: Uuid) -> Result<Doomed> {
    let found = removable(&mut *engine.begin().await?, actor, id).await?;
    Ok(Doomed {
        name: found.name,
        record: record::address(found.subject),
    })
}

/// Removes a file that nobody has decided with. Returns its record's address.
///
/// # Errors
/// `NotFound` as for [`super::open`], `Forbidden` for what is not a draft's, was there when it was submitted, or is somebody
/// else's draft, `Repeated`.
pub async fn remove(engine: &Engine, actor: &Actor, request_id: Uuid, id: Uuid) -> Result<String> {
    let mut tx = engine.begin().await?;
    request::claim(&mut tx, engine, actor.id, request_id, "remove_attachment").await?;
    let found = removable(&mut tx, actor, id).await?;
    if !store::mark_removed(&mut tx, engine, id, actor.id).await? {
        return Err(Error::NotFound);
    }
    let what = (
        "remove_attachment",
        found.name.as_str(),
        hex::encode(&found.sha256),
    );
    log(&mut tx, engine, (found.subject, actor), what).await?;
    let address = record::address(found.subject);
    request::finish(&mut tx, actor.id, request_id, &address).await?;
    tx.commit().await?;
    Ok(address)
}

/// The file and a lock on its record, so that it is not submitted meanwhile.
async fn removable(db: &mut PgConnection, actor: &Actor, id: Uuid) -> Result<Found> {
    let found = store::find(db, id).await?.ok_or(Error::NotFound)?;
    let since = record::lock_removable_since(db, found.subject, actor).await?;
    if since.is_some_and(|since| found.at > since) {
        return Ok(found);
    }
    Err(Error::Forbidden(
        "A file is removed by who raised the record, and only while nobody was asked to decide with it.".to_owned(),
    ))
}

/// How many files are asked about at once.
const BATCH: usize = 500;

/// Removes the files that no row names, or whose row is marked removed: those of yesterday and before, so that none that is
/// just being added is among them. Returns how many.
pub async fn remove_orphans(engine: &Engine, files: &Files) -> Result<usize> {
    let before = engine.clock().now() - SignedDuration::from_hours(24);
    let mut batches = files.older_than(before).chunks(BATCH);
    let mut removed = 0;
    while let Some(batch) = batches.next().await {
        let ids = batch.into_iter().collect::<Result<Vec<Uuid>>>()?;
        let kept = store::kept(&mut *engine.pool().acquire().await?, &ids).await?;
        for id in ids.into_iter().filter(|id| !kept.contains(id)) {
            files.remove(id).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

//! Files that this program makes itself, and reads to send them.

use bytes::{Bytes, BytesMut};
use domain::ids::PersonId;
use futures::TryStreamExt as _;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Files,
    store::{self, Written},
};
use crate::{
    Engine, Error, Result, Tx,
    transition_log::{self, Entry, Subject},
};

/// A PDF under an id that was given it before it was made: made again, it is the same file.
pub(crate) struct Made {
    /// `attachments.id`.
    pub id: Uuid,
    /// On what it hangs.
    pub subject: Subject,
    /// Who caused it.
    pub by: PersonId,
    /// With its ending.
    pub name: String,
    pub content: Bytes,
}

impl Made {
    /// Writes the bytes. Until [`Made::keep`] no row names them.
    pub(crate) async fn write(&self, files: &Files) -> Result<()> {
        let mut writing = files.write(self.id);
        if let Err(error) = writing.put(self.content.clone()).await {
            writing.give_up().await;
            return Err(error);
        }
        writing.end().await
    }

    /// Its row and its history; false when it is kept already.
    pub(crate) async fn keep(&self, tx: &mut Tx, engine: &Engine) -> Result<bool> {
        let sha256 = Sha256::digest(&self.content).into();
        let file = Written {
            id: self.id,
            name: self.name.clone(),
            size: self.content.len().try_into().map_err(Error::internal)?,
            media_type: "application/pdf",
            sha256,
        };
        if !store::insert(tx, engine, (self.subject, self.by), &file).await? {
            return Ok(false);
        }
        let entry = Entry {
            event: "attach".to_owned(),
            actor: Some(self.by),
            way: "system",
            data: json!({ "file": self.name, "sha256": hex::encode(sha256) }),
            ..Entry::default()
        };
        transition_log::append(tx, engine, self.subject, &[entry]).await?;
        Ok(true)
    }
}

/// A file in one piece, to be sent.
pub(crate) struct Whole {
    pub name: String,
    pub media_type: String,
    pub content: Bytes,
}

/// A file whole. The caller has asked whether it may leave.
///
/// # Errors
/// `NotFound` for one that is not there or was removed.
pub(crate) async fn whole(db: &mut PgConnection, files: &Files, id: Uuid) -> Result<Whole> {
    let found = store::find(db, id).await?.ok_or(Error::NotFound)?;
    let pieces = files.read(id).await?;
    let content: BytesMut = pieces.try_collect().await.map_err(Error::internal)?;
    Ok(Whole {
        name: found.name,
        media_type: found.media_type,
        content: content.freeze(),
    })
}

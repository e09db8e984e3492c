//! Where the bytes of attachments are: a folder, or a bucket. The rows are the truth; what no row names is removed daily.

use std::{fmt, path::Path, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, stream::BoxStream};
use jiff::Timestamp;
use object_store::{
    ObjectStore, ObjectStoreExt,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    buffered::BufWriter,
    local::LocalFileSystem,
    path::Path as Key,
    prefix::PrefixStore,
};
use tokio::io::AsyncWriteExt;
use uuid::Uuid;

use crate::{Error, Result};

/// Bytes held before they are sent on: the least that S3 takes as a part.
const PART: usize = 5 * 1024 * 1024;

/// The files. Cheap to clone.
#[derive(Clone)]
pub struct Files(Arc<dyn ObjectStore>);

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.0)
    }
}

impl Files {
    /// In a folder that is there. What was written is on the disk before it counts as written.
    pub fn in_folder(folder: &Path) -> Result<Self> {
        let store = LocalFileSystem::new_with_prefix(folder).map_err(Error::internal)?;
        Ok(Self(Arc::new(store.with_fsync(true))))
    }

    /// In a bucket of S3 or what speaks like it, under a prefix that may be empty. `settings`: the usual `AWS_…` variables, by
    /// name. Nothing is asked of the bucket yet.
    pub fn in_bucket(bucket: &str, prefix: &str, settings: &[(String, String)]) -> Result<Self> {
        // The second one finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let known = settings.iter().filter_map(|(name, value)| {
            let key: AmazonS3ConfigKey = name.to_lowercase().parse().ok()?;
            Some((key, value))
        });
        let builder = known.fold(AmazonS3Builder::new(), |builder, (key, value)| {
            builder.with_config(key, value)
        });
        let store = builder
            .with_bucket_name(bucket)
            .build()
            .map_err(Error::internal)?;
        Ok(Self(Arc::new(PrefixStore::new(store, prefix))))
    }

    /// Begins a file; nobody finds it before [`Writing::end`].
    pub(super) fn write(&self, id: Uuid) -> Writing {
        let writer = BufWriter::with_capacity(self.0.clone(), key(id), PART);
        Writing(writer.with_max_concurrency(2))
    }

    /// A file's bytes, as they come.
    pub(super) async fn read(
        &self,
        id: Uuid,
    ) -> Result<BoxStream<'static, std::io::Result<Bytes>>> {
        let found = self.0.get(&key(id)).await.map_err(Error::internal)?;
        Ok(found
            .into_stream()
            .map(|piece| piece.map_err(std::io::Error::other))
            .boxed())
    }

    /// Removes a file; one that is not there is no error.
    pub(super) async fn remove(&self, id: Uuid) -> Result<()> {
        match self.0.delete(&key(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// The files last written before `moment`, in no order.
    pub(super) fn older_than(&self, moment: Timestamp) -> BoxStream<'static, Result<Uuid>> {
        let listed = self.0.list(None);
        let old = listed.filter_map(move |meta| {
            let found = match meta {
                Ok(meta) => {
                    let old = meta.last_modified.timestamp() < moment.as_second();
                    // What does not carry a name of ours is not ours.
                    let id = Uuid::try_parse(meta.location.as_ref()).ok();
                    id.filter(|_| old).map(Ok)
                }
                Err(error) => Some(Err(Error::internal(error))),
            };
            std::future::ready(found)
        });
        old.boxed()
    }
}

fn key(id: Uuid) -> Key {
    Key::from(id.to_string())
}

/// A file that is being written.
pub(super) struct Writing(BufWriter);

impl Writing {
    pub(super) async fn put(&mut self, piece: Bytes) -> Result<()> {
        self.0.put(piece).await.map_err(Error::internal)
    }

    pub(super) async fn end(mut self) -> Result<()> {
        self.0.shutdown().await.map_err(Error::internal)
    }

    /// Drops what was written. What cannot be dropped is removed with what no row names.
    pub(super) async fn give_up(mut self) {
        if let Err(error) = self.0.abort().await {
            tracing::warn!(%error, "a file that was refused is not gone yet");
        }
    }
}

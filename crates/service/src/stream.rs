//! A device's stream as a file, and rows that come back as one: for sticks that travel where no
//! network goes, and for the day on which a disk is lost.

use crate::log::Base;
use paso_domain::id::StreamId;
use paso_formats::{
    batch::{self, Batch, BatchError, Expected, Header, WriteError, Writer},
    feed::{Feed, FeedError, Place},
    key::{KeyId, PublicKey},
};
use paso_store::{DatabaseError, ImportError, Imported, Store};
use paso_tlog::checkpoint::Origin;

/// Rows read at once.
const PAGE: u32 = 1024;

/// Why a stream is not exported, or a file not imported.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Nothing to export.
    #[error("{stream:?} has no entries after number {after}")]
    Empty {
        /// The stream.
        stream: StreamId,
        /// The number asked for.
        after: u64,
    },
    /// The rows break the format.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Neither kind of file.
    #[error(
        "this is neither a stream batch nor a log feed, and nothing was taken; choose a file that \
         paso or veedor has written"
    )]
    NeitherKind,
    /// A batch that cannot be used.
    #[error(transparent)]
    Batch(BatchError),
    /// A feed that cannot be used.
    #[error(transparent)]
    Feed(FeedError),
    /// The rows are refused.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The entries of a stream after a number as a batch.
///
/// # Errors
/// See [`StreamError`].
pub async fn export(
    store: &Store,
    authority: &str,
    stream: StreamId,
    after: u64,
) -> Result<Vec<u8>, StreamError> {
    let mut page = store.entries_of(stream, after, PAGE).await?;
    let (Some(first), Some((count, last))) = (page.first(), store.span_of(stream, after).await?)
    else {
        return Err(StreamError::Empty { stream, after });
    };
    let header = Header {
        authority: authority.to_owned(),
        stream,
        first: first.leaf.sequence(),
        last,
        count,
    };
    let mut file = Vec::new();
    let mut writer = Writer::begin(header, &mut file)?;
    while let Some(end) = page.last().map(|row| row.leaf.sequence()) {
        // What a running device has added since the header was written is for the next batch.
        for row in page.iter().filter(|row| row.leaf.sequence() <= last) {
            writer.row(&row.row(), &mut file)?;
        }
        if end >= last {
            break;
        }
        page = store.entries_of(stream, end, PAGE).await?;
    }
    writer.finish(&mut file)?;
    Ok(file)
}

/// A stream that is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The stream.
    pub stream: StreamId,
    /// The name of its key.
    pub key: KeyId,
    /// How many entries of it are here.
    pub count: u64,
    /// The highest number among them; equal to the count where none is missing.
    pub last: u64,
}

/// The streams that are known here, by name.
///
/// # Errors
/// When the database fails.
pub async fn list(store: &Store) -> Result<Vec<Known>, StreamError> {
    let mut known = Vec::new();
    for (stream, key) in store.devices().await? {
        let (count, last) = store.span_of(stream, 0).await?.unwrap_or_default();
        known.push(Known {
            stream,
            key: key.key_id(),
            count,
            last,
        });
    }
    known.sort_by_key(|known| known.stream);
    Ok(known)
}

/// Whose files are taken in.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// The authority of a batch.
    pub authority: &'a str,
    /// The base of a feed's log.
    pub log: &'a Base,
}

/// Takes the rows of a file in: a batch of any stream of this authority, or a feed of one of its
/// logs. `keys` are the devices' keys that the authority vouches for.
///
/// # Errors
/// See [`StreamError`].
pub async fn import(
    store: &Store,
    ours: Ours<'_>,
    file: &[u8],
    keys: &[PublicKey],
) -> Result<Imported, StreamError> {
    let expected = Expected {
        authority: ours.authority,
        stream: None,
    };
    match Batch::read(file, expected) {
        Ok(batch) => {
            let rows: Vec<batch::Row<'_>> = batch.rows().collect();
            Ok(store.import(&rows, keys).await?)
        }
        Err(BatchError::NotABatch) => {
            let feed = Feed::read(file, None).map_err(|error| match error {
                FeedError::NotAFeed => StreamError::NeitherKind,
                error => StreamError::Feed(error),
            })?;
            let origin = &feed.header().origin;
            if Origin::new(origin)
                .and_then(|origin| ours.log.label(&origin))
                .is_none()
            {
                return Err(StreamError::Feed(FeedError::ForeignOrigin(origin.clone())));
            }
            let places: Vec<_> = feed
                .places()
                .filter_map(|(place, row)| match row {
                    Place::Entry(row) => Some((place, row)),
                    Place::Opening(_) => None,
                })
                .collect();
            Ok(store.restore(&places, keys).await?)
        }
        Err(error) => Err(StreamError::Batch(error)),
    }
}

impl crate::Service {
    /// The streams that are known here, by name.
    ///
    /// # Errors
    /// See [`list`].
    pub async fn streams(&self) -> Result<Vec<Known>, StreamError> {
        list(self.store()).await
    }

    /// The entries of a stream of this installation after a number, as a batch.
    ///
    /// # Errors
    /// See [`StreamError`].
    pub async fn export_stream(
        &self,
        stream: StreamId,
        after: u64,
    ) -> Result<Vec<u8>, StreamError> {
        export(self.store(), &self.authority().code, stream, after).await
    }
}

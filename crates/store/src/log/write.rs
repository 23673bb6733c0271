//! Opening logs, integrating entries, keeping notes.

use super::{LogRow, Published};
use crate::{
    Store,
    error::DatabaseError,
    sql::{Value, statements},
};
use paso_tlog::{
    checkpoint::{Head, Origin},
    tile::{Kind, Tile, TilePath},
};

statements! {
    OPEN = "INSERT INTO log (ordinal, origin, opening, first_number, size, root, signed)
        VALUES {{rows}}";
    ADVANCE = "UPDATE log SET size = $1, root = $2 WHERE ordinal = $3 AND size = $4
        RETURNING ordinal";
    PUT_TILES = "INSERT INTO log_tile (ordinal, level, place, hashes) VALUES {{rows}}
        ON CONFLICT (ordinal, level, place) DO UPDATE SET hashes = excluded.hashes";
    DROP_TILES = "DELETE FROM log_tile WHERE (ordinal, level, place) IN (VALUES {{rows}})";
    SIGNED = "UPDATE log SET signed = $1, note = $2 WHERE ordinal = $3 AND signed <= $1
        RETURNING ordinal";
    PUBLISH = "INSERT INTO published (ordinal, size, root, origin, note, at) VALUES {{rows}}
        ON CONFLICT (ordinal, size) DO UPDATE SET note = excluded.note";
}

/// A log to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLog {
    /// One more than the newest log's.
    pub ordinal: u64,
    /// Its origin, never used before.
    pub origin: Origin,
    /// Its leaf 0.
    pub opening: Vec<u8>,
    /// The number of its first entry.
    pub first_number: u64,
}

/// One step of a log: from the tree that was there to the tree that comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// Which log.
    pub ordinal: u64,
    /// The size that must still be there.
    pub from: u64,
    /// The head that comes.
    pub to: Head,
    /// The tiles that became full and the partial ones, as they are then.
    pub tiles: Vec<Tile>,
}

/// Why a log did not move on.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// Another process has moved it. Nothing was stored.
    #[error("another process sequences this log; read its state again")]
    Moved,
    /// The database failed. Nothing was stored, unless the commit was under way.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

fn level_of(path: &TilePath) -> Value {
    Value::from(u64::from(path.kind().level()))
}

impl Store {
    /// Opens a log, empty. Fails where there is one of this ordinal or origin.
    pub async fn open_log(&self, log: &NewLog) -> Result<LogRow, DatabaseError> {
        let empty = Head::EMPTY;
        let row = [
            Value::from(log.ordinal),
            Value::from(log.origin.as_ref()),
            Value::from(log.opening.clone()),
            Value::from(log.first_number),
            Value::from(empty.size),
            Value::from(&empty.root.0),
            Value::from(0_u64),
        ];
        let mut tx = self.main().begin().await?;
        tx.put(&OPEN, vec![row]).await?;
        tx.commit().await?;
        Ok(LogRow {
            ordinal: log.ordinal,
            origin: log.origin.clone(),
            opening: log.opening.clone(),
            first_number: log.first_number,
            head: empty,
            note: None,
        })
    }

    /// Moves a log on, if it still has the size it had: head and tiles in one transaction, which is
    /// on disk when this returns.
    pub async fn integrate(&self, step: &Integration) -> Result<(), MoveError> {
        let rows = step.tiles.iter().map(|tile| {
            [
                Value::from(step.ordinal),
                level_of(&tile.path),
                Value::from(tile.path.index()),
                Value::from(tile.bytes()),
            ]
        });
        let rows: Vec<_> = rows.collect();
        let advance = vec![
            Value::from(step.to.size),
            Value::from(&step.to.root.0),
            Value::from(step.ordinal),
            Value::from(step.from),
        ];
        let mut tx = self.main().begin().await?;
        if tx.fetch(&ADVANCE, advance).await?.is_empty() {
            tx.rollback().await?;
            return Err(MoveError::Moved);
        }
        tx.put(&PUT_TILES, rows).await?;
        Ok(tx.commit().await?)
    }

    /// Keeps the newest checkpoint that a log signed. Never an older one over a newer.
    pub async fn keep_note(&self, ordinal: u64, size: u64, note: &str) -> Result<(), MoveError> {
        let values = vec![Value::from(size), Value::from(note), Value::from(ordinal)];
        let mut tx = self.main().begin().await?;
        if tx.fetch(&SIGNED, values).await?.is_empty() {
            tx.rollback().await?;
            return Err(MoveError::Moved);
        }
        Ok(tx.commit().await?)
    }

    /// Keeps a checkpoint that its policy found witnessed; one more cosignature replaces the note,
    /// not the time.
    pub async fn publish(&self, published: &Published) -> Result<(), DatabaseError> {
        let row = [
            Value::from(published.ordinal),
            Value::from(published.head.size),
            Value::from(&published.head.root.0),
            Value::from(published.origin.as_ref()),
            Value::from(published.note.as_str()),
            Value::from(published.at),
        ];
        let mut tx = self.main().begin().await?;
        tx.put(&PUBLISH, vec![row]).await?;
        tx.commit().await
    }

    /// Puts hash tiles in the place of those that are stored: tiles made anew from the entries.
    pub async fn replace_log_tiles(
        &self,
        ordinal: u64,
        tiles: &[Tile],
    ) -> Result<(), DatabaseError> {
        let rows = tiles.iter().map(|tile| {
            [
                Value::from(ordinal),
                level_of(&tile.path),
                Value::from(tile.path.index()),
                Value::from(tile.bytes()),
            ]
        });
        let mut tx = self.main().begin().await?;
        tx.put(&PUT_TILES, rows.collect()).await?;
        tx.commit().await
    }

    /// Removes full tiles that are files now.
    pub async fn drop_log_tiles(
        &self,
        ordinal: u64,
        paths: &[TilePath],
    ) -> Result<(), DatabaseError> {
        let hashes = paths
            .iter()
            .filter(|path| path.kind() != Kind::Entries && path.is_full());
        let rows: Vec<_> = hashes
            .map(|path| {
                [
                    Value::from(ordinal),
                    level_of(path),
                    Value::from(path.index()),
                ]
            })
            .collect();
        let mut tx = self.main().begin().await?;
        tx.put(&DROP_TILES, rows).await?;
        tx.commit().await
    }
}

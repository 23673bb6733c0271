//! Reading logs, tiles, leaves and published checkpoints.

use super::{Leaf, LogRow, Published};
use crate::{
    Store,
    error::DatabaseError,
    sql::{Row, Value, statements},
};
use paso_domain::subject::Subject;
use paso_tlog::{
    checkpoint::{Head, Origin},
    hash::Hash,
    tile::{FULL_TILE_BYTES, Kind, TilePath},
};

statements! {
    LOGS = "SELECT ordinal, origin, opening, first_number, size, root, note FROM log
        ORDER BY ordinal";
    TILE = "SELECT hashes FROM log_tile WHERE ordinal = $1 AND level = $2 AND place = $3";
    FULL_TILES = "SELECT level, place, hashes FROM log_tile
        WHERE ordinal = $1 AND length(hashes) = $2 ORDER BY level, place LIMIT $3";
    LEAVES = "SELECT number, leaf FROM entry WHERE number >= $1 ORDER BY number LIMIT $2";
    OF_SUBJECT = "SELECT entry.number, entry.leaf FROM journal
        JOIN entry ON entry.position = journal.position
        WHERE journal.subject = $1 ORDER BY journal.position";
    NEWEST_PUBLISHED = "SELECT ordinal, origin, size, root, note, at FROM published
        ORDER BY ordinal DESC, size DESC LIMIT 1";
    PUBLISHED_LAST = "SELECT ordinal, origin, size, root, note, at FROM published
        WHERE ordinal = $1 ORDER BY size DESC LIMIT 1";
    PUBLISHED_FROM = "SELECT ordinal, origin, size, root, note, at FROM published
        WHERE ordinal = $1 AND size >= $2 ORDER BY size LIMIT $3";
}

impl LogRow {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            ordinal: row.number(0)?,
            origin: origin(row, 1)?,
            opening: row.bytes(2)?,
            first_number: row.number(3)?,
            head: head(row, 4)?,
            note: row.optional_text(6)?,
        })
    }
}

impl Published {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            ordinal: row.number(0)?,
            origin: origin(row, 1)?,
            head: head(row, 2)?,
            note: row.text(4)?,
            at: row.moment(5)?,
        })
    }
}

fn origin(row: &Row, column: usize) -> Result<Origin, DatabaseError> {
    Origin::new(&row.text(column)?)
        .ok_or_else(|| DatabaseError::corrupt(row.statement, column, "origin of a log"))
}

fn head(row: &Row, column: usize) -> Result<Head, DatabaseError> {
    Ok(Head {
        size: row.number(column)?,
        root: Hash(row.hash(column + 1)?),
    })
}

impl Store {
    /// All logs, the oldest first.
    pub async fn logs(&self) -> Result<Vec<LogRow>, DatabaseError> {
        let rows = self.main().fetch(&LOGS, Vec::new()).await?;
        rows.iter().map(LogRow::read).collect()
    }

    /// The bytes of a hash tile as far as it has grown, if the database has it. An entry bundle
    /// has no row of its own.
    pub async fn log_tile(
        &self,
        ordinal: u64,
        path: &TilePath,
    ) -> Result<Option<Vec<u8>>, DatabaseError> {
        let Kind::Hashes { level } = path.kind() else {
            return Ok(None);
        };
        let key = vec![
            Value::from(ordinal),
            Value::from(u64::from(level)),
            Value::from(path.index()),
        ];
        let rows = self.main().fetch(&TILE, key).await?;
        rows.first().map(|row| row.bytes(0)).transpose()
    }

    /// At most `limit` full tiles that the database still has, the lowest level first.
    pub async fn full_log_tiles(
        &self,
        ordinal: u64,
        limit: u32,
    ) -> Result<Vec<(TilePath, Vec<u8>)>, DatabaseError> {
        let values = vec![
            Value::from(ordinal),
            Value::from(FULL_TILE_BYTES as u64),
            Value::from(u64::from(limit)),
        ];
        let rows = self.main().fetch(&FULL_TILES, values).await?;
        rows.iter()
            .map(|row| {
                let kind = Kind::Hashes {
                    level: row.small(0)?,
                };
                let path = TilePath::full(kind, row.number(1)?)
                    .ok_or_else(|| DatabaseError::corrupt(row.statement, 0, "level of a tile"))?;
                Ok((path, row.bytes(2)?))
            })
            .collect()
    }

    /// At most `limit` entries from a number on, as they are hashed.
    pub async fn leaves(&self, from: u64, limit: u32) -> Result<Vec<Leaf>, DatabaseError> {
        let values = vec![Value::from(from), Value::from(u64::from(limit))];
        leaves(&self.main().fetch(&LEAVES, values).await?)
    }

    /// The entries of a subject's events, in the journal's order.
    pub async fn leaves_of(&self, subject: &Subject) -> Result<Vec<Leaf>, DatabaseError> {
        let values = vec![Value::from(subject.to_string())];
        leaves(&self.main().fetch(&OF_SUBJECT, values).await?)
    }

    /// The newest published checkpoint of all logs.
    pub async fn newest_published(&self) -> Result<Option<Published>, DatabaseError> {
        let rows = self.main().fetch(&NEWEST_PUBLISHED, Vec::new()).await?;
        rows.first().map(Published::read).transpose()
    }

    /// The newest published checkpoint of one log.
    pub async fn last_published(&self, ordinal: u64) -> Result<Option<Published>, DatabaseError> {
        let rows = self
            .main()
            .fetch(&PUBLISHED_LAST, vec![Value::from(ordinal)])
            .await?;
        rows.first().map(Published::read).transpose()
    }

    /// At most `limit` published checkpoints of one log with `size` leaves or more, the smallest
    /// first. The first of them bounds from above when the entry at index `size - 1` was made.
    pub async fn published_from(
        &self,
        ordinal: u64,
        size: u64,
        limit: u32,
    ) -> Result<Vec<Published>, DatabaseError> {
        let values = vec![
            Value::from(ordinal),
            Value::from(size),
            Value::from(u64::from(limit)),
        ];
        let rows = self.main().fetch(&PUBLISHED_FROM, values).await?;
        rows.iter().map(Published::read).collect()
    }
}

fn leaves(rows: &[Row]) -> Result<Vec<Leaf>, DatabaseError> {
    rows.iter()
        .map(|row| {
            Ok(Leaf {
                number: row.number(0)?,
                bytes: row.bytes(1)?,
            })
        })
        .collect()
}

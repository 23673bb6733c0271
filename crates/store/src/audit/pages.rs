//! Rows as they lie there, in pages.
//!
//! Nothing is believed of a row, so nothing of it is read into the types of the register here: a text
//! that is no subject is a finding, not a failure.

use core::mem;

use paso_formats::entry::Entry as Leaf;

use super::reader::Reader;
use crate::{
    error::DatabaseError,
    sql::{Row, Statement, Value},
};

/// Rows in a page. A body with a portrait has some 20 kB, so a page has a few MB at most.
const PAGE: usize = 512;

const JOURNAL: Statement = Statement {
    name: "audit::JOURNAL",
    text: "SELECT j.position, j.stream, j.sequence, j.subject, j.version, j.kind, j.schema,
            j.time, j.body, j.commitment, j.approvals, s.sealed, e.number, e.leaf
        FROM journal AS j LEFT JOIN entry AS e ON e.position = j.position
        LEFT JOIN statement AS s ON s.position = j.position
        WHERE j.position > $1 ORDER BY j.position LIMIT $2",
};
const VERSIONS: Statement = Statement {
    name: "audit::VERSIONS",
    text: "SELECT subject, version, position FROM journal
        WHERE (subject, version) > ($1, $2) ORDER BY subject, version LIMIT $3",
};
const ENTRIES: Statement = Statement {
    name: "audit::ENTRIES",
    text: "SELECT number, stream, sequence, position, leaf FROM entry
        WHERE number > $1 ORDER BY number LIMIT $2",
};
const STREAMS: Statement = Statement {
    name: "audit::STREAMS",
    text: "SELECT number, stream, sequence, position, leaf FROM entry
        WHERE (stream, sequence) > ($1, $2) ORDER BY stream, sequence LIMIT $3",
};
const LONELY_ENTRIES: Statement = Statement {
    name: "audit::LONELY_ENTRIES",
    text: "SELECT e.number, e.stream, e.sequence, e.position, e.leaf FROM entry AS e
        WHERE e.number > $1 AND e.position IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.position = e.position)
        ORDER BY e.number LIMIT $2",
};
const LONELY_STATEMENTS: Statement = Statement {
    name: "audit::LONELY_STATEMENTS",
    text: "SELECT s.position FROM statement AS s WHERE s.position > $1
            AND NOT EXISTS (SELECT 1 FROM journal AS j WHERE j.position = s.position)
        ORDER BY s.position LIMIT $2",
};
const LAST_POSITION: Statement = Statement {
    name: "audit::LAST_POSITION",
    text: "SELECT MAX(position) FROM journal",
};

/// The last position of the journal.
pub(super) async fn last_position(reader: &mut Reader) -> Result<u64, DatabaseError> {
    let rows = reader.fetch(&LAST_POSITION, Vec::new()).await?;
    Ok(match rows.first() {
        Some(row) => row.optional_number(0)?.unwrap_or(0),
        None => 0,
    })
}

/// A row of the journal with what stands beside it.
pub(super) struct Stored {
    pub(super) position: u64,
    pub(super) stream: String,
    pub(super) sequence: u64,
    pub(super) subject: String,
    pub(super) version: u64,
    pub(super) kind: String,
    pub(super) schema: u64,
    pub(super) time: i64,
    pub(super) body: Vec<u8>,
    pub(super) commitment: Vec<u8>,
    pub(super) approvals: Vec<u8>,
    pub(super) statement: Vec<u8>,
    /// The entry's number and leaf.
    pub(super) entry: Option<(u64, Vec<u8>)>,
}

impl Stored {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let entry = match (row.optional_number(12)?, row.optional_bytes(13)?) {
            (Some(number), Some(leaf)) => Some((number, leaf)),
            _ => None,
        };
        Ok(Self {
            position: row.number(0)?,
            stream: row.text(1)?,
            sequence: row.number(2)?,
            subject: row.text(3)?,
            version: row.number(4)?,
            kind: row.text(5)?,
            schema: row.number(6)?,
            time: row.moment(7)?.unix(),
            body: row.bytes(8)?,
            commitment: row.bytes(9)?,
            approvals: row.bytes(10)?,
            statement: row.optional_bytes(11)?.unwrap_or_default(),
            entry,
        })
    }
}

/// A page of the journal behind a position.
pub(super) async fn journal(reader: &mut Reader, after: u64) -> Result<Vec<Stored>, DatabaseError> {
    let values = vec![Value::from(after), Value::from(PAGE as u64)];
    let rows = reader.fetch(&JOURNAL, values).await?;
    rows.iter().map(Stored::read).collect()
}

/// Subject, version and position of the rows behind a subject and version, in their order.
pub(super) async fn versions(
    reader: &mut Reader,
    after: &(String, u64),
) -> Result<Vec<(String, u64, u64)>, DatabaseError> {
    let values = vec![
        Value::from(after.0.as_str()),
        Value::from(after.1),
        Value::from(PAGE as u64),
    ];
    let rows = reader.fetch(&VERSIONS, values).await?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, row.number(1)?, row.number(2)?)))
        .collect()
}

/// An entry as it lies there.
pub(super) struct StoredEntry {
    pub(super) number: u64,
    pub(super) stream: String,
    pub(super) sequence: u64,
    pub(super) position: Option<u64>,
    pub(super) bytes: Vec<u8>,
    /// The leaf, where it can be read.
    pub(super) leaf: Option<Leaf>,
}

impl StoredEntry {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let bytes = row.bytes(4)?;
        Ok(Self {
            number: row.number(0)?,
            stream: row.text(1)?,
            sequence: row.number(2)?,
            position: row.optional_number(3)?,
            leaf: Leaf::read(&bytes).ok(),
            bytes,
        })
    }

    pub(super) fn place(&self) -> super::Place {
        super::Place::Entry {
            number: self.number,
            of: Some((self.stream.clone(), self.sequence)),
        }
    }
}

fn entries_of(rows: &[Row]) -> Result<Vec<StoredEntry>, DatabaseError> {
    rows.iter().map(StoredEntry::read).collect()
}

/// Entries by number, one by one.
#[derive(Default)]
pub(super) struct Entries {
    page: std::vec::IntoIter<StoredEntry>,
    last: u64,
}

impl Entries {
    pub(super) async fn next(
        &mut self,
        reader: &mut Reader,
    ) -> Result<Option<StoredEntry>, DatabaseError> {
        if self.page.len() == 0 {
            let values = vec![Value::from(self.last), Value::from(PAGE as u64)];
            let page = entries_of(&reader.fetch(&ENTRIES, values).await?)?;
            // What was read is let go before the next page is looked at.
            drop(mem::replace(&mut self.page, page.into_iter()));
        }
        let next = self.page.next();
        if let Some(entry) = &next {
            self.last = entry.number;
        }
        Ok(next)
    }
}

/// A page of entries behind a stream and sequence, in the streams' order.
pub(super) async fn streams(
    reader: &mut Reader,
    after: &(String, u64),
) -> Result<Vec<StoredEntry>, DatabaseError> {
    let values = vec![
        Value::from(after.0.as_str()),
        Value::from(after.1),
        Value::from(PAGE as u64),
    ];
    entries_of(&reader.fetch(&STREAMS, values).await?)
}

/// A page of entries that name a position which has no row.
pub(super) async fn lonely_entries(
    reader: &mut Reader,
    after: u64,
) -> Result<Vec<StoredEntry>, DatabaseError> {
    let values = vec![Value::from(after), Value::from(PAGE as u64)];
    entries_of(&reader.fetch(&LONELY_ENTRIES, values).await?)
}

/// A page of positions that have a statement and no row.
pub(super) async fn lonely_statements(
    reader: &mut Reader,
    after: u64,
) -> Result<Vec<u64>, DatabaseError> {
    let values = vec![Value::from(after), Value::from(PAGE as u64)];
    let rows = reader.fetch(&LONELY_STATEMENTS, values).await?;
    rows.iter().map(|row| row.number(0)).collect()
}

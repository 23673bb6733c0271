//! The journal: what a row is, and how rows are read. How they get in is in `writer`.
//!
//! A row is final from the first event: later versions add tables beside it and never touch one.

use std::{collections::HashMap, ops::Range};

use paso_domain::{
    event::{Event, SCHEMA, UnreadableEvent},
    id::StreamId,
    subject::Subject,
};
use paso_formats::{
    envelope::{self, Label, NONCE_LEN, OpenError as SealError, Sealed, SubjectKey},
    moment::Moment,
};

use crate::{
    db::Db,
    error::DatabaseError,
    sql::{Row, Value, statements},
    tx::Tx,
};

/// An empty list in CBOR: no approvals.
const NO_APPROVALS: u8 = 0x80;

/// One event on its way into the journal: sealed for the journal, plain for the views.
#[derive(Clone, Debug)]
pub struct Entry {
    subject: Subject,
    event: Event,
    sealed: Sealed,
    approvals: Vec<u8>,
}

impl Entry {
    /// Seals an event under its subject's key. The nonce must be random and used once.
    #[must_use]
    pub fn seal(subject: Subject, event: Event, key: &SubjectKey, nonce: [u8; NONCE_LEN]) -> Self {
        let name = subject.to_string();
        let label = Label {
            subject: &name,
            kind: event.kind(),
            schema: SCHEMA,
        };
        let sealed = envelope::seal(&event.encode(), label, key, nonce);
        Self {
            subject,
            event,
            sealed,
            approvals: vec![NO_APPROVALS],
        }
    }

    /// The same entry with approvals: a deterministic CBOR list.
    #[must_use]
    pub fn approved(self, approvals: Vec<u8>) -> Self {
        Self { approvals, ..self }
    }

    /// What it is about.
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The plain event.
    pub const fn event(&self) -> &Event {
        &self.event
    }
}

/// Entries that are stored together or not at all.
#[derive(Clone, Debug)]
pub struct Append {
    /// The stream of the device that recorded them.
    pub stream: StreamId,
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// The versions on which the decision was taken; 0 for a subject nobody has written about.
    /// Subjects that were only read belong here too.
    pub expect: Vec<(Subject, u64)>,
}

/// Where entries came to lie, one number per entry, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Positions in the journal.
    pub positions: Range<u64>,
    /// Sequence numbers in the stream.
    pub sequences: Range<u64>,
}

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Place in the journal: 1 for the first, no holes.
    pub position: u64,
    /// The stream of the device that recorded it.
    pub stream: StreamId,
    /// Place in the stream: 1 for the first, no holes.
    pub sequence: u64,
    /// What it is about.
    pub subject: Subject,
    /// The subject's version with this row: 1 for the first, no holes.
    pub version: u64,
    /// Kind of the event.
    pub kind: String,
    /// Schema version of the body.
    pub schema: u16,
    /// The minute in which it happened.
    pub time: Moment,
    /// The sealed body and its commitment.
    pub sealed: Sealed,
    /// Approvals: a CBOR list.
    pub approvals: Vec<u8>,
}

/// Why a row's event cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableEntry {
    /// The body does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
    /// The body opens and is no event known here.
    #[error(transparent)]
    Event(#[from] UnreadableEvent),
}

impl Recorded {
    /// Opens and decodes the event.
    pub fn open(&self, key: &SubjectKey) -> Result<Event, UnreadableEntry> {
        let subject = self.subject.to_string();
        let label = Label {
            subject: &subject,
            kind: &self.kind,
            schema: self.schema,
        };
        let body = envelope::open(&self.sealed, label, key)?;
        Ok(Event::decode(&self.kind, self.schema, &body)?)
    }
}

statements! {
    /// Where the named streams and subjects, the journal and the views stand. One statement, so
    /// that one look at the database, taken under the lock, answers all a batch has to know.
    HEADS = "WITH named (name) AS (VALUES {{rows}})
        SELECT name,
            (SELECT sequence FROM journal WHERE stream = name ORDER BY sequence DESC LIMIT 1),
            (SELECT version FROM journal WHERE subject = name ORDER BY version DESC LIMIT 1),
            NULL
        FROM named
        UNION ALL
        SELECT NULL, (SELECT position FROM journal ORDER BY position DESC LIMIT 1),
            position, version
        FROM view_state";
    INSERT = "INSERT INTO journal (position, stream, sequence, subject, version, kind, schema, time,
        body, commitment, approvals) VALUES {{rows}}";
    BY_SUBJECT = "SELECT position, stream, sequence, subject, version, kind, schema, time, body,
        commitment, approvals FROM journal WHERE subject IN ({{list}}) ORDER BY position";
    FROM_POSITION = "SELECT position, stream, sequence, subject, version, kind, schema, time, body,
        commitment, approvals FROM journal WHERE position >= $1 ORDER BY position LIMIT $2";
    LAST_POSITION = "SELECT position FROM journal ORDER BY position DESC LIMIT 1";
}

/// What stands in front of a batch.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    /// The last position; 0 in an empty journal.
    pub(crate) position: u64,
    /// The position up to which the views have followed.
    pub(crate) views: u64,
    /// The version of the views.
    pub(crate) views_version: u64,
    /// Last sequence of each stream asked for that has entries.
    pub(crate) sequences: HashMap<String, u64>,
    /// Version of each subject asked for that has entries.
    pub(crate) versions: HashMap<String, u64>,
}

/// Reads the heads of the named streams and subjects. A stream's name (hexadecimal digits) is never
/// a subject's (it has a colon), so one list serves both.
pub(crate) async fn heads(tx: &mut Tx, names: Vec<String>) -> Result<Heads, DatabaseError> {
    let mut heads = Heads::default();
    for row in tx.fetch_list(&HEADS, Value::texts(names)).await? {
        let Some(name) = row.optional_text(0)? else {
            heads.position = row.optional_number(1)?.unwrap_or(0);
            heads.views = row.number(2)?;
            heads.views_version = row.number(3)?;
            continue;
        };
        if let Some(version) = row.optional_number(2)? {
            heads.versions.insert(name, version);
        } else if let Some(sequence) = row.optional_number(1)? {
            heads.sequences.insert(name, sequence);
        }
    }
    Ok(heads)
}

/// Inserts rows whose numbers the writer has assigned.
pub(crate) async fn insert(
    tx: &mut Tx,
    rows: impl Iterator<Item = Numbered<'_>>,
) -> Result<(), DatabaseError> {
    let rows = rows.map(|row| {
        let entry = row.entry;
        [
            Value::from(row.position),
            Value::from(row.stream.to_string()),
            Value::from(row.sequence),
            Value::from(entry.subject.to_string()),
            Value::from(row.version),
            Value::from(entry.event.kind()),
            Value::from(u64::from(SCHEMA)),
            Value::from(entry.event.at().floor_minute()),
            Value::from(entry.sealed.bytes.clone()),
            Value::from(entry.sealed.commitment.to_vec()),
            Value::from(entry.approvals.clone()),
        ]
    });
    tx.put(&INSERT, rows.collect()).await
}

/// An entry with its numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbered<'a> {
    pub(crate) position: u64,
    pub(crate) stream: StreamId,
    pub(crate) sequence: u64,
    pub(crate) version: u64,
    pub(crate) entry: &'a Entry,
}

/// The rows of these subjects, by position.
pub(crate) async fn load(db: &Db, subjects: &[Subject]) -> Result<Vec<Recorded>, DatabaseError> {
    let mut rows = recorded(&db.fetch_list(&BY_SUBJECT, Value::texts(subjects)).await?)?;
    // More subjects than fit one statement come in several lists.
    rows.sort_by_key(|row| row.position);
    Ok(rows)
}

/// Rows from a position on, at most `limit`.
pub(crate) async fn page(db: &Db, from: u64, limit: u32) -> Result<Vec<Recorded>, DatabaseError> {
    let values = vec![Value::from(from), Value::from(u64::from(limit))];
    recorded(&db.fetch(&FROM_POSITION, values).await?)
}

/// The last position; 0 in an empty journal.
pub(crate) async fn last_position(db: &Db) -> Result<u64, DatabaseError> {
    match db.fetch(&LAST_POSITION, Vec::new()).await?.first() {
        Some(row) => row.number(0),
        None => Ok(0),
    }
}

fn recorded(rows: &[Row]) -> Result<Vec<Recorded>, DatabaseError> {
    rows.iter().map(Recorded::read).collect()
}

impl Recorded {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            position: row.number(0)?,
            stream: row.parse(1, "stream")?,
            sequence: row.number(2)?,
            subject: row.parse(3, "subject")?,
            version: row.number(4)?,
            kind: row.text(5)?,
            schema: row.small(6)?,
            time: row.moment(7)?,
            sealed: Sealed {
                bytes: row.bytes(8)?,
                commitment: row.hash(9)?,
            },
            approvals: row.bytes(10)?,
        })
    }
}

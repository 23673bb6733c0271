//! The journal: what a row is, and how rows are read. How they get in is in `writer`.
//!
//! A row is final from the first event: later versions add tables beside it and never touch one.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use paso_domain::{
    event::{Event, SCHEMA, UnreadableEvent, class_of},
    id::StreamId,
    subject::Subject,
};
use paso_formats::{
    batch::Envelope,
    entry::{Content, Minute},
    envelope::{
        self, EventKey, KeyRing, Label, NONCE_LEN, OpenError as SealError, Sealed, SubjectKey,
    },
    moment::Moment,
};

use crate::{
    db::Db,
    device::Device,
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
    statement: Vec<u8>,
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
            statement: Vec::new(),
        }
    }

    /// An entry that was sealed before, with the plain event it opens to: so an act that waited for
    /// signatures is stored under the very bytes that were signed.
    ///
    /// # Errors
    /// When the bytes do not open under these keys and label, or hold no event known here.
    pub fn reopen(
        subject: Subject,
        kind: &str,
        sealed: Sealed,
        keys: &KeyRing,
    ) -> Result<Self, UnreadableEntry> {
        let name = subject.to_string();
        let label = Label {
            subject: &name,
            kind,
            schema: SCHEMA,
        };
        let event = Event::decode(kind, SCHEMA, &keys.open(&sealed, label)?)?;
        Ok(Self {
            subject,
            event,
            sealed,
            approvals: vec![NO_APPROVALS],
            statement: Vec::new(),
        })
    }

    /// The same entry with approvals: a deterministic CBOR list.
    #[must_use]
    pub fn approved(self, approvals: Vec<u8>) -> Self {
        Self { approvals, ..self }
    }

    /// The same entry with a statement, sealed to the ombudsman already.
    #[must_use]
    pub fn stating(self, statement: Vec<u8>) -> Self {
        Self { statement, ..self }
    }

    /// What it is about.
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The plain event.
    pub const fn event(&self) -> &Event {
        &self.event
    }

    /// The sealed body and its commitment.
    pub const fn sealed(&self) -> &Sealed {
        &self.sealed
    }

    /// What is told of it to the ombudsman; empty for nothing.
    pub(crate) fn statement(&self) -> &[u8] {
        &self.statement
    }

    /// What its leaf says of it.
    pub(crate) fn content(&self) -> Content {
        let subject = self.subject.to_string();
        let envelope = Envelope {
            subject: &subject,
            kind: self.event.kind(),
            schema: SCHEMA,
            time: Minute::of(self.event.at()),
            sealed: &self.sealed.bytes,
            commitment: self.sealed.commitment,
            approvals: &self.approvals,
            statement: &self.statement,
        };
        Content::Event(self.event.class(), envelope.binding())
    }
}

/// Entries that are stored together or not at all.
#[derive(Clone, Debug)]
pub struct Append {
    /// The device that recorded them and signs for them.
    pub device: Arc<Device>,
    /// The present, for the leaves: when they are recorded, whenever they happened.
    pub now: Moment,
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
    /// Numbers of the entries: the order in which they wait for the log.
    pub numbers: Range<u64>,
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
    pub fn open(&self, keys: &KeyRing) -> Result<Event, UnreadableEntry> {
        let subject = self.subject.to_string();
        let body = keys.open(&self.sealed, self.label(&subject))?;
        Ok(Event::decode(&self.kind, self.schema, &body)?)
    }

    /// The key that opens this row's commitment and no other.
    #[must_use]
    pub fn event_key(&self, keys: &KeyRing) -> Option<EventKey> {
        let subject = self.subject.to_string();
        keys.event_key(&self.sealed, self.label(&subject))
    }

    fn label<'a>(&'a self, subject: &'a str) -> Label<'a> {
        Label {
            subject,
            kind: &self.kind,
            schema: self.schema,
        }
    }
}

statements! {
    VERSIONS = "WITH named (name) AS (VALUES {{rows}})
        SELECT name,
            (SELECT version FROM journal WHERE subject = name ORDER BY version DESC LIMIT 1),
            (SELECT subject FROM view_forgotten WHERE subject = name)
        FROM named";
    INSERT = "INSERT INTO journal (position, stream, sequence, subject, version, kind, schema, time,
        body, commitment, approvals) VALUES {{rows}}";
    BY_SUBJECT = "SELECT position, stream, sequence, subject, version, kind, schema, time, body,
        commitment, approvals FROM journal WHERE subject IN ({{list}}) ORDER BY position";
    FROM_POSITION = "SELECT position, stream, sequence, subject, version, kind, schema, time, body,
        commitment, approvals FROM journal WHERE position >= $1 ORDER BY position LIMIT $2";
    LAST_POSITION = "SELECT position FROM journal ORDER BY position DESC LIMIT 1";
}

/// Where subjects stand.
#[derive(Default)]
pub(crate) struct Stand {
    /// Their versions, as far as anybody has written about them.
    pub(crate) versions: HashMap<String, u64>,
    /// Those that were erased.
    pub(crate) forgotten: HashSet<String>,
}

/// Where these subjects stand.
pub(crate) async fn stand(tx: &mut Tx, subjects: Vec<String>) -> Result<Stand, DatabaseError> {
    let mut stand = Stand::default();
    for row in tx.fetch_list(&VERSIONS, Value::texts(subjects)).await? {
        if let Some(version) = row.optional_number(1)? {
            stand.versions.insert(row.text(0)?, version);
        }
        stand.forgotten.extend(row.optional_text(2)?);
    }
    Ok(stand)
}

/// A row with its numbers, on its way in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewRow<'a> {
    pub(crate) position: u64,
    pub(crate) stream: StreamId,
    pub(crate) sequence: u64,
    pub(crate) version: u64,
    pub(crate) subject: &'a Subject,
    pub(crate) kind: &'a str,
    pub(crate) schema: u16,
    pub(crate) time: Moment,
    pub(crate) sealed: &'a [u8],
    pub(crate) commitment: &'a [u8; 32],
    pub(crate) approvals: &'a [u8],
}

/// Inserts rows whose numbers were assigned.
pub(crate) async fn insert(
    tx: &mut Tx,
    rows: impl Iterator<Item = NewRow<'_>>,
) -> Result<(), DatabaseError> {
    let rows = rows.map(|row| {
        [
            Value::from(row.position),
            Value::from(row.stream.to_string()),
            Value::from(row.sequence),
            Value::from(row.subject.to_string()),
            Value::from(row.version),
            Value::from(row.kind),
            Value::from(u64::from(row.schema)),
            Value::from(row.time),
            Value::from(row.sealed.to_vec()),
            Value::from(row.commitment),
            Value::from(row.approvals.to_vec()),
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

impl<'a> From<&Numbered<'a>> for NewRow<'a> {
    fn from(row: &Numbered<'a>) -> Self {
        let entry = row.entry;
        Self {
            position: row.position,
            stream: row.stream,
            sequence: row.sequence,
            version: row.version,
            subject: &entry.subject,
            kind: entry.event.kind(),
            schema: SCHEMA,
            time: entry.event.at().floor_minute(),
            sealed: &entry.sealed.bytes,
            commitment: &entry.sealed.commitment,
            approvals: &entry.approvals,
        }
    }
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

/// As [`page`], within a transaction.
pub(crate) async fn page_in(
    tx: &mut Tx,
    from: u64,
    limit: u32,
) -> Result<Vec<Recorded>, DatabaseError> {
    let values = vec![Value::from(from), Value::from(u64::from(limit))];
    recorded(&tx.fetch(&FROM_POSITION, values).await?)
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
    /// What its leaf binds, with the statement that stands beside it.
    #[must_use]
    pub(crate) fn content(&self, statement: &[u8]) -> Content {
        let subject = self.subject.to_string();
        let envelope = Envelope {
            subject: &subject,
            kind: &self.kind,
            schema: self.schema,
            time: Minute::of(self.time),
            sealed: &self.sealed.bytes,
            commitment: self.sealed.commitment,
            approvals: &self.approvals,
            statement,
        };
        Content::Event(class_of(&self.kind), envelope.binding())
    }

    /// Reads the first eleven columns.
    pub(crate) fn read(row: &Row) -> Result<Self, DatabaseError> {
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

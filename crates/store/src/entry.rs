//! Entries: the signed leaf beside every row of the journal, and alone where a device has only said
//! that it lives. How they get in is in `writer`, `backfill` and `import`.
//!
//! An entry has two numbers: its sequence in its device's stream, which the device signs, and its
//! number here, the order in which entries wait for the log. Both count from 1 without holes in what
//! this store writes; an imported stream may have holes in its sequence, never in the numbers.

use core::num::NonZeroU64;
use std::collections::{HashMap, HashSet};

use paso_domain::id::StreamId;
use paso_formats::{
    batch::{Envelope, Row as BatchRow},
    entry::{Content, Entry as Leaf, Minute, StreamHead, UnsignableEntry, Unsigned, Witnessed},
    key::PublicKey,
    moment::Moment,
};

use crate::{
    alive,
    db::Db,
    device::Device,
    error::DatabaseError,
    journal::Recorded,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

statements! {
    /// Where the named streams stand, and how far journal, views and entries have come. One
    /// statement, so that one look at the database, taken under the lock, answers for all streams.
    HEADS = "WITH named (name) AS (VALUES {{rows}})
        SELECT name,
            (SELECT leaf FROM entry WHERE stream = name ORDER BY sequence DESC LIMIT 1),
            (SELECT public_key FROM device WHERE stream = name),
            NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM named
        UNION ALL
        SELECT NULL, NULL, NULL,
            (SELECT position FROM journal ORDER BY position DESC LIMIT 1),
            position, version,
            (SELECT number FROM entry ORDER BY number DESC LIMIT 1),
            (SELECT position FROM entry WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1),
            (SELECT size FROM published ORDER BY ordinal DESC, size DESC LIMIT 1),
            (SELECT root FROM published ORDER BY ordinal DESC, size DESC LIMIT 1)
        FROM view_state";
    INSERT = "INSERT INTO entry (number, stream, sequence, position, leaf) VALUES {{rows}}";
    INSERT_STATEMENT = "INSERT INTO statement (position, sealed) VALUES {{rows}}";
    REGISTER = "INSERT INTO device (stream, algorithm, public_key) VALUES {{rows}}";
    DEVICES = "SELECT stream, public_key FROM device ORDER BY stream";
    FROM_NUMBER = "SELECT j.position, j.stream, j.sequence, j.subject, j.version, j.kind, j.schema,
        j.time, j.body, j.commitment, j.approvals, e.number, e.leaf, e.position, s.sealed
        FROM entry e LEFT JOIN journal j ON j.position = e.position
        LEFT JOIN statement s ON s.position = e.position
        WHERE e.number >= $1 ORDER BY e.number LIMIT $2";
    OF_STREAM = "SELECT j.position, j.stream, j.sequence, j.subject, j.version, j.kind, j.schema,
        j.time, j.body, j.commitment, j.approvals, e.number, e.leaf, e.position, s.sealed
        FROM entry e LEFT JOIN journal j ON j.position = e.position
        LEFT JOIN statement s ON s.position = e.position
        WHERE e.stream = $1 AND e.sequence > $2 ORDER BY e.sequence LIMIT $3";
    /// Entries of the house's own registers. The condition on the subject is the index's own, word by
    /// word (see the migrations); numbers and positions grow together.
    OF_THE_HOUSE = "SELECT j.position, j.stream, j.sequence, j.subject, j.version, j.kind, j.schema,
        j.time, j.body, j.commitment, j.approvals, e.number, e.leaf, e.position, s.sealed
        FROM journal j JOIN entry e ON e.position = j.position
        LEFT JOIN statement s ON s.position = j.position
        WHERE substr(j.subject, 1, 5) IN ('offic', 'devic', 'site:', 'autho', 'erasu', 'sheet')
        AND j.position > COALESCE((SELECT b.position FROM entry b
            WHERE b.number <= $1 AND b.position IS NOT NULL ORDER BY b.number DESC LIMIT 1), 0)
        ORDER BY j.position LIMIT $2";
    AT_POSITION = "SELECT j.position, j.stream, j.sequence, j.subject, j.version, j.kind, j.schema,
        j.time, j.body, j.commitment, j.approvals, e.number, e.leaf, e.position, s.sealed
        FROM entry e JOIN journal j ON j.position = e.position
        LEFT JOIN statement s ON s.position = e.position
        WHERE e.position = $1";
    LAST_OF_STREAM = "SELECT leaf FROM entry WHERE stream = $1 ORDER BY sequence DESC LIMIT 1";
    COUNT = "SELECT number FROM entry ORDER BY number DESC LIMIT 1";
    SPAN = "SELECT COUNT(*), MAX(sequence) FROM entry WHERE stream = $1 AND sequence > $2";
}

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// The order in which it waits for the log: 1 for the first, no holes.
    pub number: u64,
    /// The signed leaf.
    pub leaf: Leaf,
    /// The row of the journal it stands for; none for a heartbeat.
    pub recorded: Option<Recorded>,
    /// What the ombudsman is told of it, sealed to the ombudsman; empty for most.
    pub statement: Vec<u8>,
    /// Text form of the subject; empty for a heartbeat.
    subject: String,
}

impl EntryRow {
    /// The row as it travels, in a batch or a feed.
    #[must_use]
    pub fn row(&self) -> BatchRow<'_> {
        BatchRow {
            entry: self.leaf.clone(),
            envelope: self.recorded.as_ref().map(|recorded| Envelope {
                subject: &self.subject,
                kind: &recorded.kind,
                schema: recorded.schema,
                time: Minute::of(recorded.time),
                sealed: &recorded.sealed.bytes,
                commitment: recorded.sealed.commitment,
                approvals: &recorded.approvals,
                statement: &self.statement,
            }),
        }
    }

    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let recorded = match row.optional_number(13)? {
            Some(_) => Some(Recorded::read(row)?),
            None => None,
        };
        Ok(Self {
            number: row.number(11)?,
            leaf: leaf(row, 12)?,
            subject: recorded
                .as_ref()
                .map_or_else(String::new, |recorded| recorded.subject.to_string()),
            recorded,
            statement: row.optional_bytes(14)?.unwrap_or_default(),
        })
    }
}

/// A leaf in a column.
pub(crate) fn leaf(row: &Row, column: usize) -> Result<Leaf, DatabaseError> {
    Leaf::read(&row.bytes(column)?)
        .map_err(|_| DatabaseError::corrupt(row.statement, column, "signed leaf"))
}

/// Where journal, views and entries stand, and the streams asked for.
#[derive(Debug, Default)]
pub(crate) struct Heads {
    /// The last position of the journal; 0 in an empty one.
    pub(crate) position: u64,
    /// The position up to which the views have followed.
    pub(crate) views: u64,
    /// The version of the views.
    pub(crate) views_version: u64,
    /// The last entry's number; 0 where there is none.
    pub(crate) number: u64,
    /// The last position of the journal that has an entry.
    pub(crate) entered: u64,
    /// The newest published head of the log with its witnesses' signatures: what every new entry
    /// embeds. None before the first.
    pub(crate) witnessed: Option<Witnessed>,
    /// The streams asked for.
    pub(crate) streams: HashMap<StreamId, Stream>,
}

/// Where a stream stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    /// Its key as registered; none for a stream nobody has written to.
    pub(crate) key: Option<Vec<u8>>,
    /// Its last entry.
    pub(crate) head: Option<StreamHead>,
}

impl Heads {
    /// Whether every row of the journal has its entry. Rows written before there were entries get
    /// theirs from [`Store::backfill`].
    pub(crate) const fn are_complete(&self) -> bool {
        self.entered == self.position
    }
}

/// Reads the heads of these streams, of which there must be one at least.
pub(crate) async fn heads(
    tx: &mut Tx,
    streams: &HashSet<StreamId>,
) -> Result<Heads, DatabaseError> {
    let mut heads = Heads::default();
    for row in tx.fetch_list(&HEADS, Value::texts(streams)).await? {
        if row.optional_text(0)?.is_none() {
            heads.position = row.optional_number(3)?.unwrap_or(0);
            heads.views = row.number(4)?;
            heads.views_version = row.number(5)?;
            heads.number = row.optional_number(6)?.unwrap_or(0);
            heads.entered = row.optional_number(7)?.unwrap_or(0);
            heads.witnessed = published(&row)?;
            continue;
        }
        let head = row
            .optional_bytes(1)?
            .map(|bytes| Leaf::read(&bytes).map(|leaf| leaf.head()))
            .transpose()
            .map_err(|_| DatabaseError::corrupt(HEADS.name, 1, "signed leaf"))?;
        let key = row.optional_bytes(2)?;
        heads
            .streams
            .insert(row.parse(0, "stream")?, Stream { key, head });
    }
    Ok(heads)
}

fn published(row: &Row) -> Result<Option<Witnessed>, DatabaseError> {
    let Some(size) = row.optional_number(8)?.and_then(NonZeroU64::new) else {
        return Ok(None);
    };
    let root = row.hash(9)?;
    Ok(Some(Witnessed { size, root }))
}

/// An entry with its numbers, on its way in.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry<'a> {
    pub(crate) number: u64,
    pub(crate) position: Option<u64>,
    pub(crate) leaf: Leaf,
    pub(crate) statement: &'a [u8],
}

/// Inserts entries whose numbers were assigned, and their statements.
pub(crate) async fn insert(tx: &mut Tx, entries: &[NewEntry<'_>]) -> Result<(), DatabaseError> {
    let rows = entries.iter().map(|entry| {
        [
            Value::from(entry.number),
            Value::from(entry.leaf.stream().to_string()),
            Value::from(entry.leaf.sequence()),
            Value::Integer(entry.position.and_then(|position| position.try_into().ok())),
            Value::from(entry.leaf.to_bytes().to_vec()),
        ]
    });
    tx.put(&INSERT, rows.collect()).await?;
    alive::note(tx, entries.iter().map(|entry| &entry.leaf)).await?;
    let statements = entries.iter().filter_map(|entry| {
        let position = entry.position.filter(|_| !entry.statement.is_empty())?;
        Some([Value::from(position), Value::from(entry.statement.to_vec())])
    });
    tx.put(&INSERT_STATEMENT, statements.collect()).await
}

/// Registers the keys of streams that had none: each for life.
pub(crate) async fn register(
    tx: &mut Tx,
    devices: impl Iterator<Item = (StreamId, &PublicKey)>,
) -> Result<(), DatabaseError> {
    let rows = devices.map(|(stream, key)| {
        [
            Value::from(stream.to_string()),
            Value::from(key.algorithm().to_string()),
            Value::from(key.to_cose_key()),
        ]
    });
    tx.put(&REGISTER, rows.collect()).await
}

/// The keys of all streams.
pub(crate) async fn devices(db: &Db) -> Result<HashMap<StreamId, PublicKey>, DatabaseError> {
    let rows = db.fetch(&DEVICES, Vec::new()).await?;
    rows.iter()
        .map(|row| {
            let key = PublicKey::from_cose_key(&row.bytes(1)?)
                .map_err(|_| DatabaseError::corrupt(DEVICES.name, 1, "public key"))?;
            Ok((row.parse(0, "stream")?, key))
        })
        .collect()
}

/// Signs the next entries of a stream, each linked to the one before.
pub(crate) fn sign(
    device: &Device,
    after: Option<StreamHead>,
    witnessed: Option<Witnessed>,
    now: Moment,
    contents: impl Iterator<Item = Content>,
) -> Result<Vec<Leaf>, UnsignableEntry> {
    let mut unsigned = Unsigned {
        stream: device.stream,
        after,
        witnessed,
        time: Minute::of(now),
        content: Content::Heartbeat,
    };
    contents
        .map(|content| {
            unsigned.content = content;
            let leaf = unsigned.sign(&*device.signer)?;
            unsigned.after = Some(leaf.head());
            Ok(leaf)
        })
        .collect()
}

impl Store {
    /// At most `limit` entries from a number on, in the order in which they wait for the log.
    pub async fn entries(&self, from: u64, limit: u32) -> Result<Vec<EntryRow>, DatabaseError> {
        let values = vec![Value::from(from), Value::from(u64::from(limit))];
        rows(&self.main().fetch(&FROM_NUMBER, values).await?)
    }

    /// At most `limit` entries after a number that are about the house itself and nobody whom it is for:
    /// officers, devices, sites, the authority, erasures and sheets.
    pub async fn house_entries(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<EntryRow>, DatabaseError> {
        let values = vec![Value::from(after), Value::from(u64::from(limit))];
        rows(&self.main().fetch(&OF_THE_HOUSE, values).await?)
    }

    /// At most `limit` entries of a stream after a sequence number, in the stream's order.
    pub async fn entries_of(
        &self,
        stream: StreamId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<EntryRow>, DatabaseError> {
        let values = vec![
            Value::from(stream.to_string()),
            Value::from(after),
            Value::from(u64::from(limit)),
        ];
        rows(&self.main().fetch(&OF_STREAM, values).await?)
    }

    /// The entry of a row of the journal, by its position.
    pub async fn entry_at(&self, position: u64) -> Result<Option<EntryRow>, DatabaseError> {
        let found = self
            .main()
            .fetch(&AT_POSITION, vec![Value::from(position)])
            .await?;
        found.first().map(EntryRow::read).transpose()
    }

    /// The last leaf of a stream.
    pub async fn last_leaf(&self, stream: StreamId) -> Result<Option<Leaf>, DatabaseError> {
        let values = vec![Value::from(stream.to_string())];
        let found = self.main().fetch(&LAST_OF_STREAM, values).await?;
        found.first().map(|row| leaf(row, 0)).transpose()
    }

    /// The number of the last entry, which is how many there are.
    pub async fn entry_count(&self) -> Result<u64, DatabaseError> {
        match self.main().fetch(&COUNT, Vec::new()).await?.first() {
            Some(row) => row.number(0),
            None => Ok(0),
        }
    }

    /// How many entries of a stream have numbers after this one, and the highest number among
    /// them; none where there are none.
    pub async fn span_of(
        &self,
        stream: StreamId,
        after: u64,
    ) -> Result<Option<(u64, u64)>, DatabaseError> {
        let values = vec![Value::from(stream.to_string()), Value::from(after)];
        let found = self.main().fetch(&SPAN, values).await?;
        let Some(row) = found.first() else {
            return Ok(None);
        };
        let (count, last) = (row.number(0)?, row.optional_number(1)?);
        Ok(last.map(|last| (count, last)))
    }

    /// The devices that have written here, and the key of each.
    pub async fn devices(&self) -> Result<HashMap<StreamId, PublicKey>, DatabaseError> {
        devices(self.main()).await
    }
}

fn rows(rows: &[Row]) -> Result<Vec<EntryRow>, DatabaseError> {
    rows.iter().map(EntryRow::read).collect()
}

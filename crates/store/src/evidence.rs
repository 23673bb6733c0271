//! What contradicts itself under a device's signature, kept for whoever has to judge it.
//!
//! Of two leaves with one number in a stream, the one that came first is an entry and the other lies
//! here with its row; the table names both, since only together they prove anything. A leaf whose link
//! fits no entry before it is named, too. Nothing is ever taken out.

use paso_domain::id::StreamId;
use paso_formats::entry::Entry as Leaf;

use crate::{
    db::Db,
    entry,
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

statements! {
    /// An entry that is already kept, named as evidence.
    OF_ENTRY = "INSERT INTO evidence (stream, sequence, kind, leaf)
        SELECT stream, sequence, $3, leaf FROM entry WHERE stream = $1 AND sequence = $2
        ON CONFLICT (stream, sequence, kind, leaf) DO NOTHING";
    OF_ROW = "INSERT INTO evidence (stream, sequence, kind, leaf, subject, event_kind, schema, time,
        body, commitment, approvals, statement) VALUES {{rows}}
        ON CONFLICT (stream, sequence, kind, leaf) DO NOTHING";
    ALL = "SELECT kind, leaf FROM evidence ORDER BY stream, sequence, kind, leaf";
    LEAVES = "SELECT kind, leaf FROM evidence WHERE stream = $1 AND sequence > $2";
    FIRST = "SELECT MIN(sequence) FROM evidence WHERE stream = $1 AND kind <> 'after-end'";
}

/// What is wrong with a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contradiction {
    /// The device has signed another one with this number.
    Fork,
    /// Its link fits no entry that is here under the number before it.
    BrokenLink,
    /// It came after its device had been revoked, and beyond what had been seen of it by then.
    AfterEnd,
}

impl Contradiction {
    const ALL: [Self; 3] = [Self::Fork, Self::BrokenLink, Self::AfterEnd];

    /// The code in the table.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::BrokenLink => "broken-link",
            Self::AfterEnd => "after-end",
        }
    }
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What is wrong with the leaf.
    pub contradiction: Contradiction,
    /// The leaf, signed by its device.
    pub leaf: Leaf,
}

impl Evidence {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            contradiction: contradiction(row)?,
            leaf: entry::leaf(row, 1)?,
        })
    }
}

fn contradiction(row: &Row) -> Result<Contradiction, DatabaseError> {
    let code = row.text(0)?;
    Contradiction::ALL
        .into_iter()
        .find(|known| known.code() == code)
        .ok_or_else(|| DatabaseError::corrupt(row.statement, 0, "kind of contradiction"))
}

/// Names an entry that is kept already.
pub(crate) async fn of_entry(
    tx: &mut Tx,
    stream: StreamId,
    sequence: u64,
    contradiction: Contradiction,
) -> Result<(), DatabaseError> {
    let values = vec![
        Value::from(stream.to_string()),
        Value::from(sequence),
        Value::from(contradiction.code()),
    ];
    tx.execute(&OF_ENTRY, values).await
}

/// Keeps rows that are no entries here: their numbers are taken by others, or they came too late.
pub(crate) async fn of_rows(
    tx: &mut Tx,
    rows: &[&paso_formats::batch::Row<'_>],
    contradiction: Contradiction,
) -> Result<(), DatabaseError> {
    let rows = rows.iter().map(|row| {
        let envelope = row.envelope.as_ref();
        let number = |number: Option<u64>| {
            Value::Integer(number.and_then(|number| i64::try_from(number).ok()))
        };
        let bytes = |bytes: Option<&[u8]>| Value::Bytes(bytes.map(<[u8]>::to_vec));
        [
            Value::from(row.entry.stream().to_string()),
            Value::from(row.entry.sequence()),
            Value::from(contradiction.code()),
            Value::from(row.entry.to_bytes().to_vec()),
            Value::text(envelope.map(|envelope| envelope.subject)),
            Value::text(envelope.map(|envelope| envelope.kind)),
            number(envelope.map(|envelope| u64::from(envelope.schema))),
            Value::moment(envelope.map(|envelope| envelope.time.start())),
            bytes(envelope.map(|envelope| envelope.sealed)),
            bytes(envelope.map(|envelope| &envelope.commitment[..])),
            bytes(envelope.map(|envelope| envelope.approvals)),
            bytes(envelope.map(|envelope| envelope.statement)),
        ]
    });
    tx.put(&OF_ROW, rows.collect()).await
}

/// The lowest number of a stream about which there is evidence.
pub(crate) async fn first(db: &Db, stream: StreamId) -> Result<Option<u64>, DatabaseError> {
    let found = db
        .fetch(&FIRST, vec![Value::from(stream.to_string())])
        .await?;
    found.first().map_or(Ok(None), |row| row.optional_number(0))
}

/// The leaves of a stream's forks after a number.
pub(crate) async fn forks(
    db: &Db,
    stream: StreamId,
    after: u64,
) -> Result<Vec<Leaf>, DatabaseError> {
    let values = vec![Value::from(stream.to_string()), Value::from(after)];
    let mut leaves = Vec::new();
    for row in db.fetch(&LEAVES, values).await? {
        if contradiction(&row)? == Contradiction::Fork {
            leaves.push(entry::leaf(&row, 1)?);
        }
    }
    Ok(leaves)
}

impl Store {
    /// All evidence, by stream and number.
    pub async fn evidence(&self) -> Result<Vec<Evidence>, DatabaseError> {
        let rows = self.main().fetch(&ALL, Vec::new()).await?;
        rows.iter().map(Evidence::read).collect()
    }
}

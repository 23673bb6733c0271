//! The rows of a mirrored log: stored as they came, handed out as they were stored.

use paso_formats::{
    batch::{Envelope, Row},
    entry::{Entry, Minute, StreamId},
    feed::{self, Place},
    receipt,
};
use paso_tlog::{hash::leaf_hash, tile::Edge};
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{
    db::DbError,
    hub::Label,
    number,
    streams::{label, unsigned},
};

/// A row as it lies in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its place in the log.
    pub place: u64,
    /// The leaf.
    pub leaf: Vec<u8>,
    /// The envelope; none for heartbeats and the opening leaf.
    envelope: Option<StoredEnvelope>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct StoredEnvelope {
    subject: String,
    kind: String,
    schema: u16,
    time: Minute,
    sealed: Vec<u8>,
    approvals: Vec<u8>,
    statement: Vec<u8>,
}

/// The columns that [`Stored::read`] reads, in its order.
const COLUMNS: &str = "place, leaf, subject, kind, schema, minute, sealed, approvals, statement";

impl Stored {
    fn read(row: &SqliteRow) -> Result<Self, DbError> {
        let place = unsigned(row, 0)?;
        let damaged = || DbError::Damaged(format!("the row at place {place} cannot be read"));
        let envelope = match row.get::<Option<String>, _>(2) {
            None => None,
            Some(subject) => Some(StoredEnvelope {
                subject,
                kind: row.try_get(3).map_err(|_| damaged())?,
                schema: u16::try_from(row.get::<i64, _>(4)).map_err(|_| damaged())?,
                time: Minute(u32::try_from(row.get::<i64, _>(5)).map_err(|_| damaged())?),
                sealed: row.try_get(6).map_err(|_| damaged())?,
                approvals: row.try_get(7).map_err(|_| damaged())?,
                statement: row.try_get(8).map_err(|_| damaged())?,
            }),
        };
        Ok(Self {
            place,
            leaf: row.get(1),
            envelope,
        })
    }

    /// The row as a feed carries it; none where the leaf cannot be read any more.
    pub fn to_place(&self) -> Option<Place<'_>> {
        if self.place == 0 {
            return Some(Place::Opening(&self.leaf));
        }
        let entry = Entry::read(&self.leaf).ok()?;
        let commitment = entry.commitment();
        let envelope = self.envelope.as_ref().map(|stored| Envelope {
            subject: &stored.subject,
            kind: &stored.kind,
            schema: stored.schema,
            time: stored.time,
            sealed: &stored.sealed,
            commitment,
            approvals: &stored.approvals,
            statement: &stored.statement,
        });
        Some(Place::Entry(Row { entry, envelope }))
    }

    /// Whether the leaf still binds what lies beside it.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        match self.to_place() {
            Some(Place::Entry(row)) => row.is_bound(),
            Some(Place::Opening(_)) => self.envelope.is_none(),
            None => false,
        }
    }

    /// What the row is about; none of heartbeats and the opening leaf.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        let envelope = self.envelope.as_ref();
        envelope.map(|envelope| envelope.subject.as_str())
    }

    /// The sealed statement; empty for most rows.
    #[must_use]
    pub fn statement(&self) -> &[u8] {
        self.envelope
            .as_ref()
            .map_or(&[], |envelope| &envelope.statement)
    }
}

/// Stores a row.
pub(super) async fn insert(
    db: &mut SqliteConnection,
    label: Label,
    place: u64,
    leaf: &[u8],
    row: Option<&Row<'_>>,
) -> Result<(), DbError> {
    let envelope = row.and_then(|row| row.envelope.as_ref());
    sqlx::query(
        "INSERT INTO place (label, place, leaf, stream, sequence, subject, kind, schema, minute, \
         sealed, approvals, statement) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(label.number())
    .bind(number(place))
    .bind(leaf)
    .bind(row.map(|row| row.entry.stream().as_bytes().to_vec()))
    .bind(row.map(|row| number(row.entry.sequence())))
    .bind(envelope.map(|envelope| envelope.subject))
    .bind(envelope.map(|envelope| envelope.kind))
    .bind(envelope.map(|envelope| i64::from(envelope.schema)))
    .bind(envelope.map(|envelope| i64::from(envelope.time.0)))
    .bind(envelope.map(|envelope| envelope.sealed))
    .bind(envelope.map(|envelope| envelope.approvals))
    .bind(envelope.map(|envelope| envelope.statement))
    .execute(&mut *db)
    .await
    .map_err(DbError::while_to("store a row"))?;
    Ok(())
}

/// How large the database is.
pub(super) async fn bytes(db: &mut SqliteConnection) -> Result<u64, DbError> {
    let row = sqlx::query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        .fetch_one(&mut *db)
        .await
        .map_err(DbError::while_to("measure itself"))?;
    unsigned(&row, 0)
}

/// The rows of a log from a place on, in order.
pub(super) async fn from(
    db: &mut SqliteConnection,
    label: Label,
    place: u64,
    most: u64,
) -> Result<Vec<Stored>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM place WHERE label = ? AND place >= ? ORDER BY place LIMIT ?"
    ));
    let rows = sqlx::query(text)
        .bind(label.number())
        .bind(number(place))
        .bind(number(most))
        .fetch_all(&mut *db)
        .await
        .map_err(DbError::while_to("read rows"))?;
    rows.iter().map(Stored::read).collect()
}

/// Where a row lies.
pub(super) type At = (Label, u64);

/// Where the events lie that gave receipts of this code, the newest first. Codes are short: two
/// receipts may share one.
pub(super) async fn of_receipt(
    db: &mut SqliteConnection,
    code: receipt::Code,
) -> Result<Vec<At>, DbError> {
    let rows = sqlx::query(
        "SELECT label, place FROM place WHERE subject = ? AND kind = 'receipt.given' \
         ORDER BY label DESC, place DESC",
    )
    .bind(format!("receipt:{code}"))
    .fetch_all(&mut *db)
    .await
    .map_err(DbError::while_to("look for a receipt"))?;
    rows.iter()
        .map(|row| Ok((label(row, 0)?, unsigned(row, 1)?)))
        .collect()
}

/// Where the entries lie that a device signed under a number, in the log's order.
pub(super) async fn of_number(
    db: &mut SqliteConnection,
    stream: StreamId,
    sequence: u64,
) -> Result<Vec<At>, DbError> {
    let rows = sqlx::query(
        "SELECT label, place FROM place WHERE stream = ? AND sequence = ? ORDER BY label, place",
    )
    .bind(stream.as_bytes().to_vec())
    .bind(number(sequence))
    .fetch_all(&mut *db)
    .await
    .map_err(DbError::while_to("look for an entry"))?;
    rows.iter()
        .map(|row| Ok((label(row, 0)?, unsigned(row, 1)?)))
        .collect()
}

/// Rows with a statement, in the log's order, after this place.
pub(super) async fn with_statements(
    db: &mut SqliteConnection,
    label: Label,
    after: u64,
    most: u64,
) -> Result<Vec<Stored>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM place WHERE label = ? AND place > ? AND length(statement) > 0 \
         ORDER BY place LIMIT ?"
    ));
    let rows = sqlx::query(text)
        .bind(label.number())
        .bind(number(after))
        .bind(number(most))
        .fetch_all(&mut *db)
        .await
        .map_err(DbError::while_to("read statements"))?;
    rows.iter().map(Stored::read).collect()
}

/// Rows with a statement and all rows of custody, in the log's order, after this
/// place. The class of a leaf is its byte 101 ([`paso_formats::entry`]), and 3 is custody.
pub(super) async fn of_custody(
    db: &mut SqliteConnection,
    label: Label,
    after: u64,
    most: u64,
) -> Result<Vec<Stored>, DbError> {
    let text = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM place WHERE label = ? AND place > ? \
         AND (length(statement) > 0 OR substr(leaf, 102, 1) = x'03') ORDER BY place LIMIT ?"
    ));
    let rows = sqlx::query(text)
        .bind(label.number())
        .bind(number(after))
        .bind(number(most))
        .fetch_all(&mut *db)
        .await
        .map_err(DbError::while_to("read custody"))?;
    rows.iter().map(Stored::read).collect()
}

/// Stores tiles that are full.
pub(super) async fn insert_tile(
    db: &mut SqliteConnection,
    label: Label,
    tile: &paso_tlog::tile::Tile,
) -> Result<(), DbError> {
    sqlx::query("INSERT INTO tile (label, level, number, hashes) VALUES (?, ?, ?, ?)")
        .bind(label.number())
        .bind(i64::from(tile.path.kind().level()))
        .bind(number(tile.path.index()))
        .bind(tile.bytes())
        .execute(&mut *db)
        .await
        .map_err(DbError::while_to("store a tile"))?;
    Ok(())
}

/// The growing edge as it was stored, of a tree of this size.
pub(super) async fn edge(
    db: &mut SqliteConnection,
    label: Label,
    size: u64,
) -> Result<Edge, DbError> {
    let tiles: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT hashes FROM edge WHERE label = ? ORDER BY level")
            .bind(label.number())
            .fetch_all(&mut *db)
            .await
            .map_err(DbError::while_to("read the edge"))?;
    Edge::restore(size, &tiles)
        .map_err(|error| DbError::Damaged(format!("the edge of the log of {label}: {error}")))
}

/// Puts the edge in the place of the one before.
pub(super) async fn store_edge(
    db: &mut SqliteConnection,
    label: Label,
    edge: &Edge,
) -> Result<(), DbError> {
    sqlx::query("DELETE FROM edge WHERE label = ?")
        .bind(label.number())
        .execute(&mut *db)
        .await
        .map_err(DbError::while_to("store the edge"))?;
    for tile in edge.tiles() {
        sqlx::query("INSERT INTO edge (label, level, hashes) VALUES (?, ?, ?)")
            .bind(label.number())
            .bind(i64::from(tile.path.kind().level()))
            .bind(tile.bytes())
            .execute(&mut *db)
            .await
            .map_err(DbError::while_to("store the edge"))?;
    }
    Ok(())
}

/// The hash of a row's leaf in the tree.
pub(super) fn hashed(row: &Stored) -> paso_tlog::hash::Hash {
    leaf_hash(&row.leaf)
}

/// The feed's error where a stored row cannot be handed out any more.
pub(super) fn unreadable(row: &Stored) -> feed::WriteError {
    feed::WriteError::Unbound(row.place)
}

//! Every device's stream as the mirror sees it: whose key signed it, whether its links hold, what is
//! missing, and what does not fit.
//!
//! A stream has one key for life: the device key of the authority's bundle whose name it bears, or
//! else, for streams begun with random names, the one which verifies the first entry seen of it. What does not fit is a finding beside the row, never a reason to leave the row
//! out: the log has signed that it is there.

use std::collections::{BTreeSet, HashMap, hash_map::Entry as MapEntry};

use paso_formats::{
    chain::{Chain, Link, Step},
    entry::{Entry, StreamHead, StreamId},
    key::PublicKey,
    moment::Moment,
};
use paso_tlog::cosignature::Timestamp;
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

use super::{db::DbError, hub::Label, number, trust::Device};

/// What a row was found to be. Stored by its word: add, never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// No device key of the bundle signed it. It is looked at again with every new bundle.
    UnknownDevice,
    /// Its stream's key did not sign it.
    BadSignature,
    /// The same leaf stands at two places.
    Twice,
    /// The device signed another entry with this number.
    Fork,
    /// Its link, or that of the entry after it, fits no entry before.
    BrokenLink,
    /// The first leaf does not open this log, or does not continue the one before it.
    Opening,
    /// It came here after the moment from which on its device's key may have been in other hands.
    CompromisedKey,
}

impl What {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::UnknownDevice,
        Self::BadSignature,
        Self::Twice,
        Self::Fork,
        Self::BrokenLink,
        Self::Opening,
        Self::CompromisedKey,
    ];

    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownDevice => "unknown-device",
            Self::BadSignature => "bad-signature",
            Self::Twice => "twice",
            Self::Fork => "fork",
            Self::BrokenLink => "broken-link",
            Self::Opening => "opening",
            Self::CompromisedKey => "compromised-key",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In which log.
    pub label: Label,
    /// Where.
    pub place: u64,
    /// What.
    pub what: What,
    /// The number in its stream; none of an opening leaf.
    pub sequence: Option<u64>,
    /// When it was found.
    pub found: Timestamp,
}

/// How a stream stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Which.
    pub id: StreamId,
    /// Its key.
    pub key: PublicKey,
    /// The highest number seen.
    pub highest: u64,
    /// How many numbers below it are missing.
    pub missing: u64,
    /// When the highest number last rose, by this machine's clock.
    pub heard: Timestamp,
}

/// One stream in memory.
#[derive(Debug)]
struct Tracked {
    chain: Chain,
    key: PublicKey,
    settled: Option<StreamHead>,
    highest: u64,
}

/// The streams met since the process started. Belongs to one transaction at a time; if that is not
/// committed, all is forgotten ([`Streams::forget`]) and read again.
#[derive(Debug, Default)]
pub(super) struct Streams {
    known: HashMap<StreamId, Tracked>,
    touched: BTreeSet<StreamId>,
}

/// Where a row stands and when it was met.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) label: Label,
    pub(super) place: u64,
    pub(super) now: Timestamp,
    /// When its row first came; before `now` where a row is looked at again.
    pub(super) seen: Timestamp,
}

impl Streams {
    /// Forgets what a transaction that was not committed had taught.
    pub(super) fn forget(&mut self) {
        self.known.clear();
        self.touched.clear();
    }

    /// Judges an entry before its row is stored, and notes what does not fit.
    pub(super) async fn judge(
        &mut self,
        db: &mut SqliteConnection,
        at: At,
        entry: &Entry,
        devices: &[Device],
    ) -> Result<(), DbError> {
        let stream = entry.stream();
        let tracked = match self.known.entry(stream) {
            MapEntry::Occupied(known) => known.into_mut(),
            MapEntry::Vacant(unknown) => {
                let tracked = match load(db, stream).await? {
                    Some(tracked) => Ok(tracked),
                    None => pin(db, entry, devices, at.now).await?,
                };
                match tracked {
                    Ok(tracked) => unknown.insert(tracked),
                    Err(what) => return note(db, at, what, Some(entry)).await,
                }
            }
        };
        self.touched.insert(stream);
        let what = match tracked.chain.accept(entry) {
            Step::Next | Step::Gap { .. } | Step::Late => None,
            Step::Duplicate => Some(What::Twice),
            Step::Fork { .. } => Some(What::Fork),
            Step::BrokenLink { .. } => Some(What::BrokenLink),
            Step::Settled => Some(settled(db, entry).await?),
            // The chain was looked up by the entry's own stream.
            Step::BadSignature | Step::ForeignStream => Some(What::BadSignature),
        };
        let seen = Moment::from_unix(number(at.seen.seconds()));
        let compromised = devices.iter().any(|device| {
            device.compromised_at.is_some_and(|since| seen >= since) && device.key == tracked.key
        });
        // The device's own word on the time counts for nothing: whoever has its key writes it.
        if compromised && what != Some(What::BadSignature) {
            note(db, at, What::CompromisedKey, Some(entry)).await?;
        }
        match what {
            Some(what) => note(db, at, what, Some(entry)).await,
            None => Ok(()),
        }
    }

    /// Stores how the streams stand that were met since the last call, and lets go of what is
    /// settled.
    pub(super) async fn store(
        &mut self,
        db: &mut SqliteConnection,
        now: Timestamp,
    ) -> Result<(), DbError> {
        for stream in core::mem::take(&mut self.touched) {
            let Some(tracked) = self.known.get_mut(&stream) else {
                continue;
            };
            let chain = &tracked.chain;
            if let Some(head) = chain.head() {
                tracked.settled = Some(head);
            }
            let missing: u64 = chain
                .gaps()
                .iter()
                .map(|gap| gap.end() - gap.start() + 1)
                .sum();
            let rose = chain.highest() > tracked.highest;
            tracked.highest = chain.highest();
            sqlx::query(
                "UPDATE device SET settled = ?, settled_hash = ?, highest = ?, missing = ?, \
                 heard = CASE WHEN ? THEN ? ELSE heard END WHERE stream = ?",
            )
            .bind(number(tracked.settled.map_or(0, |head| head.sequence)))
            .bind(tracked.settled.map(|head| head.hash.to_vec()))
            .bind(number(tracked.highest))
            .bind(number(missing))
            .bind(rose)
            .bind(number(now.seconds()))
            .bind(stream.as_bytes().to_vec())
            .execute(&mut *db)
            .await
            .map_err(DbError::while_to("store a stream"))?;
            let whole =
                missing == 0 && tracked.settled.map(|head| head.sequence) == Some(tracked.highest);
            if whole {
                tracked.chain = Chain::resume(stream, tracked.key.clone(), tracked.settled, []);
            }
        }
        Ok(())
    }

    /// Looks again at rows whose device was unknown, with the keys of a newer bundle.
    pub(super) async fn review(
        &mut self,
        db: &mut SqliteConnection,
        devices: &[Device],
        now: Timestamp,
    ) -> Result<(), DbError> {
        let open = sqlx::query(
            "SELECT finding.id, place.label, place.place, place.leaf, finding.found FROM finding \
             JOIN place ON place.label = finding.label AND place.place = finding.place \
             WHERE finding.what = 'unknown-device' AND finding.settled IS NULL \
             ORDER BY place.label, place.place",
        )
        .fetch_all(&mut *db)
        .await
        .map_err(DbError::while_to("read findings"))?;
        for row in open {
            let entry = entry(&row, 3)?;
            let known = devices
                .iter()
                .any(|device| device.stream == entry.stream() || entry.verify(&device.key).is_ok());
            let at = At {
                label: label(&row, 1)?,
                place: unsigned(&row, 2)?,
                now,
                seen: timestamp(&row, 4)?,
            };
            // A stream whose key is known already convicts its badly signed entries.
            if !known && load(db, entry.stream()).await?.is_none() {
                continue;
            }
            self.judge(db, at, &entry, devices).await?;
            sqlx::query("UPDATE finding SET settled = ? WHERE id = ?")
                .bind(number(now.seconds()))
                .bind(row.get::<i64, _>(0))
                .execute(&mut *db)
                .await
                .map_err(DbError::while_to("settle a finding"))?;
        }
        self.store(db, now).await
    }
}

/// Notes what does not fit. The same is noted once.
pub(super) async fn note(
    db: &mut SqliteConnection,
    at: At,
    what: What,
    entry: Option<&Entry>,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO finding (label, place, what, stream, sequence, found) \
         VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(at.label.number())
    .bind(number(at.place))
    .bind(what.code())
    .bind(entry.map(|entry| entry.stream().as_bytes().to_vec()))
    .bind(entry.map(|entry| number(entry.sequence())))
    .bind(number(at.now.seconds()))
    .execute(&mut *db)
    .await
    .map_err(DbError::while_to("note a finding"))?;
    Ok(())
}

/// Findings that nothing has settled, the newest first.
pub(super) async fn findings(
    db: &mut SqliteConnection,
    most: u32,
) -> Result<Vec<Finding>, DbError> {
    let rows = sqlx::query(
        "SELECT label, place, what, sequence, found FROM finding WHERE settled IS NULL \
         ORDER BY id DESC LIMIT ?",
    )
    .bind(i64::from(most))
    .fetch_all(&mut *db)
    .await
    .map_err(DbError::while_to("read findings"))?;
    rows.iter()
        .map(|row| {
            let damaged = || DbError::Damaged("a finding cannot be read".to_owned());
            Ok(Finding {
                label: label(row, 0)?,
                place: unsigned(row, 1)?,
                what: What::parse(row.get(2)).ok_or_else(damaged)?,
                sequence: match row.get::<Option<i64>, _>(3) {
                    None => None,
                    Some(_) => Some(unsigned(row, 3)?),
                },
                found: timestamp(row, 4)?,
            })
        })
        .collect()
}

/// All streams, by name.
pub(super) async fn streams(db: &mut SqliteConnection) -> Result<Vec<Stream>, DbError> {
    let rows =
        sqlx::query("SELECT stream, key, highest, missing, heard FROM device ORDER BY stream")
            .fetch_all(&mut *db)
            .await
            .map_err(DbError::while_to("read streams"))?;
    rows.iter()
        .map(|row| {
            Ok(Stream {
                id: stream_id(row, 0)?,
                key: public_key(row, 1)?,
                highest: unsigned(row, 2)?,
                missing: unsigned(row, 3)?,
                heard: timestamp(row, 4)?,
            })
        })
        .collect()
}

/// A stream as it was stored.
async fn load(db: &mut SqliteConnection, stream: StreamId) -> Result<Option<Tracked>, DbError> {
    let name = stream.as_bytes().to_vec();
    let row =
        sqlx::query("SELECT key, settled, settled_hash, highest FROM device WHERE stream = ?")
            .bind(name.clone())
            .fetch_optional(&mut *db)
            .await
            .map_err(DbError::while_to("read a stream"))?;
    let Some(row) = row else {
        return Ok(None);
    };
    let key = public_key(&row, 0)?;
    let settled = match row.get::<Option<Vec<u8>>, _>(2) {
        None => None,
        Some(hash) => Some(StreamHead {
            sequence: unsigned(&row, 1)?,
            hash: hash
                .try_into()
                .map_err(|_| DbError::Damaged(format!("the end of {stream:?} is no hash")))?,
        }),
    };
    // Rows of an unknown device are not part of the state before they have been judged again.
    let after = sqlx::query(
        "SELECT leaf FROM place WHERE stream = ? AND sequence > ? AND NOT EXISTS ( \
             SELECT 1 FROM finding WHERE finding.label = place.label \
             AND finding.place = place.place \
             AND finding.what = 'unknown-device' AND finding.settled IS NULL)",
    )
    .bind(name)
    .bind(number(settled.map_or(0, |head| head.sequence)))
    .fetch_all(&mut *db)
    .await
    .map_err(DbError::while_to("read a stream"))?;
    let mut links = Vec::with_capacity(after.len());
    for row in &after {
        let entry = entry(row, 0)?;
        if entry.verify(&key).is_ok() {
            links.push(Link::from(&entry));
        }
    }
    Ok(Some(Tracked {
        chain: Chain::resume(stream, key.clone(), settled, links),
        key,
        settled,
        highest: unsigned(&row, 3)?,
    }))
}

/// Pins the device key that verifies this entry, the first seen of its stream; or says what the entry
/// is. A stream that bears the name of a device's key is pinned to that key or not at all: otherwise
/// one device could take another's name before that one speaks.
async fn pin(
    db: &mut SqliteConnection,
    entry: &Entry,
    devices: &[Device],
    now: Timestamp,
) -> Result<Result<Tracked, What>, DbError> {
    let signed = |device: &&Device| entry.verify(&device.key).is_ok();
    let named = devices
        .iter()
        .find(|device| device.stream == entry.stream());
    let device = match named {
        Some(named) if signed(&named) => named,
        Some(_) => return Ok(Err(What::BadSignature)),
        None => match devices.iter().find(signed) {
            Some(device) => device,
            None => return Ok(Err(What::UnknownDevice)),
        },
    };
    let key = &device.key;
    sqlx::query(
        "INSERT INTO device (stream, key, settled, highest, missing, heard) VALUES (?, ?, 0, 0, 0, ?)",
    )
    .bind(entry.stream().as_bytes().to_vec())
    .bind(key.to_cose_key())
    .bind(number(now.seconds()))
    .execute(&mut *db)
    .await
    .map_err(DbError::while_to("pin a device"))?;
    Ok(Ok(Tracked {
        chain: Chain::new(entry.stream(), key.clone()),
        key: key.clone(),
        settled: None,
        highest: 0,
    }))
}

/// What an entry is whose number was settled before: the very leaf again, or another one.
async fn settled(db: &mut SqliteConnection, entry: &Entry) -> Result<What, DbError> {
    let others: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM place WHERE stream = ? AND sequence = ? AND leaf <> ?",
    )
    .bind(entry.stream().as_bytes().to_vec())
    .bind(number(entry.sequence()))
    .bind(entry.to_bytes().to_vec())
    .fetch_one(&mut *db)
    .await
    .map_err(DbError::while_to("read a stream"))?;
    Ok(if others > 0 { What::Fork } else { What::Twice })
}

fn entry(row: &SqliteRow, column: usize) -> Result<Entry, DbError> {
    Entry::read(row.get(column)).map_err(|error| DbError::Damaged(error.to_string()))
}

fn public_key(row: &SqliteRow, column: usize) -> Result<PublicKey, DbError> {
    PublicKey::from_cose_key(row.get(column))
        .map_err(|_| DbError::Damaged("the pinned key of a device is none".to_owned()))
}

fn stream_id(row: &SqliteRow, column: usize) -> Result<StreamId, DbError> {
    row.get::<&[u8], _>(column)
        .try_into()
        .map(StreamId::from_random)
        .map_err(|_| DbError::Damaged("the name of a stream is none".to_owned()))
}

/// The label of a log.
pub(super) fn label(row: &SqliteRow, column: usize) -> Result<Label, DbError> {
    Label::from_number(row.get(column))
        .ok_or_else(|| DbError::Damaged("the label of a log is none".to_owned()))
}

/// A number that cannot be negative.
pub(super) fn unsigned(row: &SqliteRow, column: usize) -> Result<u64, DbError> {
    u64::try_from(row.get::<i64, _>(column))
        .map_err(|_| DbError::Damaged("a number is below zero".to_owned()))
}

pub(super) fn timestamp(row: &SqliteRow, column: usize) -> Result<Timestamp, DbError> {
    Timestamp::from_seconds(unsigned(row, column)?)
        .ok_or_else(|| DbError::Damaged("an instant is out of range".to_owned()))
}

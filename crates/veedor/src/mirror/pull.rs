//! One round of pulling: what the hub published is taken whole into one transaction, and kept only
//! if the leaves lead to the root that the log signed.
//!
//! A head that is smaller than the one held, or of another tree, is evidence and changes nothing.
//! What the hub sends beside the tree counts for nothing by itself: signatures of devices, links and
//! envelopes are checked here.

use paso_formats::feed::{Feed, FeedError, Place};
use paso_tlog::{
    checkpoint::{CheckpointError, Head, Origin, SignedCheckpoint},
    cosignature::Timestamp,
    hash::{Hash, leaf_hash},
    note::{NoteError, Verify},
    opening::Opening,
    tile::Edge,
    witness::Log,
};
use sqlx::{Row as _, SqliteConnection};

use super::{
    Mirror, Work,
    db::DbError,
    hub::{Hub, HubError, Label},
    lines::{more_witnessed, published_by},
    number, rows,
    streams::{At, What, note, timestamp, unsigned},
    told, tree,
    trust::{Device, TrustError},
};
use crate::evidence::{Kind, Refused};

/// Why a round took nothing.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The hub.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Our own database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The authority's bundle.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// Not a checkpoint.
    #[error("the hub's checkpoint of {origin} cannot be read: {source}")]
    Checkpoint {
        /// Which log.
        origin: Origin,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// A checkpoint of another log, or one that the log's pinned keys did not sign.
    #[error(
        "the hub's checkpoint of {origin} is not signed by its pinned keys ({reason}); ask its operator"
    )]
    Unsigned {
        /// Which log.
        origin: Origin,
        /// What is wrong with it.
        reason: String,
    },
    /// A feed that cannot be read, for reasons that may pass.
    #[error("the hub's rows of {origin} cannot be read: {source}")]
    Feed {
        /// Which log.
        origin: Origin,
        /// What is wrong with it.
        source: FeedError,
    },
    /// A feed of other places than those asked for.
    #[error(
        "the hub sent rows from {got} on where {asked} was asked for, or none; ask its operator"
    )]
    OtherPlaces {
        /// The place asked for.
        asked: u64,
        /// The place that came.
        got: u64,
    },
    /// What came is evidence, and was kept as such.
    #[error(
        "refused what the hub of {origin} published, and kept it as evidence: {kind:?} at {size}"
    )]
    Refused {
        /// Which log.
        origin: Origin,
        /// What it shows.
        kind: Kind,
        /// The size of the tree refused, or the place of the row.
        size: u64,
    },
    /// More than there is room for.
    #[error(
        "the hub of {0} sends more than is left of most_gigabytes; raise it in veedor.toml if that log \
         is so large, else ask its operator what it is sending"
    )]
    NoRoom(Origin),
    /// A log that was mirrored is not published any more.
    #[error("the hub does not publish {0} any more, of which the mirror holds a head")]
    Vanished(Origin),
}

/// Why a round took nothing, as far as it concerns those who only look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The hub does not answer, or not in words that can be read.
    Hub,
    /// The log's keys did not sign what the hub publishes.
    Unsigned,
    /// What came is evidence.
    Refused,
    /// A log is not published any more.
    Vanished,
    /// The authority's bundle is missing or cannot be used.
    Trust,
    /// Our own disk.
    Disk,
    /// More than there is room for.
    Room,
}

impl PullError {
    /// What kind of failure it is.
    #[must_use]
    pub const fn failure(&self) -> Failure {
        match self {
            Self::Hub(_)
            | Self::Checkpoint { .. }
            | Self::Feed { .. }
            | Self::OtherPlaces { .. } => Failure::Hub,
            Self::Unsigned { .. } => Failure::Unsigned,
            Self::Refused { .. } => Failure::Refused,
            Self::Vanished(_) => Failure::Vanished,
            Self::Trust(_) => Failure::Trust,
            Self::Db(_) => Failure::Disk,
            Self::NoRoom(_) => Failure::Room,
        }
    }
}

/// What a mirror holds of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its label.
    pub label: Label,
    /// Which.
    pub origin: Origin,
    /// Size and root.
    pub head: Head,
    /// The published note of that head.
    pub note: SignedCheckpoint,
    /// When the mirror last held everything that was published.
    pub complete: Timestamp,
}

/// All logs that the mirror holds, by label.
pub(super) async fn held(db: &mut SqliteConnection) -> Result<Vec<Held>, DbError> {
    let rows =
        sqlx::query("SELECT label, origin, size, root, note, complete FROM log ORDER BY label")
            .fetch_all(&mut *db)
            .await
            .map_err(DbError::while_to("read the logs"))?;
    rows.iter()
        .map(|row| {
            let damaged = || DbError::Damaged("the head of a log cannot be read".to_owned());
            let origin = Origin::new(row.get(1)).ok_or_else(damaged)?;
            let root: [u8; 32] = row.get::<Vec<u8>, _>(3).try_into().map_err(|_| damaged())?;
            Ok(Held {
                label: Label::of(&origin).ok_or_else(damaged)?,
                origin,
                head: Head {
                    size: unsigned(row, 2)?,
                    root: Hash(root),
                },
                note: SignedCheckpoint::parse(row.get(4)).map_err(|_| damaged())?,
                complete: timestamp(row, 5)?,
            })
        })
        .collect()
}

/// The log of one label, if the mirror holds any of it.
pub(super) async fn held_of(
    db: &mut SqliteConnection,
    label: Label,
) -> Result<Option<Held>, DbError> {
    let held = held(db).await?;
    Ok(held.into_iter().find(|log| log.label == label))
}

/// What is pulled, and by which clock.
pub(super) struct Round<'a, H> {
    pub(super) hub: &'a H,
    pub(super) log: &'a Log,
    pub(super) label: Label,
    pub(super) now: Timestamp,
}

impl<H: Hub> Round<'_, H> {
    /// Brings the mirror of one log up to what is published. Gives back whether anything is.
    pub(super) async fn pull(&self, mirror: &Mirror, work: &mut Work) -> Result<bool, PullError> {
        let held = held_of(&mut *mirror.db.snapshot().await?, self.label).await?;
        let Some(note) = self.published().await? else {
            return match held {
                Some(held) => Err(PullError::Vanished(held.origin)),
                None => Ok(false),
            };
        };
        let offered = note.unverified().head();
        let size = held.as_ref().map_or(0, |held| held.head.size);
        if let Some(held) = held.filter(|held| offered.size <= held.head.size) {
            return self.compare(mirror, &held, &note).await.map(|()| true);
        }
        if offered.size == 0 {
            return Ok(false);
        }
        let taken = self.take(mirror, work, &note, size).await;
        if taken.is_err() {
            // The transaction is undone, and so must be what it taught.
            work.streams.forget();
        }
        taken.map(|()| true)
    }

    /// The published checkpoint, signed by the log.
    async fn published(&self) -> Result<Option<SignedCheckpoint>, PullError> {
        let origin = &self.log.origin;
        let Some(bytes) = self.hub.checkpoint(self.label).await? else {
            return Ok(None);
        };
        let note = SignedCheckpoint::parse(&bytes).map_err(|source| PullError::Checkpoint {
            origin: origin.clone(),
            source,
        })?;
        let unsigned = |reason: String| PullError::Unsigned {
            origin: origin.clone(),
            reason,
        };
        if note.unverified().origin() != origin {
            return Err(unsigned(format!("it is of {}", note.unverified().origin())));
        }
        verified(&note, self.log).map_err(|error| unsigned(error.to_string()))?;
        Ok(Some(note))
    }

    /// A head that is no larger than the one held: the same, older, or of another history.
    async fn compare(
        &self,
        mirror: &Mirror,
        held: &Held,
        note: &SignedCheckpoint,
    ) -> Result<(), PullError> {
        let offered = note.unverified().head();
        let before = if offered.size == held.head.size {
            held.head.root
        } else {
            let mut db = mirror.db.snapshot().await?;
            tree::root_at(&mut db, self.label, offered.size).await?
        };
        if before != offered.root {
            return Err(self.refuse_note(mirror, Kind::Fork, &held.note, note));
        }
        if offered.size < held.head.size {
            return Err(self.refuse_note(mirror, Kind::Rollback, &held.note, note));
        }
        // The same head with more cosignatures is worth having.
        if let Some(note) = more_witnessed(&held.note, note, &mirror.settings.witnesses) {
            let mut tx = mirror.db.begin().await?;
            sqlx::query("UPDATE log SET note = ?, complete = ? WHERE label = ?")
                .bind(note.to_string().into_bytes())
                .bind(number(self.now.seconds()))
                .bind(self.label.number())
                .execute(&mut *tx)
                .await
                .map_err(DbError::while_to("store a note"))?;
            tx.commit().await.map_err(DbError::while_to("commit"))?;
        }
        Ok(())
    }

    /// Takes every row up to the published head into one transaction.
    async fn take(
        &self,
        mirror: &Mirror,
        work: &mut Work,
        note: &SignedCheckpoint,
        size: u64,
    ) -> Result<(), PullError> {
        let offered = note.unverified().head();
        let mut tx = mirror.db.begin().await?;
        let held = rows::bytes(&mut tx).await?;
        let mut room = mirror.settings.most_bytes.saturating_sub(held);
        let mut edge = rows::edge(&mut tx, self.label, size).await?;
        while edge.size() < offered.size {
            let bytes = self.hub.feed(self.label, edge.size()).await?;
            room = room
                .checked_sub(bytes.len() as u64)
                .ok_or_else(|| PullError::NoRoom(self.log.origin.clone()))?;
            let feed = match Feed::read(&bytes, Some(self.log.origin.as_ref())) {
                Ok(feed) => feed,
                Err(FeedError::Row { place, cause }) => {
                    tracing::error!(origin = %self.log.origin, place, %cause, "a row does not hold");
                    return Err(self.refuse(mirror, note, Kind::Row, place, &bytes));
                }
                Err(source) => {
                    return Err(PullError::Feed {
                        origin: self.log.origin.clone(),
                        source,
                    });
                }
            };
            if feed.header().first != edge.size() || feed.header().count == 0 {
                return Err(PullError::OtherPlaces {
                    asked: edge.size(),
                    got: feed.header().first,
                });
            }
            for (place, row) in feed.places().take_while(|(place, _)| *place < offered.size) {
                self.take_row(&mut tx, work, &mut edge, place, &row).await?;
            }
            work.streams.store(&mut tx, self.now).await?;
        }
        if edge.root() != offered.root {
            let came = format!(
                "The rows that the hub sent for this head lead to another root.\nsize {}\nroot {}\n",
                edge.size(),
                edge.root()
            );
            return Err(self.refuse(mirror, note, Kind::Tree, offered.size, came.as_bytes()));
        }
        rows::store_edge(&mut tx, self.label, &edge).await?;
        sqlx::query(
            "INSERT INTO log (label, origin, size, root, note, complete) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (label) DO UPDATE SET size = excluded.size, root = excluded.root, \
             note = excluded.note, complete = excluded.complete",
        )
        .bind(self.label.number())
        .bind(self.log.origin.as_ref())
        .bind(number(offered.size))
        .bind(offered.root.0.to_vec())
        .bind(note.to_string().into_bytes())
        .bind(number(self.now.seconds()))
        .execute(&mut *tx)
        .await
        .map_err(DbError::while_to("store a head"))?;
        let published = published_by(note, &mirror.settings.witnesses, self.now);
        told::note(&mut tx, self.label, offered.size, published).await?;
        tx.commit().await.map_err(DbError::while_to("commit"))?;
        Ok(())
    }

    async fn take_row(
        &self,
        db: &mut SqliteConnection,
        work: &mut Work,
        edge: &mut Edge,
        place: u64,
        row: &Place<'_>,
    ) -> Result<(), DbError> {
        let at = At {
            label: self.label,
            place,
            now: self.now,
            seen: self.now,
        };
        let leaf = row.leaf();
        match row {
            Place::Opening(leaf) => {
                if !self.opens(db, leaf).await? {
                    note(db, at, What::Opening, None).await?;
                }
                rows::insert(db, self.label, place, leaf, None).await?;
            }
            Place::Entry(row) => {
                let devices: &[Device] = &work.devices;
                work.streams.judge(db, at, &row.entry, devices).await?;
                rows::insert(db, self.label, place, &leaf, Some(row)).await?;
            }
        }
        for tile in edge.push(leaf_hash(&leaf)) {
            rows::insert_tile(db, self.label, &tile).await?;
        }
        Ok(())
    }

    /// Whether the first leaf opens this log, and continues the newest log before it that the mirror
    /// holds by the very head at which that one stands.
    async fn opens(&self, db: &mut SqliteConnection, leaf: &[u8]) -> Result<bool, DbError> {
        let Ok(opening) = Opening::parse(leaf) else {
            return Ok(false);
        };
        let mut earlier = held(db).await?;
        earlier.retain(|log| log.label < self.label);
        let continues = match (earlier.pop(), opening.continues()) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(last), Some((origin, head))) => last.origin == *origin && last.head == *head,
        };
        Ok(*opening.origin() == self.log.origin && continues)
    }

    /// Keeps two signed notes that do not go together.
    pub(super) fn refuse_note(
        &self,
        mirror: &Mirror,
        kind: Kind,
        stood: &SignedCheckpoint,
        came: &SignedCheckpoint,
    ) -> PullError {
        let size = came.unverified().head().size;
        let both = format!(
            "{}\n{}",
            stood.note().unverified_text(),
            came.note().unverified_text()
        );
        // An older head is one reproach, however often the log has grown since.
        let once_for = match kind {
            Kind::Rollback => came.note().unverified_text(),
            _ => &both,
        };
        mirror.keep(
            self.label,
            &self.log.origin,
            &Refused {
                kind,
                at: self.now,
                size,
                once_for,
                stood: stood.to_string().as_bytes(),
                came: came.to_string().as_bytes(),
            },
        )
    }

    fn refuse(
        &self,
        mirror: &Mirror,
        note: &SignedCheckpoint,
        kind: Kind,
        size: u64,
        came: &[u8],
    ) -> PullError {
        // A row is one reproach, whatever head it was sent for; a tree is one for each head.
        let once_for = match kind {
            Kind::Row => format!("row {size} of {}", self.log.origin),
            _ => note.note().unverified_text().to_owned(),
        };
        mirror.keep(
            self.label,
            &self.log.origin,
            &Refused {
                kind,
                at: self.now,
                size,
                once_for: &once_for,
                stood: note.to_string().as_bytes(),
                came,
            },
        )
    }
}

/// Whether one of the log's pinned keys signed the note.
pub(super) fn verified(note: &SignedCheckpoint, log: &Log) -> Result<(), NoteError> {
    let keys: Vec<&dyn Verify> = log.keys.iter().map(|key| key as &dyn Verify).collect();
    note.verify(&keys).map(|_| ())
}

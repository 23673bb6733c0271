//! The mirror: a copy of everything that an authority has put into its logs, pulled, checked and
//! kept where that authority cannot reach it.
//!
//! It promises that what it holds is what the log signed, down to the last leaf; that nothing it
//! holds is ever overwritten by something else; and that it gives all of it back: heads, tiles,
//! proofs, and the rows by which an authority that lost its disk begins again. It can open none of
//! the bodies.

pub mod check;
mod db;
pub mod export;
mod give;
mod http;
mod hub;
mod lines;
mod pull;
mod rows;
mod standing;
mod streams;
mod told;
mod tree;
mod trust;

pub use db::{Db, DbError};
pub use http::{HttpHub, NoClient};
pub use hub::{Hub, HubError, Label, MAX_FEED_BYTES, NotALabel, ROWS_AT_A_TIME};
pub use pull::{Failure, Held, PullError};
pub use rows::Stored;
pub use standing::{LogStanding, Standing};
pub use streams::{Finding, Stream, What};
pub use told::{committed, receipt_was_held, told};
pub use trust::TrustError;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use paso_formats::bundle::{self, Pinned};
use paso_tlog::{
    checkpoint::{Origin, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp},
    witness::Log,
};

use crate::{
    disk::{self, Disk},
    evidence::{Evidence, Kind, Refused, Side},
};
use pull::Round;
use streams::Streams;
use trust::Device;

/// Rows looked at in one go.
const AT_ONCE: u64 = 1024;

/// SQLite's numbers; places, sizes and seconds stay below 2^63 ([`paso_tlog::tree::MAX_SIZE`]).
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Which authority is mirrored, and by what it is believed.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its short name, as its anchor has it.
    pub code: String,
    /// Its roots.
    pub pinned: Pinned,
    /// Where a bundle is brought by hand.
    pub bundle: Option<PathBuf>,
    /// Its logs, by their pinned keys.
    pub logs: Vec<Log>,
    /// The witnesses whose cosignatures are worth having.
    pub witnesses: Vec<CosignerKey>,
    /// The most bytes that its database may take up: a hub that lies must not fill the disk, on which
    /// the witness keeps its own records.
    pub most_bytes: u64,
}

/// Why a mirror does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Its database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Its evidence.
    #[error("{path}: {source}; free or repair the disk")]
    Disk {
        /// Which directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// What one puller at a time works with.
#[derive(Debug, Default)]
struct Work {
    streams: Streams,
    devices: Vec<Device>,
    /// The sequence of the bundle whose device keys these are.
    bundle: Option<u64>,
}

/// What is known without asking the database.
#[derive(Debug, Default)]
struct State {
    evidence: BTreeMap<Label, Evidence>,
    complete: BTreeMap<Label, Timestamp>,
    failure: Option<Failure>,
}

/// The mirror of one authority.
#[derive(Debug)]
pub struct Mirror {
    settings: Settings,
    db: Db,
    dir: PathBuf,
    disk: Disk,
    work: tokio::sync::Mutex<Work>,
    state: Mutex<State>,
}

impl Mirror {
    /// Opens the mirror of an authority below a directory, made if need be.
    pub async fn open(dir: &Path, disk: &Disk, settings: Settings) -> Result<Self, OpenError> {
        Self::open_within(dir, disk, settings, None).await
    }

    /// The same with a database that may have so many pages: tests of a full disk.
    pub async fn open_within(
        dir: &Path,
        disk: &Disk,
        settings: Settings,
        most_pages: Option<u32>,
    ) -> Result<Self, OpenError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Disk { path, source }
        };
        let own = dir.join(&settings.code);
        for path in [dir, &own] {
            if !path.is_dir() {
                disk::make_directory(path).map_err(failed(path))?;
            }
        }
        let db = Db::open(&database(dir, &settings.code), most_pages).await?;
        let mut state = State::default();
        for entry in fs::read_dir(&own).map_err(failed(&own))? {
            let entry = entry.map_err(failed(&own))?;
            let label = entry
                .file_name()
                .to_str()
                .and_then(|name| name.parse().ok());
            if let Some(label) = label {
                let evidence = Evidence::open(entry.path(), disk.clone());
                let evidence = evidence.map_err(failed(&entry.path()))?;
                state.evidence.insert(label, evidence);
            }
        }
        Ok(Self {
            settings,
            db,
            dir: own,
            disk: disk.clone(),
            work: tokio::sync::Mutex::default(),
            state: Mutex::new(state),
        })
    }

    /// The authority's short name.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.settings.code
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings the mirror of every log of the hub up to what is published. `cosigned` is the newest
    /// head that the witness beside this mirror has signed: the hub must not show the two of them
    /// different logs, and a mirror that has less than the witness has seen is behind.
    pub async fn pull<H: Hub>(
        &self,
        hub: &H,
        now: Timestamp,
        cosigned: impl Fn(&Origin) -> Option<SignedCheckpoint> + Send + Sync,
    ) -> Result<(), PullError> {
        let mut work = self.work.lock().await;
        let pulled = self.pull_all(hub, now, &cosigned, &mut work).await;
        self.state().failure = pulled.as_ref().err().map(PullError::failure);
        pulled
    }

    async fn pull_all<H: Hub>(
        &self,
        hub: &H,
        now: Timestamp,
        cosigned: &(impl Fn(&Origin) -> Option<SignedCheckpoint> + Send + Sync),
        work: &mut Work,
    ) -> Result<(), PullError> {
        // What is published is kept even where nobody can say yet whose devices signed it.
        let mut first_error = match self.renew_trust(hub, work, now).await {
            Err(error @ (PullError::Db(_) | PullError::Hub(_))) => return Err(error),
            renewed => renewed.err(),
        };
        let mut logs: Vec<(Label, &Log)> = Vec::new();
        for origin in hub.origins().await? {
            let pinned = self.settings.logs.iter().find(|log| log.origin == origin);
            match (Label::of(&origin), pinned) {
                (Some(label), Some(log)) => logs.push((label, log)),
                // Nothing is taken on the hub's word: an operator adds the log's key by hand.
                _ => {
                    tracing::warn!(%origin, "the hub has a log that no [[log]] of veedor.toml names");
                }
            }
        }
        let held = pull::held(&mut *self.db.snapshot().await?).await?;
        let vanished = held
            .into_iter()
            .find(|held| !logs.iter().any(|(_, log)| log.origin == held.origin))
            .map(|held| PullError::Vanished(held.origin));
        first_error = first_error.or(vanished);
        logs.sort_by_key(|(label, _)| *label);
        for (label, log) in logs {
            let round = Round {
                hub,
                log,
                label,
                now,
            };
            let pulled = match round.pull(self, work).await {
                Ok(true) => {
                    self.compare_with_witness(&round, cosigned(&log.origin))
                        .await
                }
                Ok(false) => Ok(()),
                Err(error) => Err(error),
            };
            // One log must not keep another back.
            if let Err(error) = pulled {
                tracing::warn!(origin = %log.origin, %error, "nothing was taken");
                first_error.get_or_insert(error);
            }
        }
        first_error.map_or(Ok(()), Err)
    }

    /// Holds the mirrored tree against the head that the witness signed for the same log.
    async fn compare_with_witness<H: Hub>(
        &self,
        round: &Round<'_, H>,
        cosigned: Option<SignedCheckpoint>,
    ) -> Result<(), PullError> {
        let mut db = self.db.snapshot().await?;
        let Some(held) = pull::held_of(&mut db, round.label).await? else {
            return Ok(());
        };
        if let Some(seen) = cosigned {
            let cosigned = seen.unverified().head();
            if cosigned.size > held.head.size {
                // Published only once enough witnesses have signed: it follows, or the mirror's
                // alarm rings.
                return Ok(());
            }
            if tree::root_at(&mut db, round.label, cosigned.size).await? != cosigned.root {
                return Err(round.refuse_note(self, Kind::Fork, &held.note, &seen));
            }
        }
        self.state().complete.insert(round.label, round.now);
        Ok(())
    }

    /// Takes a newer bundle from the hub or from its file, and looks again at rows of devices that
    /// were unknown.
    async fn renew_trust<H: Hub>(
        &self,
        hub: &H,
        work: &mut Work,
        now: Timestamp,
    ) -> Result<(), PullError> {
        let pinned = &self.settings.pinned;
        let mut newest = trust::kept(&mut *self.db.snapshot().await?, pinned).await?;
        let mut offered: Vec<(String, Vec<u8>)> = Vec::new();
        if let Some(path) = &self.settings.bundle {
            let bytes = tokio::fs::read(path).await;
            let bytes = bytes.map_err(|source| TrustError::File {
                path: path.clone(),
                source,
            })?;
            offered.push((path.display().to_string(), bytes));
        }
        if let Some(bytes) = hub.bundle().await? {
            offered.push(("of the hub".to_owned(), bytes));
        }
        for (from, bytes) in offered {
            let opened = bundle::open(&bytes, pinned)
                .map_err(|source| TrustError::Bundle { from, source })?;
            let newer = newest
                .as_ref()
                .is_none_or(|newest| opened.replaces(newest).is_ok());
            if newer {
                let mut tx = self.db.begin().await?;
                trust::keep(&mut tx, &bytes).await?;
                tx.commit().await.map_err(DbError::while_to("commit"))?;
                newest = Some(opened);
            }
        }
        let newest = newest.ok_or(TrustError::None)?;
        if work.bundle == Some(newest.bundle().sequence) {
            return Ok(());
        }
        let devices = trust::devices(&newest);
        let mut tx = self.db.begin().await?;
        let reviewed = match work.streams.review(&mut tx, &devices, now).await {
            Ok(()) => tx.commit().await.map_err(DbError::while_to("commit")),
            Err(error) => Err(error),
        };
        if let Err(error) = reviewed {
            work.streams.forget();
            return Err(error.into());
        }
        work.devices = devices;
        work.bundle = Some(newest.bundle().sequence);
        Ok(())
    }

    /// Keeps evidence, and says so.
    fn keep(&self, label: Label, origin: &Origin, refused: &Refused<'_>) -> PullError {
        let mut state = self.state();
        let kept = match state.evidence.entry(label) {
            std::collections::btree_map::Entry::Occupied(found) => found.into_mut().keep(refused),
            std::collections::btree_map::Entry::Vacant(none) => {
                Evidence::open(self.dir.join(label.to_string()), self.disk.clone())
                    .and_then(|evidence| none.insert(evidence).keep(refused))
            }
        };
        match kept {
            Ok(kept) => {
                tracing::warn!(%origin, kind = ?refused.kind, "refused what the hub sent; {kept}");
            }
            Err(error) => {
                tracing::error!(%origin, %error, "the evidence could not be written; free the disk");
            }
        }
        PullError::Refused {
            origin: origin.clone(),
            kind: refused.kind,
            size: refused.size,
        }
    }

    /// Every note that the mirror keeps: of the heads held, and of its evidence.
    pub async fn notes(&self) -> Result<Vec<SignedCheckpoint>, OpenError> {
        let held = pull::held(&mut *self.db.snapshot().await?).await?;
        let mut notes: Vec<_> = held.into_iter().map(|held| held.note).collect();
        let state = self.state();
        for (label, evidence) in &state.evidence {
            let named = evidence.pieces().iter().map(ToString::to_string);
            for (piece, side) in named.flat_map(|piece| Side::ALL.map(|side| (piece.clone(), side)))
            {
                let Some(bytes) = evidence.read(&piece, side) else {
                    continue;
                };
                let bytes = bytes.map_err(|source| OpenError::Disk {
                    path: self.dir.join(label.to_string()).join(&piece),
                    source,
                })?;
                // Rows and trees are no notes.
                notes.extend(SignedCheckpoint::parse(&bytes));
            }
        }
        Ok(notes)
    }

    /// Ends the database's connections.
    pub async fn close(&self) {
        self.db.close().await;
    }
}

/// The file of an authority's mirror below the directory of all.
#[must_use]
pub fn database(dir: &Path, code: &str) -> PathBuf {
    dir.join(format!("{code}.db"))
}

//! The witness: judges a request against what it stored, stores what it accepts, and answers.
//!
//! For each log these three are one step under one lock, and the cosignature leaves only after the
//! new head is on disk (tlog-witness gives the race and the rollback that this prevents).

use crate::{
    clock::Clock,
    config::Config,
    disk::Disk,
    evidence::{Kind, Piece, Refused, Side},
    key::Key,
    lag::Lag,
    record::{Cosigned, Record, RecordError},
};
use core::fmt::Write as _;
use paso_tlog::{
    checkpoint::{CheckpointError, Head, Origin, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp},
    note::{KeyError, NoteError, Sign as _, SignError, SignatureLine, Verify},
    witness::{Log, Outcome, Refusal, Request, Response, decide, monitoring_path},
};
use std::{
    collections::BTreeMap,
    io,
    path::Path,
    sync::{Mutex, MutexGuard},
};

/// Why a request got no answer of the protocol, or a witness does not start.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    /// The disk, or what is on it.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The name and the key make no public key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The note cannot be put together again; no request that was accepted leads here.
    #[error("the checkpoint cannot be kept: {0}; nothing was cosigned")]
    Note(#[from] CheckpointError),
}

impl From<NoteError> for WitnessError {
    fn from(error: NoteError) -> Self {
        Self::Note(error.into())
    }
}

/// A log followed, as the board shows it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Which log.
    pub origin: Origin,
    /// What was cosigned last.
    pub head: Option<Head>,
    /// When.
    pub seen: Option<Timestamp>,
    /// What that means now.
    pub lag: Lag,
    /// What it signed and was refused.
    pub evidence: Vec<Piece>,
    /// The SHA-256 of the origin in hexadecimal, by which its addresses begin.
    pub hash: String,
}

#[derive(Debug)]
struct Followed {
    log: Log,
    record: Mutex<Record>,
}

impl Followed {
    /// The record, for one caller at a time. One who panicked may have left it half changed.
    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(|poisoned| {
            self.record.clear_poison();
            let mut record = poisoned.into_inner();
            record.doubt();
            record
        })
    }
}

/// A witness with all it keeps.
#[derive(Debug)]
pub struct Witness {
    key: CosignerKey,
    signer: Key,
    clock: Clock,
    logs: BTreeMap<Origin, Followed>,
}

impl Witness {
    /// Opens the records of the configured logs below `dir`. The caller owns that directory.
    pub fn open(
        dir: &Path,
        disk: &Disk,
        config: Config,
        signer: Key,
        clock: Clock,
    ) -> Result<Self, WitnessError> {
        let key = CosignerKey::new(config.name, &signer.public_key())?;
        let mut logs = BTreeMap::new();
        for log in config.logs {
            let record = Record::open(
                &dir.join(origin_hash(&log.origin)),
                disk.clone(),
                log.origin.clone(),
                key.clone(),
            )?;
            let followed = Followed {
                log,
                record: Mutex::new(record),
            };
            logs.insert(followed.log.origin.clone(), followed);
        }
        Ok(Self {
            key,
            signer,
            clock,
            logs,
        })
    }

    /// The public key that others configure.
    #[must_use]
    pub const fn key(&self) -> &CosignerKey {
        &self.key
    }

    /// The present, by this witness's clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Answers the body of an `add-checkpoint`. Waits for the disk.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<Response, WitnessError> {
        match Request::parse(body) {
            Ok(request) => self.check_and_store(&request),
            Err(error) => Ok(Response::refused(&error.into())),
        }
    }

    fn check_and_store(&self, request: &Request) -> Result<Response, WitnessError> {
        let Some(followed) = self.logs.get(request.checkpoint().unverified().origin()) else {
            return Ok(Response::refused(&Refusal::UnknownOrigin));
        };
        let mut record = followed.record();
        let now = self.clock.now();
        match decide(Some(&followed.log), record.head()?, request) {
            Outcome::Accept(advance) => {
                // Anybody can send a public checkpoint again. It is no sign of the log's life, and
                // costs neither a new time nor the disk.
                let text = request.checkpoint().note().unverified_text();
                if let Some(stored) = record.stored()
                    && stored.note().note().unverified_text() == text
                {
                    return Ok(Response::cosigned(&[stored.line().clone()]));
                }
                // In memory only until the note that carries it is on disk: then it leaves.
                let line = advance.cosign(&self.key, now, &self.signer)?;
                let note = note_to_keep(request.checkpoint(), &followed.log, &line)?;
                record.replace(Cosigned::verify(note, &self.key)?)?;
                Ok(Response::cosigned(&[line]))
            }
            Outcome::Refuse(refusal) => {
                keep(&mut record, now, request, &refusal);
                Ok(Response::refused(&refusal))
            }
        }
    }

    fn followed(&self, hash: &str) -> Option<&Followed> {
        self.logs
            .values()
            .find(|followed| origin_hash(&followed.log.origin) == hash)
    }

    /// The newest cosigned note of the log whose origin has this hash, if any.
    #[must_use]
    pub fn checkpoint(&self, hash: &str) -> Option<String> {
        let record = self.followed(hash)?.record();
        record.stored().map(|cosigned| cosigned.note().to_string())
    }

    /// What was cosigned last for the log of this origin, if it is followed and any was.
    #[must_use]
    pub fn cosigned(&self, origin: &Origin) -> Option<SignedCheckpoint> {
        let record = self.logs.get(origin)?.record();
        record.stored().map(|cosigned| cosigned.note().clone())
    }

    /// Makes sure that a note found elsewhere does not show that this directory forgot what this
    /// witness signed. Notes of logs that are not followed, or without our cosignature, pass.
    pub fn remembers(&self, found: &SignedCheckpoint) -> Result<(), RecordError> {
        match self.logs.get(found.unverified().origin()) {
            Some(followed) => followed.record().remembers(found),
            None => Ok(()),
        }
    }

    /// A note of a piece of evidence about the log whose origin has this hash, if any.
    #[must_use]
    pub fn evidence(&self, hash: &str, piece: &str, side: Side) -> Option<io::Result<Vec<u8>>> {
        self.followed(hash)?.record().evidence().read(piece, side)
    }

    /// Every log followed, by origin.
    #[must_use]
    pub fn standings(&self) -> Vec<Standing> {
        let now = self.now();
        self.logs
            .values()
            .map(|followed| {
                let record = followed.record();
                let seen = record.stored().map(Cosigned::at);
                Standing {
                    origin: followed.log.origin.clone(),
                    head: record.stored().map(Cosigned::head),
                    seen,
                    lag: Lag::of(seen, now),
                    evidence: record.evidence().pieces().to_vec(),
                    hash: origin_hash(&followed.log.origin),
                }
            })
            .collect()
    }
}

/// What a log's addresses begin with: the first half of tlog-witness's monitoring path.
#[must_use]
pub fn origin_hash(origin: &Origin) -> String {
    let mut path = monitoring_path(origin);
    path.truncate(path.find('/').unwrap_or(path.len()));
    path
}

/// The checkpoint with one line by each key of the log, and ours. Lines of strangers are left out:
/// whoever sends a request could add them.
fn note_to_keep(
    checkpoint: &SignedCheckpoint,
    log: &Log,
    ours: &SignatureLine,
) -> Result<SignedCheckpoint, WitnessError> {
    let keys: Vec<&dyn Verify> = log.keys.iter().map(|key| key as &dyn Verify).collect();
    let mut text = format!("{}\n", checkpoint.note().unverified_text());
    let mut written = Vec::new();
    for (key, line) in checkpoint.note().verify(&keys)? {
        if !written.contains(&key.id()) {
            written.push(key.id());
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{line}");
        }
    }
    let _ = writeln!(text, "{ours}");
    Ok(SignedCheckpoint::parse(text.as_bytes())?)
}

/// Keeps what the log signed and must not have. A refusal stands even where the disk is full.
fn keep(record: &mut Record, now: Timestamp, request: &Request, refusal: &Refusal) {
    if !refusal.is_worth_keeping() {
        return;
    }
    let kind = match refusal {
        Refusal::BadProof(_) => Kind::Proof,
        _ => Kind::Fork,
    };
    let origin = request.checkpoint().unverified().origin();
    // Against nothing cosigned, nothing is contradicted.
    let Some(cosigned) = record.stored().map(|cosigned| cosigned.note().clone()) else {
        return;
    };
    let checkpoint = request.checkpoint();
    // No text holds an empty line, so it separates the two: whatever proof or cosignatures come with
    // them, they are kept once.
    let both = format!(
        "{}\n{}",
        cosigned.note().unverified_text(),
        checkpoint.note().unverified_text()
    );
    let kept = record.evidence_mut().keep(&Refused {
        kind,
        at: now,
        size: checkpoint.unverified().head().size,
        once_for: &both,
        stood: cosigned.to_string().as_bytes(),
        came: request.to_string().as_bytes(),
    });
    match kept {
        Ok(kept) => tracing::warn!(%origin, ?kind, "refused what the log signed; {kept}"),
        Err(error) => {
            tracing::error!(%origin, %error, "the evidence could not be written; free the disk");
        }
    }
}

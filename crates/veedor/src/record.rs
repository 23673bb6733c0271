//! What this witness cosigned last for one log: one small file, and the evidence beside it.
//!
//! Files and no database, because all there is to keep is one note per log: replacing one file is
//! the whole transaction, any reader of notes can read it, and the rule that a head moves forward
//! only can be checked by eye.
//!
//! After an error on the way to the disk nobody knows which of two notes a power cut would leave.
//! The record is then in doubt: before the next judgement it is read again and written once more,
//! so that what is judged against is what stays.

use crate::{
    disk::{self, Disk},
    evidence::Evidence,
};
use paso_tlog::{
    checkpoint::{CheckpointError, Head, Origin, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp, time_of},
    hash::Hash,
    note::{NoteError, SignatureLine},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why a record cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The disk.
    #[error("{path}: {source}; free or repair the disk, nothing was cosigned")]
    Disk {
        /// Which file or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Not a checkpoint.
    #[error(
        "{path} was changed: {source}; find out how, and do not remove it: a witness that forgets \
         can be made to cosign two trees"
    )]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// Not one that this witness cosigned.
    #[error(
        "{path} does not carry this witness's cosignature: {source}; put back the key and name \
         that belong to this directory, or start a new witness with `veedor init`"
    )]
    NotOurs {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: NoteError,
    },
    /// Another log's, an older one, or none where there was one.
    #[error(
        "{0} went back or was swapped; do not go on with this directory: a witness that forgets \
         can be made to cosign two trees. Start a new one with `veedor init`"
    )]
    WentBack(PathBuf),
    /// Elsewhere stands our cosignature over a head that the record does not lead to.
    #[error(
        "{path} has forgotten what this witness signed: a mirror keeps its cosignature over {size} \
         entries of {origin}, with root {root}, and this record ends at {recorded}; do not go on with \
         this directory: it was restored from a copy, or a file was removed. Start a new witness \
         under another name with `veedor init`"
    )]
    Forgot {
        /// Which file.
        path: PathBuf,
        /// Which log.
        origin: Origin,
        /// Leaves of the tree that was signed.
        size: u64,
        /// Its root.
        root: Hash,
        /// Leaves of the tree that is recorded, 0 if none.
        recorded: u64,
    },
}

/// A checkpoint with our cosignature, and its time.
#[derive(Clone, Debug)]
pub struct Cosigned {
    note: SignedCheckpoint,
    line: SignatureLine,
    at: Timestamp,
}

impl Cosigned {
    /// A checkpoint that this key has cosigned.
    pub fn verify(note: SignedCheckpoint, key: &CosignerKey) -> Result<Self, NoteError> {
        let lines = note.note().verify(&[key])?;
        let newest = lines
            .iter()
            .filter_map(|(_, line)| Some((time_of(line)?, *line)))
            .max_by_key(|(at, _)| *at);
        let (at, line) = newest.ok_or(NoteError::NoTrustedSignature)?;
        let line = line.clone();
        Ok(Self { note, line, at })
    }

    /// The note, as monitors get it.
    #[must_use]
    pub const fn note(&self) -> &SignedCheckpoint {
        &self.note
    }

    /// Our newest line under it.
    #[must_use]
    pub const fn line(&self) -> &SignatureLine {
        &self.line
    }

    /// When it was cosigned.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Its tree.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.note.unverified().head()
    }
}

/// The record of one log.
#[derive(Debug)]
pub struct Record {
    path: PathBuf,
    disk: Disk,
    origin: Origin,
    key: CosignerKey,
    stored: Option<Cosigned>,
    in_doubt: bool,
    evidence: Evidence,
}

impl Record {
    /// Opens the record of the log of this origin in a directory of its own, made if need be.
    pub fn open(
        dir: &Path,
        disk: Disk,
        origin: Origin,
        key: CosignerKey,
    ) -> Result<Self, RecordError> {
        let at = |source| RecordError::Disk {
            path: dir.to_owned(),
            source,
        };
        if !dir.is_dir() {
            disk::make_directory(dir).map_err(at)?;
        }
        let mut record = Self {
            path: dir.join("checkpoint"),
            evidence: Evidence::open(dir.join("evidence"), disk.clone()).map_err(at)?,
            disk,
            origin,
            key,
            stored: None,
            in_doubt: true,
        };
        record.settle()?;
        // Evidence is kept against something that was cosigned.
        if record.stored.is_none() && !record.evidence.pieces().is_empty() {
            return Err(RecordError::WentBack(record.path));
        }
        Ok(record)
    }

    /// What was surely stored last.
    #[must_use]
    pub const fn stored(&self) -> Option<&Cosigned> {
        self.stored.as_ref()
    }

    /// The head to judge against, made sure of first.
    pub fn head(&mut self) -> Result<Head, RecordError> {
        self.settle()?;
        Ok(self.stored.as_ref().map_or(Head::EMPTY, Cosigned::head))
    }

    /// Makes sure that this record leads to a note of the same log that was found elsewhere, if it
    /// bears our cosignature. A larger head, or another root of the same size, was signed here and
    /// forgotten.
    pub fn remembers(&self, found: &SignedCheckpoint) -> Result<(), RecordError> {
        let Ok(ours) = Cosigned::verify(found.clone(), &self.key) else {
            return Ok(());
        };
        let (signed, recorded) = (
            ours.head(),
            self.stored.as_ref().map_or(Head::EMPTY, Cosigned::head),
        );
        if signed.size < recorded.size || signed == recorded {
            return Ok(());
        }
        Err(RecordError::Forgot {
            path: self.path.clone(),
            origin: self.origin.clone(),
            size: signed.size,
            root: signed.root,
            recorded: recorded.size,
        })
    }

    /// Marks what is in memory as doubtful.
    pub const fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// Puts the next note in the place of the last. After an error nothing may be answered.
    pub fn replace(&mut self, next: Cosigned) -> Result<(), RecordError> {
        self.in_doubt = true;
        self.write(&next)?;
        self.stored = Some(next);
        self.in_doubt = false;
        Ok(())
    }

    /// The evidence about this log.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The evidence about this log, to be added to.
    pub const fn evidence_mut(&mut self) -> &mut Evidence {
        &mut self.evidence
    }

    fn write(&self, note: &Cosigned) -> Result<(), RecordError> {
        let bytes = note.note.to_string();
        self.disk
            .write(&self.path, bytes.as_bytes(), 0o600)
            .map_err(|source| RecordError::Disk {
                path: self.path.clone(),
                source,
            })
    }

    fn settle(&mut self) -> Result<(), RecordError> {
        if !self.in_doubt {
            return Ok(());
        }
        let found = self.read()?;
        let went_back = match (&self.stored, &found) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(stored), Some(found)) => {
                let (before, after) = (stored.head(), found.head());
                after.size < before.size || (after.size == before.size && after.root != before.root)
            }
        };
        if went_back {
            return Err(RecordError::WentBack(self.path.clone()));
        }
        // What is read may be in memory only: once more, and then it stays.
        if let Some(found) = &found {
            self.write(found)?;
        }
        self.stored = found;
        self.in_doubt = false;
        Ok(())
    }

    fn read(&self) -> Result<Option<Cosigned>, RecordError> {
        let path = || self.path.clone();
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(RecordError::Disk {
                    path: path(),
                    source,
                });
            }
        };
        let note = SignedCheckpoint::parse(&bytes).map_err(|source| RecordError::Unreadable {
            path: path(),
            source,
        })?;
        if *note.unverified().origin() != self.origin {
            return Err(RecordError::WentBack(path()));
        }
        Cosigned::verify(note, &self.key)
            .map(Some)
            .map_err(|source| RecordError::NotOurs {
                path: path(),
                source,
            })
    }
}

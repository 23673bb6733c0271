//! What others ask of the logs: heads, tiles, entries, proofs. Nothing beyond the newest published
//! head leaves.

use super::{
    Label, Log,
    tree::{Named, TreeError},
};
use paso_domain::subject::Subject;
use paso_store::{DatabaseError, log::Published};
use paso_tlog::{
    checkpoint::{CheckpointError, Origin, SignedCheckpoint},
    policy::Policy,
    proof_file::{ProofFile, ProofFileError},
    tile::{Kind, TilePath},
};

/// Why something of a log cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// There is no such log, tile or entry, or none that is published.
    #[error("there is no such thing in this log, or it is not published yet; ask again later")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The tree cannot be read.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// What is stored as a note is none.
    #[error("a stored checkpoint cannot be read: {0}; the database was altered, run an audit")]
    Note(#[from] CheckpointError),
    /// The proof cannot be written.
    #[error(transparent)]
    Proof(#[from] ProofFileError),
}

/// A log as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// Its label: the last part of its origin and of its addresses.
    pub label: Label,
    /// Its origin.
    pub origin: String,
    /// Its verifier key.
    pub vkey: String,
    /// Leaves integrated.
    pub size: u64,
    /// The newest published head, if there is one.
    pub published: Option<Published>,
}

impl Log {
    /// All logs, the oldest first.
    pub async fn heads(&self) -> Result<Vec<LogHead>, ReadingError> {
        let mut heads = Vec::new();
        for row in self.0.store.logs().await? {
            let (Some(label), Ok(vkey)) = (
                self.0.base.label(&row.origin),
                self.0.key.verifier(&row.origin),
            ) else {
                continue;
            };
            heads.push(LogHead {
                label,
                origin: row.origin.to_string(),
                vkey: vkey.to_string(),
                size: row.head.size,
                published: self.0.store.last_published(row.ordinal).await?,
            });
        }
        Ok(heads)
    }

    /// A log and its newest published head.
    async fn published(&self, label: Label) -> Result<(Named, Published), ReadingError> {
        let rows = self.0.store.logs().await?;
        let log = rows
            .into_iter()
            .filter_map(|row| self.0.named(row))
            .find(|log| log.label == label)
            .ok_or(ReadingError::NotFound)?;
        let published = self.0.store.last_published(log.row.ordinal).await?;
        Ok((log, published.ok_or(ReadingError::NotFound)?))
    }

    /// The newest published checkpoint of a log: a note with its cosignatures.
    pub async fn checkpoint(&self, label: Label) -> Result<String, ReadingError> {
        Ok(self.published(label).await?.1.note)
    }

    /// A hash tile, or an entry bundle. Bundles are for the mirror only; whoever calls has checked
    /// that.
    pub async fn tile(&self, label: Label, path: &TilePath) -> Result<Vec<u8>, ReadingError> {
        let (log, published) = self.published(label).await?;
        if !path.is_within(published.head.size) {
            return Err(ReadingError::NotFound);
        }
        Ok(match path.kind() {
            Kind::Entries => self.0.trees.bundle(&log, path).await?,
            Kind::Hashes { .. } => self.0.trees.tile(&log, path).await?,
        })
    }

    /// The policy by which anyone judges a checkpoint of one of these logs: its own key, and the
    /// witnesses in force.
    pub fn policy_of(&self, origin: &Origin) -> Result<Policy, ReadingError> {
        let key = self
            .0
            .key
            .verifier(origin)
            .map_err(|_| ReadingError::NotFound)?;
        // The witnesses were read before; with one log line, nothing new can be wrong.
        Policy::parse(self.0.policy.text_for(&key).as_bytes()).map_err(|_| ReadingError::NotFound)
    }

    /// The proof that a subject's first entry is in a published log, with the entry as its extra
    /// data.
    pub async fn proof_of(&self, subject: &Subject) -> Result<String, ReadingError> {
        let leaves = self.0.store.leaves_of(subject).await?;
        let leaf = leaves.into_iter().next().ok_or(ReadingError::NotFound)?;
        // An entry that a lost log held is in the one after it as well: the newest that has it.
        for row in self.0.store.logs().await?.into_iter().rev() {
            let Some(log) = self.0.named(row) else {
                continue;
            };
            let Some(index) = log.row.index_of(leaf.number) else {
                continue;
            };
            let Some(published) = self.0.store.last_published(log.row.ordinal).await? else {
                continue;
            };
            if index >= published.head.size {
                continue;
            }
            let hashes = self.0.trees.inclusion(&log, index, published.head).await?;
            let note = SignedCheckpoint::parse(published.note.as_bytes())?;
            let proof = ProofFile::new(Some(leaf.bytes), index, hashes, note)?;
            return Ok(proof.to_string());
        }
        Err(ReadingError::NotFound)
    }
}

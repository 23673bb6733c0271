//! What others ask of the logs: heads, tiles, entries, proofs. Nothing beyond the newest published
//! head leaves.

use super::{
    Label, Log,
    tree::{Named, TreeError, blocking},
};
use paso_domain::subject::Subject;
use paso_formats::{
    entry::Entry,
    feed::{self, Place},
    key::PublicKey,
    receipt::{Commitment, ReceiptClaims},
};
use paso_store::{
    DatabaseError,
    log::{Leaf, Published},
};
use paso_tlog::{
    checkpoint::{CheckpointError, Origin, SignedCheckpoint},
    policy::Policy,
    proof_file::{ProofFile, ProofFileError},
    tile::{Kind, TilePath},
};
use std::{fs, io, path::PathBuf};
use subtle::ConstantTimeEq as _;

/// The most rows of a feed at a time.
pub const FEED_ROWS: u64 = 4096;

/// Bytes after which a feed is ended before it has its most rows: rows with portraits are large.
const FEED_BYTES: usize = 8 * 1024 * 1024;

/// Rows read at once for a feed.
const FEED_PAGE: u32 = 256;

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
    /// A row that its leaf does not bind.
    #[error(transparent)]
    Feed(#[from] feed::WriteError),
    /// A file that should be there.
    #[error("{path}: {source}; see to the disk")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
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

/// The newest head that was published, as a paper names it: everything that is later than it is not
/// in what was countersigned when the paper was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnAt {
    /// The log.
    pub origin: String,
    /// Its leaves.
    pub size: u64,
    /// Its root.
    pub root: [u8; 32],
    /// How many have countersigned it.
    pub witnesses: usize,
}

impl Log {
    /// The newest published head; none before the first.
    pub async fn drawn_at(&self) -> Result<Option<DrawnAt>, ReadingError> {
        let mut newest = None;
        for row in self.0.store.logs().await? {
            newest = self.0.store.last_published(row.ordinal).await?.or(newest);
        }
        Ok(newest.map(|published| DrawnAt {
            origin: published.origin.to_string(),
            size: published.head.size,
            root: published.head.root.0,
            // Beside the log's own line.
            witnesses: SignedCheckpoint::parse(published.note.as_bytes())
                .map_or(0, |note| note.note().lines().len().saturating_sub(1)),
        }))
    }

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

    /// At most [`FEED_ROWS`] rows of a log from an index on, up to the newest published head: what a
    /// mirror pulls. Whoever calls has checked that it is the mirror.
    pub async fn feed(&self, label: Label, from: u64) -> Result<Vec<u8>, ReadingError> {
        let (log, published) = self.published(label).await?;
        let end = published.head.size.min(from.saturating_add(FEED_ROWS));
        let mut rows = Vec::new();
        let mut bytes = 0;
        let mut at = from.max(1);
        while let Some(number) = log
            .row
            .number_at(at)
            .filter(|_| at < end && bytes < FEED_BYTES)
        {
            let limit = u32::try_from(end - at).unwrap_or(FEED_PAGE).min(FEED_PAGE);
            let page = self.0.store.entries(number, limit).await?;
            if page.is_empty() {
                return Err(TreeError::Hole(number).into());
            }
            for (expected, row) in (number..).zip(page) {
                if row.number != expected {
                    return Err(TreeError::Hole(expected).into());
                }
                let body = row.recorded.as_ref();
                bytes += body.map_or(0, |recorded| recorded.sealed.bytes.len()) + 512;
                rows.push(row);
                at += 1;
                if bytes >= FEED_BYTES {
                    break;
                }
            }
        }
        let opening = (from == 0 && end > 0).then_some(Place::Opening(&log.row.opening));
        let entries = rows.iter().map(|row| Place::Entry(row.row()));
        let places: Vec<_> = opening.into_iter().chain(entries).collect();
        Ok(feed::write(log.row.origin.as_ref(), from, &places)?)
    }

    /// Whether a request's `Authorization` is the mirror's.
    #[must_use]
    pub fn admits(&self, authorization: &[u8]) -> bool {
        let token = &self.0.mirror_token;
        let presented = authorization.strip_prefix(b"Bearer ");
        !token.is_empty()
            && presented.is_some_and(|presented| presented.ct_eq(token.as_bytes()).into())
    }

    /// The newest trust bundle, by which a mirror knows the devices' keys.
    pub async fn bundle(&self) -> Result<Vec<u8>, ReadingError> {
        let path = self.0.bundle.clone();
        match blocking(move || fs::read(path)).await {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ReadingError::NotFound),
            Err(source) => Err(ReadingError::File {
                path: self.0.bundle.clone(),
                source,
            }),
        }
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

    /// The proof that the subject's entry with this commitment is in a published log, with the entry
    /// as its extra data.
    pub async fn proof_by(
        &self,
        subject: &Subject,
        commitment: Commitment,
    ) -> Result<String, ReadingError> {
        let leaves = self.0.store.leaves_of(subject).await?;
        let bound = |leaf: &Leaf| {
            Entry::read(&leaf.bytes).is_ok_and(|entry| entry.commitment() == commitment.0)
        };
        let leaf = leaves.into_iter().find(bound);
        self.prove(leaf.ok_or(ReadingError::NotFound)?).await
    }

    /// The proof of what the log holds in the place of a receipt's event: the event itself, or else
    /// what its device, whose key this is, signed under the number that the receipt promises, which
    /// convicts. Whatever else is there under the receipt's code or number is not found.
    pub async fn proof_of(
        &self,
        receipt: &ReceiptClaims,
        device: Option<&PublicKey>,
    ) -> Result<String, ReadingError> {
        let subject = Subject::Receipt(receipt.body.facts().code);
        let mut leaves = self.0.store.leaves_of(&subject).await?;
        if let Some(sequence) = receipt.sequence {
            let after = u64::from(sequence.get()) - 1;
            let numbered = self.0.store.entries_of(receipt.stream, after, 1).await?;
            leaves.extend(numbered.into_iter().map(|row| Leaf {
                number: row.number,
                bytes: row.leaf.to_bytes().to_vec(),
            }));
        }
        let (entries, mut leaves): (Vec<_>, Vec<_>) = leaves
            .into_iter()
            .filter_map(|leaf| Some((Entry::read(&leaf.bytes).ok()?, leaf)))
            .unzip();
        let answer = receipt.answer(&entries, device);
        let answer = answer.ok_or(ReadingError::NotFound)?;
        self.prove(leaves.swap_remove(answer)).await
    }

    /// The proof that an entry is in a published log, with the entry as its extra data.
    async fn prove(&self, leaf: Leaf) -> Result<String, ReadingError> {
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

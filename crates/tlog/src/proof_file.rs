//! Proofs in a file: that an entry is in a witnessed log, to be checked with no network
//! (<https://c2sp.org/tlog-proof>).

use core::fmt;

use crate::{
    checkpoint::{CheckpointError, SignedCheckpoint},
    hash::{Hash, leaf_hash},
    note::MAX_NOTE_BYTES,
    policy::{CheckError, Policy, Witnessed},
    proof::{ProofError, verify_inclusion},
    text,
};

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes: a path in a tree of at most [`crate::tree::MAX_SIZE`] leaves.
pub const MAX_HASHES: usize = 63;

/// The longest extra data read; the format sets no limit, a slip of paper and a form do.
pub const MAX_EXTRA_BYTES: usize = 64 * 1024;

/// The longest file read: extra data in base64, the other lines and the longest note.
pub const MAX_PROOF_FILE_BYTES: usize = MAX_EXTRA_BYTES * 4 / 3 + 4096 + MAX_NOTE_BYTES;

/// Why a file is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofFileError {
    /// One of the limits of this module.
    #[error("the proof is larger than any real one; do not use it")]
    TooLarge,
    /// Not UTF-8, or another first line.
    #[error("not a log proof; its first line is {HEADER}")]
    Header,
    /// The extra line is not base64.
    #[error("the proof's extra line cannot be read; the file was changed")]
    Extra,
    /// No index line.
    #[error("the proof does not say which entry it is of; the file was changed")]
    Index,
    /// A hash that is none.
    #[error("hash {0} of the proof cannot be read; the file was changed")]
    Hash(usize),
    /// No blank line.
    #[error("the proof has no checkpoint; the file was cut off")]
    NoCheckpoint,
    /// After the blank line.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Why a proof is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Its checkpoint does not satisfy the policy.
    #[error(transparent)]
    Policy(#[from] CheckError),
    /// The entry is not in that checkpoint's tree.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

/// A proof that an entry is in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// Data of the application. **Not** covered by any signature.
    extra: Option<Vec<u8>>,
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: SignedCheckpoint,
}

impl ProofFile {
    /// A proof of the entry at `index`, with the hashes of
    /// [`crate::proof::Plan::inclusion`] for the checkpoint's size.
    pub fn new(
        extra: Option<Vec<u8>>,
        index: u64,
        hashes: Vec<Hash>,
        checkpoint: SignedCheckpoint,
    ) -> Result<Self, ProofFileError> {
        let extra_bytes = extra.as_ref().map_or(0, Vec::len);
        if hashes.len() > MAX_HASHES || extra_bytes > MAX_EXTRA_BYTES {
            return Err(ProofFileError::TooLarge);
        }
        Ok(Self {
            extra,
            index,
            hashes,
            checkpoint,
        })
    }

    /// Reads a proof.
    pub fn parse(bytes: &[u8]) -> Result<Self, ProofFileError> {
        if bytes.len() > MAX_PROOF_FILE_BYTES {
            return Err(ProofFileError::TooLarge);
        }
        let mut rest = core::str::from_utf8(bytes).map_err(|_| ProofFileError::Header)?;
        if text::take_line(&mut rest) != Some(HEADER) {
            return Err(ProofFileError::Header);
        }
        let mut line = text::take_line(&mut rest).ok_or(ProofFileError::Index)?;
        let mut extra = None;
        if let Some(data) = line.strip_prefix("extra ") {
            extra = Some(text::from_base64(data).ok_or(ProofFileError::Extra)?);
            line = text::take_line(&mut rest).ok_or(ProofFileError::Index)?;
        }
        let index = line
            .strip_prefix("index ")
            .and_then(text::decimal)
            .ok_or(ProofFileError::Index)?;
        let mut hashes = Vec::new();
        loop {
            match text::take_line(&mut rest).ok_or(ProofFileError::NoCheckpoint)? {
                "" => break,
                _ if hashes.len() == MAX_HASHES => return Err(ProofFileError::TooLarge),
                line => hashes
                    .push(Hash::from_base64(line).ok_or(ProofFileError::Hash(hashes.len() + 1))?),
            }
        }
        Self::new(
            extra,
            index,
            hashes,
            SignedCheckpoint::parse(rest.as_bytes())?,
        )
    }

    /// Data of the application, which nobody signed.
    #[must_use]
    pub fn unverified_extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The entry's place in the log, from 0. Nobody vouches for it before [`ProofFile::verify`].
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The path from the leaf's sibling up to the root's child.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The checkpoint it leads to, not yet verified.
    #[must_use]
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// Verifies, with nothing but the policy, that `entry` is in a log that enough witnesses
    /// cosigned.
    pub fn verify<'a>(
        &'a self,
        entry: &[u8],
        policy: &'a Policy,
    ) -> Result<Witnessed<'a>, VerifyError> {
        let witnessed = policy.check(&self.checkpoint)?;
        let head = witnessed.checkpoint.head();
        verify_inclusion(
            &leaf_hash(entry),
            self.index,
            head.size,
            &self.hashes,
            &head.root,
        )?;
        Ok(witnessed)
    }
}

/// The file's text.
impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::to_base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

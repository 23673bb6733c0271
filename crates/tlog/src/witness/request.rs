//! The body of `add-checkpoint`: what the log thinks the witness has seen, the proof from there, and
//! the new checkpoint.

use core::fmt;

use crate::{
    checkpoint::{CheckpointError, SignedCheckpoint},
    hash::Hash,
    note::MAX_NOTE_BYTES,
    text,
    tree::MAX_SIZE,
};

/// The most hashes in a request (tlog-witness §add-checkpoint).
pub const MAX_PROOF_LINES: usize = 63;

/// The longest request read: a size line, the proof, a blank line and the longest note.
pub const MAX_REQUEST_BYTES: usize =
    "old 9223372036854775807\n".len() + MAX_PROOF_LINES * 45 + 1 + MAX_NOTE_BYTES;

/// Why a body is no request; a witness answers all of them with 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// More than [`MAX_REQUEST_BYTES`] or [`MAX_PROOF_LINES`].
    #[error("the request is too large: at most 63 proof lines and a note of 256 kB")]
    TooLarge,
    /// Not UTF-8.
    #[error("the request is not plain text")]
    NotText,
    /// The first line is not `old` and a size.
    #[error("the request does not begin with a line such as: old 20852014")]
    OldSize,
    /// A line before the blank one is no hash.
    #[error("proof line {0} of the request is not the base64 of a hash")]
    ProofLine(usize),
    /// No blank line.
    #[error("the request has no blank line before the checkpoint")]
    NoCheckpoint,
    /// After the blank line.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// A checkpoint to be cosigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    old: u64,
    proof: Vec<Hash>,
    checkpoint: SignedCheckpoint,
}

impl Request {
    /// A request to a witness that is thought to have seen a tree of `old` leaves; 0 if none.
    /// `proof` leads from there to the checkpoint ([`crate::proof::Plan::consistency`]).
    pub fn new(
        old: u64,
        proof: Vec<Hash>,
        checkpoint: SignedCheckpoint,
    ) -> Result<Self, RequestError> {
        if proof.len() > MAX_PROOF_LINES {
            return Err(RequestError::TooLarge);
        }
        if old > MAX_SIZE {
            return Err(RequestError::OldSize);
        }
        Ok(Self {
            old,
            proof,
            checkpoint,
        })
    }

    /// Reads a request.
    pub fn parse(body: &[u8]) -> Result<Self, RequestError> {
        if body.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLarge);
        }
        let mut rest = core::str::from_utf8(body).map_err(|_| RequestError::NotText)?;
        let old = text::take_line(&mut rest)
            .and_then(|line| line.strip_prefix("old "))
            .and_then(text::decimal)
            .ok_or(RequestError::OldSize)?;
        let mut proof = Vec::new();
        loop {
            match text::take_line(&mut rest).ok_or(RequestError::NoCheckpoint)? {
                "" => break,
                _ if proof.len() == MAX_PROOF_LINES => return Err(RequestError::TooLarge),
                line => proof
                    .push(Hash::from_base64(line).ok_or(RequestError::ProofLine(proof.len() + 1))?),
            }
        }
        Self::new(old, proof, SignedCheckpoint::parse(rest.as_bytes())?)
    }

    /// The size that the log thinks the witness has stored.
    #[must_use]
    pub const fn old(&self) -> u64 {
        self.old
    }

    /// The proof from there to the checkpoint.
    #[must_use]
    pub fn proof(&self) -> &[Hash] {
        &self.proof
    }

    /// The checkpoint to be cosigned.
    #[must_use]
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }
}

/// The body as sent.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        self.proof
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

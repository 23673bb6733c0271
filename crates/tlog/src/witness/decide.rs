//! Whether a witness cosigns: every rule of tlog-witness §add-checkpoint, in its order.

use super::Request;
use crate::{
    checkpoint::{Head, Origin},
    cosignature::{CosignerKey, Timestamp},
    hash::EMPTY_ROOT,
    note::{Ed25519Key, NoteError, Sign, SignError, SignatureLine, Verify},
    proof::{ProofError, verify_consistency},
};

/// A log that a witness follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The first line of its checkpoints.
    pub origin: Origin,
    /// The keys it signs with: mostly one, two while it changes keys.
    pub keys: Vec<Ed25519Key>,
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The body is no request: 400.
    #[error(transparent)]
    Malformed(#[from] super::RequestError),
    /// Not a log that is followed here: 404.
    #[error("this witness does not follow that log; ask its operator to add it")]
    UnknownOrigin,
    /// Not signed by the log, or badly: 403.
    #[error("the checkpoint is not signed by the log: {0}")]
    NotSigned(NoteError),
    /// The tree would shrink: 400.
    #[error("the old size {old} is above the checkpoint's {new}; a log does not shrink")]
    OldAboveNew {
        /// What the log thinks is stored.
        old: u64,
        /// The checkpoint's size.
        new: u64,
    },
    /// Another size is stored than the log thinks: 409, with that size.
    #[error("this witness has cosigned {stored} entries; prove from there")]
    Conflict {
        /// Leaves of the newest cosigned tree, 0 if none.
        stored: u64,
        /// The checkpoint is of that very size with another root: whatever the log thinks is stored,
        /// it has signed two trees of one size.
        forked: bool,
    },
    /// Two trees of one size: 422. The log has lied, and both checkpoints prove it.
    #[error("another tree of the same size was cosigned before; both checkpoints are evidence")]
    OtherTree,
    /// The proof leads elsewhere, or there is one where none may be: 422.
    #[error("the consistency proof fails: {0}")]
    BadProof(ProofError),
}

impl Refusal {
    /// Whether the log signed what was refused here, so that the request should be kept: two trees
    /// of one size prove that it lied. A bad proof alone may be anybody's.
    #[must_use]
    pub const fn is_worth_keeping(&self) -> bool {
        matches!(
            self,
            Self::OtherTree | Self::BadProof(_) | Self::Conflict { forked: true, .. }
        )
    }
}

/// What a witness has to do with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Store, then cosign.
    Accept(Advance),
    /// Answer so.
    Refuse(Refusal),
}

/// A step from one head to the next that may be cosigned once it is stored.
///
/// Only [`decide`] makes one, so nothing is cosigned that it did not judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    from: Head,
    to: Head,
    text: String,
}

impl Advance {
    /// What must still be stored when `to` replaces it.
    #[must_use]
    pub const fn from(&self) -> Head {
        self.from
    }

    /// What to store.
    #[must_use]
    pub const fn to(&self) -> Head {
        self.to
    }

    /// The cosignature, as of `time`. Call it when the new head is on disk, not before.
    pub fn cosign(
        self,
        key: &CosignerKey,
        time: Timestamp,
        signer: &dyn Sign,
    ) -> Result<SignatureLine, SignError> {
        key.cosign(&self.text, time, signer)
    }
}

/// Judges a request.
///
/// `log` is the configured log whose origin the request's checkpoint names, `stored` the head this
/// witness cosigned last for it ([`Head::EMPTY`] if none). Reading `stored`, this call and writing
/// [`Advance::to`] must be **one** atomic step, and durable before the cosignature leaves: of two
/// requests judged against the same head, the slower would otherwise roll the other back
/// (tlog-witness gives the race).
#[must_use]
pub fn decide(log: Option<&Log>, stored: Head, request: &Request) -> Outcome {
    match judge(log, stored, request) {
        Ok(to) => Outcome::Accept(Advance {
            from: stored,
            to,
            text: request.checkpoint().note().unverified_text().to_owned(),
        }),
        Err(refusal) => Outcome::Refuse(refusal),
    }
}

fn judge(log: Option<&Log>, stored: Head, request: &Request) -> Result<Head, Refusal> {
    let checkpoint = request.checkpoint().unverified();
    let log = log
        .filter(|log| log.origin == *checkpoint.origin())
        .ok_or(Refusal::UnknownOrigin)?;
    let keys: Vec<&dyn Verify> = log.keys.iter().map(|key| key as &dyn Verify).collect();
    let new = request
        .checkpoint()
        .verify(&keys)
        .map_err(Refusal::NotSigned)?
        .head();
    let old = request.old();
    if old > new.size {
        return Err(Refusal::OldAboveNew { old, new: new.size });
    }
    if old != stored.size {
        return Err(Refusal::Conflict {
            stored: stored.size,
            forked: new.size == stored.size && new.root != stored.root,
        });
    }
    if new.size == 0 && new.root != EMPTY_ROOT {
        return Err(Refusal::BadProof(ProofError::OtherRoot));
    }
    if new.size == stored.size && new.root != stored.root {
        return Err(Refusal::OtherTree);
    }
    verify_consistency(old, &stored.root, new.size, &new.root, request.proof())
        .map_err(Refusal::BadProof)?;
    Ok(new)
}

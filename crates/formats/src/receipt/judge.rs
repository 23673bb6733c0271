//! The one verdict over a receipt: what the paper is worth, and whether the authority kept it.
//!
//! Hub, overseer, command line and phone all call [`judge`] and show what it returns. It needs no
//! network: the receipt's text, a trust bundle, and, where the log was asked, its answer.

use paso_tlog::{
    hash::leaf_hash,
    policy::{CheckError, Policy},
    proof::verify_inclusion,
    proof_file::{ProofFile, VerifyError},
};

use super::{
    Facts, LeafMismatch, ProofFault, ReceiptClaims, ReceiptFinding, ReceiptStep, SignedReceipt,
    read,
};
use crate::{
    bundle::{TrustedKey, VerifiedBundle},
    entry::{Entry, Minute, StreamId},
    moment::{DAY, Moment},
    scan::Malformed,
    verdict::{Clock, Light, SKEW_SECONDS},
};

/// How long an authority may take until what it signed is in its log, in seconds. Integration takes
/// seconds; a day covers a night without network, and is where the overseer's alarms turn red
/// (DESIGN §4).
pub const LOGGED_WITHIN_SECONDS: i64 = DAY;

/// What the log said of a receipt.
#[derive(Clone, Copy, Debug)]
pub enum LogAnswer<'a> {
    /// It was not asked.
    NotAsked,
    /// It was asked with the receipt's code and commitment, and gave no proof.
    Nothing,
    /// A proof file with the leaf as its extra data, and whose logs and witnesses count.
    Proof {
        /// The file, as fetched.
        file: &'a [u8],
        /// The policy: given to the checker beforehand, never fetched with the proof.
        policy: &'a Policy,
    },
}

/// What a receipt is worth, and what to show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptVerdict {
    /// The one thing found.
    pub finding: ReceiptFinding,
    /// Its colour.
    pub light: Light,
    /// What to do next.
    pub next: ReceiptStep,
    /// What the receipt says, where it could be read.
    pub receipt: Option<ShownReceipt>,
    /// Where the log holds it, where that is proven.
    pub place: Option<LogPlace>,
    /// Seconds since the receipt was given, at the trusted time; never negative.
    pub age: Option<i64>,
    /// The time the verdict was reached at: the clock's, or the floor when the clock is behind it.
    pub trusted_now: Moment,
    /// Whether the clock is behind what is known to have happened.
    pub clock_behind: bool,
    /// Whether the bundle is past its soft date.
    pub bundle_old: bool,
}

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownReceipt {
    /// Whether a device of the authority signed it. When not, a screen must not show it as facts.
    pub proven: bool,
    /// The facts disclosed.
    pub facts: Facts,
    /// The device's stream.
    pub stream: StreamId,
    /// Its number there, where the receipt states it.
    pub sequence: Option<u32>,
}

/// Where the log holds an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPlace {
    /// The log.
    pub origin: String,
    /// The entry's place in it, from 0.
    pub index: u64,
    /// The size of the tree that the proof leads to.
    pub size: u64,
    /// The entry's own minute, by the device's clock.
    pub minute: Minute,
    /// Who cosigned that tree, and when, of those whom the policy names.
    pub witnesses: Vec<CosignedBy>,
}

/// A witness of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignedBy {
    /// What the policy calls it.
    pub name: String,
    /// When it had seen the tree.
    pub at: Moment,
}

/// Judges the text of a receipt.
#[must_use]
pub fn judge(
    text: &str,
    bundle: Option<&VerifiedBundle>,
    log: LogAnswer<'_>,
    clock: impl Into<Clock>,
) -> ReceiptVerdict {
    let Clock { now, floor } = clock.into();
    let known = now.max(floor);
    let mut case = Case {
        trusted_now: bundle.map_or(known, |bundle| known.max(bundle.bundle().issued_at)),
        place: None,
    };
    let receipt = read(text);
    let finding = match &receipt {
        Ok(receipt) => case.judge(receipt, bundle, log),
        Err(Malformed::Unsigned) => ReceiptFinding::Unsigned,
        Err(reason) => ReceiptFinding::Malformed(*reason),
    };
    let claims = receipt.as_ref().ok().map(SignedReceipt::claims);
    let trusted_now = case.trusted_now;
    ReceiptVerdict {
        finding,
        light: finding.light(),
        next: finding.next_step(),
        receipt: claims.map(|claims| ShownReceipt::of(claims, finding.is_proven())),
        place: case.place,
        age: claims
            .filter(|_| finding.is_proven())
            .map(|claims| trusted_now.since(claims.body.facts().at).max(0)),
        clock_behind: now < trusted_now,
        bundle_old: bundle.is_some_and(|bundle| trusted_now >= bundle.bundle().soft_until),
        trusted_now,
    }
}

/// A receipt under judgment.
struct Case {
    trusted_now: Moment,
    place: Option<LogPlace>,
}

impl Case {
    /// Who signed, whether that key counts; then what the log says, evidence before everything that
    /// only this reader lacks.
    fn judge(
        &mut self,
        receipt: &SignedReceipt,
        bundle: Option<&VerifiedBundle>,
        log: LogAnswer<'_>,
    ) -> ReceiptFinding {
        let Some(bundle) = bundle else {
            return ReceiptFinding::NoBundle;
        };
        let Some(key) = receipt.device(bundle) else {
            return ReceiptFinding::UnknownKey;
        };
        if receipt.verify(&key.key).is_err() {
            return ReceiptFinding::BadSignature;
        }
        let claims = receipt.claims();
        let at = claims.body.facts().at;
        if !key.signs_at(at) {
            return ReceiptFinding::KeyOutOfWindow;
        }
        if key.compromised_by(at) {
            return ReceiptFinding::KeyCompromised;
        }
        // The act has happened, so now is later, up to what clocks may differ.
        self.raise_floor(at);
        let logged = self.ask(claims, key, log);
        self.weigh(logged, key, bundle)
    }

    fn weigh(
        &self,
        logged: ReceiptFinding,
        key: &TrustedKey,
        bundle: &VerifiedBundle,
    ) -> ReceiptFinding {
        let vouched = logged == ReceiptFinding::Logged;
        // A thief can date back, and contradict; but not what all witnesses saw before the theft.
        if let Some(since) = key.compromised_at
            && !(vouched && self.seen_before(since))
        {
            return ReceiptFinding::KeyLaterCompromised;
        }
        if logged == ReceiptFinding::Contradicted {
            return logged;
        }
        if self.trusted_now > key.verify_until && !vouched {
            return ReceiptFinding::KeyRetired;
        }
        if logged == ReceiptFinding::NotLogged {
            return logged;
        }
        if self.trusted_now >= bundle.bundle().hard_until {
            return ReceiptFinding::BundleExpired;
        }
        logged
    }

    /// What the log's answer means for a receipt whose signature is good.
    fn ask(
        &mut self,
        claims: &ReceiptClaims,
        key: &TrustedKey,
        log: LogAnswer<'_>,
    ) -> ReceiptFinding {
        let (file, policy) = match log {
            LogAnswer::NotAsked => return ReceiptFinding::Signed,
            LogAnswer::Nothing => {
                let age = self.trusted_now.since(claims.body.facts().at);
                return if age > LOGGED_WITHIN_SECONDS {
                    ReceiptFinding::NotLogged
                } else {
                    ReceiptFinding::NotYetLogged
                };
            }
            LogAnswer::Proof { file, policy } => (file, policy),
        };
        let (leaf, place) = match open(file, policy) {
            Ok(opened) => opened,
            Err(fault) => return ReceiptFinding::ProofBroken(fault),
        };
        match claims.compare(&leaf) {
            Ok(()) if leaf.verify(&key.key).is_err() => {
                return ReceiptFinding::ProofBroken(ProofFault::LeafSignature);
            }
            Ok(()) => {}
            // The same number of the same stream: two words of one device. Without a number on the
            // receipt it is merely another entry.
            Err(LeafMismatch::Commitment) if claims.sequence.is_some() => {
                return if leaf.verify(&key.key).is_ok() {
                    self.place = Some(place);
                    ReceiptFinding::Contradicted
                } else {
                    ReceiptFinding::ProofBroken(ProofFault::LeafSignature)
                };
            }
            Err(_) => return ReceiptFinding::OtherEntry,
        }
        // Of several clocks the earliest: none of them alone makes it later.
        if let Some(earliest) = place.witnesses.iter().map(|witness| witness.at).min() {
            self.raise_floor(earliest);
        }
        let witnessed = !place.witnesses.is_empty();
        self.place = Some(place);
        if witnessed {
            ReceiptFinding::Logged
        } else {
            ReceiptFinding::Unwitnessed
        }
    }

    /// Whether every witness saw the entry before a moment, and there is one: a single clock that is
    /// wrong, or bought, clears nothing.
    fn seen_before(&self, moment: Moment) -> bool {
        let witnesses = self.place.iter().flat_map(|place| &place.witnesses);
        let latest = witnesses.map(|witness| witness.at).max();
        latest.is_some_and(|latest| latest < moment)
    }

    /// The world was at `moment`, less the skew that is allowed between clocks.
    fn raise_floor(&mut self, moment: Moment) {
        self.trusted_now = self.trusted_now.max(moment.plus(-SKEW_SECONDS));
    }
}

/// Opens a proof: the leaf it carries is in the tree, and whoever the policy wants has signed that
/// tree. Where only witnesses are missing, none is named.
fn open(file: &[u8], policy: &Policy) -> Result<(Entry, LogPlace), ProofFault> {
    let proof = ProofFile::parse(file).map_err(|_| ProofFault::Unreadable)?;
    let bytes = proof.unverified_extra().ok_or(ProofFault::Leaf)?;
    let leaf = Entry::read(bytes).map_err(|_| ProofFault::Leaf)?;
    let place = prove(&leaf, &proof, policy)?;
    Ok((leaf, place))
}

/// Where the log holds a leaf, by a proof and a policy. Where only witnesses are missing, none is
/// named.
pub(crate) fn prove(
    leaf: &Entry,
    proof: &ProofFile,
    policy: &Policy,
) -> Result<LogPlace, ProofFault> {
    let bytes = leaf.to_bytes();
    let witnesses = match proof.verify(&bytes, policy) {
        Ok(witnessed) => witnessed
            .witnesses
            .iter()
            .map(|(witness, time)| CosignedBy {
                name: String::from_utf8_lossy(&witness.name).into_owned(),
                at: Moment::from_unix(i64::try_from(time.seconds()).unwrap_or(i64::MAX)),
            })
            .collect(),
        // The log's own signature has been found good: that is asked first.
        Err(VerifyError::Policy(CheckError::NoQuorum(_))) => {
            let head = proof.checkpoint().unverified().head();
            verify_inclusion(
                &leaf_hash(&bytes),
                proof.index(),
                head.size,
                proof.hashes(),
                &head.root,
            )
            .map_err(|_| ProofFault::NotInTree)?;
            Vec::new()
        }
        Err(VerifyError::Policy(CheckError::UnknownLog)) => return Err(ProofFault::UnknownLog),
        Err(VerifyError::Policy(CheckError::LogDidNotSign | CheckError::Note(_))) => {
            return Err(ProofFault::Checkpoint);
        }
        Err(VerifyError::Proof(_)) => return Err(ProofFault::NotInTree),
    };
    let checkpoint = proof.checkpoint().unverified();
    Ok(LogPlace {
        origin: checkpoint.origin().to_string(),
        index: proof.index(),
        size: checkpoint.head().size,
        minute: leaf.time(),
        witnesses,
    })
}

impl ShownReceipt {
    fn of(claims: &ReceiptClaims, proven: bool) -> Self {
        Self {
            proven,
            facts: claims.body.facts().clone(),
            stream: claims.stream,
            sequence: claims.sequence.map(core::num::NonZeroU32::get),
        }
    }
}

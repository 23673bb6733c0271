//! What an export proves: the one judgment for command line, pages and whoever builds their own.

use super::{Export, Row, SignedExport};
use crate::{
    bundle::{Purpose, TrustedKey, VerifiedBundle},
    entry::{Hash, StreamId},
    moment::Moment,
    receipt::{LogPlace, ProofFault, prove},
    verdict::{Light, SKEW_SECONDS},
};
use paso_tlog::{policy::Policy, proof_file::ProofFile};
use std::collections::BTreeMap;

/// What was found about the file's own signature. Exactly one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFinding {
    /// A device of the authority signed it.
    Signed,
    /// It is another authority's than the bundle.
    OtherAuthority,
    /// No device key of that name is in the bundle.
    UnknownKey,
    /// It was changed after it was signed.
    BadSignature,
    /// The key did not sign for a device at that time.
    KeyOutOfWindow,
    /// The key is reported stolen; it may be dated back.
    KeyCompromised,
    /// Dated later than now.
    Ahead,
}

impl ExportFinding {
    /// All findings.
    pub const ALL: [Self; 7] = [
        Self::Signed,
        Self::OtherAuthority,
        Self::UnknownKey,
        Self::BadSignature,
        Self::KeyOutOfWindow,
        Self::KeyCompromised,
        Self::Ahead,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::OtherAuthority => "other-authority",
            Self::UnknownKey => "unknown-key",
            Self::BadSignature => "bad-signature",
            Self::KeyOutOfWindow => "key-out-of-window",
            Self::KeyCompromised => "key-compromised",
            Self::Ahead => "ahead",
        }
    }

    /// Its colour. Amber: a newer bundle or another signature may bring it.
    #[must_use]
    pub const fn light(self) -> Light {
        match self {
            Self::Signed => Light::Green,
            Self::UnknownKey | Self::KeyCompromised | Self::Ahead => Light::Amber,
            Self::OtherAuthority | Self::BadSignature | Self::KeyOutOfWindow => Light::Red,
        }
    }
}

/// What was found about a row. Exactly one holds: the gravest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFinding {
    /// The log holds it, under a head that enough witnesses countersigned, and it says what is shown.
    Proven,
    /// As proven, and what it says is withheld.
    Withheld,
    /// The log holds it, and too few witnesses have countersigned.
    Unwitnessed,
    /// There is no proof yet.
    NotLogged,
    /// The device's key is reported stolen, and not all witnesses had seen the leaf before.
    KeyCompromised,
    /// The leaf is dated outside the time in which the device signed.
    KeyOutOfWindow,
    /// The proof does not hold, or is of a log that the policy does not name.
    ProofBroken(ProofFault),
    /// No device of the bundle signed the leaf.
    NotSigned,
    /// The body is not the one to which the leaf commits.
    BodyAltered,
}

impl RowFinding {
    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Withheld => "withheld",
            Self::Unwitnessed => "unwitnessed",
            Self::NotLogged => "not-logged",
            Self::KeyCompromised => "key-compromised",
            Self::KeyOutOfWindow => "key-out-of-window",
            Self::ProofBroken(fault) => match fault {
                ProofFault::Unreadable => "proof-unreadable",
                ProofFault::UnknownLog => "proof-unknown-log",
                ProofFault::Checkpoint => "proof-checkpoint",
                ProofFault::Leaf => "proof-leaf",
                ProofFault::NotInTree => "proof-not-in-tree",
                ProofFault::LeafSignature => "proof-leaf-signature",
            },
            Self::NotSigned => "not-signed",
            Self::BodyAltered => "body-altered",
        }
    }

    /// Its colour. Red: somebody altered something. Amber: something is still missing.
    #[must_use]
    pub const fn light(self) -> Light {
        match self {
            Self::Proven => Light::Green,
            Self::Withheld
            | Self::Unwitnessed
            | Self::NotLogged
            | Self::KeyCompromised
            | Self::KeyOutOfWindow
            | Self::ProofBroken(ProofFault::UnknownLog) => Light::Amber,
            Self::ProofBroken(_) | Self::NotSigned | Self::BodyAltered => Light::Red,
        }
    }
}

/// What does not fit between rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SequenceFault {
    /// Rows are missing: the numbers leap.
    Hole {
        /// The last number before the hole; 0 where the beginning is missing.
        after: u64,
        /// The number behind it.
        next: u64,
    },
    /// A number that does not lie behind the one before.
    OutOfOrder(u64),
    /// The very leaf of another row.
    Repeated(u64),
    /// Another leaf than one before under the same number of the same device: it wrote twice.
    Forked(u64),
}

impl SequenceFault {
    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hole { .. } => "hole",
            Self::OutOfOrder(_) => "out-of-order",
            Self::Repeated(_) => "repeated",
            Self::Forked(_) => "forked",
        }
    }
}

/// A row and what was found about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowVerdict {
    /// Its number under the episode.
    pub version: u64,
    /// The one thing found.
    pub finding: RowFinding,
    /// Where the log holds it, where that is proven.
    pub place: Option<LogPlace>,
}

/// What an export proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportVerdict {
    /// About the file's own signature.
    pub file: ExportFinding,
    /// About each row, in the file's order.
    pub rows: Vec<RowVerdict>,
    /// About their sequence.
    pub sequence: Vec<SequenceFault>,
    /// Whether the bundle is past its soft date.
    pub bundle_old: bool,
}

impl ExportVerdict {
    /// The gravest colour of all.
    #[must_use]
    pub fn light(&self) -> Light {
        let rows = self.rows.iter().map(|row| row.finding.light());
        let mut lights = rows.chain([self.file.light()]);
        if !self.sequence.is_empty() || lights.clone().any(|light| light == Light::Red) {
            Light::Red
        } else if self.bundle_old || lights.any(|light| light == Light::Amber) {
            Light::Amber
        } else {
            Light::Green
        }
    }
}

/// Judges an export: by the authority's bundle, and by a policy that was at hand beforehand and did
/// not come with the file.
#[must_use]
pub fn judge(
    signed: &SignedExport,
    bundle: &VerifiedBundle,
    policy: &Policy,
    now: Moment,
) -> ExportVerdict {
    let export = signed.export();
    ExportVerdict {
        file: file(signed, bundle, now),
        rows: export
            .rows
            .iter()
            .map(|row| judge_row(row, &export.subject, bundle, policy))
            .collect(),
        sequence: sequence(export),
        bundle_old: now >= bundle.bundle().soft_until,
    }
}

fn file(signed: &SignedExport, bundle: &VerifiedBundle, now: Moment) -> ExportFinding {
    let export = signed.export();
    if export.authority != bundle.bundle().authority {
        return ExportFinding::OtherAuthority;
    }
    let key = signed
        .key_id()
        .and_then(|id| bundle.key(id, Purpose::Device));
    let Some(key) = key else {
        return ExportFinding::UnknownKey;
    };
    if !signed.is_signed_by(&key.key) {
        ExportFinding::BadSignature
    } else if !key.signs_at(export.at) {
        ExportFinding::KeyOutOfWindow
    } else if key.compromised_at.is_some() {
        ExportFinding::KeyCompromised
    } else if export.at.since(now) > SKEW_SECONDS {
        ExportFinding::Ahead
    } else {
        ExportFinding::Signed
    }
}

fn judge_row(row: &Row, subject: &str, bundle: &VerifiedBundle, policy: &Policy) -> RowVerdict {
    let mut verdict = RowVerdict {
        version: row.version.get(),
        finding: RowFinding::BodyAltered,
        place: None,
    };
    if !row.is_bound(subject) {
        return verdict;
    }
    // A leaf names no key: whichever device of the authority signed it.
    let mut devices = bundle.bundle().keys.iter();
    let Some(key) =
        devices.find(|key| key.purpose == Purpose::Device && row.leaf.verify(&key.key).is_ok())
    else {
        verdict.finding = RowFinding::NotSigned;
        return verdict;
    };
    let place = row.proof.as_ref().map(|proof| {
        let proof = ProofFile::parse(proof).map_err(|_| ProofFault::Unreadable)?;
        prove(&row.leaf, &proof, policy)
    });
    verdict.finding = match &place {
        Some(Err(fault)) => RowFinding::ProofBroken(*fault),
        Some(Ok(place)) => weigh(row, key, Some(place)),
        None => weigh(row, key, None),
    };
    verdict.place = place.and_then(Result::ok);
    verdict
}

/// What a bound and signed leaf is worth whose proof, if there is one, holds.
fn weigh(row: &Row, key: &TrustedKey, place: Option<&LogPlace>) -> RowFinding {
    // A thief can date back; but not what all witnesses saw before the theft.
    if let Some(since) = key.compromised_at {
        let latest = place.and_then(|place| place.witnesses.iter().map(|one| one.at).max());
        if latest.is_none_or(|latest| latest >= since) {
            return RowFinding::KeyCompromised;
        }
    }
    // A minute is coarse: its first second may lie just before the key's first.
    let (first, last) = (row.leaf.time().start(), row.leaf.time().start().plus(59));
    if !key.signs_at(first) && !key.signs_at(last) {
        return RowFinding::KeyOutOfWindow;
    }
    match place {
        None => RowFinding::NotLogged,
        Some(place) if place.witnesses.is_empty() => RowFinding::Unwitnessed,
        Some(_) if row.opened.is_none() => RowFinding::Withheld,
        Some(_) => RowFinding::Proven,
    }
}

fn sequence(export: &Export) -> Vec<SequenceFault> {
    let mut found = Vec::new();
    let mut last = 0;
    let mut seen: BTreeMap<(StreamId, u64), Hash> = BTreeMap::new();
    for row in &export.rows {
        let version = row.version.get();
        if version <= last {
            found.push(SequenceFault::OutOfOrder(version));
        } else if version - last > 1 {
            found.push(SequenceFault::Hole {
                after: last,
                next: version,
            });
        }
        last = last.max(version);
        let hash = row.leaf.hash();
        match seen.insert((row.leaf.stream(), row.leaf.sequence()), hash) {
            Some(other) if other == hash => found.push(SequenceFault::Repeated(version)),
            Some(_) => found.push(SequenceFault::Forked(version)),
            None => {}
        }
    }
    found
}

//! The closed list of what can be found about a receipt, each with its colour and its one next step.
//!
//! A receipt is held against two parties. Its signature is held against whoever shows it: is this
//! paper the authority's? The log is held against the authority: did it record what it signed? So red
//! means one of two things, which are never mixed: the paper proves nothing
//! ([`ReceiptStep::KeepAndReport`]), or the paper is good and the register is not
//! ([`ReceiptStep::TakeToOverseer`]). Neither is ever a ground against the holder, who mostly is the
//! one who was cheated. Amber: something is still missing, and what brings it.

use crate::{scan::Malformed, verdict::Light};

/// What was found about a receipt. Exactly one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptFinding {
    /// The device signed it, and the log holds it under a head that enough witnesses cosigned.
    Logged,
    /// The device signed it and the log holds it, but too few witnesses have cosigned the head.
    Unwitnessed,
    /// The device signed it; the log was not asked.
    Signed,
    /// The device signed it; the log does not hold it yet, and has still time.
    NotYetLogged,
    /// What came as its proof cannot be used; the fault says why.
    ProofBroken(ProofFault),
    /// The proof is good and of another entry: codes are short, so two receipts may share one.
    OtherEntry,
    /// No trust bundle, so nothing can be proven.
    NoBundle,
    /// The bundle is past its hard date: a key may have been stolen since.
    BundleExpired,
    /// No device key of that name is in the bundle.
    UnknownKey,
    /// What the key signed is no longer accepted, and no witness vouches for its time.
    KeyRetired,
    /// The key was stolen after the receipt's date; the receipt may be dated back, since no witness
    /// saw its entry before the theft.
    KeyLaterCompromised,
    /// It cannot be read as a receipt; the cause says where it broke.
    Malformed(Malformed),
    /// The device signed it, and the log does not hold it although its time has run out: evidence
    /// against the authority.
    NotLogged,
    /// The device signed it, and under the very number it promises the same device has logged
    /// something else: evidence against the authority.
    Contradicted,
    /// The signature does not fit.
    BadSignature,
    /// There is no signature.
    Unsigned,
    /// The key did not sign for a device when the receipt says that it was given.
    KeyOutOfWindow,
    /// The receipt is dated after the key was stolen.
    KeyCompromised,
}

/// Why a proof cannot be used. None of these says anything against the receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProofFault {
    /// It is no proof file.
    Unreadable,
    /// It is of a log that the policy does not name.
    UnknownLog,
    /// The log or a witness did not sign its checkpoint.
    Checkpoint,
    /// It carries no leaf, or bytes that are none.
    Leaf,
    /// The leaf is not in the tree it names.
    NotInTree,
    /// The leaf is not signed by the key that signed the receipt.
    LeafSignature,
}

impl ProofFault {
    /// Every fault.
    pub const ALL: [Self; 6] = [
        Self::Unreadable,
        Self::UnknownLog,
        Self::Checkpoint,
        Self::Leaf,
        Self::NotInTree,
        Self::LeafSignature,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::UnknownLog => "unknown-log",
            Self::Checkpoint => "checkpoint",
            Self::Leaf => "leaf",
            Self::NotInTree => "not-in-tree",
            Self::LeafSignature => "leaf-signature",
        }
    }
}

/// What whoever holds the receipt does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReceiptStep {
    /// Nothing more: keep it.
    Keep,
    /// Ask the log with the receipt's code, at the authority or at the overseer.
    AskLog,
    /// Wait and ask the log again; after a day it is the overseer's matter.
    AskAgain,
    /// Fetch the proof again, from the overseer rather than the authority.
    AskOverseer,
    /// Take paper and answer to the overseer: the register contradicts its own signature.
    TakeToOverseer,
    /// Load a newer bundle, or check where there is one.
    UpdateBundle,
    /// Scan again in better light.
    ScanAgain,
    /// The paper is not the authority's: keep it, note who gave it, tell the overseer.
    KeepAndReport,
}

impl ReceiptStep {
    /// Every step.
    pub const ALL: [Self; 8] = [
        Self::Keep,
        Self::AskLog,
        Self::AskAgain,
        Self::AskOverseer,
        Self::TakeToOverseer,
        Self::UpdateBundle,
        Self::ScanAgain,
        Self::KeepAndReport,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::AskLog => "ask-log",
            Self::AskAgain => "ask-again",
            Self::AskOverseer => "ask-overseer",
            Self::TakeToOverseer => "take-to-overseer",
            Self::UpdateBundle => "update-bundle",
            Self::ScanAgain => "scan-again",
            Self::KeepAndReport => "keep-and-report",
        }
    }
}

impl ReceiptFinding {
    /// One of each, with one fault and one cause for all.
    pub const EACH: [Self; 18] = [
        Self::Logged,
        Self::Unwitnessed,
        Self::Signed,
        Self::NotYetLogged,
        Self::ProofBroken(ProofFault::Unreadable),
        Self::OtherEntry,
        Self::NoBundle,
        Self::BundleExpired,
        Self::UnknownKey,
        Self::KeyRetired,
        Self::KeyLaterCompromised,
        Self::Malformed(Malformed::Empty),
        Self::NotLogged,
        Self::Contradicted,
        Self::BadSignature,
        Self::Unsigned,
        Self::KeyOutOfWindow,
        Self::KeyCompromised,
    ];

    /// A stable name for translations and JSON. Why a code or a proof cannot be used has its own
    /// ([`Malformed::code`], [`ProofFault::code`]).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Logged => "logged",
            Self::Unwitnessed => "unwitnessed",
            Self::Signed => "signed",
            Self::NotYetLogged => "not-yet-logged",
            Self::ProofBroken(_) => "proof-broken",
            Self::OtherEntry => "other-entry",
            Self::NoBundle => "no-bundle",
            Self::BundleExpired => "bundle-expired",
            Self::UnknownKey => "unknown-key",
            Self::KeyRetired => "key-retired",
            Self::KeyLaterCompromised => "key-later-compromised",
            Self::Malformed(_) => "malformed",
            Self::NotLogged => "not-logged",
            Self::Contradicted => "contradicted",
            Self::BadSignature => "bad-signature",
            Self::Unsigned => "unsigned",
            Self::KeyOutOfWindow => "key-out-of-window",
            Self::KeyCompromised => "key-compromised",
        }
    }

    /// The colour.
    #[must_use]
    pub const fn light(self) -> Light {
        match self {
            Self::Logged => Light::Green,
            Self::Unwitnessed
            | Self::Signed
            | Self::NotYetLogged
            | Self::ProofBroken(_)
            | Self::OtherEntry
            | Self::NoBundle
            | Self::BundleExpired
            | Self::UnknownKey
            | Self::KeyRetired
            | Self::KeyLaterCompromised
            | Self::Malformed(_) => Light::Amber,
            Self::NotLogged
            | Self::Contradicted
            | Self::BadSignature
            | Self::Unsigned
            | Self::KeyOutOfWindow
            | Self::KeyCompromised => Light::Red,
        }
    }

    /// What to do next.
    #[must_use]
    pub const fn next_step(self) -> ReceiptStep {
        match self {
            Self::Logged => ReceiptStep::Keep,
            Self::Signed => ReceiptStep::AskLog,
            Self::Unwitnessed | Self::NotYetLogged => ReceiptStep::AskAgain,
            Self::ProofBroken(_)
            | Self::OtherEntry
            | Self::KeyRetired
            | Self::KeyLaterCompromised => ReceiptStep::AskOverseer,
            Self::NotLogged | Self::Contradicted => ReceiptStep::TakeToOverseer,
            Self::NoBundle | Self::BundleExpired | Self::UnknownKey => ReceiptStep::UpdateBundle,
            Self::Malformed(_) => ReceiptStep::ScanAgain,
            Self::BadSignature | Self::Unsigned | Self::KeyOutOfWindow | Self::KeyCompromised => {
                ReceiptStep::KeepAndReport
            }
        }
    }

    /// Whether receipt and answer together are evidence that the authority signed something and
    /// logged something else, or nothing.
    #[must_use]
    pub const fn is_evidence(self) -> bool {
        matches!(self, Self::NotLogged | Self::Contradicted)
    }

    /// Whether the authority's own device signed what the receipt says. Only then may a screen show
    /// it as facts.
    #[must_use]
    pub const fn is_proven(self) -> bool {
        matches!(
            self,
            Self::Logged
                | Self::Unwitnessed
                | Self::Signed
                | Self::NotYetLogged
                | Self::ProofBroken(_)
                | Self::OtherEntry
                | Self::BundleExpired
                | Self::KeyRetired
                | Self::KeyLaterCompromised
                | Self::NotLogged
                | Self::Contradicted
        )
    }
}

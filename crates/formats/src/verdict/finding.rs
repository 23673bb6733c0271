//! The closed list of findings, each with its colour and its one next step.
//!
//! Green: proven good. Red: proven not good here and now. Amber: neither, because something is
//! missing that the holder is not answerable for. A next step is an instruction to the officer;
//! only one of them, [`NextStep::KeepCopyAndReport`], is the start of a case against anyone, and it
//! belongs to forgery alone.

use crate::scan::Malformed;

/// What was found about a card and its slip. Exactly one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The card is good; no slip was shown.
    Valid,
    /// The card is good and the stay runs, up to and including A.
    ValidStay,
    /// The card is good and the stay is past A but not past B: valid, and time to leave.
    ValidLeaveNow,
    /// The card and its stay are good by a bundle past its soft date.
    BundleOld,
    /// The card and its stay are good, but the clock stands before what is known to have happened.
    ClockBehind,
    /// No trust bundle is loaded, so nothing can be proven.
    NoBundle,
    /// The bundle is past its hard date.
    BundleExpired,
    /// No key of that name and purpose is in the bundle.
    UnknownKey,
    /// The key was retired and what it signed is no longer accepted.
    KeyRetired,
    /// The key was stolen later; the card may be older than the theft, or be dated back.
    KeyLaterCompromised,
    /// The authority has suspended the card.
    Suspended,
    /// The bundle cannot tell the card's status.
    StatusUnknown,
    /// The card or stay is good, but not in this state.
    OutsideTerritory,
    /// The content is encrypted for someone else.
    Encrypted,
    /// The code cannot be read; the cause says where it broke.
    Malformed(Malformed),
    /// The card is good; the slip cannot be read.
    SlipMalformed(Malformed),
    /// The card is good; the slip's key is unknown or does not count.
    SlipUnproven,
    /// The card is good; the slip belongs to another one.
    SlipOfAnotherCard,
    /// The card is genuine and has ended.
    Expired,
    /// The card is genuine and has not begun.
    NotYetValid,
    /// The card is genuine; the stay ended after B.
    Overstayed,
    /// The authority has revoked the card.
    Revoked,
    /// The key did not sign cards when this one claims to be issued.
    KeyOutOfWindow,
    /// The card was signed after the key was stolen.
    KeyCompromised,
    /// The signature does not fit.
    BadSignature,
    /// There is no signature.
    Unsigned,
    /// The card is good; the slip's signature does not fit or is missing.
    SlipForged,
}

/// The colour of a verdict; always shown with its word, never alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Light {
    /// Proven good.
    Green,
    /// Not proven, for a reason the holder is not answerable for. Never justifies custody.
    Amber,
    /// Proven not good here and now.
    Red,
}

impl Light {
    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

/// What the officer does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NextStep {
    /// Let the person go on.
    LetPass,
    /// Compare name, birth and document number with the document, then let the person go on.
    CompareWithDocument,
    /// Say kindly that it is time to leave, and until when; let the person go on.
    RemindToLeave,
    /// Let the person go on, and load a newer bundle at this post.
    LetPassAndUpdate,
    /// Let the person go on, and set the clock of this post.
    LetPassAndSetClock,
    /// Scan again in better light, or type the number.
    ScanAgain,
    /// Ask for the slip of this card.
    AskForSlip,
    /// Check by document, by telephone or at the issuing site; the person waits for nothing else.
    VerifyByOtherMeans,
    /// The card is honoured at the desk: send the person for a new one, free of charge.
    ReissueFree,
    /// Say where the card counts and how to get back there.
    ExplainTerritory,
    /// Explain, and show the way to regularise; write down the encounter.
    HelpRegularise,
    /// Write down the encounter and ask for the card that took this one's place.
    RecordEncounter,
    /// Write down the encounter, keep a copy of the code and report the forgery. Whoever carries
    /// it may be the one who was cheated.
    KeepCopyAndReport,
}

impl NextStep {
    /// Every step.
    pub const ALL: [Self; 13] = [
        Self::LetPass,
        Self::CompareWithDocument,
        Self::RemindToLeave,
        Self::LetPassAndUpdate,
        Self::LetPassAndSetClock,
        Self::ScanAgain,
        Self::AskForSlip,
        Self::VerifyByOtherMeans,
        Self::ReissueFree,
        Self::ExplainTerritory,
        Self::HelpRegularise,
        Self::RecordEncounter,
        Self::KeepCopyAndReport,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::LetPass => "let-pass",
            Self::CompareWithDocument => "compare-with-document",
            Self::RemindToLeave => "remind-to-leave",
            Self::LetPassAndUpdate => "let-pass-and-update",
            Self::LetPassAndSetClock => "let-pass-and-set-clock",
            Self::ScanAgain => "scan-again",
            Self::AskForSlip => "ask-for-slip",
            Self::VerifyByOtherMeans => "verify-by-other-means",
            Self::ReissueFree => "reissue-free",
            Self::ExplainTerritory => "explain-territory",
            Self::HelpRegularise => "help-regularise",
            Self::RecordEncounter => "record-encounter",
            Self::KeepCopyAndReport => "keep-copy-and-report",
        }
    }

    /// Whether the step may be the start of a case against someone. What is not may never be named
    /// as the reason for holding a person.
    #[must_use]
    pub const fn may_start_a_case(self) -> bool {
        matches!(self, Self::KeepCopyAndReport)
    }
}

impl Finding {
    /// A stable name for translations and JSON. The cause of a malformed code has its own, see
    /// [`Finding::cause`].
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::ValidStay => "valid-stay",
            Self::ValidLeaveNow => "valid-leave-now",
            Self::BundleOld => "bundle-old",
            Self::ClockBehind => "clock-behind",
            Self::NoBundle => "no-bundle",
            Self::BundleExpired => "bundle-expired",
            Self::UnknownKey => "unknown-key",
            Self::KeyRetired => "key-retired",
            Self::KeyLaterCompromised => "key-later-compromised",
            Self::Suspended => "suspended",
            Self::StatusUnknown => "status-unknown",
            Self::OutsideTerritory => "outside-territory",
            Self::Encrypted => "encrypted",
            Self::Malformed(_) => "malformed",
            Self::SlipMalformed(_) => "slip-malformed",
            Self::SlipUnproven => "slip-unproven",
            Self::SlipOfAnotherCard => "slip-of-another-card",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::Overstayed => "overstayed",
            Self::Revoked => "revoked",
            Self::KeyOutOfWindow => "key-out-of-window",
            Self::KeyCompromised => "key-compromised",
            Self::BadSignature => "bad-signature",
            Self::Unsigned => "unsigned",
            Self::SlipForged => "slip-forged",
        }
    }

    /// Why a code could not be read.
    #[must_use]
    pub const fn cause(self) -> Option<Malformed> {
        match self {
            Self::Malformed(cause) | Self::SlipMalformed(cause) => Some(cause),
            _ => None,
        }
    }

    /// The colour.
    #[must_use]
    pub const fn light(self) -> Light {
        match self {
            Self::Valid | Self::ValidStay | Self::ValidLeaveNow => Light::Green,
            Self::BundleOld
            | Self::ClockBehind
            | Self::NoBundle
            | Self::BundleExpired
            | Self::UnknownKey
            | Self::KeyRetired
            | Self::KeyLaterCompromised
            | Self::Suspended
            | Self::StatusUnknown
            | Self::OutsideTerritory
            | Self::Encrypted
            | Self::Malformed(_)
            | Self::SlipMalformed(_)
            | Self::SlipUnproven
            | Self::SlipOfAnotherCard => Light::Amber,
            Self::Expired
            | Self::NotYetValid
            | Self::Overstayed
            | Self::Revoked
            | Self::KeyOutOfWindow
            | Self::KeyCompromised
            | Self::BadSignature
            | Self::Unsigned
            | Self::SlipForged => Light::Red,
        }
    }

    /// What the officer does next.
    #[must_use]
    pub const fn next_step(self) -> NextStep {
        match self {
            Self::Valid => NextStep::CompareWithDocument,
            Self::ValidStay => NextStep::LetPass,
            Self::ValidLeaveNow => NextStep::RemindToLeave,
            Self::BundleOld => NextStep::LetPassAndUpdate,
            Self::ClockBehind => NextStep::LetPassAndSetClock,
            Self::NoBundle
            | Self::BundleExpired
            | Self::UnknownKey
            | Self::Suspended
            | Self::StatusUnknown
            | Self::Encrypted => NextStep::VerifyByOtherMeans,
            Self::KeyRetired | Self::KeyLaterCompromised => NextStep::ReissueFree,
            Self::OutsideTerritory => NextStep::ExplainTerritory,
            Self::Malformed(_) => NextStep::ScanAgain,
            Self::SlipMalformed(_) | Self::SlipUnproven | Self::SlipOfAnotherCard => {
                NextStep::AskForSlip
            }
            Self::Expired | Self::NotYetValid | Self::Overstayed => NextStep::HelpRegularise,
            Self::Revoked => NextStep::RecordEncounter,
            Self::KeyOutOfWindow
            | Self::KeyCompromised
            | Self::BadSignature
            | Self::Unsigned
            | Self::SlipForged => NextStep::KeepCopyAndReport,
        }
    }
}

//! The closed list of what can be found about a post's sign, each with its colour and its one next step.
//!
//! The reader is whoever was stopped, and green is the one colour that invites trust: so everything
//! that a maker of false signs can bring about is red, and amber is left to what the phone itself
//! lacks.

use crate::{scan::Malformed, verdict::Light};

/// What was found about a sign. Exactly one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlacardFinding {
    /// A device of the authority signed it, for now.
    Current,
    /// The same, by a bundle past its soft date: the device may have been ended since.
    BundleOld,
    /// No trust bundle, so nothing can be proven.
    NoBundle,
    /// The bundle is past its hard date: a key may have been stolen since.
    BundleExpired,
    /// No device key of that name is in a bundle that is old, or that names no devices at all.
    UnknownKey,
    /// It begins later than now, beyond what clocks may differ.
    NotYet,
    /// It cannot be read as a sign; the cause says where it broke.
    Malformed(Malformed),
    /// A device of the authority signed it, and it holds no longer: a picture of an old one.
    Expired,
    /// It is of another authority, or no device of a bundle that is not old has signed it.
    NotOurs,
    /// A post's own machine signed it for another place than its own.
    OtherPlace,
    /// The key did not sign for a device at that time: the machine was ended before.
    KeyOutOfWindow,
    /// The key may be in other hands.
    KeyCompromised,
    /// The signature does not fit.
    BadSignature,
    /// There is no signature.
    Unsigned,
}

/// What whoever was stopped does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlacardStep {
    /// Compare place and unit with where one stands and whom one sees.
    Compare,
    /// Ask to see the screen itself, and read it again.
    AskForScreen,
    /// Load a newer bundle, where there is a network.
    UpdateBundle,
    /// Scan again in better light.
    ScanAgain,
    /// Do not take it for a checkpoint: hand nothing over, note place and hour, report it.
    Distrust,
}

impl PlacardStep {
    /// Every step.
    pub const ALL: [Self; 5] = [
        Self::Compare,
        Self::AskForScreen,
        Self::UpdateBundle,
        Self::ScanAgain,
        Self::Distrust,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Compare => "compare",
            Self::AskForScreen => "ask-for-screen",
            Self::UpdateBundle => "update-bundle",
            Self::ScanAgain => "scan-again",
            Self::Distrust => "distrust",
        }
    }
}

impl PlacardFinding {
    /// Each finding once; causes stand for all of their kind.
    pub const EACH: [Self; 14] = [
        Self::Current,
        Self::BundleOld,
        Self::NoBundle,
        Self::BundleExpired,
        Self::UnknownKey,
        Self::NotYet,
        Self::Malformed(Malformed::Empty),
        Self::Expired,
        Self::NotOurs,
        Self::OtherPlace,
        Self::KeyOutOfWindow,
        Self::KeyCompromised,
        Self::BadSignature,
        Self::Unsigned,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::BundleOld => "bundle-old",
            Self::NoBundle => "no-bundle",
            Self::BundleExpired => "bundle-expired",
            Self::UnknownKey => "unknown-key",
            Self::NotYet => "not-yet",
            Self::Malformed(_) => "malformed",
            Self::Expired => "expired",
            Self::NotOurs => "not-ours",
            Self::OtherPlace => "other-place",
            Self::KeyOutOfWindow => "key-out-of-window",
            Self::KeyCompromised => "key-compromised",
            Self::BadSignature => "bad-signature",
            Self::Unsigned => "unsigned",
        }
    }

    /// The colour.
    #[must_use]
    pub const fn light(self) -> Light {
        match self {
            Self::Current => Light::Green,
            Self::BundleOld
            | Self::NoBundle
            | Self::BundleExpired
            | Self::UnknownKey
            | Self::NotYet
            | Self::Malformed(_) => Light::Amber,
            Self::Expired
            | Self::NotOurs
            | Self::OtherPlace
            | Self::KeyOutOfWindow
            | Self::KeyCompromised
            | Self::BadSignature
            | Self::Unsigned => Light::Red,
        }
    }

    /// What to do next.
    #[must_use]
    pub const fn next_step(self) -> PlacardStep {
        match self {
            Self::Current => PlacardStep::Compare,
            Self::Expired | Self::NotYet => PlacardStep::AskForScreen,
            Self::BundleOld | Self::NoBundle | Self::BundleExpired | Self::UnknownKey => {
                PlacardStep::UpdateBundle
            }
            Self::Malformed(_) => PlacardStep::ScanAgain,
            Self::NotOurs
            | Self::OtherPlace
            | Self::KeyOutOfWindow
            | Self::KeyCompromised
            | Self::BadSignature
            | Self::Unsigned => PlacardStep::Distrust,
        }
    }

    /// Whether a device of the authority signed what the sign says, as far as the bundle knows. Only
    /// then may a screen show it as facts.
    #[must_use]
    pub const fn is_proven(self) -> bool {
        matches!(
            self,
            Self::Current | Self::BundleOld | Self::NotYet | Self::Expired
        )
    }
}

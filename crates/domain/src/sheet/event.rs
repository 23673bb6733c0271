//! What is stored about sheets. Stored for ever: add, never change.

use crate::{act::Act, cbor, crossings::PostCode};
use minicbor::{Decode, Encode};

/// Why nothing will be typed from a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VoidReason {
    /// Spoilt before it was filled in; the sheet is kept.
    Spoilt,
    /// It came back blank.
    Unused,
    /// Nobody knows where it is.
    Lost,
    /// It was stolen.
    Stolen,
}

impl VoidReason {
    /// All reasons, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Spoilt, Self::Unused, Self::Lost, Self::Stolen];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Spoilt => "spoilt",
            Self::Unused => "unused",
            Self::Lost => "lost",
            Self::Stolen => "stolen",
        }
    }
}

cbor::coded!(VoidReason, "reason why a sheet is void");

/// What happened to the sheets of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum SheetEvent {
    /// They were printed.
    #[n(0)]
    Printed {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// For which place.
        #[cbor(n(1), with = "cbor::text")]
        place: PostCode,
        /// How many: from 1 to this.
        #[n(2)]
        count: u16,
    },
    /// What stood on one was recorded. Which act it was stands in that act alone.
    #[n(1)]
    Used {
        /// The circumstances of the act, with its late mark.
        #[n(0)]
        act: Act,
        /// Which sheet.
        #[n(1)]
        serial: u16,
    },
    /// Nothing will be recorded from one.
    #[n(2)]
    Voided {
        /// When, where, by whom this was said.
        #[n(0)]
        act: Act,
        /// Which sheet.
        #[n(1)]
        serial: u16,
        /// Why.
        #[cbor(n(2), with = "cbor::text")]
        reason: VoidReason,
        /// In words.
        #[n(3)]
        words: String,
    },
}

impl SheetEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Printed { act, .. } | Self::Used { act, .. } | Self::Voided { act, .. } => act,
        }
    }

    /// The kind, stored in the envelope.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Printed { .. } => "sheet.printed",
            Self::Used { .. } => "sheet.used",
            Self::Voided { .. } => "sheet.voided",
        }
    }
}

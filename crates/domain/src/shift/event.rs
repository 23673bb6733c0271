//! What is stored about shifts. Stored for ever: add, never change.

use crate::{
    act::Act,
    cbor,
    id::{ShiftId, StreamId},
    policy::Role,
};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// Why a shift was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShiftEnd {
    /// The officer signed out.
    SignedOut,
    /// The officer signed in anew.
    Replaced,
    /// Nobody signed out; the session had been idle, or had lasted as long as one may.
    Expired,
    /// The officer's access ended.
    AccessEnded,
}

impl ShiftEnd {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::SignedOut,
        Self::Replaced,
        Self::Expired,
        Self::AccessEnded,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::Replaced => "replaced",
            Self::Expired => "expired",
            Self::AccessEnded => "access-ended",
        }
    }
}

cbor::coded!(ShiftEnd, "end of a shift");

/// What is known of a shift when it begins; the post is its act's.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Shift {
    /// Which shift.
    #[cbor(n(0), with = "cbor::text")]
    pub id: ShiftId,
    /// The purpose signed in for.
    #[cbor(n(1), with = "cbor::text")]
    pub role: Role,
    /// The lane, as people at the post call it.
    #[n(2)]
    pub lane: Option<String>,
    /// The machine, by the stream it writes.
    #[cbor(n(3), with = "cbor::optional_text", has_nil)]
    pub device: Option<StreamId>,
}

/// A phone's key, bound to an officer and a post for the length of a shift: what it signs without a
/// network counts as that officer's, there and then.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Phone {
    /// The public key: a `COSE_Key`. The private one never leaves the phone's browser.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub key: Vec<u8>,
    /// The purpose for which the officer was signed in.
    #[cbor(n(1), with = "cbor::text")]
    pub role: Role,
    /// The device that opened the shift: what the phone records is sealed to it.
    #[cbor(n(2), with = "cbor::text")]
    pub device: StreamId,
    /// From when.
    #[cbor(n(3), with = "cbor::moment")]
    pub from: Moment,
    /// Until when, exclusive.
    #[cbor(n(4), with = "cbor::moment")]
    pub until: Moment,
}

/// What happened to an officer's shifts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum ShiftEvent {
    /// A shift began.
    #[n(0)]
    Opened {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// What is known of it.
        #[n(1)]
        shift: Shift,
    },
    /// A shift was over.
    #[n(1)]
    Closed {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which.
        #[cbor(n(1), with = "cbor::text")]
        shift: ShiftId,
        /// Why.
        #[cbor(n(2), with = "cbor::text")]
        end: ShiftEnd,
    },
    /// A phone was made ready to record without a network.
    #[n(2)]
    PhoneOpened {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Its key.
        #[n(1)]
        phone: Phone,
    },
}

impl ShiftEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Opened { act, .. } | Self::Closed { act, .. } | Self::PhoneOpened { act, .. } => {
                act
            }
        }
    }

    /// The kind, stored in the envelope.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "shift.opened",
            Self::Closed { .. } => "shift.closed",
            Self::PhoneOpened { .. } => "shift.phone-opened",
        }
    }
}

//! What is stored about a device. Stored for ever: add, never change.

use crate::{
    act::{Act, Way},
    cbor,
    crossings::PostCode,
};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// What is known of a device when it begins its work.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Device {
    /// What people call it.
    #[n(0)]
    pub name: String,
    /// The post where it stands.
    #[cbor(n(1), with = "cbor::text")]
    pub post: PostCode,
    /// Its public key: a `COSE_Key`.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub key: Vec<u8>,
    /// From when its signature counts.
    #[cbor(n(3), with = "cbor::moment")]
    pub from: Moment,
    /// Until when.
    #[cbor(n(4), with = "cbor::optional_moment", has_nil)]
    pub until: Option<Moment>,
}

/// What happened to a device.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum DeviceEvent {
    /// It began its work.
    #[n(0)]
    Enrolled {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// What is known of it.
        #[n(2)]
        device: Device,
    },
    /// It is no longer used; what it signed stands.
    #[n(1)]
    Retired {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// From when.
        #[cbor(n(2), with = "cbor::moment")]
        from: Moment,
        /// Why.
        #[n(3)]
        reason: String,
    },
    /// It may be in other hands.
    #[n(2)]
    Revoked {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// From when it no longer counts.
        #[cbor(n(2), with = "cbor::moment")]
        from: Moment,
        /// From when on it may have been in other hands.
        #[cbor(n(3), with = "cbor::moment")]
        compromised_from: Moment,
        /// Why.
        #[n(4)]
        reason: String,
    },
}

impl DeviceEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Enrolled { act, .. } | Self::Retired { act, .. } | Self::Revoked { act, .. } => {
                act
            }
        }
    }

    /// The kind, stored in the envelope.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Enrolled { .. } => "device.enrolled",
            Self::Retired { .. } => "device.retired",
            Self::Revoked { .. } => "device.revoked",
        }
    }
}

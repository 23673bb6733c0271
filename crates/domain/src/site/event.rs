//! What is stored about a site. Stored for ever: add, never change.

use crate::{
    act::{Act, Way},
    cbor,
};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// What happened to a site.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum SiteEvent {
    /// It began its work.
    #[n(0)]
    Opened {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// From when.
        #[cbor(n(2), with = "cbor::moment")]
        from: Moment,
        /// What is worth knowing: whom to call, how it is reached.
        #[n(3)]
        note: String,
    },
    /// It ended its work.
    #[n(1)]
    Closed {
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
}

impl SiteEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Opened { act, .. } | Self::Closed { act, .. } => act,
        }
    }

    /// The kind, stored in the envelope.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "site.opened",
            Self::Closed { .. } => "site.closed",
        }
    }
}

//! What is stored about an authority's keys. Stored for ever: add, never change.

use crate::{
    act::{Act, Way},
    cbor,
    crossings::PostCode,
    id::StreamId,
};
use minicbor::{Decode, Encode};
use paso_formats::{key::KeyId, moment::Moment};

/// A key and its windows.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AuthorityKey {
    /// Its name.
    #[cbor(n(0), with = "cbor::text")]
    pub id: KeyId,
    /// What it signs, by the code of the list of keys.
    #[n(1)]
    pub purpose: String,
    /// The public key: a `COSE_Key`.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub key: Vec<u8>,
    /// The first moment at which it signs.
    #[cbor(n(3), with = "cbor::moment")]
    pub sign_from: Moment,
    /// The last moment at which it signs.
    #[cbor(n(4), with = "cbor::moment")]
    pub sign_until: Moment,
    /// The last moment at which what it signed is accepted.
    #[cbor(n(5), with = "cbor::moment")]
    pub verify_until: Moment,
    /// The post whose key it is; none for one of the hub's own.
    #[cbor(n(6), with = "cbor::optional_text", has_nil)]
    pub site: Option<PostCode>,
    /// The device that holds it; none for one of the hub's own.
    #[cbor(n(7), with = "cbor::optional_text", has_nil)]
    pub device: Option<StreamId>,
}

/// What happened to an authority's keys.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum AuthorityEvent {
    /// A key came into use.
    #[n(0)]
    KeyAdded {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// The key.
        #[n(2)]
        key: AuthorityKey,
    },
    /// A key is no longer used.
    #[n(1)]
    KeyEnded {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// Which.
        #[cbor(n(2), with = "cbor::text")]
        id: KeyId,
        /// From when.
        #[cbor(n(3), with = "cbor::moment")]
        from: Moment,
        /// From when on it may have been in other hands.
        #[cbor(n(4), with = "cbor::optional_moment", has_nil)]
        compromised_from: Option<Moment>,
        /// Why.
        #[n(5)]
        reason: String,
    },
}

impl AuthorityEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::KeyAdded { act, .. } | Self::KeyEnded { act, .. } => act,
        }
    }

    /// The kind, stored in the envelope.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::KeyAdded { .. } => "authority.key-added",
            Self::KeyEnded { .. } => "authority.key-ended",
        }
    }
}

//! What is stored about a token. Stored for ever: add, never change.

use crate::{
    act::{Act, Way},
    cbor,
    crossings::PostCode,
    id::OfficerNumber,
    policy::Role,
};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// A token as issued.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Token {
    /// SHA-256 of the token's text, never the text.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub hash: [u8; 32],
    /// The officer who answers for what is done with it.
    #[cbor(n(1), with = "cbor::text")]
    pub officer: OfficerNumber,
    /// The one role it has.
    #[cbor(n(2), with = "cbor::text")]
    pub role: Role,
    /// The post whose work it does.
    #[cbor(n(3), with = "cbor::text")]
    pub post: PostCode,
    /// What it is for, in words.
    #[n(4)]
    pub purpose: String,
    /// From when it no longer counts.
    #[cbor(n(5), with = "cbor::moment")]
    pub expires: Moment,
}

/// What happened to a token.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum TokenEvent {
    /// It was issued.
    #[n(0)]
    Issued {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which way.
        #[cbor(n(1), with = "cbor::text")]
        way: Way,
        /// The token.
        #[n(2)]
        token: Token,
    },
    /// It was taken back.
    #[n(1)]
    Revoked {
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

impl TokenEvent {
    /// When, where, by whom.
    #[must_use]
    pub const fn act(&self) -> &Act {
        match self {
            Self::Issued { act, .. } | Self::Revoked { act, .. } => act,
        }
    }

    /// The kind, stored in the envelope.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Issued { .. } => "token.issued",
            Self::Revoked { .. } => "token.revoked",
        }
    }
}

//! What is stored about a post's leases and bundles. Stored for ever: add, never change.

use super::trouble::{Part, Trouble};
use crate::{act::Act, cbor};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// What happened at a post that is about no person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum PostEvent {
    /// A block of status indexes was leased to a running process. What it does not use is lost:
    /// an index is never given twice.
    #[n(0)]
    BlockLeased {
        /// When.
        #[cbor(n(0), with = "cbor::moment")]
        at: Moment,
        /// The status list.
        #[n(1)]
        list: u32,
        /// The block of the list.
        #[n(2)]
        block: u32,
    },
    /// A trust bundle was published.
    #[n(1)]
    BundlePublished {
        /// When.
        #[cbor(n(0), with = "cbor::moment")]
        at: Moment,
        /// Its sequence number.
        #[n(1)]
        sequence: u64,
        /// SHA-256 of the signed file.
        #[cbor(n(2), with = "minicbor::bytes")]
        hash: [u8; 32],
    },
    /// A machine noticed trouble of its own, or that it is over.
    #[n(2)]
    Noticed {
        /// When.
        #[cbor(n(0), with = "cbor::moment")]
        at: Moment,
        /// What.
        #[cbor(n(1), with = "cbor::text")]
        trouble: Trouble,
        /// How much, in what [`Trouble`] counts it in.
        #[n(2)]
        amount: i64,
    },
    /// Somebody said that a part of the post does not work, or works again.
    #[n(3)]
    Told {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Which part.
        #[cbor(n(1), with = "cbor::text")]
        part: Part,
        /// Whether it works.
        #[n(2)]
        works: bool,
        /// What they added; may be empty.
        #[n(3)]
        words: String,
    },
}

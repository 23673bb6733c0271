//! What is stored about a post's leases and bundles. Stored for ever: add, never change.

use crate::cbor;
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
}

//! When, where and by whom: what every act of authority carries.

use crate::{cbor, crossings::PostCode, id::OfficerNumber};
use minicbor::{Decode, Encode};
use paso_formats::moment::Moment;

/// The circumstances of an act. There is no default and no "system" officer: an act nobody answers
/// for cannot be built.
///
/// Used in stored events: add, never change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Act {
    /// When it happened, by the clock of the device that recorded it.
    #[cbor(n(0), with = "cbor::moment")]
    pub at: Moment,
    /// The post whose work it was.
    #[cbor(n(1), with = "cbor::text")]
    pub post: PostCode,
    /// The officer who answers for it.
    #[cbor(n(2), with = "cbor::text")]
    pub officer: OfficerNumber,
}

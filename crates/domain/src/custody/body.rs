//! The bytes of a custody event. All look alike from outside, as far as filling can do it: an
//! acceptance is shorter than an opening.

use super::CustodyEvent;
use crate::padded;

/// A CBOR sequence (RFC 8742): the event, then zeros.
#[must_use]
pub fn encode(event: &CustodyEvent) -> Vec<u8> {
    padded::encode(event)
}

/// The event at the beginning of the sequence. Whether the rest is the filling that [`encode`]
/// would write is the caller's question, as for every kind.
///
/// # Errors
/// When the bytes are no event.
pub fn decode(body: &[u8]) -> Result<CustodyEvent, minicbor::decode::Error> {
    padded::decode(body)
}

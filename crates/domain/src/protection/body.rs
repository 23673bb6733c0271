//! The bytes of a protection event. All look alike from outside: a claim is shorter than a notice.

use super::ProtectionEvent;
use crate::padded;

/// A CBOR sequence (RFC 8742): the event, then zeros. The texts in events are bounded so that
/// nearly all fit the first step.
#[must_use]
pub fn encode(event: &ProtectionEvent) -> Vec<u8> {
    padded::encode(event)
}

/// The event at the beginning of the sequence. Whether the rest is the filling that [`encode`]
/// would write is the caller's question, as for every kind.
///
/// # Errors
/// When the bytes are no event.
pub fn decode(body: &[u8]) -> Result<ProtectionEvent, minicbor::decode::Error> {
    padded::decode(body)
}

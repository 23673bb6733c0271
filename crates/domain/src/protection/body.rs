//! The bytes of a protection event. All look alike from outside: the length of a sealed body is
//! that of its plain text, and a claim is shorter than a notice.

use super::ProtectionEvent;

/// Bodies are filled up to a multiple of this. The texts in them are bounded so that nearly all fit
/// the first.
const STEP: usize = 512;

/// A CBOR sequence (RFC 8742): the event, then zeros.
#[must_use]
pub fn encode(event: &ProtectionEvent) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(STEP);
    match minicbor::encode(event, &mut bytes) {
        Ok(()) => {}
        // Writing into a Vec has the error type Infallible; only a custom encoder could fail, and
        // those of `crate::cbor` do not.
        Err(impossible) => unreachable!("{impossible}"),
    }
    bytes.resize(bytes.len().next_multiple_of(STEP), 0);
    bytes
}

/// The event at the beginning of the sequence. Whether the rest is the filling that [`encode`]
/// would write is the caller's question, as for every kind.
///
/// # Errors
/// When the bytes are no event.
pub fn decode(body: &[u8]) -> Result<ProtectionEvent, minicbor::decode::Error> {
    minicbor::decode(body)
}

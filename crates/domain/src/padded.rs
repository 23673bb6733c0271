//! Bodies that look alike from outside: the length of a sealed body is that of its plain text, and
//! an envelope of one kind must not tell by its size which of many things happened.

use minicbor::{Decode, Encode};

/// Bodies are filled up to a multiple of this.
const STEP: usize = 512;

/// A CBOR sequence (RFC 8742): the event, then zeros.
pub(crate) fn encode<T: Encode<()>>(event: &T) -> Vec<u8> {
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
pub(crate) fn decode<'b, T: Decode<'b, ()>>(body: &'b [u8]) -> Result<T, minicbor::decode::Error> {
    minicbor::decode(body)
}

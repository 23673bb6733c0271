//! What is stored about a receipt. Stored for ever: add, never change.

use minicbor::decode::Error;
use paso_formats::receipt::Body;

/// What happened to a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptEvent {
    /// It was given. Its body in the journal is [`Body::to_cbor`] and has no frame of its own: the
    /// receipt alone must be enough to make the leaf's commitment again.
    Given(Body),
}

impl ReceiptEvent {
    /// # Errors
    /// When the bytes are no body of a receipt.
    pub(crate) fn decode(body: &[u8]) -> Result<Self, Error> {
        Body::from_cbor(body)
            .map(Self::Given)
            .map_err(Error::message)
    }
}

//! The device that writes: its stream and the key that signs for it.

use core::fmt;
use std::sync::Arc;

use paso_domain::id::StreamId;
use paso_formats::key::Sign;

/// A device. A stream has one key for life, so a device with a new key has a new stream.
#[derive(Clone)]
pub struct Device {
    /// Its stream.
    pub stream: StreamId,
    /// Its key. It is asked while the database is being written to, so it must answer at once.
    pub signer: Arc<dyn Sign>,
}

impl Device {
    /// The device of this key, with the stream that is named after the key.
    #[must_use]
    pub fn of(signer: Arc<dyn Sign>) -> Self {
        Self {
            stream: StreamId::of_key(signer.public_key()),
            signer,
        }
    }

    /// The public half, as it is registered.
    pub(crate) fn cose_key(&self) -> Vec<u8> {
        self.signer.public_key().to_cose_key()
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Device({}, key {})",
            self.stream,
            self.signer.public_key().key_id()
        )
    }
}

//! The name of a stream.

use core::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::key::PublicKey;

/// The name of a stream: 16 bytes that say nothing of device, post or time.
///
/// A stream has one key for life. Devices name theirs after their key ([`StreamId::of_key`]), so that
/// a new key is a new stream by itself; streams begun before that have random names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId([u8; 16]);

impl StreamId {
    /// A name from 16 random bytes.
    #[must_use]
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The name of the stream that a device with this key writes: the first 16 bytes of
    /// `SHA-256("paso stream v1" NUL ‖ COSE_Key)`.
    #[must_use]
    pub fn of_key(key: &PublicKey) -> Self {
        let mut hash = Sha256::new_with_prefix(b"paso stream v1\0");
        hash.update(key.to_cose_key());
        let hash: [u8; 32] = hash.finalize().into();
        // 16 of 32 bytes are always there.
        Self(*hash.first_chunk().unwrap_or(&[0; 16]))
    }

    /// The bytes, as the leaf carries them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// 32 hexadecimal digits in lower case.
impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream:{self}")
    }
}

/// The text names no stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stream; it has 32 hexadecimal digits in lower case")]
pub struct NotAStream;

impl FromStr for StreamId {
    type Err = NotAStream;

    fn from_str(text: &str) -> Result<Self, NotAStream> {
        let digits = text.as_bytes();
        if digits.len() != 32 {
            return Err(NotAStream);
        }
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// Lower case only: a stream has one spelling.
const fn nibble(digit: u8) -> Result<u8, NotAStream> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NotAStream),
    }
}

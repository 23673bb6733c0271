//! What a phone records where there is no network: written in canonical bytes, signed by the shift's
//! key, sealed to the machine that opened the shift, and opened, verified and read there.
//!
//! ```text
//! "paso phone 1" LF
//! stream of the device that opened the shift, and alone can open this (16 bytes)
//! HPKE box of the CBOR: [record, signature (64 bytes)]
//! ```
//!
//! The phone's key signs `"paso phone record v1" NUL ‖ SHA-256(record)`: so the receiver can keep
//! digest and signature as proof after the words of the record are forgotten. The box is the one in
//! which keys travel between posts ([`crate::parcel`]): one way of sealing in this program, and the
//! phone runs it as WebAssembly.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    cbor::{self, Form, Reader, Writer},
    entry::StreamId,
    key::{BadSignature, PublicKey},
    statement::{self, NotAKey, OpeningKey, SealingKey},
};

mod record;
mod seed;

pub use record::{
    MAX_WORDS, MOST_COUNTED, NotARecord, PhoneAct, PhoneCheck, PhoneEncounter, PhoneOpening, Record,
};
pub use seed::Seed;

/// Bytes of a record on its way: eight texts of [`MAX_WORDS`] characters of four bytes, and room.
pub const MAX_PHONE_BYTES: usize = 48 * 1024;

const MAGIC: &[u8] = b"paso phone 1\n";
const NAME: &[u8] = b"paso phone ";
const TAG: &[u8] = b"paso phone record v1\0";
const INFO: &[u8] = b"paso phone record v1";

/// Why bytes are no record that can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Something else.
    #[error("this is no record of a phone; send it from the phone's page")]
    NotARecord,
    /// Written by a later version.
    #[error("the record was written by a newer program; update this one first")]
    Newer,
    /// Shorter than its own head.
    #[error("the record ends in the middle; nothing was taken from it, send it again")]
    Torn,
    /// Larger than any.
    #[error("the record is larger than any; nothing was taken from it")]
    TooLarge,
    /// Sealed to another machine, or altered.
    #[error(
        "the record does not open here: it was altered on its way, or another machine opened the \
         shift; nothing was taken from it, send it where the shift was opened"
    )]
    Closed,
    /// Opened, and yet not as a record is written.
    #[error("the record opens but breaks the format; keep it on the phone, and report this")]
    Content,
}

impl PhoneError {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::NotARecord,
        Self::Newer,
        Self::Torn,
        Self::TooLarge,
        Self::Closed,
        Self::Content,
    ];

    /// A stable name for texts and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotARecord => "not-a-record",
            Self::Newer => "newer",
            Self::Torn => "torn",
            Self::TooLarge => "too-large",
            Self::Closed => "closed",
            Self::Content => "content",
        }
    }
}

/// What the phone's key signs for a record.
#[must_use]
pub fn to_be_signed(digest: &[u8; 32]) -> Vec<u8> {
    [TAG, digest].concat()
}

/// A sealed record whose head was read and nothing else believed.
#[derive(Clone, Copy, Debug)]
pub struct SealedRecord<'a> {
    to: StreamId,
    sealed: &'a [u8],
}

impl<'a> SealedRecord<'a> {
    /// Reads the head.
    ///
    /// # Errors
    /// See [`PhoneError`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, PhoneError> {
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Err(match bytes.strip_prefix(NAME) {
                Some(rest) if rest.first().is_some_and(u8::is_ascii_digit) => PhoneError::Newer,
                _ if !bytes.is_empty() && MAGIC.starts_with(bytes) => PhoneError::Torn,
                _ => PhoneError::NotARecord,
            });
        };
        if bytes.len() > MAX_PHONE_BYTES {
            return Err(PhoneError::TooLarge);
        }
        let (to, sealed) = rest.split_first_chunk().ok_or(PhoneError::Torn)?;
        Ok(Self {
            to: StreamId::from_random(*to),
            sealed,
        })
    }

    /// The stream of the device to which it is sealed.
    #[must_use]
    pub const fn to(&self) -> StreamId {
        self.to
    }

    /// Opens it. Whose signature it bears is not yet known.
    ///
    /// # Errors
    /// See [`PhoneError`].
    pub fn open(&self, key: &OpeningKey) -> Result<SignedRecord, PhoneError> {
        let plain =
            statement::open_bytes(self.sealed, INFO, key).map_err(|_| PhoneError::Closed)?;
        SignedRecord::from_cbor(&plain).ok_or(PhoneError::Content)
    }
}

/// A record with its signature, which [`SignedRecord::verify`] checks.
#[derive(Clone, Debug)]
pub struct SignedRecord {
    record: Record,
    digest: [u8; 32],
    signature: [u8; 64],
}

impl SignedRecord {
    /// A record and what the phone's key made of [`to_be_signed`].
    #[must_use]
    pub fn new(record: Record, signature: [u8; 64]) -> Self {
        Self {
            digest: record.digest(),
            record,
            signature,
        }
    }

    /// What was recorded.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// SHA-256 of the record's bytes.
    #[must_use]
    pub const fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// The signature over it.
    #[must_use]
    pub const fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// Whether `phone` signed it.
    ///
    /// # Errors
    /// When it did not.
    pub fn verify(&self, phone: &PublicKey) -> Result<(), BadSignature> {
        phone.verify(&to_be_signed(&self.digest), &self.signature)
    }

    /// Seals it to the device of a stream. `random` must be 32 random bytes, used once.
    ///
    /// # Errors
    /// None that a checked key and a fresh `random` lead to; the key is then not usable.
    pub fn seal(
        &self,
        stream: StreamId,
        to: &SealingKey,
        random: &[u8; 32],
    ) -> Result<Vec<u8>, NotAKey> {
        let record = Zeroizing::new(self.record.to_cbor());
        let mut writer = Writer::with_capacity(record.len() + 80);
        writer.array(2).bytes(&record).bytes(&self.signature);
        let plain = Zeroizing::new(writer.into_bytes());
        let sealed = statement::seal_bytes(&plain, INFO, to, random).ok_or(NotAKey)?;
        Ok([MAGIC, stream.as_bytes(), &sealed].concat())
    }

    fn from_cbor(plain: &[u8]) -> Option<Self> {
        cbor::check(plain, Form::Canonical).ok()?;
        let mut reader = Reader::new(plain);
        (reader.array()? == 2).then_some(())?;
        let bytes = reader.bytes()?;
        Some(Self {
            record: Record::from_cbor(bytes).ok()?,
            digest: Sha256::digest(bytes).into(),
            signature: reader.bytes()?.try_into().ok()?,
        })
    }
}

//! Cosignatures: a witness says that, at a time, a checkpoint was the newest it had seen and
//! continued all before (<https://c2sp.org/tlog-cosignature>, Ed25519, type 0x04).

use core::{fmt, str::FromStr};

use crate::note::{
    BadSignature, KeyError, KeyId, KeyName, PublicKey, Sign, SignError, SignatureLine, Verify,
};

/// Seconds since 1970 without leap seconds, as POSIX counts: at most 2^63 - 1
/// (tlog-cosignature §Format).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// This many seconds; `None` above 2^63 - 1.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Option<Self> {
        if seconds <= i64::MAX as u64 {
            Some(Self(seconds))
        } else {
            None
        }
    }

    /// Seconds since 1970.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

/// What a witness signs: two lines that no note starts with, then the checkpoint's text.
fn message(time: Timestamp, text: &[u8]) -> Vec<u8> {
    let mut message = format!("cosignature/v1\ntime {}\n", time.0).into_bytes();
    message.extend(text);
    message
}

/// Time and signature, as the bytes of a signature line hold them.
fn split(signature: &[u8]) -> Option<(Timestamp, &[u8; 64])> {
    let (time, signature) = signature.split_first_chunk()?;
    let time = Timestamp::from_seconds(u64::from_be_bytes(*time))?;
    Some((time, signature.try_into().ok()?))
}

/// When a witness cosigned, by a line of type 0x04 that [`Verify::verify`] accepted. `None` for
/// lines of another form.
#[must_use]
pub fn time_of(line: &SignatureLine) -> Option<Timestamp> {
    split(line.signature()).map(|(time, _)| time)
}

/// The public key of a witness.
///
/// The signed message does not name the witness, so one key must serve under one name only
/// (tlog-cosignature §Ed25519 signed message).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CosignerKey(PublicKey);

impl CosignerKey {
    /// The signature type of signed-note §Signature types.
    pub const TYPE: u8 = 0x04;

    /// The key of this name with these 32 bytes (RFC 8032 §5.1.5).
    pub fn new(name: KeyName, key: &[u8; 32]) -> Result<Self, KeyError> {
        PublicKey::new(Self::TYPE, name, key).map(Self)
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    /// Signs a checkpoint's text as of `time`. The witness must have checked the checkpoint and
    /// stored it before: see [`crate::witness::decide`].
    pub fn cosign(
        &self,
        text: &str,
        time: Timestamp,
        signer: &dyn Sign,
    ) -> Result<SignatureLine, SignError> {
        let signature = self.0.sign(&message(time, text.as_bytes()), signer)?;
        let bytes = [&time.0.to_be_bytes()[..], &signature].concat();
        Ok(self.0.line(bytes))
    }
}

impl Verify for CosignerKey {
    fn name(&self) -> &KeyName {
        self.0.name()
    }

    fn id(&self) -> KeyId {
        self.0.id()
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let (time, signature) = split(signature).ok_or(BadSignature)?;
        self.0.verify(&message(time, text), signature)
    }
}

/// Reads a verifier key, `name+id+base64`.
impl FromStr for CosignerKey {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        PublicKey::parse(Self::TYPE, vkey).map(Self)
    }
}

/// The verifier key as others are given it.
impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

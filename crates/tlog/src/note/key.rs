//! Names, numbers and public keys of those who sign notes.

use core::{fmt, str::FromStr};

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use super::SignatureLine;
use crate::text;

/// The longest key name: what fits the one-byte length of tlog-cosignature's `cosigner_name`.
pub const MAX_NAME_BYTES: usize = 255;

/// Whose key it is: not empty, without spaces, plus or control characters (signed-note §Format).
/// Mostly an address without `https://`, which need not exist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// The text cannot name a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key's name has 1 to 255 bytes and no space, plus or control character, such as log.example.org/2026"
)]
pub struct NotAName;

impl FromStr for KeyName {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let wrong = |char: char| char.is_whitespace() || char < ' ' || char == '+';
        if text.is_empty() || text.len() > MAX_NAME_BYTES || text.contains(wrong) {
            return Err(NotAName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl AsRef<str> for KeyName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which of a name's keys: short on purpose, it finds a key and proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The signature is not one of this key over this text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit; the text was changed or another key signed it")]
pub struct BadSignature;

/// A key that verifies signature lines.
pub trait Verify: fmt::Debug {
    /// Whose key it is.
    fn name(&self) -> &KeyName;
    /// Which of that name's keys it is.
    fn id(&self) -> KeyId;
    /// Whether `signature` is the key's over the note's `text`.
    fn verify(&self, text: &[u8], signature: &[u8]) -> Result<(), BadSignature>;
}

/// Whoever holds an Ed25519 private key: a file, a module, another process. Private keys never
/// enter this crate.
pub trait Sign {
    /// The 32 bytes of the public key (RFC 8032 §5.1.5).
    fn public_key(&self) -> [u8; 32];
    /// The Ed25519 signature over these bytes (RFC 8032 §5.1.6).
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;
}

/// Why a key did not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The device that holds the key failed.
    #[error("the key did not sign; check that its file or device can be read")]
    Unavailable,
    /// The signer holds another private key than the one configured.
    #[error("the private key does not belong to the configured public key; correct one of them")]
    OtherKey,
}

/// Why a text is no verifier key that is used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not `name+id+base64`.
    #[error("not a verifier key; copy the whole line, such as log.example.org+0a1b2c3d+AbC…=")]
    Malformed,
    /// The id is not the hash of name and key.
    #[error("the verifier key's number does not fit its name and key; copy it again")]
    WrongId,
    /// Another algorithm, or the right one for another purpose.
    #[error(
        "this verifier key is of type {found:#04x}; a key of type {wanted:#04x} is needed here"
    )]
    OtherType {
        /// The type byte expected.
        wanted: u8,
        /// The one found.
        found: u8,
    },
    /// Not a point of the curve in its one encoding, or one of small order, for which signatures
    /// prove nothing.
    #[error("this public key is not safe to use; ask its owner for the right one")]
    Unsafe,
}

/// What both kinds of Ed25519 keys share: name, id and curve point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    kind: u8,
    name: KeyName,
    id: KeyId,
    point: VerifyingKey,
}

impl PublicKey {
    pub(crate) fn new(kind: u8, name: KeyName, key: &[u8; 32]) -> Result<Self, KeyError> {
        let point = VerifyingKey::from_bytes(key).map_err(|_| KeyError::Unsafe)?;
        // A second text for the same point would be a second key number for the same key, and
        // RFC 8032 §5.1.3 does not decode it.
        let canonical = point.to_edwards().compress().to_bytes();
        if canonical != *key || point.is_weak() {
            return Err(KeyError::Unsafe);
        }
        let id = key_id(&name, kind, key);
        Ok(Self {
            kind,
            name,
            id,
            point,
        })
    }

    /// Reads `name+hex8(id)+base64(type || key)`.
    pub(crate) fn parse(kind: u8, vkey: &str) -> Result<Self, KeyError> {
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Malformed);
        };
        let name: KeyName = name.parse().map_err(|NotAName| KeyError::Malformed)?;
        let bytes = text::from_base64(key).ok_or(KeyError::Malformed)?;
        let (&found, key) = bytes.split_first().ok_or(KeyError::Malformed)?;
        if key_id(&name, found, key).to_string() != id {
            return Err(KeyError::WrongId);
        }
        if found != kind {
            return Err(KeyError::OtherType {
                wanted: kind,
                found,
            });
        }
        Self::new(kind, name, key.try_into().map_err(|_| KeyError::Malformed)?)
    }

    pub(crate) const fn name(&self) -> &KeyName {
        &self.name
    }

    pub(crate) const fn id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.point.as_bytes()
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), BadSignature> {
        self.point
            .verify_strict(message, &Signature::from_bytes(signature))
            .map_err(|_| BadSignature)
    }

    pub(crate) fn sign(&self, message: &[u8], signer: &dyn Sign) -> Result<[u8; 64], SignError> {
        if signer.public_key() != *self.bytes() {
            return Err(SignError::OtherKey);
        }
        signer.sign(message)
    }

    /// The line for a signature that this key made, which is never empty.
    pub(crate) fn line(&self, signature: Vec<u8>) -> SignatureLine {
        SignatureLine {
            name: self.name.clone(),
            id: self.id,
            signature,
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.kind][..], self.bytes()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, text::to_base64(&key))
    }
}

/// signed-note §Signatures: the first four bytes of a hash over name, newline, type and key.
fn key_id(name: &KeyName, kind: u8, key: &[u8]) -> KeyId {
    let mut sha = Sha256::new();
    sha.update(name.0.as_bytes());
    sha.update([b'\n', kind]);
    sha.update(key);
    let hash: [u8; 32] = sha.finalize().into();
    let [a, b, c, d, ..] = hash;
    KeyId([a, b, c, d])
}

/// A key that signs notes as they are: signature type 0x01. Logs sign their checkpoints with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ed25519Key(PublicKey);

impl Ed25519Key {
    /// The signature type of signed-note §Signature types.
    pub const TYPE: u8 = 0x01;

    /// The key of this name with these 32 bytes (RFC 8032 §5.1.5).
    pub fn new(name: KeyName, key: &[u8; 32]) -> Result<Self, KeyError> {
        PublicKey::new(Self::TYPE, name, key).map(Self)
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        self.0.bytes()
    }

    /// Signs a note's text; the text must be one that [`super::SignedNote`] takes.
    pub fn sign(&self, text: &str, signer: &dyn Sign) -> Result<SignatureLine, SignError> {
        Ok(self.0.line(self.0.sign(text.as_bytes(), signer)?.to_vec()))
    }
}

impl Verify for Ed25519Key {
    fn name(&self) -> &KeyName {
        self.0.name()
    }

    fn id(&self) -> KeyId {
        self.0.id()
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let signature = signature.try_into().map_err(|_| BadSignature)?;
        self.0.verify(text, signature)
    }
}

/// Reads a verifier key, `name+id+base64`.
impl FromStr for Ed25519Key {
    type Err = KeyError;

    fn from_str(vkey: &str) -> Result<Self, KeyError> {
        PublicKey::parse(Self::TYPE, vkey).map(Self)
    }
}

/// The verifier key as others are given it.
impl fmt::Display for Ed25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

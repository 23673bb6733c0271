//! Public keys, what they verify, and how one is named.
//!
//! A key is a `COSE_Key` (RFC 9052 §7) in its one deterministic form; its name is the first 8 bytes
//! of the SHA-256 thumbprint of that form (RFC 9679). Two algorithms exist: ES256, which every
//! security module speaks, and `EdDSA` over Ed25519. Private keys never enter this crate: whoever
//! holds one implements [`Sign`].

use core::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::cbor::{Form, Reader, Writer, check};

mod backend;

/// A signature algorithm, by its COSE number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256: COSE -7 (RFC 9053 §2.1).
    Es256,
    /// `EdDSA`, here always over Ed25519: COSE -8 (RFC 9053 §2.2).
    EdDsa,
}

impl Algorithm {
    /// The number in a COSE header.
    #[must_use]
    pub const fn cose(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
        }
    }

    /// The algorithm of a COSE header's number. RFC 9864's -9 and -19 are not read yet: no issuer
    /// of cards writes them and the other readers refuse them.
    #[must_use]
    pub const fn from_cose(number: i64) -> Option<Self> {
        match number {
            -7 => Some(Self::Es256),
            -8 => Some(Self::EdDsa),
            _ => None,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        })
    }
}

/// The name of a key: the first 8 bytes of its RFC 9679 SHA-256 thumbprint.
///
/// Long enough to find a key, too short to prove one: whoever finds a key by it still verifies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 8]);

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

/// The text names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key's name; copy its 16 digits and letters a to f, such as 0a1b2c3d4e5f6071")]
pub struct NotAKeyId;

impl FromStr for KeyId {
    type Err = NotAKeyId;

    fn from_str(text: &str) -> Result<Self, NotAKeyId> {
        let text = text.as_bytes();
        if text.len() != 16 || !text.iter().all(u8::is_ascii_hexdigit) {
            return Err(NotAKeyId);
        }
        let mut id = [0; 8];
        for (byte, pair) in id.iter_mut().zip(text.chunks_exact(2)) {
            let digits = core::str::from_utf8(pair).map_err(|_| NotAKeyId)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| NotAKeyId)?;
        }
        Ok(Self(id))
    }
}

impl TryFrom<&[u8]> for KeyId {
    type Error = NotAKeyId;

    fn try_from(bytes: &[u8]) -> Result<Self, NotAKeyId> {
        bytes.try_into().map(Self).map_err(|_| NotAKeyId)
    }
}

/// The signature is not one of this key over these bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit; the data was changed or another key signed it")]
pub struct BadSignature;

/// Why bytes are no public key that Paso uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a `COSE_Key` of P-256 or Ed25519 in deterministic form.
    #[error("not a public key in the form Paso writes; export it again from the authority's file")]
    NotAKey,
    /// Coordinates off the curve, or a point of small order for which signatures prove nothing.
    #[error("this public key is not safe to use; ask the authority for the right one")]
    Unsafe,
}

/// A public key ready to verify with.
#[derive(Clone)]
pub struct PublicKey {
    raw: Raw,
    id: KeyId,
    verifier: backend::Verifier,
}

/// The bytes that make a key, in the coordinates COSE writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Es256 { x: [u8; 32], y: [u8; 32] },
    EdDsa { x: [u8; 32] },
}

impl PublicKey {
    /// The P-256 key of an uncompressed point: 4, then x, then y, big-endian.
    pub fn es256(point: &[u8]) -> Result<Self, KeyError> {
        let Some((4, coordinates)) = point.split_first().map(|(first, rest)| (*first, rest)) else {
            return Err(KeyError::NotAKey);
        };
        let Some((x, y)) = coordinates.split_first_chunk::<32>() else {
            return Err(KeyError::NotAKey);
        };
        let y = y.try_into().map_err(|_| KeyError::NotAKey)?;
        Self::from_raw(Raw::Es256 { x: *x, y })
    }

    /// The Ed25519 key of its 32 bytes (RFC 8032 §5.1.5).
    pub fn ed25519(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Self::from_raw(Raw::EdDsa { x: *bytes })
    }

    fn from_raw(raw: Raw) -> Result<Self, KeyError> {
        let verifier = match &raw {
            Raw::Es256 { x, y } => {
                let mut point = [4; 65];
                point[1..33].copy_from_slice(x);
                point[33..].copy_from_slice(y);
                backend::Verifier::es256(&point)
            }
            Raw::EdDsa { x } => {
                // Both backends would verify with a weak key, each in its own way; neither gets one.
                let key =
                    ed25519_dalek::VerifyingKey::from_bytes(x).map_err(|_| KeyError::Unsafe)?;
                if key.is_weak() || key.to_edwards().compress().as_bytes() != x {
                    return Err(KeyError::Unsafe);
                }
                backend::Verifier::ed25519(x)
            }
        }
        .ok_or(KeyError::Unsafe)?;
        let digest = Sha256::digest(raw.cose_key());
        let mut id = [0; 8];
        id.copy_from_slice(&digest[..8]);
        Ok(Self {
            raw,
            id: KeyId(id),
            verifier,
        })
    }

    /// Reads a `COSE_Key`; only the deterministic form with exactly the required members is one, so
    /// that a key has one name.
    pub fn from_cose_key(bytes: &[u8]) -> Result<Self, KeyError> {
        check(bytes, Form::Canonical).map_err(|_| KeyError::NotAKey)?;
        let raw = Raw::read(&mut Reader::new(bytes)).ok_or(KeyError::NotAKey)?;
        Self::from_raw(raw)
    }

    /// The deterministic `COSE_Key`: kty, crv, x and for P-256 y.
    #[must_use]
    pub fn to_cose_key(&self) -> Vec<u8> {
        self.raw.cose_key()
    }

    /// The key's name.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.id
    }

    /// What the key signs with.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.raw {
            Raw::Es256 { .. } => Algorithm::Es256,
            Raw::EdDsa { .. } => Algorithm::EdDsa,
        }
    }

    /// The whole SHA-256 thumbprint (RFC 9679) in groups that two people can read to each other.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.raw.cose_key());
        let mut text = String::with_capacity(79);
        for (index, byte) in digest.iter().enumerate() {
            if index > 0 && index % 2 == 0 {
                text.push(' ');
            }
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
        text
    }

    /// Whether `signature` is this key's over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        let signature: &[u8; 64] = signature.try_into().map_err(|_| BadSignature)?;
        self.verifier.verify(message, signature)
    }
}

const HEX: &[u8; 16] = b"0123456789abcdef";

impl Raw {
    fn cose_key(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(80);
        // Keys in bytewise order: 1 (kty), -1 (crv), -2 (x), -3 (y).
        match self {
            Self::Es256 { x, y } => {
                writer.map(4).int(1).int(2).int(-1).int(1);
                writer.int(-2).bytes(x).int(-3).bytes(y);
            }
            Self::EdDsa { x } => {
                writer.map(3).int(1).int(1).int(-1).int(6).int(-2).bytes(x);
            }
        }
        writer.into_bytes()
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let members = reader.map()?;
        reader.member(1)?;
        let kty = reader.int()?;
        reader.member(-1)?;
        let crv = reader.int()?;
        reader.member(-2)?;
        let x = reader.bytes()?.try_into().ok()?;
        match (members, kty, crv) {
            (4, 2, 1) => {
                reader.member(-3)?;
                let y = reader.bytes()?.try_into().ok()?;
                Some(Self::Es256 { x, y })
            }
            (3, 1, 6) => Some(Self::EdDsa { x }),
            _ => None,
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm(), self.id)
    }
}

/// Whoever holds a private key: a file unlocked by the shell, a security module, a test.
pub trait Sign: Send + Sync {
    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// A signature over `message`: for ES256 r then s, 32 bytes each; for `EdDSA` as RFC 8032.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;
}

/// The holder of the private key could not sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signing key did not answer ({reason}); check that it is unlocked and try again")]
pub struct SignError {
    /// What the holder of the key said, for the operator.
    pub reason: String,
}

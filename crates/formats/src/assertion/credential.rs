//! A credential's name and public key, as an authenticator registered them.
//!
//! The key is a `COSE_Key` in its one canonical form with exactly the members that WebAuthn L3
//! §6.5.1.1 demands, the algorithm among them, so that equal keys have equal bytes: two people are
//! told apart by them.

use core::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::signature::{self, NotVerified};
use crate::{
    cbor::{Form, Reader, Writer, check},
    key::{KeyError, PublicKey},
};

/// Bytes of a credential's name: at least 16 (WebAuthn L3 §4, "credential ID"), at most 1023 (§7.1).
const NAME_BYTES: core::ops::RangeInclusive<usize> = 16..=1023;
/// Bytes of an RSA modulus: 2048 to 4096 bits. Smaller ones are not safe, larger ones no
/// authenticator makes.
const MODULUS_BYTES: core::ops::RangeInclusive<usize> = 256..=512;
/// 65537, the one public exponent that authenticators use.
const EXPONENT: [u8; 3] = [1, 0, 1];

/// The name by which an authenticator knows a credential. Shown as base64url, as browsers do.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId(Vec<u8>);

/// Not the name of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not the name of a passkey; expected the 16 to 1023 bytes that the browser gave, as base64url"
)]
pub struct NotACredentialId;

impl CredentialId {
    /// A name of 16 to 1023 bytes.
    pub fn new(bytes: Vec<u8>) -> Result<Self, NotACredentialId> {
        if NAME_BYTES.contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(NotACredentialId)
        }
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(&self.0))
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CredentialId {
    type Err = NotACredentialId;

    fn from_str(text: &str) -> Result<Self, NotACredentialId> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotACredentialId)?;
        Self::new(bytes)
    }
}

/// With what a passkey signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CredentialAlgorithm {
    /// ECDSA over P-256 with SHA-256, COSE -7: what most authenticators make.
    Es256,
    /// `EdDSA` over Ed25519, COSE -8.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256, COSE -257 (RFC 8812 §2): what older TPMs in Windows make.
    Rs256,
}

impl CredentialAlgorithm {
    /// All algorithms, in the order in which a registration should ask for them.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// The COSE number.
    #[must_use]
    pub const fn cose(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }
}

impl fmt::Display for CredentialAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        })
    }
}

/// The public key of a passkey.
#[derive(Clone, PartialEq, Eq)]
pub struct CredentialKey(Kind);

#[derive(Clone, PartialEq, Eq)]
enum Kind {
    Curve(Box<PublicKey>),
    Rsa { modulus: Vec<u8> },
}

impl CredentialKey {
    /// The P-256 key with these coordinates, big-endian.
    pub fn es256(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        let point = [&[4][..], x, y].concat();
        PublicKey::es256(&point).map(|key| Self(Kind::Curve(Box::new(key))))
    }

    /// The Ed25519 key of its 32 bytes.
    pub fn ed25519(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        PublicKey::ed25519(bytes).map(|key| Self(Kind::Curve(Box::new(key))))
    }

    /// The RSA key with this modulus, big-endian without leading zeros, and exponent 65537.
    pub fn rs256(modulus: Vec<u8>) -> Result<Self, KeyError> {
        let first = modulus.first().copied().unwrap_or_default();
        let shortest = *MODULUS_BYTES.start();
        // RFC 8230 §4: no leading zeros; and of 2048 bits the first is set.
        let enough = first != 0 && (modulus.len() > shortest || first >= 0x80);
        // An even number is no product of two large primes.
        let odd = modulus.last().is_some_and(|last| last % 2 == 1);
        if MODULUS_BYTES.contains(&modulus.len()) && enough && odd {
            Ok(Self(Kind::Rsa { modulus }))
        } else {
            Err(KeyError::Unsafe)
        }
    }

    /// Reads a `COSE_Key` as it was registered; only the canonical form with exactly the demanded
    /// members is one.
    pub fn from_cose(bytes: &[u8]) -> Result<Self, KeyError> {
        check(bytes, Form::Canonical).map_err(|_| KeyError::NotAKey)?;
        let mut reader = Reader::new(bytes);
        let members = reader.map().ok_or(KeyError::NotAKey)?;
        let mut read = || {
            reader.member(1)?;
            let kty = reader.int()?;
            reader.member(3)?;
            Some((kty, reader.int()?))
        };
        let (kty, algorithm) = read().ok_or(KeyError::NotAKey)?;
        match (members, kty, algorithm) {
            (5, 2, -7) => {
                let (x, y) = p256_members(&mut reader).ok_or(KeyError::NotAKey)?;
                Self::es256(&x, &y)
            }
            (4, 1, -8) => {
                let x = ed25519_members(&mut reader).ok_or(KeyError::NotAKey)?;
                Self::ed25519(&x)
            }
            (4, 3, -257) => {
                let modulus = rsa_members(&mut reader).ok_or(KeyError::NotAKey)?;
                Self::rs256(modulus.to_vec())
            }
            _ => Err(KeyError::NotAKey),
        }
    }

    /// The canonical `COSE_Key`: the same bytes for the same key, always.
    #[must_use]
    pub fn to_cose(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(96);
        // Keys in bytewise order: 1 (kty), 3 (alg), then -1, -2, -3.
        match &self.0 {
            Kind::Curve(key) => {
                // Of the same members without the algorithm, which goes between the first two.
                let plain = key.to_cose_key();
                let mut reader = Reader::new(&plain);
                let members = reader.map().unwrap_or_default();
                let kty = reader.member(1).and_then(|()| reader.int());
                writer.map(usize::try_from(members).unwrap_or_default() + 1);
                writer.int(1).int(kty.unwrap_or_default());
                writer.int(3).int(self.algorithm().cose());
                writer.raw(plain.get(reader.position()..).unwrap_or_default());
            }
            Kind::Rsa { modulus } => {
                writer.map(4).int(1).int(3).int(3).int(-257);
                writer.int(-1).bytes(modulus).int(-2).bytes(&EXPONENT);
            }
        }
        writer.into_bytes()
    }

    /// With what it signs.
    #[must_use]
    pub const fn algorithm(&self) -> CredentialAlgorithm {
        match &self.0 {
            Kind::Curve(key) => match key.algorithm() {
                crate::key::Algorithm::Es256 => CredentialAlgorithm::Es256,
                crate::key::Algorithm::EdDsa => CredentialAlgorithm::EdDsa,
            },
            Kind::Rsa { .. } => CredentialAlgorithm::Rs256,
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), NotVerified> {
        match &self.0 {
            Kind::Curve(key) => signature::on_curve(key, message, signature),
            Kind::Rsa { modulus } => signature::rsa(modulus, &EXPONENT, message, signature),
        }
    }
}

impl fmt::Debug for CredentialKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Curve(key) => write!(f, "CredentialKey({} {})", key.algorithm(), key.key_id()),
            Kind::Rsa { modulus } => write!(f, "CredentialKey(RS256 {})", modulus.len() * 8),
        }
    }
}

fn p256_members(reader: &mut Reader<'_>) -> Option<([u8; 32], [u8; 32])> {
    reader.member(-1)?;
    (reader.int()? == 1).then_some(())?;
    reader.member(-2)?;
    let x = reader.bytes()?.try_into().ok()?;
    reader.member(-3)?;
    let y = reader.bytes()?.try_into().ok()?;
    Some((x, y))
}

fn ed25519_members(reader: &mut Reader<'_>) -> Option<[u8; 32]> {
    reader.member(-1)?;
    (reader.int()? == 6).then_some(())?;
    reader.member(-2)?;
    reader.bytes()?.try_into().ok()
}

fn rsa_members<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    reader.member(-1)?;
    let modulus = reader.bytes()?;
    reader.member(-2)?;
    (reader.bytes()? == EXPONENT).then_some(modulus)
}

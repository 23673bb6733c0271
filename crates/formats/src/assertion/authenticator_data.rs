//! What the authenticator says of itself: authenticator data (WebAuthn L3 §6.1).

use super::{CredentialId, CredentialKey};
use crate::{
    cbor::{self, Form, Reader},
    key::KeyError,
};

/// Bytes of authenticator data in an assertion. Without extensions it has 37; those that exist add
/// less than a hundred.
pub(super) const MAX_ASSERTED_BYTES: usize = 1024;
/// Bytes at a registration: the same, with a credential's name and key.
const MAX_BYTES: usize = 4096;

/// Why bytes are no authenticator data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticatorDataError {
    /// Not the fields that its flags announce.
    #[error("what the key device sent is damaged; try again, or with another key")]
    Malformed,
    /// The credential's key is none that Paso verifies.
    #[error("the key device made a key that is not supported here; use another device")]
    Key(#[from] KeyError),
}

/// The bits that WebAuthn defines in the byte of flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(pub u8);

impl Flags {
    /// Somebody touched the authenticator.
    pub const USER_PRESENT: Self = Self(1);
    /// It asked for a PIN or a finger, and was satisfied.
    pub const USER_VERIFIED: Self = Self(1 << 2);
    /// The credential may be copied to the owner's other devices.
    pub const BACKUP_ELIGIBLE: Self = Self(1 << 3);
    /// And has been.
    pub const BACKED_UP: Self = Self(1 << 4);
    /// A credential's name and key follow.
    pub const ATTESTED: Self = Self(1 << 6);
    /// Extensions follow.
    pub const EXTENSIONS: Self = Self(1 << 7);

    /// Whether all bits of `other` are set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The bits of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These bits without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// Authenticator data as read; nothing of it is checked but its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData {
    /// SHA-256 of the relying party's id.
    pub rp_id_hash: [u8; 32],
    /// What happened at the authenticator.
    pub flags: Flags,
    /// How often it has signed, by its own count; many always say 0.
    pub sign_count: u32,
    /// The credential, at a registration.
    pub attested: Option<Attested>,
}

/// A new credential, as an authenticator announces it (WebAuthn L3 §6.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attested {
    /// The make of the authenticator; zeros where it does not tell.
    pub aaguid: [u8; 16],
    /// The credential's name.
    pub credential: CredentialId,
    /// Its public key.
    pub key: CredentialKey,
}

impl AuthenticatorData {
    /// Reads authenticator data. The bits that are reserved (§6.1) may be set by what comes after
    /// Level 3 and are passed over.
    pub fn read(bytes: &[u8]) -> Result<Self, AuthenticatorDataError> {
        const DAMAGED: AuthenticatorDataError = AuthenticatorDataError::Malformed;
        if bytes.len() > MAX_BYTES {
            return Err(DAMAGED);
        }
        let (rp_id_hash, rest) = bytes.split_first_chunk().ok_or(DAMAGED)?;
        let ([flags], rest) = rest.split_first_chunk().ok_or(DAMAGED)?;
        let (count, mut rest) = rest.split_first_chunk().ok_or(DAMAGED)?;
        let flags = Flags(*flags);
        // §6.1.3: what cannot be backed up is not backed up.
        if flags.has(Flags::BACKED_UP) && !flags.has(Flags::BACKUP_ELIGIBLE) {
            return Err(DAMAGED);
        }
        let mut attested = None;
        if flags.has(Flags::ATTESTED) {
            let (read, left) = Attested::read(rest)?;
            attested = Some(read);
            rest = left;
        }
        if flags.has(Flags::EXTENSIONS) {
            cbor::check(rest, Form::Any).map_err(|_| DAMAGED)?;
            Reader::new(rest).map().ok_or(DAMAGED)?;
        } else if !rest.is_empty() {
            return Err(DAMAGED);
        }
        Ok(Self {
            rp_id_hash: *rp_id_hash,
            flags,
            sign_count: u32::from_be_bytes(*count),
            attested,
        })
    }
}

impl Attested {
    fn read(bytes: &[u8]) -> Result<(Self, &[u8]), AuthenticatorDataError> {
        const DAMAGED: AuthenticatorDataError = AuthenticatorDataError::Malformed;
        let (aaguid, rest) = bytes.split_first_chunk().ok_or(DAMAGED)?;
        let (length, rest) = rest.split_first_chunk().ok_or(DAMAGED)?;
        let (credential, rest) = rest
            .split_at_checked(usize::from(u16::from_be_bytes(*length)))
            .ok_or(DAMAGED)?;
        let credential = CredentialId::new(credential.to_vec()).map_err(|_| DAMAGED)?;
        // The key is one CBOR item, and only its own bytes say where it ends.
        let mut reader = Reader::new(rest);
        reader.skip().ok_or(DAMAGED)?;
        let (key, rest) = rest.split_at(reader.position());
        let attested = Self {
            aaguid: *aaguid,
            credential,
            key: CredentialKey::from_cose(key)?,
        };
        Ok((attested, rest))
    }
}

//! An officer's signature by passkey: a WebAuthn assertion, kept and verified with no server.
//!
//! [`Assertion::verify`] is the procedure of WebAuthn L3 §7.2 as far as bytes can carry it out:
//! the challenge, the origin, the relying party, presence **and** verification of the user, the
//! signature. Whose credential it is, and whether it still counted then, is the caller's question
//! ([`crate::approval`]). Three decisions: a page inside a foreign frame is refused; the counter is
//! evidence and never a ground for refusal, since synced passkeys do not count; and the signature
//! comes first, so that nothing is believed of bytes that nobody signed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::cbor::{self, Form, Reader, Writer};

mod authenticator_data;
mod client_data;
mod credential;
mod json;
mod signature;

pub use authenticator_data::{Attested, AuthenticatorData, AuthenticatorDataError, Flags};
pub use credential::{CredentialAlgorithm, CredentialId, CredentialKey, NotACredentialId};

use client_data::ClientData;
use signature::NotVerified;

/// Whether pages of `origin` may use passkeys of the relying party (WebAuthn L3 §5.1.3 step 8): its
/// host is the party's id or a name below it, and reached with encryption unless it is this machine.
#[must_use]
pub fn is_origin_of(origin: &str, rp_id: &str) -> bool {
    let host = |address: &str| -> Option<String> {
        let (host, port) = address.split_once(':').unwrap_or((address, "443"));
        let port_fits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        (port_fits && host.bytes().all(is_name)).then(|| host.to_owned())
    };
    let (address, encrypted) = match (
        origin.strip_prefix("https://"),
        origin.strip_prefix("http://"),
    ) {
        (Some(address), _) => (address, true),
        (None, Some(address)) => (address, false),
        (None, None) => return false,
    };
    let Some(host) = host(address) else {
        return false;
    };
    let below = |name: &str| {
        let label = host.strip_suffix(name);
        label.is_some_and(|label| label.is_empty() || label.ends_with('.') && label.len() > 1)
    };
    !rp_id.is_empty() && below(rp_id) && (encrypted || below("localhost"))
}

/// What was asked of the officer, and where.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'a> {
    /// The relying party's id: the authority's host.
    pub rp_id: &'a str,
    /// The origins whose pages may ask: the authority's and those of its posts.
    pub origins: &'a [String],
    /// The bytes that had to be signed.
    pub challenge: &'a [u8],
}

/// What a good assertion tells beside that it is good. That the user was present and verified is
/// no part of it: without, it is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The authenticator's own count; many always say 0.
    pub sign_count: u32,
    /// The credential may be copied to the owner's other devices.
    pub backup_eligible: bool,
    /// And has been.
    pub backed_up: bool,
}

/// Why an assertion is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// Larger than any part of an assertion is.
    #[error("what the browser sent is too large for a passkey's signature; try again")]
    TooLarge,
    /// Not the CBOR of an assertion.
    #[error("the bytes are not a passkey's signature; they are damaged, fetch them again")]
    Malformed,
    /// The signature is not this key's over these data.
    #[error("the passkey's signature does not fit; the data were changed or another key signed")]
    Signature,
    /// RS256 in a build for browsers.
    #[error(
        "a passkey of kind RS256 cannot be checked in the browser; check it with `paso verify`"
    )]
    AlgorithmNotHere,
    /// Client data that is no JSON object with the members of §5.8.1, or authenticator data that
    /// breaks §6.1.
    #[error("what the browser or the key device signed is damaged; try again with another browser")]
    Data,
    /// A registration, or something else than `webauthn.get`.
    #[error("this is no approval: the passkey signed something of another kind")]
    Kind,
    /// Another challenge: an assertion of another act, or one replayed.
    #[error("the passkey signed something else than this act; open the act again and sign that")]
    Challenge,
    /// A page of another origin asked.
    #[error(
        "the signature was given on another address; open Paso by its own address and sign there"
    )]
    Origin,
    /// The page stood inside a page of another origin.
    #[error(
        "the signature was given inside another page; open Paso in its own window and sign there"
    )]
    CrossOrigin,
    /// A credential of another relying party.
    #[error("the passkey belongs to another authority; use the one that was enrolled here")]
    RelyingParty,
    /// Nobody touched the authenticator.
    #[error("nobody confirmed at the key device; touch it when it asks")]
    NotPresent,
    /// The authenticator did not ask who is there.
    #[error("the key device did not ask for PIN or finger; set one up on it and sign again")]
    NotVerified,
}

impl AssertionError {
    /// A stable name, for texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "assertion-too-large",
            Self::Malformed => "assertion-malformed",
            Self::Signature => "assertion-signature",
            Self::AlgorithmNotHere => "assertion-algorithm-not-here",
            Self::Data => "assertion-data",
            Self::Kind => "assertion-kind",
            Self::Challenge => "assertion-challenge",
            Self::Origin => "assertion-origin",
            Self::CrossOrigin => "assertion-cross-origin",
            Self::RelyingParty => "assertion-relying-party",
            Self::NotPresent => "assertion-not-present",
            Self::NotVerified => "assertion-not-verified",
        }
    }
}

/// An assertion as the browser handed it over; only its size is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    credential: CredentialId,
    authenticator_data: Vec<u8>,
    client_data: Vec<u8>,
    signature: Vec<u8>,
}

impl Assertion {
    /// The four parts of `AuthenticatorAssertionResponse`, decoded.
    pub fn new(
        credential: CredentialId,
        authenticator_data: Vec<u8>,
        client_data: Vec<u8>,
        signature: Vec<u8>,
    ) -> Result<Self, AssertionError> {
        if authenticator_data.len() > authenticator_data::MAX_ASSERTED_BYTES
            || client_data.len() > client_data::MAX_BYTES
            || signature.len() > signature::MAX_BYTES
        {
            return Err(AssertionError::TooLarge);
        }
        Ok(Self {
            credential,
            authenticator_data,
            client_data,
            signature,
        })
    }

    /// The credential that it says signed.
    #[must_use]
    pub const fn credential(&self) -> &CredentialId {
        &self.credential
    }

    /// What the authenticator signed of itself.
    #[must_use]
    pub fn authenticator_data(&self) -> &[u8] {
        &self.authenticator_data
    }

    /// What the browser said, as JSON.
    #[must_use]
    pub fn client_data(&self) -> &[u8] {
        &self.client_data
    }

    /// The origin that the client data name; nothing is verified of it.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        ClientData::read(&self.client_data).map(|client| client.origin)
    }

    /// The signature.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Deterministic CBOR: `[credential, authenticator data, client data, signature]`.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(512);
        self.write(&mut writer);
        writer.into_bytes()
    }

    /// Reads what [`Assertion::to_cbor`] wrote; no other bytes.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, AssertionError> {
        cbor::check(bytes, Form::Canonical).map_err(|_| AssertionError::Malformed)?;
        Self::read(&mut Reader::new(bytes))
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.array(4).bytes(self.credential.as_bytes());
        writer.bytes(&self.authenticator_data);
        writer.bytes(&self.client_data).bytes(&self.signature);
    }

    /// Reads one out of bytes that were checked.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, AssertionError> {
        let mut parts = || {
            (reader.array()? == 4).then_some(())?;
            let credential = CredentialId::new(reader.bytes()?.to_vec()).ok()?;
            Some((
                credential,
                reader.bytes()?,
                reader.bytes()?,
                reader.bytes()?,
            ))
        };
        let (credential, data, client_data, signature) =
            parts().ok_or(AssertionError::Malformed)?;
        Self::new(
            credential,
            data.into(),
            client_data.into(),
            signature.into(),
        )
    }

    /// Whether `key` gave this assertion to what was expected (WebAuthn L3 §7.2).
    pub fn verify(
        &self,
        key: &CredentialKey,
        expected: &Expectation<'_>,
    ) -> Result<Seen, AssertionError> {
        let mut signed = self.authenticator_data.clone();
        signed.extend_from_slice(&Sha256::digest(&self.client_data));
        key.verify(&signed, &self.signature)
            .map_err(|error| match error {
                NotVerified::Bad => AssertionError::Signature,
                NotVerified::NotHere => AssertionError::AlgorithmNotHere,
            })?;
        let client = ClientData::read(&self.client_data).ok_or(AssertionError::Data)?;
        if client.kind != "webauthn.get" {
            return Err(AssertionError::Kind);
        }
        if client.challenge != URL_SAFE_NO_PAD.encode(expected.challenge) {
            return Err(AssertionError::Challenge);
        }
        if !expected.origins.contains(&client.origin) {
            return Err(AssertionError::Origin);
        }
        if client.foreign_frame {
            return Err(AssertionError::CrossOrigin);
        }
        let data =
            AuthenticatorData::read(&self.authenticator_data).map_err(|_| AssertionError::Data)?;
        // §6.1: a credential is only announced at its registration.
        if data.attested.is_some() {
            return Err(AssertionError::Data);
        }
        if data.rp_id_hash != *Sha256::digest(expected.rp_id) {
            return Err(AssertionError::RelyingParty);
        }
        if !data.flags.has(Flags::USER_PRESENT) {
            return Err(AssertionError::NotPresent);
        }
        if !data.flags.has(Flags::USER_VERIFIED) {
            return Err(AssertionError::NotVerified);
        }
        Ok(Seen {
            sign_count: data.sign_count,
            backup_eligible: data.flags.has(Flags::BACKUP_ELIGIBLE),
            backed_up: data.flags.has(Flags::BACKED_UP),
        })
    }
}

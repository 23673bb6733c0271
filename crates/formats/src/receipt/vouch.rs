//! What a device says of a phone for one shift: whose key it is, where, and until when.
//!
//! A phone without a network signs receipts by a key that no bundle names: there are too many shifts
//! for that. So each of its receipts carries this, signed by the device that opened the shift, which
//! the bundle does name. Whoever checks the receipt needs nothing new: the device's key proves the
//! phone's, and the phone's proves the receipt, within the shift, at that post and of that officer.

use super::{Facts, MAX_OFFICER_CHARS, MAX_POST_CHARS};
use crate::{
    cbor::{self, Form, Reader, Writer},
    cose::{self, Sign1, Tagging},
    entry::StreamId,
    key::{BadSignature, KeyId, PublicKey, Sign, SignError},
    moment::Moment,
};

/// The protected type (RFC 9596) of a vouch.
pub const TYP: &str = "paso/phone";

/// Bytes of a vouch: its text is part of a code that a screen must show.
pub const MAX_VOUCH_BYTES: usize = 300;

/// What a device says of a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vouch {
    /// The phone's key.
    pub key: PublicKey,
    /// The stream of the device that vouches, in which the receipts will stand.
    pub stream: StreamId,
    /// Whose shift it is.
    pub officer: String,
    /// The code of the post.
    pub post: String,
    /// From when.
    pub from: Moment,
    /// Until when, exclusive.
    pub until: Moment,
}

impl Vouch {
    /// Signs it with the device's key.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn sign(&self, device: &dyn Sign) -> Result<Vec<u8>, SignError> {
        cose::sign(&self.to_cbor(), Some(TYP), device)
    }

    /// Whether a receipt with these facts, of this stream, is one that the phone may have signed.
    #[must_use]
    pub fn covers(&self, facts: &Facts, stream: StreamId) -> bool {
        self.stream == stream
            && self.officer == facts.officer
            && self.post == facts.post
            && self.from <= facts.at
            && facts.at < self.until
    }

    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(160);
        writer.array(6).bytes(&self.key.to_cose_key());
        writer.bytes(self.stream.as_bytes());
        writer.text(&self.officer).text(&self.post);
        writer.int(self.from.unix()).int(self.until.unix());
        writer.into_bytes()
    }

    fn read(payload: &[u8]) -> Option<Self> {
        cbor::check(payload, Form::Canonical).ok()?;
        let mut reader = Reader::new(payload);
        (reader.array()? == 6).then_some(())?;
        let vouch = Self {
            key: PublicKey::from_cose_key(reader.bytes()?).ok()?,
            stream: StreamId::from_random(reader.bytes()?.try_into().ok()?),
            officer: reader.text()?.to_owned(),
            post: reader.text()?.to_owned(),
            from: reader.moment()?,
            until: reader.moment()?,
        };
        let short = vouch.officer.len() <= MAX_OFFICER_CHARS && vouch.post.len() <= MAX_POST_CHARS;
        // A number beyond the calendar would read as its last day, and so have two forms.
        let dated = |moment: Moment| u32::try_from(moment.unix()).is_ok();
        let ordered = vouch.from < vouch.until && dated(vouch.from) && dated(vouch.until);
        (short && ordered).then_some(vouch)
    }
}

/// A vouch as it was read, its signature not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedVouch {
    envelope: Sign1,
    vouch: Vouch,
}

impl SignedVouch {
    /// Reads one; none where the bytes are anything else.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MAX_VOUCH_BYTES {
            return None;
        }
        let envelope = Sign1::read(bytes.to_vec(), Tagging::Sign1Only).ok()?;
        let typed = envelope.typ() == Some(TYP) && !envelope.signature().is_empty();
        let vouch = typed.then(|| Vouch::read(envelope.payload())).flatten()?;
        Some(Self { envelope, vouch })
    }

    /// What it says.
    #[must_use]
    pub const fn vouch(&self) -> &Vouch {
        &self.vouch
    }

    /// The name of the device's key that is said to have signed.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.envelope.key_id()
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.envelope.as_bytes()
    }

    /// Whether `device` signed it.
    ///
    /// # Errors
    /// When it did not.
    pub fn verify(&self, device: &PublicKey) -> Result<(), BadSignature> {
        self.envelope.verify(device)
    }
}

//! The receipt: what a person takes away from an act, and can hold against the register.
//!
//! An act that gives a receipt journals, besides its own event, a small event `receipt.given` whose
//! whole canonical body is exactly what the receipt discloses. So `k_event` on the paper opens that
//! one commitment and nothing else: not the encounter's reason, not the custody's file. The device
//! signs the receipt itself and not the leaf, since receipt and leaf together would not fit a code
//! that scans well. Anyone can check it offline: the signature with the device's key; and the
//! commitment, made again from the receipt alone, with the leaf and its proof, which are fetched by
//! the receipt's code once the log has integrated them. If no such leaf appears, the holder has the
//! authority's own signature on an entry that it did not log.
//!
//! A `COSE_Sign1` like card and slip, told apart by its protected type; its payload is the CBOR array
//! [body, stream, `k_event`] with, where it is known, the sequence behind; or, on a receipt that a
//! phone gave without a network, what a device said of the phone ([`Vouch`]). It is wrapped as a slip is
//! but not compressed: four fifths are random bytes, which only grow, and so its length follows from
//! its fields and no signature can make it too long.

use core::{fmt, num::NonZeroU32};

use crate::{
    bundle::{Purpose, TrustedKey, VerifiedBundle},
    cbor::{self, Form, Reader, Writer},
    cose::{self, Sign1},
    entry::{Entry, StreamId},
    envelope::{self, Label},
    key::{BadSignature, KeyId, PublicKey, Sign, SignError},
    scan::{self, Field, Malformed},
};

mod body;
mod code;
mod commitment;
mod finding;
mod judge;
mod spoken;
mod vouch;

pub use body::{
    Body, Facts, FactsError, Handle, Kind, MAX_OFFICER_CHARS, MAX_POST_CHARS, NotABody,
};
pub use code::{Code, NotACode};
pub use commitment::{Commitment, NotACommitment};
pub use finding::{ProofFault, ReceiptFinding, ReceiptStep};
pub(crate) use judge::prove;
pub use judge::{
    CosignedBy, LOGGED_WITHIN_SECONDS, LogAnswer, LogPlace, ReceiptVerdict, ShownReceipt, judge,
};
pub use spoken::{LogState, Spoken};
pub use vouch::{MAX_VOUCH_BYTES, SignedVouch, TYP as VOUCH_TYP, Vouch};

/// The protected type (RFC 9596) of a receipt; short, since every character counts here.
pub const TYP: &str = "paso/receipt";

/// The kind of the event whose body is a receipt's.
pub const EVENT_KIND: &str = "receipt.given";

/// That event's schema version.
pub const EVENT_SCHEMA: u16 = 1;

/// Most characters of a receipt's code: they fit version 11 at level M, 61 modules a side.
pub const MAX_RECEIPT_CHARS: usize = 330;

/// Most characters of the code of a receipt that a phone gave, which is shown on its screen and not
/// printed: they fit version 16 at level L, 81 modules a side.
pub const MAX_PHONE_RECEIPT_CHARS: usize = 700;

/// What the device signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptClaims {
    /// What is disclosed, and committed to by the leaf.
    pub body: Body,
    /// The stream in which the event stands.
    pub stream: StreamId,
    /// Its number there, where the device knew it when it signed. A device that wrote an entry every
    /// second would reach the last number of 32 bits after 136 years.
    pub sequence: Option<NonZeroU32>,
    /// The key that opens the event's commitment ([`envelope::event_key`]).
    pub k_event: [u8; 32],
}

impl ReceiptClaims {
    /// The subject of the receipt's event: `receipt:2C7K-9XRT`.
    #[must_use]
    pub fn subject(&self) -> String {
        format!("receipt:{}", self.body.facts().code)
    }

    /// The commitment that the leaf of this receipt's event must carry.
    #[must_use]
    pub fn commitment(&self) -> Commitment {
        let label = Label {
            subject: &self.subject(),
            kind: EVENT_KIND,
            schema: EVENT_SCHEMA,
        };
        Commitment(envelope::commit(&self.k_event, label, &self.body.to_cbor()))
    }

    /// Whether `leaf` is the entry that this receipt promises. Signatures are not checked here.
    pub fn compare(&self, leaf: &Entry) -> Result<(), LeafMismatch> {
        if leaf.stream() != self.stream {
            return Err(LeafMismatch::Stream);
        }
        let promised = self.sequence.map(|sequence| u64::from(sequence.get()));
        if promised.is_some_and(|sequence| sequence != leaf.sequence()) {
            return Err(LeafMismatch::Sequence);
        }
        if leaf.commitment() != self.commitment().0 {
            return Err(LeafMismatch::Commitment);
        }
        Ok(())
    }

    /// Which of a log's leaves answers for this receipt: the promised one; else one that the device
    /// signed under the promised number, which convicts it. With any other leaf, a log that left the
    /// entry out would seem to have answered.
    #[must_use]
    pub fn answer(&self, leaves: &[Entry], device: Option<&PublicKey>) -> Option<usize> {
        let promised = |leaf: &Entry| self.compare(leaf).is_ok();
        let convicts = |leaf: &Entry| {
            self.sequence.is_some()
                && self.compare(leaf) == Err(LeafMismatch::Commitment)
                && device.is_some_and(|key| leaf.verify(key).is_ok())
        };
        let found = leaves.iter().position(promised);
        found.or_else(|| leaves.iter().position(convicts))
    }

    fn to_cbor(&self, vouch: Option<&SignedVouch>) -> Vec<u8> {
        let mut writer = Writer::with_capacity(128);
        let more = vouch.is_some() || self.sequence.is_some();
        writer.array(if more { 4 } else { 3 });
        writer.raw(&self.body.to_cbor());
        writer.bytes(self.stream.as_bytes());
        writer.bytes(&self.k_event);
        match (vouch, self.sequence) {
            // Whoever was apart from the device could not know a number there.
            (Some(vouch), _) => {
                writer.bytes(vouch.as_bytes());
            }
            (None, Some(sequence)) => {
                writer.uint(u64::from(sequence.get()));
            }
            (None, None) => {}
        }
        writer.into_bytes()
    }

    fn from_cbor(payload: &[u8]) -> Result<(Self, Option<SignedVouch>), Malformed> {
        cbor::check(payload, Form::Canonical).map_err(Malformed::NotCbor)?;
        Self::read(&mut Reader::new(payload)).ok_or(Malformed::BadField(Field::Receipt))
    }

    /// Receipts are read exactly as they are written: nobody else gives them.
    fn read(reader: &mut Reader<'_>) -> Option<(Self, Option<SignedVouch>)> {
        let parts = reader.array()?;
        let mut claims = Self {
            body: Body::read(reader)?,
            stream: StreamId::from_random(reader.bytes()?.try_into().ok()?),
            k_event: reader.bytes()?.try_into().ok()?,
            sequence: None,
        };
        match parts {
            3 => Some((claims, None)),
            4 => {
                if let Some(vouch) = reader.bytes() {
                    return Some((claims, Some(SignedVouch::read(vouch)?)));
                }
                let sequence = u32::try_from(reader.uint()?).ok()?;
                claims.sequence = Some(sequence.try_into().ok()?);
                Some((claims, None))
            }
            _ => None,
        }
    }
}

/// Why a leaf is not the one a receipt promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafMismatch {
    /// It is of another stream.
    #[error("the log's entry is of another device than the receipt")]
    Stream,
    /// It has another number.
    #[error(
        "the log's entry has another number than the receipt promises; keep the receipt, it is evidence"
    )]
    Sequence,
    /// It commits to something else.
    #[error(
        "the log's entry does not commit to what the receipt says; keep the receipt, it is evidence"
    )]
    Commitment,
}

/// The text of a receipt's QR code: base45, at most [`MAX_RECEIPT_CHARS`], or
/// [`MAX_PHONE_RECEIPT_CHARS`] where a phone gave it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ReceiptText(String);

impl ReceiptText {
    /// The characters to print as a code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl AsRef<str> for ReceiptText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReceiptText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ReceiptText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceiptText({:?})", self.0)
    }
}

/// Signs a receipt with the device's key and writes the text of its code.
pub fn encode(claims: &ReceiptClaims, signer: &dyn Sign) -> Result<ReceiptText, SignError> {
    let envelope = cose::sign(&claims.to_cbor(None), Some(TYP), signer)?;
    Ok(ReceiptText(scan::wrap_stored(&envelope)))
}

/// Signs a receipt with a phone's key, for which a device vouches.
///
/// # Errors
/// When the key does not sign.
pub fn encode_on_a_phone(
    claims: &ReceiptClaims,
    vouch: &SignedVouch,
    phone: &dyn Sign,
) -> Result<ReceiptText, SignError> {
    let envelope = cose::sign(&claims.to_cbor(Some(vouch)), Some(TYP), phone)?;
    Ok(ReceiptText(scan::wrap_stored(&envelope)))
}

/// A receipt as it was scanned: readable, its signature not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedReceipt {
    envelope: Sign1,
    claims: ReceiptClaims,
    /// Boxed, since few receipts have one.
    vouch: Option<Box<SignedVouch>>,
}

/// Reads the text of a receipt's code.
pub fn read(text: &str) -> Result<SignedReceipt, Malformed> {
    SignedReceipt::from_envelope(scan::open(text)?)
}

impl SignedReceipt {
    pub(crate) fn from_envelope(envelope: Sign1) -> Result<Self, Malformed> {
        if envelope.typ() != Some(TYP) {
            return Err(Malformed::NotReceipt);
        }
        if envelope.signature().is_empty() {
            return Err(Malformed::Unsigned);
        }
        let (claims, vouch) = ReceiptClaims::from_cbor(envelope.payload())?;
        Ok(Self {
            envelope,
            claims,
            vouch: vouch.map(Box::new),
        })
    }

    /// What the receipt says.
    #[must_use]
    pub const fn claims(&self) -> &ReceiptClaims {
        &self.claims
    }

    /// The name of the device's key that answers for it: the one that is said to have signed, or to
    /// have vouched for the phone that did.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        match &self.vouch {
            Some(vouch) => vouch.key_id(),
            None => self.envelope.key_id(),
        }
    }

    /// What a device said of the phone that gave it, where a phone did.
    #[must_use]
    pub fn vouch(&self) -> Option<&Vouch> {
        self.vouch.as_ref().map(|signed| signed.vouch())
    }

    /// The device's key that answers for it, where the bundle has it.
    #[must_use]
    pub fn device<'a>(&self, bundle: &'a VerifiedBundle) -> Option<&'a TrustedKey> {
        self.key_id().and_then(|id| bundle.key(id, Purpose::Device))
    }

    /// The signed envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Sign1 {
        &self.envelope
    }

    /// Whether `device` signed this receipt, or vouched for the phone that did, for such a receipt.
    ///
    /// # Errors
    /// When it did not.
    pub fn verify(&self, device: &PublicKey) -> Result<(), BadSignature> {
        let Some(signed) = &self.vouch else {
            return self.envelope.verify(device);
        };
        signed.verify(device)?;
        let vouch = signed.vouch();
        if !vouch.covers(self.claims.body.facts(), self.claims.stream) {
            return Err(BadSignature);
        }
        self.envelope.verify(&vouch.key)
    }
}

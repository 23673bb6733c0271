//! The visitor card: CWT claim 169 in a `COSE_Sign1`, packed so that it fits a printed QR code.
//!
//! [`encode`] writes the one profile Paso issues: tag 18, claim 169 as a map, deterministic CBOR,
//! never more than [`MAX_CARD_CHARS`]. [`read`] reads more: what other issuers of claim 169 write,
//! with all its attributes. What it returns is not yet proven; only [`crate::verdict`] says what a
//! card is worth.

mod claims;
mod facts;

pub(crate) use claims::check_issuer;

pub use claims::{
    BACKDATE_SECONDS, CardClaims, CardError, CardText, MAX_CARD_CHARS, MAX_DOCUMENT_TAIL,
    MAX_NAME_CHARS, MAX_STATUS_PATH, MAX_URI_CHARS, StatusRef, check_uris, document_tail, encode,
};
pub use facts::{CardFacts, Identity};

pub use crate::number::{CardNumber, NumberError, SitePrefix};
pub use crate::scan::{Field, Malformed};
use crate::{
    cose::Sign1,
    key::{Algorithm, BadSignature, KeyId, PublicKey},
    receipt, scan, slip,
};

/// A card as it was scanned: readable, its signature not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCard {
    envelope: Sign1,
    facts: CardFacts,
}

/// Reads the text of a card's code.
pub fn read(text: &str) -> Result<SignedCard, Malformed> {
    SignedCard::from_envelope(scan::open(text)?)
}

impl SignedCard {
    pub(crate) fn from_envelope(envelope: Sign1) -> Result<Self, Malformed> {
        match envelope.typ() {
            Some(slip::TYP) => return Err(Malformed::SlipNotCard),
            Some(receipt::TYP) => return Err(Malformed::ReceiptNotCard),
            _ => {}
        }
        if envelope.signature().is_empty() {
            return Err(Malformed::Unsigned);
        }
        let facts = CardFacts::read(&envelope)?;
        Ok(Self { envelope, facts })
    }

    /// What the card says.
    #[must_use]
    pub const fn facts(&self) -> &CardFacts {
        &self.facts
    }

    /// The card's number, when it is one of ours.
    #[must_use]
    pub fn number(&self) -> Option<CardNumber> {
        self.facts.identity.id.as_deref()?.parse().ok()
    }

    /// The name of the key that is said to have signed.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.envelope.key_id()
    }

    /// The algorithm that is said to have signed.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.envelope.algorithm()
    }

    /// The signed envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Sign1 {
        &self.envelope
    }

    /// Whether `key` signed this card.
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        self.envelope.verify(key)
    }
}

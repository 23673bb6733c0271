//! What is stored about a person. Stored for ever: add, never change.

use crate::{act::Act, cbor, document::DocumentKind, id::PersonId};
use jiff::civil::Date;
use minicbor::{Decode, Encode};
use paso_formats::field::{BirthDate, Sex, StateCode};

/// What a claim about a person rests on.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Evidence {
    /// The kind of document shown, or none where the person's word is all there is.
    #[cbor(n(0), with = "cbor::optional_text", has_nil)]
    pub kind: Option<DocumentKind>,
    /// The document's number as printed; free text (facts E.2: no pattern is sourced for Belize).
    #[n(1)]
    pub number: Option<String>,
    /// The state that issued it.
    #[cbor(n(2), with = "cbor::optional_text", has_nil)]
    pub issuer: Option<StateCode>,
    /// When the document expires, where it says so.
    #[cbor(n(3), with = "cbor::optional_text", has_nil)]
    pub expires: Option<Date>,
    /// Whether it was read from a machine readable zone whose check digits all agreed.
    #[n(4)]
    pub machine_read: bool,
}

/// What is stated about a person, and on what evidence.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Claim {
    /// Surnames as written; empty for a person who has one name.
    #[n(0)]
    pub surnames: String,
    /// Given names as written.
    #[n(1)]
    pub given: String,
    /// Date of birth as far as known.
    #[cbor(n(2), with = "cbor::text")]
    pub birth: BirthDate,
    /// Sex as the document states it: `F`, `M` or `X`.
    #[cbor(n(3), with = "sex")]
    pub sex: Sex,
    /// Nationality as claimed; it is a claim, not a finding.
    #[cbor(n(4), with = "cbor::text")]
    pub nationality: StateCode,
    /// State of permanent residence, where another than the nationality's.
    #[cbor(n(5), with = "cbor::optional_text", has_nil)]
    pub residence: Option<StateCode>,
    /// Guatemala's personal code as stated, 13 digits; a mismatch is a warning, never a refusal.
    #[n(6)]
    pub cui: Option<String>,
    /// What the claim rests on.
    #[n(7)]
    pub evidence: Evidence,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature minicbor's derive asks for"
)]
mod sex {
    use minicbor::{
        Decoder, Encoder,
        decode::Error as DecodeError,
        encode::{Error as EncodeError, Write},
    };
    use paso_formats::field::Sex;

    pub(super) fn encode<C, W: Write>(
        value: &Sex,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        e.u8(value.claim_169())?.ok()
    }

    pub(super) fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Sex, DecodeError> {
        Sex::from_claim_169(d.u64()?).ok_or_else(|| DecodeError::message("unknown sex"))
    }
}

/// What happened to the record of a person.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum PersonEvent {
    /// Something was stated about the person.
    #[n(0)]
    Claimed {
        /// When, where, by whom recorded.
        #[n(0)]
        act: Act,
        /// What was stated.
        #[n(1)]
        claim: Claim,
    },
    /// This record was found to be the same person as `into`, which is the one to look at from now.
    #[n(1)]
    MergedInto {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// The record that goes on.
        #[cbor(n(1), with = "cbor::text")]
        into: PersonId,
        /// Why, in the officer's words.
        #[n(2)]
        reason: String,
    },
    /// The merge was found wrong; the record stands for itself again.
    #[n(2)]
    MergeUndone {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// Why, in the officer's words.
        #[n(1)]
        reason: String,
    },
}

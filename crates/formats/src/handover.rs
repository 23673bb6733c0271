//! The handover of people from one authority to another, across a border: the giver's half and the
//! receiver's as two signed files, for two authorities that have pinned each other.
//!
//! An *offer* lists who is given, how many were counted, why, by which transport, who answers and
//! until when it stands. An *acceptance* answers one offer, named by its digest, and puts everybody
//! on its list on one of two sides: counted here and accepted, or missing. Until the giver holds an
//! acceptance the giver answers (DESIGN §1); a file that is refused here changes nothing.
//!
//! Who is on the list is the caller's decision, and so is what is said of them: a Guatemalan agency
//! never sees a Guatemalan claimant (DESIGN §6). There is no field for protection, a claim, a crime
//! or health, and none may be added: who must not be told simply is not listed.
//!
//! Both are a `COSE_Sign1`, told apart from all else by protected types of their own, and signed by a
//! device's key, as everything that an office records: the other authority's keys are those of its
//! bundle, which its pinned roots signed. The payload is one deterministic CBOR array and has one
//! form. Nothing here asks a clock or remembers: the moment, and what was taken before, are arguments.

use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::{
    batch::MAX_AUTHORITY_BYTES,
    bundle::{Purpose, VerifiedBundle},
    cbor::{self, CborError, Form, Reader, Writer},
    cose::{CoseError, Sign1, Tagging},
    entry::Hash,
    key::SignError,
    moment::Moment,
    verdict::SKEW_SECONDS,
};

mod acceptance;
mod offer;

pub use acceptance::{Acceptance, SignedAcceptance, open_acceptance};
pub use offer::{Leg, Listed, Offer, SignedOffer, open_offer};

/// The protected type of an offer.
pub const OFFER_TYP: &str = "paso/handover-offer";
/// The protected type of an acceptance.
pub const ACCEPTANCE_TYP: &str = "paso/handover-acceptance";

/// The most people of one handover: as many as one opening counts.
pub const MAX_PEOPLE: usize = 500;
/// The most characters of a text: a reason, a route, a name.
pub const MAX_TEXT_CHARS: usize = 500;
/// The largest file read: everybody on the longest list with the longest names that anybody has.
pub const MAX_HANDOVER_BYTES: usize = 1024 * 1024;

/// The name of a handover: random, the same in both files and in both registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HandoverName(pub [u8; 16]);

impl fmt::Display for HandoverName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// The random handle of an episode, as in statements and on receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpisodeHandle(pub [u8; 16]);

impl fmt::Display for EpisodeHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// Who reads a file, and when: this authority, the other one's bundle, and now.
#[derive(Clone, Copy, Debug)]
pub struct Between<'a> {
    /// The bundle of the authority that is said to have signed, opened with its pinned roots.
    pub other: &'a VerifiedBundle,
    /// The code of this authority.
    pub here: &'a str,
    /// Now.
    pub now: Moment,
}

/// Why a handover file is not written or not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandoverError {
    /// More than [`MAX_HANDOVER_BYTES`].
    #[error("the file is larger than any handover; choose the right file")]
    TooLarge,
    /// Not a `COSE_Sign1`.
    #[error("this is not a handover file ({0}); ask the other authority to send it again")]
    Cose(#[from] CoseError),
    /// Signed, but another kind of file.
    #[error("the file is signed but is not the one asked for: {wanted} is; choose the right file")]
    WrongType {
        /// The type that was asked for.
        wanted: &'static str,
    },
    /// The content is not CBOR in its one form.
    #[error("the handover file cannot be read ({0}); ask for it again")]
    Cbor(CborError),
    /// A field is missing, of the wrong kind, out of place or not in its one form.
    #[error("the handover file's content is damaged; ask for it again")]
    Content,
    /// A text is empty where it must not be, too long, or holds control characters.
    #[error(
        "`{0}` must be filled in, with at most {MAX_TEXT_CHARS} characters; correct it and sign again"
    )]
    Text(&'static str),
    /// Said to be of another authority than the one whose bundle is used.
    #[error(
        "the file is of {0}, whose bundle this is not; choose that authority's, if it is pinned"
    )]
    OtherAuthority(String),
    /// Meant for another authority.
    #[error(
        "the file is meant for {0} and not for this authority; do not act on it, tell the sender"
    )]
    NotForUs(String),
    /// From an authority to itself.
    #[error("giver and receiver are one authority; hand over inside the register instead")]
    ToItself,
    /// No device key of the bundle has the name in the file.
    #[error(
        "no device of that authority is known under the key that signed; load its newest bundle"
    )]
    UnknownKey,
    /// The signature does not fit.
    #[error("the file was changed after it was signed; ask for it again and keep this one")]
    BadSignature,
    /// The key did not sign at that time, or is no longer accepted.
    #[error("the device's key was not valid then, or is accepted no more; ask for a new signature")]
    KeyOutOfWindow,
    /// The key may be in other hands, and whoever has it may date back.
    #[error("the device's key is reported stolen; ask by telephone, and for a new signature")]
    KeyCompromised,
    /// The bundle is too old to prove anything.
    #[error("that authority's bundle is too old to rely on; load its newest bundle")]
    BundleExpired,
    /// The offer is past its end.
    #[error("the offer stood until {0} and stands no more; ask the giver for a new one")]
    Expired(Moment),
    /// Dated later than now, beyond what clocks may differ.
    #[error("the file is dated {0}, which is yet to come; compare the clocks of both offices")]
    Ahead(Moment),
    /// An offer that ends before it begins.
    #[error("the offer ends before it begins; correct the dates and sign again")]
    Dates,
    /// The number counted is not the number listed.
    #[error("{counted} were counted and {listed} are listed; count again, and correct the list")]
    Count {
        /// How many were counted.
        counted: u16,
        /// How many stand on the list.
        listed: usize,
    },
    /// Nobody, or more than [`MAX_PEOPLE`].
    #[error(
        "a handover is of 1 to {MAX_PEOPLE} people and this of {0}; split it, or do not send it"
    )]
    People(usize),
    /// One episode twice.
    #[error("the episode {0} stands on the list twice; take one away")]
    Doubled(EpisodeHandle),
    /// The acceptance is of another offer.
    #[error("this accepts another offer than the one sent; find the offer it belongs to")]
    OtherOffer,
    /// An episode that was not offered.
    #[error(
        "the acceptance names the episode {0}, which was not offered; return it to be corrected"
    )]
    NotOffered(EpisodeHandle),
    /// An episode of the offer on neither side.
    #[error(
        "the acceptance says nothing of the episode {0}, which was offered; return it to be completed"
    )]
    Unanswered(EpisodeHandle),
    /// The very same file was taken before.
    #[error("this file was taken before; nothing is done twice")]
    Replayed,
    /// Another file of the same handover was taken before.
    #[error(
        "another file of this handover was taken before and says something else; keep both and call the other authority"
    )]
    Contradicts,
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl HandoverError {
    /// A stable name for translations and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too-large",
            Self::Cose(_) => "not-signed",
            Self::WrongType { .. } => "wrong-type",
            Self::Cbor(_) => "not-cbor",
            Self::Content => "content",
            Self::Text(_) => "text",
            Self::OtherAuthority(_) => "other-authority",
            Self::NotForUs(_) => "not-for-us",
            Self::ToItself => "to-itself",
            Self::UnknownKey => "unknown-key",
            Self::BadSignature => "bad-signature",
            Self::KeyOutOfWindow => "key-out-of-window",
            Self::KeyCompromised => "key-compromised",
            Self::BundleExpired => "bundle-expired",
            Self::Expired(_) => "expired",
            Self::Ahead(_) => "ahead",
            Self::Dates => "dates",
            Self::Count { .. } => "count",
            Self::People(_) => "people",
            Self::Doubled(_) => "doubled",
            Self::OtherOffer => "other-offer",
            Self::NotOffered(_) => "not-offered",
            Self::Unanswered(_) => "unanswered",
            Self::Replayed => "replayed",
            Self::Contradicts => "contradicts",
            Self::Sign(_) => "not-signed-here",
        }
    }
}

/// Reads an envelope of a type. Its signature is not checked.
fn envelope(bytes: &[u8], wanted: &'static str) -> Result<Sign1, HandoverError> {
    if bytes.len() > MAX_HANDOVER_BYTES {
        return Err(HandoverError::TooLarge);
    }
    let envelope = Sign1::read(bytes.to_vec(), Tagging::Sign1Only)?;
    if envelope.typ() == Some(wanted) {
        Ok(envelope)
    } else {
        Err(HandoverError::WrongType { wanted })
    }
}

/// Reads a payload that has one form.
fn content<T>(
    payload: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Option<T>,
    write: impl FnOnce(&T) -> Vec<u8>,
) -> Result<T, HandoverError> {
    cbor::check(payload, Form::Canonical).map_err(HandoverError::Cbor)?;
    let content = read(&mut Reader::new(payload)).ok_or(HandoverError::Content)?;
    // A date or a code that reads could have been spelled otherwise.
    if write(&content) == payload {
        Ok(content)
    } else {
        Err(HandoverError::Content)
    }
}

/// SHA-256 of what was signed. Not of the file: anybody can write an ES256 signature in two ways,
/// and so make a second file of the same words.
fn digest(envelope: &Sign1) -> Hash {
    Sha256::digest(envelope.to_be_signed(&[])).into()
}

/// Whether a device of the other authority signed this at `at`, as far as its bundle can tell now.
fn check_signer(
    envelope: &Sign1,
    between: &Between<'_>,
    from: &str,
    at: Moment,
) -> Result<(), HandoverError> {
    let bundle = between.other.bundle();
    if bundle.authority != from {
        return Err(HandoverError::OtherAuthority(from.to_owned()));
    }
    let key = envelope
        .key_id()
        .and_then(|id| between.other.key(id, Purpose::Device))
        .ok_or(HandoverError::UnknownKey)?;
    envelope
        .verify(&key.key)
        .map_err(|_| HandoverError::BadSignature)?;
    if between.now >= bundle.hard_until {
        return Err(HandoverError::BundleExpired);
    }
    if key.compromised_at.is_some() {
        return Err(HandoverError::KeyCompromised);
    }
    if !key.signs_at(at) || between.now > key.verify_until {
        return Err(HandoverError::KeyOutOfWindow);
    }
    if at.since(between.now) > SKEW_SECONDS {
        return Err(HandoverError::Ahead(at));
    }
    Ok(())
}

/// Whether another file of this handover, or this one, was taken before.
fn check_fresh(before: Option<Hash>, digest: Hash) -> Result<(), HandoverError> {
    match before {
        None => Ok(()),
        Some(before) if before == digest => Err(HandoverError::Replayed),
        Some(_) => Err(HandoverError::Contradicts),
    }
}

/// A text that fits, is filled where it must be, and holds no control characters but line ends.
fn check_text(name: &'static str, text: &str, required: bool) -> Result<(), HandoverError> {
    let control = |character: char| character.is_control() && character != '\n';
    let sound = text.chars().count() <= MAX_TEXT_CHARS
        && !text.chars().any(control)
        && !(required && text.trim().is_empty());
    if sound {
        Ok(())
    } else {
        Err(HandoverError::Text(name))
    }
}

/// The code of an authority: `MX-INM`.
fn check_authority(name: &'static str, code: &str) -> Result<(), HandoverError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (1..=MAX_AUTHORITY_BYTES).contains(&code.len()) && code.bytes().all(plain) {
        Ok(())
    } else {
        Err(HandoverError::Text(name))
    }
}

fn write_handles(writer: &mut Writer, handles: &[EpisodeHandle]) {
    writer.array(handles.len());
    for handle in handles {
        writer.bytes(&handle.0);
    }
}

fn read_handle(reader: &mut Reader<'_>) -> Option<EpisodeHandle> {
    Some(EpisodeHandle(reader.bytes()?.try_into().ok()?))
}

fn read_handles(reader: &mut Reader<'_>) -> Option<Vec<EpisodeHandle>> {
    (0..reader.array()?).map(|_| read_handle(reader)).collect()
}

//! The post's sign: a code that a checkpoint shows on its screen, so that whoever is stopped can ask
//! whether the checkpoint is one (DESIGN §7, "a false officer").
//!
//! It says which authority, where, which unit and since when, and holds for minutes only. It names no
//! officer and nobody else. The device of the post signs it, and every bundle names the devices that
//! may, with their ends; so a phone that has a bundle judges a sign with no network ([`judge`]).
//!
//! What it cannot do: a live sign can be relayed by camera and telephone to another place while it
//! holds. Hence the place in words, for the traveller to compare with where they stand.
//!
//! A `COSE_Sign1` like card and receipt, told apart by its protected type; its payload is the CBOR array
//! [authority, post, place, unit, shift opened, from, until], the times in Unix seconds. Stored and not
//! compressed, so that its length follows from its fields.

use core::fmt;

use crate::{
    cbor::{self, Form, Reader, Writer},
    cose::{self, Sign1},
    key::{BadSignature, KeyId, PublicKey, Sign, SignError},
    moment::{HOUR, Moment},
    scan::{self, Field, Malformed},
};

mod finding;
mod judge;
mod spoken;

pub use finding::{PlacardFinding, PlacardStep};
pub use judge::{PlacardVerdict, ShownPlacard, judge};
pub use spoken::{WINDOW_SECONDS, hears, spoken};

/// The protected type (RFC 9596) of a sign; short, since every character counts here.
pub const TYP: &str = "paso/placard";

/// Most characters of a sign's code: version 12 at level M, as a card's.
pub const MAX_PLACARD_CHARS: usize = crate::card::MAX_CARD_CHARS;

/// Bytes of an authority's short name.
pub const MAX_AUTHORITY_BYTES: usize = 32;

/// Characters of a post's code, as on a receipt.
pub const MAX_POST_CHARS: usize = crate::receipt::MAX_POST_CHARS;

/// Bytes of the place and of the unit.
pub const MAX_WORDS_BYTES: usize = 48;

/// How long any sign may hold, in seconds. A thief of a key could else sign one for years; how long
/// they do hold is the installation's figure and far less.
pub const LONGEST_SECONDS: i64 = HOUR;

/// What a sign says. No officer stands in it: the shift leads internal control to one, and nobody
/// else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacardClaims {
    /// The authority's short name, as its bundle has it.
    pub authority: String,
    /// The post's code.
    pub post: String,
    /// Where it is, in words that can be compared with the place.
    pub place: String,
    /// Whose people stand there.
    pub unit: String,
    /// When the shift began.
    pub shift_opened: Moment,
    /// From when it holds.
    pub from: Moment,
    /// Until when, exclusive.
    pub until: Moment,
}

/// Why a sign cannot be signed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacardError {
    /// The authority's short name is empty, too long, or holds other than printable ASCII.
    #[error(
        "the authority's short name has 1 to {MAX_AUTHORITY_BYTES} plain characters on a sign; correct the configuration"
    )]
    Authority,
    /// The post's code is empty, too long, or holds other than printable ASCII.
    #[error(
        "a post's code has 1 to {MAX_POST_CHARS} plain characters on a sign; correct the list of posts"
    )]
    Post,
    /// Place or unit is empty, too long, or holds what cannot be seen.
    #[error("place and unit have 1 to {MAX_WORDS_BYTES} bytes of visible text; correct them")]
    Words,
    /// Shift, beginning and end are not in this order, too far apart, or outside 1970 to 2106.
    #[error(
        "a sign begins after its shift and holds for {LONGEST_SECONDS} seconds at the most; check the clock"
    )]
    Times,
    /// The device's key did not answer.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl PlacardClaims {
    /// As much of a text as a sign has room for, cut between characters.
    #[must_use]
    pub fn shortened(text: &str) -> String {
        let text = text.trim();
        let mut end = text.len().min(MAX_WORDS_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text[..end].trim_end().to_owned()
    }

    fn check(&self) -> Result<(), PlacardError> {
        let plain = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !plain(&self.authority, MAX_AUTHORITY_BYTES) {
            return Err(PlacardError::Authority);
        }
        if !plain(&self.post, MAX_POST_CHARS) {
            return Err(PlacardError::Post);
        }
        let words = |text: &str| {
            (1..=MAX_WORDS_BYTES).contains(&text.len())
                && text.trim() == text
                && text.chars().all(is_seen)
        };
        if !words(&self.place) || !words(&self.unit) {
            return Err(PlacardError::Words);
        }
        let dated = |moment: Moment| u32::try_from(moment.unix()).is_ok();
        let ordered = self.shift_opened <= self.from && self.from < self.until;
        let short = self.until.since(self.from) <= LONGEST_SECONDS;
        if ordered && short && dated(self.shift_opened) && dated(self.until) {
            Ok(())
        } else {
            Err(PlacardError::Times)
        }
    }

    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(192);
        writer.array(7);
        writer.text(&self.authority).text(&self.post);
        writer.text(&self.place).text(&self.unit);
        writer.int(self.shift_opened.unix());
        writer.int(self.from.unix()).int(self.until.unix());
        writer.into_bytes()
    }

    fn from_cbor(payload: &[u8]) -> Result<Self, Malformed> {
        cbor::check(payload, Form::Canonical).map_err(Malformed::NotCbor)?;
        Self::read(&mut Reader::new(payload)).ok_or(Malformed::BadField(Field::Placard))
    }

    /// Signs are read exactly as they are written: nobody else makes them.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 7).then_some(())?;
        let claims = Self {
            authority: reader.text()?.to_owned(),
            post: reader.text()?.to_owned(),
            place: reader.text()?.to_owned(),
            unit: reader.text()?.to_owned(),
            shift_opened: reader.moment()?,
            from: reader.moment()?,
            until: reader.moment()?,
        };
        claims.check().ok().map(|()| claims)
    }
}

/// Whether a character is seen where it stands: no controls, and nothing that turns or hides what is
/// beside it.
fn is_seen(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// The text of a sign's QR code: base45, at most [`MAX_PLACARD_CHARS`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PlacardText(String);

impl PlacardText {
    /// The characters to show as a code.
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

impl fmt::Debug for PlacardText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PlacardText({:?})", self.0)
    }
}

/// Signs a sign with the device's key and writes the text of its code.
///
/// # Errors
/// When the claims cannot stand on a sign, or the key does not sign.
pub fn encode(claims: &PlacardClaims, device: &dyn Sign) -> Result<PlacardText, PlacardError> {
    claims.check()?;
    let envelope = cose::sign(&claims.to_cbor(), Some(TYP), device)?;
    Ok(PlacardText(scan::wrap_stored(&envelope)))
}

/// A sign as it was scanned: readable, its signature not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPlacard {
    envelope: Sign1,
    claims: PlacardClaims,
}

/// Reads the text of a sign's code.
///
/// # Errors
/// Why it is none.
pub fn read(text: &str) -> Result<SignedPlacard, Malformed> {
    let envelope = scan::open(text)?;
    if envelope.typ() != Some(TYP) {
        return Err(Malformed::NotPlacard);
    }
    if envelope.signature().is_empty() {
        return Err(Malformed::Unsigned);
    }
    let claims = PlacardClaims::from_cbor(envelope.payload())?;
    Ok(SignedPlacard { envelope, claims })
}

/// Whether a scanned text means to be a sign, whatever it is worth.
#[must_use]
pub fn is_one(text: &str) -> bool {
    scan::open(text).is_ok_and(|envelope| envelope.typ() == Some(TYP))
}

impl SignedPlacard {
    /// What it says.
    #[must_use]
    pub const fn claims(&self) -> &PlacardClaims {
        &self.claims
    }

    /// The name of the device's key that is said to have signed.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.envelope.key_id()
    }

    /// The signed envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Sign1 {
        &self.envelope
    }

    /// Whether `device` signed it.
    ///
    /// # Errors
    /// When it did not.
    pub fn verify(&self, device: &PublicKey) -> Result<(), BadSignature> {
        self.envelope.verify(device)
    }
}

//! What a card says when Paso issues it, and the text of its code.

use core::fmt;

use crate::{
    cbor::Writer,
    cose,
    field::{BirthDate, Sex, StateCode},
    key::{Sign, SignError},
    moment::{MINUTE, Moment},
    number::CardNumber,
    scan,
};

/// Characters of the largest card: the alphanumeric capacity of QR version 12 at level M, the
/// densest code that scans reliably from small print (anchors/credential.md §1.2).
pub const MAX_CARD_CHARS: usize = 419;

/// Characters of the issuer's and the status list's URI together (DESIGN §5).
pub const MAX_URI_CHARS: usize = 45;

/// Characters by which the status URI may be longer than the issuer's, which it starts with: a
/// repeated beginning costs two bytes, a second full address would not fit beside a long name.
pub const MAX_STATUS_PATH: usize = 12;

/// Characters of a name: the name field of a TD3 zone (Doc 9303-4 §4.2.2).
pub const MAX_NAME_CHARS: usize = 39;

/// Most characters kept of a travel document's number.
pub const MAX_DOCUMENT_TAIL: usize = 5;

/// Seconds by which "not before" lies ahead of the issue: a card just printed must not be "from
/// the future" for a reader whose clock is slow (anchors/credential.md §6), and other readers of
/// claim 169 allow no skew at all.
pub const BACKDATE_SECONDS: i64 = 5 * MINUTE;

/// Where a card's status is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatusRef {
    /// The place in the list, from 0.
    pub index: u32,
    /// The list's address; it starts with the issuer's.
    pub uri: String,
}

/// What an issued card says. "Not before" is no field: it follows from the issue, see
/// [`CardClaims::not_before`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardClaims {
    /// The issuing authority's URI, such as `https://inm.example`.
    pub issuer: String,
    /// The card's number.
    pub number: CardNumber,
    /// The name in Doc 9303 letters (A to Z and space), shortened to [`MAX_NAME_CHARS`] by
    /// [`crate::name::for_card`]; the full name is printed.
    pub name: String,
    /// Date of birth as far as it is known; `None` leaves the attribute out.
    pub birth: Option<BirthDate>,
    /// Sex as the document states it.
    pub sex: Sex,
    /// Nationality.
    pub nationality: StateCode,
    /// The class of card, two or three capitals, such as `TVR`.
    pub class: String,
    /// The issuing state.
    pub country: StateCode,
    /// The last characters of the travel document's number, see [`document_tail`]: they bind the
    /// paper to one document.
    pub document_tail: String,
    /// When the card was issued.
    pub issued_at: Moment,
    /// From when on it is no longer valid.
    pub expires: Moment,
    /// Where its status is kept.
    pub status: StatusRef,
}

/// Why a card cannot be issued as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// The issuer is not an `https://`, `http://` or `did:` URI of printable ASCII.
    #[error("the issuer must be an address such as https://inm.example; correct the configuration")]
    Issuer,
    /// The status URI does not start with the issuer's, or adds too much.
    #[error(
        "the status list's address must be the issuer's plus at most {MAX_STATUS_PATH} characters; correct the configuration"
    )]
    StatusUri,
    /// Issuer and status URI together are too long.
    #[error(
        "issuer and status address have {0} characters together, {MAX_URI_CHARS} fit a card; choose a shorter host"
    )]
    UrisTooLong(usize),
    /// The name is empty, too long, or has other characters than A to Z and space.
    #[error(
        "the name must be 1 to {MAX_NAME_CHARS} letters A to Z and spaces; shorten it by the Doc 9303 rule"
    )]
    Name,
    /// The class is not two or three capitals.
    #[error("the class of card must be two or three letters A to Z, such as TVR")]
    Class,
    /// The document's last characters are none, too many, or not A to Z and digits.
    #[error("write the last 1 to {MAX_DOCUMENT_TAIL} letters and digits of the document's number")]
    DocumentTail,
    /// The card would end before it begins, or a time lies outside 1970 to 2106.
    #[error(
        "the card must end after it is issued, and both between 1970 and 2106; check the clock"
    )]
    Times,
    /// More than [`MAX_CARD_CHARS`] in spite of all limits: an extremely unlucky signature.
    #[error(
        "the code would have {0} characters and not scan well; issue again with another number"
    )]
    TooLong(usize),
    /// The signing key did not answer.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// The text of a card's QR code: base45, at most [`MAX_CARD_CHARS`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardText(String);

impl CardText {
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

impl AsRef<str> for CardText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CardText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CardText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardText({:?})", self.0)
    }
}

/// The last [`MAX_DOCUMENT_TAIL`] letters and digits of a document's number, in capitals.
#[must_use]
pub fn document_tail(number: &str) -> String {
    let characters: Vec<char> = number
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_uppercase())
        .collect();
    characters[characters.len().saturating_sub(MAX_DOCUMENT_TAIL)..]
        .iter()
        .collect()
}

impl CardClaims {
    /// From when on the card is valid: [`BACKDATE_SECONDS`] before its issue.
    #[must_use]
    pub const fn not_before(&self) -> Moment {
        self.issued_at.plus(-BACKDATE_SECONDS)
    }

    fn check(&self) -> Result<(), CardError> {
        check_uris(&self.issuer, &self.status.uri)?;
        let letters = |byte: u8| byte.is_ascii_uppercase();
        if !(1..=MAX_NAME_CHARS).contains(&self.name.len())
            || !self.name.bytes().all(|byte| letters(byte) || byte == b' ')
        {
            return Err(CardError::Name);
        }
        if !(2..=3).contains(&self.class.len()) || !self.class.bytes().all(letters) {
            return Err(CardError::Class);
        }
        let tail = &self.document_tail;
        if !(1..=MAX_DOCUMENT_TAIL).contains(&tail.len())
            || !tail
                .bytes()
                .all(|byte| letters(byte) || byte.is_ascii_digit())
        {
            return Err(CardError::DocumentTail);
        }
        // Five bytes hold a time until 2106; nine would not fit beside a long name.
        let fits = |moment: Moment| u32::try_from(moment.unix()).is_ok();
        if self.expires <= self.issued_at || !fits(self.not_before()) || !fits(self.expires) {
            return Err(CardError::Times);
        }
        Ok(())
    }

    /// The CWT claims set; map keys in bytewise order: 1, 4, 5, 6, 169, 65535.
    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(256);
        writer.map(6);
        writer.int(1).text(&self.issuer);
        writer.int(4).int(self.expires.unix());
        writer.int(5).int(self.not_before().unix());
        writer.int(6).int(self.issued_at.unix());
        writer
            .int(169)
            .map(if self.birth.is_some() { 8 } else { 7 });
        writer.int(1).text(&self.number.compact());
        writer.int(4).text(&self.name);
        if let Some(birth) = self.birth {
            writer.int(8).text(&birth.to_string().replace('-', ""));
        }
        writer.int(9).int(self.sex.claim_169().into());
        writer.int(13).text(self.nationality.as_str());
        writer.int(22).text(&self.class);
        writer.int(23).text(self.country.as_str());
        writer.int(24).text(&self.document_tail);
        writer.int(65_535).map(1).text("status_list").map(2);
        writer.text("idx").uint(self.status.index.into());
        writer.text("uri").text(&self.status.uri);
        writer.into_bytes()
    }
}

/// Whether an issuer's and a status list's addresses fit a card together, so that a configuration
/// can be refused before the first card is.
pub fn check_uris(issuer: &str, status: &str) -> Result<(), CardError> {
    check_issuer(issuer)?;
    let path = status.strip_prefix(issuer).ok_or(CardError::StatusUri)?;
    if path.len() > MAX_STATUS_PATH || !path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(CardError::StatusUri);
    }
    let chars = issuer.len() + status.len();
    if chars > MAX_URI_CHARS {
        return Err(CardError::UrisTooLong(chars));
    }
    Ok(())
}

/// Whether a text can stand as the issuer of cards and slips.
pub(crate) fn check_issuer(issuer: &str) -> Result<(), CardError> {
    let schemes = ["https://", "http://", "did:"];
    let named = schemes.iter().any(|scheme| {
        issuer
            .strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    });
    if named && issuer.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(CardError::Issuer)
    }
}

/// Signs a card and writes the text of its code.
///
/// The same claims and signature give the same text. Claims that pass the checks always fit: the
/// property test below tries the longest of everything.
pub fn encode(claims: &CardClaims, signer: &dyn Sign) -> Result<CardText, CardError> {
    claims.check()?;
    let envelope = cose::sign(&claims.to_cbor(), None, signer)?;
    let text = scan::wrap(&envelope);
    if text.len() > MAX_CARD_CHARS {
        return Err(CardError::TooLong(text.len()));
    }
    Ok(CardText(text))
}

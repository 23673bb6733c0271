//! The entry slip: one stay, signed at the crossing, in a code of its own.
//!
//! "Leave by A. Not overstayed until B": both clocks are in it, because two official wordings of
//! one rule run differently (facts A.2) and the later one decides. A CWT in a `COSE_Sign1` like the
//! card, packed alike, told apart by its protected type and by the purpose of its key.

use core::fmt;

use crate::{
    card::{self, MAX_CARD_CHARS},
    cbor::{self, Form, Reader, Writer},
    cose::{self, Sign1},
    key::{BadSignature, KeyId, PublicKey, Sign, SignError},
    moment::Moment,
    number::CardNumber,
    receipt,
    scan::{self, Field, Malformed},
};

pub use crate::number::SlipNumber;

/// The protected type (RFC 9596) of a slip.
pub const TYP: &str = "application/paso-slip";

/// The private CWT claim (below -65536, RFC 8392 §9.1) that holds the stay.
const CLAIM_STAY: i64 = -70_169;

/// Characters of a post's code.
pub const MAX_POST_CHARS: usize = 12;

/// Characters of an IANA zone; `America/Mexico_City` has 19.
pub const MAX_ZONE_CHARS: usize = 20;

/// States a slip can name; the programme has had four and five.
pub const MAX_STATES: usize = 6;

/// Characters of the issuer: what a card's two URIs leave it.
pub const MAX_ISSUER_CHARS: usize = 22;

/// What a slip says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipClaims {
    /// The authority's URI, the same as on its cards.
    pub issuer: String,
    /// The slip's number.
    pub number: SlipNumber,
    /// The card that was presented.
    pub card: CardNumber,
    /// The code of the post where the entry was recorded.
    pub post: String,
    /// The IANA zone of the crossing, in which dates are shown.
    pub zone: String,
    /// When the holder entered.
    pub entered: Moment,
    /// A: the earlier end of the stay, which the holder is told to keep.
    pub leave_by: Moment,
    /// B: the later end; only after it is the stay overstayed.
    pub not_overstayed_until: Moment,
    /// The states in which the stay holds, as ISO 3166-2, such as `MX-CHP`.
    pub states: Vec<String>,
    /// When the slip was signed.
    pub issued_at: Moment,
}

/// Why a slip cannot be signed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlipError {
    /// The issuer is no URI or longer than [`MAX_ISSUER_CHARS`].
    #[error(
        "the issuer must be an address of at most {MAX_ISSUER_CHARS} characters; correct the configuration"
    )]
    Issuer,
    /// The post's code is empty, too long, or holds other than printable ASCII.
    #[error("a post's code has 1 to {MAX_POST_CHARS} plain characters; correct the list of posts")]
    Post,
    /// The zone is empty, too long, or not in the form of IANA's names.
    #[error("a zone looks like America/Mexico_City and has at most {MAX_ZONE_CHARS} characters")]
    Zone,
    /// No states, too many, or one that is not like `MX-CHP`.
    #[error("a slip names 1 to {MAX_STATES} states like MX-CHP; correct the programme")]
    States,
    /// Entry, A and B are not in this order, or lie outside 1970 to 2106.
    #[error("the stay must begin before it ends, between 1970 and 2106; check the clock")]
    Times,
    /// More than [`MAX_CARD_CHARS`] in spite of all limits: an extremely unlucky signature.
    #[error("the code would have {0} characters and not scan well; record the entry again")]
    TooLong(usize),
    /// The signing key did not answer.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// The text of a slip's QR code: base45, at most [`MAX_CARD_CHARS`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SlipText(String);

impl SlipText {
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

impl AsRef<str> for SlipText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SlipText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SlipText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SlipText({:?})", self.0)
    }
}

impl SlipClaims {
    fn check(&self) -> Result<(), SlipError> {
        let issuer = card::check_issuer(&self.issuer);
        if issuer.is_err() || self.issuer.len() > MAX_ISSUER_CHARS {
            return Err(SlipError::Issuer);
        }
        let plain = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !plain(&self.post, MAX_POST_CHARS) {
            return Err(SlipError::Post);
        }
        if !plain(&self.zone, MAX_ZONE_CHARS) {
            return Err(SlipError::Zone);
        }
        if !(1..=MAX_STATES).contains(&self.states.len())
            || !self.states.iter().all(|state| is_subdivision(state))
        {
            return Err(SlipError::States);
        }
        let fits = |moment: Moment| u32::try_from(moment.unix()).is_ok();
        let times = [self.entered, self.leave_by, self.not_overstayed_until];
        if !times.is_sorted() || !times.into_iter().chain([self.issued_at]).all(fits) {
            return Err(SlipError::Times);
        }
        Ok(())
    }

    /// The claims set; map keys in bytewise order: 1, 6, the private claim.
    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(256);
        writer.map(3);
        writer.int(1).text(&self.issuer);
        writer.int(6).int(self.issued_at.unix());
        writer.int(CLAIM_STAY).map(8);
        writer.int(1).text(&self.number.compact());
        writer.int(2).text(&self.card.compact());
        writer.int(3).text(&self.post);
        writer.int(4).text(&self.zone);
        writer.int(5).int(self.entered.unix());
        writer.int(6).int(self.leave_by.unix());
        writer.int(7).int(self.not_overstayed_until.unix());
        writer.int(8).array(self.states.len());
        for state in &self.states {
            writer.text(state);
        }
        writer.into_bytes()
    }

    fn from_cbor(payload: &[u8]) -> Result<Self, Malformed> {
        cbor::check(payload, Form::Canonical).map_err(Malformed::NotCbor)?;
        let mut reader = Reader::new(payload);
        let claims = Self::read(&mut reader).ok_or(Malformed::BadField(Field::Slip))?;
        claims
            .check()
            .map_err(|_| Malformed::BadField(Field::Slip))?;
        Ok(claims)
    }

    /// Slips are read exactly as they are written: nobody else issues them.
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.map()? == 3).then_some(())?;
        reader.member(1)?;
        let issuer = reader.text()?.to_owned();
        reader.member(6)?;
        let issued_at = reader.moment()?;
        reader.member(CLAIM_STAY)?;
        (reader.map()? == 8).then_some(())?;
        reader.member(1)?;
        let number = reader.text()?.parse().ok()?;
        reader.member(2)?;
        let card = reader.text()?.parse().ok()?;
        reader.member(3)?;
        let post = reader.text()?.to_owned();
        reader.member(4)?;
        let zone = reader.text()?.to_owned();
        reader.member(5)?;
        let entered = reader.moment()?;
        reader.member(6)?;
        let leave_by = reader.moment()?;
        reader.member(7)?;
        let not_overstayed_until = reader.moment()?;
        reader.member(8)?;
        let states = (0..reader.array()?)
            .map(|_| reader.text().map(str::to_owned))
            .collect::<Option<_>>()?;
        Some(Self {
            issuer,
            number,
            card,
            post,
            zone,
            entered,
            leave_by,
            not_overstayed_until,
            states,
            issued_at,
        })
    }
}

/// Two capitals, a hyphen, one to three capitals or digits (ISO 3166-2).
pub(crate) fn is_subdivision(text: &str) -> bool {
    text.split_once('-').is_some_and(|(country, part)| {
        country.len() == 2
            && country.bytes().all(|byte| byte.is_ascii_uppercase())
            && (1..=3).contains(&part.len())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    })
}

/// Signs a slip and writes the text of its code.
pub fn encode(claims: &SlipClaims, signer: &dyn Sign) -> Result<SlipText, SlipError> {
    claims.check()?;
    let envelope = cose::sign(&claims.to_cbor(), Some(TYP), signer)?;
    let text = scan::wrap(&envelope);
    if text.len() > MAX_CARD_CHARS {
        return Err(SlipError::TooLong(text.len()));
    }
    Ok(SlipText(text))
}

/// A slip as it was scanned: readable, its signature not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedSlip {
    envelope: Sign1,
    claims: SlipClaims,
}

/// Reads the text of a slip's code.
pub fn read(text: &str) -> Result<SignedSlip, Malformed> {
    SignedSlip::from_envelope(scan::open(text)?)
}

impl SignedSlip {
    pub(crate) fn from_envelope(envelope: Sign1) -> Result<Self, Malformed> {
        match envelope.typ() {
            Some(TYP) => {}
            Some(receipt::TYP) => return Err(Malformed::ReceiptNotCard),
            _ => return Err(Malformed::CardNotSlip),
        }
        if envelope.signature().is_empty() {
            return Err(Malformed::Unsigned);
        }
        let claims = SlipClaims::from_cbor(envelope.payload())?;
        Ok(Self { envelope, claims })
    }

    /// What the slip says.
    #[must_use]
    pub const fn claims(&self) -> &SlipClaims {
        &self.claims
    }

    /// The name of the key that is said to have signed.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.envelope.key_id()
    }

    /// The signed envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Sign1 {
        &self.envelope
    }

    /// Whether `key` signed this slip.
    pub fn verify(&self, key: &PublicKey) -> Result<(), BadSignature> {
        self.envelope.verify(key)
    }
}

//! From the characters of a QR code to a signed envelope, and the names of all that can go wrong.
//!
//! Cards, slips and receipts share their wrapping (base45, zlib, `COSE_Sign1`), so one scanner reads
//! all three and [`scan`] says which it was. Nothing here checks a signature: that is [`crate::verdict`]'s.

use crate::{
    base45::{self, Base45Error},
    card::SignedCard,
    cbor::CborError,
    cose::{CoseError, Sign1, Tagging},
    placard,
    receipt::{self, SignedReceipt},
    slip::{self, SignedSlip},
    zlib::{self, ZlibError},
};

/// Longest text looked at: no QR code holds more than 4,296 alphanumeric characters.
pub const MAX_SCAN_CHARS: usize = 4296;

/// Largest content unpacked. A card with a photo and every fingerprint is below 10 kB.
pub const MAX_INFLATED_BYTES: usize = 64 * 1024;

/// A code that is a card, a slip or a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time; a box would only cost an allocation"
)]
pub enum Scanned {
    /// A visitor card, or another claim-169 card.
    Card(SignedCard),
    /// An entry slip.
    Slip(SignedSlip),
    /// The receipt of an act.
    Receipt(SignedReceipt),
}

/// Reads a code and says what it is. The protected type decides, so a card is never a slip.
pub fn scan(text: &str) -> Result<Scanned, Malformed> {
    let envelope = open(text)?;
    match envelope.typ() {
        Some(slip::TYP) => SignedSlip::from_envelope(envelope).map(Scanned::Slip),
        Some(receipt::TYP) => SignedReceipt::from_envelope(envelope).map(Scanned::Receipt),
        // Nobody carries one: it is on the wall, and read by whoever stands before it.
        Some(placard::TYP) => Err(Malformed::PlacardNotCard),
        _ => SignedCard::from_envelope(envelope).map(Scanned::Card),
    }
}

/// Unwraps a code down to its envelope, whatever that carries.
pub fn open(text: &str) -> Result<Sign1, Malformed> {
    if text.len() > MAX_SCAN_CHARS {
        return Err(Malformed::TooLong);
    }
    // Wedge scanners end a code with a line break; a space is base45's own and stays.
    let text = text.trim_matches(['\r', '\n', '\t']);
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    let packed = base45::decode(text)?;
    let bytes = zlib::inflate(&packed, MAX_INFLATED_BYTES).map_err(|error| match error {
        ZlibError::NotZlib => Malformed::NotZlib,
        ZlibError::TooLarge => Malformed::InflatesTooFar,
    })?;
    Sign1::read(bytes, Tagging::AsIssued).map_err(Malformed::from)
}

/// The reverse of [`open`], for an envelope Paso has signed.
pub(crate) fn wrap(envelope: &[u8]) -> String {
    base45::encode(&zlib::deflate(envelope))
}

/// The same without compressing: the length of the text follows from that of the envelope alone.
pub(crate) fn wrap_stored(envelope: &[u8]) -> String {
    base45::encode(&zlib::store(envelope))
}

/// A field of a card, slip or receipt, as errors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// CWT claim 1.
    Issuer,
    /// CWT claim 2.
    Subject,
    /// CWT claim 4.
    Expires,
    /// CWT claim 5.
    NotBefore,
    /// CWT claim 6.
    IssuedAt,
    /// CWT claim 65535.
    Status,
    /// CWT claim 169 itself.
    Identity,
    /// An attribute of claim 169, by its number.
    Attribute(u8),
    /// The slip's own claim, or one of its parts.
    Slip,
    /// What a receipt says, or one of its parts.
    Receipt,
    /// What a post's sign says, or one of its parts.
    Placard,
}

/// Why a scanned text is no card, slip or receipt; each cause its own, each message says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Nothing was scanned.
    #[error("nothing was scanned; hold the code still and scan again")]
    Empty,
    /// More than [`MAX_SCAN_CHARS`].
    #[error("this is longer than any code can be; scan the card's code alone")]
    TooLong,
    /// Not base45.
    #[error("this is not a card's code: {0}")]
    NotBase45(#[from] Base45Error),
    /// Not zlib, cut short, or with something behind it.
    #[error("the code is damaged or not a card's; clean it and scan again, or type the number")]
    NotZlib,
    /// More than [`MAX_INFLATED_BYTES`] inside.
    #[error("the code unpacks to more than any card holds; it is not a card, do not use it")]
    InflatesTooFar,
    /// Not CBOR within bounds.
    #[error("the code's content cannot be read ({0}); scan again, or type the number")]
    NotCbor(CborError),
    /// Not a `COSE_Sign1`.
    #[error("the code is not a signed card; ask for the visitor card itself")]
    NotSign1,
    /// The envelope is of another kind.
    #[error("the code holds data of kind {0}, not a signed card; ask for the visitor card itself")]
    WrongTag(u64),
    /// The content is encrypted.
    #[error("the code is encrypted for someone else; ask for another document")]
    Encrypted,
    /// The signature is empty: anyone can make such a code.
    #[error("the code is not signed and proves nothing; check the person's document instead")]
    Unsigned,
    /// Signed by an algorithm Paso does not verify.
    #[error("the code is signed in a way not supported here; check with its issuer by other means")]
    UnsupportedAlgorithm,
    /// The algorithm is not under the signature.
    #[error("the code does not protect how it is signed; do not rely on it, check by other means")]
    AlgorithmNotProtected,
    /// A header that must be understood is not.
    #[error("the code demands a feature this version lacks; update, or check by other means")]
    CriticalHeader,
    /// A header parameter is of the wrong kind.
    #[error("the code's header is damaged; scan again, or type the number")]
    BadHeader,
    /// A signed token without claim 169.
    #[error("the code is signed but is no identity card; ask for the visitor card itself")]
    NoIdentity,
    /// A field of the wrong kind.
    #[error("the code's field {} cannot be read; type the number, and report the card", .0.code())]
    BadField(Field),
    /// A slip where a card is wanted.
    #[error("this is an entry slip; scan the card first, then the slip")]
    SlipNotCard,
    /// A card where a slip is wanted.
    #[error("this is a card and no entry slip; scan the slip that was given at the entry")]
    CardNotSlip,
    /// A receipt where a card or a slip is wanted.
    #[error("this is the receipt of an act, neither card nor slip; ask for the visitor card")]
    ReceiptNotCard,
    /// Something else where a receipt is wanted.
    #[error("this is no receipt; scan the receipt that was given after the act")]
    NotReceipt,
    /// A post's sign where a card or a slip is wanted.
    #[error("this is a post's sign, and nobody's card; ask for the visitor card")]
    PlacardNotCard,
    /// Something else where a post's sign is wanted.
    #[error("this is no post's sign; scan the code on the checkpoint's own screen")]
    NotPlacard,
}

impl Field {
    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Issuer => "issuer",
            Self::Subject => "subject",
            Self::Expires => "expires",
            Self::NotBefore => "not-before",
            Self::IssuedAt => "issued-at",
            Self::Status => "status",
            Self::Identity => "identity",
            Self::Attribute(_) => "attribute",
            Self::Slip => "slip",
            Self::Receipt => "receipt",
            Self::Placard => "placard",
        }
    }
}

impl Malformed {
    /// A stable name for translations, logs and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::NotBase45(_) => "not-base45",
            Self::NotZlib => "not-zlib",
            Self::InflatesTooFar => "inflates-too-far",
            Self::NotCbor(error) => error.code(),
            Self::NotSign1 => "not-sign1",
            Self::WrongTag(_) => "wrong-tag",
            Self::Encrypted => "encrypted",
            Self::Unsigned => "unsigned",
            Self::UnsupportedAlgorithm => "unsupported-algorithm",
            Self::AlgorithmNotProtected => "algorithm-not-protected",
            Self::CriticalHeader => "critical-header",
            Self::BadHeader => "bad-header",
            Self::NoIdentity => "no-identity",
            Self::BadField(_) => "bad-field",
            Self::SlipNotCard => "slip-not-card",
            Self::CardNotSlip => "card-not-slip",
            Self::ReceiptNotCard => "receipt-not-card",
            Self::NotReceipt => "not-receipt",
            Self::PlacardNotCard => "placard-not-card",
            Self::NotPlacard => "not-placard",
        }
    }
}

impl From<CoseError> for Malformed {
    fn from(error: CoseError) -> Self {
        match error {
            CoseError::Cbor(error) => Self::NotCbor(error),
            CoseError::NotSign1 => Self::NotSign1,
            CoseError::WrongTag(tag) => Self::WrongTag(tag),
            CoseError::Encrypted => Self::Encrypted,
            CoseError::UnsupportedAlgorithm(_) => Self::UnsupportedAlgorithm,
            CoseError::AlgorithmNotProtected => Self::AlgorithmNotProtected,
            CoseError::CriticalHeader => Self::CriticalHeader,
            CoseError::BadHeader => Self::BadHeader,
        }
    }
}

//! What a receipt discloses, in the very bytes that the leaf commits to.

use super::Code;
use crate::{
    cbor::{self, Form, Reader, Writer},
    moment::Moment,
    number::CardNumber,
};

/// Characters of a post's code. With the longest of all other fields, a sixth would make the
/// receipt's code longer than [`super::MAX_RECEIPT_CHARS`].
pub const MAX_POST_CHARS: usize = 5;

/// Characters of an officer's number.
pub const MAX_OFFICER_CHARS: usize = 16;

/// What the person was given a receipt for. A closed list of acts, and no reason, offence or
/// outcome among them: a receipt found in a pocket must harm nobody (DESIGN §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An officer met the person.
    Encounter,
    /// A card or other paper was checked.
    Check,
    /// The person entered.
    Entry,
    /// The person left.
    Exit,
    /// The person came under an authority's control.
    CustodyOpened,
    /// Another custodian took over.
    Handover,
    /// The person was released.
    Release,
    /// Custody ended otherwise: the receipt does not say how.
    CustodyEnded,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Encounter,
        Self::Check,
        Self::Entry,
        Self::Exit,
        Self::CustodyOpened,
        Self::Handover,
        Self::Release,
        Self::CustodyEnded,
    ];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Encounter => "encounter",
            Self::Check => "check",
            Self::Entry => "entry",
            Self::Exit => "exit",
            Self::CustodyOpened => "custody-opened",
            Self::Handover => "handover",
            Self::Release => "release",
            Self::CustodyEnded => "custody-ended",
        }
    }

    /// The number in the body.
    const fn number(self) -> u64 {
        match self {
            Self::Encounter => 1,
            Self::Check => 2,
            Self::Entry => 3,
            Self::Exit => 4,
            Self::CustodyOpened => 5,
            Self::Handover => 6,
            Self::Release => 7,
            Self::CustodyEnded => 8,
        }
    }

    fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }
}

/// What ties a receipt to more than itself, where the act has such a thing. A road check has none:
/// its receipt names neither the person nor the card, so that no list of a card's whereabouts can be
/// made of receipts (DESIGN §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handle {
    /// The card that was shown or given.
    Card(CardNumber),
    /// The random name of a custody episode: whoever holds the receipt can ask about it, and
    /// nobody can guess another's.
    Episode([u8; 16]),
}

/// The facts a receipt discloses: no name, no nationality, no reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The receipt's code.
    pub code: Code,
    /// What happened.
    pub kind: Kind,
    /// The code of the post, 1 to [`MAX_POST_CHARS`] plain characters.
    pub post: String,
    /// When, to the second, from 1970 to 2106.
    pub at: Moment,
    /// The number of the officer who answers for it, 1 to [`MAX_OFFICER_CHARS`] plain characters.
    pub officer: String,
    /// A card or an episode.
    pub handle: Option<Handle>,
}

/// Why facts cannot stand on a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// The post's code is empty, too long, or holds other than printable ASCII.
    #[error(
        "a post's code has 1 to {MAX_POST_CHARS} plain characters on a receipt; correct the list of posts"
    )]
    Post,
    /// The officer's number is empty, too long, or holds other than printable ASCII.
    #[error("an officer's number has 1 to {MAX_OFFICER_CHARS} plain characters; correct it")]
    Officer,
    /// The moment lies outside 1970 to 2106.
    #[error("the receipt's time must lie between 1970 and 2106; check the clock")]
    Time,
}

/// Facts that can stand on a receipt, and their one form in bytes: the canonical body of the event
/// `receipt.given`, which the leaf commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(Facts);

/// The bytes are no body of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body of this receipt cannot be read; run an audit of the journal")]
pub struct NotABody;

impl Body {
    /// Checks that the facts can stand on a receipt.
    pub fn new(facts: Facts) -> Result<Self, FactsError> {
        let plain = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !plain(&facts.post, MAX_POST_CHARS) {
            return Err(FactsError::Post);
        }
        if !plain(&facts.officer, MAX_OFFICER_CHARS) {
            return Err(FactsError::Officer);
        }
        if u32::try_from(facts.at.unix()).is_err() {
            return Err(FactsError::Time);
        }
        Ok(Self(facts))
    }

    /// The facts.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.0
    }

    /// The canonical bytes: an array of code (4 bytes), kind, post, Unix seconds, officer and,
    /// where there is one, the handle: a card's number as text without separators, an episode's
    /// name as 16 bytes.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let facts = &self.0;
        let mut writer = Writer::with_capacity(64);
        writer.array(if facts.handle.is_some() { 6 } else { 5 });
        writer.bytes(&facts.code.to_bytes());
        writer.uint(facts.kind.number());
        writer.text(&facts.post);
        writer.int(facts.at.unix());
        writer.text(&facts.officer);
        match &facts.handle {
            None => {}
            Some(Handle::Card(number)) => {
                writer.text(&number.compact());
            }
            Some(Handle::Episode(name)) => {
                writer.bytes(name);
            }
        }
        writer.into_bytes()
    }

    /// Reads canonical bytes. Every body read is written again as the same bytes.
    pub fn from_cbor(bytes: &[u8]) -> Result<Self, NotABody> {
        cbor::check(bytes, Form::Canonical).map_err(|_| NotABody)?;
        Self::read(&mut Reader::new(bytes)).ok_or(NotABody)
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let fields = reader.array()?;
        let facts = Facts {
            code: Code::from_random(reader.bytes()?.try_into().ok()?),
            kind: Kind::from_number(reader.uint()?)?,
            post: reader.text()?.to_owned(),
            at: reader.moment()?,
            officer: reader.text()?.to_owned(),
            handle: match fields {
                5 => None,
                6 => Some(Handle::read(reader)?),
                _ => return None,
            },
        };
        Self::new(facts).ok()
    }
}

impl Handle {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        if let Some(name) = reader.bytes() {
            return Some(Self::Episode(name.try_into().ok()?));
        }
        let written = reader.text()?;
        let number: CardNumber = written.parse().ok()?;
        // Numbers forgive how people write them; a commitment does not.
        (number.compact() == written).then_some(Self::Card(number))
    }
}

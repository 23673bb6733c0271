//! Which contradiction: its kind, and what of its subject it is about.

use crate::{card::CardConflict, id::StayId};
use core::{fmt, str::FromStr};

/// Names a contradiction among those of its subject. The text form is stored for ever: add, never
/// change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// Of the card that is the subject.
    Card(CardConflict),
    /// One stay of the subject's ended twice.
    EndedTwice(StayId),
}

const ENDED_TWICE: &str = "ended-twice";

impl Which {
    /// The codes of all kinds.
    pub const CODES: [&'static str; 6] = [
        CardConflict::IssuedTwice.code(),
        CardConflict::IssuedAndRefused.code(),
        CardConflict::EndedWithoutIssue.code(),
        CardConflict::NotAsIssued.code(),
        CardConflict::UsedAfterEnd.code(),
        ENDED_TWICE,
    ];

    /// The stable code of the kind, the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card(conflict) => conflict.code(),
            Self::EndedTwice(_) => ENDED_TWICE,
        }
    }

    /// Whether it also concerns who looks at the authority from inside and from outside: a card was
    /// signed that this authority did not issue, so a key was in another's hands.
    #[must_use]
    pub const fn concerns_control(self) -> bool {
        matches!(self, Self::Card(CardConflict::NotAsIssued))
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card(conflict) => f.write_str(conflict.code()),
            Self::EndedTwice(stay) => write!(f, "{ENDED_TWICE}.{stay}"),
        }
    }
}

/// The text names no contradiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a contradiction; open it from the list")]
pub struct NotAContradiction;

impl FromStr for Which {
    type Err = NotAContradiction;

    fn from_str(text: &str) -> Result<Self, NotAContradiction> {
        if let Some(conflict) = CardConflict::ALL.into_iter().find(|one| one.code() == text) {
            return Ok(Self::Card(conflict));
        }
        let stay = text
            .strip_prefix(ENDED_TWICE)
            .and_then(|rest| rest.strip_prefix('.'));
        // One spelling of an identifier alone: what is stored is compared as text.
        stay.and_then(|stay| {
            stay.parse::<StayId>()
                .ok()
                .filter(|id| id.to_string() == stay)
        })
        .map(Self::EndedTwice)
        .ok_or(NotAContradiction)
    }
}

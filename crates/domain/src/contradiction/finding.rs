//! What whoever settles a contradiction found: a closed list, in words of the field. None of them says
//! anything of a person's guilt, and nothing follows from one by itself.

use super::Which;
use crate::{card::CardConflict, cbor};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// One of the acts was recorded by mistake: another number, another person, another hour.
    ClericalMistake,
    /// Two officers recorded the same thing at once, each without knowing of the other.
    TwoAtOnce,
    /// All was done right; word of the one had not reached the other.
    WordCameLate,
    /// Somebody else used the card.
    UsedByAnother,
    /// A card was signed that this authority did not issue: the key was in another's hands.
    KeyAbused,
    /// It could not be found out.
    NotFoundOut,
}

impl Finding {
    /// All findings, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::ClericalMistake,
        Self::TwoAtOnce,
        Self::WordCameLate,
        Self::UsedByAnother,
        Self::KeyAbused,
        Self::NotFoundOut,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ClericalMistake => "clerical-mistake",
            Self::TwoAtOnce => "two-at-once",
            Self::WordCameLate => "word-came-late",
            Self::UsedByAnother => "used-by-another",
            Self::KeyAbused => "key-abused",
            Self::NotFoundOut => "not-found-out",
        }
    }

    /// Whether it can be what was found of such a contradiction.
    #[must_use]
    pub const fn fits(self, which: Which) -> bool {
        use CardConflict as C;
        matches!(
            (self, which),
            (Self::ClericalMistake | Self::NotFoundOut, _)
                | (
                    Self::TwoAtOnce,
                    Which::Card(C::IssuedTwice | C::IssuedAndRefused) | Which::EndedTwice(_),
                )
                | (
                    Self::WordCameLate,
                    Which::Card(C::UsedAfterEnd | C::EndedWithoutIssue) | Which::EndedTwice(_),
                )
                | (
                    Self::UsedByAnother,
                    Which::Card(C::UsedAfterEnd) | Which::EndedTwice(_)
                )
                | (
                    Self::KeyAbused,
                    Which::Card(C::IssuedTwice | C::NotAsIssued | C::EndedWithoutIssue),
                )
        )
    }
}

cbor::coded!(Finding, "finding");

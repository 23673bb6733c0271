//! What two places say of one card or one stay, and cannot both be true.
//!
//! Nothing is turned away for contradicting something: facts arrive late, and both stay. What they
//! leave is a question with an owner, a day by which it is due, and an answer. The answer is a fact on
//! the same subject; it edits neither side, and says of which acts it speaks. So the same question is
//! open again as soon as one more act contradicts, whichever of all this arrives first.
//!
//! Two things that the register of stays also names are no such question. Two open stays, and an exit
//! without an entry, are what a raft or a closed post leaves behind: one fact is missing, none is
//! contested, and it is nobody's fault (facts B.2). The next entry or exit says what there is to say.

mod finding;
mod settle;
mod terms;
#[cfg(test)]
mod tests;
mod which;

pub use finding::Finding;
pub use settle::{MOST_WORDS, SettleRefusal, Settling, settle};
pub use terms::{Terms, TermsError, TermsRow};
pub use which::{NotAContradiction, Which};

use crate::{act::Act, card::RevocationReason, crossings::PostCode, id::OfficerNumber};
use paso_formats::{moment::Moment, number::CardNumber};

/// What one of the acts says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A card was issued under the number.
    Issued,
    /// It was refused.
    Refused,
    /// It was revoked.
    Revoked(RevocationReason),
    /// It was replaced.
    Replaced(CardNumber),
    /// A card of the number was shown, and believed.
    Shown {
        /// The bundle it was believed by.
        bundle: u64,
        /// When that was made: how old its knowledge was.
        bundle_made: Moment,
    },
    /// The person left.
    Left,
}

impl Said {
    /// The stable code, the key of texts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Refused => "refused",
            Self::Revoked(_) => "revoked",
            Self::Replaced(_) => "replaced",
            Self::Shown { .. } => "shown",
            Self::Left => "left",
        }
    }
}

/// One of the acts that cannot all be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// When, where, by whom.
    pub act: Act,
    /// What it says.
    pub said: Said,
}

/// A contradiction, settled or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// Which.
    pub which: Which,
    /// The place whose supervisor is asked.
    pub owner: PostCode,
    /// The acts, in the order in which they were recorded.
    pub sides: Vec<Side>,
    /// Since when there is something to settle: the later of two acts, or the first of which no
    /// settling speaks.
    pub since: Moment,
    /// What was found of it, oldest first.
    pub settled: Vec<(Act, Settling)>,
    open: bool,
}

impl Contradiction {
    /// Puts a contradiction together; `settlings` are all that the subject knows.
    pub(crate) fn of(
        which: Which,
        owner: PostCode,
        mut sides: Vec<Side>,
        settlings: &[(Act, Settling)],
    ) -> Option<Self> {
        sides.sort_by(|one, other| one.act.order().cmp(&other.act.order()));
        let mine = |(_, settling): &&(Act, Settling)| settling.which == which;
        let settled: Vec<_> = settlings.iter().filter(mine).cloned().collect();
        let spoken_of = |side: &&Side| {
            let of = |(_, settling): &(Act, Settling)| settling.acts.contains(&side.act);
            settled.iter().any(of)
        };
        let news = sides.iter().find(|side| !spoken_of(side));
        // One act contradicts nothing until there is a second; an ending without an issue is alone.
        let second = sides.get(1).or_else(|| sides.first())?;
        let since = second.act.recorded();
        Some(Self {
            open: news.is_some(),
            since: news.map_or(since, |side| since.max(side.act.recorded())),
            which,
            owner,
            sides,
            settled,
        })
    }

    /// Whether it waits for somebody to settle it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Whether an officer did, or signed on paper, one of the acts. They do not say what was true.
    #[must_use]
    pub fn is_party(&self, officer: &OfficerNumber) -> bool {
        let signed = |act: &Act| act.late.as_ref().map(|late| late.signed.clone());
        let did = |side: &Side| side.act.officer == *officer;
        let signed = |side: &Side| signed(&side.act).as_ref() == Some(officer);
        self.sides.iter().any(|side| did(side) || signed(side))
    }
}

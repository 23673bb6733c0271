//! How a contradiction is settled: what is stored of it, and what is refused.

use super::{Contradiction, Finding, Which};
use crate::{act::Act, cbor};
use minicbor::{Decode, Encode};

/// The most characters of the words of a settling.
pub const MOST_WORDS: usize = 500;

/// What was found. Stored for ever: add, never change.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Settling {
    /// Of which contradiction.
    #[cbor(n(0), with = "cbor::text")]
    pub which: Which,
    /// The acts it speaks of: all that were known. One more makes a question of it again.
    #[n(1)]
    pub acts: Vec<Act>,
    /// What was found.
    #[cbor(n(2), with = "cbor::text")]
    pub finding: Finding,
    /// How, in words; never empty.
    #[n(3)]
    pub words: String,
}

/// Why a contradiction is not settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum SettleRefusal {
    /// There is none.
    #[error("nothing contradicts itself there any more; look at the list again")]
    Nothing,
    /// Somebody has.
    #[error("this was settled already; it opens again if one more act contradicts")]
    Already,
    /// They would judge their own act.
    #[error("one of these acts is yours; somebody else says what was true")]
    Party,
    /// The finding is of another kind.
    #[error("choose one of the findings that the form offers for this contradiction")]
    FindingDoesNotFit,
    /// No words were given.
    #[error("write in a few words how this was found, in at most 500 characters")]
    WordsMissing,
}

impl SettleRefusal {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Nothing,
        Self::Already,
        Self::Party,
        Self::FindingDoesNotFit,
        Self::WordsMissing,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "settle-nothing",
            Self::Already => "settle-already",
            Self::Party => "settle-party",
            Self::FindingDoesNotFit => "settle-finding-does-not-fit",
            Self::WordsMissing => "settle-words-missing",
        }
    }
}

/// What follows from settling one of a subject's contradictions.
///
/// # Errors
/// See [`SettleRefusal`].
pub fn settle(
    known: &[Contradiction],
    which: Which,
    finding: Finding,
    words: &str,
    act: &Act,
) -> Result<Settling, SettleRefusal> {
    let found = known.iter().find(|one| one.which == which);
    let found = found.ok_or(SettleRefusal::Nothing)?;
    if !found.is_open() {
        return Err(SettleRefusal::Already);
    }
    // Two people, as where it is disputed who answers for a person (custody).
    if found.is_party(&act.officer) {
        return Err(SettleRefusal::Party);
    }
    if !finding.fits(which) {
        return Err(SettleRefusal::FindingDoesNotFit);
    }
    let words = words.trim();
    if words.is_empty() || words.chars().count() > MOST_WORDS {
        return Err(SettleRefusal::WordsMissing);
    }
    Ok(Settling {
        which,
        acts: found.sides.iter().map(|side| side.act.clone()).collect(),
        finding,
        words: words.to_owned(),
    })
}

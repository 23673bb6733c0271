//! What may be asked of the register of sheets, and what it refuses.

use super::{
    event::{SheetEvent, VoidReason},
    state::{SheetsState, Standing},
};
use crate::{act::Act, crossings::PostCode};

/// The most sheets of one batch: more are more batches, each of which somebody answers for.
pub const MOST_PRINTED: u16 = 200;

/// The most characters of the words with which a sheet is declared void.
const MOST_WORDS: usize = 500;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetCommand {
    /// Print so many sheets for a place.
    Print {
        /// For which.
        place: PostCode,
        /// How many.
        count: u16,
    },
    /// Record what stands on one. The act carries its late mark.
    Use {
        /// Which.
        serial: u16,
    },
    /// Say that nothing will be recorded from one.
    Void {
        /// Which.
        serial: u16,
        /// Why.
        reason: VoidReason,
        /// In words.
        words: String,
    },
}

/// Why a command about sheets is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum SheetRefusal {
    /// A number that cannot be.
    #[error("print from 1 to 200 sheets at a time; more are several batches")]
    CountImpossible,
    /// Nobody printed it, as far as is known here.
    #[error(
        "no sheet of this number was printed that this place knows of; compare it, or record it where \
         it was printed"
    )]
    NotPrinted,
    /// It was used.
    #[error("what stood on this sheet is recorded already; a number is used once")]
    UsedAlready,
    /// It was declared void.
    #[error("this sheet was declared void or lost; take it to the supervisor, and record nothing")]
    Void,
    /// It is for another kind of act.
    #[error("this sheet is for another kind of act; open it from the page of sheets")]
    OtherKind,
    /// It happened before there was such a sheet.
    #[error("the sheet was printed later than that; correct the hour")]
    BeforePrinted,
    /// It has not happened.
    #[error("that is in the future; correct the hour")]
    InFuture,
    /// No words were given.
    #[error("write in a few words why nothing will be recorded from it, in at most 500 characters")]
    WordsMissing,
}

impl SheetRefusal {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::CountImpossible,
        Self::NotPrinted,
        Self::UsedAlready,
        Self::Void,
        Self::OtherKind,
        Self::BeforePrinted,
        Self::InFuture,
        Self::WordsMissing,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CountImpossible => "sheet-count-impossible",
            Self::NotPrinted => "sheet-not-printed",
            Self::UsedAlready => "sheet-used-already",
            Self::Void => "sheet-void",
            Self::OtherKind => "sheet-other-kind",
            Self::BeforePrinted => "sheet-before-printed",
            Self::InFuture => "sheet-in-future",
            Self::WordsMissing => "sheet-words-missing",
        }
    }
}

/// What follows from a command.
///
/// # Errors
/// See [`SheetRefusal`].
pub fn decide(
    state: &SheetsState,
    command: SheetCommand,
    act: Act,
) -> Result<SheetEvent, SheetRefusal> {
    match command {
        SheetCommand::Print { place, count } => {
            if count == 0 || count > MOST_PRINTED {
                return Err(SheetRefusal::CountImpossible);
            }
            Ok(SheetEvent::Printed { act, place, count })
        }
        SheetCommand::Use { serial } => {
            is_outstanding(state, serial)?;
            if act.at > act.recorded() {
                return Err(SheetRefusal::InFuture);
            }
            // The hour on a sheet has no seconds: the minute of printing is not before printing.
            if state
                .printed()
                .is_some_and(|(printed, _, _)| act.at < printed.at.floor_minute())
            {
                return Err(SheetRefusal::BeforePrinted);
            }
            Ok(SheetEvent::Used { act, serial })
        }
        SheetCommand::Void {
            serial,
            reason,
            words,
        } => {
            is_outstanding(state, serial)?;
            let words = words.trim();
            if words.is_empty() || words.chars().count() > MOST_WORDS {
                return Err(SheetRefusal::WordsMissing);
            }
            Ok(SheetEvent::Voided {
                act,
                serial,
                reason,
                words: words.to_owned(),
            })
        }
    }
}

fn is_outstanding(state: &SheetsState, serial: u16) -> Result<(), SheetRefusal> {
    match state.standing(serial) {
        Standing::Outstanding => Ok(()),
        Standing::NotPrinted => Err(SheetRefusal::NotPrinted),
        Standing::Used(_) => Err(SheetRefusal::UsedAlready),
        Standing::Void(..) => Err(SheetRefusal::Void),
    }
}

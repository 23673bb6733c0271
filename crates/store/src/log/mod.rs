//! The logs of this authority: one after the other, each a Merkle tree over the entries from a
//! number on.
//!
//! The tables are never the truth about what was signed: that is in the guard and with the
//! witnesses. They say what is integrated, and [`crate::Store::integrate`] moves that on under
//! compare-and-swap, so that two sequencers cannot both.

mod leader;
mod read;
mod schema;
mod write;

pub use leader::Leadership;
pub use write::{Integration, MoveError, NewLog};

#[cfg(feature = "testing")]
pub(crate) use read::STATEMENTS as READING;
pub(crate) use schema::LOG;
#[cfg(feature = "testing")]
pub(crate) use write::STATEMENTS as WRITING;

use paso_formats::moment::Moment;
use paso_tlog::checkpoint::{Head, Origin};

/// A log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Which of this authority's logs: 1 for the first.
    pub ordinal: u64,
    /// Its origin.
    pub origin: Origin,
    /// Its leaf 0, as it is hashed.
    pub opening: Vec<u8>,
    /// The number of the entry at index 1.
    pub first_number: u64,
    /// What is integrated; not signed yet, perhaps.
    pub head: Head,
    /// The newest checkpoint that this log signed, with the cosignatures it got; a note.
    pub note: Option<String>,
}

impl LogRow {
    /// The index of an entry, if it is among those that this log is for; it may not be integrated.
    #[must_use]
    pub const fn index_of(&self, number: u64) -> Option<u64> {
        match number.checked_sub(self.first_number) {
            Some(after) => after.checked_add(1),
            None => None,
        }
    }

    /// The number of the entry at an index; none for the opening leaf.
    #[must_use]
    pub const fn number_at(&self, index: u64) -> Option<u64> {
        match index.checked_sub(1) {
            Some(after) => self.first_number.checked_add(after),
            None => None,
        }
    }

    /// The number of the entry that is integrated next.
    #[must_use]
    pub const fn next_number(&self) -> u64 {
        // An unopened log is continued by its opening leaf, which takes no number.
        self.first_number + self.head.size.saturating_sub(1)
    }
}

/// A checkpoint that its policy found witnessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Which of this authority's logs.
    pub ordinal: u64,
    /// Its origin.
    pub origin: Origin,
    /// Its tree.
    pub head: Head,
    /// The note, with cosignatures.
    pub note: String,
    /// When the quorum was reached, by the hub's clock.
    pub at: Moment,
}

/// An entry waiting for, or integrated into, a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The entry's number.
    pub number: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

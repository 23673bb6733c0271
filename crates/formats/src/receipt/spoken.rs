//! What a receipt's code alone may tell.
//!
//! A code has 32 random bits and is read aloud, so it is no secret: it can be overheard, and some of
//! all codes can be guessed. Whoever asks with a code alone therefore learns only that some receipt
//! was given: its kind, its post and its day. Neither hour nor officer, card or episode; all that
//! takes the paper itself.

use jiff::{civil::Date, tz::TimeZone};

use super::{Facts, Kind};

/// Whether the log holds a receipt, as told to whoever has its code alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogState {
    /// Under a head that enough witnesses cosigned.
    Witnessed,
    /// Under a head of the log's own.
    Unwitnessed,
    /// Not yet.
    Waiting,
}

impl LogState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Witnessed, Self::Unwitnessed, Self::Waiting];

    /// A stable name for translations and JSON.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Witnessed => "witnessed",
            Self::Unwitnessed => "unwitnessed",
            Self::Waiting => "waiting",
        }
    }
}

/// What is told to whoever has a code and no paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// What happened.
    pub kind: Kind,
    /// The code of the post.
    pub post: String,
    /// The day, by the post's clock.
    pub day: Date,
}

impl Spoken {
    /// Of these facts, in the zone of their post.
    #[must_use]
    pub fn of(facts: &Facts, zone: &TimeZone) -> Self {
        Self {
            kind: facts.kind,
            post: facts.post.clone(),
            day: facts.at.timestamp().to_zoned(zone.clone()).date(),
        }
    }
}

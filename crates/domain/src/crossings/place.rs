//! A crossing, a post, and what is known about them.

use super::Zone;
use crate::programme::{Source, Sourced, Subdivision, Text};
use core::{fmt, str::FromStr};
use jiff::civil::Date;
use paso_formats::field::StateCode;

/// The short code of a post, two or three capital letters, such as `HID`. It begins the numbers of
/// cards and papers that the post issues, so it never changes once used.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PostCode {
    letters: [u8; 3],
    len: u8,
}

impl PostCode {
    /// The letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII by construction.
        core::str::from_utf8(&self.letters[..usize::from(self.len)]).unwrap_or_default()
    }
}

/// The text is not the code of a post.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a post's code; write two or three capital letters such as HID")]
pub struct BadPostCode;

impl FromStr for PostCode {
    type Err = BadPostCode;

    fn from_str(text: &str) -> Result<Self, BadPostCode> {
        if !(2..=3).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(BadPostCode);
        }
        let mut letters = [0; 3];
        letters[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self {
            letters,
            len: if text.len() == 2 { 2 } else { 3 },
        })
    }
}

impl fmt::Display for PostCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PostCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name on the map: a municipality, a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// Whether a source was seen; an unsourced one is shown as such.
    pub sourced: bool,
}

/// One side of a crossing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What the place is called there; several where sources name several.
    pub names: Vec<Place>,
    /// The municipality; none where no source was seen. Two where sources disagree.
    pub municipalities: Vec<Place>,
    /// State, department or district by ISO 3166-2, where sourced.
    pub subdivision: Sourced<Subdivision>,
    /// Which country.
    pub country: StateCode,
}

/// What a country does at a crossing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// A formal port of entry.
    Formal,
    /// Formal, and issuing visitor cards.
    Issuing,
    /// Closed.
    Closed,
    /// Not a port of entry for this country, though the other side counts it.
    NotRecognised,
    /// Nobody has said.
    Unknown,
}

impl StatusKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Formal => "formal",
            Self::Issuing => "issuing",
            Self::Closed => "closed",
            Self::NotRecognised => "not-recognised",
            Self::Unknown => "unknown",
        }
    }
}

/// What a source says of a crossing from a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossingStatus {
    /// Which country says so.
    pub country: StateCode,
    /// What it does there.
    pub kind: StatusKind,
    /// From when; the date of the source where the beginning is unknown.
    pub from: Date,
    /// Until when, where known.
    pub to: Option<Date>,
    /// Where it was read.
    pub sources: Vec<Source>,
}

/// Opening hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// What the source says.
    pub text: Text,
    /// Of when it speaks.
    pub as_of: Date,
    /// Where it was read.
    pub sources: Vec<Source>,
}

/// A place where people cross the border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// Stable id.
    pub id: String,
    /// The Mexican side.
    pub mexican: Side,
    /// The other side.
    pub other: Side,
    /// What each country says, by date.
    pub statuses: Vec<CrossingStatus>,
    /// Opening hours, where any source gives them.
    pub hours: Sourced<Hours>,
    /// Whether it is only a candidate for a crossing.
    pub candidate: bool,
}

impl Crossing {
    /// What `country` does here on `date`; unknown where no source covers the day.
    #[must_use]
    pub fn status(&self, country: StateCode, date: Date) -> StatusKind {
        self.statuses
            .iter()
            .filter(|s| s.country == country && s.from <= date)
            .filter(|s| s.to.is_none_or(|last| date <= last))
            .max_by_key(|s| s.from)
            .map_or(StatusKind::Unknown, |s| s.kind)
    }

    /// Whether, as far as known on `date`, one side holds it a port of entry and the other not.
    #[must_use]
    pub fn is_one_sided(&self, date: Date) -> bool {
        let open = |kind| matches!(kind, StatusKind::Formal | StatusKind::Issuing);
        let mexican = self.status(self.mexican.country, date);
        let other = self.status(self.other.country, date);
        (open(mexican) && other == StatusKind::NotRecognised)
            || (open(other) && mexican == StatusKind::NotRecognised)
    }
}

/// What a post is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PostKind {
    /// Entries and exits at a crossing.
    Crossing,
    /// Inspection inland (a CAITF): never an entry or an exit.
    Inspection,
    /// A migration station, where no child may be (facts C.1).
    Station,
}

impl PostKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Crossing => "crossing",
            Self::Inspection => "inspection",
            Self::Station => "station",
        }
    }
}

/// An operating unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Its short code.
    pub code: PostCode,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub kind: PostKind,
    /// The crossing it stands at, by id.
    pub crossing: Option<String>,
    pub(crate) state: Subdivision,
    pub(crate) zone: Zone,
    /// Where it was read.
    pub sources: Vec<Source>,
}

impl Post {
    /// The state it stands in: this declaration decides territory, never a position measured.
    #[must_use]
    pub const fn state(&self) -> Subdivision {
        self.state
    }

    /// Its clock.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }
}

/// A place where cards were issued; it need not be where people cross (facts A.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuingPoint {
    /// The post, by code.
    pub post: PostCode,
    /// Of when the list is.
    pub as_of: Date,
    /// Where it was read.
    pub sources: Vec<Source>,
}

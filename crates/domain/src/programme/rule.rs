//! What a row of the programme says, in types that cannot say nonsense.

use crate::document::DocumentKind;
use core::{fmt, str::FromStr};
use jiff::civil::Date;
use paso_formats::field::StateCode;

/// A text in both languages of the programme.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// Spanish, which comes first.
    pub es: String,
    /// English.
    pub en: String,
}

/// A value somebody has read in a source, or the admission that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sourced<T> {
    /// The sources of the row state it.
    Known(T),
    /// No source was seen. It is not guessed.
    Unsourced,
}

impl<T> Sourced<T> {
    /// The value, where there is one.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unsourced => None,
        }
    }
}

/// How far a source can be trusted (the facts register's grades).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grade {
    /// Text of a law or an official summary of it.
    Law,
    /// Official statement or page.
    Official,
    /// Press.
    Press,
    /// Data or code of third parties.
    Data,
}

impl Grade {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Law => "law",
            Self::Official => "official",
            Self::Press => "press",
            Self::Data => "data",
        }
    }
}

/// Where a statement was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its tag in the register of sources, such as `A10`.
    pub tag: String,
    /// Its address.
    pub url: String,
    /// How far it can be trusted.
    pub grade: Grade,
}

/// The legal instrument a row rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Its name in Spanish, the language of the law.
    pub es: String,
    /// What it is called in English, for readers; no official name.
    pub en: Option<String>,
    /// Where it was published, such as `DOF 5558294`, where known.
    pub reference: Option<String>,
}

/// An ISO 3166-2 subdivision, such as `MX-CHP` for Chiapas.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subdivision {
    bytes: [u8; 6],
    len: u8,
}

impl Subdivision {
    /// Chiapas.
    pub const CHIAPAS: Self = Self {
        bytes: *b"MX-CHP",
        len: 6,
    };
    /// Tabasco.
    pub const TABASCO: Self = Self {
        bytes: *b"MX-TAB",
        len: 6,
    };
    /// Campeche.
    pub const CAMPECHE: Self = Self {
        bytes: *b"MX-CAM",
        len: 6,
    };
    /// Quintana Roo.
    pub const QUINTANA_ROO: Self = Self {
        bytes: *b"MX-ROO",
        len: 6,
    };
    /// Yucatán.
    pub const YUCATAN: Self = Self {
        bytes: *b"MX-YUC",
        len: 6,
    };

    /// The code: `MX-CHP`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII by construction.
        core::str::from_utf8(&self.bytes[..usize::from(self.len)]).unwrap_or_default()
    }
}

impl fmt::Display for Subdivision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Subdivision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not an ISO 3166-2 code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 3166-2 code; write MX-CHP, GT-12 or the like")]
pub struct NotASubdivision;

impl FromStr for Subdivision {
    type Err = NotASubdivision;

    fn from_str(text: &str) -> Result<Self, NotASubdivision> {
        let (country, part) = text.split_once('-').ok_or(NotASubdivision)?;
        let shaped = country.len() == 2
            && country.bytes().all(|b| b.is_ascii_uppercase())
            && (1..=3).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if !shaped {
            return Err(NotASubdivision);
        }
        let mut bytes = [0; 6];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        // Six at most, by the shape.
        Ok(Self {
            bytes,
            len: u8::try_from(text.len()).map_err(|_| NotASubdivision)?,
        })
    }
}

/// Where a card of the row is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Region {
    /// The whole of these states.
    States(Vec<Subdivision>),
    /// A belt along the border, for residents of these departments only (2008, facts A.1).
    Belt {
        /// Its depth.
        kilometres: u32,
        /// Where the holder had to live.
        residents_of: Vec<Subdivision>,
    },
    /// No source was seen.
    Unsourced,
}

/// How natural days are counted. No source says which (facts A.2), so it is data of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayCount {
    /// The day of entry is day one: three days entered on Monday end with Wednesday.
    EntryDayCounts,
    /// The day after entry is day one: three days entered on Monday end with Thursday.
    DayAfterEntry,
}

impl DayCount {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::EntryDayCounts => "entry-day-counts",
            Self::DayAfterEntry => "day-after-entry",
        }
    }
}

/// How long a person may stay after an entry: elapsed hours, natural days, or both where the
/// official texts use both for one rule (facts A.2). At least one is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    elapsed_hours: Option<u16>,
    natural_days: Option<u16>,
    counting: DayCount,
}

impl Stay {
    /// A stay of these lengths; none where neither is stated or one is zero.
    #[must_use]
    pub fn new(
        elapsed_hours: Option<u16>,
        natural_days: Option<u16>,
        counting: DayCount,
    ) -> Option<Self> {
        let stated = elapsed_hours.is_some() || natural_days.is_some();
        (stated && elapsed_hours != Some(0) && natural_days != Some(0)).then_some(Self {
            elapsed_hours,
            natural_days,
            counting,
        })
    }

    /// Hours of elapsed time from the entry.
    #[must_use]
    pub const fn elapsed_hours(&self) -> Option<u16> {
        self.elapsed_hours
    }

    /// Calendar days.
    #[must_use]
    pub const fn natural_days(&self) -> Option<u16> {
        self.natural_days
    }

    /// How the calendar days are counted.
    #[must_use]
    pub const fn counting(&self) -> DayCount {
        self.counting
    }
}

/// How long a card is good from its issuing date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardValidity {
    /// Whole years.
    pub years: u8,
    /// Whole months beside the years.
    pub months: u8,
}

/// As what a person applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applicants {
    /// Nationals of the country.
    Nationals,
    /// Foreigners permanently resident in the country.
    PermanentResidents,
}

impl Applicants {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nationals => "national",
            Self::PermanentResidents => "permanent-resident",
        }
    }
}

/// Which paper meets a demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// One of these kinds.
    OneOf(Vec<DocumentKind>),
    /// Any official identity document (practice of 2014, facts A.3).
    AnyOfficialId,
}

/// The papers asked of one group of applicants: one for each demand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentRule {
    /// As what they apply.
    pub applicants: Applicants,
    /// Nationals or residents of which countries.
    pub of: Vec<StateCode>,
    /// The demands, all of which must be met.
    pub demands: Vec<Accepted>,
}

/// Before whom a parent's permission is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Permission {
    /// Before a notary.
    Notary,
    /// Certified by a Justice of the Peace.
    JusticeOfThePeace,
}

impl Permission {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Notary, Self::JusticeOfThePeace];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Notary => "notary",
            Self::JusticeOfThePeace => "justice-of-the-peace",
        }
    }
}

/// The text is not the code of a kind of permission.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of permission; write notary or justice-of-the-peace")]
pub struct NotAPermission;

impl FromStr for Permission {
    type Err = NotAPermission;

    fn from_str(text: &str) -> Result<Self, NotAPermission> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or(NotAPermission)
    }
}

/// What a minor, or a person under guardianship, brings when not with both parents or guardians.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MinorRule {
    /// Nationals or residents of which countries.
    pub of: Vec<StateCode>,
    /// Before whom the permission is given.
    pub permission: Permission,
    /// How old, in months, the birth certificate may be; none where the rule asks for none.
    pub birth_certificate_max_months: Option<u8>,
}

/// What is needed to issue a card under a row, all of it known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueTerms {
    /// Nationals of these countries may have a card.
    pub nationalities: Vec<StateCode>,
    /// So may foreigners permanently resident in these.
    pub permanent_residents_of: Vec<StateCode>,
    /// The states the card is good for.
    pub states: Vec<Subdivision>,
    /// How long the card is good.
    pub card_validity: CardValidity,
    /// The papers asked for.
    pub documents: Vec<DocumentRule>,
    /// Whether a paper must be in force on the day of issue.
    pub documents_in_force: Sourced<bool>,
    /// What minors bring.
    pub minors: Sourced<Vec<MinorRule>>,
}

/// Whether cards can be issued under a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issue {
    /// They can.
    Terms(IssueTerms),
    /// The sources say too little, or speak of another document.
    NotHere {
        /// Why not.
        why: Text,
    },
}

/// Another instrument that says something else about the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Stable id.
    pub id: String,
    /// The other instrument.
    pub instrument: Instrument,
    /// What it says, and what is done about it.
    pub text: Text,
    /// Where it was read.
    pub sources: Vec<Source>,
}

/// A row: what held between two dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable id that cards and stays refer to.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// Its first day.
    pub valid_from: Date,
    /// Its last day; none while it is in force.
    pub valid_to: Option<Date>,
    /// What it rests on.
    pub instrument: Instrument,
    /// Where it was read.
    pub sources: Vec<Source>,
    /// Whose nationals it covers.
    pub nationalities: Sourced<Vec<StateCode>>,
    /// Whose permanent residents it covers; known and empty where the sources name nationals only.
    pub permanent_residents_of: Sourced<Vec<StateCode>>,
    /// Where it is good.
    pub region: Region,
    /// How long a stay may last.
    pub stay: Stay,
    /// How long a card is good.
    pub card_validity: Sourced<CardValidity>,
    /// Whether entry must be by land.
    pub land_entry_only: Sourced<bool>,
    /// Whether one card serves for many entries.
    pub multiple_entry: Sourced<bool>,
    /// Whether the holder may be paid for work in Mexico.
    pub paid_work: Sourced<bool>,
    /// Whether and how cards are issued.
    pub issue: Issue,
    /// Instruments that disagree.
    pub conflicts: Vec<Conflict>,
}

impl Rule {
    /// Whether the row is in force on `date`; both its days count.
    #[must_use]
    pub fn covers(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }

    /// What is needed to issue, if cards can be issued under this row.
    #[must_use]
    pub const fn terms(&self) -> Option<&IssueTerms> {
        match &self.issue {
            Issue::Terms(terms) => Some(terms),
            Issue::NotHere { .. } => None,
        }
    }

    /// The names of the fields nobody has sourced.
    #[must_use]
    pub fn unsourced(&self) -> Vec<&'static str> {
        let mut fields = Vec::new();
        let mut note = |unknown: bool, field| {
            if unknown {
                fields.push(field);
            }
        };
        note(self.nationalities.known().is_none(), "nationalities");
        note(
            self.permanent_residents_of.known().is_none(),
            "permanent-residents",
        );
        note(self.region == Region::Unsourced, "states");
        note(self.card_validity.known().is_none(), "card-validity");
        note(self.land_entry_only.known().is_none(), "land-entry-only");
        note(self.multiple_entry.known().is_none(), "multiple-entry");
        note(self.paid_work.known().is_none(), "paid-work");
        if let Some(terms) = self.terms() {
            note(
                terms.documents_in_force.known().is_none(),
                "documents-in-force",
            );
            note(terms.minors.known().is_none(), "minors");
        }
        if self.stay.natural_days().is_some() {
            // Which counting decides is unsourced for every row (facts A.2).
            note(true, "day-count");
        }
        fields
    }
}

/// What kind of note it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// Something was announced; no rule followed from it here.
    Announcement,
    /// Issuing stopped somewhere for a time.
    Suspension,
    /// An instrument changed, and its new text was not read.
    Amendment,
    /// A source that says otherwise and is not followed.
    Doubt,
    /// What was done beside the rule.
    Practice,
}

impl NoteKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Announcement => "announcement",
            Self::Suspension => "suspension",
            Self::Amendment => "amendment",
            Self::Doubt => "doubt",
            Self::Practice => "practice",
        }
    }
}

/// Something dated that states no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Stable id.
    pub id: String,
    /// What kind.
    pub kind: NoteKind,
    /// From when.
    pub from: Date,
    /// Until when; none where it stayed so or the end is unknown.
    pub to: Option<Date>,
    /// Whether the dates are rounded.
    pub approximate: bool,
    /// What happened.
    pub text: Text,
    /// Where it was read.
    pub sources: Vec<Source>,
}

impl Note {
    /// Whether it concerns `date`.
    #[must_use]
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && self.to.is_none_or(|last| date <= last)
    }
}

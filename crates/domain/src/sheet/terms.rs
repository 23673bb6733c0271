//! From when on something about paper is worth a question: dated data, and no more than a question.

use super::number::SheetKind;
use crate::dated::{Dated, DatedRows, day};
use jiff::civil::Date;
use paso_formats::moment::{DAY, MINUTE};
use serde::Deserialize;

/// A row of the file, with where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsRow {
    #[serde(deserialize_with = "day")]
    from: Date,
    custody_days: u16,
    encounter_days: u16,
    arrival_minutes: u32,
    /// Whether a source gives the figures.
    pub sourced: bool,
    /// The instrument, in the words of its language.
    pub instrument: String,
    /// Where it was read, or why these figures.
    pub source: String,
}

impl TermsRow {
    /// After how many seconds a sheet that has not come back is asked after; none where it never is.
    #[must_use]
    pub fn asked_after(&self, kind: SheetKind) -> Option<i64> {
        let days = match kind {
            SheetKind::Custody => self.custody_days,
            SheetKind::Encounter => self.encounter_days,
            SheetKind::Application | SheetKind::Crossing => return None,
        };
        Some(i64::from(days) * DAY)
    }

    /// After how many seconds an act that was carried to the hub came late.
    #[must_use]
    pub fn late_after(&self) -> i64 {
        i64::from(self.arrival_minutes) * MINUTE
    }
}

impl Dated for TermsRow {
    fn from(&self) -> Date {
        self.from
    }
}

/// A file of terms that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// Not TOML, or not these fields.
    #[error("the terms of paper: {0}")]
    Syntax(#[from] toml::de::Error),
    /// No row, or two from one day.
    #[error("the terms of paper need at least one row, and one row for each first day")]
    Rows,
}

/// All rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms(DatedRows<TermsRow>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    row: Vec<TermsRow>,
}

impl Terms {
    /// The terms compiled in from `programs/paper.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn shipped() -> Result<Self, TermsError> {
        Self::load(include_str!("../../../../programs/paper.toml"))
    }

    /// Terms from the text of a file.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn load(text: &str) -> Result<Self, TermsError> {
        let File { row: rows } = toml::from_str(text)?;
        DatedRows::new(rows).map(Self).ok_or(TermsError::Rows)
    }

    /// The row of a day: the newest that had begun, or the first there is.
    #[must_use]
    pub fn on(&self, day: Date) -> &TermsRow {
        self.0.on(day)
    }
}

//! By when a contradiction is to be settled: dated data. What is late is shown to internal control,
//! and nothing else follows.

use super::Which;
use crate::dated::{Dated, DatedRows, day};
use jiff::civil::Date;
use paso_formats::moment::{DAY, Moment};
use serde::Deserialize;

/// A row of the file, with where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsRow {
    #[serde(deserialize_with = "day")]
    from: Date,
    days: u16,
    key_days: u16,
    /// Whether a source gives the figures.
    pub sourced: bool,
    /// The instrument, in the words of its language.
    pub instrument: String,
    /// Where it was read, or why these figures.
    pub source: String,
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
    #[error("the terms of contradictions: {0}")]
    Syntax(#[from] toml::de::Error),
    /// No row, two from one day, or a term of no day.
    #[error(
        "the terms of contradictions need at least one row, one row for each first day, and at least \
         one day in each"
    )]
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
    /// The terms compiled in from `programs/contradictions.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn shipped() -> Result<Self, TermsError> {
        Self::load(include_str!("../../../../programs/contradictions.toml"))
    }

    /// Terms from the text of a file.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn load(text: &str) -> Result<Self, TermsError> {
        let File { row: rows } = toml::from_str(text)?;
        if rows.iter().any(|row| row.days == 0 || row.key_days == 0) {
            return Err(TermsError::Rows);
        }
        DatedRows::new(rows).map(Self).ok_or(TermsError::Rows)
    }

    /// By when one is due that has been there since a moment: by the row of that day, or the first
    /// there is.
    #[must_use]
    pub fn due(&self, which: Which, since: Moment) -> Moment {
        let day = jiff::tz::TimeZone::UTC
            .to_datetime(since.timestamp())
            .date();
        let row = self.0.on(day);
        let days = if which.concerns_control() {
            row.key_days
        } else {
            row.days
        };
        since.plus(i64::from(days) * DAY)
    }
}

//! For how long a phone's key counts: dated data, and a bound that no file can exceed.

use crate::dated::{Dated, DatedRows, day};
use jiff::civil::Date;
use paso_formats::moment::HOUR;
use serde::Deserialize;

/// The longest shift that a file can give, in hours. A key that counts for longer is no shift's any
/// more, and whoever unlocks a lost phone signs with it for so long.
pub const LONGEST_SHIFT_HOURS: u8 = 24;

/// A row of the file, with where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftLength {
    #[serde(deserialize_with = "day")]
    from: Date,
    shift_hours: u8,
    /// Whether a source gives the figure.
    pub sourced: bool,
    /// The instrument, in the words of its language.
    pub instrument: String,
    /// Where it was read, or why this figure.
    pub source: String,
}

impl ShiftLength {
    /// How many seconds a shift lasts.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        i64::from(self.shift_hours) * HOUR
    }

    /// The same in hours, as people say it.
    #[must_use]
    pub const fn hours(&self) -> u8 {
        self.shift_hours
    }
}

impl Dated for ShiftLength {
    fn from(&self) -> Date {
        self.from
    }
}

/// A file of shift lengths that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ShiftLengthError {
    /// Not TOML, or not these fields.
    #[error("the lengths of shifts: {0}")]
    Syntax(#[from] toml::de::Error),
    /// No row, or two from one day.
    #[error("the lengths of shifts need at least one row, and one row for each first day")]
    Rows,
    /// No hour, or more than a day.
    #[error("a shift of {0} hours: write `shift_hours` from 1 to {LONGEST_SHIFT_HOURS}")]
    Hours(u8),
}

/// All rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftLengths(DatedRows<ShiftLength>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    row: Vec<ShiftLength>,
}

impl ShiftLengths {
    /// The lengths compiled in from `programs/phone.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn shipped() -> Result<Self, ShiftLengthError> {
        Self::load(include_str!("../../../../programs/phone.toml"))
    }

    /// Lengths from the text of a file.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn load(text: &str) -> Result<Self, ShiftLengthError> {
        let File { row: rows } = toml::from_str(text)?;
        let allowed = 1..=LONGEST_SHIFT_HOURS;
        if let Some(row) = rows.iter().find(|row| !allowed.contains(&row.shift_hours)) {
            return Err(ShiftLengthError::Hours(row.shift_hours));
        }
        DatedRows::new(rows).map(Self).ok_or(ShiftLengthError::Rows)
    }

    /// The row of a day: the newest that had begun, or the first there is.
    #[must_use]
    pub fn on(&self, day: Date) -> &ShiftLength {
        self.0.on(day)
    }
}

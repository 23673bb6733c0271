//! How long a post's sign holds, and how often its screen shows the next: dated data.

use crate::dated::{Dated, DatedRows, day};
use jiff::civil::Date;
use paso_formats::{moment::MINUTE, placard::LONGEST_SECONDS};
use serde::Deserialize;

/// A row of the file, with where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TermsRow {
    #[serde(deserialize_with = "day")]
    from: Date,
    holds_minutes: u16,
    renews_seconds: u16,
    /// Whether a source gives the figures.
    pub sourced: bool,
    /// Where it was read, or why these figures.
    pub source: String,
}

impl TermsRow {
    /// For how many seconds a sign holds.
    #[must_use]
    pub fn holds(&self) -> i64 {
        i64::from(self.holds_minutes) * MINUTE
    }

    /// After how many seconds the screen shows the next.
    #[must_use]
    pub const fn renews(&self) -> u16 {
        self.renews_seconds
    }

    /// Whether a screen always shows one that holds, and none holds longer than any may.
    fn is_possible(&self) -> bool {
        self.renews_seconds > 0
            && i64::from(self.renews_seconds) < self.holds()
            && self.holds() <= LONGEST_SECONDS
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
    #[error("the terms of signs: {0}")]
    Syntax(#[from] toml::de::Error),
    /// No row, or two from one day.
    #[error("the terms of signs need at least one row, and one row for each first day")]
    Rows,
    /// A row whose screen would show what has ended, or whose signs would hold too long.
    #[error(
        "the terms of signs from {0}: a sign holds longer than until the next and at the most an hour; correct them"
    )]
    Impossible(Date),
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
    /// The terms compiled in from `programs/placard.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn shipped() -> Result<Self, TermsError> {
        Self::load(include_str!("../../../programs/placard.toml"))
    }

    /// Terms from the text of a file.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn load(text: &str) -> Result<Self, TermsError> {
        let File { row: rows } = toml::from_str(text)?;
        if let Some(row) = rows.iter().find(|row| !row.is_possible()) {
            return Err(TermsError::Impossible(row.from));
        }
        DatedRows::new(rows).map(Self).ok_or(TermsError::Rows)
    }

    /// The row of a day: the newest that had begun, or the first there is.
    #[must_use]
    pub fn on(&self, day: Date) -> &TermsRow {
        self.0.on(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(from: &str, holds: u16, renews: u16) -> String {
        format!(
            "[[row]]\nfrom = {from}\nholds_minutes = {holds}\nrenews_seconds = {renews}\nsourced = false\nsource = \"\"\n"
        )
    }

    #[test]
    fn the_row_of_a_day() {
        let text = row("2020-01-01", 5, 60) + &row("2014-07-07", 10, 120);
        let terms = Terms::load(&text).unwrap();
        for (day, holds) in [
            ("2013-01-01", 600),
            ("2014-07-07", 600),
            ("2019-12-31", 600),
            ("2020-01-01", 300),
        ] {
            assert_eq!(terms.on(day.parse().unwrap()).holds(), holds, "{day}");
        }
    }

    #[test]
    fn a_screen_never_shows_what_has_ended() {
        for (holds, renews) in [(10, 0), (10, 600), (1, 61), (61, 60), (0, 1)] {
            let refused = Terms::load(&row("2014-07-07", holds, renews));
            let impossible = matches!(refused, Err(TermsError::Impossible(_)));
            assert!(impossible, "{holds} {renews}");
        }
        assert!(Terms::load(&row("2014-07-07", 60, 3599)).is_ok());
        assert!(matches!(Terms::load("row = []"), Err(TermsError::Rows)));
        let twice = row("2014-07-07", 10, 60) + &row("2014-07-07", 10, 60);
        assert!(matches!(Terms::load(&twice), Err(TermsError::Rows)));
        assert!(Terms::shipped().is_ok());
    }
}

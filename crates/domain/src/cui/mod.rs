//! Guatemala's personal code (CUI): thirteen digits, given at birth, never changed (facts E.1).
//!
//! RENAP publishes no formula; the check digit is what community validators agree on, and their
//! usual table of municipalities is out of date and turns real people away. So a code that looks
//! wrong gives warnings and is never refused, and one that looks right proves nothing about the
//! person. A child has a CUI but no DPI, which is issued from 18.

use core::{fmt, str::FromStr};
use serde::Deserialize;

/// How many departments Guatemala has.
pub const DEPARTMENTS: usize = 22;

/// Thirteen digits: eight given, a check digit, two for the department and two for the municipality
/// of birth (for naturalised people and residents: of registration).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cui([u8; 13]);

/// The text has not thirteen digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not thirteen digits; a CUI is written like 1234 56789 0101")]
pub struct NotThirteenDigits;

impl FromStr for Cui {
    type Err = NotThirteenDigits;

    fn from_str(text: &str) -> Result<Self, NotThirteenDigits> {
        let mut digits = [0; 13];
        let mut found = 0;
        for c in text.chars() {
            match c.to_digit(10) {
                Some(digit) => {
                    let place = digits.get_mut(found).ok_or(NotThirteenDigits)?;
                    // A decimal digit fits a byte.
                    *place = u8::try_from(digit).map_err(|_| NotThirteenDigits)?;
                    found += 1;
                }
                None if c.is_whitespace() || c == '-' => {}
                None => return Err(NotThirteenDigits),
            }
        }
        if found == digits.len() {
            Ok(Self(digits))
        } else {
            Err(NotThirteenDigits)
        }
    }
}

/// As on the DPI: `1234 56789 0101`.
impl fmt::Display for Cui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digit) in self.0.iter().enumerate() {
            if at == 4 || at == 9 {
                f.write_str(" ")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Cui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Cui {
    /// The thirteen digits without spaces, as they are stored and compared.
    #[must_use]
    pub fn digits(&self) -> String {
        self.0
            .iter()
            .map(|digit| char::from(b'0' + digit))
            .collect()
    }

    /// The ninth digit.
    #[must_use]
    pub const fn check_digit(&self) -> u8 {
        self.0[8]
    }

    /// The check digit that the first eight ask for: weights 2 to 9, modulo eleven. None where the
    /// remainder is ten, which is never issued.
    #[must_use]
    pub fn expected_check_digit(&self) -> Option<u8> {
        let sum: u16 = self.0[..8]
            .iter()
            .zip(2..)
            .map(|(digit, weight)| u16::from(*digit) * weight)
            .sum();
        u8::try_from(sum % 11).ok().filter(|digit| *digit < 10)
    }

    /// The department of birth or registration; 1 to 22 exist.
    #[must_use]
    pub const fn department(&self) -> u8 {
        self.0[9] * 10 + self.0[10]
    }

    /// The municipality within the department, counted from 1.
    #[must_use]
    pub const fn municipality(&self) -> u8 {
        self.0[11] * 10 + self.0[12]
    }
}

/// What to look at again. None of these refuses anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CuiWarning {
    /// The text has not thirteen digits.
    NotThirteenDigits,
    /// The check digit does not agree with the first eight.
    CheckDigit {
        /// The ninth digit as written.
        found: u8,
        /// What the first eight ask for; none where no code with them was ever issued.
        expected: Option<u8>,
    },
    /// There is no such department.
    UnknownDepartment {
        /// As written.
        department: u8,
    },
    /// The department had not so many municipalities when the newest table was made.
    UnknownMunicipality {
        /// The department.
        department: u8,
        /// The municipality as written.
        municipality: u8,
        /// How many the newest table counts.
        known: u8,
    },
}

impl CuiWarning {
    /// The stable code, which pages translate.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotThirteenDigits => "cui-not-thirteen-digits",
            Self::CheckDigit { .. } => "cui-check-digit",
            Self::UnknownDepartment { .. } => "cui-unknown-department",
            Self::UnknownMunicipality { .. } => "cui-unknown-municipality",
        }
    }
}

/// What a text typed into the field for the CUI gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CuiReading {
    /// The code, where there are thirteen digits.
    pub cui: Option<Cui>,
    /// What was written, kept whatever it is.
    pub as_written: String,
    /// What to look at again.
    pub warnings: Vec<CuiWarning>,
}

/// Reads a CUI as written, with warnings; it is never refused.
#[must_use]
pub fn read(text: &str, municipalities: &Municipalities) -> CuiReading {
    let as_written = text.trim().to_owned();
    let Ok(cui) = text.parse::<Cui>() else {
        return CuiReading {
            cui: None,
            as_written,
            warnings: vec![CuiWarning::NotThirteenDigits],
        };
    };
    let mut warnings = Vec::new();
    let (found, expected) = (cui.check_digit(), cui.expected_check_digit());
    if expected != Some(found) {
        warnings.push(CuiWarning::CheckDigit { found, expected });
    }
    let (department, municipality) = (cui.department(), cui.municipality());
    match municipalities.most(department) {
        None => warnings.push(CuiWarning::UnknownDepartment { department }),
        Some(known) if municipality == 0 || municipality > known => {
            warnings.push(CuiWarning::UnknownMunicipality {
                department,
                municipality,
                known,
            });
        }
        Some(_) => {}
    }
    CuiReading {
        cui: Some(cui),
        as_written,
        warnings,
    }
}

/// How many municipalities each department had, table by table, oldest first.
///
/// New municipalities only add numbers, so a code is looked up in all tables at once: it keeps the
/// municipality of birth for life, and a table is always older than the newest baby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipalities {
    departments: [String; DEPARTMENTS],
    tables: Vec<MunicipalityTable>,
}

/// One table of counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MunicipalityTable {
    /// Stable id.
    pub id: String,
    /// When it was true, as far as known; free text, since no source dates it to a day.
    pub dated: String,
    /// Municipalities of each department, in the order of their numbers.
    pub counts: [u8; DEPARTMENTS],
    /// Where it was read.
    pub sources: Vec<String>,
}

impl MunicipalityTable {
    /// All municipalities of the country.
    #[must_use]
    pub fn total(&self) -> u16 {
        self.counts.iter().map(|count| u16::from(*count)).sum()
    }
}

/// A table of municipalities that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MunicipalitiesError {
    /// Not TOML, or not these keys; the message has line and column.
    #[error("the table of municipalities cannot be read: {0}")]
    Syntax(String),
    /// There is no table.
    #[error("the file of municipalities has no [[table]]; it needs one at least")]
    NoTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    departments: [String; DEPARTMENTS],
    table: Vec<RawTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    id: String,
    dated: String,
    counts: [u8; DEPARTMENTS],
    sources: Vec<String>,
}

impl Municipalities {
    /// The tables compiled in from `programs/guatemala.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn guatemala() -> Result<Self, MunicipalitiesError> {
        Self::load(include_str!("../../../../programs/guatemala.toml"))
    }

    /// Tables from the text of a file.
    ///
    /// # Errors
    /// What cannot be read, with line and column.
    pub fn load(text: &str) -> Result<Self, MunicipalitiesError> {
        let file: RawFile =
            toml::from_str(text).map_err(|e| MunicipalitiesError::Syntax(e.to_string()))?;
        if file.table.is_empty() {
            return Err(MunicipalitiesError::NoTable);
        }
        let table = |raw: RawTable| MunicipalityTable {
            id: raw.id,
            dated: raw.dated,
            counts: raw.counts,
            sources: raw.sources,
        };
        Ok(Self {
            departments: file.departments,
            tables: file.table.into_iter().map(table).collect(),
        })
    }

    /// The tables, oldest first.
    #[must_use]
    pub fn tables(&self) -> &[MunicipalityTable] {
        &self.tables
    }

    /// The name of a department by its number, 1 to 22.
    #[must_use]
    pub fn department(&self, number: u8) -> Option<&str> {
        let at = usize::from(number).checked_sub(1)?;
        self.departments.get(at).map(String::as_str)
    }

    /// The most municipalities any table counts in a department; none for no department.
    #[must_use]
    pub fn most(&self, department: u8) -> Option<u8> {
        let at = usize::from(department).checked_sub(1)?;
        self.tables
            .iter()
            .filter_map(|table| table.counts.get(at).copied())
            .max()
    }
}

#[cfg(test)]
mod tests;

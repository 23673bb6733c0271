//! Machine readable zones: TD1 (identity cards), TD2 and TD3 (passports), read and written.
//!
//! Read from what was typed, pasted or scanned; every check digit is checked and named when it
//! fails, so that the officer knows which field to look at. The name line has no check digit
//! (facts E.3), so a name is always compared by eye. Written for tests and demonstrations only:
//! Paso issues no travel documents.
//!
//! What the check digits catch: any one digit read as another, and any one character read as one
//! whose value differs modulo ten, in the number, the dates and the optional data. They miss
//! characters of equal value modulo ten (`A`, `K`, `U` and `<` are all 0), and they do not cover the
//! name, the nationality, the sex or the issuing state.

mod check;
mod date;
mod encode;
mod parse;

pub use encode::EncodeError;
pub use parse::{MrzError, parse};

use crate::{
    field::{BirthDate, Sex, StateCode},
    name::PersonName,
};
use core::fmt;

/// The size of a document, which fixes the lines of its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Three lines of 30: identity cards (Doc 9303-5).
    Td1,
    /// Two lines of 36 (Doc 9303-6).
    Td2,
    /// Two lines of 44: passports (Doc 9303-4).
    Td3,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Td1, Self::Td2, Self::Td3];

    /// How many lines.
    #[must_use]
    pub const fn lines(self) -> usize {
        match self {
            Self::Td1 => 3,
            Self::Td2 | Self::Td3 => 2,
        }
    }

    /// Characters in each line.
    #[must_use]
    pub const fn width(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 => 36,
            Self::Td3 => 44,
        }
    }

    /// Characters in the name field.
    #[must_use]
    pub const fn name_len(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 => 31,
            Self::Td3 => 39,
        }
    }

    /// `TD1`, `TD2` or `TD3`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::Td3 => "TD3",
        }
    }
}

/// A field of the zone, as errors name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Kind of document, such as `P` or `I`.
    DocumentCode,
    /// State or organisation that issued it.
    Issuer,
    /// Number of the document.
    DocumentNumber,
    /// Surnames and given names.
    Name,
    /// Nationality.
    Nationality,
    /// Date of birth.
    BirthDate,
    /// Sex.
    Sex,
    /// Last day of the document.
    ExpiryDate,
    /// What the issuer put besides.
    OptionalData,
    /// Its second part on a TD1.
    OptionalData2,
    /// The check digit over several fields.
    Composite,
}

impl Field {
    /// The stable code, which pages translate.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DocumentCode => "document-code",
            Self::Issuer => "issuer",
            Self::DocumentNumber => "document-number",
            Self::Name => "name",
            Self::Nationality => "nationality",
            Self::BirthDate => "birth-date",
            Self::Sex => "sex",
            Self::ExpiryDate => "expiry-date",
            Self::OptionalData => "optional-data",
            Self::OptionalData2 => "optional-data-2",
            Self::Composite => "composite",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DocumentCode => "document code",
            Self::Issuer => "issuing state",
            Self::DocumentNumber => "document number",
            Self::Name => "name",
            Self::Nationality => "nationality",
            Self::BirthDate => "date of birth",
            Self::Sex => "sex",
            Self::ExpiryDate => "expiry date",
            Self::OptionalData => "optional data",
            Self::OptionalData2 => "second optional data",
            Self::Composite => "last check digit, over several fields",
        })
    }
}

/// What a machine readable zone says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mrz {
    /// The size of the document.
    pub format: Format,
    /// One or two letters; a passport's begin with `P`.
    pub document_code: String,
    /// Who issued it.
    pub issuer: StateCode,
    /// Its number without fillers; a filler inside it reads as a space.
    pub number: String,
    /// The name, transliterated by the issuer and perhaps shortened; see [`Mrz::name_cut`].
    pub name: PersonName,
    /// Whether the name fills its field, which is how a shortened name shows
    /// (Doc 9303-4 §4.2.3).
    pub name_cut: bool,
    /// Nationality.
    pub nationality: StateCode,
    /// Date of birth as far as stated; none where even the year is unknown.
    pub birth: Option<BirthDate>,
    /// Sex.
    pub sex: Sex,
    /// Last day of the document, where it states one.
    pub expires: Option<jiff::civil::Date>,
    /// Optional data without outer fillers; a filler inside reads as a space.
    pub optional: String,
    /// The second optional data of a TD1; empty elsewhere.
    pub optional_2: String,
}

impl Mrz {
    /// Thirteen digits in the optional data of a Guatemalan document, to offer as a CUI.
    ///
    /// Which field of a DPI carries the CUI is unsourced (facts E.3), so this is a suggestion for
    /// the officer to compare with the printed number, never a reading.
    #[must_use]
    pub fn cui_suggestion(&self) -> Option<String> {
        if self.issuer != StateCode::GTM {
            return None;
        }
        [&self.optional, &self.optional_2]
            .into_iter()
            .find_map(|data| {
                let digits: String = data.chars().filter(|c| *c != ' ').collect();
                (digits.len() == 13 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
            })
    }
}

//! Small facts about a holder that travel in cards, machine readable zones and journals alike.

use core::{fmt, str::FromStr};

/// Sex as a travel document states it (Doc 9303-4 §4.2.2.2 and claim 169 attribute 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// `F` in a machine readable zone, 2 in claim 169.
    Female,
    /// `M` in a machine readable zone, 1 in claim 169.
    Male,
    /// `X` or `<` in a machine readable zone, 3 in claim 169.
    Unspecified,
}

impl Sex {
    /// The letter printed on documents: `F`, `M` or `X`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Female => 'F',
            Self::Male => 'M',
            Self::Unspecified => 'X',
        }
    }

    /// The reading of a document's letter; `<` counts as unspecified.
    #[must_use]
    pub const fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'F' => Some(Self::Female),
            'M' => Some(Self::Male),
            'X' | '<' => Some(Self::Unspecified),
            _ => None,
        }
    }

    /// Claim 169 attribute 9: 1 male, 2 female, 3 other.
    #[must_use]
    pub const fn claim_169(self) -> u8 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
            Self::Unspecified => 3,
        }
    }

    /// The reading of claim 169 attribute 9.
    #[must_use]
    pub const fn from_claim_169(value: u64) -> Option<Self> {
        match value {
            1 => Some(Self::Male),
            2 => Some(Self::Female),
            3 => Some(Self::Unspecified),
            _ => None,
        }
    }
}

/// A three-letter state or organisation code of Doc 9303-3 §5: ISO 3166-1 alpha-3 and its
/// extensions (`UNO`, `XXA` for stateless persons, `D` written `D<<`). Which codes a rule accepts
/// is data; here only the shape is checked, so that a document of any issuer can be recorded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateCode([u8; 3]);

impl StateCode {
    /// Mexico.
    pub const MEX: Self = Self(*b"MEX");
    /// Guatemala.
    pub const GTM: Self = Self(*b"GTM");
    /// Belize.
    pub const BLZ: Self = Self(*b"BLZ");
    /// El Salvador.
    pub const SLV: Self = Self(*b"SLV");
    /// Honduras.
    pub const HND: Self = Self(*b"HND");

    /// The code without fillers: `GTM`, `D`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let len = self.0.iter().position(|b| *b == b'<').unwrap_or(3);
        // The bytes are ASCII letters by construction.
        core::str::from_utf8(&self.0[..len]).unwrap_or_default()
    }
}

impl fmt::Display for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for StateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is not a three-letter state code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state code; write the three letters of the document, such as GTM or BLZ")]
pub struct NotAStateCode;

impl FromStr for StateCode {
    type Err = NotAStateCode;

    fn from_str(text: &str) -> Result<Self, NotAStateCode> {
        let trimmed = text.trim_end_matches('<');
        if trimmed.is_empty()
            || trimmed.len() > 3
            || !trimmed.bytes().all(|b| b.is_ascii_uppercase())
        {
            return Err(NotAStateCode);
        }
        let mut code = *b"<<<";
        code[..trimmed.len()].copy_from_slice(trimmed.as_bytes());
        Ok(Self(code))
    }
}

/// A date of birth as far as it is known: a year, a month of a year, or a day.
///
/// Documents exist that leave the day or the month open (Doc 9303-3 §4.8 fills them with `<<`),
/// and a person without papers may know only a year. What is unknown stays unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BirthDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

impl BirthDate {
    /// A full date.
    #[must_use]
    pub fn full(date: jiff::civil::Date) -> Self {
        Self {
            year: date.year(),
            month: Some(date.month()),
            day: Some(date.day()),
        }
    }

    /// A date of which the day, or day and month, may be unknown.
    ///
    /// # Errors
    /// When the parts name no date of the calendar, or a day without a month.
    pub fn partial(year: i16, month: Option<i8>, day: Option<i8>) -> Result<Self, NotABirthDate> {
        if !(1..=9999).contains(&year) || (day.is_some() && month.is_none()) {
            return Err(NotABirthDate);
        }
        jiff::civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1))
            .map_err(|_| NotABirthDate)?;
        Ok(Self { year, month, day })
    }

    /// Year of birth.
    #[must_use]
    pub const fn year(self) -> i16 {
        self.year
    }

    /// Month of birth, 1 to 12, where known.
    #[must_use]
    pub const fn month(self) -> Option<i8> {
        self.month
    }

    /// Day of the month, where known.
    #[must_use]
    pub const fn day(self) -> Option<i8> {
        self.day
    }

    /// The first day that may be the birthday.
    #[must_use]
    pub fn earliest(self) -> jiff::civil::Date {
        // The parts were checked by `partial` or came from a date.
        jiff::civil::Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
            .unwrap_or(jiff::civil::Date::MIN)
    }

    /// The last day that may be the birthday. Doubt about age means child (issue D's rule and
    /// facts C), so ages are counted from here.
    #[must_use]
    pub fn latest(self) -> jiff::civil::Date {
        match (self.month, self.day) {
            (Some(_), Some(_)) => self.earliest(),
            (Some(_), None) => self.earliest().last_of_month(),
            _ => self.earliest().last_of_year(),
        }
    }
}

/// `2001-02-29`, `2001-02` or `2001`: as much as is known.
impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// The text is not a date of birth.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date of birth; write 1990-05-31, or 1990-05 or 1990 when the rest is unknown")]
pub struct NotABirthDate;

impl FromStr for BirthDate {
    type Err = NotABirthDate;

    fn from_str(text: &str) -> Result<Self, NotABirthDate> {
        let mut parts = text.trim().split('-');
        let year = number(parts.next(), 4)?.ok_or(NotABirthDate)?;
        let month = number(parts.next(), 2)?;
        let day = number(parts.next(), 2)?;
        if parts.next().is_some() {
            return Err(NotABirthDate);
        }
        // Two digits always fit an i8.
        Self::partial(
            year,
            month.and_then(|m| m.try_into().ok()),
            day.and_then(|d| d.try_into().ok()),
        )
    }
}

fn number(part: Option<&str>, digits: usize) -> Result<Option<i16>, NotABirthDate> {
    let Some(part) = part else { return Ok(None) };
    if part.len() != digits || !part.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotABirthDate);
    }
    part.parse().map(Some).map_err(|_| NotABirthDate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birth_dates_keep_what_is_known() {
        for text in ["2000-02-29", "1950-07", "1950"] {
            assert_eq!(text.parse::<BirthDate>().unwrap().to_string(), text);
        }
        let may: BirthDate = "2001-05".parse().unwrap();
        assert_eq!(may.earliest().to_string(), "2001-05-01");
        assert_eq!(may.latest().to_string(), "2001-05-31");
        assert_eq!(
            "1950".parse::<BirthDate>().unwrap().latest().to_string(),
            "1950-12-31"
        );
        for text in [
            "",
            "50",
            "2001-02-29",
            "2001-13",
            "2001-1-1",
            "2001-01-01-01",
            "+001",
            "0000",
        ] {
            assert_eq!(text.parse::<BirthDate>(), Err(NotABirthDate), "{text}");
        }
    }

    #[test]
    fn state_codes_have_one_to_three_letters() {
        assert_eq!("GTM".parse::<StateCode>().unwrap(), StateCode::GTM);
        assert_eq!("D<<".parse::<StateCode>().unwrap().as_str(), "D");
        for text in ["", "<<<", "gtm", "GT1", "GTMX", "G<M"] {
            assert!(text.parse::<StateCode>().is_err(), "{text}");
        }
    }
}

//! Zones of fictional documents, for tests and demonstrations.

use super::{Field, Format, Mrz, check, date};
use crate::field::{Sex, StateCode};

/// What the zone has no room or no character for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Too long for its field.
    #[error("the {field} is too long for a {} zone", format.code())]
    TooLong {
        /// The field.
        field: Field,
        /// The format.
        format: Format,
    },
    /// Empty where the zone needs something, or with characters other than letters, digits and
    /// spaces.
    #[error("the {0} needs letters and digits A to Z and 0 to 9")]
    Characters(Field),
}

impl Mrz {
    /// The lines of the zone, with every check digit right. A name too long is shortened
    /// ([`crate::name::PersonName::for_mrz`]).
    ///
    /// # Errors
    /// When a field does not fit, or has a character that no zone has.
    pub fn encode(&self) -> Result<Vec<String>, EncodeError> {
        let code = self.fill(Field::DocumentCode, &self.document_code, 2)?;
        if !code.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Err(EncodeError::Characters(Field::DocumentCode));
        }
        if !self.name.has_letter() {
            return Err(EncodeError::Characters(Field::Name));
        }
        let head = code + &state(self.issuer);
        let name = self.name.for_mrz(self.format.name_len());
        let birth = with_check(&date::encode_birth(self.birth));
        let sex = if self.sex == Sex::Unspecified {
            '<'
        } else {
            self.sex.letter()
        };
        let expiry = with_check(&date::encode_expiry(self.expires));
        let nationality = state(self.nationality);
        match self.format {
            Format::Td1 => {
                let first = head + &self.number_then_optional(15)?;
                let tail = self.fill(Field::OptionalData2, &self.optional_2, 11)?;
                let covered = format!("{}{birth}{expiry}{tail}", &first[5..]);
                let check = check::digit(covered.as_bytes());
                let second = format!("{birth}{sex}{expiry}{nationality}{tail}{check}");
                Ok(vec![first, second, name])
            }
            Format::Td2 => {
                let number = self.number_then_optional(7)?;
                let (number, optional) = number.split_at(10);
                let covered = format!("{number}{birth}{expiry}{optional}");
                let check = check::digit(covered.as_bytes());
                let second = format!("{number}{nationality}{birth}{sex}{expiry}{optional}{check}");
                Ok(vec![head + &name, second])
            }
            Format::Td3 => {
                let number = with_check(&self.number_field(9)?);
                let optional = with_check(&self.fill(Field::OptionalData, &self.optional, 14)?);
                let covered = format!("{number}{birth}{expiry}{optional}");
                let check = check::digit(covered.as_bytes());
                let second = format!("{number}{nationality}{birth}{sex}{expiry}{optional}{check}");
                Ok(vec![head + &name, second])
            }
        }
    }

    /// Number, check digit and `room` characters of optional data, into which a long number runs.
    fn number_then_optional(&self, room: usize) -> Result<String, EncodeError> {
        let number = filled(Field::DocumentNumber, &self.number)?;
        let Some((head, tail)) = number
            .split_at_checked(9)
            .filter(|(_, tail)| !tail.is_empty())
        else {
            let optional = self.fill(Field::OptionalData, &self.optional, room)?;
            return Ok(with_check(&self.number_field(9)?) + &optional);
        };
        // A filler inside the rest would end the number too soon.
        if tail.contains('<') {
            return Err(EncodeError::Characters(Field::DocumentNumber));
        }
        let check = check::digit(number.as_bytes());
        let used = tail.len() + 2;
        let too_long = EncodeError::TooLong {
            field: Field::DocumentNumber,
            format: self.format,
        };
        // One filler parts the number from the rest, unless nothing else follows.
        if used > room + usize::from(self.optional.is_empty()) {
            return Err(too_long);
        }
        let rest = self.fill(
            Field::OptionalData,
            &self.optional,
            room.saturating_sub(used),
        )?;
        let mut field = format!("{head}<{tail}{check}<{rest}");
        field.truncate(10 + room);
        Ok(field)
    }

    fn number_field(&self, len: usize) -> Result<String, EncodeError> {
        if self.number.trim().is_empty() {
            return Err(EncodeError::Characters(Field::DocumentNumber));
        }
        self.fill(Field::DocumentNumber, &self.number, len)
    }

    fn fill(&self, field: Field, text: &str, len: usize) -> Result<String, EncodeError> {
        let mut text = filled(field, text)?;
        if text.len() > len {
            return Err(EncodeError::TooLong {
                field,
                format: self.format,
            });
        }
        text.extend(core::iter::repeat_n('<', len - text.len()));
        Ok(text)
    }
}

/// Spaces as fillers; nothing else than `A` to `Z` and digits beside.
fn filled(field: Field, text: &str) -> Result<String, EncodeError> {
    text.trim()
        .bytes()
        .map(|byte| match byte {
            b' ' => Ok('<'),
            b'A'..=b'Z' | b'0'..=b'9' => Ok(char::from(byte)),
            _ => Err(EncodeError::Characters(field)),
        })
        .collect()
}

fn with_check(field: &str) -> String {
    let check = check::digit(field.as_bytes());
    format!("{field}{check}")
}

fn state(code: StateCode) -> String {
    format!("{:<<3}", code.as_str())
}

//! From pasted or scanned text to what the zone says.

use super::{Field, Format, Mrz, check, date};
use crate::{
    field::{Sex, StateCode},
    name::PersonName,
};
use jiff::civil::Date;

/// Why a text was not read as a machine readable zone, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    /// There is nothing to read.
    #[error("nothing to read; scan or paste the lines with the < signs at the foot of the page")]
    Empty,
    /// The lines together have another length than any zone.
    #[error(
        "{found} characters; expected 90 (identity card), 72 or 88 (passport). Scan again, all lines"
    )]
    Length {
        /// Characters found, without spaces.
        found: usize,
    },
    /// One line is too short or too long.
    #[error("line {line} has {found} characters; expected {expected}. Scan or type it again")]
    LineLength {
        /// Which line, from 1.
        line: usize,
        /// Characters found, without spaces.
        found: usize,
        /// Characters expected.
        expected: usize,
    },
    /// A character that stands in no zone, or not in this field.
    #[error("line {line}, position {position}: {found:?} cannot stand here; look at the document")]
    Character {
        /// Which line, from 1.
        line: usize,
        /// Where in it, from 1.
        position: usize,
        /// What was found.
        found: char,
    },
    /// The zone of a visa (its first letter is `V`), which is no travel document.
    #[error("this is the zone of a visa; scan the passport, and type the visa by hand")]
    VisaZone,
    /// A check digit does not agree with its field.
    #[error("check digit of the {field}: {found:?}, expected {expected:?}. Compare that field")]
    CheckDigit {
        /// The field it covers.
        field: Field,
        /// The character that stands there.
        found: char,
        /// The digit that the field as read asks for.
        expected: char,
    },
    /// A field whose check digit agrees still says nothing that can be.
    #[error("the {field} reads {found}, which cannot be; type it by hand from the document")]
    Value {
        /// The field.
        field: Field,
        /// What it says.
        found: String,
    },
}

impl MrzError {
    /// The stable code, which pages translate.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "mrz-empty",
            Self::Length { .. } => "mrz-length",
            Self::LineLength { .. } => "mrz-line-length",
            Self::Character { .. } => "mrz-character",
            Self::VisaZone => "mrz-visa",
            Self::CheckDigit { .. } => "mrz-check-digit",
            Self::Value { .. } => "mrz-value",
        }
    }

    /// The field to look at, where one is known.
    #[must_use]
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::CheckDigit { field, .. } | Self::Value { field, .. } => Some(*field),
            _ => None,
        }
    }
}

/// Reads a zone.
///
/// Spaces, line breaks and the control characters that scanners send are passed over; small letters
/// are read as capitals; one line of 90, 72 or 88 characters is as good as three or two. `today`
/// decides the century of two-digit years: a birth is never after it, an expiry lies between 69
/// years before and 30 after.
///
/// # Errors
/// The first thing that is wrong, in the order an officer can check it: lengths, characters, check
/// digits from left to right, values.
pub fn parse(text: &str, today: Date) -> Result<Mrz, MrzError> {
    let lines = lines(text);
    let format = format(&lines)?;
    let zone = Zone::of(&lines, format)?;
    let layout = Layout::of(format);
    let (number, optional) = zone.number_and_optional(layout)?;
    zone.check(Field::BirthDate, layout.birth)?;
    zone.check(Field::ExpiryDate, layout.expiry)?;
    if format == Format::Td3 {
        zone.check_optional(layout.optional)?;
    }
    zone.check_composite(layout)?;
    zone.read(layout, number, optional, today)
}

/// The lines with something in them, as capitals without spaces and control characters.
fn lines(text: &str) -> Vec<Vec<char>> {
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}'])
        .map(|line| {
            line.chars()
                .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{feff}')
                // What word processors and phones make of fillers.
                .flat_map(|c| match c {
                    '«' | '≪' => ['<', '<'].into_iter().take(2),
                    '‹' | '＜' => ['<', '<'].into_iter().take(1),
                    other => [other.to_ascii_uppercase(), ' '].into_iter().take(1),
                })
                .collect::<Vec<char>>()
        })
        .filter(|line| !line.is_empty())
        .collect()
}

fn format(lines: &[Vec<char>]) -> Result<Format, MrzError> {
    let total: usize = lines.iter().map(Vec::len).sum();
    if total == 0 {
        return Err(MrzError::Empty);
    }
    let whole = Format::ALL
        .into_iter()
        .find(|format| format.lines() * format.width() == total);
    if let Some(format) = whole {
        return Ok(format);
    }
    let longest = lines.iter().map(Vec::len).max().unwrap_or(0);
    let meant = match lines.len() {
        3 => Format::Td1,
        // Halfway between the widths of the two formats with two lines. Two lines of 30 are an
        // identity card of which the third is missing.
        2 if (34..=40).contains(&longest) => Format::Td2,
        2 if longest > 40 => Format::Td3,
        _ => return Err(MrzError::Length { found: total }),
    };
    let odd = lines.iter().position(|line| line.len() != meant.width());
    // Were all lines of the width meant, the total would have been that of the format.
    let Some(line) = odd else {
        return Err(MrzError::Length { found: total });
    };
    Err(MrzError::LineLength {
        line: line + 1,
        found: lines[line].len(),
        expected: meant.width(),
    })
}

/// Where a field stands: line from 0, first position, position after the last.
#[derive(Clone, Copy)]
struct Span {
    line: usize,
    from: usize,
    to: usize,
}

const fn span(line: usize, from: usize, to: usize) -> Span {
    Span { line, from, to }
}

/// The layout of one format. Each of number, birth, expiry and (TD3) optional is followed by its
/// check digit.
struct Layout {
    number: Span,
    name: Span,
    nationality: Span,
    birth: Span,
    sex: Span,
    expiry: Span,
    optional: Span,
    optional_2: Option<Span>,
    composite: &'static [Span],
    composite_at: Span,
}

impl Layout {
    fn of(format: Format) -> &'static Self {
        match format {
            Format::Td1 => &TD1,
            Format::Td2 => &TD2,
            Format::Td3 => &TD3,
        }
    }
}

/// Doc 9303-5 §4.2.2.
static TD1: Layout = Layout {
    number: span(0, 5, 14),
    optional: span(0, 15, 30),
    birth: span(1, 0, 6),
    sex: span(1, 7, 8),
    expiry: span(1, 8, 14),
    nationality: span(1, 15, 18),
    optional_2: Some(span(1, 18, 29)),
    name: span(2, 0, 30),
    composite: &[
        span(0, 5, 30),
        span(1, 0, 7),
        span(1, 8, 15),
        span(1, 18, 29),
    ],
    composite_at: span(1, 29, 30),
};

/// Doc 9303-6 §4.2.2.
static TD2: Layout = Layout {
    name: span(0, 5, 36),
    number: span(1, 0, 9),
    nationality: span(1, 10, 13),
    birth: span(1, 13, 19),
    sex: span(1, 20, 21),
    expiry: span(1, 21, 27),
    optional: span(1, 28, 35),
    optional_2: None,
    composite: &[span(1, 0, 10), span(1, 13, 20), span(1, 21, 35)],
    composite_at: span(1, 35, 36),
};

/// Doc 9303-4 §4.2.2.
static TD3: Layout = Layout {
    name: span(0, 5, 44),
    number: span(1, 0, 9),
    nationality: span(1, 10, 13),
    birth: span(1, 13, 19),
    sex: span(1, 20, 21),
    expiry: span(1, 21, 27),
    optional: span(1, 28, 42),
    optional_2: None,
    composite: &[span(1, 0, 10), span(1, 13, 20), span(1, 21, 43)],
    composite_at: span(1, 43, 44),
};

/// A zone of the right length and characters.
struct Zone {
    format: Format,
    characters: Vec<u8>,
}

impl Zone {
    fn of(lines: &[Vec<char>], format: Format) -> Result<Self, MrzError> {
        let mut characters = Vec::with_capacity(format.lines() * format.width());
        for (at, found) in lines.iter().flatten().enumerate() {
            match u8::try_from(*found) {
                Ok(byte) if byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<' => {
                    characters.push(byte);
                }
                _ => return Err(unfit(format, at, *found)),
            }
        }
        if characters.first() == Some(&b'V') && format != Format::Td1 {
            return Err(MrzError::VisaZone);
        }
        let zone = Self { format, characters };
        let name = Layout::of(format).name;
        let digit = zone.slice(name).iter().position(u8::is_ascii_digit);
        match digit {
            // Doc 9303-3 §4.6: no digits in names, so this is a misreading, such as 0 for O.
            Some(at) => {
                let at = zone.start(name) + at;
                Err(unfit(format, at, char::from(zone.characters[at])))
            }
            None => Ok(zone),
        }
    }

    const fn start(&self, span: Span) -> usize {
        span.line * self.format.width() + span.from
    }

    fn slice(&self, span: Span) -> &[u8] {
        // Spans lie inside the format by the table, and the length was checked.
        &self.characters[self.start(span)..self.start(span) + span.to - span.from]
    }

    /// The character after a field: its check digit.
    fn after(&self, span: Span) -> char {
        char::from(self.characters[self.start(span) + span.to - span.from])
    }

    fn text(&self, span: Span) -> String {
        unfilled(self.slice(span))
    }

    fn check(&self, field: Field, span: Span) -> Result<(), MrzError> {
        agree(field, self.after(span), check::digit(self.slice(span)))
    }

    /// Empty optional data may have `<` for its check digit (Doc 9303-4 §4.2.2, position 43).
    fn check_optional(&self, span: Span) -> Result<(), MrzError> {
        if self.after(span) == '<' && self.slice(span).iter().all(|c| *c == b'<') {
            return Ok(());
        }
        self.check(Field::OptionalData, span)
    }

    fn check_composite(&self, layout: &Layout) -> Result<(), MrzError> {
        let covered = layout.composite.iter().flat_map(|span| self.slice(*span));
        let found = char::from(self.characters[self.start(layout.composite_at)]);
        agree(Field::Composite, found, check::digit(covered))
    }

    /// The number and the optional data. On cards of TD1 and TD2 a number longer than nine has `<`
    /// for its check digit and goes on in the optional data, up to the next filler, its check digit
    /// last (Doc 9303-5 §4.2.2 note j, Doc 9303-6 §4.2.2 note j).
    fn number_and_optional(&self, layout: &Layout) -> Result<(String, String), MrzError> {
        let head = self.slice(layout.number);
        let optional = self.slice(layout.optional);
        let long = self.format != Format::Td3 && self.after(layout.number) == '<';
        let rest = optional
            .iter()
            .position(|c| *c == b'<')
            .unwrap_or(optional.len());
        let (true, [tail @ .., found]) = (long && rest >= 2, &optional[..rest]) else {
            self.check(Field::DocumentNumber, layout.number)?;
            return Ok((unfilled(head), unfilled(optional)));
        };
        let expected = check::digit(head.iter().chain(tail));
        agree(Field::DocumentNumber, char::from(*found), expected)?;
        let number = [head, tail].concat();
        Ok((unfilled(&number), unfilled(&optional[rest..])))
    }

    fn read(
        &self,
        layout: &Layout,
        number: String,
        optional: String,
        today: Date,
    ) -> Result<Mrz, MrzError> {
        let value = |field, span| MrzError::Value {
            field,
            found: self.raw(span),
        };
        let (code, issuer) = (span(0, 0, 2), span(0, 2, 5));
        let state = |field, span: Span| {
            self.raw(span)
                .parse::<StateCode>()
                .map_err(|_| value(field, span))
        };
        let document_code = self.text(code);
        if !self.slice(code)[0].is_ascii_uppercase() {
            return Err(value(Field::DocumentCode, code));
        }
        if number.is_empty() {
            return Err(value(Field::DocumentNumber, layout.number));
        }
        let name = person_name(&self.raw(layout.name));
        if !name.has_letter() {
            return Err(value(Field::Name, layout.name));
        }
        Ok(Mrz {
            format: self.format,
            document_code,
            issuer: state(Field::Issuer, issuer)?,
            number,
            name,
            name_cut: self.slice(layout.name).last() != Some(&b'<'),
            nationality: state(Field::Nationality, layout.nationality)?,
            birth: date::birth(self.slice(layout.birth), today)
                .map_err(|_| value(Field::BirthDate, layout.birth))?,
            sex: Sex::from_letter(char::from(self.slice(layout.sex)[0]))
                .ok_or_else(|| value(Field::Sex, layout.sex))?,
            expires: date::expiry(self.slice(layout.expiry), today)
                .map_err(|_| value(Field::ExpiryDate, layout.expiry))?,
            optional,
            optional_2: layout
                .optional_2
                .map(|span| self.text(span))
                .unwrap_or_default(),
        })
    }

    fn raw(&self, span: Span) -> String {
        self.slice(span).iter().map(|c| char::from(*c)).collect()
    }
}

fn unfit(format: Format, at: usize, found: char) -> MrzError {
    let width = format.width();
    MrzError::Character {
        line: at / width + 1,
        position: at % width + 1,
        found,
    }
}

fn agree(field: Field, found: char, expected: char) -> Result<(), MrzError> {
    if found == expected {
        Ok(())
    } else {
        Err(MrzError::CheckDigit {
            field,
            found,
            expected,
        })
    }
}

/// Fillers at the ends fall away; inside they stand for a space or a hyphen.
fn unfilled(field: &[u8]) -> String {
    field
        .iter()
        .map(|c| if *c == b'<' { ' ' } else { char::from(*c) })
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Two fillers part surnames from given names; one filler parts words (Doc 9303-3 §4.6).
fn person_name(field: &str) -> PersonName {
    let (surnames, given) = field.split_once("<<").unwrap_or((field, ""));
    PersonName::new(&surnames.replace('<', " "), &given.replace('<', " "))
}

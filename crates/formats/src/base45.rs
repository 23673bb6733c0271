//! Base45 as RFC 9285 defines it, and nothing else.
//!
//! Strict: what no encoder produces is refused with its place named. Published decoders let
//! overflowing groups through (a final `::` stands for 2024, which is no byte), so two texts could
//! carry one card; here every byte string has exactly one text.

/// The 45 characters of the QR alphanumeric mode, in the order of RFC 9285 table 1.
const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// What [`VALUES`] holds for a character outside the alphabet.
const FOREIGN: u8 = 0xff;

/// The value of every byte, [`FOREIGN`] where it has none.
const VALUES: [u8; 256] = {
    let mut values = [FOREIGN; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        #[expect(clippy::cast_possible_truncation, reason = "values end at 44")]
        {
            values[ALPHABET[value] as usize] = value as u8;
        }
        value += 1;
    }
    values
};

/// Why a text is not base45. Positions count bytes from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Base45Error {
    /// A character that the alphabet does not have; lower case is foreign too.
    #[error(
        "character {at} is not one of the 45 a code may hold; scan again, or copy the whole text"
    )]
    Foreign {
        /// Where it stands.
        at: usize,
    },
    /// A length of 3n + 1 characters, which no encoding has: something was cut off.
    #[error("{length} characters cannot be a whole code; part of it is missing, scan again")]
    Length {
        /// Characters found.
        length: usize,
    },
    /// A group whose value is more than its bytes can hold, such as `::` or `GGW`.
    #[error("the characters from {at} on stand for no bytes; the code is damaged or not ours")]
    Overflow {
        /// Where the group starts.
        at: usize,
    },
}

/// The base45 text of `bytes`: three characters for two bytes, two for a last single one.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let digit = |value: u16| char::from(ALPHABET[usize::from(value % 45)]);
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for chunk in bytes.chunks(2) {
        if let [high, low] = *chunk {
            let value = u16::from_be_bytes([high, low]);
            text.push(digit(value));
            text.push(digit(value / 45));
            text.push(digit(value / (45 * 45)));
        } else {
            let value = u16::from(chunk[0]);
            text.push(digit(value));
            text.push(digit(value / 45));
        }
    }
    text
}

/// The bytes of a base45 `text`.
pub fn decode(text: &str) -> Result<Vec<u8>, Base45Error> {
    let text = text.as_bytes();
    if text.len() % 3 == 1 {
        // Name the cause a person can see first: a foreign character explains more than a length.
        foreign(text)?;
        return Err(Base45Error::Length { length: text.len() });
    }
    let value = |byte: u8| u32::from(VALUES[usize::from(byte)]);
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    let mut groups = text.chunks_exact(3);
    for (group, at) in groups.by_ref().zip((0..).step_by(3)) {
        let [a, b, c] = [value(group[0]), value(group[1]), value(group[2])];
        // One test for three characters: only a foreign one has its two high bits set.
        if (a | b | c) > 63 {
            foreign(text)?;
        }
        let sum = a + 45 * b + 45 * 45 * c;
        let Ok(pair) = u16::try_from(sum) else {
            foreign(text)?;
            return Err(Base45Error::Overflow { at });
        };
        bytes.extend_from_slice(&pair.to_be_bytes());
    }
    if let [a, b] = *groups.remainder() {
        foreign(&[a, b]).map_err(|_| Base45Error::Foreign {
            at: text.len() - if value(a) == u32::from(FOREIGN) { 2 } else { 1 },
        })?;
        let Ok(byte) = u8::try_from(value(a) + 45 * value(b)) else {
            return Err(Base45Error::Overflow { at: text.len() - 2 });
        };
        bytes.push(byte);
    }
    Ok(bytes)
}

/// The first foreign character of a text, as an error.
fn foreign(text: &[u8]) -> Result<(), Base45Error> {
    match text
        .iter()
        .position(|byte| VALUES[usize::from(*byte)] == FOREIGN)
    {
        Some(at) => Err(Base45Error::Foreign { at }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_rfc_9285() {
        for (plain, text) in [
            ("AB", "BB8"),
            ("Hello!!", "%69 VD92EX0"),
            ("base-45", "UJCLQE7W581"),
            ("ietf!", "QED8WEX0"),
            ("", ""),
        ] {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decode(text).unwrap(), plain.as_bytes());
        }
    }

    #[test]
    fn refuses_what_no_encoder_writes() {
        use Base45Error::{Foreign, Length, Overflow};
        for (text, error) in [
            ("GGW", Overflow { at: 0 }),
            (":::", Overflow { at: 0 }),
            ("BB8GGW", Overflow { at: 3 }),
            ("::", Overflow { at: 0 }),
            (" %", Overflow { at: 0 }),
            ("BB8V5", Overflow { at: 3 }),
            ("A", Length { length: 1 }),
            ("BB8A", Length { length: 4 }),
            ("BBa", Foreign { at: 2 }),
            ("aBB8", Foreign { at: 0 }),
            ("BB8B=", Foreign { at: 4 }),
            ("BB8=B", Foreign { at: 3 }),
            ("ñA", Foreign { at: 0 }),
            ("BB8,", Foreign { at: 3 }),
        ] {
            assert_eq!(decode(text), Err(error), "{text}");
        }
        assert_eq!(decode("FGW").unwrap(), [0xff, 0xff]);
        assert_eq!(decode("U5").unwrap(), [0xff]);
    }

    proptest! {
        #[test]
        fn every_byte_string_has_one_text(bytes: Vec<u8>) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
        }

        #[test]
        fn every_text_read_is_the_text_written(text in "[0-9A-Z $%*+./:-]{0,40}") {
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }
    }
}

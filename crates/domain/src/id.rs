//! Identifiers: a type each, so that a stay can never be taken for a person.
//!
//! Random identifiers carry no time of creation (anchors/stack.md: a `UUIDv7` reveals it) and come
//! from 16 random bytes handed in by the caller.

use core::{fmt, str::FromStr};
pub use paso_formats::entry::StreamId;
use paso_formats::number::CardNumber;

/// The text is not an identifier of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a {kind}; expected {expected}")]
pub struct NotAnId {
    kind: &'static str,
    expected: &'static str,
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// An identifier from 16 random bytes.
            #[must_use]
            pub const fn from_random(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($kind, ":{}"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                hex_16(text).map(Self).ok_or(NotAnId { kind: $kind, expected: "32 hexadecimal digits" })
            }
        }
    };
}

random_id!(
    /// A person, as far as the register knows: claims with evidence, possibly merged with another.
    PersonId, "person"
);
random_id!(
    /// A stay: from an entry to its exit.
    StayId, "stay"
);
random_id!(
    /// An encounter of an officer with a person. It names neither person nor card.
    EncounterId, "encounter"
);
random_id!(
    /// An application for a card, decided in the sitting in which it is received.
    ApplicationId, "application"
);
random_id!(
    /// An erasure of a person's records.
    ErasureId, "erasure"
);

random_id!(
    /// A shift: an officer's time at a post, from signing in to signing out.
    ShiftId, "shift"
);
random_id!(
    /// A token of the API.
    TokenId, "token"
);

random_id!(
    /// An episode: one person's time under control, from being counted to the ending.
    EpisodeId, "episode"
);
random_id!(
    /// An operation: the people counted at one opening.
    OperationId, "operation"
);
random_id!(
    /// A handover: the offer of a list of episodes, and what was accepted of it.
    HandoverId, "handover"
);
impl PersonId {
    /// The record that is named after a card: of its holder, where nothing is known of them but that
    /// they brought it. Two who are apart name it alike, so what they write meets. No random identifier
    /// begins so, but for one in 2^40.
    #[must_use]
    pub fn of_card(number: CardNumber) -> Self {
        let mut bytes = *b"card:\0\0\0\0\0\0\0\0\0\0\0";
        let compact = number.compact();
        // Without the check character: site and random characters, eleven at most.
        let named = compact.bytes().take(compact.len().saturating_sub(1));
        for (byte, character) in bytes.iter_mut().skip(b"card:".len()).zip(named) {
            *byte = character;
        }
        Self(bytes)
    }
}
impl OperationId {
    /// The bytes: the handle of the count in statements.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}
impl HandoverId {
    /// The bytes: its name in files between authorities.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

fn hex_16(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    if text.len() != 32 {
        return None;
    }
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

/// Lower case only: an identifier has one spelling.
fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// The service number by which an officer answers for an act; printed on receipts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OfficerNumber(String);

impl OfficerNumber {
    /// The number as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OfficerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OfficerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for OfficerNumber {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let text = text.trim();
        let fits = (2..=16).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-');
        fits.then(|| Self(text.to_owned())).ok_or(NotAnId {
            kind: "officer number",
            expected: "2 to 16 capital letters, digits or hyphens, such as INM-0417",
        })
    }
}

/// The short code of an authority, such as `mx-inm`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorityCode(String);

impl AuthorityCode {
    /// The code as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AuthorityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AuthorityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AuthorityCode {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let fits = (1..=32).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        fits.then(|| Self(text.to_owned())).ok_or(NotAnId {
            kind: "code of an authority",
            expected: "up to 32 small letters, digits or hyphens, such as mx-inm",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_one_spelling() {
        let id = PersonId::from_random([0xab; 16]);
        assert_eq!(id.to_string().parse::<PersonId>().unwrap(), id);
        assert!(id.to_string().to_uppercase().parse::<PersonId>().is_err());
        assert!("ab".parse::<PersonId>().is_err());
        assert!("é".repeat(16).parse::<PersonId>().is_err());
    }

    #[test]
    fn officer_numbers_are_short_capitals() {
        assert_eq!(
            " INM-0417 ".parse::<OfficerNumber>().unwrap().as_str(),
            "INM-0417"
        );
        for text in [
            "",
            "7",
            "inm-0417",
            "INM 0417",
            "Ñ-0417",
            "A-NUMBER-TOO-LONG",
        ] {
            assert!(text.parse::<OfficerNumber>().is_err(), "{text}");
        }
    }
}

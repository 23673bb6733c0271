//! The commitment of a receipt's event as an address carries it.
//!
//! A code can be overheard or guessed; where the log holds the event, and at which minute, is for
//! whoever has the paper. The commitment follows from the paper and from nothing else that is public:
//! leaves, which carry it too, are for the mirror only.

use core::{fmt, str::FromStr};

use crate::entry::Hash;

/// The 32 bytes that the leaf of a receipt's event commits with. Text form: 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commitment(pub Hash);

/// The text is not a commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a commitment; it has 64 hexadecimal digits, which `paso verify receipt` prints")]
pub struct NotACommitment;

impl fmt::Display for Commitment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Commitment {
    type Err = NotACommitment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err(NotACommitment);
        };
        let pairs: &[[u8; 2]; 32] = pairs.try_into().map_err(|_| NotACommitment)?;
        let mut bytes = Hash::default();
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = (digit(*high)? << 4) | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

fn digit(character: u8) -> Result<u8, NotACommitment> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        b'A'..=b'F' => Ok(character - b'A' + 10),
        _ => Err(NotACommitment),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_64_hexadecimal_digits_and_nothing_else() {
        let bytes = core::array::from_fn(|at| u8::try_from(at * 8).unwrap_or_default());
        let text = Commitment(bytes).to_string();
        assert!(text.starts_with("0008101820") && text.len() == 64);
        for good in [text.clone(), text.to_uppercase()] {
            assert_eq!(good.parse(), Ok(Commitment(bytes)));
        }
        for wrong in [
            "",
            &text[1..],
            &text[2..],
            &format!("{text}00"),
            &text.replace("f8", "g8"),
            &text.replace("00", "+0"),
            &text.replace("00", "\u{e9}"),
        ] {
            assert_eq!(wrong.parse::<Commitment>(), Err(NotACommitment), "{wrong}");
        }
    }
}

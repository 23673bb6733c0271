//! The code by which a receipt is found again without its paper.

use core::{fmt, str::FromStr};

/// Eight characters by which a receipt is found again, made to be read aloud: no vowels, so no
/// words, and no characters that sound or look alike. They carry 32 random bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; 4]);

const ALPHABET: &[u8; 16] = b"2346789CFHJKPRTX";

impl Code {
    /// A code from four random bytes. Draw them anew when the code exists.
    #[must_use]
    pub const fn from_random(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// The four bytes, as a receipt's body carries them: one character to four bits, the first
    /// character highest.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        self.0
    }
}

/// Two groups of four: `2C7K-9XRT`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'-'; 9];
        let (first, second) = text.split_at_mut(5);
        for (pair, byte) in first.chunks_mut(2).zip(&self.0[..2]) {
            spell(pair, *byte);
        }
        for (pair, byte) in second.chunks_mut(2).zip(&self.0[2..]) {
            spell(pair, *byte);
        }
        // ASCII by construction.
        f.write_str(core::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Two characters for a byte.
fn spell(pair: &mut [u8], byte: u8) {
    for (character, digit) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
        *character = ALPHABET[usize::from(digit)];
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a receipt's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt code; it has eight characters such as 2C7K-9XRT")]
pub struct NotACode;

impl FromStr for Code {
    type Err = NotACode;

    /// Forgives case, spaces and hyphens: the code is read aloud and typed by hand.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let mut digits = text
            .bytes()
            .filter(|byte| !matches!(byte, b' ' | b'-'))
            .map(|byte| {
                let character = byte.to_ascii_uppercase();
                ALPHABET.iter().position(|known| *known == character)
            });
        let mut code = [0; 4];
        for byte in &mut code {
            for _ in 0..2 {
                let digit = digits.next().flatten().ok_or(NotACode)?;
                *byte = *byte << 4 | u8::try_from(digit).map_err(|_| NotACode)?;
            }
        }
        match digits.next() {
            None => Ok(Self(code)),
            Some(_) => Err(NotACode),
        }
    }
}

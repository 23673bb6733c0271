//! Numbers of cards and slips that people read aloud: `TAL-7K3M-9Q2X-F`.
//!
//! Two or three letters name the issuing site, eight characters of Crockford's base 32 carry 40
//! random bits, one check character catches every single wrong character and every swap of two
//! neighbours. A site that leases a prefix numbers its cards with no network. Cards and slips use
//! different checks, so that the number of one is never taken for the other's.

use core::{fmt, str::FromStr};

/// Crockford's base 32: no I, L, O (they look like 1, 1, 0) and no U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters that carry randomness.
const RANDOM: usize = 8;

/// The two or three letters A to Z of an issuing site, such as `TAL` for Talismán.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SitePrefix {
    // A site of two letters leaves the last byte 0.
    letters: [u8; 3],
}

/// The text is no site prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a site prefix is two or three letters A to Z, such as TAL")]
pub struct NotASitePrefix;

impl SitePrefix {
    /// The letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // ASCII letters by construction.
        core::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    fn bytes(&self) -> &[u8] {
        self.letters.strip_suffix(&[0]).unwrap_or(&self.letters)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if !(2..=3).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_uppercase) {
            return None;
        }
        let mut letters = [0; 3];
        letters[..bytes.len()].copy_from_slice(bytes);
        Some(Self { letters })
    }
}

impl FromStr for SitePrefix {
    type Err = NotASitePrefix;

    fn from_str(text: &str) -> Result<Self, NotASitePrefix> {
        Self::from_bytes(text.trim().to_ascii_uppercase().as_bytes()).ok_or(NotASitePrefix)
    }
}

impl fmt::Display for SitePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SitePrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The number of a visitor card.
pub type CardNumber = Number<1>;

/// The number of an entry slip.
pub type SlipNumber = Number<2>;

/// A site prefix, 40 random bits and, as `KIND` decides, a check character.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number<const KIND: u8> {
    site: SitePrefix,
    random: [u8; RANDOM],
}

/// Why a text is not a number of a card or slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not a prefix of letters and nine characters.
    #[error("not a card or slip number; it looks like TAL-7K3M-9Q2X-F")]
    Shape,
    /// The check character does not fit the rest.
    #[error("a character of the number is wrong or two are swapped; compare it with the paper")]
    Check,
}

impl<const KIND: u8> Number<KIND> {
    /// The number of `site` with 40 random bits. Draw the bits anew when the number exists.
    #[must_use]
    pub fn new(site: SitePrefix, random: [u8; 5]) -> Self {
        let mut bits = random
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let mut characters = [0; RANDOM];
        for character in characters.iter_mut().rev() {
            // Five bits always index the alphabet.
            *character = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
        }
        Self {
            site,
            random: characters,
        }
    }

    /// The issuing site.
    #[must_use]
    pub const fn site(&self) -> SitePrefix {
        self.site
    }

    /// The number without separators, as codes carry it: `TAL7K3M9Q2XF`.
    #[must_use]
    pub fn compact(&self) -> String {
        let mut text = String::with_capacity(3 + RANDOM + 1);
        text.push_str(self.site.as_str());
        text.extend(self.random.iter().copied().map(char::from));
        text.push(char::from(self.check()));
        text
    }

    /// The check character: a Reed-Solomon symbol over GF(32). Horner's rule at α weighs each
    /// place by another power of α, so one wrong character or one swap of neighbours always shows.
    fn check(&self) -> u8 {
        let letters = self.site.bytes().iter().map(|letter| letter - b'A');
        let characters = self
            .random
            .iter()
            .map(|character| value(*character).unwrap_or(0));
        let sum = letters
            .chain(characters)
            .fold(KIND & 31, |sum, value| times_alpha(sum) ^ value);
        ALPHABET[usize::from(times_alpha(sum))]
    }
}

/// The product with α in GF(2)[x] / (x⁵ + x² + 1), a field in which α has order 31.
const fn times_alpha(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 {
        shifted
    } else {
        shifted ^ 0b10_0101
    }
}

/// The value of a character, forgiving what eyes confuse (Crockford): O for 0, I and L for 1.
fn value(character: u8) -> Option<u8> {
    let character = match character.to_ascii_uppercase() {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    let at = ALPHABET.iter().position(|known| *known == character)?;
    u8::try_from(at).ok()
}

impl<const KIND: u8> FromStr for Number<KIND> {
    type Err = NumberError;

    /// Forgives lower case, spaces, hyphens anywhere, and in the random part O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, NumberError> {
        // Longer than any way to write it; bounds the work on pasted text.
        if text.len() > 64 {
            return Err(NumberError::Shape);
        }
        let characters: Vec<u8> = text
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace() && *byte != b'-')
            .map(|byte| byte.to_ascii_uppercase())
            .collect();
        let Some((rest, check)) = characters.split_last().map(|(check, rest)| (rest, *check))
        else {
            return Err(NumberError::Shape);
        };
        let Some((site, written)) = rest.split_last_chunk::<RANDOM>() else {
            return Err(NumberError::Shape);
        };
        // In the prefix a digit can only be a letter misread; 1 stays open (I or L).
        let site: Vec<u8> = site
            .iter()
            .map(|byte| if *byte == b'0' { b'O' } else { *byte })
            .collect();
        let site = SitePrefix::from_bytes(&site).ok_or(NumberError::Shape)?;
        let mut random = [0; RANDOM];
        for (character, written) in random.iter_mut().zip(written) {
            let value = value(*written).ok_or(NumberError::Shape)?;
            *character = ALPHABET[usize::from(value)];
        }
        let number = Self { site, random };
        let check = value(check).ok_or(NumberError::Shape)?;
        if ALPHABET[usize::from(check)] == number.check() {
            Ok(number)
        } else {
            Err(NumberError::Check)
        }
    }
}

/// The way it is printed: `TAL-7K3M-9Q2X-F`.
impl<const KIND: u8> fmt::Display for Number<KIND> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let characters = core::str::from_utf8(&self.random).unwrap_or_default();
        let (first, second) = characters.split_at(RANDOM / 2);
        write!(
            f,
            "{}-{first}-{second}-{}",
            self.site,
            char::from(self.check())
        )
    }
}

impl<const KIND: u8> fmt::Debug for Number<KIND> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(random: [u8; 5]) -> CardNumber {
        CardNumber::new("TAL".parse().unwrap(), random)
    }

    #[test]
    fn reads_what_people_write() {
        let printed = number([0x39, 0xc7, 0x44, 0xdc, 0x5d]).to_string();
        assert_eq!(printed, "TAL-773M-9Q2X-J");
        let canonical: CardNumber = printed.parse().unwrap();
        assert_eq!(canonical.compact(), "TAL773M9Q2XJ");
        for text in [
            "tal 773m 9q2x J",
            "TAL773M9Q2XJ",
            " Tal-773M9q2X-J\n",
            "T-A-L-773M-9Q2X-J",
        ] {
            assert_eq!(text.parse(), Ok(canonical), "{text}");
        }
        let zeroes = number([0, 0, 0, 8, 65]);
        let written = zeroes.to_string();
        assert_eq!(
            written.replace('0', "O").replace('1', "l").parse(),
            Ok(zeroes)
        );
    }

    #[test]
    fn names_what_is_wrong() {
        for (text, error) in [
            ("", NumberError::Shape),
            ("-", NumberError::Shape),
            ("773M9Q2XJ", NumberError::Shape),
            ("T-773M-9Q2X-J", NumberError::Shape),
            ("TALI-773M-9Q2X-J", NumberError::Shape),
            ("TA1-773M-9Q2X-J", NumberError::Shape),
            ("TAL-773U-9Q2X-J", NumberError::Shape),
            ("TAL-773M-9Q2Ñ-J", NumberError::Shape),
            ("TAL-773M-9Q2X-7", NumberError::Check),
            ("TLA-773M-9Q2X-J", NumberError::Check),
        ] {
            assert_eq!(text.parse::<CardNumber>(), Err(error), "{text}");
        }
        assert_eq!(
            "T".repeat(1 << 20).parse::<CardNumber>(),
            Err(NumberError::Shape)
        );
    }

    #[test]
    fn prefixes_are_two_or_three_letters() {
        for text in ["TAL", "CH", "tux "] {
            assert_eq!(
                text.parse::<SitePrefix>().unwrap().to_string(),
                text.trim().to_uppercase()
            );
        }
        for text in ["", "T", "TALI", "T1", "ÑA"] {
            assert_eq!(text.parse::<SitePrefix>(), Err(NotASitePrefix), "{text}");
        }
    }

    proptest! {
        #[test]
        fn comes_back(site in "[A-Z]{2,3}", random: [u8; 5]) {
            let number = CardNumber::new(site.parse().unwrap(), random);
            prop_assert_eq!(number.to_string().parse(), Ok(number));
            prop_assert_eq!(number.compact().parse(), Ok(number));
            prop_assert_eq!(number.site().to_string(), site);
        }

        #[test]
        fn one_wrong_character_or_swap_always_shows(
            site in "[A-Z]{2,3}", random: [u8; 5], at in 0_usize..12, other in 0_u8..32,
        ) {
            let written = CardNumber::new(site.parse().unwrap(), random).compact();
            let at = at % written.len();
            let mut wrong = written.clone().into_bytes();
            wrong[at] = if at < site.len() { b'A' + other % 26 } else { ALPHABET[usize::from(other)] };
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(wrong.parse::<CardNumber>().is_ok(), wrong == written);
            if at > site.len() {
                let mut swapped = written.clone().into_bytes();
                swapped.swap(at - 1, at);
                let swapped = String::from_utf8(swapped).unwrap();
                prop_assert_eq!(swapped.parse::<CardNumber>().is_ok(), swapped == written);
            }
        }

        #[test]
        fn no_number_is_a_cards_and_a_slips(site in "[A-Z]{2,3}", random: [u8; 5]) {
            let site: SitePrefix = site.parse().unwrap();
            let card = CardNumber::new(site, random).to_string();
            prop_assert_eq!(card.parse::<SlipNumber>(), Err(NumberError::Check));
        }
    }
}

//! The secret on a custody receipt: with it a relative or a lawyer learns whether the person is still
//! under control, and nothing more. Only its hash is stored; the person can have it changed or closed.

use core::{fmt, str::FromStr};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    envelope::{self, SubjectKey},
    receipt::{Code, NotACode},
};

/// Sixteen characters of the alphabet of receipt codes, 64 bits: too many to go through at the rate at
/// which a page answers, few enough to be read over a telephone.
pub struct Secret(Zeroizing<[u8; 8]>);

impl Secret {
    /// The secret of an episode, under its subject's key: so that a paper can be printed again, and
    /// nothing but the key has to be kept. `number` counts the changes, from 0.
    #[must_use]
    pub fn of(key: &SubjectKey, number: u32) -> Self {
        let derived = envelope::receipt_secret(key, number);
        let mut bytes = Zeroizing::new([0; 8]);
        bytes.copy_from_slice(&derived[..8]);
        Self(bytes)
    }

    /// What is stored, and looked for.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"paso receipt secret v1");
        hash.update(self.0.as_slice());
        hash.finalize().into()
    }

    /// As printed: `2C7K-9XRT-HJKP-2346`. For the person's paper and nothing else.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        let (halves, _) = self.0.as_chunks::<4>();
        let codes: Vec<_> = halves
            .iter()
            .map(|half| Code::from_random(*half).to_string())
            .collect();
        Zeroizing::new(codes.join("-"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The text is no secret of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a receipt's secret; it has sixteen characters such as 2C7K-9XRT-HJKP-2346")]
pub struct NotASecret;

impl FromStr for Secret {
    type Err = NotASecret;

    /// Forgives case, spaces and hyphens, as a receipt's code does.
    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let plain: String = text
            .chars()
            .filter(|character| !matches!(character, ' ' | '-'))
            .collect();
        let (first, second) = plain.split_at_checked(8).ok_or(NotASecret)?;
        let part = |text: &str| text.parse::<Code>().map_err(|_: NotACode| NotASecret);
        let mut bytes = Zeroizing::new([0; 8]);
        bytes[..4].copy_from_slice(&part(first)?.to_bytes());
        bytes[4..].copy_from_slice(&part(second)?.to_bytes());
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_as_it_is_spoken_and_changes_with_its_number() {
        let key = SubjectKey::from_random([7; 32]);
        let secret = Secret::of(&key, 0);
        let spoken = secret.expose().replace('-', " ").to_lowercase();
        assert_eq!(spoken.parse::<Secret>().unwrap().hash(), secret.hash());
        assert_ne!(Secret::of(&key, 1).hash(), secret.hash());
        assert!(!format!("{secret:?}").contains(&*secret.expose()));
        for text in [
            "",
            "2C7K-9XRT",
            "2C7K-9XRT-HJKP-234",
            "2C7K-9XRT-HJKP-234é",
            "2C7K-9XRT-HJKP-23466",
        ] {
            assert!(text.parse::<Secret>().is_err(), "{text}");
        }
    }
}

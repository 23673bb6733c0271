//! What somebody told the overseer in their own words, sealed to the ombudsman before it is stored.
//!
//! The machine that takes reports from strangers stands on the network and cannot read what they
//! wrote: only the ombudsman's key opens it, the same that opens statements ([`crate::statement`]).
//! Sealed as they are, under the info `paso narrative v1`, in one length, so that a long account
//! cannot be told from a short one: two bytes of length, so much UTF-8, zeros.

use crate::statement::{NotAKey, OVERHEAD, OpeningKey, SealingKey, StatementError};

/// Bytes of UTF-8 of the longest account.
pub const MAX_NARRATIVE_BYTES: usize = 4000;

/// Bytes of a sealed account, whatever it says.
pub const SEALED_NARRATIVE_LEN: usize = OVERHEAD + PADDED;

const INFO: &[u8] = b"paso narrative v1";
const PADDED: usize = 2 + MAX_NARRATIVE_BYTES;

/// Why an account was not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSealed {
    /// Longer than [`MAX_NARRATIVE_BYTES`].
    #[error("the text has more than {MAX_NARRATIVE_BYTES} bytes; shorten it")]
    TooLong,
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] NotAKey),
}

/// Seals a text. `random` must be 32 random bytes, used once.
pub fn seal(text: &str, key: &SealingKey, random: &[u8; 32]) -> Result<Vec<u8>, NotSealed> {
    let mut padded = zeroize::Zeroizing::new(vec![0; PADDED]);
    let length = u16::try_from(text.len()).map_err(|_| NotSealed::TooLong)?;
    let room = padded
        .get_mut(2..2 + text.len())
        .ok_or(NotSealed::TooLong)?;
    room.copy_from_slice(text.as_bytes());
    padded[..2].copy_from_slice(&length.to_be_bytes());
    let sealed = crate::statement::seal_bytes(&padded, INFO, key, random);
    Ok(sealed.ok_or(NotAKey)?)
}

/// Opens a sealed text.
pub fn open(sealed: &[u8], key: &OpeningKey) -> Result<String, StatementError> {
    if sealed.len() != SEALED_NARRATIVE_LEN {
        return Err(StatementError::Length(sealed.len()));
    }
    let padded = crate::statement::open_bytes(sealed, INFO, key)?;
    read(&padded).ok_or(StatementError::Content)
}

fn read(padded: &[u8]) -> Option<String> {
    let (length, rest) = padded.split_first_chunk()?;
    let (text, zeros) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    if zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    core::str::from_utf8(text).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        moment::Moment,
        statement::{Kind, Statement},
    };

    fn key(byte: u8) -> OpeningKey {
        OpeningKey::from_random([byte; 32]).unwrap()
    }

    #[test]
    fn every_account_has_one_length_and_opens_with_one_key() {
        let longest = "ñ".repeat(MAX_NARRATIVE_BYTES / 2);
        for text in ["", "Se llevaron a doce.", &longest] {
            let sealed = seal(text, key(1).sealing_key(), &[9; 32]).unwrap();
            assert_eq!(sealed.len(), SEALED_NARRATIVE_LEN);
            assert_eq!(open(&sealed, &key(1)).as_deref(), Ok(text));
            assert_eq!(open(&sealed, &key(2)), Err(StatementError::Closed));
        }
        let more = longest + "x";
        let refused = seal(&more, key(1).sealing_key(), &[9; 32]);
        assert_eq!(refused, Err(NotSealed::TooLong));
        assert!(seal(&"x".repeat(70_000), key(1).sealing_key(), &[9; 32]).is_err());
    }

    #[test]
    fn a_statement_is_no_account_and_an_account_no_statement() {
        let statement = Statement {
            episode: [1; 16],
            group: None,
            place: "T".parse().unwrap(),
            kind: Kind::Opened,
            at: Moment::from_unix(0),
            due: None,
        };
        let sealed = statement.seal(key(1).sealing_key(), &[9; 32]).unwrap();
        assert!(matches!(
            open(&sealed, &key(1)),
            Err(StatementError::Length(_))
        ));
        let account = seal("x", key(1).sealing_key(), &[9; 32]).unwrap();
        assert!(Statement::open(&account, &key(1)).is_err());
        for bytes in [&[][..], &[0], &[0, 9, 1], &[0, 1, 255], &[0, 0, 1]] {
            assert_eq!(read(bytes), None, "{bytes:?}");
        }
    }
}

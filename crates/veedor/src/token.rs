//! Tokens by which two machines know each other: one line of printable characters in a file that only
//! its owner can read.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::random::{self, NoRandomness};

/// The fewest characters: what 16 random bytes have in base64.
const FEWEST: usize = 22;

/// The most characters that a header should carry.
const MOST: usize = 256;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file cannot be read.
    #[error("cannot read the token {path}: {source}; correct its path in veedor.toml")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others than the owner may read it.
    #[error("others can read the token {0}; have it made anew, and run: chmod 600 {0}")]
    Open(PathBuf),
    /// Not one line of so many printable characters.
    #[error("{0} holds no token; it is one line of {FEWEST} to {MOST} characters without spaces")]
    Malformed(PathBuf),
}

/// A token, wiped from memory when dropped.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Reads a token's file.
    pub fn load(path: &Path) -> Result<Self, TokenError> {
        let unreadable = |source| TokenError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(TokenError::Open(path.to_owned()));
        }
        let text = Zeroizing::new(fs::read_to_string(path).map_err(unreadable)?);
        Self::parse(text.trim()).ok_or_else(|| TokenError::Malformed(path.to_owned()))
    }

    /// The token of these characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (FEWEST..=MOST).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The characters, for a request to the one who gave it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether an `Authorization` header carries this token. Takes the same time for every wrong one
    /// of its length.
    #[must_use]
    pub fn is_in(&self, authorization: &[u8]) -> bool {
        authorization
            .strip_prefix(b"Bearer ")
            .is_some_and(|given| bool::from(given.ct_eq(self.0.as_bytes())))
    }
}

/// Tokens are never printed.
impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The content of a new token's file.
pub fn make() -> Result<Zeroizing<String>, NoRandomness> {
    let random = Zeroizing::new(random::bytes::<32>()?);
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(*random) + "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_where_nobody_else_can_and_compared_whole() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("token");
        fs::write(&path, make().unwrap().as_bytes()).unwrap();
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        mode(0o644);
        assert!(matches!(Token::load(&path), Err(TokenError::Open(_))));
        mode(0o600);
        let token = Token::load(&path).unwrap();
        assert_eq!(format!("{token:?}"), "Token(…)");
        let header = format!("Bearer {}", token.expose());
        assert!(token.is_in(header.as_bytes()));
        let longer = format!("{header}x");
        for wrong in [
            "",
            "Bearer ",
            token.expose(),
            &header[..header.len() - 1],
            &longer,
        ] {
            assert!(!token.is_in(wrong.as_bytes()), "{wrong}");
        }
        for wrong in [
            "",
            "short",
            "with a space in the middle of it",
            &"x".repeat(257),
        ] {
            fs::write(&path, wrong).unwrap();
            assert!(
                matches!(Token::load(&path), Err(TokenError::Malformed(_))),
                "{wrong}"
            );
        }
    }
}

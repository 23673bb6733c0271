//! The ombudsman's key for statements: made once, kept away from the server, used by hand.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use paso_formats::statement::OpeningKey;
use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file cannot be read.
    #[error("cannot read the key {path}: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Others than the owner may read it.
    #[error("others can read the key {0}; find out who did, then run: chmod 600 {0}")]
    Open(PathBuf),
    /// Not 32 bytes in base64.
    #[error("{0} holds no key for statements; it is made by `veedor statement-key`")]
    Malformed(PathBuf),
}

/// Reads a key's file.
pub fn load(path: &Path) -> Result<OpeningKey, KeyFileError> {
    let unreadable = |source| KeyFileError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open(path.to_owned()));
    }
    let malformed = || KeyFileError::Malformed(path.to_owned());
    let text = Zeroizing::new(fs::read(path).map_err(unreadable)?);
    let seed = STANDARD
        .decode(text.trim_ascii())
        .map(Zeroizing::new)
        .map_err(|_| malformed())?;
    let seed = <[u8; 32]>::try_from(seed.as_slice()).map_err(|_| malformed())?;
    OpeningKey::from_random(seed).map_err(|_| malformed())
}

/// What [`load`] reads.
#[must_use]
pub fn to_text(key: &OpeningKey) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(key.expose()) + "\n")
}

//! The witness's private key: 32 bytes in base64, in a file that only its owner can read.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey};
use paso_tlog::note::{Sign, SignError};
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
    #[error("cannot read the key {path}: {source}; correct `key` in veedor.toml")]
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
    #[error("{0} holds no key; a key is one line of 44 characters, made by `veedor init`")]
    Malformed(PathBuf),
}

/// An Ed25519 private key, wiped from memory when dropped.
pub struct Key(SigningKey);

impl Key {
    /// The key of this seed (RFC 8032 §5.1.5).
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a key file.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let unreadable = |source| KeyFileError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyFileError::Open(path.to_owned()));
        }
        let text = Zeroizing::new(fs::read(path).map_err(unreadable)?);
        let malformed = || KeyFileError::Malformed(path.to_owned());
        let seed = STANDARD
            .decode(text.trim_ascii())
            .map(Zeroizing::new)
            .map_err(|_| malformed())?;
        let seed = <&[u8; 32]>::try_from(seed.as_slice()).map_err(|_| malformed())?;
        Ok(Self::from_seed(seed))
    }

    /// What [`Key::load`] reads.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let seed = Zeroizing::new(self.0.to_bytes());
        Zeroizing::new(STANDARD.encode(*seed) + "\n")
    }
}

impl core::fmt::Debug for Key {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Key")
    }
}

impl Sign for Key {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(self.0.sign(message).to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_only_where_nobody_else_can() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("key");
        let key = Key::from_seed(&[7; 32]);
        assert!(matches!(
            Key::load(&path),
            Err(KeyFileError::Unreadable { .. })
        ));
        fs::write(&path, key.to_text().as_bytes()).unwrap();
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        mode(0o640);
        assert!(matches!(Key::load(&path), Err(KeyFileError::Open(_))));
        mode(0o600);
        assert_eq!(Key::load(&path).unwrap().public_key(), key.public_key());
        for wrong in ["", "AAAA", "no key", &"A".repeat(44)] {
            fs::write(&path, wrong).unwrap();
            assert!(
                matches!(Key::load(&path), Err(KeyFileError::Malformed(_))),
                "{wrong:?}"
            );
        }
    }
}

//! The data directory: which file is where, who may read it, and that one process owns it.
//!
//! Two witnesses on one directory, or one on an old copy of it, could cosign two trees of one size.
//! The lock prevents the first; nothing on one machine can prevent the second, so a copy is never
//! put back: a witness that lost its directory starts anew, under a new key.

use crate::disk;
use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A data directory.
#[derive(Clone, Debug)]
pub struct DataDir(PathBuf);

/// A data directory that this process owns until the value is dropped.
#[derive(Debug)]
pub struct Owned {
    dir: DataDir,
    /// The kernel lets go of the lock when the process ends, however it ends.
    _lock: File,
}

impl DataDir {
    /// The directory at a path; nothing is looked at yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Makes the directory, readable by its owner only. It must not hold anything yet.
    pub fn create(&self) -> Result<()> {
        if fs::read_dir(&self.0).is_ok_and(|mut entries| entries.next().is_some()) {
            bail!(
                "{} is not empty; choose another directory, nothing was changed",
                self.0.display()
            );
        }
        if !self.0.is_dir() {
            disk::make_directory(&self.0)
                .with_context(|| format!("cannot make {}", self.0.display()))?;
        }
        disk::make_directory(&self.logs())
            .with_context(|| format!("cannot make {}", self.logs().display()))
    }

    /// Takes the directory for this process.
    pub fn own(&self) -> Result<Owned> {
        if !self.config().is_file() {
            bail!(
                "{} holds no veedor.toml; run `veedor init` first, or name the directory with --dir",
                self.0.display()
            );
        }
        let path = self.0.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Owned {
                dir: self.clone(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => bail!(
                "another veedor owns {}; stop it first: two on one directory could cosign two \
                 trees of one size",
                self.0.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }

    /// The directory itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The configuration.
    pub fn config(&self) -> PathBuf {
        self.0.join("veedor.toml")
    }

    /// The private key, unless the configuration names another place.
    pub fn key(&self) -> PathBuf {
        self.0.join("key")
    }

    /// The public key that others configure.
    pub fn public_key(&self) -> PathBuf {
        self.0.join("vkey")
    }

    /// The token with which rows are read from the mirror, unless the configuration names another
    /// place.
    pub fn mirror_token(&self) -> PathBuf {
        self.0.join("mirror.token")
    }

    /// Reports of people taken.
    pub fn takings(&self) -> PathBuf {
        self.0.join("takings.db")
    }

    /// The token with which authorities read what they are asked, unless the configuration names
    /// another place.
    pub fn taking_token(&self) -> PathBuf {
        self.0.join("taking.token")
    }

    /// What of the board of custody is for everybody, written by `veedor board --publish`.
    pub fn summary(&self) -> PathBuf {
        self.0.join("custody.json")
    }

    /// One directory for each log, named by the hash of its origin.
    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }
}

impl core::ops::Deref for Owned {
    type Target = DataDir;

    fn deref(&self) -> &DataDir {
        &self.dir
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_owner_and_is_never_taken_over() {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::at(temp.path().join("data"));
        assert!(dir.own().unwrap_err().to_string().contains("veedor init"));
        dir.create().unwrap();
        fs::write(dir.config(), "").unwrap();
        let owned = dir.own().unwrap();
        let second = dir.own().unwrap_err().to_string();
        assert!(second.contains("another veedor owns"), "{second}");
        drop(owned);
        dir.own().unwrap();
        assert!(dir.create().unwrap_err().to_string().contains("not empty"));
    }
}

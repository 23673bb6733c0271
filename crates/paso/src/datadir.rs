//! The data directory: which file is where, who may read it, and that one process owns it.

use anyhow::{Context, Result, bail};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
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
        for dir in [&self.0, &self.keys(), &self.envelope(), &self.tls()] {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(dir)
                .and_then(|()| fs::set_permissions(dir, fs::Permissions::from_mode(0o700)))
                .with_context(|| format!("cannot make {}", dir.display()))?;
        }
        Ok(())
    }

    /// Takes the directory for this process.
    pub fn own(&self) -> Result<Owned> {
        if !self.config().is_file() {
            bail!(
                "{} holds no paso.toml; run `paso init` first, or name the directory with --dir",
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
                "another paso owns {}; stop it first, or give your command to it: it listens on {}",
                self.0.display(),
                self.socket().display()
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
        self.0.join("paso.toml")
    }

    /// The anchor file that others pin.
    pub fn anchor(&self) -> PathBuf {
        self.0.join("anchor.txt")
    }

    /// The newest trust bundle.
    pub fn bundle(&self) -> PathBuf {
        self.0.join("bundle.cose")
    }

    /// What the hub has lent this post, and how the hub is known; at a post only.
    pub fn terms(&self) -> PathBuf {
        self.0.join("post.cbor")
    }

    /// A post's TLS: the key of its name and the chain that its hub gives.
    fn tls(&self) -> PathBuf {
        self.0.join("tls")
    }

    /// The key of a post's name.
    pub fn name_key(&self) -> PathBuf {
        self.tls().join("name.key")
    }

    /// The certificate of a post's name, and the root that vouches for it.
    pub fn name_chain(&self) -> PathBuf {
        self.tls().join("name.pem")
    }

    /// The key of a hub's authority for names.
    pub fn names_key(&self) -> PathBuf {
        self.keys().join("names.key")
    }

    /// The root of that authority, for officers' machines.
    pub fn names_root(&self) -> PathBuf {
        self.0.join("names.crt")
    }

    /// Which logs and witnesses count.
    pub fn policy(&self) -> PathBuf {
        self.0.join("policy.txt")
    }

    /// The folder of working keys.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// The list of keys, with windows and purposes.
    pub fn key_list(&self) -> PathBuf {
        self.keys().join("keys.toml")
    }

    /// What leaves the machine after the ceremony.
    pub fn envelope(&self) -> PathBuf {
        self.0.join("envelope")
    }

    /// The sheet that is printed and signed at the ceremony.
    pub fn ceremony_sheet(&self) -> PathBuf {
        self.0.join("ceremony.pdf")
    }

    /// When the last backup was made from here.
    pub fn last_backup(&self) -> PathBuf {
        self.0.join("last-backup")
    }

    /// Where the running process takes commands.
    pub fn socket(&self) -> PathBuf {
        self.0.join("paso.sock")
    }
}

impl core::ops::Deref for Owned {
    type Target = DataDir;

    fn deref(&self) -> &DataDir {
        &self.dir
    }
}

/// Writes a file whole or not at all: beside it first, then on disk, then in its place.
pub fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(mode)
        .open(&beside)
        .with_context(|| format!("cannot write {}", beside.display()))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path))
        .and_then(|()| {
            File::open(path.parent().unwrap_or(Path::new("."))).and_then(|dir| dir.sync_all())
        })
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_one_owner_and_is_never_taken_over() {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::at(temp.path().join("data"));
        assert!(dir.own().unwrap_err().to_string().contains("paso init"));
        dir.create().unwrap();
        write(&dir.config(), b"", 0o600).unwrap();
        let owned = dir.own().unwrap();
        assert!(
            dir.own()
                .unwrap_err()
                .to_string()
                .contains("another paso owns")
        );
        drop(owned);
        dir.own().unwrap();
        assert!(dir.create().unwrap_err().to_string().contains("not empty"));
    }

    #[test]
    fn secrets_are_readable_by_their_owner_only() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("secret");
        write(&path, b"1", 0o600).unwrap();
        write(&path, b"2", 0o600).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert!(!path.with_extension("new").exists());
    }
}

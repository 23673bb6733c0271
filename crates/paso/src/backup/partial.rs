//! A file that gets its name when it is whole.
//!
//! It is written under another name, locked while it is, and removed if anything fails; so no kill
//! and no full disk leaves a piece of a backup under a backup's name, or touches the one before.

use anyhow::{Context, Result};
use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// What a file's name ends with while it is written.
const ENDING: &str = "partial";

/// A file on its way.
#[derive(Debug)]
pub(super) struct Partial {
    path: PathBuf,
    name: PathBuf,
    file: File,
    named: bool,
}

impl Partial {
    /// Begins a file that will have this name.
    pub(super) fn begin(name: &Path) -> Result<Self> {
        let mut beside = name.as_os_str().to_owned();
        beside.push(".");
        beside.push(ENDING);
        let path = PathBuf::from(beside);
        // A piece that a killed run has left; one under way is locked.
        remove_if_abandoned(&path)?;
        let file = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        file.lock()
            .with_context(|| format!("cannot lock {}", path.display()))?;
        Ok(Self {
            path,
            name: name.to_owned(),
            file,
            named: false,
        })
    }

    /// The file, to write to.
    pub(super) fn file(&self) -> Result<File> {
        self.file
            .try_clone()
            .with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Where it is now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes what was written durable.
    pub(super) fn sync(&self) -> Result<()> {
        self.file
            .sync_all()
            .with_context(|| format!("cannot write {}", self.path.display()))
    }

    /// Gives it its name, durably.
    pub(super) fn name(mut self) -> Result<PathBuf> {
        let cannot = || format!("cannot name {}", self.name.display());
        fs::rename(&self.path, &self.name).with_context(cannot)?;
        self.named = true;
        let parent = self.name.parent().filter(|p| !p.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))
            .and_then(|dir| dir.sync_all())
            .with_context(cannot)?;
        Ok(self.name.clone())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.named {
            // What cannot be removed is not taken for a backup either.
            fs::remove_file(&self.path).ok();
        }
    }
}

fn remove_if_abandoned(path: &Path) -> Result<()> {
    let Ok(file) = File::open(path) else {
        return Ok(());
    };
    file.try_lock().map_err(|_| {
        anyhow::anyhow!("another paso is writing {} at this moment", path.display())
    })?;
    fs::remove_file(path).with_context(|| format!("cannot take away {}", path.display()))
}

/// Removes the pieces in a directory that killed runs have left.
pub(super) fn sweep(dir: &Path) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        let ours = path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| {
                name.strip_suffix(ENDING)
                    .and_then(|name| name.strip_suffix('.'))
                    .is_some_and(|name| super::name::Name::parse(name).is_some())
            });
        // Another run's is locked, and stays.
        if ours && File::open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
            fs::remove_file(&path).ok();
        }
    }
    Ok(())
}

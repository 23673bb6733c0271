//! The mark of a directory that was restored, and what it takes to start from one.
//!
//! The device's key is the same as before, and so are the numbers it goes on with. An act recorded
//! before the lost tail is back gives a number twice, which proves a forked device for ever, and a
//! head signed then forks the log. So the first start waits until a witness has confirmed that there
//! is nothing more than is here.

use super::load::Loaded;
use crate::{datadir, datadir::DataDir};
use anyhow::{Context, Result, bail};
use paso_formats::moment::Moment;
use std::fs;

/// Its name in the data directory.
pub const RESTORED: &str = "restored";

/// Marks a directory.
pub(super) fn set(dir: &DataDir, loaded: &Loaded, now: Moment) -> Result<()> {
    let text = format!(
        "restored {now}\nbackup {}\nposition {}\nentries {}\n\
         # Until a witness has confirmed the newest head, nothing is recorded or signed here.\n",
        loaded.register.moment, loaded.register.position, loaded.register.entries
    );
    datadir::write(&dir.path().join(RESTORED), text.as_bytes(), 0o600)
}

/// Lets a directory start, and takes the mark of a restored one away once a witness has `confirmed`
/// its newest head.
///
/// # Errors
/// When it was restored and no witness has confirmed anything.
pub fn admit(dir: &DataDir, confirmed: bool) -> Result<()> {
    let mark = dir.path().join(RESTORED);
    if !mark.exists() {
        return Ok(());
    }
    if confirmed {
        return fs::remove_file(&mark)
            .and_then(|()| fs::File::open(dir.path())?.sync_all())
            .with_context(|| format!("cannot take away {}", mark.display()));
    }
    bail!(
        "{} was restored from a backup, and no witness has said whether more was recorded after it. \
         Fetch what came after it from the overseer's mirror (`paso stream import`), see that a \
         witness can be reached, and start again. Nothing was started. Only if no witness exists, or \
         none will ever answer, and everything there is has been imported: delete {} by hand. What \
         was recorded after the backup and is still missing then proves a forked device",
        dir.path().display(),
        mark.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restored_directory_starts_when_a_witness_has_answered() {
        let temp = tempfile::tempdir().unwrap();
        let dir = DataDir::at(temp.path());
        admit(&dir, false).unwrap();
        datadir::write(&dir.path().join(RESTORED), b"restored", 0o600).unwrap();
        let refused = admit(&dir, false).unwrap_err().to_string();
        assert!(refused.contains("paso stream import"), "{refused}");
        admit(&dir, true).unwrap();
        admit(&dir, false).unwrap();
    }
}

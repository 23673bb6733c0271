//! `paso backup verify`: restoring a backup into a scratch directory and throwing that away.

use super::{
    load::{Loaded, Pair},
    sealed::{self, Identities},
};
use crate::{cli, datadir};
use anyhow::{Context, Result};
use paso_formats::moment::Moment;
use paso_service::clock::Clock;
use paso_store::{Config, Url};
use std::{
    fmt::Write as _,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// The first line of a record.
const TITLE: &str = "paso backup verified 1";

/// Restores a pair of backups once and records it beside them.
pub(super) async fn run(args: &cli::BackupVerify, out: &mut impl Write) -> Result<u8> {
    let identities = Identities::read(&args.identity)?;
    let pair = Pair::open(&args.file, &args.keys, &identities, args.older_keys)?;
    let loaded = Box::pin(restore_once(pair, args.scratch.as_deref())).await?;
    record(&[&args.file, &args.keys], &loaded, Clock::System.now())?;
    say(&loaded, out)?;
    Ok(0)
}

/// Restores into a scratch directory. What is in it is plain, so it should be in memory or on an
/// encrypted disk; only its owner can read it, and it is gone when this returns.
pub(super) async fn restore_once(pair: Pair, scratch: Option<&Path>) -> Result<Loaded> {
    let temporary = std::env::temp_dir();
    let within = scratch.unwrap_or(&temporary);
    let dir = tempfile::Builder::new()
        .prefix("paso-verify-")
        .tempdir_in(within)
        .with_context(|| format!("cannot make a scratch directory in {}", within.display()))?;
    let config = Config {
        main: Url::Sqlite(dir.path().join("journal.db")),
        keys: Url::Sqlite(dir.path().join("keys.db")),
    };
    pair.load(&config, |_, _| Ok(())).await
}

/// Says what was found.
pub(super) fn say(loaded: &Loaded, out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "Restored once, whole: {} of {}, position {}, entry {}, {} rows, {} events in the views.\n{}",
        loaded.register.authority,
        loaded.register.moment,
        loaded.register.position,
        loaded.register.entries,
        loaded.rows,
        loaded.rebuilt.events,
        loaded.words()
    )?;
    Ok(())
}

/// Where the record of a backup is.
pub(super) fn record_of(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".verified");
    PathBuf::from(name)
}

/// Writes beside each of these files that it was restored, with its hash.
pub(super) fn record(backups: &[&Path], loaded: &Loaded, now: Moment) -> Result<()> {
    for backup in backups {
        let sum =
            sealed::sum(backup).with_context(|| format!("cannot read {}", backup.display()))?;
        let text = format!(
            "{TITLE}\nsha256 {}\nposition {}\nentries {}\nat {now}\n",
            digits(&sum.hash),
            loaded.register.position,
            loaded.register.entries
        );
        datadir::write(&record_of(backup), text.as_bytes(), 0o644)?;
    }
    Ok(())
}

/// Whether a backup was restored, and is as it was then.
pub(super) fn is_recorded(backup: &Path) -> bool {
    let Ok(text) = fs::read_to_string(record_of(backup)) else {
        return false;
    };
    let mut lines = text.lines();
    let hash = match (lines.next(), lines.next()) {
        (Some(TITLE), Some(line)) => line.strip_prefix("sha256 "),
        _ => None,
    };
    // Hashing the file is the long part, and last.
    hash.is_some_and(|hash| sealed::sum(backup).is_ok_and(|sum| digits(&sum.hash) == hash))
}

/// A hash in hexadecimal digits.
pub(super) fn digits(hash: &[u8]) -> String {
    let mut digits = String::with_capacity(hash.len() * 2);
    for byte in hash {
        // Writing into a String does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

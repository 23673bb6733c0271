//! Space kept back on the disk of the databases, so that a full one still takes what is urgent.
//!
//! A file of ballast lies beside each SQLite database. When anything meets a full disk the ballast is
//! thrown out, and until it can be laid in again only urgent acts are written
//! ([`paso_domain::urgent`]): so what was freed goes to them. A server's disk is not ours to keep
//! room on; beside PostgreSQL there is no ballast, and a full disk refuses everything alike.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use paso_formats::moment::{MINUTE, Moment};

use crate::config::{Config, Url};

/// Laid in only where this much more is free, in percent: or the next act would throw it out again.
const MARGIN: u64 = 25;

/// What a start writes, at most, before anybody is served: leases, keys, a bundle. Views that must be
/// made anew take more, and then a start fails as on any full disk.
const START: u64 = 1 << 20;

/// The space kept back by one store; nothing until [`Reserve::keep`].
#[derive(Debug, Default)]
pub(crate) struct Reserve(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    files: Arc<[(PathBuf, u64)]>,
    spent: bool,
    /// When it was last tried to lay the ballast in again; none until somebody looked.
    tried: Option<Moment>,
}

impl Reserve {
    /// Keeps space back beside these databases from now on. Where there is no room for it any more,
    /// the store begins as one whose disk is full.
    pub(crate) async fn keep(&self, config: &Config, bytes: u64) {
        // Keys are small: an eighth is more of them than of what they open.
        let wanted = [(&config.main, bytes), (&config.keys, bytes / 8)];
        let files: Arc<[_]> = wanted
            .into_iter()
            .filter_map(|(url, bytes)| Some((beside(url)?, bytes)))
            .collect();
        let laid_in = lay_in(Arc::clone(&files)).await;
        *self.held() = Held {
            files,
            spent: !laid_in,
            tried: None,
        };
    }

    /// Throws the ballast out, if it is in.
    pub(crate) fn release(&self) {
        let mut held = self.held();
        if held.spent || held.files.is_empty() {
            return;
        }
        held.spent = true;
        for (path, _) in held.files.iter() {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::error!("{} could not be removed: {error}", path.display());
                }
                _ => {}
            }
        }
        tracing::error!(
            "the disk is full: the space kept back was released, and only readings and custody are \
             recorded until there is room again"
        );
    }

    /// Whether the ballast is out, so that only urgent acts may be written.
    pub(crate) fn is_spent(&self) -> bool {
        self.held().spent
    }

    /// Whether only urgent acts may be written, after trying once a minute to lay the ballast in.
    pub(crate) async fn is_still_spent(&self, now: Moment) -> bool {
        let files = {
            let mut held = self.held();
            if !held.spent {
                return false;
            }
            // The first look only begins the minute: what freed the room may still be writing. A clock
            // that was set back must not keep it from being tried.
            let early = held
                .tried
                .is_none_or(|at| (at..at.plus(MINUTE)).contains(&now));
            if held.tried.is_none() || !early {
                held.tried = Some(now);
            }
            if early {
                return true;
            }
            Arc::clone(&held.files)
        };
        let laid_in = lay_in(files).await;
        if laid_in {
            self.held().spent = false;
            tracing::info!("there is room on the disk again, and everything is recorded");
        }
        !laid_in
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Throws out what an earlier process kept back beside these databases, where there is not even room to
/// start.
pub(crate) async fn make_room_to_start(config: &Config) {
    let ballast = [&config.main, &config.keys].into_iter().filter_map(beside);
    let ballast: Vec<_> = ballast.filter(|path| path.exists()).collect();
    let thrown_out = tokio::task::spawn_blocking(move || {
        let full = ballast.iter().any(|path| !has_room(path));
        let gone = |path: &&PathBuf| full && fs::remove_file(path).is_ok();
        ballast.iter().filter(gone).count() > 0
    });
    if thrown_out.await.unwrap_or(false) {
        tracing::error!(
            "the disk is full: the space kept back was released in order to start; free some space"
        );
    }
}

/// Whether what a start writes finds room beside the ballast. Tried, since what a file system calls free
/// is not always for us.
fn has_room(ballast: &Path) -> bool {
    let probe = ballast.with_extension("probe");
    let written = fill(&probe, START);
    fs::remove_file(&probe).ok();
    !written.is_err_and(|error| error.kind() == io::ErrorKind::StorageFull)
}

/// Where the ballast of a database lies; a server's disk has none.
fn beside(database: &Url) -> Option<PathBuf> {
    let Url::Sqlite(path) = database else {
        return None;
    };
    let mut name = path.as_os_str().to_owned();
    name.push(".reserve");
    Some(name.into())
}

/// Lays all of the ballast in, or none.
async fn lay_in(files: Arc<[(PathBuf, u64)]>) -> bool {
    let laid_in = tokio::task::spawn_blocking(move || {
        let made = files
            .iter()
            .try_for_each(|(path, bytes)| fill(path, *bytes));
        if let Err(error) = &made {
            tracing::warn!("no space could be kept back on the disk: {error}");
            for (path, _) in files.iter() {
                fs::remove_file(path).ok();
            }
        }
        made.is_ok()
    });
    laid_in.await.unwrap_or(false)
}

/// Fills a file with bytes that no file system makes small: zeros would be a hole to some.
fn fill(path: &Path, bytes: u64) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|file| file.len() == bytes) {
        return Ok(());
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let (mut left, mut seed) = (bytes + bytes * MARGIN / 100, 0x9e37_79b9_7f4a_7c15_u64);
    let mut block = vec![0; 1 << 16];
    while left > 0 {
        for word in block.chunks_exact_mut(8) {
            // xorshift: of no use but to have no pattern.
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            word.copy_from_slice(&seed.to_le_bytes());
        }
        let now = usize::try_from(left).unwrap_or(usize::MAX).min(block.len());
        file.write_all(block.get(..now).unwrap_or_default())?;
        left = left.saturating_sub(now as u64);
    }
    file.set_len(bytes)?;
    // Some file systems find out only here that there is no room.
    file.sync_all()
}

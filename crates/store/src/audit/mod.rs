//! The audit: what is stored, held against what can be proven of it.
//!
//! It reads both databases as they were at one instant, with connections of its own that cannot
//! write, whether or not a program is running on them; so it serves on a restored copy as well. What
//! is judged with, such as keys, policy and tiles, is handed in. Each check is one walk through the
//! tables in the order of a key, page by page, so that memory does not grow with the journal.
//!
//! It finds and names. It repairs nothing, and what it finds it never takes for an accident or for a
//! crime: that is for people.

mod absent;
mod duties;
mod erased;
mod heads;
mod journal;
mod log;
mod pages;
mod reader;
mod report;
mod streams;
mod times;
mod views;
mod walk;

use std::{collections::BTreeSet, io, path::PathBuf};

use paso_formats::{bundle::TrustedKey, moment::Moment};
use paso_tlog::{
    checkpoint::{Head, Origin},
    tile::TilePath,
};

use crate::{
    Config, RebuildError,
    error::{DatabaseError, OpenError},
    migrations::{KEYS, MAIN},
};
use reader::Reader;

pub use report::{Check, Code, Counted, Finding, Line, MOST_KEPT, Place, Report, Skipped};
pub use walk::{Walk, Walked};

/// Why an audit could not be carried out. What it had found by then is in no report.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// There is no register, or it is a newer program's.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The schema is of an earlier version.
    #[error(
        "the database has the older schema {version}; start `paso serve` on it once, or audit it \
         with the program that made it"
    )]
    Older {
        /// The schema found.
        version: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The scratch database could not be filled.
    #[error("the journal could not be replayed into a scratch database")]
    Replay(#[from] RebuildError),
    /// A tile file cannot be read, though it is there.
    #[error("{path} cannot be read; see its permissions and the disk")]
    Tile {
        /// Which tile.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// Where full tiles are once they are files.
pub trait TileFiles {
    /// The bytes of a log's tile, if there is such a file.
    ///
    /// # Errors
    /// When there is one and it cannot be read.
    fn read(&self, origin: &Origin, path: &TilePath) -> io::Result<Option<Vec<u8>>>;
}

/// What the register's policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Seconds that may lie between the bounds of an entry's time.
    pub sandwich: i64,
    /// Seconds that an entry may wait for its log, or an integrated one for a witnessed head.
    pub waiting: i64,
    /// Seconds for which a sheet of custody or of an encounter may be out.
    pub sheets: i64,
}

/// What is judged with, and where.
pub struct Known<'a> {
    /// The keys that devices may have, from a verified trust bundle; none where there is no bundle.
    pub keys: Option<&'a [TrustedKey]>,
    /// The policy of the log, and those before it, as their files have them. A published head has to
    /// satisfy one of them: the witnesses of other years signed under the policies of those years.
    pub policies: &'a [String],
    /// The tiles that are files; none where there are no files here.
    pub tiles: Option<&'a dyn TileFiles>,
    /// The heads that the guard saw signed.
    pub guard: &'a [(Origin, Head)],
    /// The present.
    pub now: Moment,
    /// What is allowed.
    pub limits: Limits,
    /// An empty directory, for the scratch database. What is in it afterwards holds personal data
    /// in clear, and is for the caller to remove.
    pub scratch: PathBuf,
}

/// Audits the register in these databases.
///
/// # Errors
/// When it could not be carried out. A register in which things are found is no error.
pub async fn audit(
    config: &Config,
    checks: &BTreeSet<Check>,
    known: &Known<'_>,
) -> Result<Report, AuditError> {
    let mut register = Register::open(config).await?;
    let mut report = Report::default();
    for check in Check::ALL {
        if !checks.contains(check) {
            report.skip(*check, Skipped::NotAsked);
        }
    }
    let asked = |of: &[Check]| of.iter().any(|check| checks.contains(check));
    if asked(&[
        Check::Journal,
        Check::Views,
        Check::Entries,
        Check::Duties,
        Check::Officers,
    ]) {
        journal::check(&mut register, checks, known, &mut report).await?;
    }
    if asked(&[Check::Streams]) {
        streams::check(&mut register.main, known, &mut report).await?;
    }
    if asked(&[Check::Log, Check::Heads, Check::Duties, Check::Times]) {
        log::check(&mut register.main, checks, known, &mut report).await?;
    }
    report.position = pages::last_position(&mut register.main).await?;
    // One check's walk meets what another is about; who did not ask is not told.
    report.lines.retain(|check, line| {
        if !checks.contains(check) {
            *line = Line {
                skipped: Some(Skipped::NotAsked),
                ..Line::default()
            };
        }
        true
    });
    register.close().await?;
    Ok(report)
}

/// Both databases at one instant.
struct Register {
    main: Reader,
    keys: Reader,
}

impl Register {
    async fn open(config: &Config) -> Result<Self, AuditError> {
        Ok(Self {
            main: Reader::open(&config.main, &MAIN).await?,
            // After the journal, whose rows all have their keys on disk before them.
            keys: Reader::open(&config.keys, &KEYS).await?,
        })
    }

    async fn close(self) -> Result<(), AuditError> {
        self.main.close().await?;
        self.keys.close().await?;
        Ok(())
    }
}

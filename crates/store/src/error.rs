//! What can go wrong, in words for the person who has to act on it. No type of the database
//! driver leaves this crate: its errors are sources, to be logged and not matched on.

use std::{sync::Arc, time::Duration};

use paso_domain::{id::StreamId, subject::Subject};
use paso_formats::entry::UnsignableEntry;

use crate::{faults::Step, journal::UnreadableEntry};

/// What a database, or the way to it, said.
///
/// It is shared, because one failed commit is the answer to every caller of its batch.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(Arc<Cause>);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("the disk of the database is full; free some space, nothing has to be repaired")]
    Full(#[source] sqlx::Error),
    #[error(
        "the disk is full, and the room that was kept back is for readings and custody; free some space"
    )]
    Reserved,
    #[error("the database did not carry out {statement}; see its log, and run doctor")]
    Failed {
        statement: &'static str,
        #[source]
        source: sqlx::Error,
    },
    #[error(transparent)]
    Corrupt(Corrupt),
    #[error("a test made the store fail at {0:?}")]
    Injected(Step),
    #[error("the store is closed; restart the program")]
    Closed,
    #[error(
        "the database has not answered for {0} seconds; see whether it and the way to it are up"
    )]
    Silent(u64),
}

/// A stored value that nothing here can have written.
#[derive(Debug, thiserror::Error)]
#[error(
    "column {column} of {statement} holds no {expected}; the database was altered, run an audit"
)]
pub struct Corrupt {
    /// The statement that read it.
    pub statement: &'static str,
    /// Its column, counted from 0.
    pub column: usize,
    /// What was expected.
    pub expected: &'static str,
}

impl DatabaseError {
    pub(crate) fn failed(statement: &'static str, source: sqlx::Error) -> Self {
        Self(Arc::new(if is_full(&source) {
            Cause::Full(source)
        } else {
            Cause::Failed { statement, source }
        }))
    }

    pub(crate) fn corrupt(statement: &'static str, column: usize, expected: &'static str) -> Self {
        Self(Arc::new(Cause::Corrupt(Corrupt {
            statement,
            column,
            expected,
        })))
    }

    pub(crate) fn injected(step: Step) -> Self {
        Self(Arc::new(Cause::Injected(step)))
    }

    pub(crate) fn closed() -> Self {
        Self(Arc::new(Cause::Closed))
    }

    pub(crate) fn reserved() -> Self {
        Self(Arc::new(Cause::Reserved))
    }

    pub(crate) fn silent(patience: Duration) -> Self {
        Self(Arc::new(Cause::Silent(patience.as_secs())))
    }

    /// Whether the disk was full: space must be freed, and trying again then helps.
    pub fn is_full(&self) -> bool {
        matches!(*self.0, Cause::Full(_) | Cause::Reserved)
    }
}

fn is_full(error: &sqlx::Error) -> bool {
    match error {
        // SQLITE_FULL is 13; 53100 is PostgreSQL's disk_full.
        sqlx::Error::Database(e) => matches!(e.code().as_deref(), Some("13" | "53100")),
        sqlx::Error::Io(e) => e.kind() == std::io::ErrorKind::StorageFull,
        _ => false,
    }
}

/// Why the store cannot be opened or created.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no journal, or no key database, where one was expected. Starting with an empty one
    /// would look like a fresh authority.
    #[error(
        "there is no {what} at {at}; run init for a new authority, or restore it from its backup"
    )]
    NotInitialised {
        /// `journal` or `key database`.
        what: &'static str,
        /// Where it was looked for.
        at: String,
    },
    /// A journal with entries, or a database with keys, is there already.
    #[error("something is kept at {at} already; init never touches it, choose another place")]
    AlreadyInitialised {
        /// Where.
        at: String,
    },
    /// Both URLs name one database.
    #[error("journal and keys are configured to one database; give the keys their own")]
    SameDatabase,
    /// The database was written by a newer version, or is another's.
    #[error(
        "the database has schema {version}, unknown here; start the newer version of the program"
    )]
    Newer {
        /// The schema found.
        version: i64,
    },
    /// The schema recorded in the database differs from the one this program would have made.
    #[error(
        "the schema could not be brought up to date; restore the backup made before the update"
    )]
    Migration(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The URL does not parse, or lets the connection be read on its way.
    #[error("the database URL is not usable: {reason}")]
    Url {
        /// What to change.
        reason: &'static str,
    },
    /// A setting of the database would lose acknowledged acts in a power cut.
    #[error(
        "{setting} is {found:?} in the database; acknowledged acts could be lost, set it to {wanted}"
    )]
    NotDurable {
        /// The setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// The file could not be made.
    #[error("{path} cannot be created; check that the directory exists and may be written")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The database does not answer.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Why acts were not, or perhaps not, stored.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The subject has moved on since it was loaded. Nothing was stored: load, decide again.
    #[error(
        "{subject:?} has version {found}, and {expected} was expected; load it and decide again"
    )]
    Conflict {
        /// The subject.
        subject: Subject,
        /// The version that was expected.
        expected: u64,
        /// The version it has.
        found: u64,
    },
    /// The subject was erased, perhaps a moment ago. Nothing was stored.
    #[error("this record was erased and nothing was recorded; look the person up again")]
    Forgotten(Subject),
    /// The disk is full. Nothing was stored.
    #[error("the disk is full and nothing was recorded; free some space and repeat the act")]
    Full(#[source] DatabaseError),
    /// The disk is full, and this was not urgent. Nothing was stored.
    #[error(
        "the disk is full: the room that was kept back is for readings and custody, and this was not \
         recorded; free some space and repeat the act"
    )]
    Reserved,
    /// The database could not be written. Nothing was stored.
    #[error("the journal could not be written and nothing was recorded; repeat the act")]
    Unavailable(#[source] DatabaseError),
    /// The commit was under way when the answer was lost: all of it was stored, or nothing. Load
    /// the subjects and see.
    #[error("it is not known whether the act was recorded; look it up before repeating it")]
    InDoubt(#[source] DatabaseError),
    /// The views lag behind the journal or belong to another version of the program, so that they
    /// could not follow. Nothing was stored.
    #[error("the views have to be rebuilt first; restart the program, which does it")]
    ViewsBehind,
    /// Rows of the journal have no entries yet. Nothing was stored.
    #[error("older rows have to be signed first; restart the program, which does it")]
    EntriesBehind,
    /// The stream belongs to another key. Nothing was stored.
    #[error(
        "{0:?} was begun with another key, and a stream has one for life; start the device with its \
         own key, or with a new stream"
    )]
    AnotherKey(StreamId),
    /// The device could not sign. Nothing was stored.
    #[error("the act could not be signed and nothing was recorded: {0}")]
    Unsigned(#[from] UnsignableEntry),
}

/// Why rows that were written before there were entries cannot get theirs.
#[derive(Debug, thiserror::Error)]
pub enum BackfillError {
    /// The stream belongs to another key.
    #[error(
        "{0:?} was begun with another key; start the program with the key that has signed it so far"
    )]
    AnotherKey(StreamId),
    /// A row whose number does not follow.
    #[error(
        "the row at position {0} does not follow the row before it in its stream; run an audit of \
         the journal"
    )]
    OutOfSequence(u64),
    /// The device could not sign.
    #[error("older rows could not be signed: {0}")]
    Unsigned(#[from] UnsignableEntry),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Why rows from elsewhere are not taken in. Nothing of them was, unless an earlier page is named by
/// the database's own error; to repeat the import is to finish it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No key that is trusted here has begun this stream.
    #[error(
        "{0:?} is of no device known here, and nothing was taken; fetch the trust bundle that names \
         the device, or begin with the file that holds its first entry"
    )]
    UnknownStream(StreamId),
    /// The stream is known here with another key.
    #[error(
        "{0:?} was begun with another key, and nothing was taken; find out who wrote this file"
    )]
    AnotherKey(StreamId),
    /// The device's key did not sign it.
    #[error(
        "entry {1} of {0:?} is not signed by its device, and nothing was taken; the file was made or \
         altered by somebody else, keep it and report it"
    )]
    NotSigned(StreamId, u64),
    /// The leaf does not bind the row.
    #[error(
        "entry {1} of {0:?} does not bind the row beside it, and nothing was taken; the row was \
         altered, fetch the file again"
    )]
    Unbound(StreamId, u64),
    /// The row is of a kind that is not known here.
    #[error(
        "entry {1} of {0:?} was written by a newer version, and nothing was taken; use that version"
    )]
    Newer(StreamId, u64),
    /// The body does not open, although its subject has a key.
    #[error(
        "entry {sequence} of {stream:?} does not open with its subject's key, and nothing was taken; \
         see whether the keys that were restored are the right ones"
    )]
    Unreadable {
        /// Its stream.
        stream: StreamId,
        /// Its number there.
        sequence: u64,
        /// Why.
        #[source]
        source: UnreadableEntry,
    },
    /// The rows do not join those that are here.
    #[error(
        "the rows begin at place {place} of the log and {count} entries are here, none of them among \
         the rows; fetch the log from an earlier place, so that the rows overlap"
    )]
    NoOverlap {
        /// Place of the first row.
        place: u64,
        /// Entries here.
        count: u64,
    },
    /// The row would not have the number it had where the log was written.
    #[error(
        "the row at place {place} of the log would become entry {number} here, out of the log's \
         order; something was entered here since the copy was made. Restore the copy again and \
         import before anything else"
    )]
    OutOfPlace {
        /// Place of the row.
        place: u64,
        /// The number it would have.
        number: u64,
    },
    /// Rows of the journal have no entries yet.
    #[error("older rows have to be signed first; start the program once, then import")]
    EntriesBehind,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Why views cannot be rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A body is unreadable. It is named, and nothing is skipped in silence.
    #[error("the entry at position {position} cannot be read")]
    Unreadable {
        /// Its position.
        position: u64,
        /// Why.
        #[source]
        source: UnreadableEntry,
    },
    /// Someone else rebuilds or appends at the same time.
    #[error(
        "the views moved while they were being rebuilt; start one process first, then the others"
    )]
    Disturbed,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

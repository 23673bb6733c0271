//! The mirror's database: one SQLite file for each authority, so that one authority's damage, size
//! or slowness is never another's.
//!
//! WAL and `synchronous=FULL`: what a pull has committed survives a power cut, and a pull that did
//! not commit has left nothing. One connection writes, a few read.

use std::{path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _, Sqlite, SqlitePool, Transaction,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

/// Connections that read at once.
const READERS: u32 = 4;

/// How long to wait for a connection, and for SQLite's own lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// In the file's header, so that no other SQLite file is taken for a mirror: "Pveo".
const APPLICATION: i64 = 0x5076_656f;

/// The schema known here.
const SCHEMA_VERSION: i64 = 2;

/// What is kept. Leaves and tiles are only ever added; a log's head and a device's state are
/// replaced in the same transaction that adds.
const SCHEMA: &str = "
    CREATE TABLE log (
        label INTEGER NOT NULL PRIMARY KEY CHECK (label > 10000),
        origin TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL CHECK (size > 0),
        root BLOB NOT NULL CHECK (length(root) = 32),
        note BLOB NOT NULL,
        complete INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE place (
        label INTEGER NOT NULL REFERENCES log (label) DEFERRABLE INITIALLY DEFERRED,
        place INTEGER NOT NULL CHECK (place >= 0),
        leaf BLOB NOT NULL,
        stream BLOB,
        sequence INTEGER,
        subject TEXT,
        kind TEXT,
        schema INTEGER,
        minute INTEGER,
        sealed BLOB,
        approvals BLOB,
        statement BLOB,
        PRIMARY KEY (label, place)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX place_stream ON place (stream, sequence) WHERE stream IS NOT NULL;
    CREATE INDEX place_receipt ON place (subject) WHERE kind = 'receipt.given';
    CREATE INDEX place_statement ON place (label, place) WHERE length(statement) > 0;

    CREATE TABLE tile (
        label INTEGER NOT NULL REFERENCES log (label) DEFERRABLE INITIALLY DEFERRED,
        level INTEGER NOT NULL,
        number INTEGER NOT NULL,
        hashes BLOB NOT NULL CHECK (length(hashes) = 8192),
        PRIMARY KEY (label, level, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE edge (
        label INTEGER NOT NULL REFERENCES log (label) DEFERRABLE INITIALLY DEFERRED,
        level INTEGER NOT NULL,
        hashes BLOB NOT NULL,
        PRIMARY KEY (label, level)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE device (
        stream BLOB NOT NULL PRIMARY KEY CHECK (length(stream) = 16),
        key BLOB NOT NULL,
        settled INTEGER NOT NULL,
        settled_hash BLOB,
        highest INTEGER NOT NULL,
        missing INTEGER NOT NULL,
        heard INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE finding (
        id INTEGER PRIMARY KEY,
        label INTEGER NOT NULL,
        place INTEGER NOT NULL,
        what TEXT NOT NULL,
        stream BLOB,
        sequence INTEGER,
        found INTEGER NOT NULL,
        settled INTEGER,
        UNIQUE (label, place, what)
    ) STRICT;
    CREATE INDEX finding_open ON finding (what) WHERE settled IS NULL;

    CREATE TABLE bundle (
        one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
        bytes BLOB NOT NULL
    ) STRICT;
";

/// What version 2 added: by when each size of a log had been published, against which a head-count
/// holds what the authority says of an earlier hour.
const SECOND: &str = "
    CREATE TABLE seen (
        label INTEGER NOT NULL REFERENCES log (label) DEFERRABLE INITIALLY DEFERRED,
        size INTEGER NOT NULL CHECK (size > 0),
        published INTEGER NOT NULL,
        PRIMARY KEY (label, size)
    ) STRICT, WITHOUT ROWID;
";

/// Why the database does not answer.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The driver failed.
    #[error("the mirror's database failed to {what}: {source}; free or repair its disk")]
    Failed {
        /// What was being done.
        what: &'static str,
        /// What the driver says.
        source: sqlx::Error,
    },
    /// Another file, or one of another program.
    #[error("{0} is no mirror of veedor's; correct `database` in veedor.toml")]
    NotAMirror(String),
    /// Written by a later version.
    #[error(
        "{path} has schema {found}, and {SCHEMA_VERSION} is the newest known here; use the newer program"
    )]
    Newer {
        /// The file.
        path: String,
        /// Its version.
        found: i64,
    },
    /// Written by an earlier version.
    #[error("{0} is of an earlier version; run `veedor serve` once, which brings it up to date")]
    Older(String),
    /// Something stored is not what is stored there.
    #[error("the mirror is damaged: {0}; run `veedor check`, then let it be pulled anew")]
    Damaged(String),
    /// There is no file.
    #[error("{0} is not there; `veedor serve` makes it when it first pulls")]
    Missing(String),
}

impl DbError {
    /// The driver's error while doing something.
    pub(super) fn while_to(what: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Failed { what, source }
    }

    /// Whether the disk, or the size allowed, is full.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let Self::Failed { source, .. } = self else {
            return false;
        };
        // SQLITE_FULL (sqlite.org/rescode.html).
        source
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| code == "13")
    }
}

/// The database of one authority.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) read: SqlitePool,
    write: SqlitePool,
}

impl Db {
    /// Opens the file, made if need be. `most_pages` bounds its size for tests of a full disk.
    pub async fn open(path: &Path, most_pages: Option<u32>) -> Result<Self, DbError> {
        let mut options = options(path).create_if_missing(true);
        if let Some(most) = most_pages {
            options = options.pragma("max_page_count", most.to_string());
        }
        let write = pool(1).connect_with(options).await;
        let write = write.map_err(DbError::while_to("open"))?;
        let db = Self {
            read: pool(READERS).connect_lazy_with(self::options(path).read_only(true)),
            write,
        };
        db.prepare(path).await?;
        Ok(db)
    }

    /// Opens a file that is there, to read: beside a process that serves it.
    pub async fn open_to_read(path: &Path) -> Result<Self, DbError> {
        if !path.is_file() {
            return Err(DbError::Missing(path.display().to_string()));
        }
        let read = pool(READERS).connect_lazy_with(options(path).read_only(true));
        let db = Self {
            write: read.clone(),
            read,
        };
        match db.version().await? {
            (APPLICATION, SCHEMA_VERSION) => Ok(db),
            (APPLICATION, 1) => Err(DbError::Older(path.display().to_string())),
            (APPLICATION, found) => Err(DbError::Newer {
                path: path.display().to_string(),
                found,
            }),
            _ => Err(DbError::NotAMirror(path.display().to_string())),
        }
    }

    async fn version(&self) -> Result<(i64, i64), DbError> {
        let number = async |pragma: &'static str| {
            sqlx::query_scalar::<_, i64>(pragma)
                .fetch_one(&self.write)
                .await
                .map_err(DbError::while_to("read its version"))
        };
        Ok((
            number("PRAGMA application_id").await?,
            number("PRAGMA user_version").await?,
        ))
    }

    async fn prepare(&self, path: &Path) -> Result<(), DbError> {
        match self.version().await? {
            (APPLICATION, SCHEMA_VERSION) => Ok(()),
            (APPLICATION, 1) => self.run(&[SECOND]).await,
            (APPLICATION, found) => Err(DbError::Newer {
                path: path.display().to_string(),
                found,
            }),
            (0, 0) => {
                let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
                    .fetch_one(&self.write)
                    .await
                    .map_err(DbError::while_to("read its schema"))?;
                if tables > 0 {
                    return Err(DbError::NotAMirror(path.display().to_string()));
                }
                self.run(&[SCHEMA, SECOND]).await
            }
            _ => Err(DbError::NotAMirror(path.display().to_string())),
        }
    }

    /// Makes tables, and notes that the file is of the version known here.
    async fn run(&self, schema: &[&'static str]) -> Result<(), DbError> {
        let mut tx = self.begin().await?;
        // The two numbers lie in the file's first page, and so in the same transaction.
        let version = sqlx::AssertSqlSafe(format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA_VERSION};"
        ));
        let tables = schema
            .iter()
            .map(|text| sqlx::SqlSafeStr::into_sql_str(*text));
        for text in tables.chain([sqlx::SqlSafeStr::into_sql_str(version)]) {
            sqlx::raw_sql(text)
                .execute(&mut *tx)
                .await
                .map_err(DbError::while_to("make its tables"))?;
        }
        tx.commit().await.map_err(DbError::while_to("commit"))
    }

    /// Begins the one transaction that writes.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        self.write
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(DbError::while_to("begin"))
    }

    /// Begins a transaction that reads: all that it reads stood at one moment.
    pub(super) async fn snapshot(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        self.read.begin().await.map_err(DbError::while_to("begin"))
    }

    /// Waits for running statements and closes the file.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        // What undoes half a statement is of no use after a crash: it stays in memory.
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

fn pool(connections: u32) -> PoolOptions<Sqlite> {
    PoolOptions::<Sqlite>::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // The connection is a thread of this process: it answers, or the process is gone.
        .test_before_acquire(false)
}

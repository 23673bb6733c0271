//! Two databases behind one set of calls: how they are opened, read, and begun to be written.
//!
//! An enum, because only two members will ever exist and the compiler checks an enum for
//! completeness (anchors/style.md §4). On both there is one connection that writes and a few that
//! read. Only this file, `tx` and `sql` know that there are two drivers.

mod own;

pub(crate) use own::OwnConnection;

use std::{
    collections::BTreeSet,
    path::Path,
    str::FromStr as _,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgPool, Postgres, SqlSafeStr as _, SqlStr, Sqlite,
    SqlitePool,
    migrate::MigrateError,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgSslMode},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::{
    config::Url,
    error::{DatabaseError, OpenError},
    migrations::{Dialect, Schema},
    reserve::Reserve,
    sql::{Row, Statement, Value, pieces, query, rows},
    tx::Tx,
};

/// Connections that read at once. Reads are short; more would only queue in the kernel instead.
const READERS: u32 = 8;

/// How long to wait for a connection, and for SQLite's own lock.
const PATIENCE: Duration = Duration::from_secs(10);

/// Prepared statements kept per connection: all there are, in all their repetitions.
const PREPARED: usize = 512;

/// Names of the statements that have run: what the conformance test reads.
pub(crate) type Ran = Arc<Mutex<BTreeSet<&'static str>>>;

/// One of the two databases.
#[derive(Clone, Debug)]
pub(crate) struct Db {
    pools: Pools,
    lock: i64,
    ran: Option<Ran>,
    /// The space kept back beside it: one reserve for both databases of a store.
    pub(crate) reserve: Arc<Reserve>,
}

#[derive(Clone, Debug)]
enum Pools {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres { read: PgPool, write: PgPool },
}

/// One expression over the reading pool of either driver.
macro_rules! read {
    ($pools:expr, $pool:ident => $body:expr) => {
        match $pools {
            Pools::Sqlite { read: $pool, .. } => $body,
            Pools::Postgres { read: $pool, .. } => $body,
        }
    };
}

impl Db {
    /// Runs a statement that reads.
    pub(crate) async fn fetch(
        &self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.fetch_text(statement, statement.plain(), values).await
    }

    /// Runs a statement that reads with a `{{list}}`, as often as the list needs.
    pub(crate) async fn fetch_list(
        &self,
        statement: &Statement,
        list: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        let mut found = Vec::new();
        for piece in pieces(list) {
            let text = statement.repeated(self.dialect(), 1, piece.len());
            let text = AssertSqlSafe(text).into_sql_str();
            found.append(&mut self.fetch_text(statement, text, piece).await?);
        }
        Ok(found)
    }

    /// Runs a text made from a statement.
    pub(crate) async fn fetch_text(
        &self,
        statement: &Statement,
        text: SqlStr,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.mark(statement);
        read!(&self.pools, pool => query!(text, values).fetch_all(pool).await.map(|cells| rows(statement, cells)))
            .map_err(|error| DatabaseError::failed(statement.name, error))
    }

    /// Notes that a statement runs, where such notes are kept.
    pub(crate) fn mark(&self, statement: &Statement) {
        if let Some(ran) = &self.ran {
            ran.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(statement.name);
        }
    }

    /// Begins a transaction that writes, alone: SQLite has one writer, and on PostgreSQL every
    /// writer takes the same lock, so that positions are committed in their order and no reader
    /// ever sees one before those below it (anchors/style.md §4.3, rule 4).
    pub(crate) async fn begin(&self) -> Result<Tx, DatabaseError> {
        let failed = |error| DatabaseError::failed("BEGIN", error);
        Ok(match &self.pools {
            Pools::Sqlite { write, .. } => Tx::sqlite(write.acquire().await.map_err(failed)?, self),
            Pools::Postgres { write, .. } => {
                let mut connection = write.acquire().await.map_err(failed)?;
                // Every statement sees what was committed before it, so also before the lock was
                // granted; and the number is the program's own.
                let text = AssertSqlSafe(format!(
                    "BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({})",
                    self.lock
                ));
                let begun = sqlx::raw_sql(text).execute(&mut *connection).await;
                if begun.is_err() {
                    connection.close_on_drop();
                }
                begun.map_err(failed)?;
                Tx::postgres(connection, self)
            }
        })
    }

    /// What a write that failed has to say. One that met a full disk frees the space kept back, so
    /// that it or the next finds room.
    pub(crate) fn failed(&self, statement: &'static str, source: sqlx::Error) -> DatabaseError {
        let error = DatabaseError::failed(statement, source);
        if error.is_full() {
            self.reserve.release();
        }
        error
    }

    /// Which words texts must be spelled in.
    pub(crate) const fn dialect(&self) -> Dialect {
        match self.pools {
            Pools::Sqlite { .. } => Dialect::Sqlite,
            Pools::Postgres { .. } => Dialect::Postgres,
        }
    }

    /// The names of the statements that have run, where they are noted.
    #[cfg(feature = "testing")]
    pub(crate) fn ran(&self) -> BTreeSet<&'static str> {
        let Some(ran) = &self.ran else {
            return BTreeSet::new();
        };
        ran.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes what was deleted out of the files as well, as far as that is in the program's hands:
    /// SQLite has written zeros over it, and its log still has the page as it was.
    pub(crate) async fn scrub(&self) -> Result<(), DatabaseError> {
        match &self.pools {
            Pools::Sqlite { write, .. } => sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                .execute(write)
                .await
                .map(|_| ())
                .map_err(|error| DatabaseError::failed("wal_checkpoint", error)),
            Pools::Postgres { .. } => Ok(()),
        }
    }

    /// Waits for running statements and closes all connections.
    pub(crate) async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres { read, write } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

/// Opens a database and brings its schema up to date. With `create` it may be new; without, a
/// missing one is an error, since an empty journal would look like a fresh authority.
pub(crate) async fn open(
    url: &Url,
    schema: &Schema,
    create: bool,
    ran: Option<Ran>,
) -> Result<Db, OpenError> {
    let missing = || OpenError::NotInitialised {
        what: schema.name,
        at: format!("{url:?}"),
    };
    let pools = match url {
        Url::Sqlite(path) => {
            if create {
                create_file(path)?;
            } else if !path.exists() {
                return Err(missing());
            }
            open_sqlite(path, schema.forgets).await?
        }
        Url::Postgres(url) => open_postgres(url).await?,
    };
    let db = Db {
        pools,
        lock: schema.lock,
        ran,
        reserve: Arc::default(),
    };
    if !create && !db.has_schema().await? {
        db.close().await;
        return Err(missing());
    }
    db.migrate(schema).await?;
    Ok(db)
}

/// Makes the file, readable by its owner only; SQLite gives its other files the same mode.
pub(crate) fn create_file(path: &Path) -> Result<(), OpenError> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options
        .open(path)
        .and_then(|file| file.sync_all())
        .and_then(|()| {
            // The name must survive a power cut as well as the content.
            let directory = path.parent().filter(|p| !p.as_os_str().is_empty());
            let directory = directory.unwrap_or_else(|| Path::new("."));
            if cfg!(unix) {
                std::fs::File::open(directory)?.sync_all()
            } else {
                Ok(())
            }
        });
    made.map_err(|source| OpenError::File {
        path: path.display().to_string(),
        source,
    })
}

/// How the file is opened, whatever for.
pub(crate) fn sqlite_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(PATIENCE)
        .statement_cache_capacity(PREPARED)
        .row_buffer_size(1024)
        .disable_statement_logging()
}

/// How the server is reached, whatever for.
pub(crate) fn postgres_options(url: &str) -> Result<PgConnectOptions, OpenError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| OpenError::Url {
            reason: "it is not a PostgreSQL URL",
        })?
        .application_name("paso")
        .statement_cache_capacity(PREPARED)
        .disable_statement_logging();
    let local = options.get_socket().is_some()
        || options.get_host().starts_with('/')
        || ["localhost", "127.0.0.1", "::1", "[::1]"].contains(&options.get_host());
    if !local && !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
        // `prefer` falls back to clear text in silence (anchors/style.md §4.3, rule 4).
        return Err(OpenError::Url {
            reason: "a remote server needs sslmode=verify-full",
        });
    }
    Ok(options)
}

async fn open_sqlite(path: &Path, forgets: bool) -> Result<Pools, OpenError> {
    let options = sqlite_options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What undoes half a statement is of no use after a crash: it stays in memory.
        .pragma("temp_store", "MEMORY")
        // 32 MB of log before it is copied back: a page that many batches change is copied once.
        .pragma("wal_autocheckpoint", "8192")
        .pragma("secure_delete", if forgets { "ON" } else { "OFF" });
    let pool = |readers| {
        PoolOptions::<Sqlite>::new()
            .max_connections(readers)
            .acquire_timeout(PATIENCE)
            .idle_timeout(None)
            .max_lifetime(None)
            // The connection is a thread of this process: it answers, or the process is gone.
            .test_before_acquire(false)
    };
    let failed = |error| DatabaseError::failed("open", error);
    let write = pool(1)
        .connect_with(options.clone())
        .await
        .map_err(failed)?;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&write)
        .await
        .map_err(failed)?;
    if mode != "wal" {
        return Err(OpenError::NotDurable {
            setting: "journal_mode",
            found: mode,
            wanted: "wal",
        });
    }
    let read = pool(READERS).connect_lazy_with(options.read_only(true));
    Ok(Pools::Sqlite { read, write })
}

async fn open_postgres(url: &str) -> Result<Pools, OpenError> {
    let options = postgres_options(url)?;
    let pool = |connections| {
        PoolOptions::<Postgres>::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
    };
    let failed = |error| DatabaseError::failed("open", error);
    let write = pool(1)
        .connect_with(options.clone())
        .await
        .map_err(failed)?;
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let found: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&write)
            .await
            .map_err(failed)?;
        // `local` and `remote_write` differ from `on` only where there is a standby; the disk of
        // this server has the act in all of them.
        if found == "off" {
            return Err(OpenError::NotDurable {
                setting,
                found,
                wanted: "on",
            });
        }
    }
    let read = pool(READERS).connect_lazy_with(options);
    Ok(Pools::Postgres { read, write })
}

impl Db {
    async fn has_schema(&self) -> Result<bool, OpenError> {
        let found: Result<Option<i64>, _> = match &self.pools {
            Pools::Sqlite { write, .. } => sqlx::query_scalar(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'",
            )
            .fetch_optional(write)
            .await,
            Pools::Postgres { write, .. } => {
                sqlx::query_scalar(
                    "SELECT CAST(1 AS BIGINT) WHERE to_regclass('_sqlx_migrations') IS NOT NULL",
                )
                .fetch_optional(write)
                .await
            }
        };
        found
            .map(|found| found.is_some())
            .map_err(|error| DatabaseError::failed("look for the schema", error).into())
    }

    async fn migrate(&self, schema: &Schema) -> Result<(), OpenError> {
        let migrator = schema.migrator(self.dialect());
        let migrated = match &self.pools {
            Pools::Sqlite { write, .. } => migrator.run(write).await,
            Pools::Postgres { write, .. } => migrator.run(write).await,
        };
        match migrated {
            Ok(()) => Ok(()),
            Err(MigrateError::VersionMissing(version)) => Err(OpenError::Newer { version }),
            Err(error) => Err(OpenError::Migration(Box::new(error))),
        }
    }
}

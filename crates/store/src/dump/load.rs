//! Loading whole tables into empty databases.
//!
//! Each database is loaded in one transaction: what a kill interrupts leaves an empty schema and no
//! half of a register. Keys are committed first, for the same reason for which they are written
//! first.

use sqlx::{
    ConnectOptions as _,
    migrate::MigrateError,
    sqlite::{SqliteJournalMode, SqliteSynchronous},
};

use super::{
    Cell, Column, Database, Kind, Table,
    connection::{Connection, on, parameter},
    schema,
};
use crate::{
    config::{Config, Url},
    db,
    error::{DatabaseError, OpenError},
};

/// Rows inserted in one statement; the widest table has some ten columns, far below what either
/// database allows.
const ROWS: usize = 32;

/// Two empty databases that are being filled. Dropped without [`Loader::commit`] they stay empty.
pub struct Loader {
    main: Target,
    keys: Target,
}

struct Target {
    connection: Connection,
    tables: Vec<Table>,
    /// Tables begun, in order.
    begun: Vec<String>,
    waiting: Vec<Vec<Cell>>,
}

/// Why rows cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The databases cannot be opened, or are not empty.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// There is no such table in a database of that version.
    #[error("there is no table {0} in a database of that version; the file is not a backup of it")]
    NoSuchTable(String),
    /// A table came twice.
    #[error("table {0} is there twice; the file is not a backup")]
    Twice(String),
    /// The columns are not those of the table.
    #[error("the columns of table {0} are not those it has; the file is not a backup of it")]
    Columns(String),
    /// A cell is of another kind than its column, or a row has too many or too few of them.
    #[error("a row of table {0} does not fit it; the file is not a backup of it")]
    Row(String),
    /// Rows came before a table.
    #[error("there are rows before the first table; the file is not a backup")]
    NoTable,
    /// A table is not there.
    #[error("table {0} is missing; the file is not a whole backup")]
    Missing(String),
}

impl core::fmt::Debug for Loader {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Loader").finish_non_exhaustive()
    }
}

impl Loader {
    /// Makes both databases with the schemas of these versions, so that later migrations do to the
    /// rows what they did to the original. What is there must be empty.
    ///
    /// # Errors
    /// When a database is not empty, or a version is a newer program's.
    pub async fn begin(config: &Config, main: i64, keys: i64) -> Result<Self, LoadError> {
        if config.main == config.keys {
            return Err(OpenError::SameDatabase.into());
        }
        Ok(Self {
            keys: Target::open(&config.keys, Database::Keys, keys).await?,
            main: Target::open(&config.main, Database::Main, main).await?,
        })
    }

    /// Begins a table.
    ///
    /// # Errors
    /// When the table is not known, came before, or has other columns.
    pub async fn table(
        &mut self,
        database: Database,
        name: &str,
        columns: &[Column],
    ) -> Result<(), LoadError> {
        let target = self.target(database);
        target.flush().await?;
        let named = || name.to_owned();
        let Some(table) = target.tables.iter().find(|table| table.name == name) else {
            return Err(LoadError::NoSuchTable(named()));
        };
        if target.begun.iter().any(|begun| begun == name) {
            return Err(LoadError::Twice(named()));
        }
        if table.columns != columns {
            return Err(LoadError::Columns(named()));
        }
        // What migrations put there comes with the backup, too.
        let text = format!("DELETE FROM \"{}\"", table.name);
        target
            .connection
            .run("empty a table", text, Vec::new())
            .await?;
        target.begun.push(named());
        Ok(())
    }

    /// Loads a row into the table begun last.
    ///
    /// # Errors
    /// When it does not fit, or the database fails.
    pub async fn row(&mut self, database: Database, row: Vec<Cell>) -> Result<(), LoadError> {
        let target = self.target(database);
        if target.begun.is_empty() {
            return Err(LoadError::NoTable);
        }
        target.waiting.push(row);
        if target.waiting.len() == ROWS {
            target.flush().await?;
        }
        Ok(())
    }

    /// Makes both durable. All tables must have come.
    ///
    /// # Errors
    /// When a table is missing, or a database fails.
    pub async fn commit(mut self) -> Result<(), LoadError> {
        for database in Database::BOTH {
            let target = self.target(database);
            target.flush().await?;
            let missing = |table: &&Table| !target.begun.contains(&table.name);
            if let Some(table) = target.tables.iter().find(missing) {
                return Err(LoadError::Missing(table.name.clone()));
            }
        }
        for mut target in [self.keys, self.main] {
            target
                .connection
                .run("COMMIT", "COMMIT".to_owned(), Vec::new())
                .await?;
            target.connection.close().await?;
        }
        Ok(())
    }

    const fn target(&mut self, database: Database) -> &mut Target {
        match database {
            Database::Main => &mut self.main,
            Database::Keys => &mut self.keys,
        }
    }
}

impl Target {
    async fn open(url: &Url, database: Database, version: i64) -> Result<Self, LoadError> {
        let schema = database.schema();
        if !schema.knows(version) {
            return Err(OpenError::Newer { version }.into());
        }
        let failed = |error| DatabaseError::failed("open", error);
        let mut connection = match url {
            Url::Sqlite(path) => {
                db::create_file(path)?;
                // Pages of a new file need no second copy in a log; the mode changes when the store
                // is opened.
                let options = db::sqlite_options(path)
                    .journal_mode(SqliteJournalMode::Delete)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true);
                Connection::Sqlite(options.connect().await.map_err(failed)?)
            }
            Url::Postgres(url) => {
                Connection::Postgres(db::postgres_options(url)?.connect().await.map_err(failed)?)
            }
        };
        let migrator = schema.migrator_to(connection.dialect(), version);
        let migrated = on!(&mut connection, c => migrator.run(&mut *c).await);
        migrated.map_err(|error| match error {
            MigrateError::VersionMissing(version) => OpenError::Newer { version },
            error => OpenError::Migration(Box::new(error)),
        })?;
        let begin = match connection.dialect() {
            crate::migrations::Dialect::Sqlite => "BEGIN IMMEDIATE",
            crate::migrations::Dialect::Postgres => "BEGIN",
        };
        connection
            .run("BEGIN", begin.to_owned(), Vec::new())
            .await?;
        let kept = match database {
            Database::Main => "SELECT CAST(1 AS BIGINT) FROM journal LIMIT 1",
            Database::Keys => "SELECT CAST(1 AS BIGINT) FROM subject_key LIMIT 1",
        };
        let found = connection
            .fetch(
                "look for rows",
                kept.to_owned(),
                Vec::new(),
                &[Kind::Integer],
            )
            .await?;
        if !found.is_empty() {
            return Err(OpenError::AlreadyInitialised {
                at: format!("{url:?}"),
            }
            .into());
        }
        Ok(Self {
            tables: schema::tables(&mut connection).await?,
            connection,
            begun: Vec::new(),
            waiting: Vec::with_capacity(ROWS),
        })
    }

    /// Inserts what waits into the table begun last.
    async fn flush(&mut self) -> Result<(), LoadError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let begun = self.begun.last().ok_or(LoadError::NoTable)?;
        let fits = || LoadError::Row(begun.clone());
        let table = self.tables.iter().find(|table| table.name == *begun);
        let table = table.ok_or_else(|| LoadError::NoSuchTable(begun.clone()))?;
        let text = table.insert(self.connection.dialect(), self.waiting.len());
        let mut values = Vec::with_capacity(self.waiting.len() * table.columns.len());
        for row in self.waiting.drain(..) {
            if row.len() != table.columns.len() {
                return Err(fits());
            }
            for (column, cell) in table.columns.iter().zip(row) {
                values.push(parameter(column, cell).ok_or_else(fits)?);
            }
        }
        Ok(self.connection.run("load rows", text, values).await?)
    }
}

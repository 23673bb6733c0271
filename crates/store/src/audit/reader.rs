//! One database as it was at one instant, read and never written.
//!
//! The connection is this audit's own, so it needs no running program and disturbs none: SQLite's
//! reader goes on seeing what it saw first, PostgreSQL's repeatable read the same.

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqlSafeStr as _,
    SqliteConnection,
};

use super::AuditError;
use crate::{
    config::Url,
    db,
    error::{DatabaseError, OpenError},
    migrations::{Dialect, Schema},
    sql::{Row, Statement, Value, pieces, query, rows},
};

const VERSION: Statement = Statement {
    name: "audit::VERSION",
    text: "SELECT MAX(version) FROM _sqlx_migrations",
};

pub(super) enum Reader {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// One expression over the connection of either driver.
macro_rules! on {
    ($reader:expr, $c:ident => $body:expr) => {
        match $reader {
            Reader::Sqlite($c) => $body,
            Reader::Postgres($c) => $body,
        }
    };
}

impl Reader {
    /// Looks at a database that has this program's newest schema.
    pub(super) async fn open(url: &Url, schema: &Schema) -> Result<Self, AuditError> {
        let missing = || OpenError::NotInitialised {
            what: schema.name,
            at: format!("{url:?}"),
        };
        let failed = |error| AuditError::Database(DatabaseError::failed("open", error));
        let (mut reader, begin) = match url {
            Url::Sqlite(path) if !path.exists() => return Err(missing().into()),
            Url::Sqlite(path) => {
                let options = db::sqlite_options(path).read_only(true);
                let connection = options.connect().await.map_err(failed)?;
                (Self::Sqlite(connection), "BEGIN")
            }
            Url::Postgres(url) => {
                let connection = db::postgres_options(url)?.connect().await.map_err(failed)?;
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                (Self::Postgres(connection), begin)
            }
        };
        on!(&mut reader, c => sqlx::raw_sql(begin).execute(&mut *c).await.map(|_| ()))
            .map_err(failed)?;
        // Both take their picture with the first statement that reads a table. A database without
        // this one was never made by this program.
        let versions = reader.fetch(&VERSION, Vec::new()).await;
        let version = match versions.as_deref() {
            Ok([row]) => row.optional_number(0)?.and_then(|v| i64::try_from(v).ok()),
            _ => None,
        };
        match version {
            None => Err(missing().into()),
            Some(version) if !schema.knows(version) => Err(OpenError::Newer { version }.into()),
            Some(version) if schema.knows(version + 1) => Err(AuditError::Older { version }),
            Some(_) => Ok(reader),
        }
    }

    fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub(super) async fn fetch(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.fetch_text(statement, statement.text.to_owned(), values)
            .await
    }

    /// Runs a statement with a `{{list}}`, as often as the list needs.
    pub(super) async fn fetch_list(
        &mut self,
        statement: &Statement,
        list: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        let mut found = Vec::new();
        for piece in pieces(list) {
            let text = statement.repeated(self.dialect(), 1, piece.len());
            found.append(&mut self.fetch_text(statement, text, piece).await?);
        }
        Ok(found)
    }

    /// Runs a text of this crate, made from a statement.
    pub(super) async fn fetch_text(
        &mut self,
        statement: &Statement,
        text: String,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        let text = AssertSqlSafe(text).into_sql_str();
        on!(self, c => query!(text, values).fetch_all(&mut *c).await.map(|cells| rows(statement, cells)))
            .map_err(|error| DatabaseError::failed(statement.name, error))
    }

    pub(super) async fn close(self) -> Result<(), DatabaseError> {
        on!(self, c => c.close().await).map_err(|error| DatabaseError::failed("close", error))
    }
}

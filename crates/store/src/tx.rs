//! A transaction that writes.
//!
//! One in which anything failed is never used again, and its connection neither: PostgreSQL would
//! refuse further statements, SQLite would accept them (anchors/style.md §4.3, rule 5), and sqlx
//! would count a transaction that SQLite has ended by itself as still open.
//!
//! SQLite runs in a thread of its own, and waking it costs more than a small statement. So there
//! short writes wait and travel in one text with the next statement that returns something.

use sqlx::{AssertSqlSafe, Postgres, SqlSafeStr as _, SqlStr, Sqlite, pool::PoolConnection};

use crate::{
    db::Db,
    error::DatabaseError,
    migrations::Dialect,
    sql::{MOST_REPEATED, Row, Statement, Value, pieces, query, rows},
};

/// The most parameters that wait to travel together. Beyond it a statement is worth its journey,
/// and texts put together would be too many to keep prepared.
const MOST_WAITING: usize = 200;

/// A transaction. Dropped without [`Tx::commit`] it has not happened, and its connection is closed.
pub(crate) struct Tx {
    connection: Connection,
    db: Db,
    waiting: Waiting,
    ended: bool,
}

enum Connection {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Writes that were asked for and not yet sent.
#[derive(Default)]
struct Waiting {
    text: String,
    values: Vec<Value>,
}

/// One expression over the connection of either driver.
macro_rules! on {
    ($connection:expr, $c:ident => $body:expr) => {
        match $connection {
            Connection::Sqlite($c) => $body,
            Connection::Postgres($c) => $body,
        }
    };
}

impl Tx {
    /// A transaction that begins with its first statement. `IMMEDIATE` takes SQLite's lock at once;
    /// a transaction that began by reading could find it taken when it wants to write.
    pub(crate) fn sqlite(connection: PoolConnection<Sqlite>, db: &Db) -> Self {
        let waiting = Waiting {
            text: "BEGIN IMMEDIATE;".to_owned(),
            values: Vec::new(),
        };
        Self {
            connection: Connection::Sqlite(connection),
            db: db.clone(),
            waiting,
            ended: false,
        }
    }

    /// A transaction that has begun and holds the lock.
    pub(crate) fn postgres(connection: PoolConnection<Postgres>, db: &Db) -> Self {
        let connection = Connection::Postgres(connection);
        Self {
            connection,
            db: db.clone(),
            waiting: Waiting::default(),
            ended: false,
        }
    }

    const fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement and returns its rows.
    pub(crate) async fn fetch(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.flush().await?;
        self.fetch_text(statement, statement.plain(), values).await
    }

    /// Runs a statement with a `{{list}}`, as often as needed.
    pub(crate) async fn fetch_list(
        &mut self,
        statement: &Statement,
        list: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        let list = list.into_iter().map(|value| [value]).collect();
        self.fetch_rows(statement, list).await
    }

    /// Runs a statement with `{{rows}}` that returns rows itself, as often as needed.
    pub(crate) async fn fetch_rows<const WIDTH: usize>(
        &mut self,
        statement: &Statement,
        wanted: Vec<[Value; WIDTH]>,
    ) -> Result<Vec<Row>, DatabaseError> {
        let mut found = Vec::new();
        for piece in pieces(wanted) {
            // Texts of statements of this crate, one behind the other.
            let Waiting {
                mut text,
                mut values,
            } = core::mem::take(&mut self.waiting);
            text.push_str(&statement.repeated(self.dialect(), WIDTH, piece.len()));
            values.extend(piece.into_iter().flatten());
            let text = AssertSqlSafe(text).into_sql_str();
            found.append(&mut self.fetch_text(statement, text, values).await?);
        }
        Ok(found)
    }

    async fn fetch_text(
        &mut self,
        statement: &Statement,
        text: SqlStr,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, DatabaseError> {
        self.db.mark(statement);
        on!(&mut self.connection, c => query!(text, values).fetch_all(&mut **c).await.map(|cells| rows(statement, cells)))
            .map_err(|error| self.db.failed(statement.name, error))
    }

    /// Runs a statement that returns no rows.
    pub(crate) async fn execute(
        &mut self,
        statement: &Statement,
        values: Vec<Value>,
    ) -> Result<(), DatabaseError> {
        self.flush().await?;
        self.db.mark(statement);
        self.send(statement.name, statement.plain(), values).await
    }

    /// Writes rows by a statement with `{{rows}}`, in pieces whose sizes are powers of two. They
    /// may wait; whatever is run next says whether they succeeded.
    pub(crate) async fn put<const WIDTH: usize>(
        &mut self,
        statement: &Statement,
        mut rows: Vec<[Value; WIDTH]>,
    ) -> Result<(), DatabaseError> {
        while !rows.is_empty() {
            self.db.mark(statement);
            // The largest power of two that is there.
            let count = MOST_REPEATED.min(1 << rows.len().ilog2());
            let values: Vec<_> = rows.drain(..count).flatten().collect();
            let text = statement.repeated(self.dialect(), WIDTH, count);
            match self.dialect() {
                Dialect::Sqlite if values.len() <= MOST_WAITING => {
                    if self.waiting.values.len() + values.len() > MOST_WAITING {
                        self.flush().await?;
                    }
                    self.waiting.text.push_str(&text);
                    self.waiting.text.push(';');
                    self.waiting.values.extend(values);
                }
                _ => {
                    self.flush().await?;
                    let text = AssertSqlSafe(text).into_sql_str();
                    self.send(statement.name, text, values).await?;
                }
            }
        }
        Ok(())
    }

    /// Runs what waits.
    async fn flush(&mut self) -> Result<(), DatabaseError> {
        if self.waiting.text.is_empty() {
            return Ok(());
        }
        let Waiting { text, values } = core::mem::take(&mut self.waiting);
        self.send(
            "a batch of writes",
            AssertSqlSafe(text).into_sql_str(),
            values,
        )
        .await
    }

    /// Runs a text of several statements without parameters, spelled for this database.
    pub(crate) async fn script(&mut self, text: &str) -> Result<(), DatabaseError> {
        self.flush().await?;
        let text = AssertSqlSafe(self.dialect().spell(text));
        on!(&mut self.connection, c => sqlx::raw_sql(text).execute(&mut **c).await.map(|_| ()))
            .map_err(|error| self.db.failed("schema of the views", error))
    }

    /// Makes everything durable. After an error it is not known whether that has happened, unless
    /// the disk was full: SQLite writes the frame that makes a commit valid last, and PostgreSQL
    /// ends the connection instead of answering. What waits travels with the commit.
    pub(crate) async fn commit(mut self) -> Result<(), DatabaseError> {
        let Waiting { mut text, values } = core::mem::take(&mut self.waiting);
        text.push_str("COMMIT");
        self.send("COMMIT", AssertSqlSafe(text).into_sql_str(), values)
            .await?;
        self.ended = true;
        Ok(())
    }

    /// Ends a transaction in which nothing went wrong and nothing is to be kept.
    pub(crate) async fn rollback(mut self) -> Result<(), DatabaseError> {
        self.flush().await?;
        self.send("ROLLBACK", "ROLLBACK".into_sql_str(), Vec::new())
            .await?;
        self.ended = true;
        Ok(())
    }

    async fn send(
        &mut self,
        name: &'static str,
        text: SqlStr,
        values: Vec<Value>,
    ) -> Result<(), DatabaseError> {
        on!(&mut self.connection, c => query!(text, values).execute(&mut **c).await.map(|_| ()))
            .map_err(|error| self.db.failed(name, error))
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        if !self.ended {
            on!(&mut self.connection, c => c.close_on_drop());
        }
    }
}

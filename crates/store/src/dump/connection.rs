//! One connection, to read or to load with, on either database.

use sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, Row as _, SqlSafeStr as _, SqliteConnection,
};

use super::{Cell, Column, Kind};
use crate::{
    error::DatabaseError,
    migrations::Dialect,
    sql::{Cells, Value, query},
};

pub(super) enum Connection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
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
pub(super) use on;

impl Connection {
    pub(super) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a text of this crate that returns nothing; `name` is for error messages.
    pub(super) async fn run(
        &mut self,
        name: &'static str,
        text: String,
        values: Vec<Value>,
    ) -> Result<(), DatabaseError> {
        let text = AssertSqlSafe(text).into_sql_str();
        on!(self, c => query!(text, values).execute(&mut *c).await.map(|_| ()))
            .map_err(|error| DatabaseError::failed(name, error))
    }

    /// Runs a text of this crate and returns its rows, whose columns are these.
    pub(super) async fn fetch(
        &mut self,
        name: &'static str,
        text: String,
        values: Vec<Value>,
        kinds: &[Kind],
    ) -> Result<Vec<Vec<Cell>>, DatabaseError> {
        let text = AssertSqlSafe(text).into_sql_str();
        let found: Result<Vec<Cells>, _> = on!(self, c => query!(text, values)
            .fetch_all(&mut *c)
            .await
            .map(|rows| rows.into_iter().map(Cells::from).collect()));
        found
            .map_err(|error| DatabaseError::failed(name, error))?
            .iter()
            .map(|cells| row(name, cells, kinds))
            .collect()
    }

    pub(super) async fn close(self) -> Result<(), DatabaseError> {
        on!(self, c => c.close().await).map_err(|error| DatabaseError::failed("close", error))
    }
}

fn row(name: &'static str, cells: &Cells, kinds: &[Kind]) -> Result<Vec<Cell>, DatabaseError> {
    macro_rules! cell {
        ($column:expr, $kind:ty, $variant:path, $expected:expr) => {
            match cells {
                Cells::Sqlite(cells) => cells.try_get::<Option<$kind>, _>($column),
                Cells::Postgres(cells) => cells.try_get::<Option<$kind>, _>($column),
            }
            .map(|value| value.map_or(Cell::Null, $variant))
            .map_err(|_| DatabaseError::corrupt(name, $column, $expected))
        };
    }
    kinds
        .iter()
        .enumerate()
        .map(|(column, kind)| match kind {
            Kind::Text => cell!(column, String, Cell::Text, "text"),
            Kind::Integer => cell!(column, i64, Cell::Integer, "integer"),
            Kind::Bytes => cell!(column, Vec<u8>, Cell::Bytes, "bytes"),
        })
        .collect()
}

/// A cell as a parameter of its column. PostgreSQL wants to know of a NULL what it is not.
/// `None` if the cell is of another kind.
pub(super) fn parameter(column: &Column, cell: Cell) -> Option<Value> {
    Some(match (column.kind, cell) {
        (Kind::Text, Cell::Null) => Value::Text(None),
        (Kind::Integer, Cell::Null) => Value::Integer(None),
        (Kind::Bytes, Cell::Null) => Value::Bytes(None),
        (Kind::Text, Cell::Text(text)) => Value::from(text),
        (Kind::Integer, Cell::Integer(number)) => Value::Integer(Some(number)),
        (Kind::Bytes, Cell::Bytes(bytes)) => Value::Bytes(Some(bytes)),
        _ => return None,
    })
}

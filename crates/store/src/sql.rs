//! One SQL text per statement, for both databases: what stands between the registers and the
//! driver.
//!
//! SQLite and PostgreSQL share `$1`, `ON CONFLICT`, CTEs and row values; they share three kinds of
//! values, no others are used: text, 64-bit integers and bytes (anchors/style.md §4.3). Times
//! are Unix seconds, identifiers text. So a statement is a text with a name, a parameter is a
//! [`Value`], a result a [`Row`].

use core::{fmt::Write as _, str::FromStr};

use paso_formats::moment::Moment;
use sqlx::{Row as _, SqlSafeStr, SqlStr, postgres::PgRow, sqlite::SqliteRow};

use crate::{error::DatabaseError, migrations::Dialect};

/// A statement: its name for error messages and for the list of those that tests must run.
///
/// `{{list}}` stands for any number of parameters, `{{rows}}` for any number of rows of them; a
/// statement with one of these has no other parameters.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// Declares statements as constants, and `STATEMENTS`, the list of them all. The list is what the
/// conformance test checks against: a statement no test has run on both databases fails it.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])*
        const $name: $crate::sql::Statement = $crate::sql::Statement {
            name: concat!(module_path!(), "::", stringify!($name)),
            text: $text,
        };)+

        /// All statements of this module.
        #[cfg(feature = "testing")]
        pub(crate) const STATEMENTS: &[&$crate::sql::Statement] = &[$(&$name),+];
    };
}
pub(crate) use statements;

/// The most parameters repeated in one statement: well below SQLite's 32,766 and PostgreSQL's
/// 65,535 in all. Powers of two up to it are prepared once each and then reused.
pub(crate) const MOST_REPEATED: usize = 64;

impl Statement {
    pub(crate) fn plain(&self) -> SqlStr {
        self.text.into_sql_str()
    }

    /// The text for `count` repetitions of `width` parameters.
    ///
    /// SQLite finds a numbered parameter by walking through the list of all of them, which makes
    /// long statements quadratic; so there they stand unnumbered.
    pub(crate) fn repeated(&self, dialect: Dialect, width: usize, count: usize) -> String {
        let in_rows = self.text.contains("{{rows}}");
        let mut list = String::with_capacity(count * (width * 5 + 3));
        for index in 0..count {
            list.push_str(if index == 0 { "" } else { "," });
            list.push_str(if in_rows { "(" } else { "" });
            for column in 0..width {
                list.push_str(if column == 0 { "" } else { "," });
                // Writing to a string cannot fail.
                let _ = match dialect {
                    Dialect::Sqlite => list.write_str("?"),
                    Dialect::Postgres => write!(list, "${}", index * width + column + 1),
                };
            }
            list.push_str(if in_rows { ")" } else { "" });
        }
        // Digits and punctuation only: nothing of a value is in the text.
        self.text
            .replace("{{rows}}", &list)
            .replace("{{list}}", &list)
    }
}

/// The list cut into pieces that fit one statement, each filled up to a power of two by repeating
/// its last member, so that few texts are prepared.
pub(crate) fn pieces<T: Clone>(mut list: Vec<T>) -> Vec<Vec<T>> {
    let mut pieces = Vec::with_capacity(list.len().div_ceil(MOST_REPEATED));
    while let Some(last) = list.last().cloned() {
        let mut piece = list.split_off(list.len().saturating_sub(MOST_REPEATED));
        piece.resize(piece.len().next_power_of_two(), last);
        pieces.push(piece);
    }
    pieces
}

/// A query with its parameters bound, for whichever driver the context asks for.
macro_rules! query {
    ($text:expr, $values:expr) => {
        $values
            .into_iter()
            .fold(sqlx::query($text), |query, value| match value {
                Value::Text(text) => query.bind(text),
                Value::Integer(number) => query.bind(number),
                Value::Bytes(bytes) => query.bind(bytes),
            })
    };
}
pub(crate) use query;

/// A parameter.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Bytes(Option<Vec<u8>>),
}

impl From<&str> for Value {
    /// PostgreSQL has no text with a zero character, and a fact must not be turned away for one
    /// (DESIGN §4); what is sealed keeps it.
    fn from(text: &str) -> Self {
        Self::Text(Some(text.replace('\0', "\u{fffd}")))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        if text.contains('\0') {
            Self::from(text.as_str())
        } else {
            Self::Text(Some(text))
        }
    }
}

impl From<u64> for Value {
    /// Positions, sequences and counts are assigned here one by one and never come near 2⁶³.
    fn from(number: u64) -> Self {
        Self::Integer(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<Moment> for Value {
    fn from(moment: Moment) -> Self {
        Self::Integer(Some(moment.unix()))
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(Some(bytes))
    }
}

impl From<&[u8; 32]> for Value {
    fn from(bytes: &[u8; 32]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl Value {
    /// The text form of something, or NULL.
    pub(crate) fn text(value: Option<impl ToString>) -> Self {
        value.map_or(Self::Text(None), |value| Self::from(value.to_string()))
    }

    /// The text forms of several things, for a `{{list}}`.
    pub(crate) fn texts(values: impl IntoIterator<Item: ToString>) -> Vec<Self> {
        values
            .into_iter()
            .map(|value| Self::from(value.to_string()))
            .collect()
    }

    /// An instant, or NULL.
    pub(crate) fn moment(moment: Option<Moment>) -> Self {
        Self::Integer(moment.map(Moment::unix))
    }
}

/// A row of a result.
pub(crate) struct Row {
    pub(crate) statement: &'static str,
    pub(crate) cells: Cells,
}

/// The driver's row.
pub(crate) enum Cells {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Cells {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for Cells {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}

/// The rows a driver returned for a statement.
pub(crate) fn rows(statement: &Statement, cells: Vec<impl Into<Cells>>) -> Vec<Row> {
    let row = |cells: _| Row {
        statement: statement.name,
        cells,
    };
    cells.into_iter().map(Into::into).map(row).collect()
}

macro_rules! cell {
    ($row:expr, $column:expr, $kind:ty, $expected:expr) => {
        match &$row.cells {
            Cells::Sqlite(cells) => cells.try_get::<$kind, _>($column),
            Cells::Postgres(cells) => cells.try_get::<$kind, _>($column),
        }
        .map_err(|_| $row.holds_no($column, $expected))
    };
}

impl Row {
    fn holds_no(&self, column: usize, expected: &'static str) -> DatabaseError {
        DatabaseError::corrupt(self.statement, column, expected)
    }

    pub(crate) fn text(&self, column: usize) -> Result<String, DatabaseError> {
        cell!(self, column, String, "text")
    }

    pub(crate) fn optional_text(&self, column: usize) -> Result<Option<String>, DatabaseError> {
        cell!(self, column, Option<String>, "text")
    }

    /// What the text is the text form of.
    pub(crate) fn parse<T: FromStr>(
        &self,
        column: usize,
        expected: &'static str,
    ) -> Result<T, DatabaseError> {
        self.text(column)?
            .parse()
            .map_err(|_| self.holds_no(column, expected))
    }

    pub(crate) fn optional_parse<T: FromStr>(
        &self,
        column: usize,
        expected: &'static str,
    ) -> Result<Option<T>, DatabaseError> {
        self.optional_text(column)?
            .map(|text| text.parse().map_err(|_| self.holds_no(column, expected)))
            .transpose()
    }

    pub(crate) fn optional_number(&self, column: usize) -> Result<Option<u64>, DatabaseError> {
        cell!(self, column, Option<i64>, "integer")?
            .map(|number| {
                number
                    .try_into()
                    .map_err(|_| self.holds_no(column, "number from 0 on"))
            })
            .transpose()
    }

    pub(crate) fn optional_integer(&self, column: usize) -> Result<Option<i64>, DatabaseError> {
        cell!(self, column, Option<i64>, "integer")
    }

    /// A number that may be negative.
    pub(crate) fn integer(&self, column: usize) -> Result<i64, DatabaseError> {
        self.optional_integer(column)?
            .ok_or_else(|| self.holds_no(column, "integer"))
    }

    pub(crate) fn number(&self, column: usize) -> Result<u64, DatabaseError> {
        self.optional_number(column)?
            .ok_or_else(|| self.holds_no(column, "number"))
    }

    /// A number of a smaller type.
    pub(crate) fn small<T: TryFrom<u64>>(&self, column: usize) -> Result<T, DatabaseError> {
        self.number(column)?
            .try_into()
            .map_err(|_| self.holds_no(column, "number so small"))
    }

    pub(crate) fn optional_moment(&self, column: usize) -> Result<Option<Moment>, DatabaseError> {
        Ok(cell!(self, column, Option<i64>, "instant")?.map(Moment::from_unix))
    }

    pub(crate) fn moment(&self, column: usize) -> Result<Moment, DatabaseError> {
        self.optional_moment(column)?
            .ok_or_else(|| self.holds_no(column, "instant"))
    }

    pub(crate) fn bytes(&self, column: usize) -> Result<Vec<u8>, DatabaseError> {
        cell!(self, column, Vec<u8>, "bytes")
    }

    pub(crate) fn optional_bytes(&self, column: usize) -> Result<Option<Vec<u8>>, DatabaseError> {
        cell!(self, column, Option<Vec<u8>>, "bytes")
    }

    pub(crate) fn hash(&self, column: usize) -> Result<[u8; 32], DatabaseError> {
        self.bytes(column)?
            .try_into()
            .map_err(|_| self.holds_no(column, "32 bytes"))
    }
}

#[cfg(feature = "testing")]
impl Row {
    /// All cells as text: `'text'`, `12`, `x'00ff'`, `NULL`.
    pub(crate) fn show(&self) -> String {
        let columns = match &self.cells {
            Cells::Sqlite(cells) => cells.len(),
            Cells::Postgres(cells) => cells.len(),
        };
        let cells: Vec<_> = (0..columns).map(|column| self.show_cell(column)).collect();
        cells.join("|")
    }

    fn show_cell(&self, column: usize) -> String {
        if let Ok(text) = self.optional_text(column) {
            return text.map_or("NULL".to_owned(), |text| format!("{text:?}"));
        }
        let number: Result<i64, DatabaseError> = cell!(self, column, i64, "integer");
        if let Ok(number) = number {
            return number.to_string();
        }
        match self.bytes(column) {
            Ok(bytes) => format!("{bytes:02x?}"),
            Err(_) => "NULL".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: Statement = Statement {
        name: "rows",
        text: "x {{rows}} y",
    };
    const LIST: Statement = Statement {
        name: "list",
        text: "x IN ({{list}})",
    };

    #[test]
    fn repetitions_are_numbered_where_numbers_are_cheap() {
        use Dialect::{Postgres, Sqlite};
        assert_eq!(ROWS.repeated(Postgres, 2, 2), "x ($1,$2),($3,$4) y");
        assert_eq!(ROWS.repeated(Sqlite, 2, 2), "x (?,?),(?,?) y");
        assert_eq!(LIST.repeated(Postgres, 1, 3), "x IN ($1,$2,$3)");
        assert_eq!(LIST.repeated(Sqlite, 1, 3), "x IN (?,?,?)");
        assert_eq!(LIST.plain().as_str(), LIST.text);
    }

    #[test]
    fn a_zero_character_is_replaced_the_same_way_on_both() {
        for value in [Value::from("a\0b"), Value::from(String::from("a\0b"))] {
            assert!(matches!(value, Value::Text(Some(text)) if text == "a\u{fffd}b"));
        }
    }
}

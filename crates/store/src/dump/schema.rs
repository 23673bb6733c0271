//! What tables there are, as the database itself says.

use super::{
    Cell, Column, Kind, Table,
    connection::{Connection, parameter},
};
use crate::{error::DatabaseError, migrations::Dialect};

/// Name, type and place in the primary key (0: none) of every column of every table, in order.
/// `current_schema()` is where the program's own unqualified names lead.
const COLUMNS: [&str; 2] = [
    "SELECT t.name, c.name, c.type, c.pk
        FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'
        ORDER BY t.name, c.cid",
    "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT),
            CAST(COALESCE(k.ordinal_position, 0) AS BIGINT)
        FROM information_schema.tables AS t
        JOIN information_schema.columns AS c
            ON c.table_schema = t.table_schema AND c.table_name = t.table_name
        LEFT JOIN information_schema.table_constraints AS p
            ON p.table_schema = t.table_schema AND p.table_name = t.table_name
            AND p.constraint_type = 'PRIMARY KEY'
        LEFT JOIN information_schema.key_column_usage AS k
            ON k.constraint_schema = p.constraint_schema
            AND k.constraint_name = p.constraint_name
            AND k.table_name = t.table_name AND k.column_name = c.column_name
        WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
        ORDER BY CAST(c.table_name AS TEXT) COLLATE \"C\", c.ordinal_position",
];
const KINDS: [Kind; 4] = [Kind::Text, Kind::Text, Kind::Text, Kind::Integer];
const NAME: &str = "the list of tables";

/// All tables with their columns, by name; also those that no backup holds.
pub(super) async fn tables(connection: &mut Connection) -> Result<Vec<Table>, DatabaseError> {
    let text = match connection.dialect() {
        Dialect::Sqlite => COLUMNS[0],
        Dialect::Postgres => COLUMNS[1],
    };
    let rows = connection
        .fetch(NAME, text.to_owned(), Vec::new(), &KINDS)
        .await?;
    let mut tables: Vec<(Table, Vec<(i64, usize)>)> = Vec::new();
    for row in rows {
        let (table, name, of, place) = match row.as_slice() {
            [
                Cell::Text(table),
                Cell::Text(name),
                Cell::Text(of),
                Cell::Integer(place),
            ] => (table, name, of, *place),
            _ => return Err(DatabaseError::corrupt(NAME, 0, "description of a column")),
        };
        if super::is_left_out(table) {
            // Their types are the driver's, and nobody will read them.
            continue;
        }
        let kind = match of.to_ascii_lowercase().as_str() {
            "text" => Kind::Text,
            "integer" | "bigint" => Kind::Integer,
            "blob" | "bytea" => Kind::Bytes,
            _ => return Err(DatabaseError::corrupt(NAME, 2, "text, integer or bytes")),
        };
        if tables.last().is_none_or(|(last, _)| last.name != *table) {
            let new = Table {
                name: table.clone(),
                columns: Vec::new(),
                key: Vec::new(),
            };
            tables.push((new, Vec::new()));
        }
        // One was pushed if there was none.
        if let Some((table, key)) = tables.last_mut() {
            if place > 0 {
                key.push((place, table.columns.len()));
            }
            table.columns.push(Column {
                name: name.clone(),
                kind,
            });
        }
    }
    tables
        .into_iter()
        .map(|(mut table, mut key)| {
            key.sort_unstable();
            table.key = key.into_iter().map(|(_, column)| column).collect();
            // Rows are read in the key's order, page by page; without one there is no order.
            if table.key.is_empty() {
                return Err(DatabaseError::corrupt(NAME, 3, "primary key"));
            }
            Ok(table)
        })
        .collect()
}

impl Table {
    fn names(&self, columns: impl IntoIterator<Item = usize>) -> String {
        let names = columns
            .into_iter()
            .map(|column| format!("\"{}\"", self.columns[column].name));
        names.collect::<Vec<_>>().join(", ")
    }

    /// The statement for the rows behind a key, and its parameters; from the first row without.
    pub(super) fn page(
        &self,
        after: Option<&[Cell]>,
        most: usize,
    ) -> (String, Vec<crate::sql::Value>) {
        let key = self.names(self.key.iter().copied());
        let behind = after.map_or(String::new(), |_| {
            let places: Vec<_> = (1..=self.key.len()).map(|n| format!("${n}")).collect();
            format!(" WHERE ({key}) > ({})", places.join(", "))
        });
        let text = format!(
            "SELECT {} FROM \"{}\"{behind} ORDER BY {key} LIMIT {most}",
            self.names(0..self.columns.len()),
            self.name,
        );
        let values = self.key.iter().zip(after.unwrap_or_default());
        let values = values
            .filter_map(|(column, cell)| parameter(&self.columns[*column], cell.clone()))
            .collect();
        (text, values)
    }

    /// The statement that inserts so many rows.
    pub(super) fn insert(&self, dialect: Dialect, rows: usize) -> String {
        let width = self.columns.len();
        let rows: Vec<_> = (0..rows)
            .map(|row| {
                let cells: Vec<_> = (0..width)
                    .map(|column| match dialect {
                        Dialect::Sqlite => "?".to_owned(),
                        Dialect::Postgres => format!("${}", row * width + column + 1),
                    })
                    .collect();
                format!("({})", cells.join(","))
            })
            .collect();
        format!(
            "INSERT INTO \"{}\" ({}) VALUES {}",
            self.name,
            self.names(0..width),
            rows.join(","),
        )
    }

    /// The key of a row, to go on behind it.
    pub(super) fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        self.key.iter().map(|column| row[*column].clone()).collect()
    }
}

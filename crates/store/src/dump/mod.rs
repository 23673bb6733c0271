//! Whole tables, read at one instant and loaded into an empty database: what a backup is made of.
//!
//! Which tables there are is asked of the database itself, so that a table added tomorrow is in
//! tomorrow's backup. What is left out is named here, with its reason. Both databases hold the same
//! three kinds of values, so what is read from one can be loaded into the other.
//!
//! Reading changes nothing and waits for nobody: SQLite's reader sees the database as it was when
//! its transaction began, however much is appended meanwhile, and PostgreSQL's repeatable read the
//! same. The journal is looked at first and the keys after it. A key is durable before the row
//! that needs it, so every row that was seen finds its key, unless that key was destroyed.

mod connection;
mod load;
mod schema;
mod snapshot;

pub use load::{LoadError, Loader};
pub use snapshot::{Heads, Snapshot, Unkeyed};

use crate::{migrations, views};

/// One of the two databases of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Database {
    /// Journal, entries and log.
    Main,
    /// Subject keys.
    Keys,
}

impl Database {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Main, Self::Keys];

    const fn schema(self) -> &'static migrations::Schema {
        match self {
            Self::Main => &migrations::MAIN,
            Self::Keys => &migrations::KEYS,
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A signed integer of 64 bits.
    Integer,
    /// Bytes.
    Bytes,
}

/// What a row holds in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// A number.
    Integer(i64),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// A table, as the database describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
    /// Which of them are its primary key, in the key's order.
    pub(crate) key: Vec<usize>,
}

/// The tables that no backup holds, and why; all other tables are in it.
pub const LEFT_OUT: [(&str, &str); 7] = [
    (
        "_sqlx_migrations",
        "the version is kept, and the program makes the schema",
    ),
    ("view_state", "derived; views are rebuilt from the journal"),
    (
        "sign_in_link",
        "nothing is written there any more: passkeys took the place of links",
    ),
    (
        "session",
        "a restored copy must not bring back an access that was ended",
    ),
    (
        "ceremony",
        "under way for five minutes; a restored copy begins them anew",
    ),
    (
        "sign_count",
        "each passkey says how far it has counted at its next signature",
    ),
    (
        "proposal",
        "no act yet; what waited for a signature is proposed anew, on what is known then",
    ),
];

/// Whether a table is in no backup.
fn is_left_out(table: &str) -> bool {
    views::TABLE_NAMES.contains(&table) || LEFT_OUT.iter().any(|(name, _)| *name == table)
}

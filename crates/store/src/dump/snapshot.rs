//! Both databases as they were at one instant.

use std::cmp::Ordering;

use sqlx::ConnectOptions as _;

use super::{Cell, Database, Kind, Table, connection::Connection, schema};
use crate::{
    config::{Config, Url},
    db,
    error::{DatabaseError, OpenError},
    keys,
};

/// Rows read at a time. Bodies with a portrait have some 20 KB, so a page has at most a few MB.
const PAGE: usize = 256;

/// Subjects compared at a time.
const SUBJECTS: usize = 1024;

/// Both databases as they were at one instant. SQLite keeps what it overwrites in its log until
/// this is dropped, so it should not be held for hours.
pub struct Snapshot {
    main: Reader,
    keys: Reader,
    heads: Heads,
}

struct Reader {
    connection: Connection,
    tables: Vec<Table>,
    version: i64,
}

/// How far a register has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads {
    /// The last position of the journal; 0 if it is empty.
    pub position: u64,
    /// The commitment of its first row: which journal it is.
    pub first: Option<Vec<u8>>,
    /// The number of the last entry; 0 if there is none.
    pub entries: u64,
    /// The last entry itself.
    pub last_entry: Option<Vec<u8>>,
    /// The origin of the newest log, and the index that the entry after the last will have in it.
    pub log: Option<(String, u64)>,
}

/// Subjects of the journal and subjects with a key, compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unkeyed {
    /// Subjects of the journal.
    pub subjects: u64,
    /// Those of them that have no key, so that nothing of theirs can be read.
    pub without_key: u64,
    /// Those without a key of which the key database knows that they were erased.
    pub erased: u64,
    /// Keys whose subject is not in the journal.
    pub spare_keys: u64,
}

impl core::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Looks at both databases, whether or not a program is writing to them.
    ///
    /// # Errors
    /// When there is no store, or it is a newer program's.
    pub async fn take(config: &Config) -> Result<Self, OpenError> {
        let mut main = Reader::open(&config.main, Database::Main).await?;
        let heads = main.heads().await?;
        let keys = Reader::open(&config.keys, Database::Keys).await?;
        Ok(Self { main, keys, heads })
    }

    /// How far it had come.
    pub const fn heads(&self) -> &Heads {
        &self.heads
    }

    /// The version of a database's schema.
    pub const fn version(&self, database: Database) -> i64 {
        match database {
            Database::Main => self.main.version,
            Database::Keys => self.keys.version,
        }
    }

    /// The tables of a database that are backed up.
    pub fn tables(&self, database: Database) -> &[Table] {
        match database {
            Database::Main => &self.main.tables,
            Database::Keys => &self.keys.tables,
        }
    }

    /// A page of rows of one of these tables, those behind `last`; the first rows without it.
    /// Empty behind the last row.
    ///
    /// # Errors
    /// When the database fails, or a value is of another kind than its column.
    pub async fn rows(
        &mut self,
        database: Database,
        table: &Table,
        last: Option<&[Cell]>,
    ) -> Result<Vec<Vec<Cell>>, DatabaseError> {
        let (text, values) = table.page(last.map(|row| table.key_of(row)).as_deref(), PAGE);
        let kinds: Vec<_> = table.columns.iter().map(|column| column.kind).collect();
        let reader = match database {
            Database::Main => &mut self.main,
            Database::Keys => &mut self.keys,
        };
        reader
            .connection
            .fetch("a page of a table", text, values, &kinds)
            .await
    }

    /// Compares the subjects of the journal with those that have a key. Both lists come in the same
    /// order, so nothing has to be kept.
    ///
    /// # Errors
    /// When a database fails.
    pub async fn unkeyed(&mut self) -> Result<Unkeyed, DatabaseError> {
        let mut subjects = Subjects::of("DISTINCT subject FROM journal");
        let mut keys = Subjects::of("subject FROM subject_key");
        let mut gone = Subjects::of("subject FROM forgotten");
        // Earlier versions forgot nobody.
        gone.ended = !self.keys.has("forgotten");
        let mut found = Unkeyed::default();
        let mut subject = subjects.next(&mut self.main.connection).await?;
        let mut key = keys.next(&mut self.keys.connection).await?;
        let mut erased = gone.next(&mut self.keys.connection).await?;
        loop {
            let order = match (&subject, &key) {
                (None, None) => return Ok(found),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(subject), Some(key)) => subject.as_bytes().cmp(key.as_bytes()),
            };
            if order.is_le() {
                found.subjects += 1;
                // The other order of `subject` is only asked for where there is one.
                let named = subject.as_deref().unwrap_or_default();
                while erased.as_deref().is_some_and(|erased| erased < named) {
                    erased = gone.next(&mut self.keys.connection).await?;
                }
                let keyed = order.is_eq() || opens_by_name(named);
                found.without_key += u64::from(!keyed);
                found.erased += u64::from(!keyed && erased.as_deref() == Some(named));
                subject = subjects.next(&mut self.main.connection).await?;
            }
            if order.is_ge() {
                found.spare_keys += u64::from(order.is_gt());
                key = keys.next(&mut self.keys.connection).await?;
            }
        }
    }

    /// Lets go of both databases.
    ///
    /// # Errors
    /// When one does not close.
    pub async fn close(self) -> Result<(), DatabaseError> {
        self.main.connection.close().await?;
        self.keys.connection.close().await
    }
}

impl Reader {
    async fn open(url: &Url, database: Database) -> Result<Self, OpenError> {
        let what = database.schema().name;
        let missing = || OpenError::NotInitialised {
            what,
            at: format!("{url:?}"),
        };
        let failed = |error| DatabaseError::failed("open", error);
        let (mut connection, begin) = match url {
            Url::Sqlite(path) if !path.exists() => return Err(missing()),
            Url::Sqlite(path) => {
                let options = db::sqlite_options(path).read_only(true);
                let connection = options.connect().await.map_err(failed)?;
                (Connection::Sqlite(connection), "BEGIN")
            }
            Url::Postgres(url) => {
                let connection = db::postgres_options(url)?.connect().await.map_err(failed)?;
                (
                    Connection::Postgres(connection),
                    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                )
            }
        };
        connection
            .run("BEGIN", begin.to_owned(), Vec::new())
            .await?;
        // Either database takes its picture with the first statement that reads a table.
        if !has_schema(&mut connection).await? {
            return Err(missing());
        }
        let versions = connection
            .fetch(
                "the schema's version",
                "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations".to_owned(),
                Vec::new(),
                &[Kind::Integer],
            )
            .await?;
        let version = match versions.first().map(Vec::as_slice) {
            Some([Cell::Integer(version)]) => *version,
            _ => return Err(missing()),
        };
        if !database.schema().knows(version) {
            return Err(OpenError::Newer { version });
        }
        Ok(Self {
            tables: schema::tables(&mut connection).await?,
            connection,
            version,
        })
    }

    async fn heads(&mut self) -> Result<Heads, DatabaseError> {
        let mut heads = Heads::default();
        if let Some([Cell::Integer(position), Cell::Bytes(first)]) = self
            .one(
                "SELECT (SELECT position FROM journal ORDER BY position DESC LIMIT 1), commitment
                FROM journal ORDER BY position LIMIT 1",
                Kind::Bytes,
            )
            .await?
            .as_deref()
        {
            heads.position = u64::try_from(*position).unwrap_or(0);
            heads.first = Some(first.clone());
        }
        if self.has("entry")
            && let Some([Cell::Integer(number), Cell::Bytes(leaf)]) = self
                .one(
                    "SELECT number, leaf FROM entry ORDER BY number DESC LIMIT 1",
                    Kind::Bytes,
                )
                .await?
                .as_deref()
        {
            heads.entries = u64::try_from(*number).unwrap_or(0);
            heads.last_entry = Some(leaf.clone());
        }
        if self.has("log")
            && let Some([Cell::Integer(first), Cell::Text(origin)]) = self
                .one(
                    "SELECT first_number, origin FROM log ORDER BY ordinal DESC LIMIT 1",
                    Kind::Text,
                )
                .await?
                .as_deref()
        {
            // Index 0 of a log is its opening leaf.
            let first = u64::try_from(*first).unwrap_or(0);
            heads.log = Some((origin.clone(), (heads.entries + 2).saturating_sub(first)));
        }
        Ok(heads)
    }

    /// Whether the schema has a table; earlier ones had fewer.
    fn has(&self, name: &str) -> bool {
        self.tables.iter().any(|table| table.name == name)
    }

    /// The one row of a number and something else, if there is one.
    async fn one(&mut self, text: &str, of: Kind) -> Result<Option<Vec<Cell>>, DatabaseError> {
        let kinds = [Kind::Integer, of];
        let mut rows = self
            .connection
            .fetch("the heads", text.to_owned(), Vec::new(), &kinds)
            .await?;
        Ok(rows.pop())
    }
}

/// Whether a subject's key follows from its name.
fn opens_by_name(subject: &str) -> bool {
    subject
        .parse()
        .is_ok_and(|subject| keys::open(&subject).is_some())
}

pub(super) async fn has_schema(connection: &mut Connection) -> Result<bool, DatabaseError> {
    let text = match connection.dialect() {
        crate::migrations::Dialect::Sqlite => {
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_sqlx_migrations'"
        }
        crate::migrations::Dialect::Postgres => {
            "SELECT CAST(1 AS BIGINT) WHERE to_regclass('_sqlx_migrations') IS NOT NULL"
        }
    };
    let rows = connection
        .fetch(
            "look for the schema",
            text.to_owned(),
            Vec::new(),
            &[Kind::Integer],
        )
        .await?;
    Ok(!rows.is_empty())
}

/// The subjects of a table in order, page by page.
struct Subjects {
    from: &'static str,
    page: std::vec::IntoIter<Vec<Cell>>,
    last: String,
    ended: bool,
}

impl Subjects {
    fn of(from: &'static str) -> Self {
        Self {
            from,
            page: Vec::new().into_iter(),
            last: String::new(),
            ended: false,
        }
    }

    async fn next(&mut self, connection: &mut Connection) -> Result<Option<String>, DatabaseError> {
        if self.page.len() == 0 && !self.ended {
            let text = format!(
                "SELECT {} WHERE subject > $1 ORDER BY subject LIMIT {SUBJECTS}",
                self.from
            );
            let values = vec![crate::sql::Value::from(self.last.as_str())];
            let page = connection
                .fetch("subjects", text, values, &[Kind::Text])
                .await?;
            self.ended = page.len() < SUBJECTS;
            self.page = page.into_iter();
        }
        Ok(match self.page.next().as_deref() {
            Some([Cell::Text(subject)]) => {
                self.last.clone_from(subject);
                Some(subject.clone())
            }
            _ => None,
        })
    }
}

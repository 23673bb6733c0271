//! A fresh replay beside the live views, row by row.
//!
//! The scratch database is a SQLite file of this program's own schema, whatever the register is on:
//! both keep the same three kinds of values and sort text by bytes, so their tables can be walked side
//! by side in the order of their keys. Which columns there are is asked of the scratch database, so a
//! view that is added tomorrow is audited tomorrow.

use core::cmp::Ordering;
use std::path::Path;

use super::{AuditError, Check, Code, Counted, Place, Report, Skipped, reader::Reader};
use crate::{
    RebuildError, Url,
    db::{self, Db},
    error::DatabaseError,
    migrations::MAIN,
    sql::{Row, Statement, Value},
    views::{self, Fact, TABLE_NAMES},
};

/// Rows compared at a time.
const PAGE: usize = 512;

const STATE: Statement = Statement {
    name: "audit::STATE",
    text: "SELECT position, version, (SELECT MAX(position) FROM journal) FROM view_state",
};
const COLUMNS: Statement = Statement {
    name: "audit::COLUMNS",
    text: "SELECT c.name, c.type, c.pk FROM pragma_table_info($1) AS c ORDER BY c.cid",
};
const ROWS: Statement = Statement {
    name: "audit::ROWS",
    text: "SELECT {{columns}} FROM {{table}} WHERE ({{key}}) > ({{after}})
        ORDER BY {{key}} LIMIT {{most}}",
};

/// The fresh views.
pub(super) struct Scratch {
    db: Db,
    url: Url,
    position: u64,
}

impl Scratch {
    pub(super) async fn make(directory: &Path) -> Result<Self, AuditError> {
        let url = Url::Sqlite(directory.join("replay.db"));
        let db = db::open(&url, &MAIN, true, None).await?;
        views::prepare(&db).await?;
        Ok(Self {
            db,
            url,
            position: 0,
        })
    }

    /// Takes in a page of the journal that ends at a position.
    pub(super) async fn take(&mut self, last: u64, facts: &[Fact<'_>]) -> Result<(), AuditError> {
        if !views::catch_up(&self.db, self.position, last, facts).await? {
            return Err(RebuildError::Disturbed.into());
        }
        self.position = last;
        Ok(())
    }

    pub(super) async fn close(self) {
        self.db.close().await;
    }

    /// Compares all views with those of the register.
    pub(super) async fn compare(
        self,
        live: &mut Reader,
        report: &mut Report,
    ) -> Result<(), AuditError> {
        self.db.close().await;
        let mut fresh = Reader::open(&self.url, &MAIN).await?;
        if let Some(why) = cannot_be_compared(live, report).await? {
            report.skip(Check::Views, why);
        } else {
            for table in TABLE_NAMES {
                if let Some(shape) = Shape::of(table, &mut fresh).await? {
                    side_by_side(&shape, &mut fresh, live, report).await?;
                }
            }
        }
        Ok(fresh.close().await?)
    }
}

/// Why the live views say nothing, if so.
async fn cannot_be_compared(
    live: &mut Reader,
    report: &mut Report,
) -> Result<Option<Skipped>, DatabaseError> {
    let rows = live.fetch(&STATE, Vec::new()).await?;
    let Some(row) = rows.first() else {
        return Ok(Some(Skipped::NoViews));
    };
    let (position, version) = (row.number(0)?, row.number(1)?);
    let journal = row.optional_number(2)?.unwrap_or(0);
    if version != views::VERSION {
        // A copy that was restored has version 0 until the program makes its views.
        let none = version == 0;
        return Ok(Some(if none {
            Skipped::NoViews
        } else {
            Skipped::OtherViews
        }));
    }
    if position == 0 && journal > 0 {
        return Ok(Some(Skipped::NoViews));
    }
    if position != journal {
        report.find(Code::ViewsBehind, Place::Position(position));
    }
    Ok(None)
}

/// A table's columns, those of its key first.
struct Shape {
    table: &'static str,
    columns: Vec<(String, Type)>,
    key: usize,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    Bytes,
}

impl Type {
    /// By the name that the fresh views, which are SQLite's, have for it.
    fn named(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "text" => Self::Text,
            "blob" => Self::Bytes,
            _ => Self::Number,
        }
    }
}

impl Shape {
    /// None for a view of another version of the program, which has no such table now.
    async fn of(table: &'static str, fresh: &mut Reader) -> Result<Option<Self>, DatabaseError> {
        let rows = fresh.fetch(&COLUMNS, vec![Value::from(table)]).await?;
        let mut columns = Vec::with_capacity(rows.len());
        for row in &rows {
            let holds = Type::named(&row.text(1)?);
            columns.push((row.number(2)?, row.text(0)?, holds));
        }
        // The key's places count from 1; the others are 0 and keep their order behind it.
        columns.sort_by_key(|(place, ..)| if *place == 0 { u64::MAX } else { *place });
        let key = columns.iter().filter(|(place, ..)| *place > 0).count();
        Ok((key > 0).then(|| Self {
            table,
            columns: columns
                .into_iter()
                .map(|(_, name, holds)| (name, holds))
                .collect(),
            key,
        }))
    }

    /// The text for a page behind a key. The names are the program's own.
    fn text(&self) -> String {
        let names = |columns: &[(String, Type)]| {
            let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
            names.join(", ")
        };
        let after: Vec<_> = (1..=self.key).map(|place| format!("${place}")).collect();
        ROWS.text
            .replace("{{columns}}", &names(&self.columns))
            .replace("{{table}}", self.table)
            .replace("{{key}}", &names(&self.columns[..self.key]))
            .replace("{{after}}", &after.join(", "))
            .replace("{{most}}", &PAGE.to_string())
    }

    /// A key before all others.
    fn lowest(&self) -> Vec<Cell> {
        let lowest = |(_, holds): &(String, Type)| match holds {
            Type::Text => Cell::Text(String::new()),
            Type::Number => Cell::Number(i64::MIN),
            Type::Bytes => Cell::Bytes(Vec::new()),
        };
        self.columns[..self.key].iter().map(lowest).collect()
    }

    fn read(&self, row: &Row) -> Result<Vec<Cell>, DatabaseError> {
        let mut cells = Vec::with_capacity(self.columns.len());
        for (column, (_, holds)) in self.columns.iter().enumerate() {
            cells.push(match holds {
                Type::Text => row.optional_text(column)?.map_or(Cell::Null, Cell::Text),
                // The only reading of a number that may be below 0.
                Type::Number => row
                    .optional_moment(column)?
                    .map_or(Cell::Null, |number| Cell::Number(number.unix())),
                Type::Bytes => row.optional_bytes(column)?.map_or(Cell::Null, Cell::Bytes),
            });
        }
        Ok(cells)
    }

    fn place(&self, row: &[Cell]) -> Place {
        let key: Vec<_> = row[..self.key]
            .iter()
            .map(|cell| match cell {
                Cell::Null => String::new(),
                Cell::Text(text) => text.clone(),
                Cell::Number(number) => number.to_string(),
                Cell::Bytes(bytes) => format!("{} bytes", bytes.len()),
            })
            .collect();
        Place::View(format!("{} {}", self.table, key.join(" ")))
    }
}

/// What a view holds in a column. The order is that of both databases.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Null,
    Text(String),
    Number(i64),
    Bytes(Vec<u8>),
}

impl Cell {
    fn value(&self) -> Value {
        match self {
            Self::Null => Value::Text(None),
            Self::Text(text) => Value::from(text.as_str()),
            Self::Number(number) => Value::Integer(Some(*number)),
            Self::Bytes(bytes) => Value::Bytes(Some(bytes.clone())),
        }
    }
}

/// The rows of one table in the order of their key, one by one.
struct Walk<'a> {
    shape: &'a Shape,
    text: String,
    statement: &'static Statement,
    after: Vec<Cell>,
    page: std::vec::IntoIter<Vec<Cell>>,
    ended: bool,
}

impl<'a> Walk<'a> {
    fn through(shape: &'a Shape) -> Self {
        Self {
            shape,
            text: shape.text(),
            statement: &ROWS,
            after: shape.lowest(),
            page: Vec::new().into_iter(),
            ended: false,
        }
    }

    async fn next(&mut self, reader: &mut Reader) -> Result<Option<Vec<Cell>>, DatabaseError> {
        if self.page.len() == 0 && !self.ended {
            let values = self.after.iter().map(Cell::value).collect();
            let rows = reader
                .fetch_text(self.statement, self.text.clone(), values)
                .await?;
            self.ended = rows.len() < PAGE;
            let read = rows.iter().map(|row| self.shape.read(row));
            self.page = read.collect::<Result<Vec<_>, _>>()?.into_iter();
        }
        let next = self.page.next();
        if let Some(row) = &next {
            self.after = row[..self.shape.key].to_vec();
        }
        Ok(next)
    }
}

async fn side_by_side(
    shape: &Shape,
    fresh: &mut Reader,
    live: &mut Reader,
    report: &mut Report,
) -> Result<(), DatabaseError> {
    let (mut of_fresh, mut of_live) = (Walk::through(shape), Walk::through(shape));
    let mut expected = of_fresh.next(fresh).await?;
    let mut found = of_live.next(live).await?;
    loop {
        let order = match (&expected, &found) {
            (None, None) => return Ok(()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(expected), Some(found)) => expected[..shape.key].cmp(&found[..shape.key]),
        };
        match (order, &expected, &found) {
            (Ordering::Less, Some(row), _) => {
                report.find(Code::ViewRowMissing, shape.place(row));
            }
            (Ordering::Greater, _, Some(row)) => {
                report.find(Code::ViewRowExtra, shape.place(row));
            }
            (_, Some(one), Some(other)) if one != other => {
                report.find(Code::ViewRowDiffers, shape.place(one));
            }
            _ => {}
        }
        if order.is_le() {
            report.count(Check::Views, Counted::Examined, 1);
            expected = of_fresh.next(fresh).await?;
        }
        if order.is_ge() {
            found = of_live.next(live).await?;
        }
    }
}

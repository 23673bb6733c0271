//! Reports and answers in one small SQLite file. Both are only ever added; what the ombudsman found
//! about an answer is written beside it once.
//!
//! It holds no address and nobody's name. `veedor serve` adds, commands run by hand read and add.

use super::{Asked, Given, Report, Telling};
use crate::mirror::DbError;
use paso_formats::{
    moment::Moment,
    taking::{Folio, Says},
};
use sqlx::{
    ConnectOptions as _, Row as _, SqlitePool,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous},
};
use std::{collections::BTreeMap, path::Path, time::Duration};

/// Reports kept. More than this many is a flood, and the page then says whom to call.
pub const MOST_REPORTS: i64 = 50_000;

/// Answers of one authority to one report. Whoever has changed its mind so often is asked in person.
pub const MOST_ANSWERS: i64 = 8;

/// In the file's header: "Pvet".
const APPLICATION: i64 = 0x5076_6574;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS report (
        folio TEXT NOT NULL PRIMARY KEY,
        secret BLOB NOT NULL CHECK (length(secret) = 32),
        received INTEGER NOT NULL,
        due INTEGER NOT NULL,
        area TEXT NOT NULL,
        place TEXT NOT NULL,
        taken INTEGER NOT NULL,
        unit TEXT NOT NULL,
        vehicle TEXT NOT NULL,
        people INTEGER NOT NULL CHECK (people > 0),
        sealed BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE IF NOT EXISTS asked (
        folio TEXT NOT NULL REFERENCES report (folio),
        authority TEXT NOT NULL,
        PRIMARY KEY (folio, authority)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE IF NOT EXISTS answer (
        id INTEGER PRIMARY KEY,
        folio TEXT NOT NULL,
        authority TEXT NOT NULL,
        received INTEGER NOT NULL,
        says TEXT NOT NULL,
        note BLOB NOT NULL,
        found TEXT,
        UNIQUE (folio, authority, note),
        FOREIGN KEY (folio, authority) REFERENCES asked (folio, authority)
    ) STRICT;
";

/// What became of something offered to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is on disk now.
    New,
    /// The very same was there.
    Before,
    /// There is no such report, or that authority was not asked.
    NotAsked,
    /// There are too many.
    Full,
    /// The folio is taken; draw another.
    Taken,
}

/// An answer whose openings nobody has looked at.
#[derive(Clone, Debug)]
pub struct Unchecked {
    /// The row.
    pub id: i64,
    /// The report it answers.
    pub report: Report,
    /// The note.
    pub note: Vec<u8>,
}

/// The file.
#[derive(Clone, Debug)]
pub struct Store(SqlitePool);

fn failed(what: &'static str) -> impl FnOnce(sqlx::Error) -> DbError {
    move |source| DbError::Failed { what, source }
}

impl Store {
    /// Opens the file, made if need be.
    pub async fn open(path: &Path) -> Result<Self, DbError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let pool = PoolOptions::new().max_connections(2);
        let pool = pool.connect_with(options).await;
        let store = Self(pool.map_err(failed("open"))?);
        let found: i64 = sqlx::query_scalar("PRAGMA application_id")
            .fetch_one(&store.0)
            .await
            .map_err(failed("read its version"))?;
        let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master")
            .fetch_one(&store.0)
            .await
            .map_err(failed("read its schema"))?;
        if found != APPLICATION && (found != 0 || tables > 0) {
            return Err(DbError::NotAMirror(path.display().to_string()));
        }
        let mark = sqlx::AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION}"));
        for text in [
            sqlx::SqlSafeStr::into_sql_str(SCHEMA),
            sqlx::SqlSafeStr::into_sql_str(mark),
        ] {
            sqlx::raw_sql(text)
                .execute(&store.0)
                .await
                .map_err(failed("make its tables"))?;
        }
        Ok(store)
    }

    /// Keeps a report.
    pub async fn keep(&self, telling: &Telling) -> Result<Kept, DbError> {
        let mut tx = self.0.begin().await.map_err(failed("begin"))?;
        let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM report")
            .fetch_one(&mut *tx)
            .await
            .map_err(failed("count reports"))?;
        if kept >= MOST_REPORTS {
            return Ok(Kept::Full);
        }
        let report = &telling.report;
        let done = sqlx::query(
            "INSERT INTO report (folio, secret, received, due, area, place, taken, unit, vehicle, \
             people, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(report.folio.to_string())
        .bind(telling.secret.to_vec())
        .bind(report.received.unix())
        .bind(report.due.unix())
        .bind(&report.area)
        .bind(&report.place)
        .bind(report.taken.unix())
        .bind(&report.unit)
        .bind(&report.vehicle)
        .bind(i64::from(report.people))
        .bind(&telling.sealed)
        .execute(&mut *tx)
        .await
        .map_err(failed("store a report"))?;
        if done.rows_affected() == 0 {
            return Ok(Kept::Taken);
        }
        for authority in &telling.asked {
            sqlx::query("INSERT INTO asked (folio, authority) VALUES (?, ?)")
                .bind(report.folio.to_string())
                .bind(authority)
                .execute(&mut *tx)
                .await
                .map_err(failed("store who is asked"))?;
        }
        tx.commit().await.map_err(failed("commit"))?;
        Ok(Kept::New)
    }

    /// Keeps an answer whose signature has been checked.
    pub async fn answer(
        &self,
        folio: Folio,
        authority: &str,
        given: &Given,
        note: &[u8],
    ) -> Result<Kept, DbError> {
        let mut tx = self.0.begin().await.map_err(failed("begin"))?;
        let count = async |text: &'static str, tx: &mut sqlx::SqliteConnection| {
            sqlx::query_scalar::<_, i64>(text)
                .bind(folio.to_string())
                .bind(authority)
                .fetch_one(tx)
                .await
                .map_err(failed("look for a report"))
        };
        let asked = "SELECT count(*) FROM asked WHERE folio = ? AND authority = ?";
        if count(asked, &mut tx).await? == 0 {
            return Ok(Kept::NotAsked);
        }
        let answers = "SELECT count(*) FROM answer WHERE folio = ? AND authority = ?";
        if count(answers, &mut tx).await? >= MOST_ANSWERS {
            return Ok(Kept::Full);
        }
        let done = sqlx::query(
            "INSERT INTO answer (folio, authority, received, says, note) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(folio.to_string())
        .bind(authority)
        .bind(given.received.unix())
        .bind(given.says.code())
        .bind(note)
        .execute(&mut *tx)
        .await
        .map_err(failed("store an answer"))?;
        tx.commit().await.map_err(failed("commit"))?;
        let new = done.rows_affected() > 0;
        Ok(if new { Kept::New } else { Kept::Before })
    }

    /// The newest reports, at most so many, with what each authority did.
    pub async fn newest(&self, most: u32) -> Result<Vec<(Report, Vec<Asked>)>, DbError> {
        let newest = format!(
            "SELECT {COLUMNS} FROM report ORDER BY report.received DESC, report.folio LIMIT {most}"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(newest))
            .fetch_all(&self.0)
            .await
            .map_err(failed("read reports"))?;
        let of = format!(
            "folio IN (SELECT folio FROM report ORDER BY received DESC, folio LIMIT {most})"
        );
        let mut asked = self.asked(&of, None).await?;
        rows.iter()
            .map(|row| {
                let report = report(row)?;
                let asked = asked.remove(&report.folio).unwrap_or_default();
                Ok((report, asked))
            })
            .collect()
    }

    /// One report, for whoever has its folio and secret.
    pub async fn own(
        &self,
        folio: Folio,
        secret: &[u8; 32],
    ) -> Result<Option<(Report, Vec<Asked>)>, DbError> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS}, secret FROM report WHERE folio = ?"
        )))
        .bind(folio.to_string())
        .fetch_optional(&self.0)
        .await
        .map_err(failed("look for a report"))?;
        let Some(row) = row else { return Ok(None) };
        let kept: &[u8] = row.get(9);
        if !bool::from(subtle::ConstantTimeEq::ct_eq(kept, &secret[..])) {
            return Ok(None);
        }
        let mut asked = self.asked("folio = ?", Some(folio)).await?;
        Ok(Some((
            report(&row)?,
            asked.remove(&folio).unwrap_or_default(),
        )))
    }

    /// What was told in free words, sealed.
    pub async fn sealed(&self, folio: Folio) -> Result<Option<Vec<u8>>, DbError> {
        sqlx::query_scalar("SELECT sealed FROM report WHERE folio = ?")
            .bind(folio.to_string())
            .fetch_optional(&self.0)
            .await
            .map_err(failed("look for a report"))
    }

    /// Answers of one authority that name openings nobody has looked at yet.
    pub async fn unchecked(&self, authority: &str) -> Result<Vec<Unchecked>, DbError> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS}, answer.id, answer.note FROM report JOIN answer USING (folio) \
             WHERE authority = ? AND says = 'opened' AND found IS NULL ORDER BY answer.id"
        )))
        .bind(authority)
        .fetch_all(&self.0)
        .await
        .map_err(failed("read answers"))?;
        rows.iter()
            .map(|row| {
                Ok(Unchecked {
                    report: report(row)?,
                    id: row.get(9),
                    note: row.get(10),
                })
            })
            .collect()
    }

    /// Writes down what the statements say to an answer.
    pub async fn found(&self, id: i64, found: super::Match) -> Result<(), DbError> {
        sqlx::query("UPDATE answer SET found = ? WHERE id = ? AND found IS NULL")
            .bind(found.to_string())
            .bind(id)
            .execute(&self.0)
            .await
            .map_err(failed("store a finding"))?;
        Ok(())
    }

    async fn asked(
        &self,
        of: &str,
        folio: Option<Folio>,
    ) -> Result<BTreeMap<Folio, Vec<Asked>>, DbError> {
        let text = format!(
            "SELECT asked.authority, received, says, found, asked.folio FROM asked \
             LEFT JOIN answer USING (folio, authority) WHERE asked.{of} ORDER BY asked.authority, id"
        );
        let mut query = sqlx::query(sqlx::AssertSqlSafe(text));
        if let Some(folio) = folio {
            query = query.bind(folio.to_string());
        }
        let rows = query.fetch_all(&self.0).await;
        let mut all: BTreeMap<Folio, Vec<Asked>> = BTreeMap::new();
        for row in &rows.map_err(failed("read answers"))? {
            let folio: &str = row.get(4);
            let folio = folio.parse().map_err(|_| damaged("a folio"))?;
            let asked = all.entry(folio).or_default();
            let authority: String = row.get(0);
            if asked.last().is_none_or(|last| last.authority != authority) {
                asked.push(Asked {
                    authority,
                    answers: Vec::new(),
                });
            }
            if let (Some(last), Some(given)) = (asked.last_mut(), given(row)?) {
                last.answers.push(given);
            }
        }
        Ok(all)
    }

    /// Waits for running statements and closes the file.
    pub async fn close(&self) {
        self.0.close().await;
    }
}

const COLUMNS: &str = "report.folio, report.received, report.due, report.area, report.place, \
     report.taken, report.unit, report.vehicle, report.people";

fn damaged(what: &str) -> DbError {
    DbError::Damaged(format!("a taking report has {what} that cannot be read"))
}

fn report(row: &SqliteRow) -> Result<Report, DbError> {
    let folio: &str = row.get(0);
    Ok(Report {
        folio: folio.parse().map_err(|_| damaged("a folio"))?,
        received: Moment::from_unix(row.get(1)),
        due: Moment::from_unix(row.get(2)),
        area: row.get(3),
        place: row.get(4),
        taken: Moment::from_unix(row.get(5)),
        unit: row.get(6),
        vehicle: row.get(7),
        people: u32::try_from(row.get::<i64, _>(8)).map_err(|_| damaged("a number"))?,
    })
}

fn given(row: &SqliteRow) -> Result<Option<Given>, DbError> {
    let Some(says) = row.get::<Option<&str>, _>(2) else {
        return Ok(None);
    };
    let found = row.get::<Option<&str>, _>(3);
    let checked = found.map(str::parse).transpose();
    Ok(Some(Given {
        received: Moment::from_unix(row.get(1)),
        says: says.parse::<Says>().map_err(|_| damaged("an answer"))?,
        checked: checked.map_err(|()| damaged("a finding"))?,
    }))
}

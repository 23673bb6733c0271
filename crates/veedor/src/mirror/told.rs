//! Rows of custody as the ombudsman's key opens them, and what had been published by an hour.

use paso_formats::{
    entry::Entry,
    moment::Moment,
    receipt,
    statement::{OpeningKey, Statement},
};
use paso_tlog::cosignature::Timestamp;
use sqlx::{Row as _, SqliteConnection};
use std::collections::BTreeMap;

use super::{
    AT_ONCE,
    db::{Db, DbError},
    hub::Label,
    number, pull,
    rows::{self, Stored},
    streams::unsigned,
};
use crate::custody::{Row, Silent, Stands, Told, count::Committed};

/// Every statement, opened; and every record of custody of which nothing was ever told. Not each of
/// its rows says something: what changes neither place nor custodian nor clock has no statement.
pub async fn told(db: &Db, key: &OpeningKey) -> Result<Vec<Row>, DbError> {
    let mut snapshot = db.snapshot().await?;
    let mut found = Vec::new();
    // Where the first row of a record stands that tells nothing, until one does.
    let mut untold: BTreeMap<String, Option<(Label, u64)>> = BTreeMap::new();
    for held in pull::held(&mut snapshot).await? {
        let mut after = 0;
        loop {
            let rows = rows::of_custody(&mut snapshot, held.label, after, AT_ONCE).await?;
            let Some(last) = rows.last() else { break };
            after = last.place;
            for row in &rows {
                let subject = row.subject().unwrap_or_default().to_owned();
                if row.statement().is_empty() {
                    untold
                        .entry(subject)
                        .or_insert(Some((held.label, row.place)));
                } else {
                    untold.insert(subject, None);
                    found.push(read(held.label, row, key));
                }
            }
        }
    }
    found.extend(untold.into_values().flatten().map(|(label, place)| {
        let why = "nothing was ever told of this record".to_owned();
        Row::Silent(Silent { label, place, why })
    }));
    Ok(found)
}

fn read(label: Label, row: &Stored, key: &OpeningKey) -> Row {
    let place = row.place;
    let silent = |why: String| Row::Silent(Silent { label, place, why });
    let entry = match Entry::read(&row.leaf) {
        Ok(entry) => entry,
        Err(error) => return silent(error.to_string()),
    };
    match Statement::open(row.statement(), key) {
        Ok(statement) => Row::Told(Told {
            statement,
            stands: Stands {
                label,
                place,
                stream: entry.stream(),
                sequence: entry.sequence(),
                recorded: entry.time(),
            },
        }),
        Err(error) => silent(error.to_string()),
    }
}

/// Notes that a head of this size had been published by then.
pub(super) async fn note(
    db: &mut SqliteConnection,
    label: Label,
    size: u64,
    published: Timestamp,
) -> Result<(), DbError> {
    sqlx::query("INSERT OR IGNORE INTO seen (label, size, published) VALUES (?, ?, ?)")
        .bind(label.number())
        .bind(number(size))
        .bind(number(published.seconds()))
        .execute(&mut *db)
        .await
        .map_err(DbError::while_to("note a head"))?;
    Ok(())
}

/// What had been published by then.
pub async fn committed(db: &Db, at: Moment) -> Result<Committed, DbError> {
    let mut snapshot = db.snapshot().await?;
    let mut committed = Committed::default();
    for held in pull::held(&mut snapshot).await? {
        let row = sqlx::query(
            "SELECT size, published FROM seen WHERE label = ? AND published <= ? \
             ORDER BY size DESC LIMIT 1",
        )
        .bind(held.label.number())
        .bind(at.unix())
        .fetch_optional(&mut *snapshot)
        .await
        .map_err(DbError::while_to("look for a head"))?;
        if let Some(row) = row {
            let published = Moment::from_unix(row.get(1));
            committed.sizes.insert(held.label, unsigned(&row, 0)?);
            committed.published = committed.published.max(Some(published));
        }
        let complete = i64::try_from(held.complete.seconds()).unwrap_or(i64::MAX);
        let complete = Moment::from_unix(complete);
        if complete <= at {
            committed.complete = committed.complete.max(Some(complete));
        }
    }
    Ok(committed)
}

/// Whether a receipt of this code lay under one of the heads.
pub async fn receipt_was_held(
    db: &Db,
    code: receipt::Code,
    committed: &Committed,
) -> Result<bool, DbError> {
    let rows = rows::of_receipt(&mut *db.snapshot().await?, code).await?;
    Ok(rows
        .iter()
        .any(|(label, place)| committed.has(*label, *place)))
}

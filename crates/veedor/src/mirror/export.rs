//! `veedor export`: a log as one feed file, by which an authority that lost its disk begins
//! again.

use std::io::{self, Write};

use paso_formats::feed::{Header, WriteError, Writer};

use super::{
    AT_ONCE,
    db::{Db, DbError},
    hub::Label,
    pull,
    rows::{self, Stored},
};

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The mirror has no such log.
    #[error("the mirror holds nothing of {0} yet")]
    Nothing(Label),
    /// A row was damaged.
    #[error("{0}; run `veedor check` to see what else is damaged")]
    Damaged(#[from] WriteError),
    /// Where it is written to.
    #[error("cannot write the feed: {0}; free the disk")]
    Write(#[from] io::Error),
}

/// Writes a log, whole. Gives back how many rows it has. The memory of a thousand rows
/// is enough for any log.
pub async fn export(
    db: &Db,
    label: Label,
    out: &mut (impl Write + Send),
) -> Result<u64, ExportError> {
    let mut snapshot = db.snapshot().await?;
    let held = pull::held_of(&mut snapshot, label).await?;
    let held = held.ok_or(ExportError::Nothing(label))?;
    let header = Header {
        origin: held.origin.to_string(),
        first: 0,
        count: held.head.size,
    };
    let mut bytes = Vec::new();
    let mut writer = Writer::begin(header, &mut bytes)?;
    let mut next = 0;
    while next < held.head.size {
        let rows = rows::from(&mut snapshot, label, next, AT_ONCE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows.iter().take_while(|row| row.place < held.head.size) {
            let place = row.to_place().ok_or_else(|| rows::unreadable(row))?;
            writer.place(&place, &mut bytes)?;
            next = row.place + 1;
        }
        out.write_all(&bytes)?;
        bytes.clear();
    }
    writer.finish(&mut bytes)?;
    out.write_all(&bytes)?;
    Ok(held.head.size)
}

/// Every row with a statement, by label and place.
pub async fn statements(db: &Db) -> Result<Vec<(Label, Stored)>, DbError> {
    let mut snapshot = db.snapshot().await?;
    let mut found = Vec::new();
    for held in pull::held(&mut snapshot).await? {
        let mut after = 0;
        loop {
            let rows = rows::with_statements(&mut snapshot, held.label, after, AT_ONCE).await?;
            let Some(last) = rows.last() else { break };
            after = last.place;
            found.extend(rows.into_iter().map(|row| (held.label, row)));
        }
    }
    Ok(found)
}

//! Writing one file: rows come from the database page by page and go to a thread that encodes,
//! compresses and encrypts them, so that memory does not grow with the register.

use super::{
    format::{Header, Part, StoredFile, Writer},
    partial::Partial,
    sealed::{self, Recipients, Sealed, Sum},
};
use anyhow::{Context, Result, anyhow, bail};
use paso_store::dump::{Cell, Column, Database, Snapshot};
use std::{
    io::{BufWriter, Write},
    path::Path,
};
use tokio::sync::mpsc;

/// Pages of rows that wait to be written.
const WAITING: usize = 2;

/// What goes to the writing thread.
enum Piece {
    Table(String, Vec<Column>),
    Rows(Vec<Vec<Cell>>),
    End,
}

/// Writes one backup, not yet under its name, and reads it again.
pub(super) async fn write(
    snapshot: &mut Snapshot,
    header: Header,
    files: Vec<StoredFile>,
    name: &Path,
    recipients: Recipients,
) -> Result<(Partial, Sum)> {
    let whole = Partial::begin(name)?;
    let file = whole.file()?;
    let database = match header.part {
        Part::Register => Database::Main,
        Part::Keys => Database::Keys,
    };
    let (pieces, mut waiting) = mpsc::channel::<Piece>(WAITING);
    let writer = tokio::task::spawn_blocking(move || -> Result<Sum> {
        let sealed = Sealed::begin(BufWriter::with_capacity(1 << 18, file), &recipients)?;
        let mut writer = Writer::begin(sealed, &header)?;
        for file in &files {
            writer.file(file)?;
        }
        while let Some(piece) = waiting.blocking_recv() {
            match piece {
                Piece::Table(name, columns) => writer.table(&name, &columns)?,
                Piece::Rows(rows) => {
                    for row in &rows {
                        writer.row(row)?;
                    }
                }
                Piece::End => writer.end_table()?,
            }
        }
        let (mut to, sum) = writer.close()?.finish()?;
        to.flush()?;
        Ok(sum)
    });
    let read = read(snapshot, database, &pieces).await;
    if read.is_err() {
        // The writer must not end what is not whole.
        writer.abort();
    }
    drop(pieces);
    let written = writer.await;
    // What the database said explains more than that its reader then went away.
    let read_whole = read?;
    let sum = written
        .map_err(|_| anyhow!("the backup was interrupted; nothing was left behind"))?
        .map_err(|error| said_full(error, name))?;
    if !read_whole {
        bail!("the backup was interrupted; nothing was left behind");
    }
    whole.sync().map_err(|error| said_full(error, name))?;
    let again = sealed::sum(whole.path())
        .with_context(|| format!("cannot read {} again", whole.path().display()))?;
    if again != sum {
        bail!(
            "{} does not hold the bytes that were written; the disk is not to be trusted, use \
             another. The backup before it is untouched",
            name.display()
        );
    }
    Ok((whole, sum))
}

/// Reads all tables; `false` if the writer went away.
async fn read(
    snapshot: &mut Snapshot,
    database: Database,
    pieces: &mpsc::Sender<Piece>,
) -> Result<bool> {
    for table in snapshot.tables(database).to_vec() {
        let head = Piece::Table(table.name.clone(), table.columns.clone());
        if pieces.send(head).await.is_err() {
            return Ok(false);
        }
        let mut last: Option<Vec<Cell>> = None;
        loop {
            let rows = snapshot.rows(database, &table, last.as_deref()).await?;
            let Some(end) = rows.last() else { break };
            last = Some(end.clone());
            if pieces.send(Piece::Rows(rows)).await.is_err() {
                return Ok(false);
            }
        }
        if pieces.send(Piece::End).await.is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn said_full(error: anyhow::Error, name: &Path) -> anyhow::Error {
    let full = error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| {
            matches!(
                error.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded
            )
        })
    });
    if full {
        error.context(format!(
            "the disk for {} is full; the backup before it is untouched, free some space and repeat",
            name.display()
        ))
    } else {
        error.context(format!("cannot write {}", name.display()))
    }
}

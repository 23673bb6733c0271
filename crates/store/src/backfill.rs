//! Entries for rows that were written before there were entries.
//!
//! They are signed now, by the device that keeps the journal, in the order of the journal; the leaf
//! says so by its minute. A row's stream and sequence stay what they were.

use std::collections::HashSet;

use paso_formats::moment::Moment;

use crate::{
    device::Device,
    entry::{self, Heads, NewEntry},
    error::BackfillError,
    faults::Step,
    journal::{self, Recorded},
    sql::statements,
    store::Store,
    tx::Tx,
};

/// Rows whose entries are signed in one transaction.
const PAGE: u32 = 1024;

statements! {
    ENTERED = "SELECT position FROM entry WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1";
}

impl Store {
    /// Signs entries for all rows of the journal that have none, and says how many. What an
    /// interrupted one has done stays done. Appends are refused until it is through.
    pub async fn backfill(&self, device: &Device, now: Moment) -> Result<u64, BackfillError> {
        let mut done = 0;
        loop {
            let mut tx = self.main().begin().await?;
            let entered = match tx.fetch(&ENTERED, Vec::new()).await?.first() {
                Some(row) => row.number(0)?,
                None => 0,
            };
            let rows = journal::page_in(&mut tx, entered + 1, PAGE).await?;
            if rows.is_empty() {
                tx.rollback().await?;
                return Ok(done);
            }
            sign_page(&mut tx, device, now, &rows).await?;
            self.faults().at(Step::BackfillInserted)?;
            tx.commit().await?;
            self.faults().at(Step::BackfillCommitted)?;
            done += rows.len() as u64;
        }
    }
}

async fn sign_page(
    tx: &mut Tx,
    device: &Device,
    now: Moment,
    rows: &[Recorded],
) -> Result<(), BackfillError> {
    let streams: HashSet<_> = rows.iter().map(|row| row.stream).collect();
    let mut heads = entry::heads(tx, &streams).await?;
    let key = device.cose_key();
    let mut fresh = Vec::new();
    for (stream, state) in &heads.streams {
        match &state.key {
            None => fresh.push(*stream),
            Some(registered) if *registered == key => {}
            Some(_) => return Err(BackfillError::AnotherKey(*stream)),
        }
    }
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        entries.push(sign_row(&mut heads, device, now, row)?);
    }
    let key = device.signer.public_key();
    entry::register(tx, fresh.into_iter().map(|stream| (stream, key))).await?;
    Ok(entry::insert(tx, &entries).await?)
}

fn sign_row<'a>(
    heads: &mut Heads,
    device: &Device,
    now: Moment,
    row: &Recorded,
) -> Result<NewEntry<'a>, BackfillError> {
    let stream = heads.streams.entry(row.stream).or_default();
    if stream.head.map_or(0, |head| head.sequence) + 1 != row.sequence {
        return Err(BackfillError::OutOfSequence(row.position));
    }
    let of_stream = Device {
        stream: row.stream,
        signer: device.signer.clone(),
    };
    let content = core::iter::once(row.content(&[]));
    let leaves = entry::sign(&of_stream, stream.head, heads.witnessed, now, content)?;
    let [leaf] =
        <[_; 1]>::try_from(leaves).map_err(|_| BackfillError::OutOfSequence(row.position))?;
    stream.head = Some(leaf.head());
    heads.number += 1;
    Ok(NewEntry {
        number: heads.number,
        position: Some(row.position),
        leaf,
        statement: &[],
    })
}

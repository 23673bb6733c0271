//! Rows that others carry here: a stick from a post, a mirror's feed after a lost disk.
//!
//! Everything is looked at before anything is written (`plan`). Then rows go in by pages, each page
//! whole or not at all, and each row once: to repeat an interrupted import is to finish it. What a
//! device has signed is never refused; holes are named, and contradictions kept as evidence.

mod plan;

pub(crate) use plan::Runs;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::RangeInclusive;

use paso_domain::id::StreamId;
use paso_formats::{batch::Row as BatchRow, entry::Hash, key::PublicKey};

use crate::{
    entry::{self, Heads, NewEntry},
    error::{DatabaseError, ImportError},
    evidence::{self, Contradiction},
    faults::Step,
    journal::{self, NewRow},
    sql::{Value, statements},
    store::Store,
    tx::Tx,
    views::{self, Fact},
};

use plan::{Plan, Planned};

/// Rows that go in together.
const PAGE: usize = 512;

statements! {
    HELD = "SELECT sequence, number, leaf FROM entry
        WHERE stream = $1 AND sequence >= $2 AND sequence <= $3";
}

/// Every statement of the import.
#[cfg(feature = "testing")]
pub(crate) const ALL_STATEMENTS: [&[&crate::sql::Statement]; 2] = [STATEMENTS, plan::STATEMENTS];

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Entries that are new here.
    pub taken: u64,
    /// Rows that were here already.
    pub present: u64,
    /// New entries that fill a hole.
    pub late: u64,
    /// New rows whose subject has no key here. They are kept as all others, and are in the views
    /// after a rebuild with the key.
    pub closed: u64,
    /// How each stream stands now.
    pub streams: BTreeMap<StreamId, Standing>,
}

/// How a stream stands after an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The highest number seen.
    pub highest: u64,
    /// The numbers that are missing below it.
    pub gaps: Vec<RangeInclusive<u64>>,
    /// The numbers under which the device has signed more than one entry.
    pub forks: Vec<u64>,
    /// The numbers of entries whose link fits none that is here.
    pub broken_links: Vec<u64>,
}

impl Store {
    /// Takes rows in, in the order in which they come. `keys` are the devices' keys that the
    /// authority vouches for; a stream that is known here already has its key.
    ///
    /// Rows must be bound to their leaves, as rows of a [`Batch`](paso_formats::batch::Batch) are.
    pub async fn import(
        &self,
        rows: &[BatchRow<'_>],
        keys: &[PublicKey],
    ) -> Result<Imported, ImportError> {
        let rows = rows.iter().map(|row| (None, row)).collect();
        self.carry_in(rows, keys).await
    }

    /// Takes in the rows of a log in the log's order, each with its place, so that every entry has
    /// the number here that it had where the log was written. Refuses rows that cannot have it:
    /// because rows before them are missing here, or because something else has been entered since.
    pub async fn restore(
        &self,
        places: &[(u64, BatchRow<'_>)],
        keys: &[PublicKey],
    ) -> Result<Imported, ImportError> {
        let rows = places.iter().map(|(place, row)| (Some(*place), row));
        self.carry_in(rows.collect(), keys).await
    }

    async fn carry_in(
        &self,
        rows: Vec<(Option<u64>, &BatchRow<'_>)>,
        keys: &[PublicKey],
    ) -> Result<Imported, ImportError> {
        let mut plan = Plan::make(self, rows, keys).await?;
        let rows = core::mem::take(&mut plan.rows);
        for page in rows.chunks(PAGE) {
            let mut tx = self.main().begin().await?;
            let taken = write_page(&mut tx, &plan, page).await?;
            self.faults().at(Step::ImportInserted)?;
            // What came may erase somebody whose keys are older than that. Said before, too: a commit
            // in doubt counts as one, and whoever sweeps meanwhile sees nothing yet.
            let erases = page.iter().any(Planned::is_of_an_erasure);
            if erases {
                self.sweep_is_due();
            }
            tx.commit().await?;
            if erases {
                self.sweep_is_due();
            }
            self.faults().at(Step::ImportCommitted)?;
            plan.report.taken += taken;
        }
        self.swept().await?;
        Ok(plan.report)
    }
}

/// An entry held under a number.
#[derive(Clone, Copy, Debug)]
struct Held {
    number: u64,
    hash: Hash,
}

/// A page on its way in.
struct Page<'p, 'a> {
    heads: Heads,
    versions: HashMap<String, u64>,
    held: HashMap<(StreamId, u64), Held>,
    rows: Vec<NewRow<'p>>,
    entries: Vec<NewEntry<'p>>,
    facts: Vec<Fact<'p>>,
    named: Vec<(StreamId, u64, Contradiction)>,
    aside: Vec<&'p BatchRow<'a>>,
}

/// Writes a page and says how many entries were new.
async fn write_page(
    tx: &mut Tx,
    plan: &Plan<'_, '_>,
    rows: &[Planned<'_, '_>],
) -> Result<u64, ImportError> {
    let streams: HashSet<_> = rows.iter().map(|row| row.row.entry.stream()).collect();
    let heads = entry::heads(tx, &streams).await?;
    if !heads.are_complete() {
        return Err(ImportError::EntriesBehind);
    }
    let views_follow = heads.views == heads.position && heads.views_version == views::VERSION;
    let fresh = unregistered(&heads, plan)?;
    let mut subjects: Vec<_> = rows
        .iter()
        .filter_map(|row| Some(row.subject.as_ref()?.to_string()))
        .collect();
    subjects.sort();
    subjects.dedup();
    let mut page = Page {
        versions: journal::stand(tx, subjects).await?.versions,
        held: HashMap::new(),
        heads,
        rows: Vec::new(),
        entries: Vec::new(),
        facts: Vec::new(),
        named: Vec::new(),
        aside: Vec::new(),
    };
    for (stream, (first, last)) in spans(rows.iter().map(|row| row.row)) {
        let values = span_values(stream, first, last);
        page.hold(stream, &tx.fetch(&HELD, values).await?)?;
    }
    for row in rows {
        page.take(row, plan.offset)?;
    }
    entry::register(tx, fresh.into_iter()).await?;
    journal::insert(tx, page.rows.iter().copied()).await?;
    entry::insert(tx, &page.entries).await?;
    evidence::of_rows(tx, &page.aside, Contradiction::Fork).await?;
    for (stream, sequence, contradiction) in &page.named {
        evidence::of_entry(tx, *stream, *sequence, *contradiction).await?;
    }
    // Views that were behind stay behind, and are rebuilt before the next act.
    if views_follow {
        views::apply(tx, &page.facts).await?;
        views::set_position(tx, page.heads.position).await?;
    }
    Ok(page.entries.len() as u64)
}

/// The streams of a page that nobody has registered, with the keys that were found for them.
fn unregistered<'p>(
    heads: &Heads,
    plan: &'p Plan<'_, '_>,
) -> Result<Vec<(StreamId, &'p PublicKey)>, ImportError> {
    let mut fresh = Vec::new();
    for (stream, state) in &heads.streams {
        let Some(key) = plan.keys.get(stream) else {
            continue;
        };
        match &state.key {
            None => fresh.push((*stream, key)),
            Some(registered) if *registered == key.to_cose_key() => {}
            Some(_) => return Err(ImportError::AnotherKey(*stream)),
        }
    }
    Ok(fresh)
}

impl<'p, 'a> Page<'p, 'a> {
    fn hold(&mut self, stream: StreamId, rows: &[crate::sql::Row]) -> Result<(), DatabaseError> {
        for row in rows {
            let held = Held {
                number: row.number(1)?,
                hash: entry::leaf(row, 2)?.hash(),
            };
            self.held.insert((stream, row.number(0)?), held);
        }
        Ok(())
    }

    fn take(
        &mut self,
        planned: &'p Planned<'p, 'a>,
        offset: Option<i64>,
    ) -> Result<(), ImportError> {
        let leaf = &planned.row.entry;
        let (stream, sequence, hash) = (leaf.stream(), leaf.sequence(), leaf.hash());
        if let Some(held) = self.held.get(&(stream, sequence)) {
            if held.hash != hash {
                self.aside.push(planned.row);
                self.named.push((stream, sequence, Contradiction::Fork));
            }
            return Ok(());
        }
        self.heads.number += 1;
        let number = self.heads.number;
        if let Some(place) = planned
            .place
            .filter(|place| plan::offset(number, *place) != offset)
        {
            return Err(ImportError::OutOfPlace { place, number });
        }
        self.held.insert((stream, sequence), Held { number, hash });
        let mut position = None;
        if let (Some(envelope), Some(subject)) = (&planned.row.envelope, &planned.subject) {
            self.heads.position += 1;
            position = Some(self.heads.position);
            let version = self.versions.entry(subject.to_string());
            let version = *version.and_modify(|version| *version += 1).or_insert(1);
            self.rows.push(NewRow {
                position: self.heads.position,
                stream,
                sequence,
                version,
                subject,
                kind: envelope.kind,
                schema: envelope.schema,
                time: envelope.time.start(),
                sealed: envelope.sealed,
                commitment: &envelope.commitment,
                approvals: envelope.approvals,
            });
            self.facts.extend(planned.event.as_ref().map(|event| Fact {
                position: self.heads.position,
                version,
                subject,
                event,
            }));
        }
        let statement = planned
            .row
            .envelope
            .map_or(&[][..], |envelope| envelope.statement);
        self.entries.push(NewEntry {
            number,
            position,
            leaf: leaf.clone(),
            statement,
        });
        let broken = planned.broken.into_iter();
        self.named
            .extend(broken.map(|sequence| (stream, sequence, Contradiction::BrokenLink)));
        Ok(())
    }
}

/// The lowest and highest number of each stream.
fn spans<'r, 'a: 'r>(
    rows: impl Iterator<Item = &'r BatchRow<'a>>,
) -> BTreeMap<StreamId, (u64, u64)> {
    let mut spans = BTreeMap::new();
    for row in rows {
        let sequence = row.entry.sequence();
        let span = spans
            .entry(row.entry.stream())
            .or_insert((sequence, sequence));
        *span = (span.0.min(sequence), span.1.max(sequence));
    }
    spans
}

fn span_values(stream: StreamId, first: u64, last: u64) -> Vec<Value> {
    vec![
        Value::from(stream.to_string()),
        Value::from(first),
        Value::from(last),
    ]
}

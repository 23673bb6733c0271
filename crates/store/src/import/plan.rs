//! Looking at everything before anything is written: keys, signatures, links, bodies, places.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use paso_domain::{
    event::{Event, SCHEMA},
    id::StreamId,
    subject::Subject,
};
use paso_formats::{
    batch::{Envelope, Row as BatchRow},
    chain::{Chain, Link, Step},
    entry::Entry as Leaf,
    envelope::KeyRing,
    key::PublicKey,
};

use super::{HELD, Held, Imported, Standing, span_values, spans};
use crate::{
    db::Db,
    entry,
    error::{DatabaseError, ImportError},
    evidence,
    journal::UnreadableEntry,
    sql::{Value, statements},
    store::Store,
};

statements! {
    /// The first number of a stream, and the last one of its first run without a hole.
    RUN = "SELECT MIN(e.sequence), MIN(CASE WHEN NOT EXISTS
            (SELECT 1 FROM entry f WHERE f.stream = e.stream AND f.sequence = e.sequence + 1)
            THEN e.sequence END)
        FROM entry e WHERE e.stream = $1";
    LEAVES_AFTER = "SELECT leaf FROM entry WHERE stream = $1 AND sequence > $2";
}

/// A row that is new here, as far as could be seen.
pub(super) struct Planned<'r, 'a> {
    pub(super) row: &'r BatchRow<'a>,
    pub(super) place: Option<u64>,
    /// What it is about; none for a heartbeat, and for a row that only goes to the evidence.
    pub(super) subject: Option<Subject>,
    /// The event, where its subject has a key here.
    pub(super) event: Option<Event>,
    /// The number whose link it shows to be broken.
    pub(super) broken: Option<u64>,
}

/// What is going to be written.
pub(super) struct Plan<'r, 'a> {
    pub(super) rows: Vec<Planned<'r, 'a>>,
    /// The key of every stream that comes.
    pub(super) keys: HashMap<StreamId, PublicKey>,
    /// What has to be added to a place in the log to have a number here.
    pub(super) offset: Option<i64>,
    pub(super) report: Imported,
}

/// A number less a place. Both are counted by databases, to 2^63 - 1.
pub(super) fn offset(number: u64, place: u64) -> Option<i64> {
    number.cast_signed().checked_sub(place.cast_signed())
}

impl Store {
    /// The highest number of a stream up to which none is missing here; 0 when the first is.
    pub async fn contiguous(&self, stream: StreamId) -> Result<u64, DatabaseError> {
        run(self.main(), stream).await
    }
}

async fn run(db: &Db, stream: StreamId) -> Result<u64, DatabaseError> {
    let found = db
        .fetch(&RUN, vec![Value::from(stream.to_string())])
        .await?;
    match found.first() {
        Some(row) if row.optional_number(0)? == Some(1) => Ok(row.optional_number(1)?.unwrap_or(0)),
        _ => Ok(0),
    }
}

impl<'r, 'a> Plan<'r, 'a> {
    pub(super) async fn make(
        store: &Store,
        rows: Vec<(Option<u64>, &'r BatchRow<'a>)>,
        trusted: &[PublicKey],
    ) -> Result<Self, ImportError> {
        let db = store.main();
        let spans = spans(rows.iter().map(|(_, row)| *row));
        let registered = entry::devices(db).await?;
        let mut plan = Self {
            rows: Vec::new(),
            keys: HashMap::new(),
            offset: None,
            report: Imported::default(),
        };
        let (mut chains, mut held, mut aside) = (BTreeMap::new(), HashMap::new(), HashSet::new());
        for (stream, (first, last)) in spans {
            let key = match registered.get(&stream) {
                Some(key) => key.clone(),
                None => find_key(stream, &rows, trusted)?,
            };
            hold(db, stream, first, last, &mut held).await?;
            for leaf in evidence::forks(db, stream, first - 1).await? {
                aside.insert(leaf.hash());
            }
            chains.insert(stream, chain(db, stream, key.clone()).await?);
            plan.keys.insert(stream, key);
        }
        // Forks of entries so long undisputed that the chain no longer holds them.
        let mut settled = Vec::new();
        let mut places = Places::new(store.entry_count().await?, &rows, &held)?;
        for (place, row) in rows {
            let leaf = &row.entry;
            places.check(place, leaf, &held)?;
            let known = held.get(&(leaf.stream(), leaf.sequence()));
            let hash = leaf.hash();
            if known.is_some_and(|held| held.hash == hash) || aside.contains(&hash) {
                plan.report.present += 1;
                continue;
            }
            if !row.is_bound() {
                return Err(ImportError::Unbound(leaf.stream(), leaf.sequence()));
            }
            // Every stream of the rows has its chain.
            let Some(chain) = chains.get_mut(&leaf.stream()) else {
                continue;
            };
            let step = chain.accept(leaf);
            let broken = match step {
                Step::BadSignature | Step::ForeignStream => {
                    return Err(ImportError::NotSigned(leaf.stream(), leaf.sequence()));
                }
                Step::Duplicate => {
                    plan.report.present += 1;
                    continue;
                }
                Step::BrokenLink { sequence } => Some(sequence),
                Step::Late => {
                    plan.report.late += 1;
                    None
                }
                Step::Next | Step::Gap { .. } | Step::Fork { .. } | Step::Settled => None,
            };
            if step == Step::Settled {
                settled.push((leaf.stream(), leaf.sequence()));
            }
            let is_fork = matches!(step, Step::Fork { .. } | Step::Settled);
            plan.rows.push(Planned {
                row,
                place,
                subject: match row.envelope.as_ref().filter(|_| !is_fork) {
                    Some(envelope) => Some(known_subject(leaf, envelope)?),
                    None => None,
                },
                event: None,
                broken,
            });
        }
        plan.offset = places.offset;
        plan.open_all(store).await?;
        plan.report.streams = chains
            .iter()
            .map(|(id, chain)| (*id, chain.into()))
            .collect();
        for (stream, sequence) in settled {
            let standing = plan.report.streams.entry(stream).or_default();
            if let Err(place) = standing.forks.binary_search(&sequence) {
                standing.forks.insert(place, sequence);
            }
        }
        Ok(plan)
    }

    /// Opens what can be opened.
    async fn open_all(&mut self, store: &Store) -> Result<(), ImportError> {
        let subjects: BTreeSet<_> = self
            .rows
            .iter()
            .filter_map(|row| row.subject.clone())
            .collect();
        let subjects: Vec<_> = subjects.into_iter().collect();
        let keys = store.subject_keys(&subjects).await?;
        for planned in &mut self.rows {
            let (Some(subject), Some(envelope)) = (&planned.subject, &planned.row.envelope) else {
                continue;
            };
            let Some(key) = keys.get(subject) else {
                self.report.closed += 1;
                continue;
            };
            let opened = open(envelope, key).map_err(|source| ImportError::Unreadable {
                stream: planned.row.entry.stream(),
                sequence: planned.row.entry.sequence(),
                source,
            })?;
            planned.event = Some(opened);
        }
        Ok(())
    }
}

fn open(envelope: &Envelope<'_>, keys: &KeyRing) -> Result<Event, UnreadableEntry> {
    let body = keys.open(&envelope.to_sealed(), envelope.label())?;
    Ok(Event::decode(envelope.kind, envelope.schema, &body)?)
}

/// The subject of an event that this program can read, once it has the key.
fn known_subject(leaf: &Leaf, envelope: &Envelope<'_>) -> Result<Subject, ImportError> {
    let known = Event::KINDS.contains(&envelope.kind) && envelope.schema <= SCHEMA;
    envelope
        .subject
        .parse()
        .ok()
        .filter(|_| known)
        .ok_or_else(|| ImportError::Newer(leaf.stream(), leaf.sequence()))
}

/// The key of a stream that is not known here: the one it is named after, or the one that signed
/// its first entry.
fn find_key(
    stream: StreamId,
    rows: &[(Option<u64>, &BatchRow<'_>)],
    trusted: &[PublicKey],
) -> Result<PublicKey, ImportError> {
    let of_stream = || {
        rows.iter()
            .map(|(_, row)| &row.entry)
            .filter(|leaf| leaf.stream() == stream)
    };
    let named = trusted.iter().find(|key| StreamId::of_key(key) == stream);
    let first = || of_stream().find(|leaf| leaf.sequence() == 1);
    named
        .or_else(|| {
            let first = first()?;
            trusted.iter().find(|key| first.verify(key).is_ok())
        })
        .cloned()
        .ok_or(ImportError::UnknownStream(stream))
}

async fn hold(
    db: &Db,
    stream: StreamId,
    first: u64,
    last: u64,
    held: &mut HashMap<(StreamId, u64), Held>,
) -> Result<(), DatabaseError> {
    for row in db.fetch(&HELD, span_values(stream, first, last)).await? {
        let number = row.number(1)?;
        let hash = entry::leaf(&row, 2)?.hash();
        held.insert((stream, row.number(0)?), Held { number, hash });
    }
    Ok(())
}

/// A stream as it stands here.
async fn chain(db: &Db, stream: StreamId, key: PublicKey) -> Result<Chain, DatabaseError> {
    let mut settled = run(db, stream).await?;
    if let Some(first) = evidence::first(db, stream).await? {
        settled = settled.min(first - 1);
    }
    let head = db
        .fetch(&HELD, span_values(stream, settled, settled))
        .await?;
    let head = head.first().map(|row| entry::leaf(row, 2)).transpose()?;
    let values = vec![Value::from(stream.to_string()), Value::from(settled)];
    let mut links: Vec<Link> = Vec::new();
    for row in db.fetch(&LEAVES_AFTER, values).await? {
        links.push((&entry::leaf(&row, 0)?).into());
    }
    let forks = evidence::forks(db, stream, settled).await?;
    links.extend(forks.iter().map(Link::from));
    Ok(Chain::resume(
        stream,
        key,
        head.map(|leaf| leaf.head()),
        links,
    ))
}

impl From<&Chain> for Standing {
    fn from(chain: &Chain) -> Self {
        Self {
            highest: chain.highest(),
            gaps: chain.gaps(),
            forks: chain.forks(),
            broken_links: chain.broken_links(),
        }
    }
}

/// Which number each row is going to have, where the order of the log is being restored.
struct Places {
    next: u64,
    offset: Option<i64>,
    new: HashMap<(StreamId, u64), u64>,
}

impl Places {
    fn new(
        count: u64,
        rows: &[(Option<u64>, &BatchRow<'_>)],
        held: &HashMap<(StreamId, u64), Held>,
    ) -> Result<Self, ImportError> {
        let overlaps = rows
            .iter()
            .any(|(_, row)| held.contains_key(&(row.entry.stream(), row.entry.sequence())));
        match rows.first() {
            // The entry after a log's opening leaf follows whatever is here; any other must follow
            // a row that is here.
            Some((Some(place), _)) if *place > 1 && !overlaps => Err(ImportError::NoOverlap {
                place: *place,
                count,
            }),
            _ => Ok(Self {
                next: count,
                offset: None,
                new: HashMap::new(),
            }),
        }
    }

    fn check(
        &mut self,
        place: Option<u64>,
        leaf: &Leaf,
        held: &HashMap<(StreamId, u64), Held>,
    ) -> Result<(), ImportError> {
        let Some(place) = place else { return Ok(()) };
        let key = (leaf.stream(), leaf.sequence());
        let known = held.get(&key).map(|held| held.number);
        let number = known
            .or_else(|| self.new.get(&key).copied())
            .unwrap_or_else(|| {
                self.next += 1;
                self.new.insert(key, self.next);
                self.next
            });
        let found = offset(number, place);
        if *self.offset.get_or_insert(found.unwrap_or(i64::MAX)) == found.unwrap_or(i64::MIN) {
            Ok(())
        } else {
            Err(ImportError::OutOfPlace { place, number })
        }
    }
}

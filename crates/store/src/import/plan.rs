//! Looking at everything before anything is written: keys, signatures, links, bodies, places.

use core::num::NonZeroUsize;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

use paso_domain::{
    event::{Event, SCHEMA},
    id::StreamId,
    subject::Subject,
};
use paso_formats::{
    batch::{Envelope, Row as BatchRow},
    chain::{Chain, Link, Step},
    entry::{Entry as Leaf, Signed},
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
    /// The last number of a stream's run without a hole that begins with a number; nothing where that
    /// number is missing.
    RUN = "SELECT e.sequence FROM entry e
        WHERE e.stream = $1 AND e.sequence >= $2
        AND EXISTS (SELECT 1 FROM entry b WHERE b.stream = $1 AND b.sequence = $2)
        AND NOT EXISTS (SELECT 1 FROM entry f WHERE f.stream = $1 AND f.sequence = e.sequence + 1)
        ORDER BY e.sequence LIMIT 1";
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

impl Planned<'_, '_> {
    /// Whether keys may have to be destroyed for it.
    pub(super) const fn is_of_an_erasure(&self) -> bool {
        matches!(self.subject, Some(Subject::Erasure(_)))
    }
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
        // Entries are never taken away, so a run only grows: it is looked for from where it was last
        // seen to end, not from the beginning of the stream.
        let from = self.runs().end(stream).max(1);
        let values = vec![Value::from(stream.to_string()), Value::from(from)];
        let found = self.main().fetch(&RUN, values).await?;
        let end = found.first().map_or(Ok(0), |row| row.number(0))?;
        self.runs().seen(stream, end);
        Ok(end)
    }
}

/// How far each stream was last seen to be whole.
#[derive(Debug, Default)]
pub(crate) struct Runs(Mutex<HashMap<StreamId, u64>>);

impl Runs {
    fn end(&self, stream: StreamId) -> u64 {
        self.lock().get(&stream).copied().unwrap_or(0)
    }

    fn seen(&self, stream: StreamId, end: u64) {
        let mut runs = self.lock();
        let run = runs.entry(stream).or_default();
        *run = end.max(*run);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<StreamId, u64>> {
        // Numbers are whole at any moment, whoever panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
            chains.insert(stream, chain(store, stream, key.clone()).await?);
            plan.keys.insert(stream, key);
        }
        // Forks of entries so long undisputed that the chain no longer holds them.
        let mut settled = Vec::new();
        let mut places = Places::new(store.entry_count().await?, &rows, &held)?;
        let is_here = |leaf: &Leaf| {
            let (known, hash) = (held.get(&(leaf.stream(), leaf.sequence())), leaf.hash());
            known.is_some_and(|held| held.hash == hash) || aside.contains(&hash)
        };
        let looked_at = look_at(&rows, &plan.keys, &is_here);
        for ((place, row), look) in rows.into_iter().zip(looked_at) {
            let leaf = &row.entry;
            places.check(place, leaf, &held)?;
            if matches!(look, Look::Here) {
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
            let step = match look {
                Look::Signed(signed) => chain.accept_signed(signed),
                Look::Here | Look::Unsigned => Step::BadSignature,
            };
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

/// What a row is before its stream is asked.
enum Look<'r> {
    /// It is here already.
    Here,
    /// New, and signed by its stream's device.
    Signed(Signed<'r>),
    /// New, and not signed by that device.
    Unsigned,
}

/// Rows for which it is worth to wake another processor: some two milliseconds of signatures.
const ENOUGH_TO_SHARE: usize = 64;

/// Looks at rows one by one, on every processor there is.
fn look_at<'r>(
    rows: &[(Option<u64>, &'r BatchRow<'_>)],
    keys: &'r HashMap<StreamId, PublicKey>,
    is_here: &(impl Fn(&Leaf) -> bool + Sync),
) -> Vec<Look<'r>> {
    let look = |(_, row): &(Option<u64>, &'r BatchRow<'_>)| {
        let leaf = &row.entry;
        if is_here(leaf) {
            return Look::Here;
        }
        let key = keys.get(&leaf.stream());
        let signed = key.and_then(|key| leaf.signed_by(key).ok());
        signed.map_or(Look::Unsigned, Look::Signed)
    };
    let shares = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let shares = shares.min(rows.len() / ENOUGH_TO_SHARE).max(1);
    if shares == 1 {
        return rows.iter().map(look).collect();
    }
    thread::scope(|scope| {
        let shares: Vec<_> = rows
            .chunks(rows.len().div_ceil(shares))
            .map(|share| scope.spawn(move || share.iter().map(look).collect::<Vec<_>>()))
            .collect();
        let looked_at = shares.into_iter().flat_map(|share| {
            share
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        looked_at.collect()
    })
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
async fn chain(store: &Store, stream: StreamId, key: PublicKey) -> Result<Chain, DatabaseError> {
    let db = store.main();
    let mut settled = store.contiguous(stream).await?;
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

//! How acts get into the journal: one task, which takes what waits and commits it together.
//!
//! A commit costs one wait for the disk, whatever is in it; so while one is under way the next
//! batch gathers. Within a batch order is kept, and an act that rests on a version which an earlier
//! act of the same batch has just overtaken is a conflict like any other.
//!
//! Nobody is answered before the commit, not even with a conflict: an act may conflict with one
//! that then fails to be stored. A caller who has stopped waiting has not stopped the act.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use paso_domain::{erasure::ErasureEvent, event::Event, subject::Subject, urgent};
use paso_formats::{
    entry::{Content, Entry as Leaf},
    envelope::SubjectKey,
    moment::Moment,
};

use crate::{
    db::Db,
    device::Device,
    entry::{self, Heads, NewEntry},
    error::{AppendError, DatabaseError},
    faults::{Faults, Step},
    journal::{self, Append, Appended, NewRow, Numbered, Stand},
    keys,
    views::{self, Fact},
};

/// The most acts committed together, and the most waiting before callers have to.
pub(crate) const BATCH: usize = 256;

/// How long a batch may take before its callers are told that its outcome is not known. A lost way
/// to PostgreSQL can be silent for hours otherwise.
const PATIENCE: Duration = Duration::from_secs(30);

/// Acts with the way back to their caller.
pub(crate) type Request<Q, A> = (Q, oneshot::Sender<A>);

/// What is written.
pub(crate) enum Job {
    Append(Append),
    Heartbeat { device: Arc<Device>, now: Moment },
}

impl Job {
    const fn device(&self) -> &Arc<Device> {
        match self {
            Self::Append(append) => &append.device,
            Self::Heartbeat { device, .. } => device,
        }
    }

    const fn now(&self) -> Moment {
        match self {
            Self::Append(append) => append.now,
            Self::Heartbeat { now, .. } => *now,
        }
    }

    /// Whether anything in it is urgent: what belongs to such an act, as its receipt, is with it.
    fn is_urgent(&self) -> bool {
        match self {
            Self::Append(append) => append.entries.iter().any(|e| urgent::event(e.event())),
            Self::Heartbeat { .. } => false,
        }
    }
}

/// What becomes of one append.
pub(crate) type Outcome = Result<Appended, AppendError>;

/// Why a whole batch failed.
enum Failure {
    /// Nothing of it is stored.
    NotStored(DatabaseError),
    /// All of it is stored, or nothing.
    InDoubt(DatabaseError),
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        Self::NotStored(error)
    }
}

impl From<&Failure> for AppendError {
    fn from(failure: &Failure) -> Self {
        match failure {
            Failure::NotStored(error) if error.is_full() => Self::Full(error.clone()),
            Failure::NotStored(error) => Self::Unavailable(error.clone()),
            Failure::InDoubt(error) => Self::InDoubt(error.clone()),
        }
    }
}

/// Writes appends until nobody can ask any more.
pub(crate) async fn run(
    db: Db,
    faults: Faults,
    mut requests: mpsc::Receiver<Request<Job, Outcome>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        let (jobs, callers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let outcomes = settle(&db, &faults, jobs).await;
        for (caller, outcome) in callers.into_iter().zip(outcomes) {
            // Whoever no longer waits learns the outcome by loading.
            let _ = caller.send(outcome);
        }
    }
}

/// Writes a batch: all of it, or what of it is urgent where only the space kept back is left.
async fn settle(db: &Db, faults: &Faults, jobs: Vec<Job>) -> Vec<Outcome> {
    let now = jobs.iter().map(Job::now).max();
    let spent = match now {
        Some(now) => db.reserve.is_still_spent(now).await,
        None => db.reserve.is_spent(),
    };
    if !spent {
        let failure = match attempt(db, faults, &jobs).await {
            Ok(outcomes) => return outcomes,
            Err(failure) => failure,
        };
        let full = matches!(&failure, Failure::NotStored(error) if error.is_full());
        // Without a reserve nothing was released, and trying again would meet the same.
        if !(full && db.reserve.is_spent()) {
            return jobs
                .iter()
                .map(|_| Err(AppendError::from(&failure)))
                .collect();
        }
    }
    let urgent: Vec<bool> = jobs.iter().map(Job::is_urgent).collect();
    let mut jobs = jobs;
    let mut kept = urgent.iter();
    jobs.retain(|_| kept.next() == Some(&true));
    let written = if jobs.is_empty() {
        Vec::new()
    } else {
        attempt(db, faults, &jobs).await.unwrap_or_else(|failure| {
            jobs.iter()
                .map(|_| Err(AppendError::from(&failure)))
                .collect()
        })
    };
    let mut written = written.into_iter();
    let mut outcome = |urgent: bool| {
        let written = if urgent { written.next() } else { None };
        written.unwrap_or(Err(AppendError::Reserved))
    };
    urgent.into_iter().map(&mut outcome).collect()
}

async fn attempt(db: &Db, faults: &Faults, jobs: &[Job]) -> Result<Vec<Outcome>, Failure> {
    let written = timeout(PATIENCE, write(db, faults, jobs)).await;
    let silent = |_| Err(Failure::InDoubt(DatabaseError::silent(PATIENCE)));
    let written = written.unwrap_or_else(silent);
    if let Err(Failure::NotStored(error) | Failure::InDoubt(error)) = &written {
        tracing::error!(error = %chain(error), acts = jobs.len(), "acts were not stored");
    }
    written
}

async fn write(db: &Db, faults: &Faults, jobs: &[Job]) -> Result<Vec<Outcome>, Failure> {
    let mut tx = db.begin().await?;
    let streams: HashSet<_> = jobs.iter().map(|job| job.device().stream).collect();
    let heads = entry::heads(&mut tx, &streams).await?;
    let refused = |error: fn() -> AppendError| Ok(jobs.iter().map(|_| Err(error())).collect());
    if heads.views != heads.position || heads.views_version != views::VERSION {
        tx.rollback().await?;
        return refused(|| AppendError::ViewsBehind);
    }
    if !heads.are_complete() {
        tx.rollback().await?;
        return refused(|| AppendError::EntriesBehind);
    }
    let mut batch = Batch {
        heads,
        stand: journal::stand(&mut tx, subjects(jobs)).await?,
        rows: Vec::new(),
        entries: Vec::new(),
        devices: Vec::new(),
    };
    faults.at(Step::BatchBegun)?;
    let outcomes: Vec<_> = jobs.iter().map(|job| batch.take(job)).collect();
    faults.at(Step::ExpectationsChecked)?;
    if batch.entries.is_empty() {
        tx.rollback().await?;
        return Ok(outcomes);
    }
    journal::insert(&mut tx, batch.rows.iter().map(NewRow::from)).await?;
    faults.at(Step::JournalInserted)?;
    let devices = batch.devices.iter();
    let devices = devices.map(|device| (device.stream, device.signer.public_key()));
    entry::register(&mut tx, devices).await?;
    entry::insert(&mut tx, &batch.entries).await?;
    faults.at(Step::EntriesInserted)?;
    let facts: Vec<_> = batch.rows.iter().map(Fact::from).collect();
    views::apply(&mut tx, &facts).await?;
    views::set_position(&mut tx, batch.heads.position).await?;
    faults.at(Step::ViewsUpdated)?;
    tx.commit().await.map_err(|error| {
        // A full disk is certain, every other error of a commit is not (see `Tx::commit`).
        let failure = if error.is_full() {
            Failure::NotStored
        } else {
            Failure::InDoubt
        };
        failure(error)
    })?;
    faults.at(Step::AfterCommit).map_err(Failure::InDoubt)?;
    faults.at(Step::BeforeAnswer).map_err(Failure::InDoubt)?;
    Ok(outcomes)
}

/// Every subject whose version matters.
fn subjects(jobs: &[Job]) -> Vec<String> {
    let mut subjects = BTreeSet::new();
    for job in jobs {
        let Job::Append(append) = job else { continue };
        let written = append.entries.iter().map(journal::Entry::subject);
        let expected = append.expect.iter().map(|(subject, _)| subject);
        subjects.extend(written.chain(expected).map(ToString::to_string));
    }
    subjects.into_iter().collect()
}

/// A batch being put together: where everything stands after the jobs taken so far, and their rows.
struct Batch<'a> {
    heads: Heads,
    stand: Stand,
    rows: Vec<Numbered<'a>>,
    entries: Vec<NewEntry<'a>>,
    /// Those whose streams begin here.
    devices: Vec<&'a Device>,
}

impl<'a> Batch<'a> {
    /// Takes a job in, wholly or not at all.
    fn take(&mut self, job: &'a Job) -> Outcome {
        match job {
            Job::Append(append) => self.append(append),
            Job::Heartbeat { device, now } => {
                let leaves = self.sign(device, *now, core::iter::once(Content::Heartbeat))?;
                Ok(self.enter(device, leaves, &[]))
            }
        }
    }

    /// Checks one append against the heads and, if its expectations hold, signs and numbers its
    /// entries.
    fn append(&mut self, append: &'a Append) -> Outcome {
        for (subject, expected) in &append.expect {
            let found = self.stand.versions.get(&subject.to_string()).copied();
            let found = found.unwrap_or(0);
            if found != *expected {
                let subject = subject.clone();
                return Err(AppendError::Conflict {
                    subject,
                    expected: *expected,
                    found,
                });
            }
        }
        // Sealed before the erasure and written after it, an act would bring the person back.
        for subject in append.entries.iter().map(journal::Entry::subject) {
            if self.stand.forgotten.contains(&subject.to_string()) {
                return Err(AppendError::Forgotten(subject.clone()));
            }
        }
        let contents = append.entries.iter().map(journal::Entry::content);
        let leaves = self.sign(&append.device, append.now, contents)?;
        let appended = self.enter(&append.device, leaves, &append.entries);
        for entry in &append.entries {
            if let Event::Erasure(ErasureEvent::CarriedOut { erasure, .. }) = entry.event() {
                let named = erasure.subjects.iter().map(ToString::to_string);
                self.stand.forgotten.extend(named);
            }
        }
        Ok(appended)
    }

    /// Signs what follows in a device's stream.
    fn sign(
        &self,
        device: &Device,
        now: Moment,
        contents: impl Iterator<Item = Content>,
    ) -> Result<Vec<Leaf>, AppendError> {
        let stream = self.heads.streams.get(&device.stream);
        let registered = stream.and_then(|stream| stream.key.as_ref());
        if registered.is_some_and(|registered| *registered != device.cose_key()) {
            return Err(AppendError::AnotherKey(device.stream));
        }
        let head = stream.and_then(|stream| stream.head);
        Ok(entry::sign(
            device,
            head,
            self.heads.witnessed,
            now,
            contents,
        )?)
    }

    /// Numbers leaves and the rows they stand for: one row each, or none at all for a heartbeat.
    fn enter(
        &mut self,
        device: &'a Device,
        leaves: Vec<Leaf>,
        rows: &'a [journal::Entry],
    ) -> Appended {
        let stream = self.heads.streams.entry(device.stream).or_default();
        let sequence = stream.head.map_or(0, |head| head.sequence) + 1;
        let (position, number) = (self.heads.position + 1, self.heads.number + 1);
        let count = leaves.len() as u64;
        if count > 0 && stream.key.is_none() {
            stream.key = Some(device.cose_key());
            self.devices.push(device);
        }
        if let Some(last) = leaves.last() {
            stream.head = Some(last.head());
        }
        let mut rows = rows.iter();
        for leaf in leaves {
            let row = rows.next();
            self.heads.number += 1;
            if let Some(entry) = row {
                self.heads.position += 1;
                let version = self.stand.versions.entry(entry.subject().to_string());
                let version = version.and_modify(|version| *version += 1).or_insert(1);
                self.rows.push(Numbered {
                    position: self.heads.position,
                    stream: device.stream,
                    sequence: leaf.sequence(),
                    version: *version,
                    entry,
                });
            }
            self.entries.push(NewEntry {
                number: self.heads.number,
                position: row.map(|_| self.heads.position),
                leaf,
                statement: row.map_or(&[], journal::Entry::statement),
            });
        }
        Appended {
            positions: position..self.heads.position + 1,
            sequences: sequence..sequence + count,
            numbers: number..self.heads.number + 1,
        }
    }
}

/// Keys on their way into the key database.
pub(crate) type NewKeys = Vec<(Subject, SubjectKey)>;

/// Writes new keys until nobody can ask any more, batched as appends are: a person's first act
/// waits for the disk twice, and so should not wait for others' keys too.
pub(crate) async fn run_keys(
    db: Db,
    faults: Faults,
    mut requests: mpsc::Receiver<Request<NewKeys, Result<(), DatabaseError>>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        let is_urgent = |keys: &NewKeys| keys.iter().all(|(subject, _)| urgent::subject(subject));
        let (urgent, ordinary): (Vec<_>, Vec<_>) =
            batch.drain(..).partition(|(keys, _)| is_urgent(keys));
        // One write for all, unless the disk is full. An act whose keys were refused here is refused;
        // whether there is room again is found out where acts are written.
        let (mut keys, mut callers): (Vec<_>, Vec<_>) = urgent.into_iter().unzip();
        let mut late: Vec<oneshot::Sender<_>> = Vec::new();
        if db.reserve.is_spent() {
            late.extend(ordinary.into_iter().map(|(_, caller)| caller));
        } else {
            let (others, waiting): (Vec<_>, Vec<_>) = ordinary.into_iter().unzip();
            let all = [keys.concat(), others.concat()].concat();
            match attempt_keys(&db, &faults, &all).await {
                Err(error) if error.is_full() && db.reserve.is_spent() => late.extend(waiting),
                written => {
                    callers.extend(waiting);
                    keys.clear();
                    for caller in callers.drain(..) {
                        let _ = caller.send(written.clone());
                    }
                }
            }
        }
        for caller in late {
            let _ = caller.send(Err(DatabaseError::reserved()));
        }
        if callers.is_empty() {
            continue;
        }
        let written = attempt_keys(&db, &faults, &keys.concat()).await;
        for caller in callers {
            // A key that nobody waits for any more is unused and harmless.
            let _ = caller.send(written.clone());
        }
    }
}

async fn attempt_keys(
    db: &Db,
    faults: &Faults,
    keys: &[(Subject, SubjectKey)],
) -> Result<(), DatabaseError> {
    let written = timeout(PATIENCE, write_keys(db, faults, keys)).await;
    let written = written.unwrap_or_else(|_| Err(DatabaseError::silent(PATIENCE)));
    if let Err(error) = &written {
        tracing::error!(error = %chain(error), "new subject keys were not stored");
    }
    written
}

async fn write_keys(
    db: &Db,
    faults: &Faults,
    keys: &[(Subject, SubjectKey)],
) -> Result<(), DatabaseError> {
    let mut tx = db.begin().await?;
    keys::insert(&mut tx, keys).await?;
    faults.at(Step::KeysInserted)?;
    tx.commit().await?;
    faults.at(Step::KeysCommitted)
}

/// An error with its causes, for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text = format!("{text}: {error}");
        next = error.source();
    }
    text
}

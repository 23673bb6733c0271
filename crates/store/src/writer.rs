//! How acts get into the journal: one task, which takes what waits and commits it together.
//!
//! A commit costs one wait for the disk, whatever is in it; so while one is under way the next
//! batch gathers. Within a batch order is kept, and an act that rests on a version which an earlier
//! act of the same batch has just overtaken is a conflict like any other.
//!
//! Nobody is answered before the commit, not even with a conflict: an act may conflict with one
//! that then fails to be stored. A caller who has stopped waiting has not stopped the act.

use std::{collections::BTreeSet, time::Duration};

use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use paso_domain::subject::Subject;
use paso_formats::envelope::SubjectKey;

use crate::{
    db::Db,
    error::{AppendError, DatabaseError},
    faults::{Faults, Step},
    journal::{self, Append, Appended, Heads, Numbered},
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
    mut requests: mpsc::Receiver<Request<Append, Outcome>>,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while requests.recv_many(&mut batch, BATCH).await > 0 {
        let (appends, callers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let written = timeout(PATIENCE, write(&db, &faults, &appends)).await;
        let silent = |_| Err(Failure::InDoubt(DatabaseError::silent(PATIENCE)));
        let outcomes = written.unwrap_or_else(silent).unwrap_or_else(|failure| {
            let (Failure::NotStored(error) | Failure::InDoubt(error)) = &failure;
            tracing::error!(error = %chain(error), acts = appends.len(), "acts were not stored");
            appends
                .iter()
                .map(|_| Err(AppendError::from(&failure)))
                .collect()
        });
        for (caller, outcome) in callers.into_iter().zip(outcomes) {
            // Whoever no longer waits learns the outcome by loading.
            let _ = caller.send(outcome);
        }
    }
}

async fn write(db: &Db, faults: &Faults, appends: &[Append]) -> Result<Vec<Outcome>, Failure> {
    let mut tx = db.begin().await?;
    let mut heads = journal::heads(&mut tx, names(appends)).await?;
    faults.at(Step::BatchBegun)?;
    if heads.views != heads.position || heads.views_version != views::VERSION {
        tx.rollback().await?;
        return Ok(appends
            .iter()
            .map(|_| Err(AppendError::ViewsBehind))
            .collect());
    }
    let mut numbered = Vec::new();
    let outcomes = appends
        .iter()
        .map(|append| number(&mut heads, append, &mut numbered))
        .collect();
    faults.at(Step::ExpectationsChecked)?;
    if numbered.is_empty() {
        tx.rollback().await?;
        return Ok(outcomes);
    }
    journal::insert(&mut tx, numbered.iter().copied()).await?;
    faults.at(Step::JournalInserted)?;
    let facts: Vec<_> = numbered.iter().map(Fact::from).collect();
    views::apply(&mut tx, &facts).await?;
    views::set_position(&mut tx, heads.position).await?;
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

/// Every stream and subject whose head matters.
fn names(appends: &[Append]) -> Vec<String> {
    let mut names = BTreeSet::new();
    for append in appends {
        names.insert(append.stream.to_string());
        names.extend(
            append
                .entries
                .iter()
                .map(|entry| entry.subject().to_string()),
        );
        names.extend(append.expect.iter().map(|(subject, _)| subject.to_string()));
    }
    names.into_iter().collect()
}

/// Checks one append against the heads and, if its expectations hold, numbers its entries and moves
/// the heads on.
fn number<'a>(heads: &mut Heads, append: &'a Append, numbered: &mut Vec<Numbered<'a>>) -> Outcome {
    for (subject, expected) in &append.expect {
        let found = heads
            .versions
            .get(&subject.to_string())
            .copied()
            .unwrap_or(0);
        if found != *expected {
            let subject = subject.clone();
            return Err(AppendError::Conflict {
                subject,
                expected: *expected,
                found,
            });
        }
    }
    let stream = append.stream.to_string();
    let sequence = heads.sequences.get(&stream).copied().unwrap_or(0);
    let first = (heads.position + 1, sequence + 1);
    for (entry, count) in append.entries.iter().zip(1..) {
        let version = heads
            .versions
            .entry(entry.subject().to_string())
            .or_default();
        *version += 1;
        heads.position += 1;
        numbered.push(Numbered {
            position: heads.position,
            stream: append.stream,
            sequence: sequence + count,
            version: *version,
            entry,
        });
        heads.sequences.insert(stream.clone(), sequence + count);
    }
    let count = append.entries.len() as u64;
    Ok(Appended {
        positions: first.0..first.0 + count,
        sequences: first.1..first.1 + count,
    })
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
        let (keys, callers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let written = timeout(PATIENCE, write_keys(&db, &faults, &keys.concat())).await;
        let written = written.unwrap_or_else(|_| Err(DatabaseError::silent(PATIENCE)));
        if let Err(error) = &written {
            tracing::error!(error = %chain(error), "new subject keys were not stored");
        }
        for caller in callers {
            // A key that nobody waits for any more is unused and harmless.
            let _ = caller.send(written.clone());
        }
    }
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

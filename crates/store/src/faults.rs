//! Named points at which a test can make the store fail or die.
//!
//! They are handed in when the store is opened, so two stores in one process can fail differently,
//! and a store opened without them cannot be made to fail by anything in its surroundings.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::error::DatabaseError;

/// A point between two effects on the way of an act to the disk, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// New keys are inserted, not yet committed.
    KeysInserted,
    /// New keys are committed, their caller not yet answered.
    KeysCommitted,
    /// The batch's transaction is open, its lock held, and the heads are read.
    BatchBegun,
    /// All expectations hold, and the entries are signed.
    ExpectationsChecked,
    /// The journal rows are handed over. SQLite may run them only with what follows.
    JournalInserted,
    /// Their entries are handed over, too.
    EntriesInserted,
    /// What the views make of them is handed over, too, and nothing is committed.
    ViewsUpdated,
    /// The commit has succeeded.
    AfterCommit,
    /// The callers are about to be answered.
    BeforeAnswer,
    /// A page of entries for rows written before there were entries is handed over.
    BackfillInserted,
    /// That page is committed, the next not begun.
    BackfillCommitted,
    /// A page of imported rows is handed over: journal, entries and views.
    ImportInserted,
    /// That page is committed, the next not begun.
    ImportCommitted,
    /// The views have let go of what an erasure names; its keys are still there.
    ViewsForgot,
    /// The keys of what was erased are deleted, not yet committed.
    KeysDestroyed,
}

/// What a step is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// New subject keys.
    Keys,
    /// An append, or a heartbeat.
    Append,
    /// [`Store::backfill`](crate::Store::backfill).
    Backfill,
    /// [`Store::import`](crate::Store::import).
    Import,
    /// [`Store::sweep`](crate::Store::sweep).
    Sweep,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Self; 15] = [
        Self::KeysInserted,
        Self::KeysCommitted,
        Self::BatchBegun,
        Self::ExpectationsChecked,
        Self::JournalInserted,
        Self::EntriesInserted,
        Self::ViewsUpdated,
        Self::AfterCommit,
        Self::BeforeAnswer,
        Self::BackfillInserted,
        Self::BackfillCommitted,
        Self::ImportInserted,
        Self::ImportCommitted,
        Self::ViewsForgot,
        Self::KeysDestroyed,
    ];

    /// What it is part of.
    #[must_use]
    pub const fn work(self) -> Work {
        match self {
            Self::KeysInserted | Self::KeysCommitted => Work::Keys,
            Self::BatchBegun
            | Self::ExpectationsChecked
            | Self::JournalInserted
            | Self::EntriesInserted
            | Self::ViewsUpdated
            | Self::AfterCommit
            | Self::BeforeAnswer => Work::Append,
            Self::BackfillInserted | Self::BackfillCommitted => Work::Backfill,
            Self::ImportInserted | Self::ImportCommitted => Work::Import,
            Self::ViewsForgot | Self::KeysDestroyed => Work::Sweep,
        }
    }

    /// Whether what was asked is on disk when this step is reached.
    #[must_use]
    pub const fn is_persisted(self) -> bool {
        matches!(
            self,
            Self::KeysCommitted
                | Self::AfterCommit
                | Self::BeforeAnswer
                | Self::BackfillCommitted
                | Self::ImportCommitted
        )
    }
}

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An input/output error is reported.
    Error,
    /// The process dies at once, as by `kill -9`.
    Abort,
}

/// The faults a store is opened with. Clones share them, so that a test can arm one later.
#[derive(Clone, Debug, Default)]
pub struct Faults(Option<Arc<Mutex<BTreeMap<Step, Fault>>>>);

impl Faults {
    /// None, now and later.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// None until one is armed.
    #[must_use]
    pub fn armable() -> Self {
        Self(Some(Arc::default()))
    }

    /// Arms a fault for the next time the step is reached; it fires once. Does nothing on
    /// [`Faults::none`].
    pub fn arm(&self, step: Step, fault: Fault) {
        if let Some(armed) = &self.0 {
            armed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(step, fault);
        }
    }

    pub(crate) fn at(&self, step: Step) -> Result<(), DatabaseError> {
        let Some(armed) = &self.0 else { return Ok(()) };
        match armed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&step)
        {
            None => Ok(()),
            Some(Fault::Error) => Err(DatabaseError::injected(step)),
            Some(Fault::Abort) => std::process::abort(),
        }
    }
}

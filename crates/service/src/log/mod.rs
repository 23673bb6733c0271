//! The log: every entry of every stream in one Merkle tree a year, its heads signed, countersigned
//! by witnesses and published.
//!
//! Promises:
//! - Acts never wait for it. Entries wait for the log in the database; whatever fails here delays
//!   when a head is published and nothing else.
//! - Two trees of one size are never signed. The order is (anchors/log.md §5.4): one transaction
//!   for tree and tiles, under compare-and-swap; what was stored is read again and hashed again; the
//!   [`guard`] file has the head on disk; only then it is signed, and the note is kept. Full tiles
//!   become files, witnesses are asked, and a head that its policy finds witnessed is published.
//! - Before anything is signed at all, the guard and the witnesses are asked whether they know more
//!   than this database, so that one that was put back is found out ([`Log::open`]).
//!
//! Reading order: [`Log`] here, `sequencer` (entries to heads), `rounds` (heads to witnesses),
//! `clearance` (may this database sign?), `tree` (what is stored where), `reading` (what others
//! ask for).

mod clearance;
mod disk;
pub mod fault;
pub mod guard;
pub mod http;
mod key;
mod label;
mod policy;
mod reading;
mod rounds;
mod run;
mod sequencer;
mod standing;
mod tree;
pub mod witness;

pub use clearance::{OpenError, WitnessKnows};
pub use key::{LogKey, LogKeyError, SignHeadError};
pub use label::{Base, Label, NotABase, NotALabel};
pub use policy::LogPolicy;
pub use reading::{DrawnAt, FEED_ROWS, LogHead, ReadingError};
pub use rounds::RoundError;
pub use sequencer::{StepError, Stepped};
pub use standing::{Heard, LATE, Light, Reason, Standing, TOO_LATE, WitnessStanding};
pub use tree::TreeError;

pub use paso_tlog::tile::{Kind, TilePath};

use crate::clock::Clock;
use fault::Faults;
use guard::Guard;
use paso_domain::crossings::Zone;
use paso_formats::{moment::Moment, taking::Answer};
use paso_store::Store;
use paso_tlog::{
    checkpoint::{Origin, SignedCheckpoint},
    note::KeyError,
};
use sequencer::Sequencing;
use standing::Known;
use std::{
    path::PathBuf,
    sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::Mutex;
use tree::{Named, Trees};
use witness::Witness;
use zeroize::Zeroizing;

/// What a log is opened from.
pub struct LogParts {
    /// Where entries and logs are.
    pub store: Store,
    /// Where the present comes from.
    pub clock: Clock,
    /// The log's key.
    pub key: LogKey,
    /// What the origins of this authority's logs begin with.
    pub base: Base,
    /// How often the log was begun anew beside the years' turn, from 1.
    pub edition: u16,
    /// The zone of the home post: whose year counts.
    pub zone: Zone,
    /// Whose cosignatures it takes.
    pub policy: LogPolicy,
    /// Whoever can be asked; those of the policy that have an address.
    pub witnesses: Vec<Arc<dyn Witness>>,
    /// The directory of full tiles.
    pub tiles: PathBuf,
    /// The guard's file.
    pub guard: PathBuf,
    /// What the mirror shows to be let in, as base64 or any other text; empty for no mirror.
    pub mirror_token: Zeroizing<String>,
    /// The file of the newest trust bundle.
    pub bundle: PathBuf,
    /// How long one witness may take to answer.
    pub patience: Duration,
    /// Faults to come; none but in tests.
    pub faults: Faults,
}

/// The log of this authority. Clones share it.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    key: LogKey,
    base: Base,
    edition: u16,
    zone: Zone,
    policy: LogPolicy,
    witnesses: Vec<Arc<dyn Witness>>,
    guard: Guard,
    trees: Trees,
    mirror_token: Zeroizing<String>,
    bundle: PathBuf,
    patience: Duration,
    faults: Faults,
    /// Held while the tree grows.
    sequencing: Mutex<Sequencing>,
    /// Held while witnesses are asked; how far each of them is.
    asking: Mutex<rounds::Collecting>,
    /// What pages show, and what the two above tell each other.
    known: StdMutex<Known>,
}

/// A head that this log signed, with its note.
#[derive(Clone, Debug)]
struct Signed {
    log: Named,
    note: SignedCheckpoint,
}

impl Inner {
    fn known(&self) -> MutexGuard<'_, Known> {
        // Every change is one assignment: what a panic left is whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        self.clock.now()
    }

    fn named(&self, row: paso_store::log::LogRow) -> Option<Named> {
        let label = self.base.label(&row.origin)?;
        Some(Named { row, label })
    }

    fn origin(&self, label: Label) -> Option<Origin> {
        Origin::new(&self.base.origin(label))
    }
}

impl Log {
    /// The clock, to show when a page was made.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Signs an answer to a taking report with the key of the log that is open.
    pub fn sign_answer(&self, answer: &Answer) -> Result<Vec<u8>, SignHeadError> {
        let label = self.label_now();
        let origin = self.0.origin(label).ok_or(KeyError::Malformed)?;
        self.0.key.sign_answer(&origin, answer)
    }
}

impl core::fmt::Debug for Log {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Log({})", self.0.base)
    }
}

//! The store as callers see it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, atomic::AtomicU64},
};

use tokio::sync::{Mutex, mpsc, oneshot};

use paso_domain::{event::Event, subject::Subject};
use paso_formats::{
    envelope::{KeyRing, SubjectKey},
    moment::Moment,
};

use crate::{
    config::Config,
    db::{self, Db, Ran},
    device::Device,
    error::{AppendError, DatabaseError, OpenError, RebuildError},
    faults::{Faults, Step},
    forgotten,
    import::Runs,
    journal::{self, Append, Appended, Recorded},
    keys,
    migrations::{KEYS, MAIN},
    reserve,
    views::{self, Fact},
    writer::{self, BATCH, Job, NewKeys, Outcome, Request},
};

/// Entries replayed in one transaction, some 10 MB of them. Memory during a rebuild does not grow
/// with the journal.
const PAGE: u32 = 4096;

/// Journal, views, sessions and subject keys of one authority or post.
///
/// Clones share connections and the one task that writes. It must be opened inside a Tokio runtime,
/// in which that task then lives.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    main: Db,
    keys: Db,
    appends: mpsc::Sender<Request<Job, Outcome>>,
    new_keys: mpsc::Sender<Request<NewKeys, Result<(), DatabaseError>>>,
    faults: Faults,
    sweeping: Sweeping,
    runs: Runs,
}

/// Whether keys may be left that an erasure names: how often that has become possible, and how often
/// it was set right. A store begins with the first.
pub(crate) struct Sweeping {
    pub(crate) due: AtomicU64,
    pub(crate) done: AtomicU64,
    pub(crate) alone: Mutex<()>,
}

/// What a rebuild of the views did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Events replayed.
    pub events: u64,
    /// Entries whose subject's key is gone. They are no longer in any view.
    pub erased: u64,
}

impl core::fmt::Debug for Store {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

impl Store {
    /// Makes both databases. What is already there must be empty: an interrupted `create` can be
    /// repeated, a journal with entries or a key is never touched.
    pub async fn create(config: &Config) -> Result<Self, OpenError> {
        Self::start_new(config, None).await
    }

    async fn start_new(config: &Config, ran: Option<Ran>) -> Result<Self, OpenError> {
        let store = Self::start(config, true, Faults::none(), ran).await?;
        let kept = if store.position().await? > 0 || store.entry_count().await? > 0 {
            &config.main
        } else if !keys::are_none(&store.0.keys).await? {
            &config.keys
        } else {
            return Ok(store);
        };
        store.close().await;
        Err(OpenError::AlreadyInitialised {
            at: format!("{kept:?}"),
        })
    }

    /// Opens both databases and brings their schema up to date. Ask [`Store::views_are_behind`]
    /// before the first act.
    ///
    /// On a full disk the room that an earlier process kept back is given up for it: a house that does
    /// not start records nothing urgent either. [`Store::keep_room`] then finds none to keep.
    pub async fn open(config: &Config) -> Result<Self, OpenError> {
        reserve::make_room_to_start(config).await;
        Self::start(config, false, Faults::none(), None).await
    }

    /// As [`Store::open`], with faults to come.
    pub async fn open_with_faults(config: &Config, faults: Faults) -> Result<Self, OpenError> {
        Self::start(config, false, faults, None).await
    }

    /// As [`Store::create`], remembering which statements run.
    #[cfg(feature = "testing")]
    pub(crate) async fn create_observed(config: &Config) -> Result<Self, OpenError> {
        Self::start_new(config, Some(Ran::default())).await
    }

    async fn start(
        config: &Config,
        create: bool,
        faults: Faults,
        ran: Option<Ran>,
    ) -> Result<Self, OpenError> {
        if config.main == config.keys {
            return Err(OpenError::SameDatabase);
        }
        // Keys first: if they are missing, nothing that is in the journal can be read.
        let keys = db::open(&config.keys, &KEYS, create, ran.clone()).await?;
        let mut main = db::open(&config.main, &MAIN, create, ran).await?;
        main.reserve = Arc::clone(&keys.reserve);
        views::prepare(&main).await?;
        let (appends, append_requests) = mpsc::channel(BATCH);
        let (new_keys, key_requests) = mpsc::channel(BATCH);
        tokio::spawn(writer::run(main.clone(), faults.clone(), append_requests));
        tokio::spawn(writer::run_keys(keys.clone(), faults.clone(), key_requests));
        Ok(Self(Arc::new(Inner {
            main,
            keys,
            appends,
            new_keys,
            faults,
            sweeping: Sweeping {
                due: AtomicU64::new(1),
                done: AtomicU64::new(0),
                alone: Mutex::new(()),
            },
            runs: Runs::default(),
        })))
    }

    /// Keeps so many bytes back on the disk of the databases, as far as they are files, for what is
    /// urgent: see [`paso_domain::urgent`].
    pub async fn keep_room(&self, config: &Config, bytes: u64) {
        self.0.main.reserve.keep(config, bytes).await;
    }

    /// Whether the disk is full, so that only urgent acts are written.
    pub fn has_only_reserve(&self) -> bool {
        self.0.main.reserve.is_spent()
    }

    /// Looks, once a minute at most, whether there is room on the disk again for all acts.
    pub async fn look_for_room(&self, now: Moment) {
        self.0.main.reserve.is_still_spent(now).await;
    }

    /// Waits for what is under way and closes all connections. Every later call fails.
    pub async fn close(&self) {
        self.0.main.close().await;
        self.0.keys.close().await;
    }

    pub(crate) fn main(&self) -> &Db {
        &self.0.main
    }

    pub(crate) fn keys(&self) -> &Db {
        &self.0.keys
    }

    pub(crate) fn runs(&self) -> &Runs {
        &self.0.runs
    }

    pub(crate) fn sweeping(&self) -> &Sweeping {
        &self.0.sweeping
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// Stores entries together, if every expectation holds, signed by their device, and answers
    /// when they are on disk.
    ///
    /// Dropping the future takes nothing back: the act is stored or refused as if it were awaited.
    ///
    /// An erasure destroys the keys it names before anybody is answered. Should that fail, no key
    /// at all is handed out until it has been done; the erasure itself stands.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let erases = forgotten::erases(&append);
        let appended = self.write(Job::Append(append)).await;
        if erases {
            self.sweep_is_due();
            if let Err(error) = self.swept().await {
                tracing::error!(%error, "keys of erased subjects could not be destroyed yet");
            }
        }
        appended
    }

    /// Stores a sign of life: an entry with no row in the journal, which says that the device has
    /// recorded nothing since the entry before it.
    pub async fn heartbeat(
        &self,
        device: Arc<Device>,
        now: Moment,
    ) -> Result<Appended, AppendError> {
        self.write(Job::Heartbeat { device, now }).await
    }

    async fn write(&self, job: Job) -> Result<Appended, AppendError> {
        let closed = || AppendError::Unavailable(DatabaseError::closed());
        let (caller, answer) = oneshot::channel();
        self.0
            .appends
            .send((job, caller))
            .await
            .map_err(|_| closed())?;
        // The writer answers everything it takes; only the end of the runtime can prevent it.
        answer
            .await
            .unwrap_or_else(|_| Err(AppendError::InDoubt(DatabaseError::closed())))
    }

    /// All rows of these subjects, by position: what a state is folded from. A subject's version
    /// is that of its last row, 0 if it has none.
    pub async fn load(&self, subjects: &[Subject]) -> Result<Vec<Recorded>, DatabaseError> {
        journal::load(self.main(), subjects).await
    }

    /// At most `limit` rows of the journal from a position on.
    pub async fn journal(&self, from: u64, limit: u32) -> Result<Vec<Recorded>, DatabaseError> {
        journal::page(self.main(), from, limit).await
    }

    /// The last position of the journal; 0 while it is empty.
    pub async fn position(&self) -> Result<u64, DatabaseError> {
        journal::last_position(self.main()).await
    }

    /// The keys of a subject, if it has one.
    pub async fn subject_key(&self, subject: &Subject) -> Result<Option<KeyRing>, DatabaseError> {
        Ok(self
            .subject_keys(core::slice::from_ref(subject))
            .await?
            .remove(subject))
    }

    /// The keys of these subjects, as far as they have one.
    pub async fn subject_keys(
        &self,
        subjects: &[Subject],
    ) -> Result<HashMap<Subject, KeyRing>, DatabaseError> {
        self.swept().await?;
        keys::load(&self.0.keys, subjects).await
    }

    /// The keys of these subjects; one that has none gets the fresh key beside it, unless it was
    /// erased: then it has none for ever. When this
    /// returns the keys are on disk, so that nothing is ever sealed under a key that can be lost.
    pub async fn subject_keys_or_insert(
        &self,
        fresh: Vec<(Subject, SubjectKey)>,
    ) -> Result<HashMap<Subject, KeyRing>, DatabaseError> {
        let subjects: BTreeSet<_> = fresh.iter().map(|(subject, _)| subject.clone()).collect();
        let subjects: Vec<_> = subjects.into_iter().collect();
        let found = self.subject_keys(&subjects).await?;
        let missing: NewKeys = fresh
            .into_iter()
            .filter(|(subject, _)| !found.contains_key(subject))
            .collect();
        if missing.is_empty() {
            return Ok(found);
        }
        let (caller, answer) = oneshot::channel();
        self.0
            .new_keys
            .send((missing, caller))
            .await
            .map_err(|_| DatabaseError::closed())?;
        answer
            .await
            .unwrap_or_else(|_| Err(DatabaseError::closed()))?;
        // Another process may have been first: what is stored counts.
        self.subject_keys(&subjects).await
    }

    /// Takes in keys by which others have sealed. One that a subject has is not doubled, none that it
    /// had is replaced, and a subject that was erased gets none. Durable when this returns.
    pub async fn take_in_keys(&self, keys: &[(Subject, SubjectKey)]) -> Result<(), DatabaseError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.swept().await?;
        let mut tx = self.0.keys.begin().await?;
        keys::insert(&mut tx, keys).await?;
        keys::insert_further(&mut tx, keys).await?;
        self.faults().at(Step::KeysInserted)?;
        tx.commit().await?;
        self.faults().at(Step::KeysCommitted)
    }

    /// Whether the views have to be rebuilt before anything can be appended.
    pub async fn views_are_behind(&self) -> Result<bool, DatabaseError> {
        views::are_behind(self.main()).await
    }

    /// Drops all views. Appends are refused until they are rebuilt.
    pub async fn drop_views(&self) -> Result<(), DatabaseError> {
        views::recreate(self.main()).await
    }

    /// Brings the views up to the journal, from wherever they are. While one page is written, the
    /// next is read and opened.
    pub async fn rebuild_views(&self) -> Result<Rebuilt, RebuildError> {
        let mut rebuilt = Rebuilt::default();
        let mut done = views::position(self.main()).await?;
        let mut page = self.opened_page(done + 1).await?;
        while let Some(last) = page.last().map(|(row, _)| row.position) {
            let facts: Vec<_> = page
                .iter()
                .filter_map(|(row, event)| event.as_ref().map(|event| Fact::of(row, event)))
                .collect();
            rebuilt.events += facts.len() as u64;
            rebuilt.erased += (page.len() - facts.len()) as u64;
            let written = views::catch_up(self.main(), done, last, &facts);
            // A task of its own, so that opening and folding go on side by side; it ends early only
            // with the runtime.
            let ahead = self.clone();
            let next = tokio::spawn(async move { ahead.opened_page(last + 1).await });
            if !written.await? {
                return Err(RebuildError::Disturbed);
            }
            (done, page) = (last, next.await.map_err(|_| DatabaseError::closed())??);
        }
        // A replay with old keys meets erasures that these keys have survived.
        self.sweep_is_due();
        self.swept().await?;
        Ok(rebuilt)
    }

    /// A page of the journal with its events; none where the subject's key is gone.
    async fn opened_page(&self, from: u64) -> Result<Vec<(Recorded, Option<Event>)>, RebuildError> {
        let rows = self.journal(from, PAGE).await?;
        let subjects: BTreeSet<_> = rows.iter().map(|row| row.subject.clone()).collect();
        let keys = self
            .subject_keys(&subjects.into_iter().collect::<Vec<_>>())
            .await?;
        rows.into_iter()
            .map(|row| {
                let event = keys.get(&row.subject).map(|key| row.open(key)).transpose();
                let position = row.position;
                event
                    .map(|event| (row, event))
                    .map_err(|source| RebuildError::Unreadable { position, source })
            })
            .collect()
    }

    /// The names of all statements there are and of those that have run on this store.
    #[cfg(feature = "testing")]
    pub(crate) fn statements(&self) -> (Vec<&'static str>, BTreeSet<&'static str>) {
        let own = [
            crate::alive::STATEMENTS,
            crate::backfill::STATEMENTS,
            crate::carried::STATEMENTS,
            crate::entry::STATEMENTS,
            crate::evidence::STATEMENTS,
            crate::figures::STATEMENTS,
            forgotten::STATEMENTS,
            journal::STATEMENTS,
            keys::STATEMENTS,
            crate::session::STATEMENTS,
            crate::ceremony::STATEMENTS,
            crate::proposal::STATEMENTS,
            crate::sign_count::STATEMENTS,
            crate::log::READING,
            crate::log::WRITING,
            views::STATEMENTS,
        ];
        let all = own
            .into_iter()
            .chain(crate::import::ALL_STATEMENTS)
            .chain(views::REGISTERS)
            .flatten()
            .map(|statement| statement.name)
            .collect();
        (
            all,
            self.main()
                .ran()
                .union(&self.0.keys.ran())
                .copied()
                .collect(),
        )
    }
}

//! From waiting entries to a signed head.

use super::{
    Label, Log, Named, Signed,
    clearance::{Clearance, OpenError},
    fault::Point,
    guard::GuardError,
    key::SignHeadError,
    tree::{self, TreeError, blocking},
};
use paso_store::{
    DatabaseError,
    log::{Integration, Leadership, MoveError, NewLog},
};
use paso_tlog::{
    checkpoint::{Head, Origin, SignedCheckpoint},
    hash::leaf_hash,
    opening::{Opening, OpeningError},
    tile::{Edge, Tile, TilePath},
};
use std::io;

/// Entries integrated in one transaction: some twenty milliseconds of it, so that acts are not kept
/// from their own.
const BATCH: u64 = 4096;

/// Transactions before a head is signed even though more entries wait.
const BATCHES: usize = 32;

/// Why a step was not finished. Whatever was begun is taken up by the next.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The tree cannot be read, or its files not written.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The guard did not let the head through.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignHeadError),
    /// What was stored is not what was meant.
    #[error(
        "what was stored of the log {origin} is not what was meant ({what}); its tree of {size} \
         leaves is not signed, and nothing after it. Acts go on. The disk or the memory of this \
         machine fails, or somebody changed the database: stop paso, move the database to another \
         disk, and start again; the tree is then checked against every entry"
    )]
    NotAsMeant {
        /// Which log.
        origin: String,
        /// Leaves of the tree.
        size: u64,
        /// What differs.
        what: String,
    },
    /// The log cannot be opened under the name configured.
    #[error("the log {origin} cannot be opened: {cause}; change [log].origin")]
    Opening {
        /// Its name.
        origin: String,
        /// Why.
        cause: OpeningError,
    },
    /// Nothing is signed any more.
    #[error("{0}")]
    Halted(String),
    /// A test made it fail.
    #[error(transparent)]
    Injected(io::Error),
}

impl StepError {
    /// Whether trying again can help. Where it cannot, nothing is signed until a restart.
    fn may_pass(&self) -> bool {
        match self {
            Self::NotAsMeant { .. } | Self::Opening { .. } | Self::Halted(_) => false,
            Self::Tree(error) => !matches!(error, TreeError::Altered { .. } | TreeError::Hole(_)),
            Self::Guard(error) => !matches!(error, GuardError::NotContinued { .. }),
            Self::Database(_) | Self::Sign(_) | Self::Injected(_) => true,
        }
    }
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stepped {
    /// Leaves integrated.
    pub integrated: u64,
    /// Whether a head was signed.
    pub signed: bool,
    /// Whether more entries wait.
    pub more: bool,
}

/// Where the sequencer stands. All of it can be had again from database and guard.
#[derive(Debug, Default)]
pub(super) struct Sequencing {
    leadership: Option<Leadership>,
    at: Option<At>,
}

/// A log that grows.
#[derive(Debug)]
pub(super) struct At {
    log: Named,
    /// The edge of `log.row.head`, found right.
    edge: Edge,
    /// Full tiles that are not files yet.
    unfiled: Vec<TilePath>,
    /// Whether the year is over and all that belongs to it is integrated.
    complete: bool,
}

impl Log {
    /// Integrates what waits, signs the head, files full tiles, and opens the next log when its
    /// time has come. Does nothing while another process does.
    pub async fn step(&self) -> Result<Stepped, StepError> {
        let mut sequencing = self.0.sequencing.lock().await;
        let stepped = self.step_as_leader(&mut sequencing).await;
        match &stepped {
            Ok(_) => self.0.known().failing = None,
            Err(error) => {
                // What is on disk counts, and is read again before anything else happens.
                sequencing.at = None;
                if error.may_pass() {
                    self.0.known().failing = Some(error.to_string());
                } else {
                    self.0.known().halted.get_or_insert(error.to_string());
                }
            }
        }
        stepped
    }

    async fn step_as_leader(&self, sequencing: &mut Sequencing) -> Result<Stepped, StepError> {
        let halted = self.0.known().halted.clone();
        if let Some(words) = halted {
            return Err(StepError::Halted(words));
        }
        if self.0.known().clearance == Clearance::Awaited {
            return Ok(Stepped::default());
        }
        if !self.leads(sequencing).await? {
            sequencing.at = None;
            return Ok(Stepped::default());
        }
        let mut at = match sequencing.at.take() {
            Some(at) => at,
            None => self.find().await?,
        };
        let stepped = self.step_at(&mut at).await;
        match stepped {
            Err(StepError::Tree(TreeError::Database(error))) => Err(StepError::Database(error)),
            Err(error) => Err(error),
            Ok(stepped) => {
                sequencing.at = Some(at);
                Ok(stepped)
            }
        }
    }

    async fn leads(&self, sequencing: &mut Sequencing) -> Result<bool, StepError> {
        if let Some(leadership) = &mut sequencing.leadership
            && leadership.holds().await
        {
            return Ok(true);
        }
        sequencing.leadership = self.0.store.lead().await?;
        // Whoever led before may have moved everything, or this database may have lost what they
        // signed: after a fail-over the copy that leads is another one.
        sequencing.at = None;
        if sequencing.leadership.is_some() && self.0.store.is_shared() {
            self.ask_anew().await.map_err(|error| match error {
                OpenError::Database(error) => StepError::Database(error),
                OpenError::Guard(error) => StepError::Guard(error),
                OpenError::Tree(error) => StepError::Tree(error),
                error => StepError::Halted(error.to_string()),
            })?;
        }
        Ok(sequencing.leadership.is_some() && self.0.known().clearance == Clearance::Given)
    }

    async fn step_at(&self, at: &mut At) -> Result<Stepped, StepError> {
        let mut stepped = Stepped::default();
        let over = self.label_now().year > at.log.label.year;
        if !at.complete {
            for _ in 0..BATCHES {
                let integrated = self.integrate(at).await?;
                stepped.integrated += integrated;
                stepped.more = integrated == BATCH;
                if !stepped.more {
                    break;
                }
            }
            at.complete = over && !stepped.more;
        }
        stepped.signed = self.sign(at).await?;
        self.file(at).await;
        if at.complete && self.is_published(at).await? {
            let next = self.open_after(&at.log, at.log.row.head).await?;
            *at = At::empty(next);
            self.at(Point::NextOpened)?;
            stepped.more = true;
        }
        Ok(stepped)
    }

    fn at(&self, point: Point) -> Result<(), StepError> {
        self.0.faults.at(point).map_err(StepError::Injected)
    }

    pub(super) fn label_now(&self) -> Label {
        Label::at(self.0.now(), &self.0.zone, self.0.edition)
    }

    /// The log that is open, opened now if there is none.
    async fn find(&self) -> Result<At, StepError> {
        let newest = self.0.store.logs().await?.pop();
        let newest = newest.and_then(|row| self.0.named(row));
        let Some(log) = newest else {
            return Ok(At::empty(self.open_first().await?));
        };
        if log.label.edition != self.0.edition {
            return Ok(At::empty(self.begin_anew(&log).await?));
        }
        let edge = self.0.trees.edge(&log).await?;
        let signed = self.signed_of(&log);
        let signed_head = signed
            .as_ref()
            .map(|signed| signed.note.unverified().head());
        if log.row.head.size > 0 && signed_head != Some(log.row.head) {
            // Integrated and never read again: the process ended between the two, or what was read
            // was not what was meant. Only the entries themselves say what the tree must be.
            self.0.trees.verify(&log).await?;
        }
        let unfiled = if self.0.store.is_shared() {
            Vec::new()
        } else {
            let tiles = self.0.store.full_log_tiles(log.row.ordinal, 4096).await?;
            tiles.into_iter().map(|(path, _)| path).collect()
        };
        if let Some(signed) = signed {
            self.0.known().signed = Some(signed);
        }
        Ok(At {
            log,
            edge,
            unfiled,
            complete: false,
        })
    }

    /// The newest note of a log, if its key signed it.
    pub(super) fn signed_of(&self, log: &Named) -> Option<Signed> {
        let note = log.row.note.as_deref()?.as_bytes();
        self.0.key.read(&log.row.origin, note).ok()?;
        Some(Signed {
            log: log.clone(),
            note: SignedCheckpoint::parse(note).ok()?,
        })
    }

    async fn open_first(&self) -> Result<Named, StepError> {
        let label = self.label_now();
        self.open_new(1, label, None, 1).await
    }

    async fn open_after(&self, old: &Named, head: Head) -> Result<Named, StepError> {
        let label = self.label_now();
        let continues = Some((old.row.origin.clone(), head));
        let first = old.row.next_number();
        self.open_new(old.row.ordinal + 1, label, continues, first)
            .await
    }

    /// Opens a log in the place of one that was lost. It names the largest head of it that anybody
    /// has, and takes up every entry that no published head of it holds.
    async fn begin_anew(&self, old: &Named) -> Result<Named, StepError> {
        let origin = old.row.origin.clone();
        let guard = self.0.guard.clone();
        let named = origin.clone();
        let mut heads = vec![old.row.head];
        heads.extend(blocking(move || guard.signed(&named)).await?);
        heads.extend(self.newest_of_witnesses(&origin).await);
        let largest = heads.into_iter().max_by_key(|head| head.size);
        let continues = largest
            .filter(|head| head.size > 0)
            .map(|head| (origin, head));
        let published = self.0.store.last_published(old.row.ordinal).await?;
        let first = published
            .and_then(|published| old.row.number_at(published.head.size))
            .unwrap_or(old.row.first_number);
        let label = self.label_now();
        self.open_new(old.row.ordinal + 1, label, continues, first)
            .await
    }

    async fn open_new(
        &self,
        ordinal: u64,
        label: Label,
        continues: Option<(Origin, Head)>,
        first_number: u64,
    ) -> Result<Named, StepError> {
        let text = self.0.base.origin(label);
        let failed = |cause| StepError::Opening {
            origin: text.clone(),
            cause,
        };
        let origin = self.0.origin(label).ok_or(failed(OpeningError::Origin))?;
        let opening = Opening::new(origin.clone(), continues).map_err(failed)?;
        let log = NewLog {
            ordinal,
            origin,
            opening: opening.to_bytes(),
            first_number,
        };
        let row = self.0.store.open_log(&log).await?;
        tracing::info!(origin = %row.origin, "log opened");
        Ok(Named { row, label })
    }

    async fn is_published(&self, at: &At) -> Result<bool, DatabaseError> {
        let published = self.0.store.last_published(at.log.row.ordinal).await?;
        Ok(published.is_some_and(|published| published.head == at.log.row.head))
    }

    /// Integrates at most [`BATCH`] leaves, and reads again what was stored. Returns how many.
    async fn integrate(&self, at: &mut At) -> Result<u64, StepError> {
        let from = at.edge.size();
        let leaves = self.0.trees.leaves(&at.log, from, BATCH).await?;
        if leaves.is_empty() {
            return Ok(0);
        }
        let mut edge = at.edge.clone();
        let mut tiles: Vec<Tile> = leaves
            .iter()
            .flat_map(|leaf| edge.push(leaf_hash(leaf)))
            .collect();
        let full = tree::paths(&tiles);
        tiles.extend(edge.tiles());
        let to = Head {
            size: edge.size(),
            root: edge.root(),
        };
        self.at(Point::Hashed)?;
        let step = Integration {
            ordinal: at.log.row.ordinal,
            from,
            to,
            tiles,
        };
        match self.0.store.integrate(&step).await {
            Ok(()) => {}
            Err(MoveError::Database(error)) => return Err(error.into()),
            Err(MoveError::Moved) => {
                // Somebody else leads, whatever this process believed.
                self.resign(at).await?;
                return Ok(0);
            }
        }
        self.at(Point::Integrated)?;
        self.read_again(at, &step).await?;
        self.at(Point::ReadAgain)?;
        at.edge = edge;
        at.log.row.head = to;
        at.unfiled.extend(full);
        Ok(to.size - from)
    }

    /// Takes up what another process has integrated.
    async fn resign(&self, at: &mut At) -> Result<(), StepError> {
        *at = self.find().await?;
        Ok(())
    }

    /// Reads what was stored and the entries again, hashes again, and compares. A single flipped
    /// bit has ended whole logs (anchors/log.md §5.4).
    async fn read_again(&self, at: &At, step: &Integration) -> Result<(), StepError> {
        let not_as_meant = |what: String| StepError::NotAsMeant {
            origin: at.log.row.origin.to_string(),
            size: step.to.size,
            what,
        };
        let rows = self.0.store.logs().await?;
        let row = rows.iter().find(|row| row.ordinal == step.ordinal);
        if row.map(|row| row.head) != Some(step.to) {
            return Err(not_as_meant("its head".into()));
        }
        let leaves = self
            .0
            .trees
            .leaves(&at.log, step.from, step.to.size - step.from)
            .await?;
        let mut edge = at.edge.clone();
        let mut tiles: Vec<Tile> = leaves
            .iter()
            .flat_map(|leaf| edge.push(leaf_hash(leaf)))
            .collect();
        tiles.extend(edge.tiles());
        if edge.root() != step.to.root {
            return Err(not_as_meant("its entries".into()));
        }
        for tile in tiles {
            let stored = self.0.store.log_tile(step.ordinal, &tile.path).await?;
            if stored.as_deref() != Some(tile.bytes().as_slice()) {
                return Err(not_as_meant(tile.path.to_string()));
            }
        }
        Ok(())
    }

    /// Signs the head that is integrated, if it is not signed yet.
    async fn sign(&self, at: &mut At) -> Result<bool, StepError> {
        let head = at.log.row.head;
        let origin = at.log.row.origin.clone();
        if head.size == 0
            || self
                .signed_of(&at.log)
                .is_some_and(|s| s.note.unverified().head() == head)
        {
            return Ok(false);
        }
        let guard = self.0.guard.clone();
        let named = origin.clone();
        let signed = blocking(move || guard.signed(&named)).await?;
        if signed.is_some_and(|signed| signed.size > head.size) {
            // Entries that came back from the mirror are being integrated again; the guard and the
            // witnesses were shown before that they lead to what was signed.
            return Ok(false);
        }
        let proof = match signed {
            Some(signed) if signed.size < head.size => {
                self.0.trees.consistency(&at.log, signed.size, head).await?
            }
            _ => Vec::new(),
        };
        let guard = self.0.guard.clone();
        let named = origin.clone();
        blocking(move || guard.advance(&named, head, &proof)).await?;
        let note = self.0.key.sign(&origin, head)?;
        self.at(Point::Signed)?;
        let text = note.to_string();
        match self
            .0
            .store
            .keep_note(at.log.row.ordinal, head.size, &text)
            .await
        {
            Ok(()) => {}
            Err(MoveError::Database(error)) => return Err(error.into()),
            Err(MoveError::Moved) => {
                self.resign(at).await?;
                return Ok(false);
            }
        }
        self.at(Point::NoteKept)?;
        at.log.row.note = Some(text);
        let log = at.log.clone();
        let now = self.0.now();
        let mut known = self.0.known();
        known.signed = Some(Signed { log, note });
        known.signed_at = Some(now);
        Ok(true)
    }

    /// Files full tiles. Where that fails they stay in the database and are tried again.
    async fn file(&self, at: &mut At) {
        if at.unfiled.is_empty() {
            return;
        }
        match self.0.trees.file(&at.log, at.unfiled.clone()).await {
            Ok(()) => at.unfiled.clear(),
            Err(error) => tracing::error!("tiles could not be filed: {error}"),
        }
    }
}

impl At {
    fn empty(log: Named) -> Self {
        Self {
            log,
            edge: Edge::new(),
            unfiled: Vec::new(),
            complete: false,
        }
    }
}

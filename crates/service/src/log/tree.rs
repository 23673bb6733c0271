//! The trees of the logs, as they are stored: full tiles in files, the growing edge in the
//! database, and behind both the entries, from which every tile can be made again.
//!
//! What is stored is believed only where it leads to the root that is asked about. A tile that does
//! not is made anew from the entries; if that does not either, the entries were altered.

use super::{
    disk,
    fault::{Faults, Point},
    label::Label,
};
use paso_store::{DatabaseError, Store, log::LogRow};
use paso_tlog::{
    checkpoint::Head,
    hash::{Hash, leaf_hash},
    proof::{Plan, PlanError},
    tile::{
        Bundle, BundleError, Edge, FULL_TILE_BYTES, FULL_WIDTH, ReadError, Reader, Tile, TilePath,
        partial_tiles,
    },
    tree::{CompactRange, Node},
};
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// Leaves read at once.
const PAGE: u32 = 4096;

/// Why a tree cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The entries do not lead to the root, so that one of them was altered after it was
    /// integrated.
    #[error(
        "the entries of the log {origin} do not lead to the root of its {size} leaves any more: one \
         was altered, or the disk fails. Nothing is signed. Run `paso audit`, which says which, and \
         put back the database from the newest backup or from the mirror"
    )]
    Altered {
        /// Which log.
        origin: String,
        /// Leaves of the tree asked about.
        size: u64,
    },
    /// An entry that should be integrated is not there.
    #[error(
        "entry {0} is missing between others; the database was altered. Nothing is signed. Run \
         `paso audit`, and put back the database from the newest backup or from the mirror"
    )]
    Hole(u64),
    /// A proof was asked for that cannot be.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Entries that make no bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A file could not be written.
    #[error(
        "{path}: {source}; the log goes on, its tiles stay in the database until there is room"
    )]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Where trees are stored.
#[derive(Clone, Debug)]
pub(super) struct Trees {
    pub(super) store: Store,
    /// One directory for each log below it.
    dir: PathBuf,
    faults: Faults,
}

/// A log with its label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) row: LogRow,
    pub(super) label: Label,
}

impl Trees {
    pub(super) const fn new(store: Store, dir: PathBuf, faults: Faults) -> Self {
        Self { store, dir, faults }
    }

    fn path_of(&self, log: &Named, tile: &TilePath) -> PathBuf {
        self.dir.join(log.label.to_string()).join(tile.to_string())
    }

    /// The leaves of a log from an index on, at most `count`: the opening leaf, then entries.
    pub(super) async fn leaves(
        &self,
        log: &Named,
        from: u64,
        count: u64,
    ) -> Result<Vec<Vec<u8>>, TreeError> {
        let mut leaves = Vec::new();
        let (mut at, end) = (from, from.saturating_add(count));
        if at == 0 && count > 0 {
            leaves.push(log.row.opening.clone());
            at = 1;
        }
        while let Some(number) = log.row.number_at(at).filter(|_| at < end) {
            let limit = u32::try_from(end - at).unwrap_or(PAGE).min(PAGE);
            let page = self.store.leaves(number, limit).await?;
            for (expected, leaf) in (number..).zip(&page) {
                if leaf.number != expected {
                    return Err(TreeError::Hole(expected));
                }
            }
            at += page.len() as u64;
            let whole = page.len() == limit as usize;
            leaves.extend(page.into_iter().map(|leaf| leaf.bytes));
            if !whole {
                break;
            }
        }
        Ok(leaves)
    }

    /// The bytes of a hash tile at its width, which must lie within what is integrated; not
    /// checked against any root.
    pub(super) async fn tile(&self, log: &Named, path: &TilePath) -> Result<Vec<u8>, TreeError> {
        let wanted = usize::from(path.width()) * Hash::LEN;
        let file = self.path_of(log, &path.filled());
        let bytes = blocking(move || fs::read(&file)).await;
        if let Ok(mut bytes) = bytes
            && bytes.len() == FULL_TILE_BYTES
        {
            bytes.truncate(wanted);
            return Ok(bytes);
        }
        let row = self.store.log_tile(log.row.ordinal, path).await?;
        if let Some(mut bytes) = row.filter(|bytes| bytes.len() >= wanted) {
            bytes.truncate(wanted);
            return Ok(bytes);
        }
        self.made_anew(log, path).await
    }

    /// The bytes of a hash tile from the entries alone.
    async fn made_anew(&self, log: &Named, path: &TilePath) -> Result<Vec<u8>, TreeError> {
        let level = path.kind().level();
        // A hash at this level stands for 256^level leaves.
        let span = u64::from(FULL_WIDTH).saturating_pow(u32::from(level));
        let first = path.index().saturating_mul(u64::from(FULL_WIDTH));
        let mut bytes = Vec::with_capacity(FULL_TILE_BYTES);
        for place in first..first.saturating_add(u64::from(path.width())) {
            let mut range = CompactRange::new();
            let mut at = place.saturating_mul(span);
            while range.size() < span {
                let page = u64::from(PAGE).min(span - range.size());
                let leaves = self.leaves(log, at, page).await?;
                if leaves.is_empty() {
                    return Err(altered(log, log.row.head));
                }
                at += leaves.len() as u64;
                range.extend(leaves.iter().map(|leaf| leaf_hash(leaf)));
            }
            bytes.extend(range.root().0);
        }
        Ok(bytes)
    }

    /// The edge of what is integrated. Tiles that do not lead to its root are made anew.
    pub(super) async fn edge(&self, log: &Named) -> Result<Edge, TreeError> {
        let head = log.row.head;
        let mut tiles = Vec::new();
        for path in partial_tiles(head.size) {
            tiles.push(self.tile(log, &path).await?);
        }
        if let Ok(edge) = Edge::restore(head.size, &tiles)
            && edge.root() == head.root
        {
            return Ok(edge);
        }
        tracing::error!(
            origin = %log.row.origin,
            "the stored tiles do not lead to the log's root; they are made anew from the entries"
        );
        let edge = self.verify(log).await?;
        let tiles: Vec<_> = edge.tiles().collect();
        self.store
            .replace_log_tiles(log.row.ordinal, &tiles)
            .await?;
        Ok(edge)
    }

    /// Makes the tree anew from the entries and holds it against what was integrated.
    pub(super) async fn verify(&self, log: &Named) -> Result<Edge, TreeError> {
        let head = log.row.head;
        let mut edge = Edge::new();
        while edge.size() < head.size {
            let page = u64::from(PAGE).min(head.size - edge.size());
            let leaves = self.leaves(log, edge.size(), page).await?;
            if leaves.is_empty() {
                return Err(altered(log, head));
            }
            for leaf in leaves {
                edge.push(leaf_hash(&leaf));
            }
        }
        if edge.root() == head.root {
            Ok(edge)
        } else {
            Err(altered(log, head))
        }
    }

    /// A reader of the tree under a head, with everything that these nodes need.
    async fn reader(&self, log: &Named, head: Head, nodes: &[Node]) -> Result<Reader, TreeError> {
        let altered = |_: ReadError| altered(log, head);
        let mut partial = Vec::new();
        for path in partial_tiles(head.size) {
            partial.push(self.tile(log, &path).await?);
        }
        let mut reader = if let Ok(reader) = Reader::open(head.size, &head.root, &partial) {
            reader
        } else {
            partial.clear();
            for path in partial_tiles(head.size) {
                partial.push(self.made_anew(log, &path).await?);
            }
            Reader::open(head.size, &head.root, &partial).map_err(altered)?
        };
        for path in reader.missing(nodes.iter().copied()).map_err(altered)? {
            let bytes = self.tile(log, &path).await?;
            if reader.add(&path, &bytes).is_ok() {
                continue;
            }
            let bytes = self.made_anew(log, &path).await?;
            reader.add(&path, &bytes).map_err(altered)?;
            tracing::error!(
                origin = %log.row.origin, tile = %path,
                "a stored tile was altered; it was made anew from the entries. See to the disk"
            );
            self.write_tile(log, path, bytes).await?;
        }
        Ok(reader)
    }

    async fn proof(&self, log: &Named, head: Head, plan: &Plan) -> Result<Vec<Hash>, TreeError> {
        let nodes: Vec<_> = plan.nodes().collect();
        let reader = self.reader(log, head, &nodes).await?;
        plan.build(|node| reader.node(node))
            .map_err(|_| altered(log, head))
    }

    /// The proof that the tree under a head begins with the tree of `old` leaves.
    pub(super) async fn consistency(
        &self,
        log: &Named,
        old: u64,
        head: Head,
    ) -> Result<Vec<Hash>, TreeError> {
        self.proof(log, head, &Plan::consistency(old, head.size)?)
            .await
    }

    /// The proof that the leaf at an index is in the tree under a head.
    pub(super) async fn inclusion(
        &self,
        log: &Named,
        index: u64,
        head: Head,
    ) -> Result<Vec<Hash>, TreeError> {
        self.proof(log, head, &Plan::inclusion(index, head.size)?)
            .await
    }

    /// An entry bundle, which must lie within what is integrated.
    pub(super) async fn bundle(&self, log: &Named, path: &TilePath) -> Result<Vec<u8>, TreeError> {
        let first = path.index().saturating_mul(u64::from(FULL_WIDTH));
        let leaves = self.leaves(log, first, u64::from(path.width())).await?;
        if leaves.len() != usize::from(path.width()) {
            return Err(TreeError::Hole(
                log.row.number_at(first + leaves.len() as u64).unwrap_or(0),
            ));
        }
        let entries = leaves.iter().map(Vec::as_slice).collect();
        Ok(Bundle::new(entries)?.bytes())
    }

    /// Writes full tiles to their files, and takes them out of a database that nobody else serves
    /// them from.
    pub(super) async fn file(&self, log: &Named, tiles: Vec<TilePath>) -> Result<(), TreeError> {
        let mut written = Vec::new();
        for path in tiles {
            // One that was filed before a crash, and dropped, is not in the database any more.
            if let Some(bytes) = self.store.log_tile(log.row.ordinal, &path).await?
                && bytes.len() == FULL_TILE_BYTES
            {
                written.push((path, bytes));
            }
        }
        if written.is_empty() {
            return Ok(());
        }
        let paths: Vec<_> = written.iter().map(|(path, _)| *path).collect();
        let files = written
            .into_iter()
            .map(|(path, bytes)| (self.path_of(log, &path), bytes))
            .collect();
        self.write_files(files).await?;
        self.faults
            .at(Point::TilesWritten)
            .map_err(|source| self.failed(source))?;
        if !self.store.is_shared() {
            self.store.drop_log_tiles(log.row.ordinal, &paths).await?;
        }
        self.faults
            .at(Point::TilesDropped)
            .map_err(|source| self.failed(source))
    }

    async fn write_tile(
        &self,
        log: &Named,
        path: TilePath,
        bytes: Vec<u8>,
    ) -> Result<(), TreeError> {
        self.write_files(vec![(self.path_of(log, &path), bytes)])
            .await
    }

    async fn write_files(&self, files: Vec<(PathBuf, Vec<u8>)>) -> Result<(), TreeError> {
        let faults = self.faults.clone();
        blocking(move || write_files(&files, &faults)).await
    }

    fn failed(&self, source: io::Error) -> TreeError {
        TreeError::File {
            path: self.dir.clone(),
            source,
        }
    }
}

/// The entries do not lead to a head that was integrated.
fn altered(log: &Named, head: Head) -> TreeError {
    TreeError::Altered {
        origin: log.row.origin.to_string(),
        size: head.size,
    }
}

/// Writes files, then puts their directories on disk, each once.
fn write_files(files: &[(PathBuf, Vec<u8>)], faults: &Faults) -> Result<(), TreeError> {
    let mut dirs = BTreeSet::new();
    for (path, bytes) in files {
        let dir = path.parent().unwrap_or(Path::new(""));
        let failed = |source| TreeError::File {
            path: path.clone(),
            source,
        };
        if dirs.insert(dir) {
            disk::make_directories(dir).map_err(failed)?;
        }
        // Anybody may read a tile (DESIGN §4): it holds hashes only.
        disk::write(path, bytes, 0o644, disk::TILE, faults).map_err(failed)?;
    }
    for dir in dirs {
        disk::sync(dir).map_err(|source| TreeError::File {
            path: dir.to_owned(),
            source,
        })?;
    }
    Ok(())
}

/// The paths of tiles.
pub(super) fn paths(tiles: &[Tile]) -> Vec<TilePath> {
    tiles.iter().map(|tile| tile.path).collect()
}

/// Runs what waits for the disk beside the tasks that serve.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime ends, and with it whoever would have been answered.
            Err(_) => std::future::pending().await,
        },
    }
}

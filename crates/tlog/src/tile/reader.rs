//! Reads tiles that a checkpoint vouches for, and none that it does not.
//!
//! Two rules decide, and nothing is counted:
//!
//! 1. The root follows from the partial tiles and uses every hash in them. If it comes out as the
//!    checkpoint's root, they are right; if not, nothing is read ([`Reader::open`]).
//! 2. A full tile has one parent hash, in the tile above it. It is right if that tile was found
//!    right before and its hash comes out ([`Reader::add`]).
//!
//! Known readers of tiles went wrong by counting which fetched tiles the root already covers
//! (CVE-2026-56865): a full tile could slip between both rules and be believed unseen. Here a hash
//! can be got only from a tile that one of the two rules has let in.

use std::collections::BTreeMap;

use super::{
    Bundle, BundleError, Edge, FULL_WIDTH, Kind, TilePath, WrongLength, edge::EdgeError, hashes_at,
    partial_tiles, read_hashes,
};
use crate::{
    hash::{Hash, perfect_root},
    tree::Node,
};

/// Why a tile is not believed or a hash not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The partial tiles do not lead to the checkpoint's root.
    #[error(
        "the log's partial tiles do not lead to the checkpoint's root; fetch both again, and \
             keep them as evidence if it happens again"
    )]
    EdgeForged,
    /// The partial tiles are not those of this size.
    #[error(transparent)]
    Edge(#[from] EdgeError),
    /// Too short or too long.
    #[error(transparent)]
    Length(#[from] WrongLength),
    /// The content is not what the tile above says.
    #[error(
        "tile {0} was changed: it does not lead to the checkpoint's root; fetch it from a mirror"
    )]
    Forged(TilePath),
    /// The tile above was not read yet.
    #[error("tile {0} can only be checked after the tile above it; read that one first")]
    ParentFirst(TilePath),
    /// Beyond the checkpoint's size.
    #[error("the checkpoint's tree does not reach that far; fetch a newer checkpoint")]
    Outside,
    /// The tile that holds the hash was not read yet.
    #[error("the tile with this hash was not read; ask which are missing first")]
    NotRead,
    /// Not a bundle.
    #[error(transparent)]
    Bundle(#[from] BundleError),
}

/// Tiles of one tree, all of them found right.
#[derive(Clone, Debug)]
pub struct Reader {
    edge: Edge,
    full: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl Reader {
    /// Starts from a checkpoint that has been verified, and the bytes of
    /// [`partial_tiles`]`(size)` in that order.
    pub fn open<B: AsRef<[u8]>>(size: u64, root: &Hash, partial: &[B]) -> Result<Self, ReadError> {
        let edge = Edge::restore(size, partial)?;
        if edge.root() != *root {
            return Err(ReadError::EdgeForged);
        }
        Ok(Self {
            edge,
            full: BTreeMap::new(),
        })
    }

    /// Reads what these nodes need in one go. `fetch` is asked for the partial tiles, then for full
    /// ones from the top down.
    pub fn read<B: AsRef<[u8]>, E: From<ReadError>>(
        size: u64,
        root: &Hash,
        nodes: impl IntoIterator<Item = Node>,
        mut fetch: impl FnMut(&TilePath) -> Result<B, E>,
    ) -> Result<Self, E> {
        let partial: Vec<_> = partial_tiles(size)
            .map(|path| fetch(&path))
            .collect::<Result<_, _>>()?;
        let mut reader = Self::open(size, root, &partial)?;
        for path in reader.missing(nodes)? {
            reader.add(&path, fetch(&path)?.as_ref())?;
        }
        Ok(reader)
    }

    /// Leaves of the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The full tiles still to be read before [`Reader::node`] knows these nodes, in the order in
    /// which [`Reader::add`] takes them.
    pub fn missing(
        &self,
        nodes: impl IntoIterator<Item = Node>,
    ) -> Result<Vec<TilePath>, ReadError> {
        let mut missing = std::collections::BTreeSet::new();
        for node in nodes {
            if node.end() > self.size() {
                return Err(ReadError::Outside);
            }
            let (mut level, first) = row_of(node);
            let mut tile = first / u64::from(FULL_WIDTH);
            while tile < self.full_tiles_at(level)
                && !self.full.contains_key(&(level, tile))
                && missing.insert((core::cmp::Reverse(level), tile))
            {
                level += 1;
                tile /= u64::from(FULL_WIDTH);
            }
        }
        Ok(missing
            .into_iter()
            .filter_map(|(level, index)| TilePath::full(Kind::Hashes { level: level.0 }, index))
            .collect())
    }

    /// Lets a full hash tile in, if the tile above it says so.
    pub fn add(&mut self, path: &TilePath, bytes: &[u8]) -> Result<(), ReadError> {
        let Kind::Hashes { level } = path.kind() else {
            return Err(ReadError::Outside);
        };
        if !path.is_full() || path.index() >= self.full_tiles_at(level) {
            return Err(ReadError::Outside);
        }
        let parent = self
            .hash_at(level + 1, path.index())
            .ok_or(ReadError::ParentFirst(*path))?;
        let hashes = read_hashes(path, bytes)?;
        if perfect_root(&hashes) != parent {
            return Err(ReadError::Forged(*path));
        }
        self.full.insert((level, path.index()), hashes);
        Ok(())
    }

    /// The hash of a subtree, from tiles found right.
    pub fn node(&self, node: Node) -> Result<Hash, ReadError> {
        if node.end() > self.size() {
            return Err(ReadError::Outside);
        }
        let (level, first) = row_of(node);
        let row: Vec<_> = (first..)
            .take(1 << (node.level() % 8))
            .map(|at| self.hash_at(level, at))
            .collect::<Option<_>>()
            .ok_or(ReadError::NotRead)?;
        Ok(perfect_root(&row))
    }

    /// The entries of a bundle, each found to be the one that the log holds at its place. The
    /// bundle's leaf tile must have been read.
    pub fn entries<'b>(
        &self,
        path: &TilePath,
        bytes: &'b [u8],
    ) -> Result<Vec<&'b [u8]>, ReadError> {
        if path.kind() != Kind::Entries || !path.is_within(self.size()) {
            return Err(ReadError::Outside);
        }
        let bundle = Bundle::parse(bytes)?
            .cut(path.width())
            .ok_or(ReadError::Forged(*path))?;
        let first = path.index() * u64::from(FULL_WIDTH);
        for (at, leaf) in (first..).zip(bundle.leaves()) {
            if self.hash_at(0, at).ok_or(ReadError::NotRead)? != leaf {
                return Err(ReadError::Forged(*path));
            }
        }
        Ok(bundle.entries().to_vec())
    }

    /// How many full tiles there are at a level.
    fn full_tiles_at(&self, level: u8) -> u64 {
        hashes_at(level.saturating_add(1), self.size())
    }

    /// The hash at a place of a level's row, if its tile was found right.
    fn hash_at(&self, level: u8, at: u64) -> Option<Hash> {
        let tile = at / u64::from(FULL_WIDTH);
        let within = usize::try_from(at % u64::from(FULL_WIDTH)).ok()?;
        let hashes = if tile == self.full_tiles_at(level) {
            self.edge.pending(level)
        } else {
            self.full.get(&(level, tile))?
        };
        hashes.get(within).copied()
    }
}

/// The level of tiles in which a node's hash, or the hashes it follows from, are written, and the
/// place of the first of these.
const fn row_of(node: Node) -> (u8, u64) {
    (node.level() / 8, node.index() << (node.level() % 8))
}

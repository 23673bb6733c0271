//! The growing edge of a tiled log: the partial tiles, from which the root follows and out of which
//! full tiles come.
//!
//! A sequencer restores it from the partial tiles it stored, appends a batch, writes the full tiles
//! that came out, and stores the partial tiles with the new root.

use super::{FULL_WIDTH, Kind, TilePath, WrongLength, hashes_at, partial_tiles, read_hashes};
use crate::{
    hash::{EMPTY_ROOT, Hash, node_hash, perfect_root},
    tree::{MAX_SIZE, RangeError},
};

/// A hash tile with its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Where it belongs.
    pub path: TilePath,
    /// As many as the path's width says.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// The bytes as served: the hashes one after the other.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.0).collect()
    }
}

/// The partial tiles of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Edge {
    size: u64,
    /// At each level the hashes not yet in a full tile: at most 255.
    levels: [Vec<Hash>; 8],
}

/// Why stored tiles are not the edge of a tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EdgeError {
    /// The number of tiles or the size is impossible.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// A tile is too short or too long.
    #[error(transparent)]
    Length(#[from] WrongLength),
}

impl Edge {
    /// The empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The edge of a stored tree, from the bytes of [`partial_tiles`]`(size)` in that order.
    ///
    /// Compare [`Edge::root`] with the checkpoint before going on: only that says whether the bytes
    /// are the right ones.
    pub fn restore<B: AsRef<[u8]>>(size: u64, tiles: &[B]) -> Result<Self, EdgeError> {
        if size > MAX_SIZE {
            return Err(RangeError::TooLarge(size).into());
        }
        let expected = partial_tiles(size).count();
        if tiles.len() != expected {
            return Err(RangeError::WrongCount {
                size,
                expected,
                found: tiles.len(),
            }
            .into());
        }
        let mut edge = Self {
            size,
            ..Self::default()
        };
        for (path, bytes) in partial_tiles(size).zip(tiles) {
            edge.levels[usize::from(path.kind().level())] = read_hashes(&path, bytes.as_ref())?;
        }
        Ok(edge)
    }

    /// Leaves so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf by its hash. Returns the hash tiles that are now full, the lowest level
    /// first; mostly none.
    pub fn push(&mut self, leaf: Hash) -> Vec<Tile> {
        // Starting at MAX_SIZE at most, as many leaves again would have to follow.
        self.size += 1;
        let mut full = Vec::new();
        let mut hash = leaf;
        for (level, pending) in (0..).zip(&mut self.levels) {
            pending.push(hash);
            if pending.len() < usize::from(FULL_WIDTH) {
                break;
            }
            let hashes = core::mem::take(pending);
            hash = perfect_root(&hashes);
            let index = hashes_at(level + 1, self.size).saturating_sub(1);
            full.extend(
                TilePath::full(Kind::Hashes { level }, index).map(|path| Tile { path, hashes }),
            );
        }
        full
    }

    /// The partial tiles, in the order of [`partial_tiles`].
    pub fn tiles(&self) -> impl Iterator<Item = Tile> + '_ {
        partial_tiles(self.size).map(|path| Tile {
            path,
            hashes: self.levels[usize::from(path.kind().level())].clone(),
        })
    }

    /// The root of the tree. Every hash of the edge goes into it.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.levels
            .iter()
            .flat_map(|pending| subtrees_from_right(pending))
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or(EMPTY_ROOT)
    }

    /// The hashes at a level that are in no full tile yet.
    pub(super) fn pending(&self, level: u8) -> &[Hash] {
        self.levels
            .get(usize::from(level))
            .map_or(&[], Vec::as_slice)
    }
}

/// The roots of the perfect subtrees over a row of hashes, from the right: the smallest first.
fn subtrees_from_right(row: &[Hash]) -> impl Iterator<Item = Hash> + '_ {
    let mut end = row.len();
    core::iter::from_fn(move || {
        let width = 1_usize.checked_shl(end.trailing_zeros())?;
        let begin = end - width;
        let root = perfect_root(&row[begin..end]);
        end = begin;
        Some(root)
    })
}

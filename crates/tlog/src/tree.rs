//! Which perfect subtrees a tree of a given size is made of, and how it grows leaf by leaf.
//!
//! Everything follows from one rule of RFC 6962 §2.1: a tree is split at the largest power of two
//! below its size. So a tree of 7 leaves is a perfect subtree of 4, one of 2 and one of 1, and its
//! root follows from these three hashes.

use crate::hash::{EMPTY_ROOT, Hash, node_hash};

/// The most leaves a tree may have here: what a signed 64-bit number holds, since other people's
/// programs and databases count in those. It also keeps every proof below 64 hashes.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// A perfect subtree: the leaves from `index << level` up to, but without, `(index + 1) << level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node {
    level: u8,
    index: u64,
}

impl Node {
    /// The leaf at this index, counted from 0; `None` from [`MAX_SIZE`] on.
    #[must_use]
    pub const fn leaf(index: u64) -> Option<Self> {
        if index < MAX_SIZE {
            Some(Self { level: 0, index })
        } else {
            None
        }
    }

    /// Its height: 0 for a leaf.
    #[must_use]
    pub const fn level(self) -> u8 {
        self.level
    }

    /// Its place among the subtrees of its height, counted from 0 on the left.
    #[must_use]
    pub const fn index(self) -> u64 {
        self.index
    }

    /// The leaf after its last one. Cannot overflow: a node lies in a tree of at most [`MAX_SIZE`].
    #[must_use]
    pub const fn end(self) -> u64 {
        (self.index + 1) << self.level
    }
}

/// The perfect subtrees of a tree, from the left: the largest first. Sizes above [`MAX_SIZE`] are
/// read as [`MAX_SIZE`].
pub fn subtrees(size: u64) -> impl Iterator<Item = Node> + Clone {
    subtrees_between(0, size.min(MAX_SIZE))
}

/// The perfect subtrees of the leaves from `begin` up to, but without, `end`.
///
/// Meant for the ranges that the splitting rule produces: there `begin` is a multiple of the
/// largest power of two that fits, so each subtree is whole.
pub(crate) fn subtrees_between(begin: u64, end: u64) -> impl Iterator<Item = Node> + Clone {
    let mut at = begin;
    core::iter::from_fn(move || {
        let level = end.checked_sub(at)?.checked_ilog2()?;
        let node = Node {
            level: u8::try_from(level).ok()?,
            index: at >> level,
        };
        at += 1 << level;
        Some(node)
    })
}

/// The root over neighbouring subtrees, given from the left in falling size.
pub(crate) fn join(subtrees: &[Hash]) -> Hash {
    subtrees
        .iter()
        .copied()
        .rev()
        .reduce(|right, left| node_hash(&left, &right))
        .unwrap_or(EMPTY_ROOT)
}

/// How many hashes a compact range of this size has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RangeError {
    /// The hashes are not those of a tree of this size.
    #[error(
        "a tree of {size} leaves has {expected} subtrees, not {found}; read both from one place"
    )]
    WrongCount {
        /// Leaves.
        size: u64,
        /// One per binary 1 in the size.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// More than [`MAX_SIZE`].
    #[error("a tree of {0} leaves is larger than any log; the number was damaged")]
    TooLarge(u64),
}

/// A tree reduced to the roots of its perfect subtrees: all that is needed to let it grow and to
/// know its root.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    hashes: Vec<Hash>,
}

impl CompactRange {
    /// The empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            size: 0,
            hashes: Vec::new(),
        }
    }

    /// The range of a stored tree: the hashes of [`subtrees`]`(size)` in that order.
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Result<Self, RangeError> {
        if size > MAX_SIZE {
            return Err(RangeError::TooLarge(size));
        }
        let expected = size.count_ones() as usize;
        if hashes.len() != expected {
            return Err(RangeError::WrongCount {
                size,
                expected,
                found: hashes.len(),
            });
        }
        Ok(Self { size, hashes })
    }

    /// Leaves so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of [`subtrees`]`(self.size())`, from the left.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Appends a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut position = self.size;
        // Each binary 1 at the end of the size is a subtree that the new leaf completes.
        while position & 1 == 1
            && let Some(left) = self.hashes.pop()
        {
            hash = node_hash(&left, &hash);
            position >>= 1;
        }
        self.hashes.push(hash);
        // Starting at MAX_SIZE at most, as many leaves again would have to follow.
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        join(&self.hashes)
    }
}

impl Extend<Hash> for CompactRange {
    fn extend<T: IntoIterator<Item = Hash>>(&mut self, leaves: T) {
        leaves.into_iter().for_each(|leaf| self.push(leaf));
    }
}

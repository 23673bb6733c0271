//! Proofs that an entry is in a tree, and that one tree continues another.
//!
//! Made in two steps, so that nothing here waits for a disk: a [`Plan`] names the subtrees whose
//! hashes are wanted, the caller fetches them, and [`Plan::build`] turns them into the proof of
//! RFC 6962 §2.1.1 and §2.1.2. Verified by the procedures of RFC 9162 §2.1.3.2 and §2.1.4.2.

use crate::{
    hash::{EMPTY_ROOT, Hash, node_hash},
    tree::{MAX_SIZE, Node, join, subtrees_between},
};

/// Why a proof cannot be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Entries are counted from 0.
    #[error("a log of {size} entries has no entry {index}; wait until it is integrated")]
    NoSuchEntry {
        /// What was asked for.
        index: u64,
        /// The tree's leaves.
        size: u64,
    },
    /// A tree cannot continue a larger one.
    #[error(
        "a log of {new} entries cannot continue one of {old}; it was rolled back or is another"
    )]
    Shrunk {
        /// Leaves of the earlier tree.
        old: u64,
        /// Leaves of the later one.
        new: u64,
    },
    /// More than [`MAX_SIZE`].
    #[error("a tree of {0} leaves is larger than any log; the number was damaged")]
    TooLarge(u64),
}

/// Which subtrees make up a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// One range of leaves per hash of the proof, in the proof's order.
    ranges: Vec<(u64, u64)>,
}

impl Plan {
    /// The proof that the entry at `index` is in the tree of `size` leaves.
    pub fn inclusion(index: u64, size: u64) -> Result<Self, PlanError> {
        if size > MAX_SIZE {
            return Err(PlanError::TooLarge(size));
        }
        if index >= size {
            return Err(PlanError::NoSuchEntry { index, size });
        }
        let mut ranges = Vec::new();
        let (mut begin, mut end) = (0, size);
        while end - begin > 1 {
            let middle = begin + split(end - begin);
            if index < middle {
                ranges.push((middle, end));
                end = middle;
            } else {
                ranges.push((begin, middle));
                begin = middle;
            }
        }
        ranges.reverse();
        Ok(Self { ranges })
    }

    /// The proof that the tree of `new` leaves begins with the tree of `old` leaves. Nothing has to
    /// be proven of the empty tree, nor of a tree and itself: those plans are empty.
    pub fn consistency(old: u64, new: u64) -> Result<Self, PlanError> {
        if new > MAX_SIZE {
            return Err(PlanError::TooLarge(new));
        }
        if old > new {
            return Err(PlanError::Shrunk { old, new });
        }
        let mut ranges = Vec::new();
        if old == 0 {
            return Ok(Self { ranges });
        }
        let (mut begin, mut end) = (0, new);
        while old < end {
            let middle = begin + split(end - begin);
            if old <= middle {
                ranges.push((middle, end));
                end = middle;
            } else {
                ranges.push((begin, middle));
                begin = middle;
            }
        }
        // The verifier holds the root of the old tree; it needs the last subtree of it only where
        // that is not the whole.
        if begin > 0 {
            ranges.push((begin, end));
        }
        ranges.reverse();
        Ok(Self { ranges })
    }

    /// The subtrees whose hashes are wanted. No subtree is named twice.
    pub fn nodes(&self) -> impl Iterator<Item = Node> + '_ {
        self.ranges
            .iter()
            .flat_map(|&(begin, end)| subtrees_between(begin, end))
    }

    /// The proof, from the subtrees' hashes. Fails only where `hash_of` does.
    pub fn build<E>(
        &self,
        mut hash_of: impl FnMut(Node) -> Result<Hash, E>,
    ) -> Result<Vec<Hash>, E> {
        self.ranges
            .iter()
            .map(|&(begin, end)| {
                let parts: Vec<_> = subtrees_between(begin, end)
                    .map(&mut hash_of)
                    .collect::<Result<_, _>>()?;
                Ok(join(&parts))
            })
            .collect()
    }
}

/// The largest power of two below `leaves`, which are two or more.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The entry lies beyond the tree.
    #[error(
        "a log of {size} entries has no entry {index}; the proof belongs to another checkpoint"
    )]
    NoSuchEntry {
        /// What is claimed to be in the tree.
        index: u64,
        /// The tree's leaves.
        size: u64,
    },
    /// The later tree is the smaller one.
    #[error(
        "a log of {new} entries cannot continue one of {old}; it was rolled back or is another"
    )]
    Shrunk {
        /// Leaves of the earlier tree.
        old: u64,
        /// Leaves of the later one.
        new: u64,
    },
    /// Hashes are missing or left over.
    #[error("the proof has the wrong length for these sizes; it was cut or belongs elsewhere")]
    WrongLength,
    /// The hashes lead to another root.
    #[error("the proof leads to another root; the entry, the proof or the log was changed")]
    OtherRoot,
    /// The hashes do not lead to the root that was known before.
    #[error("the log does not continue what was known of it; keep both checkpoints as evidence")]
    OtherHistory,
}

/// Verifies that `leaf` is the leaf at `index` of the tree of `size` leaves under `root`
/// (RFC 9162 §2.1.3.2).
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::NoSuchEntry { index, size });
    }
    let (mut place, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place & 1 == 1 || place == last {
            hash = node_hash(sibling, &hash);
            // On the right edge of an unbalanced tree a node has no sibling on some levels.
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::WrongLength);
    }
    if hash != *root {
        return Err(ProofError::OtherRoot);
    }
    Ok(())
}

/// Verifies that the tree of `new` leaves under `new_root` begins with the tree of `old` leaves
/// under `old_root` (RFC 9162 §2.1.4.2).
///
/// The empty tree begins every tree, and a tree begins itself; there the proof must be empty.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::Shrunk { old, new });
    }
    if old == 0 && *old_root != EMPTY_ROOT {
        return Err(ProofError::OtherHistory);
    }
    if new == 0 && *new_root != EMPTY_ROOT {
        return Err(ProofError::OtherRoot);
    }
    if old == new {
        return match (proof.is_empty(), old_root == new_root) {
            (false, _) => Err(ProofError::WrongLength),
            (true, false) => Err(ProofError::OtherHistory),
            (true, true) => Ok(()),
        };
    }
    if old == 0 {
        return if proof.is_empty() {
            Ok(())
        } else {
            Err(ProofError::WrongLength)
        };
    }
    // A tree that is one perfect subtree is not in the proof: the verifier holds it already.
    let (start, rest) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().ok_or(ProofError::WrongLength)?
    };
    let (mut place, mut last) = (old - 1, new - 1);
    while place & 1 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*start, *start);
    for sibling in rest {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place & 1 == 1 || place == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::WrongLength);
    }
    if old_hash != *old_root {
        return Err(ProofError::OtherHistory);
    }
    if new_hash != *new_root {
        return Err(ProofError::OtherRoot);
    }
    Ok(())
}

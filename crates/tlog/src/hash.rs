//! The hash of a leaf, of a node and of nothing (RFC 6962 §2.1).
//!
//! Leaves and nodes start with different bytes, so that no entry can pass for an inner node.

use core::fmt;

use sha2::{Digest, Sha256};

use crate::text;

/// A SHA-256 hash: of a leaf, an inner node or a whole tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; Self::LEN]);

/// The root of the tree without leaves: the hash of nothing.
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

impl Hash {
    /// Bytes in a hash.
    pub const LEN: usize = 32;

    /// Reads the 44 characters of base64 that stand for a hash in checkpoints and proofs.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        text::from_base64(text)?.try_into().ok().map(Self)
    }

    /// The 44 characters that [`Hash::from_base64`] reads.
    #[must_use]
    pub fn to_base64(&self) -> String {
        text::to_base64(&self.0)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

impl fmt::LowerHex for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(self, f)
    }
}

/// The hash of an entry in the tree.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update([0]);
    sha.update(entry);
    Hash(sha.finalize().into())
}

/// The hash of an inner node over its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut sha = Sha256::new();
    sha.update([1]);
    sha.update(left.0);
    sha.update(right.0);
    Hash(sha.finalize().into())
}

/// The root over a power of two of hashes, one level after the other in one buffer.
///
/// Other lengths have no meaning here; the callers cut by powers of two.
pub(crate) fn perfect_root(hashes: &[Hash]) -> Hash {
    debug_assert!(hashes.len().is_power_of_two());
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        for at in 0..level.len() / 2 {
            level[at] = node_hash(&level[2 * at], &level[2 * at + 1]);
        }
        level.truncate(level.len() / 2);
    }
    level.first().copied().unwrap_or(EMPTY_ROOT)
}

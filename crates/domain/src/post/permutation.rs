//! Random status indexes without a table of those in use.
//!
//! Indexes must be random, or a gap between two cards would tell how many were issued meanwhile
//! (draft-ietf-oauth-status-list, privacy considerations), and no index may be given twice. A keyed
//! permutation of the list's positions does both: the n-th card of a list gets the image of n.

/// Entries of one status list. Two to the 20 at one bit weigh 14 kB compressed when one in a
/// hundred is revoked (anchors/credential.md §1.3).
pub const LIST_SIZE: u32 = 1 << 20;

/// Indexes leased at once.
pub const BLOCK: u32 = 64;

const HALF_BITS: u32 = 10;
const HALF_MASK: u32 = (1 << HALF_BITS) - 1;
/// A Feistel network of four rounds with pseudorandom round functions is a strong pseudorandom
/// permutation (Luby and Rackoff, 1988); ten cost nothing and make up for the small halves.
const ROUNDS: u8 = 10;

/// A leased block: position by position it yields indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The status list.
    pub list: u32,
    /// The block of the list, below `LIST_SIZE / BLOCK`.
    pub block: u32,
}

impl Lease {
    /// The lease after this one; the list after it begins when a list is used up.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.block + 1 < LIST_SIZE / BLOCK {
            Self {
                list: self.list,
                block: self.block + 1,
            }
        } else {
            Self {
                list: self.list.saturating_add(1),
                block: 0,
            }
        }
    }

    /// The index at a position of the block; none past its end.
    ///
    /// `prf` is a pseudorandom function under the authority's secret, HMAC-SHA-256 in practice;
    /// it is an argument because the core knows no cryptography.
    #[must_use]
    pub fn index(self, position: u32, prf: impl Fn(&[u8]) -> [u8; 32]) -> Option<u32> {
        if position >= BLOCK {
            return None;
        }
        let slot = self.block.checked_mul(BLOCK)?.checked_add(position)?;
        if slot >= LIST_SIZE {
            return None;
        }
        let (mut left, mut right) = (slot >> HALF_BITS, slot & HALF_MASK);
        for round in 0..ROUNDS {
            let mut message = [0_u8; 9];
            message[0] = round;
            message[1..5].copy_from_slice(&self.list.to_be_bytes());
            message[5..9].copy_from_slice(&right.to_be_bytes());
            let out = prf(&message);
            let mixed = u32::from_be_bytes([out[0], out[1], out[2], out[3]]) & HALF_MASK;
            (left, right) = (right, left ^ mixed);
        }
        Some(left << HALF_BITS | right)
    }
}

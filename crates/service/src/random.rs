//! Randomness, in the one place that may ask the machine for it.

use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

/// Where random bytes come from.
#[derive(Debug)]
pub enum Random {
    /// The machine's generator.
    System,
    /// A repeatable sequence, for tests: SHA-256 of a seed and a counter.
    Seeded {
        /// The seed.
        seed: u64,
        /// How many times it was asked.
        asked: AtomicU64,
    },
}

/// The machine has no randomness to give; nothing secret can be made.
#[derive(Debug, thiserror::Error)]
#[error(
    "the machine's random generator does not answer; do not issue anything, restart the machine"
)]
pub struct NoRandomness;

impl Random {
    /// A repeatable sequence.
    #[must_use]
    pub const fn seeded(seed: u64) -> Self {
        Self::Seeded {
            seed,
            asked: AtomicU64::new(0),
        }
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// When the machine has none.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that asks the machine"
            )]
            Self::System => getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?,
            Self::Seeded { seed, asked } => {
                let call = asked.fetch_add(1, Ordering::SeqCst);
                for (index, chunk) in bytes.chunks_mut(32).enumerate() {
                    let mut hash = Sha256::new();
                    hash.update(seed.to_be_bytes());
                    hash.update(call.to_be_bytes());
                    hash.update((index as u64).to_be_bytes());
                    chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
                }
            }
        }
        Ok(bytes)
    }
}

//! Entry bundles: 256 entries in one file, each behind its length.

use super::FULL_WIDTH;
use crate::hash::{Hash, leaf_hash};

/// The longest entry: what its 16-bit length can say (tlog-tiles, "Log entries").
pub const MAX_ENTRY_BYTES: usize = u16::MAX as usize;

/// Why bytes are no bundle, or entries do not go into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Cut off within an entry or its length.
    #[error("the bundle ends within entry {0} of it; fetch it again")]
    Torn(usize),
    /// No entries, or more than 256.
    #[error("a bundle holds 1 to 256 entries, not {0}")]
    Count(usize),
    /// Longer than [`MAX_ENTRY_BYTES`].
    #[error("entry {at} has {bytes} bytes; an entry has at most 65535")]
    TooLong {
        /// Its place in the bundle, from 0.
        at: usize,
        /// Its length.
        bytes: usize,
    },
}

/// 1 to 256 neighbouring entries, as the bytes they were read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle<'b> {
    entries: Vec<&'b [u8]>,
}

impl<'b> Bundle<'b> {
    /// A bundle of these entries.
    pub fn new(entries: Vec<&'b [u8]>) -> Result<Self, BundleError> {
        if entries.is_empty() || entries.len() > usize::from(FULL_WIDTH) {
            return Err(BundleError::Count(entries.len()));
        }
        match (0..)
            .zip(&entries)
            .find(|(_, entry)| entry.len() > MAX_ENTRY_BYTES)
        {
            Some((at, entry)) => Err(BundleError::TooLong {
                at,
                bytes: entry.len(),
            }),
            None => Ok(Self { entries }),
        }
    }

    /// Reads a bundle to its last byte. Says nothing yet of whether the log holds these entries:
    /// that is [`super::Reader::entries`].
    pub fn parse(bytes: &'b [u8]) -> Result<Self, BundleError> {
        let mut entries = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let torn = BundleError::Torn(entries.len());
            if entries.len() == usize::from(FULL_WIDTH) {
                return Err(BundleError::Count(entries.len() + 1));
            }
            let (length, after) = rest.split_first_chunk().ok_or(torn)?;
            let (entry, after) = after
                .split_at_checked(usize::from(u16::from_be_bytes(*length)))
                .ok_or(torn)?;
            entries.push(entry);
            rest = after;
        }
        Self::new(entries)
    }

    /// The entries, in the log's order.
    #[must_use]
    pub fn entries(&self) -> &[&'b [u8]] {
        &self.entries
    }

    /// The leaf hash of each entry.
    pub fn leaves(&self) -> impl Iterator<Item = Hash> + '_ {
        self.entries.iter().map(|entry| leaf_hash(entry))
    }

    /// The bytes as served.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for entry in &self.entries {
            // Both constructors keep entries below 2^16 bytes.
            let [.., high, low] = entry.len().to_be_bytes();
            bytes.extend([high, low]);
            bytes.extend(*entry);
        }
        bytes
    }

    /// Only the first `width` entries, where a full bundle came instead of a partial one.
    pub(super) fn cut(mut self, width: u16) -> Option<Self> {
        let width = usize::from(width);
        let came = self.entries.len();
        self.entries.truncate(width);
        (came == width || came == usize::from(FULL_WIDTH)).then_some(self)
    }
}

//! Tiles: the tree cut into files of 256 hashes (<https://c2sp.org/tlog-tiles>).
//!
//! [`TilePath`] names a tile as the web address does, [`Edge`] writes tiles while the log grows,
//! [`Bundle`] holds the entries, and [`Reader`] believes no tile that the checkpoint does not vouch
//! for.

mod bundle;
mod edge;
mod path;
mod reader;

pub use bundle::{Bundle, BundleError, MAX_ENTRY_BYTES};
pub use edge::{Edge, EdgeError, Tile};
pub use path::{Kind, MAX_LEVEL, NotATile, TilePath, partial_tiles, tiles};
pub use reader::{ReadError, Reader};

use crate::hash::Hash;

/// Hashes, or entries, in a full tile (tlog-tiles, "Merkle Tree").
pub const FULL_WIDTH: u16 = 256;

/// Bytes of a full hash tile: the limit for what is read from a server.
pub const FULL_TILE_BYTES: usize = FULL_WIDTH as usize * Hash::LEN;

/// How many hashes there are at a tile level in a tree of this size: one per 256^level leaves.
fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(8 * u32::from(level)).unwrap_or(0)
}

/// Why bytes are no tile of the width asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tile {path} has {bytes} bytes, which is not its width; fetch it again")]
pub struct WrongLength {
    /// The tile asked for.
    pub path: TilePath,
    /// Bytes that came.
    pub bytes: usize,
}

/// The hashes in a tile's bytes.
///
/// Where a partial tile was asked for, the full one may come instead, since a log may drop the first
/// once it has the second (tlog-tiles, "Partial Tiles"); the first hashes of it are taken.
fn read_hashes(path: &TilePath, bytes: &[u8]) -> Result<Vec<Hash>, WrongLength> {
    let wanted = usize::from(path.width()) * Hash::LEN;
    if bytes.len() != wanted && bytes.len() != FULL_TILE_BYTES {
        return Err(WrongLength {
            path: *path,
            bytes: bytes.len(),
        });
    }
    let (hashes, _) = bytes[..wanted].as_chunks();
    Ok(hashes.iter().copied().map(Hash).collect())
}

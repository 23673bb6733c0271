//! The address of a tile, strictly: one text for one tile.

use core::{fmt, str::FromStr};

use super::{FULL_WIDTH, hashes_at};
use crate::{text::decimal, tree::MAX_SIZE};

/// The highest level that a path may name (tlog-tiles, "Merkle Tree"). Trees up to
/// [`MAX_SIZE`] have tiles up to level 7.
pub const MAX_LEVEL: u8 = 63;

/// The longest path there is: the largest level, a 64-bit index in seven groups and a width.
const MAX_PATH_BYTES: usize = "tile/entries/".len() + 7 * "x000/".len() + ".p/255".len();

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The hashes of subtrees of 256^level leaves.
    Hashes {
        /// From 0, the leaves, to [`MAX_LEVEL`].
        level: u8,
    },
    /// Entries, each with its length: an entry bundle.
    Entries,
}

impl Kind {
    /// The level of the row of the tree in which the tile lies; entries lie beside the leaves.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::Hashes { level } => level,
            Self::Entries => 0,
        }
    }
}

/// A tile or an entry bundle, by its place in the tree and its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    kind: Kind,
    index: u64,
    width: u16,
}

impl TilePath {
    /// The full tile at this place; `None` above level 63.
    #[must_use]
    pub const fn full(kind: Kind, index: u64) -> Option<Self> {
        Self::partial(kind, index, FULL_WIDTH)
    }

    /// A tile of 1 to 256 hashes or entries; `None` for other widths and above level 63.
    #[must_use]
    pub const fn partial(kind: Kind, index: u64, width: u16) -> Option<Self> {
        if kind.level() > MAX_LEVEL || width == 0 || width > FULL_WIDTH {
            return None;
        }
        Some(Self { kind, index, width })
    }

    /// What it holds.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Its place in its row, counted from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// Its hashes or entries, 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.width
    }

    /// Whether it has all its 256 hashes or entries, and so never changes.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == FULL_WIDTH
    }

    /// The same place with all 256: what to ask for when a partial tile is gone, and where its
    /// bytes can be cut from.
    #[must_use]
    pub const fn filled(&self) -> Self {
        Self {
            width: FULL_WIDTH,
            ..*self
        }
    }

    /// Whether a tree of `size` leaves holds everything that this tile holds. A server answers
    /// "not found" where it does not.
    #[must_use]
    pub fn is_within(&self, size: u64) -> bool {
        self.index
            .checked_mul(u64::from(FULL_WIDTH))
            .and_then(|first| first.checked_add(u64::from(self.width)))
            .is_some_and(|end| end <= hashes_at(self.kind.level(), size))
    }
}

/// Groups of three digits, all but the last behind an `x`, so that no file is a folder too.
impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes { level } => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        let groups = self.index.checked_ilog(1000).unwrap_or(0);
        for power in (1..=groups).rev() {
            write!(f, "x{:03}/", self.index / 1000_u64.pow(power) % 1000)?;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.is_full() {
            Ok(())
        } else {
            write!(f, ".p/{}", self.width)
        }
    }
}

/// The text names no tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the path of a tile; it looks like tile/0/x001/x234/067 or tile/entries/000.p/17")]
pub struct NotATile;

impl FromStr for TilePath {
    type Err = NotATile;

    /// Reads a path below the log's prefix, without a leading slash.
    fn from_str(text: &str) -> Result<Self, NotATile> {
        if text.len() > MAX_PATH_BYTES {
            return Err(NotATile);
        }
        let rest = text.strip_prefix("tile/").ok_or(NotATile)?;
        let (kind, rest) = rest.split_once('/').ok_or(NotATile)?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes {
                level: decimal(level)
                    .and_then(|level| u8::try_from(level).ok())
                    .ok_or(NotATile)?,
            },
        };
        let (groups, width) = match rest.split_once(".p/") {
            None => (rest, FULL_WIDTH),
            Some((groups, width)) => {
                let width = decimal(width)
                    .and_then(|width| u16::try_from(width).ok())
                    .filter(|width| *width < FULL_WIDTH)
                    .ok_or(NotATile)?;
                (groups, width)
            }
        };
        let index = index(groups).ok_or(NotATile)?;
        Self::partial(kind, index, width).ok_or(NotATile)
    }
}

fn index(groups: &str) -> Option<u64> {
    let (before, last) = match groups.rsplit_once('/') {
        Some((before, last)) => (Some(before), last),
        None => (None, groups),
    };
    let mut index = 0_u64;
    for (place, group) in before
        .into_iter()
        .flat_map(|before| before.split('/'))
        .enumerate()
    {
        let value = three_digits(group.strip_prefix('x')?)?;
        // A leading group of zeros would be a second name for the same tile.
        if place == 0 && value == 0 {
            return None;
        }
        index = index.checked_mul(1000)?.checked_add(value)?;
    }
    index.checked_mul(1000)?.checked_add(three_digits(last)?)
}

fn three_digits(text: &str) -> Option<u64> {
    if text.len() != 3 || !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// All tiles of one kind in a tree of `size` leaves, from the left: the full ones, then the
/// partial one where there is any.
pub fn tiles(kind: Kind, size: u64) -> impl Iterator<Item = TilePath> + Clone {
    let hashes = hashes_at(kind.level(), size.min(MAX_SIZE));
    (0..hashes.div_ceil(u64::from(FULL_WIDTH))).filter_map(move |index| {
        let left = hashes - index * u64::from(FULL_WIDTH);
        let width = u16::try_from(left).unwrap_or(FULL_WIDTH).min(FULL_WIDTH);
        TilePath::partial(kind, index, width)
    })
}

/// The partial hash tiles of a tree of `size` leaves, the lowest level first: at most eight, and
/// together they determine the root.
pub fn partial_tiles(size: u64) -> impl Iterator<Item = TilePath> + Clone {
    (0..8).filter_map(move |level| {
        let hashes = hashes_at(level, size.min(MAX_SIZE));
        let width = u16::try_from(hashes % u64::from(FULL_WIDTH)).ok()?;
        TilePath::partial(
            Kind::Hashes { level },
            hashes / u64::from(FULL_WIDTH),
            width,
        )
    })
}

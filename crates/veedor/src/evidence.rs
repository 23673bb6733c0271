//! Evidence: what a log signed or its hub sent, and the witness or the mirror refused, beside what
//! stood here before.
//!
//! Each piece is a directory with two files, written whole, never overwritten and never removed by
//! this program: `cosigned`, the note that stood here, and `refused`, what came, as it came. A fork
//! convicts by itself: both notes carry the log's signature. The other kinds do not, and say so:
//! anybody can send a log's own checkpoint with a wrong proof, and what a hub sends to its mirror
//! bears nobody's signature but the log's.

use crate::disk::{self, Disk};
use core::fmt;
use paso_tlog::{cosignature::Timestamp, hash::leaf_hash};
use std::{fs, io, path::PathBuf};

/// The most pieces of one kind kept of one log. The first convict; more would let a log that lies
/// without end fill the disk.
pub const MAX_PIECES: usize = 100;

/// What the evidence shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The log signed two histories: two trees of one size, or a tree that does not begin with one it
    /// signed before.
    Fork,
    /// A checkpoint by the log came with a proof that fails: the log rewrote its past, or somebody
    /// sent its checkpoint with a wrong proof.
    Proof,
    /// The hub publishes an older head than the one it published before.
    Rollback,
    /// The hub sent rows that lead to another root than the one it signed.
    Tree,
    /// The hub sent a row whose leaf does not bind what lies beside it.
    Row,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Fork,
        Self::Proof,
        Self::Rollback,
        Self::Tree,
        Self::Row,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Fork => "fork",
            Self::Proof => "proof",
            Self::Rollback => "rollback",
            Self::Tree => "tree",
            Self::Row => "row",
        }
    }

    /// Whether both sides are signed notes and nothing else, and so are for everybody to read.
    #[must_use]
    pub const fn is_public(self) -> bool {
        match self {
            Self::Fork | Self::Proof | Self::Rollback => true,
            Self::Tree | Self::Row => false,
        }
    }
}

/// The two notes of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What had been cosigned.
    Cosigned,
    /// What was refused.
    Refused,
}

impl Side {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Cosigned, Self::Refused];

    /// The name of its file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cosigned => "cosigned",
            Self::Refused => "refused",
        }
    }
}

/// One piece of evidence; its name is `<kind>-<size>-<seconds>-<hash>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it shows.
    pub kind: Kind,
    /// The size of the tree refused, or the place of the row.
    pub size: u64,
    /// When it was refused, by this machine's clock.
    pub at: Timestamp,
    /// The first 16 hexadecimal digits of a hash over what is the same each time it is sent.
    hash: String,
}

impl Piece {
    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('-');
        let word = parts.next()?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word)?;
        let piece = Self {
            kind,
            size: parts.next()?.parse().ok()?,
            at: Timestamp::from_seconds(parts.next()?.parse().ok()?)?,
            hash: parts.next().filter(|hash| is_hash(hash))?.to_owned(),
        };
        (piece.to_string() == name).then_some(piece)
    }
}

/// What a crash left half written ends with `.new`, and is none.
fn is_hash(text: &str) -> bool {
    let digits = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 16 && text.bytes().all(digits)
}

/// The name of its directory.
impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.at.seconds();
        write!(
            f,
            "{}-{}-{seconds}-{}",
            self.kind.word(),
            self.size,
            self.hash
        )
    }
}

/// All evidence about one log.
#[derive(Debug)]
pub struct Evidence {
    dir: PathBuf,
    disk: Disk,
    pieces: Vec<Piece>,
}

impl Evidence {
    /// Reads what is there. Directories of other names are left alone and not listed.
    pub fn open(dir: PathBuf, disk: Disk) -> io::Result<Self> {
        if !dir.is_dir() {
            disk::make_directory(&dir)?;
        }
        let mut pieces = Vec::new();
        for entry in fs::read_dir(&dir)? {
            pieces.extend(entry?.file_name().to_str().and_then(Piece::parse));
        }
        pieces.sort_by_key(|piece| (piece.at, piece.size));
        Ok(Self { dir, disk, pieces })
    }

    /// What there is, the oldest first.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// A note of the piece of this name. `None` if there is no such piece: names come from
    /// strangers, and lead to a file only where they are listed.
    pub fn read(&self, name: &str, side: Side) -> Option<io::Result<Vec<u8>>> {
        let piece = self.pieces.iter().find(|piece| piece.to_string() == name)?;
        Some(fs::read(self.dir.join(piece.to_string()).join(side.word())))
    }

    /// Keeps what was refused because of what stood here. Each kind has [`MAX_PIECES`] of its own,
    /// so that wrong proofs, which anybody can send, never take the place of forks.
    pub fn keep(&mut self, refused: &Refused<'_>) -> io::Result<Kept> {
        let mut hash = format!("{:x}", leaf_hash(refused.once_for.as_bytes()));
        hash.truncate(16);
        let alike = |piece: &&Piece| piece.kind == refused.kind;
        let mut earlier = self.pieces.iter().filter(alike);
        if earlier.any(|piece| piece.hash == hash) {
            return Ok(Kept::Before);
        }
        if self.pieces.iter().filter(alike).count() >= MAX_PIECES {
            return Ok(Kept::Dropped);
        }
        let piece = Piece {
            kind: refused.kind,
            size: refused.size,
            at: refused.at,
            hash,
        };
        self.disk.write_directory(
            &self.dir.join(piece.to_string()),
            &[
                (Side::Cosigned.word(), refused.stood),
                (Side::Refused.word(), refused.came),
            ],
        )?;
        self.pieces.push(piece);
        Ok(Kept::New)
    }
}

/// What became of a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is on disk now.
    New,
    /// It was there already.
    Before,
    /// There are [`MAX_PIECES`] of its kind: it is lost.
    Dropped,
}

/// For the operator's log.
impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("evidence is kept"),
            Self::Before => f.write_str("evidence of it was kept before"),
            Self::Dropped => write!(
                f,
                "evidence is NOT kept: {MAX_PIECES} pieces of this kind are there already; move some \
                 of them elsewhere and start again"
            ),
        }
    }
}

/// What is kept as one piece.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// What it shows.
    pub kind: Kind,
    /// When it was refused.
    pub at: Timestamp,
    /// The size of the tree refused, or the place of the row.
    pub size: u64,
    /// What is the same each time this is sent, whatever else comes with it: it is kept once.
    pub once_for: &'a str,
    /// What stood here.
    pub stood: &'a [u8],
    /// What came.
    pub came: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_said_and_each_kind_has_its_own_room() {
        let temp = tempfile::tempdir().unwrap();
        let dir = temp.path().join("evidence");
        let mut evidence = Evidence::open(dir, Disk::reliable()).unwrap();
        let mut keep = |kind, number: usize| {
            let once_for = number.to_string();
            let kept = evidence.keep(&Refused {
                kind,
                at: Timestamp::from_seconds(1_790_000_000).unwrap(),
                size: 1,
                once_for: &once_for,
                stood: b"",
                came: b"",
            });
            kept.unwrap()
        };
        for number in 0..MAX_PIECES {
            assert_eq!(keep(Kind::Proof, number), Kept::New);
        }
        assert_eq!(keep(Kind::Proof, 0), Kept::Before);
        let dropped = keep(Kind::Proof, MAX_PIECES);
        assert!(dropped.to_string().contains("NOT kept"), "{dropped}");
        for kind in [Kind::Fork, Kind::Rollback] {
            assert_eq!(keep(kind, 0), Kept::New);
        }
    }

    #[test]
    fn a_name_says_what_the_piece_is_and_others_are_not_taken_for_one() {
        let name = "fork-300-1790000000-0123456789abcdef";
        let piece = Piece::parse(name).unwrap();
        assert_eq!(
            (piece.kind, piece.size, piece.at.seconds()),
            (Kind::Fork, 300, 1_790_000_000)
        );
        assert_eq!(piece.to_string(), name);
        for wrong in [
            "",
            "fork",
            "fork-300-1790000000",
            "fork-0300-1790000000-0123456789abcdef",
            "fork-300-1790000000-0123456789abcdef-x",
            "fork-300-1790000000-0123456789abcdef.new",
            "fork-300-1790000000-0123456789abcde",
            "spoon-300-1790000000-0123456789abcdef",
        ] {
            assert_eq!(Piece::parse(wrong), None, "{wrong:?}");
        }
    }
}

//! Named points in the commit order at which a test can make the log fail or the process die.
//!
//! They are handed in when the log is opened; a log opened without them cannot be made to fail by
//! anything in its surroundings.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, PoisonError},
};

/// A point between two effects, in the order in which a head comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// The waiting entries are read and hashed; nothing is written.
    Hashed,
    /// The transaction is committed: tree and tiles are in the database, unsigned.
    Integrated,
    /// What was stored has been read again and is what was meant.
    ReadAgain,
    /// Half of the guard's new content is beside its file, as on a full disk.
    GuardHalfWritten,
    /// The guard's new content is on disk, beside its file.
    GuardWritten,
    /// The guard knows the head.
    Guarded,
    /// The checkpoint is signed, in memory only.
    Signed,
    /// The note is in the database.
    NoteKept,
    /// Half of a tile is beside its file, as on a full disk.
    TileHalfWritten,
    /// A tile is on disk, beside its file.
    TileWritten,
    /// The tiles are files, and still in the database.
    TilesWritten,
    /// The tiles are files and no longer in the database.
    TilesDropped,
    /// Witnesses have answered, nobody has been told.
    Cosigned,
    /// The checkpoint is published.
    Published,
    /// The next year's log is opened, without a leaf.
    NextOpened,
}

impl Point {
    /// All points, in order.
    pub const ALL: [Self; 15] = [
        Self::Hashed,
        Self::Integrated,
        Self::ReadAgain,
        Self::GuardHalfWritten,
        Self::GuardWritten,
        Self::Guarded,
        Self::Signed,
        Self::NoteKept,
        Self::TileHalfWritten,
        Self::TileWritten,
        Self::TilesWritten,
        Self::TilesDropped,
        Self::Cosigned,
        Self::Published,
        Self::NextOpened,
    ];
}

/// What happens at a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An input/output error is reported.
    Error,
    /// The disk is reported full.
    Full,
    /// The process dies at once, as by `kill -9`.
    Abort,
}

/// The faults a log is opened with. Clones share them, so that a test can arm one later.
#[derive(Clone, Debug, Default)]
pub struct Faults(Option<Arc<Mutex<BTreeMap<Point, Fault>>>>);

impl Faults {
    /// None, now and later.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// None until one is armed.
    #[must_use]
    pub fn armable() -> Self {
        Self(Some(Arc::default()))
    }

    /// Arms a fault for the next time the point is reached; it fires once. Does nothing on
    /// [`Faults::none`].
    pub fn arm(&self, point: Point, fault: Fault) {
        if let Some(armed) = &self.0 {
            let mut armed = armed.lock().unwrap_or_else(PoisonError::into_inner);
            armed.insert(point, fault);
        }
    }

    /// Whether a fault is still waiting.
    #[must_use]
    pub fn is_armed(&self) -> bool {
        let armed = self.0.as_ref();
        armed.is_some_and(|armed| {
            !armed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_empty()
        })
    }

    pub(super) fn at(&self, point: Point) -> io::Result<()> {
        let Some(armed) = &self.0 else { return Ok(()) };
        let fault = armed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&point);
        match fault {
            None => Ok(()),
            Some(Fault::Error) => Err(io::Error::other(format!("made to fail when {point:?}"))),
            Some(Fault::Full) => Err(io::ErrorKind::StorageFull.into()),
            Some(Fault::Abort) => std::process::abort(),
        }
    }
}

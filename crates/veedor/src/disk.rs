//! Putting files on disk so that they are there whole after a power cut, or not there at all.
//!
//! Every write goes the same way: beside its place, onto the disk, into its place, and the
//! directory onto the disk. Tests can make it fail between any two of these.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};

/// A point between two effects on the way of a file to the disk, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// Nothing is done yet.
    Begun = 1,
    /// Half of the bytes are beside the place, as on a full disk.
    HalfWritten,
    /// All bytes are beside the place, perhaps only in memory.
    Written,
    /// They are on disk, beside the place.
    Synced,
    /// They are in their place; a power cut may still undo that.
    Renamed,
    /// They are in their place for good.
    DirectorySynced,
}

impl Point {
    /// All points, in order.
    pub const ALL: [Self; 6] = [
        Self::Begun,
        Self::HalfWritten,
        Self::Written,
        Self::Synced,
        Self::Renamed,
        Self::DirectorySynced,
    ];
}

/// The disk. Clones share the fault that a test has armed.
#[derive(Clone, Debug, Default)]
pub struct Disk(Option<Arc<AtomicU8>>);

impl Disk {
    /// A disk that fails only by itself.
    #[must_use]
    pub const fn reliable() -> Self {
        Self(None)
    }

    /// A disk that can be made to fail by [`Disk::fail_once`]; for tests.
    #[must_use]
    pub fn faulty() -> Self {
        Self(Some(Arc::new(AtomicU8::new(0))))
    }

    /// Makes the next write that reaches this point fail there, once. Nothing on a reliable disk.
    pub fn fail_once(&self, point: Point) {
        if let Some(armed) = &self.0 {
            armed.store(point as u8, Ordering::SeqCst);
        }
    }

    /// Whether the fault is still waiting.
    #[must_use]
    pub fn is_armed(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|armed| armed.load(Ordering::SeqCst) != 0)
    }

    fn reach(&self, point: Point) -> io::Result<()> {
        let Some(armed) = &self.0 else { return Ok(()) };
        match armed.compare_exchange(point as u8, 0, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => Err(io::Error::other(format!("made to fail when {point:?}"))),
            Err(_) => Ok(()),
        }
    }

    /// Writes a file for good. After an error the old content, the new, or none of a file that was
    /// new may be in the place, never a mixture.
    pub fn write(&self, path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
        self.reach(Point::Begun)?;
        let beside = path.with_added_extension("new");
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(mode)
            .open(&beside)?;
        let (first, second) = bytes.split_at(bytes.len() / 2);
        file.write_all(first)?;
        self.reach(Point::HalfWritten)?;
        file.write_all(second)?;
        self.reach(Point::Written)?;
        file.sync_all()?;
        self.reach(Point::Synced)?;
        fs::rename(&beside, path)?;
        self.reach(Point::Renamed)?;
        sync_parent(path)?;
        self.reach(Point::DirectorySynced)
    }

    /// Makes a directory with these files in it, for good: all of them or none. Fails if there is
    /// one of that name; what is there stays as it is.
    pub fn write_directory(&self, path: &Path, files: &[(&str, &[u8])]) -> io::Result<()> {
        let beside = path.with_added_extension("new");
        if path.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if beside.exists() {
            fs::remove_dir_all(&beside)?;
        }
        make_directory(&beside)?;
        for (name, bytes) in files {
            self.write(&beside.join(name), bytes, 0o600)?;
        }
        // Onto a directory that holds something, rename fails.
        fs::rename(&beside, path)?;
        sync_parent(path)
    }
}

/// Makes a directory that only its owner can read, for good; none of its parents.
pub fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)?;
    sync_parent(path)
}

/// Puts a file that lies beside its place, and is on disk, into its place for good.
pub fn put_in_place(beside: &Path, path: &Path) -> io::Result<()> {
    fs::rename(beside, path)?;
    sync_parent(path)
}

fn sync_parent(path: &Path) -> io::Result<()> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

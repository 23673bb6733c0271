//! Files that are there whole after a power cut, or not there at all.

use super::fault::{Faults, Point};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

/// Which points a write passes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passing {
    pub(super) half: Point,
    pub(super) written: Point,
}

/// The guard's points.
pub(super) const GUARD: Passing = Passing {
    half: Point::GuardHalfWritten,
    written: Point::GuardWritten,
};

/// A tile's points.
pub(super) const TILE: Passing = Passing {
    half: Point::TileHalfWritten,
    written: Point::TileWritten,
};

/// Puts bytes on disk beside their place and then into it. The directory is for the caller to put
/// on disk, once for all files in it; until then a power cut may undo the last step.
pub(super) fn write(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    passing: Passing,
    faults: &Faults,
) -> io::Result<()> {
    let beside = path.with_added_extension("new");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(mode)
        .open(&beside)?;
    let (first, second) = bytes.split_at(bytes.len() / 2);
    file.write_all(first)?;
    faults.at(passing.half)?;
    file.write_all(second)?;
    file.sync_all()?;
    faults.at(passing.written)?;
    fs::rename(&beside, path)
}

/// Puts a directory's names on disk.
pub(super) fn sync(dir: &Path) -> io::Result<()> {
    let dir = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    File::open(dir)?.sync_all()
}

/// Makes a directory and those above it as far as they are missing, all for good.
pub(super) fn make_directories(dir: &Path) -> io::Result<()> {
    if dir.as_os_str().is_empty() || dir.is_dir() {
        return Ok(());
    }
    let above = dir.parent().unwrap_or(Path::new(""));
    make_directories(above)?;
    match DirBuilder::new().mode(0o700).create(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync(above),
    }
}

//! The guard: the last head signed for each log, in a small file outside the database.
//!
//! It is what a database that was put back cannot take with it. Before anything is signed the head
//! must be shown to continue the one in the guard, and be in the guard, on disk (anchors/log.md
//! §5.4). Put it on another disk than the database.

use super::{
    disk,
    fault::{Faults, Point},
};
use paso_tlog::{
    checkpoint::{Head, Origin},
    hash::Hash,
    proof::{ProofError, verify_consistency},
};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

const TITLE: &str = "paso log guard v1";

/// Why the guard does not let a head be signed.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// The file cannot be read or written.
    #[error("{path}: {source}; nothing was signed. Free or repair the disk; acts go on")]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not one that this program wrote.
    #[error(
        "{0} is damaged, and it says what was signed last; nothing was signed. Put back the copy \
         on the other disk; if there is none, remove the file: then the witnesses are asked"
    )]
    Unreadable(PathBuf),
    /// The head does not continue what was signed.
    #[error(
        "the tree of {to} entries does not continue the {signed} entries that were signed ({cause})"
    )]
    NotContinued {
        /// Leaves of the tree signed last.
        signed: u64,
        /// Leaves of the tree to be signed.
        to: u64,
        /// In which way.
        cause: ProofError,
    },
}

/// The guard's file.
#[derive(Clone, Debug)]
pub struct Guard {
    path: PathBuf,
    faults: Faults,
}

impl Guard {
    /// The guard in this file, which need not be there yet.
    #[must_use]
    pub const fn at(path: PathBuf, faults: Faults) -> Self {
        Self { path, faults }
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The head signed last for a log, if any.
    pub fn signed(&self, origin: &Origin) -> Result<Option<Head>, GuardError> {
        Ok(self.read()?.remove(origin))
    }

    /// The heads signed last for all logs.
    pub fn all(&self) -> Result<Vec<(Origin, Head)>, GuardError> {
        Ok(self.read()?.into_iter().collect())
    }

    fn read(&self) -> Result<BTreeMap<Origin, Head>, GuardError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(GuardError::Unreadable(self.path.clone()));
            }
            Err(source) => return Err(self.disk(source)),
        };
        parse(&text).ok_or_else(|| GuardError::Unreadable(self.path.clone()))
    }

    /// Lets a head be signed: shows by `proof` that it continues the last one, and has it on disk.
    pub fn advance(&self, origin: &Origin, to: Head, proof: &[Hash]) -> Result<(), GuardError> {
        let mut heads = self.read()?;
        let signed = heads.get(origin).copied().unwrap_or(Head::EMPTY);
        if signed == to {
            return Ok(());
        }
        verify_consistency(signed.size, &signed.root, to.size, &to.root, proof).map_err(
            |cause| GuardError::NotContinued {
                signed: signed.size,
                to: to.size,
                cause,
            },
        )?;
        heads.insert(origin.clone(), to);
        self.write(&heads).map_err(|source| self.disk(source))
    }

    fn write(&self, heads: &BTreeMap<Origin, Head>) -> io::Result<()> {
        let mut text = format!("{TITLE}\n");
        for (origin, head) in heads {
            // Writing to a string cannot fail. The origin comes last: it may hold spaces.
            let _ = writeln!(text, "{} {} {origin}", head.size, head.root);
        }
        let dir = self.path.parent().unwrap_or(Path::new(""));
        disk::make_directories(dir)?;
        disk::write(
            &self.path,
            text.as_bytes(),
            0o600,
            disk::GUARD,
            &self.faults,
        )?;
        disk::sync(dir)?;
        self.faults.at(Point::Guarded)
    }

    fn disk(&self, source: io::Error) -> GuardError {
        GuardError::Disk {
            path: self.path.clone(),
            source,
        }
    }
}

fn parse(text: &str) -> Option<BTreeMap<Origin, Head>> {
    let rest = text.strip_prefix(TITLE)?.strip_prefix('\n')?;
    if !rest.is_empty() && !rest.ends_with('\n') {
        return None;
    }
    let line = |line: &str| {
        let (size, rest) = line.split_once(' ')?;
        let (root, origin) = rest.split_once(' ')?;
        let head = Head {
            size: size.parse().ok()?,
            root: Hash::from_base64(root)?,
        };
        Some((Origin::new(origin)?, head))
    };
    rest.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use paso_tlog::{hash::leaf_hash, proof::Plan, tree::CompactRange};

    fn head(leaves: u64) -> Head {
        let mut range = CompactRange::new();
        range.extend((0..leaves).map(|leaf| leaf_hash(&leaf.to_be_bytes())));
        Head {
            size: leaves,
            root: range.root(),
        }
    }

    fn proof(old: u64, new: u64) -> Vec<Hash> {
        let hash_of = |node: paso_tlog::tree::Node| -> Result<Hash, core::convert::Infallible> {
            let mut range = CompactRange::new();
            let first = node.index() << node.level();
            range.extend((first..node.end()).map(|leaf| leaf_hash(&leaf.to_be_bytes())));
            Ok(range.root())
        };
        let plan = Plan::consistency(old, new).unwrap();
        plan.build(hash_of).unwrap()
    }

    #[test]
    fn only_what_continues_the_last_head_is_let_through() {
        let dir = tempfile::tempdir().unwrap();
        let guard = Guard::at(dir.path().join("deep/down/guard"), Faults::none());
        let origin = Origin::new("mx.example/log/2026").unwrap();
        assert_eq!(guard.signed(&origin).unwrap(), None);
        guard.advance(&origin, head(3), &[]).unwrap();
        guard.advance(&origin, head(3), &[]).unwrap();
        guard.advance(&origin, head(7), &proof(3, 7)).unwrap();
        assert_eq!(guard.signed(&origin).unwrap(), Some(head(7)));
        let forked = Head {
            root: Hash([9; 32]),
            ..head(7)
        };
        for (to, proof) in [
            (head(3), Vec::new()),
            (forked, Vec::new()),
            (head(9), proof(3, 9)),
            (head(9), Vec::new()),
        ] {
            let refused = guard.advance(&origin, to, &proof);
            assert!(
                matches!(refused, Err(GuardError::NotContinued { .. })),
                "{to:?}"
            );
        }
        let other = Origin::new("mx.example/log/2027").unwrap();
        guard.advance(&other, head(1), &[]).unwrap();
        assert_eq!(guard.signed(&origin).unwrap(), Some(head(7)));
    }

    #[test]
    fn a_guard_that_was_touched_is_not_believed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("guard");
        let guard = Guard::at(path.clone(), Faults::none());
        let origin = Origin::new("mx.example/log/2026").unwrap();
        guard.advance(&origin, head(3), &[]).unwrap();
        let whole = fs::read(&path).unwrap();
        for damaged in [&whole[..whole.len() - 1], &whole[1..], b"", b"\xff"] {
            fs::write(&path, damaged).unwrap();
            let error = guard.advance(&origin, head(4), &proof(3, 4)).unwrap_err();
            assert!(matches!(error, GuardError::Unreadable(_)), "{error}");
        }
    }

    #[test]
    fn a_failure_on_the_way_leaves_the_old_head_or_the_new() {
        let dir = tempfile::tempdir().unwrap();
        let faults = Faults::armable();
        let guard = Guard::at(dir.path().join("guard"), faults.clone());
        let origin = Origin::new("mx.example/log/2026").unwrap();
        guard.advance(&origin, head(3), &[]).unwrap();
        for (point, left) in [
            (Point::GuardHalfWritten, 3),
            (Point::GuardWritten, 3),
            (Point::Guarded, 7),
        ] {
            faults.arm(point, super::super::fault::Fault::Full);
            guard.advance(&origin, head(7), &proof(3, 7)).unwrap_err();
            assert_eq!(
                guard.signed(&origin).unwrap(),
                Some(head(left)),
                "{point:?}"
            );
        }
    }
}

//! Which file of a data directory is in which backup, and which in none and why.
//!
//! What nobody has thought of goes with the keys: whatever it is, it does no harm among secrets.

use super::{
    format::{Part, StoredFile},
    mark::RESTORED,
};
use anyhow::{Context, Result, bail};
use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Component, Path, PathBuf},
};

/// Room that is kept back beside a database for urgent acts (`paso_store`): zeros, made again at every
/// start.
const RESERVE: &str = ".reserve";

/// Where a file belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    /// In this backup.
    In(Part),
    /// In none.
    Nowhere(&'static str),
}

/// The configuration's name: what makes a directory one that starts, and so written last.
pub(super) const CONFIG: &str = "paso.toml";

/// Paths, and for folders their beginnings, and where they belong. The first that fits counts.
const TABLE: [(&str, Belongs); 15] = [
    (CONFIG, Belongs::In(Part::Register)),
    ("anchor.txt", Belongs::In(Part::Register)),
    ("bundle.cose", Belongs::In(Part::Register)),
    ("ceremony.pdf", Belongs::In(Part::Register)),
    ("policy.txt", Belongs::In(Part::Register)),
    ("stream", Belongs::In(Part::Register)),
    ("names.crt", Belongs::In(Part::Register)),
    ("keys/", Belongs::In(Part::Keys)),
    ("tls/", Belongs::In(Part::Keys)),
    ("mirror.token", Belongs::In(Part::Keys)),
    (
        "envelope/",
        Belongs::Nowhere("it leaves the machine at the ceremony"),
    ),
    ("lock", Belongs::Nowhere("of the running process")),
    ("paso.sock", Belongs::Nowhere("of the running process")),
    (
        RESTORED,
        Belongs::Nowhere("it is about this directory, not about its content"),
    ),
    (
        "log/",
        Belongs::Nowhere("tiles, made anew from the entries"),
    ),
];

/// Files of a data directory whose names the configuration chooses, and that no backup holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Own {
    /// SQLite's files: their tables are in the backups instead.
    pub(super) databases: Vec<String>,
    /// The last head signed. It must know what this machine signed, not what a copy did.
    pub(super) guard: Option<String>,
}

/// Where a path belongs; `None` if nobody has thought of it.
pub(super) fn belongs(path: &str, own: &Own) -> Option<Belongs> {
    let of_database = |database: &String| {
        path.strip_prefix(database.as_str())
            .is_some_and(|rest| ["", "-wal", "-shm", "-journal", RESERVE].contains(&rest))
    };
    if own.databases.iter().any(of_database) {
        return Some(Belongs::Nowhere("its tables are in the backup"));
    }
    if own.guard.as_deref() == Some(path) {
        return Some(Belongs::Nowhere("it is about what this machine signed"));
    }
    // What `datadir::write` leaves when it is killed.
    if Path::new(path).extension().is_some_and(|end| end == "new") {
        return Some(Belongs::Nowhere("half written"));
    }
    TABLE
        .iter()
        .find(|(name, _)| *name == path || (name.ends_with('/') && path.starts_with(name)))
        .map(|(_, belongs)| *belongs)
}

/// The files of a directory that belong to a backup, read, and the paths nobody has thought of.
pub(super) struct Collected {
    /// For the register.
    pub register: Vec<StoredFile>,
    /// For the keys.
    pub keys: Vec<StoredFile>,
    /// Those that went with the keys because nothing here names them.
    pub unknown: Vec<String>,
}

/// Reads the files of a directory.
pub(super) fn collect(dir: &Path, own: &Own) -> Result<Collected> {
    let mut collected = Collected {
        register: Vec::new(),
        keys: Vec::new(),
        unknown: Vec::new(),
    };
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let at = dir.join(&folder);
        let entries = fs::read_dir(&at).with_context(|| format!("cannot read {}", at.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read {}", at.display()))?;
            let relative = folder.join(entry.file_name());
            let Some(path) = relative.to_str() else {
                bail!(
                    "{} has a name that is no text; rename it or take it away",
                    entry.path().display()
                );
            };
            let kind = entry.file_type()?;
            let named = if kind.is_dir() {
                belongs(&format!("{path}/"), own)
            } else {
                belongs(path, own)
            };
            if matches!(named, Some(Belongs::Nowhere(_))) {
                continue;
            }
            if kind.is_dir() {
                folders.push(relative);
                continue;
            }
            if !kind.is_file() {
                continue;
            }
            let cannot = || format!("cannot read {}", entry.path().display());
            let file = StoredFile {
                path: path.to_owned(),
                private: is_private(&entry.path()).with_context(cannot)?,
                bytes: fs::read(entry.path()).with_context(cannot)?,
            };
            match named {
                Some(Belongs::In(Part::Register)) => collected.register.push(file),
                Some(Belongs::In(Part::Keys)) => collected.keys.push(file),
                _ => {
                    collected.unknown.push(file.path.clone());
                    collected.keys.push(file);
                }
            }
        }
    }
    for files in [&mut collected.register, &mut collected.keys] {
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    collected.unknown.sort();
    Ok(collected)
}

/// Whether a file is for its owner alone.
fn is_private(path: &Path) -> io::Result<bool> {
    const OTHERS: u32 = 0o077;
    Ok(fs::metadata(path)?.permissions().mode() & OTHERS == 0)
}

/// Where a file of a backup goes in a new directory. Whoever can encrypt to the recipients can make
/// a backup, so its paths are not trusted.
pub(super) fn place(dir: &Path, own: &Own, part: Part, path: &str) -> Result<PathBuf> {
    let plain = Path::new(path)
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    let known = match belongs(path, own) {
        Some(Belongs::In(named)) => named == part,
        Some(Belongs::Nowhere(_)) => false,
        None => part == Part::Keys,
    };
    if !plain || !known || path.is_empty() {
        bail!(
            "the backup holds a file {path:?} that does not belong into it; it is not one of paso"
        );
    }
    Ok(dir.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Own {
        Own {
            databases: vec!["journal.db".to_owned(), "keys.db".to_owned()],
            guard: Some("guard.txt".to_owned()),
        }
    }

    #[test]
    fn secrets_go_with_the_keys() {
        let own = own();
        for (path, expected) in [
            ("paso.toml", Some(Belongs::In(Part::Register))),
            ("keys/card.pk8", Some(Belongs::In(Part::Keys))),
            ("keys/index.secret", Some(Belongs::In(Part::Keys))),
            ("mirror.token", Some(Belongs::In(Part::Keys))),
            ("something.secret", None),
            ("keys", None),
        ] {
            assert_eq!(belongs(path, &own), expected, "{path}");
        }
        for path in [
            "journal.db",
            "journal.db-wal",
            "journal.db.reserve",
            "keys.db",
            "envelope/root-2.pk8",
            "lock",
            "guard.txt",
            "log/2026/tile/0/000",
            "paso.new",
        ] {
            assert!(
                matches!(belongs(path, &own), Some(Belongs::Nowhere(_))),
                "{path}"
            );
        }
    }

    #[test]
    fn a_backup_writes_nowhere_but_into_its_places() {
        let (dir, own) = (Path::new("d"), own());
        for (part, path) in [
            (Part::Register, "../x"),
            (Part::Register, "/etc/passwd"),
            (Part::Register, "keys/card.pk8"),
            (Part::Register, "unknown"),
            (Part::Register, ""),
            (Part::Keys, "paso.toml"),
            (Part::Keys, "restored"),
            (Part::Keys, "keys.db"),
            (Part::Keys, "keys/../../x"),
        ] {
            assert!(place(dir, &own, part, path).is_err(), "{path}");
        }
        assert!(place(dir, &own, Part::Keys, "keys/card.pk8").is_ok());
        assert!(place(dir, &own, Part::Keys, "something.secret").is_ok());
    }
}

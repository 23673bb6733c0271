//! Loading a pair of backups into empty databases, and looking at what came of it.
//!
//! Verifying and restoring are this same thing; only the place differs.

use super::{
    format::{FormatError, Header, Item, Part, Reader, StoredFile, TableEnd, row_item},
    sealed::{Identities, Opened},
};
use anyhow::{Context, Result, bail, ensure};
use paso_store::{
    Config, Rebuilt, Store,
    dump::{Cell, Database, Loader, Snapshot, Unkeyed},
};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;

/// Items that travel together.
const BATCH: usize = 256;

/// An opened backup.
struct Backup {
    path: PathBuf,
    header: Header,
    reader: Reader<Opened>,
}

/// A register and the keys to it, opened and found to belong together.
pub(super) struct Pair {
    register: Backup,
    keys: Backup,
}

/// What was loaded.
#[derive(Debug)]
pub(super) struct Loaded {
    /// What the register says of itself.
    pub register: Header,
    /// What the keys' file says of itself.
    pub keys: Header,
    /// Rows loaded, of both.
    pub rows: u64,
    /// What the views were rebuilt from.
    pub rebuilt: Rebuilt,
    /// Subjects and keys compared.
    pub unkeyed: Unkeyed,
    /// The origin of the newest log, and the index in it from which on the mirror is asked.
    pub log: Option<(String, u64)>,
}

impl Backup {
    fn open(path: &Path, part: Part, identities: &Identities) -> Result<Self> {
        let opened = Opened::begin(path, identities)?;
        let (header, reader) =
            Reader::begin(opened).with_context(|| format!("{}", path.display()))?;
        ensure!(
            header.part == part,
            "{} holds the {}, not the {}; name the files the other way round",
            path.display(),
            header.part.word(),
            part.word()
        );
        Ok(Self {
            path: path.to_owned(),
            header,
            reader,
        })
    }

    /// Reads all items in a thread of their own.
    fn items(mut self) -> mpsc::Receiver<Result<Vec<Item>, FormatError>> {
        let (items, waiting) = mpsc::channel(2);
        tokio::task::spawn_blocking(move || {
            loop {
                let mut batch = Vec::with_capacity(BATCH);
                let ended = loop {
                    match self.reader.next() {
                        Ok(Some(item)) => batch.push(item),
                        Ok(None) => break true,
                        Err(error) => {
                            // Whoever waited no longer does.
                            let _ = items.blocking_send(Err(error));
                            return;
                        }
                    }
                    if batch.len() == BATCH {
                        break false;
                    }
                };
                if items.blocking_send(Ok(batch)).is_err() || ended {
                    return;
                }
            }
        });
        waiting
    }
}

impl Pair {
    /// Opens both files and sees whether they belong together. Keys that are newer than the register
    /// are as good as its own: they lack what was destroyed since. Older ones could bring that back,
    /// and are refused unless they are asked for.
    pub(super) fn open(
        register: &Path,
        keys: &Path,
        identities: &Identities,
        older_keys: bool,
    ) -> Result<Self> {
        let pair = Self {
            register: Backup::open(register, Part::Register, identities)?,
            keys: Backup::open(keys, Part::Keys, identities)?,
        };
        let (of, to) = (&pair.keys.header, &pair.register.header);
        ensure!(
            of.authority == to.authority,
            "the register is of {} and the keys are of {}; name two files of one authority",
            to.authority,
            of.authority
        );
        // An empty journal may since have begun.
        ensure!(
            of.first == to.first || (to.first.is_none() && to.position == 0),
            "these keys belong to another journal of {}; name keys that were backed up where the \
             register was",
            to.authority
        );
        if !older_keys && (of.position < to.position || of.moment < to.moment) {
            bail!(
                "the keys are of {} (position {}), older than the register of {} (position {}). They \
                 lack the keys made since, and could bring back keys destroyed since. Name the keys \
                 of the same backup or newer ones; if there are none, add --older-keys",
                of.moment,
                of.position,
                to.moment,
                to.position
            );
        }
        Ok(pair)
    }

    /// Loads both into empty databases, rebuilds the views, and compares what is there with what
    /// the files say of themselves. Files of the directory are handed on as they come.
    pub(super) async fn load(
        self,
        to: &Config,
        mut file: impl FnMut(Part, StoredFile) -> Result<()>,
    ) -> Result<Loaded> {
        let (register, keys) = (self.register.header.clone(), self.keys.header.clone());
        let mut loader = Loader::begin(to, register.schema, keys.schema).await?;
        let mut ends = Vec::new();
        for (database, backup) in [(Database::Keys, self.keys), (Database::Main, self.register)] {
            let (path, part) = (backup.path.clone(), backup.header.part);
            let mut items = backup.items();
            let mut whole = false;
            while let Some(batch) = items.recv().await {
                let batch = batch.with_context(|| path.display().to_string())?;
                whole = batch.len() < BATCH;
                for item in batch {
                    match item {
                        Item::File(stored) => file(part, stored)?,
                        Item::Table(name, columns) => {
                            loader.table(database, &name, &columns).await?;
                        }
                        Item::Row(row) => loader.row(database, row).await?,
                        Item::End(end) => ends.push((database, end)),
                    }
                }
            }
            ensure!(whole, "{} was not read to its end", path.display());
        }
        loader.commit().await?;

        let mut snapshot = Snapshot::take(to).await?;
        let heads = snapshot.heads().clone();
        let last_entry = heads.last_entry.map(|leaf| Sha256::digest(leaf).into());
        ensure!(
            heads.position == register.position
                && heads.first.as_deref() == register.first.as_ref().map(<[u8; 32]>::as_slice)
                && heads.entries == register.entries
                && last_entry == register.last_entry,
            "what was loaded ends at position {} and entry {}, and the backup says {} and {}; it is \
             damaged, take another",
            heads.position,
            heads.entries,
            register.position,
            register.entries
        );
        for (database, end) in &ends {
            compare(&mut snapshot, *database, end).await?;
        }
        let unkeyed = snapshot.unkeyed().await?;
        snapshot.close().await?;

        let store = Store::open(to).await?;
        let rebuilt = store.rebuild_views().await.context(
            "the register was loaded, but its views cannot be rebuilt: the keys do not fit it, or it \
             is damaged",
        );
        store.close().await;
        Ok(Loaded {
            rows: ends.iter().map(|(_, end)| end.rows).sum(),
            rebuilt: rebuilt?,
            register,
            keys,
            unkeyed,
            log: heads.log,
        })
    }
}

/// Reads a table that was loaded and hashes it as the backup did.
async fn compare(snapshot: &mut Snapshot, database: Database, end: &TableEnd) -> Result<()> {
    let tables = snapshot.tables(database);
    let table = tables.iter().find(|table| table.name == end.name).cloned();
    let table = table.with_context(|| format!("table {} was loaded and is gone", end.name))?;
    let (mut rows, mut hash, mut item) = (0, Sha256::new(), Vec::new());
    let mut last: Option<Vec<Cell>> = None;
    loop {
        let page = snapshot.rows(database, &table, last.as_deref()).await?;
        let Some(behind) = page.last() else { break };
        last = Some(behind.clone());
        rows += page.len() as u64;
        for row in &page {
            row_item(row, &mut item);
            hash.update(&item);
        }
    }
    ensure!(
        rows == end.rows && hash.finalize().as_slice() == end.hash,
        "table {} holds other rows than the backup; the disk is not to be trusted, use another",
        end.name
    );
    Ok(())
}

impl Loaded {
    /// What a person must know about how the keys fit the register.
    pub(super) fn words(&self) -> String {
        let (of, to) = (&self.keys, &self.register);
        let Unkeyed {
            subjects,
            without_key,
            erased,
            spare_keys,
        } = self.unkeyed;
        let age = if of.set == to.set {
            "The keys are of the same backup.".to_owned()
        } else if of.position >= to.position && of.moment >= to.moment {
            format!(
                "The keys are of {} (position {}), newer than the register: what was destroyed \
                 between them stays destroyed.",
                of.moment, of.position
            )
        } else {
            format!(
                "The keys are of {} (position {}), OLDER than the register: keys made since are \
                 missing, and keys destroyed since may be back until the journal has caught up with \
                 the erasures, which destroys them again.",
                of.moment, of.position
            )
        };
        format!(
            "{age}\n{} of {subjects} subjects have their key; {without_key} have none, {erased} of them \
             erased and {} lost, and stay unreadable ({} events). {spare_keys} keys belong to no subject \
             of this register.",
            subjects - without_key,
            without_key - erased,
            self.rebuilt.erased,
        )
    }
}

//! `paso restore`: a new data directory from a pair of backups.

use super::{
    content::{self, CONFIG, Own},
    format::Part,
    load::{Loaded, Pair},
    mark,
    sealed::Identities,
    settings,
};
use crate::{
    cli,
    config::{LogSection, StoreSection},
    datadir::{self, DataDir},
};
use anyhow::{Context, Result, bail};
use paso_service::clock::Clock;
use std::{fs, io::Write, path::Path};

/// Restores into an empty directory. Its configuration is written last, so that nothing starts
/// before everything is there.
pub(super) async fn run(dir: &DataDir, args: &cli::Restore, out: &mut impl Write) -> Result<u8> {
    let identities = Identities::read(&args.identity)?;
    let pair = Pair::open(&args.from, &args.keys, &identities, args.older_keys)?;
    let stood = dir.path().is_dir();
    // Refuses what is not empty, and so what an interrupted restore has left.
    dir.create().context(
        "restore makes a new directory; what an interrupted one left is removed by hand",
    )?;
    match Box::pin(fill(dir, pair, args)).await {
        Ok(loaded) => {
            say(dir, &loaded, out)?;
            Ok(0)
        }
        Err(error) => {
            empty(dir.path(), stood);
            Err(error.context("nothing was restored"))
        }
    }
}

async fn fill(dir: &DataDir, pair: Pair, args: &cli::Restore) -> Result<Loaded> {
    let own = StoreSection::default();
    let journal = args.journal.as_ref().unwrap_or(&own.journal);
    let keys = args.subject_keys.as_ref().unwrap_or(&own.keys);
    let databases = vec![own.journal.clone(), own.keys.clone()];
    for (option, url) in [("--journal", journal), ("--subject-keys", keys)] {
        if databases.contains(url) || url.contains("://") {
            continue;
        }
        bail!("{option} names a PostgreSQL database; without it there is a file in the directory");
    }
    let own = Own {
        databases,
        guard: Some(LogSection::default().guard),
    };
    let section = StoreSection {
        journal: journal.clone(),
        keys: keys.clone(),
    };
    let store = section.resolve(dir.path())?;
    let mut config = None;
    let mut written = Vec::new();
    let loaded = pair
        .load(&store, |part, file| {
            if part == Part::Register && file.path == CONFIG {
                config = Some(file.bytes);
                return Ok(());
            }
            let path = content::place(dir.path(), &own, part, &file.path)?;
            if written.contains(&path) {
                bail!(
                    "the backup holds {} twice; it is not one of paso",
                    file.path
                );
            }
            if let Some(parent) = path.parent() {
                make_folder(parent)?;
            }
            let mode = if file.private || part == Part::Keys {
                0o600
            } else {
                0o644
            };
            datadir::write(&path, &file.bytes, mode)?;
            written.push(path);
            Ok(())
        })
        .await?;
    let config = config.context("the register holds no paso.toml; it is not a whole backup")?;
    let config = core::str::from_utf8(&config).context("paso.toml is no text")?;
    let config = settings::with_databases(config, &section.journal, &section.keys)?;
    mark::set(dir, &loaded, Clock::System.now())?;
    datadir::write(&dir.config(), config.as_bytes(), 0o600)?;
    Ok(loaded)
}

fn make_folder(path: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("cannot make {}", path.display()))
}

/// Takes away what a failed restore has made; the directory was empty or not there.
fn empty(dir: &Path, stood: bool) {
    if stood {
        for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
            let path = entry.path();
            // What cannot be removed holds no paso.toml, so nothing starts from it.
            if path.is_dir() {
                fs::remove_dir_all(path).ok();
            } else {
                fs::remove_file(path).ok();
            }
        }
    } else {
        fs::remove_dir_all(dir).ok();
    }
}

fn say(dir: &DataDir, loaded: &Loaded, out: &mut impl Write) -> Result<()> {
    let named = dir.path().display();
    writeln!(
        out,
        "{named} is restored: {} as of {}, position {}, entry {}.\n{}\n\n\
         What was recorded after that moment is not in it, and no act may be recorded before it is \
         back: the device would give its numbers twice.\n\
         1. Make sure that no other paso runs with these keys.\n\
         2. Ask the overseer for the rest: {}; a file of at most 4096 entries at a time, and the \
         logs of later years from index 0. Take the files in, in order:\n   \
         paso --dir {named} stream import FILE…\n\
         3. Start: paso --dir {named} serve. It asks the witnesses first; if one knows more than is \
         here it refuses and says so, and step 2 goes on.\n\
         4. Officers sign in again with their passkeys, and trust bundles are published anew.\n\
         5. Passwords of databases are not in a backup: if PostgreSQL needs one, write it into {}.",
        loaded.register.authority,
        loaded.register.moment,
        loaded.register.position,
        loaded.register.entries,
        loaded.words(),
        match &loaded.log {
            // An import begins with a row that is here already: by it the places are told.
            Some((origin, index)) => format!(
                "the feed of the log {origin} from index {} on",
                index.saturating_sub(1)
            ),
            None => "the feeds of its logs from index 0 on".to_owned(),
        },
        dir.config().display()
    )?;
    Ok(())
}

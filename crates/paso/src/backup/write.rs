//! Making a backup: one look at both databases, two files.

use super::{
    content::{self, Own},
    copy,
    format::{Header, Part},
    keep,
    load::Pair,
    name::Name,
    partial,
    sealed::{Identities, Recipients, Sum},
    settings, verify,
};
use crate::{cli, config::Config, datadir, datadir::DataDir, serve};
use anyhow::{Context, Result, bail};
use paso_formats::moment::Moment;
use paso_service::{clock::Clock, random::Random};
use paso_store::{
    Url,
    dump::{Database, Snapshot},
};
use sha2::{Digest, Sha256};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// The exit code when the backup is there and something about it needs a person.
const AMBER: u8 = 3;

/// Where both files go.
struct Places {
    register: Place,
    keys: Option<Place>,
}

/// Where a backup goes.
struct Place {
    path: PathBuf,
    /// The directory if one was named: there old backups are looked after.
    kept_in: Option<PathBuf>,
}

/// Makes a backup, says what it is, and looks after the old ones.
pub(super) async fn run(
    dir: &DataDir,
    args: &cli::BackupWrite,
    out: &mut impl Write,
) -> Result<u8> {
    let config = serve::config(dir)?;
    let Some(to) = &args.to else {
        bail!("name the place for the register with --to");
    };
    // Nothing is written before everything that can be wrong has been looked at.
    let identities = match args.verify_with.as_slice() {
        [] => None,
        files => Some(Identities::read(files)?),
    };
    let now = Clock::System.now();
    let (header, places) = make(dir, &config, to, args.keys_to.as_deref(), now, out).await?;
    let Places { register, keys } = &places;
    let Some(keys) = keys else {
        writeln!(
            out,
            "The keys were NOT backed up, and without them nobody can read the register: name \
             another place for them with --keys-to."
        )?;
        return Ok(AMBER);
    };
    // For `paso doctor`; the register without its keys is no backup.
    datadir::write(&dir.last_backup(), format!("{now}\n").as_bytes(), 0o600)?;
    if let Some(identities) = &identities {
        let pair = Pair::open(&register.path, &keys.path, identities, false)?;
        let loaded = Box::pin(verify::restore_once(pair, args.scratch.as_deref())).await?;
        verify::record(&[&register.path, &keys.path], &loaded, Clock::System.now())?;
        verify::say(&loaded, out)?;
    } else {
        writeln!(
            out,
            "Both files hold the bytes that were written. Whether they can be restored, this machine \
             cannot know: it has no identity that opens them. Whoever has one runs:\n  \
             paso backup verify {} --keys {} --identity FILE",
            register.path.display(),
            keys.path.display()
        )?;
    }
    let mut exit = 0;
    for (place, part, days) in [
        (register, Part::Register, config.backup.keep_days),
        (keys, Part::Keys, config.backup.keep_key_days),
    ] {
        if let Some(kept_in) = &place.kept_in
            && !keep::tidy(kept_in, &header.authority, part, days, now, out)?
        {
            exit = AMBER;
        }
    }
    Ok(exit)
}

/// Looks at both databases and writes the files; both are whole before either has its name.
async fn make(
    dir: &DataDir,
    config: &Config,
    to: &Path,
    keys_to: Option<&Path>,
    now: Moment,
    out: &mut impl Write,
) -> Result<(Header, Places)> {
    let recipients = Recipients::parse("backup.recipients", &config.backup.recipients)?;
    let key_recipients = Recipients::parse("backup.key_recipients", &config.backup.key_recipients)?;
    let store = config.store(dir.path())?;
    // Files first: the bundle on disk may then be older than the journal, never newer.
    let mut files = content::collect(dir.path(), &own(dir, config, &store))?;
    settings::without_passwords(&mut files.register, config)?;
    let mut snapshot = Snapshot::take(&store).await?;
    let header = header(config, now, &snapshot)?;
    let name = |part| Name::new(&header.authority, now, header.position, part).to_string();
    let register = place(to, &name(Part::Register))?;
    let keys = keys_to.map(|to| place(to, &name(Part::Keys))).transpose()?;
    if let Some(keys) = &keys {
        apart(&register, keys)?;
    }

    let mut whole = Vec::new();
    let (path, own) = (&register.path, header.clone());
    let written = copy::write(&mut snapshot, own, files.register, path, recipients);
    whole.push(written.await?);
    if let Some(Place { path, .. }) = &keys {
        let own = Header {
            part: Part::Keys,
            schema: snapshot.version(Database::Keys),
            ..header.clone()
        };
        let written = copy::write(&mut snapshot, own, files.keys, path, key_recipients);
        whole.push(written.await?);
    }
    snapshot.close().await?;
    for (whole, sum) in whole {
        say_written(out, &whole.name()?, sum)?;
    }
    writeln!(
        out,
        "Position {} of {}, {}.",
        header.position, header.authority, header.moment
    )?;
    for path in files.unknown {
        writeln!(
            out,
            "{path} is not known to paso; it went with the keys, to be safe."
        )?;
    }
    Ok((header, Places { register, keys }))
}

fn header(config: &Config, now: Moment, snapshot: &Snapshot) -> Result<Header> {
    let heads = snapshot.heads();
    let first = heads.first.as_deref().map(<[u8; 32]>::try_from);
    Ok(Header {
        part: Part::Register,
        authority: config.authority.code.clone(),
        moment: now,
        position: heads.position,
        first: first
            .transpose()
            .context("the first row's commitment is not 32 bytes; run an audit")?,
        entries: heads.entries,
        last_entry: heads
            .last_entry
            .as_ref()
            .map(|leaf| Sha256::digest(leaf).into()),
        schema: snapshot.version(Database::Main),
        set: Random::System.bytes()?,
    })
}

/// The files whose names the configuration chooses, as paths in the data directory.
fn own(dir: &DataDir, config: &Config, store: &paso_store::Config) -> Own {
    let inside = |path: &Path| {
        path.strip_prefix(dir.path())
            .ok()?
            .to_str()
            .map(str::to_owned)
    };
    let databases = [&store.main, &store.keys].into_iter();
    let databases = databases.filter_map(|url| match url {
        Url::Sqlite(path) => inside(path),
        Url::Postgres(_) => None,
    });
    Own {
        databases: databases.collect(),
        guard: inside(&crate::log::guard(dir, config)),
    }
}

fn place(to: &Path, name: &str) -> Result<Place> {
    if to.is_dir() {
        partial::sweep(to)?;
        return Ok(Place {
            path: to.join(name),
            kept_in: Some(to.to_owned()),
        });
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    if !parent.unwrap_or(Path::new(".")).is_dir() || to.file_name().is_none() {
        bail!(
            "{} is no directory, and there is none in which it could be a file; make it first",
            to.display()
        );
    }
    if to.extension().is_none_or(|end| end != "age") {
        // A directory that was mistyped, or not made yet, must not become a file that each night
        // overwrites.
        bail!(
            "{} is no directory; make it first, or name a single file that ends in .age",
            to.display()
        );
    }
    Ok(Place {
        path: to.to_owned(),
        kept_in: None,
    })
}

/// Keys beside the register would be found together, and kept as long.
fn apart(register: &Place, keys: &Place) -> Result<()> {
    let folder = |place: &Place| {
        let parent = place.path.parent().filter(|p| !p.as_os_str().is_empty());
        fs::canonicalize(parent.unwrap_or(Path::new(".")))
            .with_context(|| format!("cannot look at {}", place.path.display()))
    };
    if folder(register)? == folder(keys)? {
        bail!(
            "--keys-to names the directory of the register; keys are kept apart, on another medium, \
             and for days only"
        );
    }
    Ok(())
}

fn say_written(out: &mut impl Write, path: &Path, sum: Sum) -> Result<()> {
    writeln!(
        out,
        "{}\n  {} bytes, SHA-256 {}",
        path.display(),
        sum.length,
        verify::digits(&sum.hash)
    )?;
    Ok(())
}

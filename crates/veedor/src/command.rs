//! The commands that read what is mirrored: `check`, `export`, `statements`, `board`, `count`, `taking`;
//! and `statement-key` and `sample`, which need no mirror.

pub(crate) mod board;
pub(crate) mod count;
pub(crate) mod sample;
pub(crate) mod taking;

use crate::{
    cli::{Export, StatementKey, Statements, Which},
    config::Config,
    datadir::DataDir,
    disk::{self, Disk},
    mirror::{self, Db},
    random, serve, statements,
};
use anyhow::{Context, Result, bail};
use core::fmt::Write as _;
use paso_formats::statement::{OpeningKey, Statement};
use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf};

/// The databases asked for, by the authority's code.
async fn databases(dir: &DataDir, which: Option<&str>) -> Result<(Config, Vec<(String, Db)>)> {
    let config = serve::read_config(dir)?;
    let mut databases = Vec::new();
    for authority in &config.authorities {
        if which.is_none_or(|code| code == authority.code) {
            let path = database(dir, &config, &authority.code);
            databases.push((authority.code.clone(), Db::open_to_read(&path).await?));
        }
    }
    if databases.is_empty() {
        bail!(
            "no [[authority]] of {} has the code asked for; nothing is mirrored of it",
            dir.config().display()
        );
    }
    Ok((config, databases))
}

fn database(dir: &DataDir, config: &Config, code: &str) -> PathBuf {
    mirror::database(&dir.path().join(&config.database), code)
}

/// `veedor check`.
pub(crate) async fn check(dir: &DataDir, args: &Which, out: &mut impl Write) -> Result<()> {
    let (config, databases) = databases(dir, args.authority.as_deref()).await?;
    let mut damaged = 0;
    for (code, db) in databases {
        for checked in mirror::check::check(&db, &config.logs).await? {
            let (label, rows) = (checked.label, checked.rows);
            if checked.damage.is_empty() {
                writeln!(out, "{code} {label}: {rows} rows are what the log signed")?;
            }
            for damage in &checked.damage {
                writeln!(out, "{code} {damage}")?;
            }
            damaged += checked.damage.len();
        }
        db.close().await;
    }
    if damaged > 0 {
        bail!(
            "{damaged} damages are named above; move the database away and let `veedor serve` pull it \
             anew, while the authority still has what was damaged here"
        );
    }
    Ok(())
}

/// `veedor export`.
pub(crate) async fn export(dir: &DataDir, args: &Export, out: &mut impl Write) -> Result<()> {
    let (_, databases) = databases(dir, Some(&args.authority)).await?;
    let beside = args.output.with_added_extension("new");
    if args.output.exists() {
        bail!(
            "{} is there already; choose another name, nothing was written",
            args.output.display()
        );
    }
    let context = || format!("cannot write {}", beside.display());
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&beside)
        .with_context(context)?;
    let mut rows = 0;
    for (_, db) in databases {
        rows = mirror::export::export(&db, args.label, &mut file).await?;
        db.close().await;
    }
    file.sync_all().with_context(context)?;
    disk::put_in_place(&beside, &args.output).with_context(context)?;
    writeln!(
        out,
        "{rows} rows of {} {} are in {}",
        args.authority,
        args.label,
        args.output.display()
    )?;
    Ok(())
}

/// `veedor statements`.
pub(crate) async fn statements(
    dir: &DataDir,
    args: &Statements,
    out: &mut impl Write,
) -> Result<()> {
    let key = statements::load(&args.key)?;
    let (_, databases) = databases(dir, args.which.authority.as_deref()).await?;
    let mut closed = 0;
    for (code, db) in databases {
        for (label, row) in mirror::export::statements(&db).await? {
            let place = row.place;
            match Statement::open(row.statement(), &key) {
                Ok(found) => {
                    let episode = hexadecimal(&found.episode);
                    let due = found
                        .due
                        .map_or_else(|| "-".to_owned(), |due| due.to_string());
                    writeln!(
                        out,
                        "{code}\t{label}\t{place}\t{episode}\t{}\t{}\t{}\t{due}",
                        found.kind.code(),
                        found.place,
                        found.at
                    )?;
                }
                Err(error) => {
                    closed += 1;
                    writeln!(out, "{code}\t{label}\t{place}\t{error}")?;
                }
            }
        }
        db.close().await;
    }
    if closed > 0 {
        bail!("{closed} statements could not be opened; they are named above");
    }
    Ok(())
}

/// Bytes as digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `veedor statement-key`.
pub(crate) fn statement_key(args: &StatementKey, out: &mut impl Write) -> Result<()> {
    if args.output.exists() {
        bail!(
            "{} is there already; nothing was written over it",
            args.output.display()
        );
    }
    let key = OpeningKey::from_random(random::bytes()?)?;
    Disk::reliable()
        .write(&args.output, statements::to_text(&key).as_bytes(), 0o600)
        .with_context(|| format!("cannot write {}", args.output.display()))?;
    writeln!(
        out,
        "The key is in {}. Keep it where `veedor serve` cannot read it.\n\
         \n\
         Its public half, to which authorities seal their statements:\n\
         \n    {}",
        args.output.display(),
        key.sealing_key()
    )?;
    Ok(())
}

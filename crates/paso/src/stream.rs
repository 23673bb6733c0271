//! `paso stream`: what the devices have written, listed, carried away and brought back.
//!
//! To list and to export may be done beside a running `paso serve`; to import needs the data
//! directory for itself, since nothing may be entered between a restored copy and its lost tail.

use crate::{
    act::Answer,
    cli::{ImportStream, StreamCommand},
    datadir::DataDir,
    keylist, serve, socket,
};
use anyhow::{Context, Result};
use paso_formats::{
    anchor::Anchor,
    bundle::{self, Pinned, Purpose, TrustedKey},
    key::PublicKey,
};
use paso_service::{
    Service,
    stream::{self, Known, Ours, StreamError},
};
use paso_store::{Imported, Store};
use std::{fmt::Write as _, fs, io::Write};

/// The rows were taken, and a device contradicts itself.
const AMBER: u8 = 3;

/// Carries the command out here, or hands it to the process that owns the directory.
pub async fn run(
    dir: &DataDir,
    command: &StreamCommand,
    args: Vec<String>,
    out: &mut impl Write,
) -> Result<Answer> {
    match (dir.own(), command) {
        (Ok(_owned), StreamCommand::List) => {
            let (store, _) = open(dir).await?;
            let answer = listed(stream::list(&store).await);
            store.close().await;
            Ok(answer)
        }
        (Ok(_owned), StreamCommand::Export(asked)) => {
            let (store, code) = open(dir).await?;
            let answer = exported(stream::export(&store, &code, asked.stream, asked.after).await);
            store.close().await;
            Ok(answer)
        }
        (Ok(_owned), StreamCommand::Import(asked)) => import(dir, asked, out).await,
        (Err(owned), StreamCommand::List | StreamCommand::Export(_)) => {
            let answer = socket::send(&dir.socket(), args).await;
            answer.map_err(|_| owned)
        }
        (Err(owned), StreamCommand::Import(_)) => Err(owned),
    }
}

/// What the running process answers.
pub async fn carry_out(service: &Service, command: &StreamCommand) -> Answer {
    match command {
        StreamCommand::List => listed(service.streams().await),
        StreamCommand::Export(asked) => {
            exported(service.export_stream(asked.stream, asked.after).await)
        }
        StreamCommand::Import(_) => {
            Answer::usage("stop `paso serve` first; nothing was taken".into())
        }
    }
}

fn listed(known: Result<Vec<Known>, StreamError>) -> Answer {
    match known {
        Ok(known) => Answer {
            exit: 0,
            said: known.iter().map(line).collect(),
            file: None,
        },
        Err(error) => Answer::usage(error.to_string()),
    }
}

fn line(known: &Known) -> String {
    let Known {
        stream,
        key,
        count,
        last,
    } = known;
    format!("{stream} {key} {count} {last}\n")
}

fn exported(file: Result<Vec<u8>, StreamError>) -> Answer {
    match file {
        Ok(file) => Answer {
            exit: 0,
            said: String::new(),
            file: Some(file),
        },
        Err(error) => Answer::usage(error.to_string()),
    }
}

async fn open(dir: &DataDir) -> Result<(Store, String)> {
    let config = serve::config(dir)?;
    let store = Store::open(&config.store(dir.path())?).await?;
    Ok((store, config.authority.code))
}

async fn import(dir: &DataDir, asked: &ImportStream, out: &mut impl Write) -> Result<Answer> {
    let (store, code) = open(dir).await?;
    let keys = device_keys(dir, asked, &code)?;
    let log = serve::config(dir)?.log_base()?;
    let ours = Ours {
        authority: &code,
        log: &log,
    };
    let mut exit = 0;
    for path in &asked.files {
        let file = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let imported = stream::import(&store, ours, &file, &keys)
            .await
            .with_context(|| path.display().to_string())?;
        writeln!(out, "{}: {}", path.display(), told(&imported))?;
        if imported
            .streams
            .values()
            .any(|standing| !standing.forks.is_empty() || !standing.broken_links.is_empty())
        {
            exit = AMBER;
        }
    }
    // A row whose key has come back since it was taken is in no view yet.
    store.drop_views().await?;
    store.rebuild_views().await?;
    store.close().await;
    Ok(Answer {
        exit,
        said: if exit == 0 {
            String::new()
        } else {
            "a device has signed two stories; both are kept as evidence. Tell the ombudsman, and stop \
             that device\n"
                .into()
        },
        file: None,
    })
}

/// The keys of devices: those of this installation, and those in a bundle that its own roots signed.
fn device_keys(dir: &DataDir, asked: &ImportStream, code: &str) -> Result<Vec<PublicKey>> {
    let anchor: Anchor = fs::read_to_string(dir.anchor())
        .with_context(|| format!("cannot read {}", dir.anchor().display()))?
        .parse()
        .with_context(|| format!("{} cannot be used", dir.anchor().display()))?;
    let pinned: Pinned = anchor.pinned()?;
    let own = keylist::load(&dir.keys(), &dir.key_list(), pinned.clone(), code)?.trusted;
    let mut trusted: Vec<TrustedKey> = own;
    let path = asked.bundle.clone().unwrap_or_else(|| dir.bundle());
    match fs::read(&path) {
        Ok(file) => {
            let opened = bundle::open(&file, &pinned)
                .with_context(|| format!("{} cannot be used", path.display()))?;
            trusted.extend(opened.bundle().keys.iter().cloned());
        }
        // The directory's own may not have been made yet; one that was named must be there.
        Err(error) if asked.bundle.is_some() => {
            return Err(error).with_context(|| format!("cannot read {}", path.display()));
        }
        Err(_) => {}
    }
    let devices = trusted
        .into_iter()
        .filter(|key| key.purpose == Purpose::Device);
    Ok(devices.map(|trusted| trusted.key).collect())
}

/// What an import did, in words.
fn told(imported: &Imported) -> String {
    let Imported {
        taken,
        present,
        late,
        closed,
        streams,
    } = imported;
    let mut text = format!("{taken} entries taken, {present} were here already");
    // Writing into a String does not fail.
    if *late > 0 {
        let _ = write!(text, "; {late} came late");
    }
    if *closed > 0 {
        let _ = write!(
            text,
            "; {closed} wait for the keys of their subjects: restore the keys and import again"
        );
    }
    for (stream, standing) in streams {
        for gap in &standing.gaps {
            let _ = write!(
                text,
                "\n  {stream:?}: {} to {} missing",
                gap.start(),
                gap.end()
            );
        }
        for number in &standing.forks {
            let _ = write!(
                text,
                "\n  {stream:?}: FORK, two entries with number {number}"
            );
        }
        for number in &standing.broken_links {
            let _ = write!(text, "\n  {stream:?}: BROKEN LINK before number {number}");
        }
    }
    text
}

//! `paso stream`: what the devices have written, listed, carried away and brought back.
//!
//! To list and to export may be done beside a running `paso serve`; to import needs the data
//! directory for itself, since nothing may be entered between a restored copy and its lost tail.

mod summary;

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
    officers::acts_after_end,
    stream::{self, Known, Ours, StreamError},
};
use paso_store::{ActRow, Store};
use std::{collections::BTreeMap, fs, io::Write};
use summary::Flagged;

/// The rows were taken, and a device contradicts itself.
const AMBER: u8 = 3;
const TWO_STORIES: &str = "a device has signed two stories; both are kept as evidence. Tell the ombudsman, and \
    stop that device\n";

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
    // What is new among acts from outside an officer's service can only be told from what was known.
    store.rebuild_views().await?;
    let known = flagged(&store).await?;
    let mut files = Vec::new();
    for path in &asked.files {
        let file = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let imported = stream::import(&store, ours, &file, &keys)
            .await
            .with_context(|| path.display().to_string())?;
        let name = path.display().to_string();
        if !asked.json {
            writeln!(out, "{name}: {}", summary::told(&imported))?;
        }
        files.push((name, imported));
    }
    // A row whose key has come back since it was taken is in no view yet.
    store.drop_views().await?;
    store.rebuild_views().await?;
    let mut while_away = flagged(&store).await?;
    while_away.retain(|position, _| !known.contains_key(position));
    store.close().await;
    let two_stories = files.iter().any(|(_, imported)| {
        let mut streams = imported.streams.values();
        streams.any(|standing| !standing.forks.is_empty() || !standing.broken_links.is_empty())
    });
    let said = if asked.json {
        format!("{:#}\n", summary::as_json(&files, while_away.values()))
    } else {
        summary::while_away(while_away.values()) + if two_stories { TWO_STORIES } else { "" }
    };
    Ok(Answer {
        exit: if two_stories { AMBER } else { 0 },
        said,
        file: None,
    })
}

/// Acts from outside their officers' service, by position.
async fn flagged(store: &Store) -> Result<BTreeMap<u64, Flagged>> {
    let found = acts_after_end(store, u32::MAX).await?;
    let acts = found.into_iter().flat_map(|found| {
        let absence = found.absence;
        let flagged = move |act: ActRow| (act.position, Flagged { act, absence });
        found.acts.into_iter().map(flagged)
    });
    Ok(acts.collect())
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

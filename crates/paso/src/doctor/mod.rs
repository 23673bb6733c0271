//! `paso doctor`: what is wrong with this house, in words, and what to do about it.
//!
//! It looks at files and asks the running process how it stands. It opens no database and reads
//! nobody's record, so whoever may enter the directory may run it, at any time.

mod judge;
mod words;

use crate::{
    cli::Doctor,
    config::Config,
    datadir::DataDir,
    keylist, log, serve,
    socket::{self, LOG_STATUS, POST_STATUS},
};
use anyhow::{Context, Result};
use judge::{Finding, Found, Health, Process, Setting, judge};
use paso_formats::{bundle, moment::Moment};
use paso_service::clock::Clock;
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};
use words::Words;

/// How long the running process may think about its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks, tells, and gives the exit code of a monitor: 0 good, 3 something to see to, 1 something is
/// broken.
pub async fn run(dir: &DataDir, args: &Doctor, out: &mut impl Write) -> Result<u8> {
    let found = look(dir).await?;
    let said = judge(&found, Clock::System.now());
    let words = Words::of(args.lang);
    for finding in &said {
        write!(out, "{}", words.line(finding))?;
    }
    let worst = said.iter().map(Finding::health).max();
    let worst = worst.unwrap_or(Health::Good);
    writeln!(out, "\n{}", words.sum(worst))?;
    Ok(match worst {
        Health::Good => 0,
        Health::Warn => 3,
        Health::Bad => 1,
    })
}

/// Looks at everything. What cannot be looked at is a finding of its own, save where there is no data
/// directory at all.
async fn look(dir: &DataDir) -> Result<Found> {
    fs::read_dir(dir.path()).with_context(|| {
        format!(
            "cannot read {}; run `paso init` first, or name the directory with --dir",
            dir.path().display()
        )
    })?;
    let config = serve::config(dir);
    let unusable = match &config {
        Ok(config) => crate::check(dir, config).err(),
        Err(_) => None,
    };
    let (settings, certificate) = match &config {
        Ok(config) => (settings(dir, config), certificate(dir, config)),
        Err(_) => (Vec::new(), None),
    };
    let unusable = config.as_ref().err().or(unusable.as_ref());
    let keys = fs::read_to_string(dir.key_list()).unwrap_or_default();
    Ok(Found {
        post: is_post(dir),
        unusable: unusable.map(|error| format!("{error:#}")),
        open: open_to_others(dir),
        process: process(dir).await,
        free: free(dir, config.as_ref().ok()),
        // A list that cannot be read is what makes the configuration unusable above.
        keys: keylist::parse(&keys).unwrap_or_default(),
        bundle: newest(dir),
        certificate,
        backup: last_backup(dir),
        settings,
    })
}

/// A post has its hub's terms; nothing else has.
fn is_post(dir: &DataDir) -> bool {
    dir.terms().exists()
}

fn settings(dir: &DataDir, config: &Config) -> Vec<Setting> {
    let post = config.post.is_some();
    let alone = log::policy(dir, config).is_ok_and(|policy| policy.witnesses().is_empty());
    let backup = &config.backup;
    [
        (
            !post && (backup.recipients.is_empty() || backup.key_recipients.is_empty()),
            Setting::NoRecipients,
        ),
        (
            config.custody.statement_key.is_empty(),
            Setting::NoStatementKey,
        ),
        (alone, Setting::NoWitness),
        (!post && config.web.contact.is_empty(), Setting::NoContact),
        (config.web.demo, Setting::Demonstration),
    ]
    .into_iter()
    .filter_map(|(open, setting)| open.then_some(setting))
    .collect()
}

/// The directory and every file of a key: others must not even see who has keys.
fn open_to_others(dir: &DataDir) -> Vec<PathBuf> {
    let mut secret = vec![dir.path().to_owned(), dir.keys()];
    if let Ok(entries) = fs::read_dir(dir.keys()) {
        secret.extend(entries.flatten().map(|entry| entry.path()));
    }
    secret.sort();
    secret.retain(|path| {
        fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    });
    secret
}

async fn process(dir: &DataDir) -> Process {
    // A post keeps no log; how it stands with its hub is what there is to ask.
    let asked = if is_post(dir) {
        POST_STATUS
    } else {
        LOG_STATUS
    };
    let args = asked.map(str::to_owned).to_vec();
    let socket = dir.socket();
    let asked = socket::send(&socket, args);
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => {
            let line = answer.said.lines().next().unwrap_or_default().to_owned();
            Process::Answers(answer.exit, line)
        }
        // Nobody listens: whoever takes the lock now is alone.
        Ok(Err(_)) if dir.own().is_ok() => Process::Stopped,
        _ => Process::Silent,
    }
}

/// Bytes free for us where something is written: the directory, and the guard's disk.
fn free(dir: &DataDir, config: Option<&Config>) -> Vec<(PathBuf, u64)> {
    let guard = config.map(|config| log::guard(dir, config));
    let guard = guard.as_deref().and_then(Path::parent).map(Path::to_owned);
    let mut places: Vec<_> = [Some(dir.path().to_owned()), guard]
        .into_iter()
        .flatten()
        .collect();
    places.dedup();
    places
        .into_iter()
        .filter_map(|place| {
            let disk = rustix::fs::statvfs(&place).ok()?;
            Some((place, disk.f_bavail.saturating_mul(disk.f_frsize)))
        })
        .collect()
}

fn newest(dir: &DataDir) -> Option<(Moment, Moment, Moment)> {
    let pinned = serve::anchor(dir).ok()?.pinned().ok()?;
    let bundle = bundle::open(&fs::read(dir.bundle()).ok()?, &pinned).ok()?;
    let bundle = bundle.bundle();
    Some((bundle.issued_at, bundle.soft_until, bundle.hard_until))
}

/// The end of the server's own certificate.
fn certificate(dir: &DataDir, config: &Config) -> Option<Moment> {
    let (chain, _) = config.web.files(dir.path())?;
    let pem = fs::read(chain).ok()?;
    let (_, own) = x509_parser::pem::parse_x509_pem(&pem).ok()?;
    let own = own.parse_x509().ok()?;
    Some(Moment::from_unix(own.validity().not_after.timestamp()))
}

/// Where the last backup left its hour.
fn last_backup(dir: &DataDir) -> Option<Moment> {
    fs::read_to_string(dir.last_backup())
        .ok()?
        .trim()
        .parse()
        .ok()
}

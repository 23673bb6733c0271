//! The log's part of a data directory: the files that `init` makes for it, how `serve` opens it, and
//! `paso log status|keys`.

use crate::{config::Config, datadir, datadir::DataDir, keylist};
use anyhow::{Context, Result};
use base64::{Engine, prelude::BASE64_STANDARD};
use paso_domain::crossings::{Crossings, Zone};
use paso_formats::{bundle::Pinned, moment::Moment};
use paso_service::{
    Keys,
    ceremony::KeyPurpose,
    clock::Clock,
    log::{
        Label, Log, LogKey, LogParts, LogPolicy, fault::Faults, http, http::HttpWitness,
        witness::Witness,
    },
    random::Random,
};
use paso_store::Store;
use std::{
    fmt::Write as _,
    fs,
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

/// How long one witness may take: longer than a slow disk and a slow line need together.
const PATIENCE: Duration = Duration::from_secs(5);

/// The zone whose year a log is named after.
fn zone(config: &Config, crossings: &Crossings) -> Result<Zone> {
    let home = config.authority()?.home;
    let post = crossings.post(home.as_str());
    let post = post.with_context(|| format!("authority.home: there is no post {home}"))?;
    Ok(post.zone().clone())
}

/// The origin of the log of a label, with the verifier key.
fn verifier(config: &Config, key: &LogKey, label: Label) -> Result<String> {
    let origin = config.log_base()?.origin(label);
    let origin = paso_tlog::checkpoint::Origin::new(&origin).context("log.origin is too long")?;
    Ok(key.verifier(&origin)?.to_string())
}

/// Makes what the log needs beside the configuration: a policy that asks nobody yet, and the token
/// by which the mirror is let in.
pub fn init(
    dir: &DataDir,
    config: &Config,
    crossings: &Crossings,
    key: &LogKey,
    now: Moment,
) -> Result<()> {
    let label = Label::at(now, &zone(config, crossings)?, config.log.edition);
    let log = verifier(config, key, label)?.parse()?;
    datadir::write(
        &dir.path().join(&config.log.policy),
        LogPolicy::alone(&log).as_bytes(),
        0o644,
    )?;
    let token = BASE64_STANDARD.encode(Random::System.bytes::<32>()?);
    datadir::write(
        &dir.path().join(&config.log.mirror_token),
        format!("{token}\n").as_bytes(),
        0o600,
    )
}

/// Who countersigns.
pub fn policy(dir: &DataDir, config: &Config) -> Result<LogPolicy> {
    let path = dir.path().join(&config.log.policy);
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read {}, which says who countersigns the log. Put it back; where nobody \
             does yet, its one line is: quorum none",
            path.display()
        )
    })?;
    LogPolicy::parse(&text).with_context(|| format!("{} cannot be used", path.display()))
}

/// Whoever of the policy has an address.
fn witnesses(policy: &LogPolicy) -> Result<Vec<Arc<dyn Witness>>> {
    let client = http::client()?;
    let reachable = policy.witnesses().iter().filter_map(|witness| {
        let url = witness.url.as_deref()?;
        let name = String::from_utf8_lossy(&witness.name).into_owned();
        let asked = HttpWitness::new(name, witness.key.clone(), url, client.clone());
        Some(Arc::new(asked) as Arc<dyn Witness>)
    });
    Ok(reachable.collect())
}

/// Opens the log of a directory: before anything is recorded, since a database that was put back
/// would give numbers a second time.
pub async fn open(
    dir: &DataDir,
    config: &Config,
    store: Store,
    keys: &Keys,
    crossings: &Crossings,
) -> Result<Log> {
    let key = LogKey::new(keys.shared(KeyPurpose::Log, Clock::System.now())?)?
        .after(keys.publics(KeyPurpose::Log));
    let policy = policy(dir, config)?;
    let token = match fs::read_to_string(dir.path().join(&config.log.mirror_token)) {
        Ok(text) => text.trim().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tracing::warn!(
                "there is no {}: no mirror is let in",
                config.log.mirror_token
            );
            String::new()
        }
        Err(error) => return Err(error).context("the mirror's token cannot be read"),
    };
    let zone = zone(config, crossings)?;
    let label = Label::at(Clock::System.now(), &zone, config.log.edition);
    let named = verifier(config, &key, label)?.parse()?;
    if !policy.names(&named) {
        tracing::warn!(
            "{} does not name this year's log; its log line should be: log {named}",
            config.log.policy
        );
    }
    let log = Log::open(LogParts {
        store,
        clock: Clock::System,
        key,
        base: config.log_base()?,
        edition: config.log.edition,
        zone,
        witnesses: witnesses(&policy)?,
        policy,
        tiles: dir.path().join("log"),
        guard: guard(dir, config),
        mirror_token: token.into(),
        bundle: dir.bundle(),
        patience: PATIENCE,
        faults: Faults::none(),
    })
    .await?;
    Ok(log)
}

/// The guard's file.
pub fn guard(dir: &DataDir, config: &Config) -> PathBuf {
    dir.path().join(&config.log.guard)
}

/// Prints the verifier keys of this year's log and of the next, for witnesses to configure.
pub fn keys(dir: &DataDir, config: &Config, pinned: Pinned, out: &mut impl Write) -> Result<()> {
    let now = Clock::System.now();
    let code = &config.authority.code;
    let keys = keylist::load(&dir.keys(), &dir.key_list(), pinned, code)?;
    let key = LogKey::new(keys.shared(KeyPurpose::Log, now)?)?.after(keys.publics(KeyPurpose::Log));
    let crossings = crate::program::crossings(&config.programme.crossings)?;
    let label = Label::at(now, &zone(config, &crossings)?, config.log.edition);
    writeln!(out, "{}", verifier(config, &key, label)?)?;
    writeln!(out, "{}", verifier(config, &key, label.next_year())?)?;
    Ok(())
}

/// How the log stands, in words, and the exit code of a monitor: 0 green, 3 amber, 1 red.
pub async fn status(log: &Log) -> Result<(u8, String)> {
    let standing = log.standing().await?;
    let mut said = String::new();
    let exit = match standing.light {
        paso_service::log::Light::Green => 0,
        paso_service::log::Light::Amber => 3,
        paso_service::log::Light::Red => 1,
    };
    // Writing into a String does not fail.
    let _ = writeln!(
        said,
        "{} ({})",
        standing.light.code(),
        standing.reason.code()
    );
    if let Some(words) = standing.reason.words() {
        let _ = writeln!(said, "  {words}");
    }
    if let Some((_, origin)) = &standing.open {
        let size = standing.integrated.map_or(0, |head| head.size);
        let signed = standing.signed.map_or(0, |head| head.size);
        let _ = writeln!(said, "open       {origin}, {size} leaves, {signed} signed");
    }
    match &standing.published {
        Some(published) => {
            let (head, at) = (published.head, published.at);
            let _ = writeln!(
                said,
                "published  {}, {} leaves, {at}",
                published.origin, head.size
            );
            let _ = writeln!(said, "root       {}", head.root);
        }
        None => said.push_str("published  nothing yet\n"),
    }
    let _ = writeln!(said, "waiting    {}", standing.waiting);
    for witness in &standing.witnesses {
        let at = witness.at.map(|at| format!(", {at}")).unwrap_or_default();
        let words = witness.heard.words().unwrap_or_default();
        let _ = writeln!(
            said,
            "witness    {}: {}{at} {words}",
            witness.name,
            witness.heard.code()
        );
    }

    Ok((exit, said))
}

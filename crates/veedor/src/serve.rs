//! `veedor serve` and `veedor check-config`: takes the directory, opens the records and the mirrors,
//! pulls, listens.

use crate::{
    authority,
    cli::Serve,
    clock::Clock,
    config::Config,
    datadir::DataDir,
    disk::Disk,
    front::{self, Front},
    key::Key,
    mirror::{HttpHub, Mirror},
    random,
    server::{self, Shared},
    taking::{Takings, store::Store},
    token::Token,
    witness::Witness,
};
use anyhow::{Context, Result};
use axum::middleware;
use core::time::Duration;
use paso_listen::{Certificate, Limits, stopped};
use paso_pages::{Texts, headers, security};
use paso_tlog::{cosignature::CosignerKey, note::Sign as _, witness::ADD_CHECKPOINT};
use std::{fs, io::Write, path::PathBuf, sync::Arc};
use tokio::{net::TcpListener, task::JoinSet, time::MissedTickBehavior};

/// Reads `veedor.toml`.
pub(crate) fn read_config(dir: &DataDir) -> Result<Config> {
    let path = dir.config();
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read {}; run `veedor init` first, or name the directory with --dir",
            path.display()
        )
    })?;
    Config::parse(&text).with_context(|| format!("{} cannot be used", path.display()))
}

fn load(dir: &DataDir) -> Result<(Config, Key)> {
    let config = read_config(dir)?;
    let key = Key::load(&dir.path().join(&config.key))?;
    Ok((config, key))
}

/// Says whether the directory can be served, without changing or locking anything.
pub fn check_config(dir: &DataDir, out: &mut impl Write) -> Result<()> {
    let (config, signer) = load(dir)?;
    let key = CosignerKey::new(config.name.clone(), &signer.public_key())?;
    writeln!(out, "witness  {key}\nlisten   {}", config.listen)?;
    for log in &config.logs {
        writeln!(out, "log      {} ({} keys)", log.origin, log.keys.len())?;
    }
    if config.logs.is_empty() {
        writeln!(
            out,
            "no log is followed yet: add a [[log]] to {}",
            dir.config().display()
        )?;
    }
    let policy = authority::policy(dir, &config, &key)?;
    for authority in &config.authorities {
        let settings = authority::settings(dir, &config, authority, &policy)?;
        authority::hub(dir, authority)?;
        writeln!(
            out,
            "mirror   {} from {}, every {} seconds, into {}",
            authority.code,
            authority.url,
            config.every.as_secs(),
            crate::mirror::database(&dir.path().join(&config.database), &authority.code).display()
        )?;
        for root in settings.pinned.roots() {
            writeln!(out, "  root   {}", root.fingerprint())?;
        }
        match &settings.bundle {
            Some(path) if path.is_file() => writeln!(out, "  bundle {}", path.display())?,
            Some(path) => anyhow::bail!(
                "cannot read the trust bundle {}; bring bundle.cose from {}, or take `bundle` away \
                 where its hub serves it",
                path.display(),
                authority.code
            ),
            None => writeln!(out, "  bundle of its hub")?,
        }
    }
    if config.authorities.is_empty() {
        writeln!(
            out,
            "no authority is mirrored: add an [[authority]] for one that is"
        )?;
    } else {
        Token::load(&dir.path().join(&config.listen_token))?;
    }
    if let Some(taking) = &config.taking {
        Token::load(&dir.path().join(&taking.token))?;
        writeln!(
            out,
            "taking   answers within {} hours, accounts sealed to {}",
            taking.hours, taking.key
        )?;
    }
    if let Some((chain, _)) = &config.tls {
        certificate(dir, &config)?;
        writeln!(out, "tls      {}", dir.path().join(chain).display())?;
    }
    Ok(())
}

/// How often the files of the certificate are looked at.
const LOOK_AT_CERTIFICATE: Duration = Duration::from_mins(1);

/// The certificate of a directory, where TLS is spoken here.
fn certificate(dir: &DataDir, config: &Config) -> Result<Option<Arc<Certificate>>> {
    let open = |(chain, key): &(PathBuf, PathBuf)| {
        Certificate::open(&dir.path().join(chain), &dir.path().join(key))
    };
    Ok(config.tls.as_ref().map(open).transpose()?)
}

/// Serves until a signal comes.
pub async fn run(dir: &DataDir, args: &Serve, out: &mut impl Write) -> Result<()> {
    let owned = dir.own()?;
    let (config, signer) = load(dir)?;
    log(&config.level)?;
    let listen = config.listen;
    let certificate = certificate(dir, &config)?;
    let scheme = if certificate.is_some() {
        "https"
    } else {
        "http"
    };
    let contact = config.contact.clone();
    let reached = config.address.clone();
    let front = Front::new(config.proxy.clone(), draw, || Clock::System.moment().unix());
    let takings = takings(dir, &config).await?;
    let every = config.every;
    let texts = Texts::built_in()?;
    let key = CosignerKey::new(config.name.clone(), &signer.public_key())?;
    let policy = authority::policy(dir, &config, &key)?;
    let mut mirrors = Vec::new();
    let mut hubs = Vec::new();
    for authority in &config.authorities {
        let settings = authority::settings(dir, &config, authority, &policy)?;
        let directory = dir.path().join(&config.database);
        let mirror = Mirror::open(&directory, &Disk::reliable(), settings).await?;
        mirrors.push(Arc::new(mirror));
        hubs.push(authority::hub(dir, authority)?);
    }
    // Without a mirror there is nothing that a token would open.
    let token = if mirrors.is_empty() {
        None
    } else {
        Some(Token::load(&dir.path().join(&config.listen_token))?)
    };
    let witness = Arc::new(Witness::open(
        &owned.logs(),
        &Disk::reliable(),
        config,
        signer,
        Clock::System,
    )?);
    for mirror in &mirrors {
        for note in mirror.notes().await? {
            witness.remembers(&note)?;
        }
    }
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; correct `listen` in veedor.toml"))?;
    let address = listener.local_addr()?;
    tracing::info!(witness = %witness.key(), "heads are taken at /{ADD_CHECKPOINT}");
    let mut pullers = JoinSet::new();
    for (mirror, hub) in mirrors.iter().zip(hubs) {
        pullers.spawn(pull(Arc::clone(mirror), hub, Arc::clone(&witness), every));
    }
    // The one line a supervisor of processes waits for.
    writeln!(out, "ready {scheme}://{address}")?;
    out.flush()?;
    let shared = Shared {
        policy: Arc::new(policy),
        witness,
        mirrors: mirrors.clone().into(),
        token,
        takings: takings.clone(),
        summary: dir.summary(),
        texts: Arc::new(texts),
    };
    let mut pages = server::router(shared);
    if !contact.is_empty() {
        let text = security::text(&contact, reached.as_deref(), Clock::System.moment())?;
        pages = pages.merge(security::router(Some(text)));
    }
    if let Some(certificate) = certificate.clone() {
        pullers.spawn(certificate.keep_fresh(LOOK_AT_CERTIFICATE));
    }
    pages = pages.layer(middleware::from_fn_with_state(front, front::how_often));
    if let Some(reached) = &reached {
        pages = headers::only_over_tls(pages, reached);
    }
    let limits = Limits::default();
    paso_listen::serve(
        listener,
        certificate,
        limits,
        pages,
        stopped(args.until_eof),
    )
    .await;
    // A round that is cut off leaves nothing.
    pullers.shutdown().await;
    for mirror in mirrors {
        mirror.close().await;
    }
    if let Some(takings) = takings {
        takings.store.close().await;
    }
    Ok(())
}

/// A key for the codes of askers. Without randomness, all within the hour share what a fixed key
/// gives, which tells nobody more than how often somebody asked.
fn draw() -> [u8; 32] {
    random::bytes().unwrap_or_default()
}

/// What reports of people taken need, where they are taken here.
async fn takings(dir: &DataDir, config: &Config) -> Result<Option<Arc<Takings>>> {
    let Some(taking) = &config.taking else {
        return Ok(None);
    };
    Ok(Some(Arc::new(Takings {
        store: Store::open(&dir.takings()).await?,
        key: taking.key.clone(),
        hours: taking.hours,
        token: Token::load(&dir.path().join(&taking.token))?,
        authorities: config.signers(),
    })))
}

/// Asks a hub again and again. A round that fails is on the board, and the next one tries again.
async fn pull(mirror: Arc<Mirror>, hub: HttpHub, witness: Arc<Witness>, every: Duration) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let cosigned = |origin: &_| witness.cosigned(origin);
        let pulled = mirror.pull(&hub, witness.now(), cosigned).await;
        if let Err(error) = pulled {
            tracing::warn!(authority = mirror.code(), %error, "the mirror did not grow");
        }
    }
}

fn log(level: &str) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(level)
        .context("level is no filter; write error, warn, info or debug")?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init()
        .map_err(|error| anyhow::anyhow!("the log could not be started: {error}"))
}

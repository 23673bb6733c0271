//! `paso serve`: takes the directory, starts the service, serves pages and commands until stopped.

use crate::{
    act::Shown,
    backup,
    cli::Serve,
    config::{Config, LogFormat},
    datadir::{self, DataDir, Owned},
    keylist, program, socket,
};
use anyhow::{Context, Result};
use jiff::civil::Date;
use paso_domain::{crossings::Crossings, cui::Municipalities};
use paso_formats::{
    anchor::Anchor,
    bundle::{self, Pinned},
    moment::MINUTE,
};
use paso_listen::{Certificate, Limits, stopped};
use paso_pages::{security, texts::Texts};
use paso_service::{
    Parts, Service,
    black_box::Free,
    clock::Clock,
    log::{Log, Reason, WitnessStanding},
    random::Random,
    sync::Road,
};
use paso_store::Store;
use paso_web::Front;
use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::net::TcpListener;

/// Bytes kept back on the disk for readings and custody, beside the journal; an eighth beside the keys.
const RESERVE: u64 = 32 << 20;

/// Reads the configuration of a directory.
pub fn config(dir: &DataDir) -> Result<Config> {
    let path = dir.config();
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read {}; run `paso init` first, or name the directory with --dir",
            path.display()
        )
    })?;
    Config::parse(&text).with_context(|| format!("{} cannot be used", path.display()))
}

/// The anchor of a directory.
pub fn anchor(dir: &DataDir) -> Result<Anchor> {
    fs::read_to_string(dir.anchor())
        .with_context(|| format!("cannot read {}", dir.anchor().display()))?
        .parse()
        .with_context(|| format!("{} cannot be used", dir.anchor().display()))
}

/// The first day of the demonstration's rule.
fn demo_from(config: &Config, crossings: &Crossings) -> Result<Date> {
    match &config.programme.demo_from {
        Some(day) => day
            .parse()
            .context("programme.demo_from is no date such as 2026-01-31"),
        None => program::day(crossings, &config.authority.home, Clock::System.now()),
    }
}

/// What runs here: a hub with its log, or a post with the way to its hub.
enum Running {
    Hub(Log),
    Post(Road, Duration),
}

/// Opens the log of a directory, which may refuse an older copy, and starts the service.
async fn start(dir: &Owned, config: &Config) -> Result<(Service, Log)> {
    let anchor = anchor(dir)?;
    let random = Random::System;
    let crossings = program::crossings(&config.programme.crossings)?;
    let demo_from = demo_from(config, &crossings)?;
    let pinned = anchor.pinned()?;
    let databases = config.store(dir.path())?;
    let store = Store::open(&databases).await?;
    let keys = keylist::load(
        &dir.keys(),
        &dir.key_list(),
        pinned.clone(),
        &config.authority.code,
    )?;
    let log = crate::log::open(dir, config, store.clone(), &keys, &crossings).await?;
    // Before the first act: one that is recorded without the lost tail cannot be taken back.
    let standing = log.standing().await?;
    let asked = standing.witnesses.iter().any(|witness| witness.reachable);
    backup::admit(dir, asked && standing.reason != Reason::NobodyAnswered)
        .with_context(|| heard(&standing.witnesses))?;
    let kept = store.clone();
    let parts = Parts {
        store,
        clock: Clock::System,
        authority: config.authority()?,
        keys,
        programme: program::rules(&config.programme.rules, demo_from)?,
        crossings,
        roles: program::roles(&config.programme.roles)?,
        clocks: program::clocks(&config.programme.clocks)?,
        paper: paso_domain::sheet::Terms::shipped()?,
        phones: program::phones(&config.programme.phones)?,
        placard: paso_domain::placard::Terms::shipped()?,
        contradictions: program::contradictions(&config.programme.contradictions)?,
        statements: config.custody.statements()?,
        municipalities: Municipalities::guatemala()?,
        ages: config.ages()?,
        hub: config.posts.hub(),
        site: None,
        deliver: deliver_to(dir.bundle(), pinned),
        random,
    };
    let service = Service::start(parts).await?;
    // Last: on a full disk a start lives on the room that the process before it kept back.
    kept.keep_room(&databases, RESERVE).await;
    Ok((service, log))
}

/// What the witnesses said, for whoever has to call them.
fn heard(witnesses: &[WitnessStanding]) -> String {
    let said = witnesses.iter().map(|witness| {
        let words = witness.heard.words().unwrap_or("nothing yet");
        format!("witness {} said: {words}", witness.name)
    });
    said.collect::<Vec<_>>().join("; ")
}

/// How often the files of the certificate are looked at.
const LOOK_AT_CERTIFICATE: Duration = Duration::from_mins(1);

/// How often a post looks how it stands, for the line above its pages.
const LOOK_AT_STANDING: Duration = Duration::from_secs(3);

/// The certificate of a directory, where TLS is spoken here.
pub fn certificate(dir: &DataDir, config: &Config) -> Result<Option<Arc<Certificate>>> {
    let open = |(chain, key): (PathBuf, PathBuf)| Certificate::open(&chain, &key);
    Ok(config.web.files(dir.path()).map(open).transpose()?)
}

/// The key under which askers are counted for an hour. A machine without randomness signs nothing
/// and issues nothing; that it then counts under a known key is the least of it.
fn draw() -> [u8; 32] {
    Random::System.bytes().unwrap_or_else(|error| {
        tracing::error!("{error}");
        [0; 32]
    })
}

/// How much room there is on the disk of a directory.
fn free(dir: &DataDir) -> Free {
    let path = dir.path().to_owned();
    Box::new(move || {
        let disk = rustix::fs::statvfs(&path).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize) >> 20)
    })
}

/// Starts what the configuration says this is, and says how long it was silent: before anything else is
/// recorded, or the silence would be over.
async fn begin(dir: &Owned, config: &Config) -> Result<(Service, Running)> {
    let (service, running) = open(dir, config).await?;
    if let Err(error) = service.woke().await {
        tracing::warn!("how long this machine was silent could not be recorded: {error}");
    }
    Ok((service, running))
}

async fn open(dir: &Owned, config: &Config) -> Result<(Service, Running)> {
    match &config.post {
        None => {
            let (service, ledger) = start(dir, config).await?;
            Ok((service, Running::Hub(ledger)))
        }
        Some(post) => {
            let crossings = program::crossings(&config.programme.crossings)?;
            let day = demo_from(config, &crossings)?;
            let (service, road) = crate::post::start(dir, config, post, day, RESERVE).await?;
            let every = Duration::from_secs(post.every_seconds.into());
            Ok((service, Running::Post(road, every)))
        }
    }
}

/// Serves until a signal comes.
pub async fn run(dir: &DataDir, args: &Serve, out: &mut impl Write) -> Result<()> {
    let owned = dir.own()?;
    let config = config(dir)?;
    log(&config)?;
    if let Some(warning) = config.custody.warning() {
        tracing::warn!("{warning}");
    }
    let (service, running) = begin(&owned, &config).await?;
    let service = Arc::new(service);

    let listener = TcpListener::bind(config.web.listen)
        .await
        .with_context(|| format!("cannot listen on {}", config.web.listen))?;
    let port = listener.local_addr()?.port();
    let pages = config.web.origin(port);
    if let Some(post) = &config.post {
        service.serve_below(&pages, post.authority_host());
    }
    let certificate = certificate(dir, &config)?;
    let texts = Texts::built_in()?;
    let app = paso_web::App::new(
        Arc::clone(&service),
        paso_web::WebConfig {
            origin: pages.clone(),
            demo: config.web.demo,
        },
    )?
    .beside(config.custody.beside()?)
    .with_anchor(fs::read_to_string(dir.anchor()).context("the anchor cannot be read")?)
    .behind(Front::new(config.web.proxy.clone(), draw));
    let ledger = match &running {
        Running::Hub(ledger) => Some(ledger.clone()),
        Running::Post(..) => None,
    };
    let app = match &ledger {
        Some(ledger) => {
            let demo_from = demo_from(&config, service.crossings())?.to_string();
            crate::post::welcome(&service, dir, &config, &pages, &demo_from)?;
            app.with_log(ledger.clone())
        }
        None => app,
    };
    let app = match &config.web.contact[..] {
        [] => app,
        contacts => app.with_security(security::text(contacts, Some(&pages), Clock::System.now())?),
    };
    let shown = Arc::new(Shown {
        texts,
        pages: pages.clone(),
        demo: config.web.demo,
        log: ledger,
    });

    let every = Duration::from_secs(config.log.every_seconds.into());
    let silence = i64::from(config.log.heartbeat_minutes) * MINUTE;
    let mut own = vec![
        tokio::spawn(keep_bundle_fresh(Arc::clone(&service))),
        tokio::spawn(Arc::clone(&service).live(silence)),
        tokio::spawn(Arc::clone(&service).watch_itself(free(dir))),
    ];
    match running {
        Running::Hub(ledger) => own.extend([
            tokio::spawn(ledger.clone().sequence(every)),
            tokio::spawn(ledger.countersign(every)),
        ]),
        Running::Post(road, every) => own.extend([
            tokio::spawn(Arc::clone(&service).keep_in_touch(road, every)),
            tokio::spawn(Arc::clone(&service).look_at_standing(LOOK_AT_STANDING)),
        ]),
    }
    let commands = tokio::spawn(socket::serve(
        socket::open(&owned)?,
        Arc::clone(&service),
        shown,
    ));
    // The one line a supervisor of processes waits for.
    writeln!(out, "ready {pages}")?;
    out.flush()?;

    let fresh = certificate
        .clone()
        .map(|certificate| tokio::spawn(certificate.keep_fresh(LOOK_AT_CERTIFICATE)));
    paso_listen::serve(
        listener,
        certificate,
        Limits::default(),
        paso_web::router(app),
        stopped(args.until_eof),
    )
    .await;
    fresh.iter().for_each(tokio::task::JoinHandle::abort);
    commands.abort();
    own.iter().for_each(tokio::task::JoinHandle::abort);
    fs::remove_file(owned.socket()).ok();
    // What was acknowledged is on disk already; a database that does not close must not keep the
    // process of an operator who wants it to stop.
    if tokio::time::timeout(Duration::from_secs(10), service.stop())
        .await
        .is_err()
    {
        tracing::warn!("the databases did not close within ten seconds");
    }
    Ok(())
}

/// Writes each published bundle to its file, whole or not at all, and never an older one over a
/// newer: that would be a journal that was put back.
fn deliver_to(path: PathBuf, pinned: Pinned) -> paso_service::Deliver {
    Box::new(move |file| {
        if let Ok(held) = fs::read(&path) {
            let sealed = |bytes: &[u8]| bundle::open(bytes, &pinned).map_err(io::Error::other);
            // What cannot be opened is no bundle of ours and protects nobody.
            if let Ok(held) = sealed(&held) {
                sealed(file)?.replaces(&held).map_err(|error| {
                    io::Error::other(format!(
                        "{} is newer than what this journal knows ({error}). The journal is an older \
                         copy: restore the newest one. Only if it is lost, move that file away and \
                         reissue what was issued since",
                        path.display()
                    ))
                })?;
            }
        }
        datadir::write(&path, file, 0o644).map_err(io::Error::other)
    })
}

/// Every minute: sees whether a full disk has room again, and publishes again when a death is pending
/// or the bundle is a day old.
async fn keep_bundle_fresh(service: Arc<Service>) {
    let mut minute = tokio::time::interval(Duration::from_mins(1));
    loop {
        minute.tick().await;
        service.look_for_room().await;
        if let Err(error) = service.renew_bundle().await {
            tracing::error!("the trust bundle could not be renewed: {error}");
        }
    }
}

fn log(config: &Config) -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.messages.level)
        .context("messages.level is no filter; write info, or warn,paso=debug")?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let set = match config.messages.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    set.map_err(|error| anyhow::anyhow!("the log could not be started: {error}"))
}

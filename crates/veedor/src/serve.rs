//! `veedor serve` and `veedor check-config`: takes the directory, opens the records, listens.

use crate::{
    clock::Clock, config::Config, datadir::DataDir, disk::Disk, key::Key, server, witness::Witness,
};
use anyhow::{Context, Result};
use paso_pages::Texts;
use paso_tlog::{cosignature::CosignerKey, note::Sign as _, witness::ADD_CHECKPOINT};
use std::{fs, io::Write, sync::Arc};
use tokio::net::TcpListener;

fn load(dir: &DataDir) -> Result<(Config, Key)> {
    let path = dir.config();
    let text = fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read {}; run `veedor init` first, or name the directory with --dir",
            path.display()
        )
    })?;
    let config =
        Config::parse(&text).with_context(|| format!("{} cannot be used", path.display()))?;
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
    if !config.listen.ip().is_loopback() {
        writeln!(
            out,
            "note: {} can be reached from other machines without TLS",
            config.listen
        )?;
    }
    Ok(())
}

/// Serves until a signal comes.
pub async fn run(dir: &DataDir, out: &mut impl Write) -> Result<()> {
    let owned = dir.own()?;
    let (config, signer) = load(dir)?;
    log(&config.level)?;
    let listen = config.listen;
    let texts = Texts::built_in()?;
    let witness = Witness::open(
        &owned.logs(),
        &Disk::reliable(),
        config,
        signer,
        Clock::System,
    )?;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; correct `listen` in veedor.toml"))?;
    let address = listener.local_addr()?;
    tracing::info!(witness = %witness.key(), "heads are taken at /{ADD_CHECKPOINT}");
    // The one line a supervisor of processes waits for.
    writeln!(out, "ready http://{address}")?;
    out.flush()?;
    axum::serve(listener, server::router(Arc::new(witness), Arc::new(texts)))
        .with_graceful_shutdown(stopped())
        .await
        .context("the server stopped")?;
    Ok(())
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
        }
        Err(error) => {
            tracing::warn!("cannot wait for SIGTERM: {error}");
            interrupted.await.ok();
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

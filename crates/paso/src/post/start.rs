//! How a post is started from its data directory: with its own keys, and what its hub last said.

use super::names;
use crate::{
    config::{Config, PostSection},
    datadir,
    datadir::{DataDir, Owned},
    keylist, program, serve,
};
use anyhow::{Context, Result};
use jiff::civil::Date;
use paso_domain::cui::Municipalities;
use paso_formats::key::Sign;
use paso_service::{
    Parts, Service,
    ceremony::KeyEntry,
    clock::Clock,
    random::Random,
    signer::Signer,
    sync::{Road, Site, SiteKeys, SiteSigner, Terms, keys_of},
};
use paso_store::Store;
use std::{fs, io, path::Path, sync::Arc};
use zeroize::Zeroizing;

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The post's own keys.
pub fn signers(dir: &DataDir) -> Result<Vec<SiteSigner>> {
    let list = fs::read_to_string(dir.key_list())
        .with_context(|| format!("cannot read {}", dir.key_list().display()))?;
    let entries = keylist::parse(&list)
        .with_context(|| format!("{} cannot be used", dir.key_list().display()))?;
    let signer = |entry: KeyEntry| {
        let secret = Zeroizing::new(read(&dir.keys().join(&entry.file))?);
        let signer = Signer::from_pkcs8(entry.algorithm, &secret)
            .with_context(|| format!("{} cannot be used", entry.file))?;
        let window = (entry.sign_from, entry.signs_until());
        Ok((entry.purpose, window, Arc::new(signer) as Arc<dyn Sign>))
    };
    entries.into_iter().map(signer).collect()
}

/// What the hub has lent this post.
pub fn terms(dir: &DataDir) -> Result<Terms> {
    Terms::read(&read(&dir.terms())?)
        .with_context(|| format!("{} cannot be used", dir.terms().display()))
}

/// Starts the post, with the way to its hub. `reserve` is kept back on the disk, as at a hub; `day` is the
/// first of a demonstration's rule.
pub async fn start(
    dir: &Owned,
    config: &Config,
    post: &PostSection,
    day: Date,
    reserve: u64,
) -> Result<(Service, Road)> {
    let pinned = serve::anchor(dir)?.pinned()?;
    let signers = signers(dir)?;
    let terms = terms(dir)?;
    let databases = config.store(dir.path())?;
    let store = Store::open(&databases).await?;
    let kept = store.clone();
    let (own_terms, own_bundle) = (dir.terms(), dir.bundle());
    let site = Site::new(
        config.authority()?.home,
        terms,
        read(&dir.bundle())?,
        Box::new(move |bytes| datadir::write(&own_terms, bytes, 0o600).map_err(io::Error::other)),
    );
    let site = match names::of_post(dir, config)? {
        Some(name) => site.named(name),
        None => site,
    };
    let parts = Parts {
        store,
        clock: Clock::System,
        authority: config.authority()?,
        keys: keys_of(SiteKeys { signers, pinned }),
        programme: program::rules(&config.programme.rules, day)?,
        crossings: program::crossings(&config.programme.crossings)?,
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
        site: Some(site),
        deliver: Box::new(move |bytes| {
            datadir::write(&own_bundle, bytes, 0o644).map_err(io::Error::other)
        }),
        random: Random::System,
    };
    let way = Road::to(&post.hub, Some(post.hub_host.clone()))?;
    let service = Service::start(parts).await?;
    // Last: on a full disk a start lives on the room that the process before it kept back.
    kept.keep_room(&databases, reserve).await;
    Ok((service, way))
}

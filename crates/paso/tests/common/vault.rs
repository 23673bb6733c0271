//! A register with some history, people who may open its backups, and places to keep them.

#![allow(dead_code, reason = "each test uses the part it needs")]
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use crate::common::{Site, said};
use clap::Parser;
use paso::{
    cli::{Cli, Command},
    datadir::DataDir,
};
use paso_store::{Config, Store, Url, testing::Story};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A site whose backups somebody may open.
pub(crate) struct Vault {
    pub(crate) site: Site,
    /// Opens registers.
    pub(crate) identity: PathBuf,
    /// Opens keys.
    pub(crate) key_identity: PathBuf,
    /// Where registers are kept.
    pub(crate) registers: PathBuf,
    /// Where keys are kept.
    pub(crate) keys: PathBuf,
}

impl Vault {
    /// A new site with these settings, and the people and places for its backups.
    pub(crate) fn with(settings: &[&str]) -> Self {
        let site = Site::empty();
        let done = site.init_with(settings);
        assert!(done.status.success(), "{}", said(&done));
        let identity = |name: &str| {
            use age::secrecy::ExposeSecret;
            let identity = age::x25519::Identity::generate();
            let path = site.beside(name);
            fs::write(&path, identity.to_string().expose_secret()).unwrap();
            (path, identity.to_public().to_string())
        };
        let (register_identity, recipient) = identity("register.identity");
        let (key_identity, key_recipient) = identity("keys.identity");
        let config = site.dir().join("paso.toml");
        let text = fs::read_to_string(&config).unwrap();
        let text = text
            .replace(
                "\nrecipients = []",
                &format!("\nrecipients = [\"{recipient}\"]"),
            )
            .replace(
                "\nkey_recipients = []",
                &format!("\nkey_recipients = [\"{key_recipient}\"]"),
            );
        fs::write(&config, text).unwrap();
        let place = |name: &str| {
            let path = site.beside(name);
            fs::create_dir(&path).unwrap();
            path
        };
        Self {
            identity: register_identity,
            key_identity,
            registers: place("registers"),
            keys: place("keys"),
            site,
        }
    }

    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// Where the site's databases are.
    pub(crate) fn databases(&self) -> Config {
        databases(&self.site.dir())
    }

    /// Lets something happen at the site: so many acts of a story.
    pub(crate) async fn happen(&self, seed: u64, acts: usize) {
        let store = Store::open(&self.databases()).await.unwrap();
        if store.views_are_behind().await.unwrap() {
            store.rebuild_views().await.unwrap();
        }
        Story::new(seed).tell_acts(&store, acts).await;
        store.close().await;
    }

    /// Makes a backup and returns its two files.
    pub(crate) async fn back_up(&self) -> [PathBuf; 2] {
        let before = (listed(&self.registers), listed(&self.keys));
        let said = self.run(&self.backup_args()).await.unwrap();
        let new = |dir: &Path, before: &[PathBuf]| {
            let mut new = listed(dir);
            new.retain(|path| !before.contains(path));
            assert_eq!(new.len(), 1, "{said}");
            new.remove(0)
        };
        [new(&self.registers, &before.0), new(&self.keys, &before.1)]
    }

    /// The arguments of a backup to the places of this vault.
    pub(crate) fn backup_args(&self) -> Vec<String> {
        vec![
            "backup".into(),
            format!("--to={}", self.registers.display()),
            format!("--keys-to={}", self.keys.display()),
        ]
    }

    /// The arguments of a verification.
    pub(crate) fn verify_args(&self, [register, keys]: &[PathBuf; 2]) -> Vec<String> {
        vec![
            "backup".into(),
            "verify".into(),
            register.display().to_string(),
            format!("--keys={}", keys.display()),
            format!("--identity={}", self.identity.display()),
            format!("--identity={}", self.key_identity.display()),
        ]
    }

    /// The arguments of a restore.
    pub(crate) fn restore_args(&self, [register, keys]: &[PathBuf; 2]) -> Vec<String> {
        vec![
            "restore".into(),
            format!("--from={}", register.display()),
            format!("--keys={}", keys.display()),
            format!("--identity={}", self.identity.display()),
            format!("--identity={}", self.key_identity.display()),
        ]
    }

    /// Runs `paso backup` or `paso restore` in this process: what it said, or why it did not.
    pub(crate) async fn run(&self, args: &[String]) -> Result<String, String> {
        self.run_in(&self.site.dir(), args).await
    }

    /// The same over another directory.
    pub(crate) async fn run_in(&self, dir: &Path, args: &[String]) -> Result<String, String> {
        let all = ["paso".to_owned()].into_iter().chain(args.iter().cloned());
        let cli = Cli::try_parse_from(all).map_err(|error| error.to_string())?;
        let dir = DataDir::at(dir);
        let mut out = Vec::new();
        let done = match &cli.command {
            Command::Backup(args) => paso::backup::run(&dir, args, &mut out).await,
            Command::Restore(args) => paso::backup::restore(&dir, args, &mut out).await,
            other => return Err(format!("{other:?} is none of these")),
        };
        done.map_err(|error| format!("{error:#}"))?;
        Ok(String::from_utf8(out).unwrap())
    }
}

/// The databases in the files of a data directory.
pub(crate) fn databases(dir: &Path) -> Config {
    Config {
        main: Url::Sqlite(dir.join("journal.db")),
        keys: Url::Sqlite(dir.join("keys.db")),
    }
}

/// The files of a directory, by name, without records of verification.
pub(crate) fn listed(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_none_or(|end| end != "verified"))
        .collect();
    paths.sort();
    paths
}

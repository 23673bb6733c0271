//! A pair of databases that only one test knows.

use tempfile::TempDir;

use super::postgres::Cluster;
use crate::{Config, Faults, Store, Url};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Engine {
    /// Both: what works on one and was not tried on the other does not work.
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// A place for a store. The files go when it is dropped; PostgreSQL's go with the process.
#[derive(Debug)]
pub struct Scratch {
    config: Config,
    directory: TempDir,
}

impl Scratch {
    /// An empty place.
    pub async fn new(engine: Engine) -> Self {
        let directory = TempDir::new().unwrap();
        let config = match engine {
            Engine::Sqlite => Config {
                main: Url::Sqlite(directory.path().join("main.db")),
                keys: Url::Sqlite(directory.path().join("keys.db")),
            },
            Engine::Postgres => Config {
                main: Url::Postgres(Cluster::shared().database().await),
                keys: Url::Postgres(Cluster::shared().database().await),
            },
        };
        Self { config, directory }
    }

    /// Where the databases are.
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// A directory for whatever else the test writes.
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// A new store in it.
    pub async fn create(&self) -> Store {
        Store::create(&self.config).await.unwrap()
    }

    /// The store in it, opened again.
    pub async fn open(&self) -> Store {
        Store::open(&self.config).await.unwrap()
    }

    /// The store in it, opened with faults to come.
    pub async fn open_with(&self, faults: &Faults) -> Store {
        Store::open_with_faults(&self.config, faults.clone())
            .await
            .unwrap()
    }
}

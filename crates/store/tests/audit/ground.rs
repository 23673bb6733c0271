//! A register with everything in it, and copies of it to be damaged.
//!
//! Two devices write one story; a log of one year is full enough for tiles in files, a second one
//! continues it; two witnesses sign every head; some entries still wait. All keys are known to
//! everybody and all people are fictional.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use paso_domain::subject::Subject;
use paso_formats::{
    bundle::{Purpose, TrustedKey},
    moment::{DAY, HOUR, Moment},
};
use paso_store::{
    Append, Config, Device, Store, Url,
    audit::{Check, Known, Limits, Report, TileFiles, audit},
    log::{Integration, NewLog, Published},
    testing::{Engine, Scratch, Story, device},
};
use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp},
    hash::leaf_hash,
    note::{Ed25519Key, Sign, SignError},
    opening::Opening,
    tile::{Edge, TilePath},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};

/// A key for notes, from a seed.
pub(crate) struct NoteKey(Arc<Device>);

impl NoteKey {
    pub(crate) fn of(seed: u8) -> Self {
        Self(device([seed; 32]))
    }

    pub(crate) fn log(&self, origin: &Origin) -> Ed25519Key {
        Ed25519Key::new(origin.as_ref().parse().unwrap(), &self.public_key()).unwrap()
    }

    fn witness(&self, name: &str) -> CosignerKey {
        CosignerKey::new(name.parse().unwrap(), &self.public_key()).unwrap()
    }
}

impl Sign for NoteKey {
    fn public_key(&self) -> [u8; 32] {
        // The last 32 bytes of its COSE_Key (RFC 9053 §7.2).
        *self
            .0
            .signer
            .public_key()
            .to_cose_key()
            .last_chunk()
            .unwrap()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        self.0
            .signer
            .sign(message)
            .map_err(|_| SignError::Unavailable)
    }
}

const LOG: u8 = 101;
const WITNESSES: [(&str, u8); 2] = [("ombudsman.example/w", 102), ("gt.example/w", 103)];

/// The devices of the story.
pub(crate) fn devices() -> [Arc<Device>; 2] {
    [device([1; 32]), device([2; 32])]
}

pub(crate) fn origin(year: u16) -> Origin {
    Origin::new(&format!("mx.example/log/{year}")).unwrap()
}

pub(crate) fn policy() -> String {
    let log = NoteKey::of(LOG).log(&origin(2014));
    let witness = |(at, (name, seed)): (usize, &(&str, u8))| {
        format!("witness w{at} {}", NoteKey::of(*seed).witness(name))
    };
    let witnesses: Vec<_> = WITNESSES.iter().enumerate().map(witness).collect();
    format!(
        "log {log}\n{}\ngroup final all w0 w1\nquorum final\n",
        witnesses.join("\n")
    )
}

/// A policy that asks for one witness more.
pub(crate) fn policy_with_a_third() -> String {
    let third = NoteKey::of(104).witness("uni.example/w");
    policy().replace(
        "group final all w0 w1",
        &format!("witness w2 {third}\ngroup final all w0 w1 w2"),
    )
}

/// A head signed by the log, and by so many of the witnesses.
pub(crate) fn note(
    origin: &Origin,
    head: Head,
    at: Moment,
    signer: u8,
    witnesses: usize,
) -> String {
    let log = NoteKey::of(signer);
    let checkpoint = Checkpoint::new(origin.clone(), head).unwrap();
    let mut signed: SignedCheckpoint = checkpoint.sign(&log.log(origin), &log).unwrap();
    for (name, seed) in &WITNESSES[..witnesses] {
        let key = NoteKey::of(*seed);
        let time = Timestamp::from_seconds(at.unix().try_into().unwrap()).unwrap();
        let line = key
            .witness(name)
            .cosign(&checkpoint.to_string(), time, &key)
            .unwrap();
        signed.attach(line).unwrap();
    }
    signed.to_string()
}

/// A log that grows.
#[derive(Clone)]
pub(crate) struct Growing {
    ordinal: u64,
    pub(crate) origin: Origin,
    edge: Edge,
    next: u64,
}

impl Growing {
    async fn open(
        store: &Store,
        ordinal: u64,
        year: u16,
        next: u64,
        before: Option<&Self>,
    ) -> Self {
        let origin = origin(year);
        let continues = before.map(|log| {
            let head = Head {
                size: log.edge.size(),
                root: log.edge.root(),
            };
            (log.origin.clone(), head)
        });
        let opening = Opening::new(origin.clone(), continues).unwrap().to_bytes();
        let log = NewLog {
            ordinal,
            origin: origin.clone(),
            opening: opening.clone(),
            first_number: next,
        };
        store.open_log(&log).await.unwrap();
        let mut growing = Self {
            ordinal,
            origin,
            edge: Edge::new(),
            next,
        };
        let full = growing.edge.push(leaf_hash(&opening));
        growing.integrate(store, 0, full).await;
        growing
    }

    async fn integrate(&mut self, store: &Store, from: u64, full: Vec<paso_tlog::tile::Tile>) {
        let step = Integration {
            ordinal: self.ordinal,
            from,
            to: self.head(),
            tiles: full.into_iter().chain(self.edge.tiles()).collect(),
        };
        store.integrate(&step).await.unwrap();
    }

    fn head(&self) -> Head {
        Head {
            size: self.edge.size(),
            root: self.edge.root(),
        }
    }

    /// Integrates what waits, signs it and publishes it; full tiles become files.
    pub(crate) async fn publish(&mut self, store: &Store, at: Moment, files: &Path) {
        let from = self.edge.size();
        let mut full = Vec::new();
        for leaf in store.leaves(self.next, u32::MAX).await.unwrap() {
            full.extend(self.edge.push(leaf_hash(&leaf.bytes)));
            self.next = leaf.number + 1;
        }
        let paths: Vec<_> = full.iter().map(|tile| tile.path).collect();
        for tile in &full {
            let path = file(files, &self.origin, &tile.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, tile.bytes()).unwrap();
        }
        self.integrate(store, from, full).await;
        store.drop_log_tiles(self.ordinal, &paths).await.unwrap();
        let note = note(&self.origin, self.head(), at, LOG, 2);
        store
            .keep_note(self.ordinal, self.head().size, &note)
            .await
            .unwrap();
        let published = Published {
            ordinal: self.ordinal,
            origin: self.origin.clone(),
            head: self.head(),
            note,
            at,
        };
        store.publish(&published).await.unwrap();
    }
}

fn file(files: &Path, origin: &Origin, path: &TilePath) -> PathBuf {
    let year = origin.as_ref().rsplit('/').next().unwrap();
    files.join(year).join(path.to_string())
}

struct Files(PathBuf);

impl TileFiles for Files {
    fn read(&self, origin: &Origin, path: &TilePath) -> io::Result<Option<Vec<u8>>> {
        match fs::read(file(&self.0, origin, path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What is audited with; tests change it.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) keys: Vec<TrustedKey>,
    pub(crate) no_bundle: bool,
    pub(crate) policies: Vec<String>,
    pub(crate) guard: Vec<(Origin, Head)>,
    pub(crate) now: Moment,
    pub(crate) checks: BTreeSet<Check>,
}

/// A register, its story, and its newest log.
pub(crate) struct Ground {
    /// Its files go when it goes.
    _scratch: Scratch,
    config: Config,
    files: PathBuf,
    pub(crate) story: Story,
    pub(crate) log: Growing,
    pub(crate) held: Held,
}

impl Ground {
    /// Tells the story, with some 600 entries in the first log and some in the second.
    pub(crate) async fn on(engine: Engine) -> Self {
        let scratch = Scratch::new(engine).await;
        let files = scratch.directory().join("log");
        let store = scratch.create().await;
        let mut story = Story::new(2014);
        let log = Growing::open(&store, 1, 2014, 1, None).await;
        let mut ground = Self {
            config: scratch.config().clone(),
            held: Held {
                keys: devices().iter().map(|device| trusted(device)).collect(),
                no_bundle: false,
                policies: vec![policy()],
                guard: Vec::new(),
                now: story.now(),
                checks: Check::ALL.iter().copied().collect(),
            },
            _scratch: scratch,
            files,
            log,
            story: story.clone(),
        };
        for round in 0..12 {
            ground.tell(&store, &mut story, 12).await;
            let at = story.now().plus(60);
            ground.log.publish(&store, at, &ground.files).await;
            store
                .heartbeat(devices()[round % 2].clone(), at)
                .await
                .unwrap();
        }
        let next = store.entry_count().await.unwrap() + 1;
        ground
            .log
            .publish(&store, story.now().plus(60), &ground.files)
            .await;
        ground.log = Growing::open(&store, 2, 2015, next, Some(&ground.log)).await;
        ground.tell(&store, &mut story, 6).await;
        ground
            .log
            .publish(&store, story.now().plus(60), &ground.files)
            .await;
        ground.held.guard = vec![(ground.log.origin.clone(), ground.log.head())];
        ground.tell(&store, &mut story, 3).await;
        store
            .heartbeat(devices()[0].clone(), story.now())
            .await
            .unwrap();
        // Something more, so that the heartbeat is not the last; and the last row begins a record,
        // so that one knows what is missing when it is taken out.
        loop {
            let last = ground.tell(&store, &mut story, 1).await;
            if matches!(last, Some(Subject::Encounter(_))) {
                break;
            }
        }
        ground.held.now = story.now().plus(HOUR);
        ground.story = story;
        store.close().await;
        ground
    }

    /// Tells so many acts; the subject of the last row.
    async fn tell(&self, store: &Store, story: &mut Story, acts: usize) -> Option<Subject> {
        let mut subject = None;
        for act in 0..acts {
            let told = story.next_act();
            subject = told.last().map(|(subject, _)| subject.clone());
            let append = story.seal(store, told.clone()).await.unwrap();
            story.took_place(&told);
            let mut append = Append {
                device: devices()[act % 2].clone(),
                ..append
            };
            if act == 0 {
                let last = append.entries.pop().unwrap();
                append.entries.push(last.stating(vec![7; 48]));
            }
            store.append(append).await.unwrap();
        }
        subject
    }

    /// The store, to go on writing.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.config).await.unwrap()
    }

    /// Everything again in another place.
    pub(crate) async fn copy(&self) -> Copy {
        let directory = tempfile::tempdir().unwrap();
        let url = |url: &Url, name: &str| match url {
            Url::Sqlite(_) => Url::Sqlite(directory.path().join(name)),
            Url::Postgres(url) => Url::Postgres(next_to(url)),
        };
        let config = Config {
            main: url(&self.config.main, "main.db"),
            keys: url(&self.config.keys, "keys.db"),
        };
        for (from, to) in [
            (&self.config.main, &config.main),
            (&self.config.keys, &config.keys),
        ] {
            match (from, to) {
                (Url::Sqlite(from), Url::Sqlite(to)) => {
                    fs::copy(from, to).unwrap();
                }
                (Url::Postgres(from), Url::Postgres(to)) => {
                    let text =
                        format!("CREATE DATABASE {} TEMPLATE {}", name_of(to), name_of(from));
                    let mut server =
                        PgConnection::connect(&from.replace(name_of(from), "postgres"))
                            .await
                            .unwrap();
                    sqlx::raw_sql(AssertSqlSafe(text))
                        .execute(&mut server)
                        .await
                        .unwrap();
                    server.close().await.unwrap();
                }
                _ => unreachable!("a copy is on the engine of the original"),
            }
        }
        let files = directory.path().join("log");
        copy_all(&self.files, &files);
        Copy {
            config,
            files,
            log: self.log.clone(),
            directory,
        }
    }
}

fn trusted(device: &Device) -> TrustedKey {
    let from = Moment::from_unix(1_404_000_000);
    TrustedKey {
        key: device.signer.public_key().clone(),
        purpose: Purpose::Device,
        site: "mx-test".into(),
        sign_from: from,
        sign_until: from.plus(700 * DAY),
        verify_until: from.plus(2500 * DAY),
        compromised_at: None,
    }
}

fn name_of(url: &str) -> &str {
    let name = url.rsplit_once("localhost/").unwrap().1;
    name.split('?').next().unwrap()
}

fn next_to(url: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COPIES: AtomicU32 = AtomicU32::new(0);
    let copy = format!(
        "{}_c{}",
        name_of(url),
        COPIES.fetch_add(1, Ordering::Relaxed)
    );
    url.replace(name_of(url), &copy)
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A copy, to be damaged and audited.
pub(crate) struct Copy {
    pub(crate) config: Config,
    pub(crate) files: PathBuf,
    log: Growing,
    directory: tempfile::TempDir,
}

enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

macro_rules! on {
    ($raw:expr, $c:ident => $body:expr) => {
        match $raw {
            Raw::Sqlite($c) => $body,
            Raw::Postgres($c) => $body,
        }
    };
}

impl Copy {
    /// No copy at all, but the ground itself.
    pub(crate) fn of_the_original(ground: &Ground) -> Self {
        Self {
            config: ground.config.clone(),
            files: ground.files.clone(),
            log: ground.log.clone(),
            directory: tempfile::tempdir().unwrap(),
        }
    }

    /// Publishes what waits, as of a moment.
    pub(crate) async fn publish(&self, store: &Store, at: Moment) {
        self.log.clone().publish(store, at, &self.files).await;
    }

    async fn raw(&self, url: &Url) -> Raw {
        match url {
            Url::Sqlite(path) => {
                let url = format!("sqlite:{}", path.display());
                Raw::Sqlite(SqliteConnection::connect(&url).await.unwrap())
            }
            Url::Postgres(url) => Raw::Postgres(PgConnection::connect(url).await.unwrap()),
        }
    }

    /// Runs a text of SQL, with bytes for `$1` where it has that.
    pub(crate) async fn run(&self, text: &str, bytes: Option<&[u8]>) {
        self.run_on(&self.config.main, text, bytes).await;
    }

    pub(crate) async fn run_on(&self, url: &Url, text: &str, bytes: Option<&[u8]>) {
        let text = AssertSqlSafe(text.to_owned());
        let mut raw = self.raw(url).await;
        let changed = on!(&mut raw, c => {
            let query = sqlx::query(text);
            let query = match bytes {
                Some(bytes) => query.bind(bytes.to_vec()),
                None => query,
            };
            query.execute(&mut *c).await.unwrap().rows_affected()
        });
        assert!(changed > 0, "nothing was damaged");
        on!(raw, c => c.close().await.unwrap());
    }

    pub(crate) async fn bytes(&self, text: &str) -> Vec<u8> {
        let text = AssertSqlSafe(text.to_owned());
        let mut raw = self.raw(&self.config.main).await;
        on!(&mut raw, c => sqlx::query_scalar(text).fetch_one(&mut *c).await.unwrap())
    }

    pub(crate) async fn text(&self, text: &str) -> String {
        let text = AssertSqlSafe(text.to_owned());
        let mut raw = self.raw(&self.config.main).await;
        on!(&mut raw, c => sqlx::query_scalar(text).fetch_one(&mut *c).await.unwrap())
    }

    pub(crate) async fn number(&self, text: &str) -> i64 {
        let text = AssertSqlSafe(text.to_owned());
        let mut raw = self.raw(&self.config.main).await;
        on!(&mut raw, c => sqlx::query_scalar(text).fetch_one(&mut *c).await.unwrap())
    }

    pub(crate) async fn audit(&self, held: &Held) -> Report {
        let scratch = self.directory.path().join("scratch");
        fs::create_dir_all(&scratch).unwrap();
        let files = Files(self.files.clone());
        let known = Known {
            keys: (!held.no_bundle).then_some(&held.keys),
            policies: &held.policies,
            tiles: Some(&files),
            guard: &held.guard,
            now: held.now,
            limits: Limits {
                sandwich: 72 * HOUR,
                waiting: 24 * HOUR,
                sheets: 30 * 24 * 3600,
            },
            scratch: scratch.clone(),
        };
        let report = audit(&self.config, &held.checks, &known).await.unwrap();
        fs::remove_dir_all(scratch).unwrap();
        report
    }
}

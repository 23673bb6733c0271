//! Ground for a log: a scratch database, a key that remembers what it signed, witnesses in this
//! process that can be down, slow or lying.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use paso_domain::crossings::Zone;
use paso_formats::{
    key::{Algorithm, PublicKey, Sign, SignError},
    moment::Moment,
};
use paso_service::{
    clock::Clock,
    log::{
        Log, LogKey, LogParts, LogPolicy, OpenError,
        fault::Faults,
        witness::{Asked, Reply, Silent, Witness},
    },
    signer::Signer,
};
use paso_store::{
    Device, Store,
    testing::{Engine, Scratch, device},
};
use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp},
    hash::{EMPTY_ROOT, Hash},
    note::Ed25519Key,
    witness as protocol,
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

pub(crate) const BASE: &str = "mx.example/log";
/// What the mirror shows to be let in.
pub(crate) const TOKEN: &str = "c2VjcmV0";
pub(crate) const NOON: &str = "2026-07-08T18:00:00Z";

/// A key that remembers every head it signed, for as long as the test lasts, whatever restarts.
pub(crate) struct Remembering {
    signer: Signer,
    file: Vec<u8>,
    /// Whether it says aloud what it signs, for whoever outlives this process.
    tells: bool,
    signed: Mutex<BTreeMap<(String, u64), Hash>>,
}

impl Remembering {
    fn new() -> Arc<Self> {
        Self::of(&Signer::generate(Algorithm::EdDsa).unwrap(), false)
    }

    fn of(file: &[u8], tells: bool) -> Arc<Self> {
        Arc::new(Self {
            signer: Signer::from_pkcs8(Algorithm::EdDsa, file).unwrap(),
            file: file.to_vec(),
            tells,
            signed: Mutex::default(),
        })
    }

    /// All that was signed: size and root by log.
    pub(crate) fn heads(&self, origin: &str) -> BTreeMap<u64, Hash> {
        let signed = self.signed.lock().unwrap();
        let of_log = signed.iter().filter(|((log, _), _)| log == origin);
        of_log.map(|((_, size), root)| (*size, *root)).collect()
    }
}

impl Sign for Remembering {
    fn public_key(&self) -> &PublicKey {
        self.signer.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let checkpoint = Checkpoint::parse(core::str::from_utf8(message).unwrap()).unwrap();
        let head = checkpoint.head();
        let mut signed = self.signed.lock().unwrap();
        let first = *signed
            .entry((checkpoint.origin().to_string(), head.size))
            .or_insert(head.root);
        assert_eq!(first, head.root, "two trees of {} entries", head.size);
        if self.tells {
            println!("SIGNED {} {}", head.size, head.root);
        }
        self.signer.sign(message)
    }
}

/// Whoever stole the log's key, and signs where nobody remembers it.
struct Thief(Arc<Remembering>);

impl paso_tlog::note::Sign for Thief {
    fn public_key(&self) -> [u8; 32] {
        let key = self.0.signer.public_key().to_cose_key();
        *key.last_chunk().unwrap()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], paso_tlog::note::SignError> {
        Ok(self.0.signer.sign(message).unwrap())
    }
}

/// How a witness behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Up,
    Down,
    /// Takes the request and never answers.
    Slow,
    /// Cosigns with a key that nobody configured.
    WrongKey,
    /// Cosigns something else.
    WrongSignature,
    /// Answers 409 with this size to everything.
    WrongSize(u64),
    /// Answers 422 to everything.
    Denies,
    /// Answers with a page of some proxy.
    Nonsense,
    /// Does not follow the log.
    Strange,
}

/// A witness in this process.
pub(crate) struct Fake {
    name: String,
    key: CosignerKey,
    signer: ed25519_dalek::SigningKey,
    log_key: Mutex<HashMap<String, Ed25519Key>>,
    stored: Mutex<BTreeMap<Origin, (Head, String)>>,
    mood: Mutex<Mood>,
    monitored: Mutex<bool>,
    pub(crate) asked: Mutex<usize>,
}

struct Raw<'a>(&'a ed25519_dalek::SigningKey);

impl paso_tlog::note::Sign for Raw<'_> {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], paso_tlog::note::SignError> {
        use ed25519_dalek::Signer as _;
        Ok(self.0.sign(message).to_bytes())
    }
}

impl Fake {
    pub(crate) fn new(name: &str, seed: u8) -> Arc<Self> {
        let signer = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let public = signer.verifying_key().to_bytes();
        let full = format!("{name}.example");
        Arc::new(Self {
            name: name.into(),
            key: CosignerKey::new(full.parse().unwrap(), &public).unwrap(),
            signer,
            log_key: Mutex::default(),
            stored: Mutex::default(),
            mood: Mutex::new(Mood::Up),
            monitored: Mutex::new(true),
            asked: Mutex::default(),
        })
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Shows nothing to monitors.
    pub(crate) fn hides(&self) {
        *self.monitored.lock().unwrap() = false;
    }

    pub(crate) fn size(&self, origin: &str) -> u64 {
        let stored = self.stored.lock().unwrap();
        stored
            .get(&Origin::new(origin).unwrap())
            .map_or(0, |(head, _)| head.size)
    }

    /// Has it remember a head of other entries, signed with the log's own key by somebody else.
    pub(crate) fn fork(&self, ground: &Ground, origin: &str, size: u64) {
        let origin = Origin::new(origin).unwrap();
        let head = Head {
            size,
            root: digest(b"other entries"),
        };
        let thief = Thief(Arc::clone(&ground.key));
        let verifier = ground.log_key().verifier(&origin).unwrap();
        let checkpoint = Checkpoint::new(origin.clone(), head).unwrap();
        let mut note = checkpoint.sign(&verifier, &thief).unwrap();
        let time = Timestamp::from_seconds(1).unwrap();
        let text = note.note().unverified_text().to_owned();
        let line = self.key.cosign(&text, time, &Raw(&self.signer)).unwrap();
        note.attach(line).unwrap();
        let mut stored = self.stored.lock().unwrap();
        stored.insert(origin, (head, note.to_string()));
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    fn judge(&self, request: &protocol::Request) -> protocol::Response {
        let origin = request.checkpoint().unverified().origin().clone();
        let keys = self.log_key.lock().unwrap();
        let log = keys.get(origin.as_ref()).map(|key| protocol::Log {
            origin: origin.clone(),
            keys: vec![key.clone()],
        });
        let mut stored = self.stored.lock().unwrap();
        let before = stored.get(&origin).map_or(Head::EMPTY, |(head, _)| *head);
        match protocol::decide(log.as_ref(), before, request) {
            protocol::Outcome::Accept(advance) => {
                let to = advance.to();
                let time = Timestamp::from_seconds(1_783_533_600).unwrap();
                let line = advance.cosign(&self.key, time, &Raw(&self.signer)).unwrap();
                let mut note = request.checkpoint().clone();
                note.attach(line.clone()).unwrap();
                stored.insert(origin, (to, note.to_string()));
                protocol::Response::cosigned(&[line])
            }
            protocol::Outcome::Refuse(refusal) => protocol::Response::refused(&refusal),
        }
    }

    fn lie(&self, request: &protocol::Request, mood: Mood) -> Reply {
        let text = "text/plain".to_owned();
        let (status, content_type, body) = match mood {
            Mood::WrongSize(size) => (
                409,
                protocol::SIZE_CONTENT_TYPE.to_owned(),
                format!("{size}\n"),
            ),
            Mood::Denies => (422, text, "no\n".into()),
            Mood::Nonsense => (200, "text/html".into(), "<h1>It works!</h1>".into()),
            Mood::Strange => (404, text, "not here\n".into()),
            Mood::WrongKey => {
                let other = Fake::new("nobody", 99);
                let time = Timestamp::from_seconds(1).unwrap();
                let note = request.checkpoint().note().unverified_text();
                let line = other.key.cosign(note, time, &Raw(&other.signer)).unwrap();
                (200, text, format!("{line}\n"))
            }
            _ => {
                let time = Timestamp::from_seconds(1).unwrap();
                let line = self.key.cosign("else\n", time, &Raw(&self.signer)).unwrap();
                (200, text, format!("{line}\n"))
            }
        };
        Reply {
            status,
            content_type: Some(content_type),
            body: body.into_bytes(),
        }
    }
}

impl Witness for Fake {
    fn name(&self) -> &str {
        &self.name
    }

    fn key(&self) -> &CosignerKey {
        &self.key
    }

    fn add_checkpoint<'a>(
        &'a self,
        request: &'a protocol::Request,
    ) -> Asked<'a, Result<Reply, Silent>> {
        Box::pin(async move {
            *self.asked.lock().unwrap() += 1;
            // What travels is text.
            let sent = protocol::Request::parse(request.to_string().as_bytes()).unwrap();
            match self.mood() {
                Mood::Up => {
                    let response = self.judge(&sent);
                    Ok(Reply {
                        status: response.status.code(),
                        content_type: Some(response.content_type.into()),
                        body: response.body.into_bytes(),
                    })
                }
                Mood::Down => Err(Silent("connection refused".into())),
                Mood::Slow => std::future::pending().await,
                mood => Ok(self.lie(&sent, mood)),
            }
        })
    }

    fn newest<'a>(&'a self, origin: &'a Origin) -> Asked<'a, Result<Reply, Silent>> {
        Box::pin(async move {
            match self.mood() {
                Mood::Down => return Err(Silent("connection refused".into())),
                Mood::Slow => std::future::pending::<()>().await,
                _ => {}
            }
            let stored = self.stored.lock().unwrap();
            let shown = stored
                .get(origin)
                .filter(|_| *self.monitored.lock().unwrap());
            Ok(match shown {
                Some((_, note)) => Reply {
                    status: 200,
                    content_type: Some("text/plain; charset=utf-8".into()),
                    body: note.clone().into_bytes(),
                },
                None => Reply {
                    status: 404,
                    content_type: None,
                    body: Vec::new(),
                },
            })
        })
    }
}

/// Everything that outlives a process.
pub(crate) struct Ground {
    pub(crate) scratch: Scratch,
    pub(crate) key: Arc<Remembering>,
    pub(crate) witnesses: Vec<Arc<Fake>>,
    /// The last lines of the policy.
    pub(crate) quorum: &'static str,
    pub(crate) faults: Faults,
    pub(crate) now: Moment,
    pub(crate) edition: u16,
    pub(crate) device: Arc<Device>,
}

/// What makes a receipt final: the ombudsman, and any one other.
pub(crate) const OMBUDSMAN_AND_ANY: &str =
    "group others any neighbour university\ngroup final all ombudsman others\nquorum final\n";

impl Ground {
    /// A ground without witnesses.
    pub(crate) async fn alone(engine: Engine) -> Self {
        Self {
            scratch: Scratch::new(engine).await,
            key: Remembering::new(),
            witnesses: Vec::new(),
            quorum: "quorum none\n",
            faults: Faults::armable(),
            now: NOON.parse().unwrap(),
            edition: 1,
            device: device([7; 32]),
        }
    }

    /// Leaves the log's key for a child that works on this ground.
    pub(crate) fn keep_key(&self) {
        fs::write(self.scratch.directory().join("log.pk8"), &self.key.file).unwrap();
    }

    /// The ground as a child finds it; its own scratch stays empty.
    pub(crate) async fn child(dir: &Path) -> Self {
        let file = fs::read(dir.join("log.pk8")).unwrap();
        Self {
            key: Remembering::of(&file, true),
            ..Self::alone(Engine::Sqlite).await
        }
    }

    /// A ground with the ombudsman, a neighbour and a university.
    pub(crate) async fn witnessed(engine: Engine) -> Self {
        let mut ground = Self::alone(engine).await;
        ground.quorum = OMBUDSMAN_AND_ANY;
        for (name, seed) in [("ombudsman", 1), ("neighbour", 2), ("university", 3)] {
            ground.witnesses.push(Fake::new(name, seed));
        }
        for year in ["2026", "2027", "2026-2"] {
            ground.tell_witnesses(year);
        }
        ground
    }

    /// Has every witness follow a log.
    pub(crate) fn tell_witnesses(&self, label: &str) {
        let origin = format!("{BASE}/{label}");
        let key = self
            .log_key()
            .verifier(&Origin::new(&origin).unwrap())
            .unwrap();
        for witness in &self.witnesses {
            let mut keys = witness.log_key.lock().unwrap();
            keys.insert(origin.clone(), key.clone());
        }
    }

    pub(crate) fn log_key(&self) -> LogKey {
        LogKey::new(Arc::clone(&self.key) as Arc<dyn Sign>).unwrap()
    }

    pub(crate) fn policy(&self) -> LogPolicy {
        let mut text = String::new();
        for witness in &self.witnesses {
            text.push_str(
                &[
                    "witness ",
                    &witness.name,
                    " ",
                    &witness.key.to_string(),
                    " \n",
                ]
                .concat(),
            );
        }
        text += self.quorum;
        LogPolicy::parse(&text).unwrap()
    }

    pub(crate) fn tiles(&self) -> PathBuf {
        self.scratch.directory().join("log")
    }

    pub(crate) fn guard(&self) -> PathBuf {
        self.scratch.directory().join("guard")
    }

    /// Opens the log of a store, as a process does when it starts.
    pub(crate) async fn open(&self, store: &Store) -> Result<Log, OpenError> {
        self.open_in(store, self.scratch.directory()).await
    }

    /// The same with files elsewhere.
    pub(crate) async fn open_in(&self, store: &Store, dir: &Path) -> Result<Log, OpenError> {
        let witnesses = self.witnesses.iter();
        let witnesses = witnesses.map(|fake| Arc::clone(fake) as Arc<dyn Witness>);
        Log::open(LogParts {
            store: store.clone(),
            clock: Clock::fixed(self.now),
            key: self.log_key(),
            base: BASE.parse().unwrap(),
            edition: self.edition,
            zone: Zone::named("America/Mexico_City").unwrap(),
            policy: self.policy(),
            witnesses: witnesses.collect(),
            tiles: dir.join("log"),
            guard: dir.join("guard"),
            mirror_token: String::from(TOKEN).into(),
            bundle: dir.join("bundle.cose"),
            patience: Duration::from_millis(50),
            faults: self.faults.clone(),
        })
        .await
    }

    /// Adds entries, of which nothing matters here but that they are entries.
    pub(crate) async fn beat(&self, store: &Store, count: u64) {
        let mut beats = tokio::task::JoinSet::new();
        for _ in 0..count {
            let (store, device, now) = (store.clone(), Arc::clone(&self.device), self.now);
            beats.spawn(async move { store.heartbeat(device, now).await.unwrap() });
        }
        beats.join_all().await;
    }
}

/// The root of a log's leaves as `ct-merkle` computes it.
pub(crate) fn reference_root(leaves: &[Vec<u8>]) -> Hash {
    if leaves.is_empty() {
        return EMPTY_ROOT;
    }
    let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for leaf in leaves {
        tree.push(leaf.clone());
    }
    Hash(tree.root().as_bytes().as_slice().try_into().unwrap())
}

/// All leaves of the newest log, opening leaf first, straight from the database.
pub(crate) async fn leaves(store: &Store) -> Vec<Vec<u8>> {
    let row = store.logs().await.unwrap().pop().unwrap();
    let count = u32::try_from(row.head.size).unwrap();
    let mut leaves = vec![row.opening.clone()];
    let entries = store.leaves(row.first_number, count).await.unwrap();
    leaves.extend(entries.into_iter().map(|leaf| leaf.bytes));
    leaves.truncate(count as usize);
    leaves
}

/// The newest published note of the newest log.
pub(crate) async fn published(store: &Store) -> Option<SignedCheckpoint> {
    let row = store.logs().await.unwrap().pop()?;
    let published = store.last_published(row.ordinal).await.unwrap()?;
    Some(SignedCheckpoint::parse(published.note.as_bytes()).unwrap())
}

/// SHA-256, for names of tiles in messages.
pub(crate) fn digest(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}

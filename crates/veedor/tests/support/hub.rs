//! A hub of a fictional authority: devices that sign entries, a log of them, and lies on demand.

use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use core::num::NonZeroU32;
use ed25519_dalek::Signer as _;
use paso_formats::{
    anchor::Anchor,
    batch::{Envelope, Row},
    bundle::{Bundle, Purpose, TrustedKey},
    entry::{Class, Content, Entry, Minute, StreamHead, StreamId, Unsigned},
    envelope::{self, Label as Bound, SubjectKey},
    feed::{self, Place},
    key::{PublicKey, Sign, SignError},
    moment::{DAY, Moment},
    receipt::{self, Body, Code, Facts, ReceiptClaims},
};
use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin},
    cosignature::{CosignerKey, Timestamp},
    hash::leaf_hash,
    note::{Ed25519Key, Sign as _},
    opening::Opening,
    tile::Edge,
    witness::Log,
};
use paso_veedor::{
    key::Key,
    mirror::{Hub, HubError, Label, ROWS_AT_A_TIME, Settings},
};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::net::TcpListener;

pub(crate) const CODE: &str = "MX-INM";
pub(crate) const ORIGIN: &str = "log.inm.example/2026";
pub(crate) const TOKEN: &str = "a-token-of-thirty-two-characters";
const LOG_SEED: [u8; 32] = [41; 32];

/// A signer from a seed.
pub(crate) struct Seed {
    private: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl Seed {
    pub(crate) fn new(seed: u8) -> Self {
        let private = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let public = PublicKey::ed25519(private.verifying_key().as_bytes()).unwrap();
        Self { private, public }
    }
}

impl Sign for Seed {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(self.private.sign(message).to_bytes())
    }
}

/// A device with its stream.
pub(crate) struct Device {
    seed: u8,
    pub(crate) stream: StreamId,
    pub(crate) last: Option<StreamHead>,
}

impl Device {
    pub(crate) fn new(seed: u8) -> Self {
        Self {
            seed,
            stream: StreamId::from_random([seed; 16]),
            last: None,
        }
    }

    /// A device whose stream bears the name of its key.
    pub(crate) fn named(seed: u8) -> Self {
        Self {
            stream: StreamId::of_key(&Seed::new(seed).public),
            ..Self::new(seed)
        }
    }

    /// Signs the next entry.
    pub(crate) fn sign(&mut self, content: Content) -> Entry {
        let entry = Unsigned {
            stream: self.stream,
            after: self.last,
            witnessed: None,
            time: Minute(29_833_333),
            content,
        }
        .sign(&Seed::new(self.seed))
        .unwrap();
        self.last = Some(entry.head());
        entry
    }

    pub(crate) fn heartbeat(&mut self) -> Kept {
        Kept::Entry(self.sign(Content::Heartbeat), None)
    }

    /// An act on a subject, with what the ombudsman is told of it.
    pub(crate) fn act(&mut self, subject: &str, kind: &str, statement: &[u8]) -> Kept {
        self.sealed(Class::Act, subject, kind, b"body", statement).0
    }

    /// An event of custody, with what the ombudsman is told of it.
    pub(crate) fn custody(&mut self, subject: &str, statement: &[u8]) -> Kept {
        self.sealed(Class::Custody, subject, "custody.noted", b"body", statement)
            .0
    }

    /// An act with this body, and the key that opens its commitment.
    fn sealed(
        &mut self,
        class: Class,
        subject: &str,
        kind: &str,
        body: &[u8],
        statement: &[u8],
    ) -> (Kept, [u8; 32]) {
        let number = self.last.map_or(1, |head| head.sequence + 1);
        let label = Bound {
            subject,
            kind,
            schema: 1,
        };
        let mut nonce = [self.seed; envelope::NONCE_LEN];
        nonce[..8].copy_from_slice(&number.to_be_bytes());
        let key = SubjectKey::from_random([5; 32]);
        let sealed = envelope::seal(body, label, &key, nonce);
        let opens = envelope::event_key(&sealed.bytes, &key).unwrap();
        let beside = Beside {
            subject: subject.to_owned(),
            kind: kind.to_owned(),
            sealed: sealed.bytes,
            commitment: sealed.commitment,
            statement: statement.to_vec(),
        };
        let entry = self.sign(Content::Event(class, beside.envelope().binding()));
        (Kept::Entry(entry, Some(beside)), *opens)
    }

    /// Gives a receipt: the row of its event, and the text on the paper.
    pub(crate) fn receipt(&mut self, code: Code, at: Moment) -> (Kept, String) {
        let body = Body::new(Facts {
            code,
            kind: receipt::Kind::Encounter,
            post: "TAL-1".to_owned(),
            at,
            officer: "4711".to_owned(),
            handle: None,
        })
        .unwrap();
        let subject = format!("receipt:{code}");
        let (kept, k_event) =
            self.sealed(Class::Act, &subject, "receipt.given", &body.to_cbor(), b"");
        let sequence = u32::try_from(self.last.unwrap().sequence).unwrap();
        let claims = ReceiptClaims {
            body,
            stream: self.stream,
            sequence: NonZeroU32::new(sequence),
            k_event,
        };
        let text = receipt::encode(&claims, &Seed::new(self.seed)).unwrap();
        (kept, text.into_string())
    }
}

/// What lies beside a leaf.
#[derive(Clone)]
pub(crate) struct Beside {
    subject: String,
    kind: String,
    sealed: Vec<u8>,
    commitment: [u8; 32],
    statement: Vec<u8>,
}

impl Beside {
    fn envelope(&self) -> Envelope<'_> {
        Envelope {
            subject: &self.subject,
            kind: &self.kind,
            schema: 1,
            time: Minute(29_833_333),
            sealed: &self.sealed,
            commitment: self.commitment,
            approvals: &[0x80],
            statement: &self.statement,
        }
    }
}

/// A place of the log.
#[expect(clippy::large_enum_variant, reason = "a test holds few of them")]
#[derive(Clone)]
pub(crate) enum Kept {
    Opening(Vec<u8>),
    Entry(Entry, Option<Beside>),
}

impl Kept {
    pub(crate) fn place(&self) -> Place<'_> {
        match self {
            Self::Opening(leaf) => Place::Opening(leaf),
            Self::Entry(entry, beside) => Place::Entry(Row {
                entry: entry.clone(),
                envelope: beside.as_ref().map(Beside::envelope),
            }),
        }
    }
}

pub(crate) fn vkey(origin: &str) -> Ed25519Key {
    let public = Key::from_seed(&LOG_SEED).public_key();
    Ed25519Key::new(origin.parse().unwrap(), &public).unwrap()
}

/// The key of the authority's logs.
pub(crate) fn log_signer() -> Key {
    Key::from_seed(&LOG_SEED)
}

/// A witness of this seed.
pub(crate) fn cosigner(seed: &[u8; 32]) -> CosignerKey {
    let public = Key::from_seed(seed).public_key();
    CosignerKey::new("veedor.example/1".parse().unwrap(), &public).unwrap()
}

/// One log, honest unless told otherwise.
#[derive(Clone)]
pub(crate) struct Ledger {
    pub(crate) origin: String,
    pub(crate) places: Vec<Kept>,
    /// How many of them are published.
    pub(crate) published: usize,
    /// Another root to sign than the true one.
    pub(crate) other_root: Option<[u8; 32]>,
    /// A place at which the feed's sealed bytes are flipped.
    pub(crate) altered: Option<u64>,
    /// A witness that cosigns every head, by its seed.
    pub(crate) witness: Option<[u8; 32]>,
}

impl Ledger {
    pub(crate) fn open(origin: &str, continues: Option<(&str, Head)>) -> Self {
        let continues = continues.map(|(old, head)| (Origin::new(old).unwrap(), head));
        let opening = Opening::new(Origin::new(origin).unwrap(), continues).unwrap();
        Self {
            origin: origin.to_owned(),
            places: vec![Kept::Opening(opening.to_bytes())],
            published: 1,
            other_root: None,
            altered: None,
            witness: None,
        }
    }

    pub(crate) fn push(&mut self, kept: Kept) {
        self.places.push(kept);
        self.published = self.places.len();
    }

    pub(crate) fn head(&self) -> Head {
        self.head_at(self.published)
    }

    pub(crate) fn head_at(&self, size: usize) -> Head {
        let mut edge = Edge::new();
        for kept in &self.places[..size] {
            edge.push(leaf_hash(&kept.place().leaf()));
        }
        Head {
            size: edge.size(),
            root: edge.root(),
        }
    }

    /// The published checkpoint, signed.
    pub(crate) fn checkpoint(&self) -> Vec<u8> {
        let mut head = self.head();
        if let Some(root) = self.other_root {
            head.root.0 = root;
        }
        let checkpoint = Checkpoint::new(Origin::new(&self.origin).unwrap(), head).unwrap();
        let mut note = checkpoint
            .sign(&vkey(&self.origin), &Key::from_seed(&LOG_SEED))
            .unwrap();
        if let Some(seed) = self.witness {
            let time = Timestamp::from_seconds(super::NOON).unwrap();
            let line =
                cosigner(&seed).cosign(&checkpoint.to_string(), time, &Key::from_seed(&seed));
            note.attach(line.unwrap()).unwrap();
        }
        note.to_string().into_bytes()
    }

    pub(crate) fn feed(&self, from: u64, most: u64) -> Vec<u8> {
        let from = usize::try_from(from).unwrap().min(self.published);
        let end = self.published.min(from + usize::try_from(most).unwrap());
        let places: Vec<_> = self.places[from..end].iter().map(Kept::place).collect();
        let mut bytes = feed::write(&self.origin, from as u64, &places).unwrap();
        if let Some(place) = self.altered
            && let Kept::Entry(_, Some(beside)) = &self.places[usize::try_from(place).unwrap()]
        {
            let sealed = &beside.sealed;
            let at = bytes
                .windows(sealed.len())
                .position(|bytes| bytes == sealed);
            if let Some(at) = at {
                bytes[at + 30] ^= 1;
                let end = bytes.len() - 32;
                let closing: [u8; 32] = sha2::Digest::finalize(
                    <sha2::Sha256 as sha2::Digest>::new_with_prefix(&bytes[..end]),
                )
                .into();
                bytes[end..].copy_from_slice(&closing);
            }
        }
        bytes
    }
}

/// The hub.
pub(crate) struct Fake {
    pub(crate) logs: Vec<Ledger>,
    pub(crate) bundle: Option<Vec<u8>>,
    /// Rows in one answer, fewer than allowed.
    pub(crate) at_a_time: u64,
    /// How many feeds were asked for, and after how many it stops answering.
    pub(crate) feeds: u64,
    pub(crate) silent_after: Option<u64>,
}

#[derive(Clone)]
pub(crate) struct FakeHub(Arc<Mutex<Fake>>);

impl FakeHub {
    /// A hub whose one log has only been opened, with a bundle of these devices.
    pub(crate) fn new(devices: &[u8]) -> Self {
        Self(Arc::new(Mutex::new(Fake {
            logs: vec![Ledger::open(ORIGIN, None)],
            bundle: Some(bundle(1, devices)),
            at_a_time: ROWS_AT_A_TIME,
            feeds: 0,
            silent_after: None,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Fake> {
        self.0.lock().unwrap()
    }

    /// Changes the first log.
    pub(crate) fn log<T>(&self, change: impl FnOnce(&mut Ledger) -> T) -> T {
        change(&mut self.lock().logs[0])
    }

    fn find<T>(&self, label: Label, read: impl FnOnce(&Ledger) -> T) -> Option<T> {
        let fake = self.lock();
        let found = fake
            .logs
            .iter()
            .find(|log| log.origin.ends_with(&format!("/{label}")));
        found.map(read)
    }

    /// Serves the hub; the address.
    pub(crate) async fn serve(&self) -> (SocketAddr, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/log", get(logs))
            .route("/log/bundle", get(trust))
            .route("/log/{label}/checkpoint", get(head))
            .route("/log/{label}/feed", get(rows))
            .with_state(self.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (address, task)
    }
}

impl Hub for FakeHub {
    async fn origins(&self) -> Result<Vec<Origin>, HubError> {
        let fake = self.lock();
        Ok(fake
            .logs
            .iter()
            .map(|log| Origin::new(&log.origin).unwrap())
            .collect())
    }

    async fn checkpoint(&self, label: Label) -> Result<Option<Vec<u8>>, HubError> {
        Ok(self.find(label, Ledger::checkpoint))
    }

    async fn feed(&self, label: Label, from: u64) -> Result<Vec<u8>, HubError> {
        let most = {
            let mut fake = self.lock();
            fake.feeds += 1;
            if fake.silent_after.is_some_and(|after| fake.feeds > after) {
                return Err(HubError::Silent {
                    url: "fake".to_owned(),
                    reason: "told to be".to_owned(),
                });
            }
            fake.at_a_time
        };
        Ok(self.find(label, |log| log.feed(from, most)).unwrap())
    }

    async fn bundle(&self) -> Result<Option<Vec<u8>>, HubError> {
        Ok(self.lock().bundle.clone())
    }
}

async fn logs(State(hub): State<FakeHub>) -> String {
    let listed: Vec<_> = hub
        .lock()
        .logs
        .iter()
        .map(|log| {
            format!(
                "{{\"origin\":\"{}\",\"size\":{}}}",
                log.origin,
                log.places.len()
            )
        })
        .collect();
    format!("{{\"logs\":[{}]}}", listed.join(","))
}

async fn trust(State(hub): State<FakeHub>) -> Response {
    match hub.lock().bundle.clone() {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn head(State(hub): State<FakeHub>, Path(label): Path<String>) -> Response {
    match hub.find(label.parse().unwrap(), Ledger::checkpoint) {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn rows(
    State(hub): State<FakeHub>,
    Path(label): Path<String>,
    Query(query): Query<HashMap<String, u64>>,
    headers: HeaderMap,
) -> Response {
    let given = headers
        .get("authorization")
        .map(axum::http::HeaderValue::as_bytes);
    if given != Some(format!("Bearer {TOKEN}").as_bytes()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match hub.find(label.parse().unwrap(), |log| {
        log.feed(query["from"], ROWS_AT_A_TIME)
    }) {
        Some(bytes) => bytes.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn roots() -> [Seed; 2] {
    [Seed::new(101), Seed::new(102)]
}

/// The authority's anchor.
pub(crate) fn anchor() -> Anchor {
    Anchor {
        authority: CODE.to_owned(),
        name: "Instituto ficticio".to_owned(),
        valid_from: Moment::from_unix(1_700_000_000),
        valid_until: Moment::from_unix(1_900_000_000),
        endpoints: vec!["https://inm.example".to_owned()],
        roots: roots().map(|root| root.public.clone()).to_vec(),
    }
}

/// A bundle with the keys of these devices.
pub(crate) fn bundle(sequence: u64, devices: &[u8]) -> Vec<u8> {
    bundle_with(sequence, devices, None)
}

/// The same, with a device whose key may have been in other hands since a moment.
pub(crate) fn bundle_with(
    sequence: u64,
    devices: &[u8],
    compromised: Option<(u8, Moment)>,
) -> Vec<u8> {
    let start = Moment::from_unix(1_780_000_000);
    let key = |seed: &u8| TrustedKey {
        key: Seed::new(*seed).public,
        purpose: Purpose::Device,
        site: "hub".to_owned(),
        sign_from: start,
        sign_until: start.plus(3_000 * DAY),
        verify_until: start.plus(6_000 * DAY),
        compromised_at: compromised
            .filter(|(device, _)| device == seed)
            .map(|(_, since)| since),
    };
    Bundle {
        authority: CODE.to_owned(),
        sequence,
        issued_at: start,
        soft_until: start.plus(300 * DAY),
        hard_until: start.plus(600 * DAY),
        keys: devices.iter().map(key).collect(),
        status_lists: vec![],
        programmes: vec![],
        roots: vec![],
    }
    .seal(&roots()[0])
    .unwrap()
}

/// What an operator has pinned: the anchor's roots, and the keys of these logs.
pub(crate) fn settings(origins: &[&str]) -> Settings {
    let log = |origin: &&str| Log {
        origin: Origin::new(origin).unwrap(),
        keys: vec![vkey(origin)],
    };
    Settings {
        code: CODE.to_owned(),
        pinned: anchor().pinned().unwrap(),
        bundle: None,
        logs: origins.iter().map(log).collect(),
        witnesses: vec![cosigner(&[77; 32]), cosigner(&[78; 32])],
        most_bytes: u64::MAX,
    }
}

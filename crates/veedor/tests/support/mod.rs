//! A log that lies when it is told to, and the witness that follows it; all from seeds. `hub` is the
//! hub of an authority whose log the mirror pulls.

#[expect(dead_code, reason = "not every test uses all of it")]
pub(crate) mod hub;

use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin},
    hash::{Hash, leaf_hash, node_hash},
    note::{Ed25519Key, Sign as _},
    proof::Plan,
    tree::Node,
    witness::Request,
};
use paso_veedor::{
    clock::Clock,
    config::Config,
    disk::Disk,
    key::Key,
    witness::{Witness, WitnessError},
};
use std::{path::Path, sync::atomic::AtomicU64};

pub(crate) const ORIGIN: &str = "log.example.org/2026";
pub(crate) const WITNESS: &str = "veedor.example.org";
pub(crate) const NOON: u64 = 1_790_000_000;
const LOG_SEED: [u8; 32] = [1; 32];
const WITNESS_SEED: [u8; 32] = [3; 32];

pub(crate) fn log_key(name: &str) -> Ed25519Key {
    let public = Key::from_seed(&LOG_SEED).public_key();
    Ed25519Key::new(name.parse().unwrap(), &public).unwrap()
}

pub(crate) fn config() -> Config {
    Config::parse(&format!(
        "name = \"{WITNESS}\"\nlisten = \"127.0.0.1:0\"\n[[log]]\nvkeys = [\"{}\"]\n",
        log_key(ORIGIN)
    ))
    .unwrap()
}

pub(crate) fn open(dir: &Path, disk: &Disk) -> Result<Witness, WitnessError> {
    open_at(dir, disk, NOON)
}

/// The same at another time.
pub(crate) fn open_at(dir: &Path, disk: &Disk, now: u64) -> Result<Witness, WitnessError> {
    let clock = Clock::Set(AtomicU64::new(now));
    Witness::open(dir, disk, config(), Key::from_seed(&WITNESS_SEED), clock)
}

/// The history of a log: one byte for each entry, so that two histories share what they begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct History(pub(crate) Vec<u8>);

impl History {
    pub(crate) fn of(size: usize, entry: u8) -> Self {
        Self(vec![entry; size])
    }

    pub(crate) fn then(&self, more: usize, entry: u8) -> Self {
        let mut entries = self.0.clone();
        entries.resize(entries.len() + more, entry);
        Self(entries)
    }

    fn leaves(&self) -> Vec<Hash> {
        self.0.iter().map(|entry| leaf_hash(&[*entry])).collect()
    }

    pub(crate) fn head(&self) -> Head {
        Head {
            size: self.0.len() as u64,
            root: mth(&self.leaves()),
        }
    }

    /// The proof that this continues its own first `old` entries.
    pub(crate) fn proof(&self, old: u64) -> Vec<Hash> {
        let leaves = self.leaves();
        let node = |node: Node| {
            let begin = usize::try_from(node.index() << node.level()).unwrap();
            mth(&leaves[begin..usize::try_from(node.end()).unwrap()])
        };
        Plan::consistency(old, self.0.len() as u64)
            .unwrap()
            .build(|at| Ok::<_, ()>(node(at)))
            .unwrap()
    }

    /// A request to cosign this history, signed by the log of this name.
    pub(crate) fn request_as(&self, name: &str, old: u64, proof: Vec<Hash>) -> Request {
        let signed = Checkpoint::new(Origin::new(name).unwrap(), self.head())
            .unwrap()
            .sign(&log_key(name), &Key::from_seed(&LOG_SEED))
            .unwrap();
        Request::new(old, proof, signed).unwrap()
    }

    /// What a log of this history sends to a witness that it thinks has seen `old` entries.
    pub(crate) fn body(&self, old: u64) -> Vec<u8> {
        self.request_as(ORIGIN, old, self.proof(old))
            .to_string()
            .into_bytes()
    }
}

/// MTH of RFC 6962 §2.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => paso_tlog::hash::EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let k = leaves.len().next_power_of_two() / 2;
            node_hash(&mth(&leaves[..k]), &mth(&leaves[k..]))
        }
    }
}

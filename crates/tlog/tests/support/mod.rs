//! Keys, logs and chance for the tests, all from seeds. Private keys live here and nowhere in the
//! library.

use ed25519_dalek::Signer as _;
use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin, SignedCheckpoint},
    cosignature::{CosignerKey, Timestamp},
    hash::{Hash, leaf_hash},
    note::{Ed25519Key, Sign, SignError},
    proof::Plan,
    tile::{Bundle, Edge, Kind, Tile, TilePath, tiles},
    tree::{CompactRange, Node},
};
use std::collections::BTreeMap;

/// The log of these tests; it exists nowhere.
pub(crate) const ORIGIN: &str = "log.example.org/2026";

/// A time at which the tests' witnesses cosign.
pub(crate) const NOON: Timestamp = Timestamp::from_seconds(1_790_000_000).expect("a small number");

/// A private key from a seed.
pub(crate) struct Seed(ed25519_dalek::SigningKey);

impl Seed {
    pub(crate) fn new(seed: u8) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
    }

    pub(crate) fn log_key(&self, name: &str) -> Ed25519Key {
        Ed25519Key::new(name.parse().unwrap(), &self.public_key()).unwrap()
    }

    pub(crate) fn cosigner_key(&self, name: &str) -> CosignerKey {
        CosignerKey::new(name.parse().unwrap(), &self.public_key()).unwrap()
    }
}

impl Sign for Seed {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(self.0.sign(message).to_bytes())
    }
}

/// The entry at a place of the tests' log.
pub(crate) fn entry(index: u64) -> Vec<u8> {
    format!("entry {index} of a log that exists nowhere").into_bytes()
}

pub(crate) fn leaves(size: u64) -> Vec<Hash> {
    (0..size).map(|index| leaf_hash(&entry(index))).collect()
}

/// MTH of RFC 6962 §2.1, word for word.
pub(crate) fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => paso_tlog::hash::EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let mut k = 1;
            while 2 * k < leaves.len() {
                k *= 2;
            }
            paso_tlog::hash::node_hash(&mth(&leaves[..k]), &mth(&leaves[k..]))
        }
    }
}

pub(crate) fn root(leaves: &[Hash]) -> Hash {
    let mut range = CompactRange::new();
    range.extend(leaves.iter().copied());
    range.root()
}

/// The hash of a subtree, from all leaves.
pub(crate) fn node(leaves: &[Hash], node: Node) -> Hash {
    let begin = usize::try_from(node.index() << node.level()).unwrap();
    let end = usize::try_from(node.end()).unwrap();
    mth(&leaves[begin..end])
}

pub(crate) fn inclusion(leaves: &[Hash], index: u64) -> Vec<Hash> {
    let plan = Plan::inclusion(index, leaves.len() as u64).unwrap();
    plan.build(|at| Ok::<_, ()>(node(leaves, at))).unwrap()
}

pub(crate) fn consistency(leaves: &[Hash], old: u64) -> Vec<Hash> {
    let plan = Plan::consistency(old, leaves.len() as u64).unwrap();
    plan.build(|at| Ok::<_, ()>(node(leaves, at))).unwrap()
}

/// What a tiled log serves, by path.
pub(crate) fn served(size: u64) -> BTreeMap<TilePath, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut edge = Edge::new();
    let put = |files: &mut BTreeMap<_, _>, tile: Tile| files.insert(tile.path, tile.bytes());
    for leaf in leaves(size) {
        for tile in edge.push(leaf) {
            put(&mut files, tile);
        }
    }
    for tile in edge.tiles() {
        put(&mut files, tile);
    }
    for path in tiles(Kind::Entries, size) {
        let first = path.index() * 256;
        let entries: Vec<_> = (first..first + u64::from(path.width()))
            .map(entry)
            .collect();
        let bundle = Bundle::new(entries.iter().map(Vec::as_slice).collect()).unwrap();
        files.insert(path, bundle.bytes());
    }
    files
}

/// The tests' log at a size, signed with the key of this seed.
pub(crate) fn checkpoint(size: u64, seed: u8) -> SignedCheckpoint {
    signed(
        Head {
            size,
            root: root(&leaves(size)),
        },
        seed,
    )
}

pub(crate) fn signed(head: Head, seed: u8) -> SignedCheckpoint {
    let seed = Seed::new(seed);
    Checkpoint::new(Origin::new(ORIGIN).unwrap(), head)
        .unwrap()
        .sign(&seed.log_key(ORIGIN), &seed)
        .unwrap()
}

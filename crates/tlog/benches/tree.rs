//! The tree over a million entries, proofs from tiles, and signatures.
//!
//! Targets (DESIGN §8): the tree over 1 M entries in 2 s or less on one core, integration of 30,000
//! entries a second or more. `bare_signature` beside the verifications says what the formats cost.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark stops where its ground gives way"
)]

#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use std::{collections::BTreeMap, sync::LazyLock};

use divan::{Bencher, black_box, counter::ItemsCount};
use ed25519_dalek::{Signature, Signer as _};
use paso_tlog::{
    checkpoint::{Head, SignedCheckpoint},
    hash::{Hash, leaf_hash},
    note::Verify,
    policy::Policy,
    proof::{Plan, verify_consistency, verify_inclusion},
    proof_file::ProofFile,
    tile::{Edge, ReadError, Reader, TilePath},
    tree::CompactRange,
    witness::{Log, Request, decide},
};
use support::{NOON, ORIGIN, Seed};

fn main() {
    divan::main();
}

const MILLION: u64 = 1_000_000;

/// An entry as large as Paso's ever are: 250 bytes.
fn entry(index: u64) -> [u8; 250] {
    let mut entry = [7; 250];
    entry[..8].copy_from_slice(&index.to_be_bytes());
    entry
}

#[divan::bench(sample_count = 5)]
fn tree_over_a_million_entries_as_compact_range(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(MILLION)).bench(|| {
        let mut range = CompactRange::new();
        range.extend((0..MILLION).map(|index| leaf_hash(&entry(index))));
        range.root()
    });
}

#[divan::bench(sample_count = 5)]
fn tree_over_a_million_entries_as_tiles(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(MILLION)).bench(|| {
        let mut edge = Edge::new();
        let tiles: usize = (0..MILLION)
            .flat_map(|index| edge.push(leaf_hash(&entry(index))))
            .map(|tile| tile.bytes().len())
            .sum();
        (tiles, edge.root())
    });
}

/// A batch as a sequencer integrates it: leaves hashed, tiles written out, the head signed.
#[divan::bench(args = [100, 1_000])]
fn integrate_a_batch(bencher: Bencher<'_, '_>, entries: u64) {
    let seed = Seed::new(1);
    let key = seed.log_key(ORIGIN);
    let mut edge = Edge::new();
    (0..70_000).for_each(|index| drop(edge.push(leaf_hash(&entry(index)))));
    bencher.counter(ItemsCount::new(entries)).bench(|| {
        let mut edge = edge.clone();
        let mut files: Vec<_> = (0..entries)
            .flat_map(|index| edge.push(leaf_hash(&entry(index))))
            .collect();
        files.extend(edge.tiles());
        let head = Head {
            size: edge.size(),
            root: edge.root(),
        };
        let origin = paso_tlog::checkpoint::Origin::new(ORIGIN).unwrap();
        let checkpoint = paso_tlog::checkpoint::Checkpoint::new(origin, head).unwrap();
        (files, checkpoint.sign(&key, &seed).unwrap())
    });
}

struct Served {
    head: Head,
    leaves: Vec<Hash>,
    files: BTreeMap<TilePath, Vec<u8>>,
}

static SERVED: LazyLock<Served> = LazyLock::new(|| {
    let mut edge = Edge::new();
    let leaves: Vec<_> = (0..MILLION).map(|index| leaf_hash(&entry(index))).collect();
    let full = leaves
        .iter()
        .flat_map(|leaf| edge.push(*leaf))
        .collect::<Vec<_>>();
    let files = full.into_iter().chain(edge.tiles());
    Served {
        files: files.map(|tile| (tile.path, tile.bytes())).collect(),
        head: Head {
            size: edge.size(),
            root: edge.root(),
        },
        leaves,
    }
});

fn proof(plan: &Plan) -> Vec<Hash> {
    let Served { head, files, .. } = &*SERVED;
    let reader = Reader::read(head.size, &head.root, plan.nodes(), |path| {
        Ok::<_, ReadError>(&files[path])
    });
    let reader = reader.unwrap();
    plan.build(|node| reader.node(node)).unwrap()
}

#[divan::bench]
fn inclusion_proof_from_tiles_of_a_million(bencher: Bencher<'_, '_>) {
    LazyLock::force(&SERVED);
    bencher.bench(|| proof(&Plan::inclusion(black_box(654_321), MILLION).unwrap()));
}

#[divan::bench]
fn consistency_proof_from_tiles_of_a_million(bencher: Bencher<'_, '_>) {
    LazyLock::force(&SERVED);
    bencher.bench(|| proof(&Plan::consistency(black_box(654_321), MILLION).unwrap()));
}

#[divan::bench]
fn verify_inclusion_in_a_million(bencher: Bencher<'_, '_>) {
    let proof = proof(&Plan::inclusion(654_321, MILLION).unwrap());
    let Served { head, leaves, .. } = &*SERVED;
    bencher.bench(|| {
        verify_inclusion(
            &leaves[654_321],
            654_321,
            MILLION,
            black_box(&proof),
            &head.root,
        )
    });
}

#[divan::bench]
fn verify_consistency_in_a_million(bencher: Bencher<'_, '_>) {
    let proof = proof(&Plan::consistency(654_321, MILLION).unwrap());
    let Served { head, leaves, .. } = &*SERVED;
    let old = support::root(&leaves[..654_321]);
    bencher.bench(|| verify_consistency(654_321, &old, MILLION, &head.root, black_box(&proof)));
}

#[divan::bench]
fn bare_signature(bencher: Bencher<'_, '_>) {
    let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let message = support::checkpoint(5, 1)
        .note()
        .unverified_text()
        .to_owned();
    let signature: Signature = key.sign(message.as_bytes());
    let public = key.verifying_key();
    bencher
        .counter(ItemsCount::new(1_u64))
        .bench(|| public.verify_strict(black_box(message.as_bytes()), &signature));
}

fn cosigned() -> SignedCheckpoint {
    let mut signed = support::signed(SERVED.head, 1);
    for number in [3, 4] {
        let seed = Seed::new(number);
        let key = seed.cosigner_key(&format!("w{number}.example.org"));
        let line = key
            .cosign(signed.note().unverified_text(), NOON, &seed)
            .unwrap();
        signed.attach(line).unwrap();
    }
    signed
}

#[divan::bench]
fn read_and_verify_a_note(bencher: Bencher<'_, '_>) {
    let note = support::checkpoint(5, 1).to_string();
    let key = Seed::new(1).log_key(ORIGIN);
    bencher.counter(ItemsCount::new(1_u64)).bench(|| {
        let read = SignedCheckpoint::parse(black_box(note.as_bytes())).unwrap();
        let keys: [&dyn Verify; 1] = [&key];
        read.verify(&keys).unwrap().head()
    });
}

/// A receipt's proof: three signatures and an inclusion proof in a million.
#[divan::bench]
fn read_and_verify_a_proof_file_with_two_witnesses(bencher: Bencher<'_, '_>) {
    let hashes = proof(&Plan::inclusion(654_321, MILLION).unwrap());
    let file = ProofFile::new(None, 654_321, hashes, cosigned())
        .unwrap()
        .to_string();
    let lines: Vec<_> = [3, 4]
        .map(|number| {
            let key = Seed::new(number).cosigner_key(&format!("w{number}.example.org"));
            format!("witness W{number} {key}\n")
        })
        .concat()
        .into();
    let log = Seed::new(1).log_key(ORIGIN);
    let lines = String::from_utf8(lines).unwrap();
    let policy = format!("log {log}\n{lines}group g all W3 W4\nquorum g\n");
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    bencher.counter(ItemsCount::new(1_u64)).bench(|| {
        let proof = ProofFile::parse(black_box(file.as_bytes())).unwrap();
        proof
            .verify(&entry(654_321), &policy)
            .unwrap()
            .witnesses
            .len()
    });
}

/// A witness's work for one checkpoint, without its disk.
#[divan::bench]
fn witness_judges_and_cosigns(bencher: Bencher<'_, '_>) {
    let plan = Plan::consistency(654_321, MILLION).unwrap();
    let request = Request::new(654_321, proof(&plan), support::signed(SERVED.head, 1)).unwrap();
    let body = request.to_string();
    let stored = Head {
        size: 654_321,
        root: support::root(&SERVED.leaves[..654_321]),
    };
    let log = Log {
        origin: paso_tlog::checkpoint::Origin::new(ORIGIN).unwrap(),
        keys: vec![Seed::new(1).log_key(ORIGIN)],
    };
    let seed = Seed::new(3);
    let key = seed.cosigner_key("witness.example.org");
    bencher.counter(ItemsCount::new(1_u64)).bench(|| {
        let request = Request::parse(black_box(body.as_bytes())).unwrap();
        let paso_tlog::witness::Outcome::Accept(advance) = decide(Some(&log), stored, &request)
        else {
            return None;
        };
        advance.cosign(&key, NOON, &seed).ok()
    });
}

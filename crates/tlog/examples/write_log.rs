//! Writes a log as a server would serve it, for programs of other people to judge:
//! `write_log <directory> <entries> [<index of an entry that is made to differ> [cosigned]]`.
//!
//! `log/` is what is served, `checkpoints/<size>` earlier heads, `requests/<old>-<new>` what was sent
//! to a witness for each, `proofs/<index>.tlog-proof` with its entry beside it, `keys/` and `policy`
//! what others must know. With a third argument it is the same log, signed with the same key, except
//! for that one entry, and no witness has cosigned it: what a lying operator would show. With
//! `cosigned` the witness lies as well. Names and keys exist nowhere else.

#![expect(
    clippy::unwrap_used,
    reason = "a program for tests stops where its ground gives way"
)]

#[expect(dead_code, reason = "tests use the rest of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use std::{collections::BTreeMap, fs, path::Path};

use paso_tlog::{
    checkpoint::{Head, SignedCheckpoint},
    cosignature::Timestamp,
    hash::{Hash, leaf_hash},
    proof::Plan,
    proof_file::ProofFile,
    tile::{Bundle, Edge, Kind, ReadError, Reader, TilePath, tiles},
    witness::Request,
};
use support::{NOON, ORIGIN, Seed};

const LOG: u8 = 1;
const WITNESS: u8 = 3;
const WITNESS_NAME: &str = "witness.example.org";

/// Heads on the way, where the log has as many entries.
const SIZES: [u64; 4] = [1, 256, 300, 1_000];

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let (directory, size, changed) = match &arguments[..] {
        [directory, size] => (directory, size, None),
        [directory, size, changed] | [directory, size, changed, _] => {
            (directory, size, Some(changed.parse().unwrap()))
        }
        _ => return,
    };
    let cosigned = changed.is_none() || arguments.len() == 4;
    write(
        Path::new(directory),
        size.parse().unwrap(),
        changed,
        cosigned,
    );
}

fn put(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn write(root: &Path, size: u64, changed: Option<u64>, cosigned: bool) {
    let entry = |index| {
        if Some(index) == changed {
            b"another entry".to_vec()
        } else {
            support::entry(index)
        }
    };
    let mut edge = Edge::new();
    // Partial tiles stay in it when they have grown, as the proofs between earlier heads need them.
    let mut files = BTreeMap::new();
    let mut old = Head::EMPTY;
    for index in 0..size {
        for tile in edge.push(leaf_hash(&entry(index))) {
            files.insert(tile.path, tile.bytes());
        }
        if SIZES.contains(&edge.size()) || edge.size() == size {
            let head = Head {
                size: edge.size(),
                root: edge.root(),
            };
            files.extend(edge.tiles().map(|tile| (tile.path, tile.bytes())));
            let signed = checkpoint(head, cosigned);
            let path = format!("checkpoints/{}", head.size);
            put(root, &path, signed.to_string());
            put(root, "log/checkpoint", signed.to_string());
            let plan = Plan::consistency(old.size, head.size).unwrap();
            let proof = prove(&plan, head, &files);
            let request = Request::new(old.size, proof, checkpoint(head, false)).unwrap();
            let path = format!("requests/{}-{}", old.size, head.size);
            put(root, &path, request.to_string());
            old = head;
        }
    }
    for path in (0..8).flat_map(|level| tiles(Kind::Hashes { level }, size)) {
        put(root, &format!("log/{path}"), &files[&path]);
    }
    for path in tiles(Kind::Entries, size) {
        let first = path.index() * 256;
        let entries: Vec<_> = (first..first + u64::from(path.width()))
            .map(entry)
            .collect();
        let bundle = Bundle::new(entries.iter().map(Vec::as_slice).collect()).unwrap();
        put(root, &format!("log/{path}"), bundle.bytes());
    }
    for index in [0, size / 3, size - 1] {
        let hashes = prove(&Plan::inclusion(index, size).unwrap(), old, &files);
        let signed = checkpoint(old, cosigned);
        let proof = ProofFile::new(None, index, hashes, signed).unwrap();
        put(
            root,
            &format!("proofs/{index}.tlog-proof"),
            proof.to_string(),
        );
        put(root, &format!("proofs/{index}.entry"), entry(index));
    }
    let log = Seed::new(LOG).log_key(ORIGIN);
    let witness = Seed::new(WITNESS).cosigner_key(WITNESS_NAME);
    put(root, "keys/log", format!("{log}\n"));
    put(root, "keys/witness", format!("{witness}\n"));
    let policy = format!("log {log}\nwitness W {witness}\nquorum W\n");
    put(root, "policy", policy);
}

/// A proof out of tiles, as a client of the log makes it.
fn prove(plan: &Plan, head: Head, files: &BTreeMap<TilePath, Vec<u8>>) -> Vec<Hash> {
    let reader = Reader::read(head.size, &head.root, plan.nodes(), |path| {
        Ok::<_, ReadError>(&files[path])
    });
    let reader = reader.unwrap();
    plan.build(|node| reader.node(node)).unwrap()
}

fn checkpoint(head: Head, cosigned: bool) -> SignedCheckpoint {
    let mut signed = support::signed(head, LOG);
    if cosigned {
        let seed = Seed::new(WITNESS);
        let key = seed.cosigner_key(WITNESS_NAME);
        // A minute for each head, so that no two have one time.
        let time = Timestamp::from_seconds(NOON.seconds() + head.size * 60).unwrap();
        let text = signed.note().unverified_text().to_owned();
        signed
            .attach(key.cosign(&text, time, &seed).unwrap())
            .unwrap();
    }
    signed
}

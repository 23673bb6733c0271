//! Feeds every reader with its corpus, then with mutations of it, until `PASO_FUZZ_SECONDS` (2 unless
//! set) are used up. Whatever comes in is answered, never a panic; what is read and written again is
//! the same bytes; what verifies was signed here. Seeds are fixed, so a failure is found again; an
//! input that once broke something belongs into `tests/corpus/<target>/`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test stops where its ground gives way, and a fuzz run says how much it tried"
)]

mod support;

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin, SignedCheckpoint},
    cosignature::CosignerKey,
    hash::leaf_hash,
    note::{Ed25519Key, SignatureLine, SignedNote},
    policy::Policy,
    proof::{verify_consistency, verify_inclusion},
    proof_file::ProofFile,
    tile::{Bundle, Edge, Kind, Reader, TilePath, partial_tiles, tiles},
    tree::{CompactRange, Node},
    witness::{Answer, Log, Outcome, Request, Response, decide},
};
use support::{NOON, ORIGIN, Seed, checkpoint, consistency, entry, leaves, root, served};

/// Readers under test, among which the time is shared.
const TARGETS: u32 = 9;

/// xorshift64: enough to choose what to break.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

fn mutate(bytes: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    const MEANINGFUL: &[u8] = b"\n\n\n  +=/.x0129Apo\t\r\0\x80\xe2\xff";
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(9) {
            0 => bytes.insert(at, MEANINGFUL[chance.below(MEANINGFUL.len())]),
            1 => bytes.insert(at, chance.byte()),
            2 if at < bytes.len() => {
                bytes.remove(at);
            }
            3 if at < bytes.len() => bytes[at] = MEANINGFUL[chance.below(MEANINGFUL.len())],
            4 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            5 => bytes.truncate(at),
            6 => {
                let from = chance.below(other.len());
                let piece = &other[from..(from + chance.below(120)).min(other.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            7 => {
                let to = (at + chance.below(120)).min(bytes.len());
                bytes.drain(at..to);
            }
            _ if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(1),
            _ => {}
        }
    }
    bytes.truncate(20_000);
    bytes
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(target);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Replays the corpus, of which at least `readable` must be accepted, then mutates it until the
/// target's share of the time is used up. `run` says whether it accepted its input.
#[expect(
    clippy::disallowed_methods,
    reason = "the length of a fuzz run is a time, not a rule"
)]
fn fuzz(
    target: &str,
    corpus: &[Vec<u8>],
    readable: usize,
    mut run: impl FnMut(&[u8], &mut Chance) -> bool,
) {
    let seconds = std::env::var("PASO_FUZZ_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(2);
    let share = Duration::from_secs(seconds) / TARGETS;
    let mut chance = Chance(0x7106_7106_7106_7106);
    let replayed = corpus
        .iter()
        .filter(|input| run(input, &mut chance))
        .count();
    assert!(
        replayed >= readable,
        "{target}: only {replayed} of the corpus read"
    );
    let start = Instant::now();
    let (mut executions, mut accepted) = (0_u64, 0_u64);
    while start.elapsed() < share {
        for _ in 0..50 {
            let input = &corpus[chance.below(corpus.len())];
            let other = &corpus[chance.below(corpus.len())];
            let input = mutate(input, other, &mut chance);
            executions += 1;
            accepted += u64::from(run(&input, &mut chance));
        }
    }
    println!("fuzz {target}: {executions} executions, {accepted} accepted");
    assert!(executions > 0);
}

fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

#[test]
fn tile_paths() {
    fuzz("path", &corpus("path"), 4, |input, _| {
        let text = text(input);
        let Ok(path) = text.parse::<TilePath>() else {
            return false;
        };
        assert_eq!(path.to_string(), text);
        for size in [0, 1, 70_000, u64::MAX] {
            let _ = path.is_within(size);
        }
        true
    });
}

#[test]
fn notes() {
    let mut corpus = corpus("note");
    corpus.push(checkpoint(5, 1).to_string().into_bytes());
    let signed: BTreeSet<_> = corpus
        .iter()
        .filter_map(|note| Some(SignedNote::parse(note).ok()?.unverified_text().to_owned()))
        .collect();
    let key = Seed::new(1).log_key(ORIGIN);
    fuzz("note", &corpus, 4, |input, _| {
        if let Ok(line) = core::str::from_utf8(input)
            && let Some(read) = SignatureLine::parse(line)
        {
            assert_eq!(read.to_string(), line);
        }
        let Ok(note) = SignedNote::parse(input) else {
            return false;
        };
        assert_eq!(note.to_string().as_bytes(), input);
        if note.verify(&[&key]).is_ok() {
            assert!(signed.contains(note.unverified_text()), "forged");
        }
        true
    });
}

#[test]
fn verifier_keys() {
    let mut corpus = corpus("vkey");
    let seed = Seed::new(1);
    corpus.push(seed.log_key(ORIGIN).to_string().into_bytes());
    corpus.push(seed.cosigner_key("w.example").to_string().into_bytes());
    fuzz("vkey", &corpus, 3, |input, _| {
        let text = text(input);
        let log = text.parse::<Ed25519Key>().map(|key| key.to_string());
        let witness = text.parse::<CosignerKey>().map(|key| key.to_string());
        assert!(log.is_err() || witness.is_err());
        let Ok(written) = log.or(witness) else {
            return false;
        };
        assert_eq!(written, text);
        true
    });
}

#[test]
fn checkpoints() {
    fuzz("checkpoint", &corpus("checkpoint"), 2, |input, _| {
        if let Ok(signed) = SignedCheckpoint::parse(input) {
            assert_eq!(signed.to_string().as_bytes(), input);
        }
        let text = text(input);
        let Ok(checkpoint) = Checkpoint::parse(&text) else {
            return false;
        };
        assert_eq!(checkpoint.to_string(), text);
        true
    });
}

#[test]
fn requests_to_a_witness() {
    let mut corpus = corpus("request");
    let right: Vec<_> = [(0, 7), (5, 7), (7, 7)]
        .iter()
        .map(|&(old, new)| {
            let proof = consistency(&leaves(new), old);
            Request::new(old, proof, checkpoint(new, 1)).unwrap()
        })
        .collect();
    corpus.extend(right.iter().map(|request| request.to_string().into_bytes()));
    let log = Log {
        origin: Origin::new(ORIGIN).unwrap(),
        keys: vec![Seed::new(1).log_key(ORIGIN)],
    };
    let seven = root(&leaves(7));
    fuzz("request", &corpus, 4, |input, chance| {
        let Ok(request) = Request::parse(input) else {
            return false;
        };
        assert_eq!(request.to_string().as_bytes(), input);
        let size = [0, 5, 7, 9][chance.below(4)];
        let stored = Head {
            size,
            root: root(&leaves(size)),
        };
        match decide(Some(&log), stored, &request) {
            // The log signed no other tree than that of seven leaves here.
            Outcome::Accept(advance) => {
                assert_eq!((advance.to().size, advance.to().root), (7, seven));
            }
            Outcome::Refuse(refusal) => {
                let response = Response::refused(&refusal);
                assert!((400..500).contains(&response.status.code()));
            }
        }
        true
    });
}

#[test]
fn responses_of_a_witness() {
    let witness = Seed::new(3);
    let key = witness.cosigner_key("witness.example.org");
    let request = Request::new(0, vec![], checkpoint(7, 1)).unwrap();
    let text = request.checkpoint().note().unverified_text();
    let line = key.cosign(text, NOON, &witness).unwrap();
    let mut corpus = corpus("answer");
    corpus.push(
        Response::cosigned(std::slice::from_ref(&line))
            .body
            .into_bytes(),
    );
    fuzz("answer", &corpus, 1, |input, chance| {
        let code = [200, 200, 200, 409, 422, 500][chance.below(6)];
        let content_type = [None, Some("text/x.tlog.size"), Some("text/plain")][chance.below(3)];
        let of_200 = Answer::read(&request, &key, 200, None, input);
        if let Ok(Answer::Cosigned { line: read, time }) = &of_200 {
            assert_eq!((read, *time), (&line, NOON), "forged");
        }
        let _ = Answer::read(&request, &key, code, content_type, input);
        of_200.is_ok()
    });
}

#[test]
fn policies() {
    let signed = checkpoint(7, 1);
    fuzz("policy", &corpus("policy"), 2, |input, _| {
        let Ok(policy) = Policy::parse(input) else {
            return false;
        };
        let _ = policy.check(&signed);
        true
    });
}

#[test]
fn proofs_in_files() {
    let log = Seed::new(1).log_key(ORIGIN);
    let policy = Policy::parse(format!("log {log}\nquorum none\n").as_bytes()).unwrap();
    let leaves = leaves(7);
    let mut corpus = corpus("proof");
    for index in [0, 3, 6] {
        let hashes = support::inclusion(&leaves, index);
        let extra = (index == 3).then(|| b"extra".to_vec());
        let proof = ProofFile::new(extra, index, hashes, checkpoint(7, 1)).unwrap();
        corpus.push(proof.to_string().into_bytes());
    }
    fuzz("proof", &corpus, 4, |input, chance| {
        let Ok(proof) = ProofFile::parse(input) else {
            return false;
        };
        assert_eq!(proof.to_string().as_bytes(), input);
        let claimed = chance.below(7) as u64;
        if proof.verify(&entry(claimed), &policy).is_ok() {
            assert_eq!(
                proof.index(),
                claimed,
                "an entry was proven at another's place"
            );
        }
        let (index, size) = (proof.index(), proof.checkpoint().unverified().head().size);
        let root = proof.checkpoint().unverified().head().root;
        let _ = verify_inclusion(&root, index, size, proof.hashes(), &root);
        let _ = verify_consistency(index, &root, size, &root, proof.hashes());
        true
    });
}

/// Tiles and bundles: bytes of a real log, changed, cut and exchanged. What is believed is right.
#[test]
fn served_files() {
    let size = 1_000;
    let files = served(size);
    let leaves = leaves(size);
    let root = root(&leaves);
    let bundles: Vec<_> = tiles(Kind::Entries, size).collect();
    let corpus: Vec<_> = files.values().cloned().collect();
    let paths: Vec<_> = files.keys().copied().collect();
    let partial: Vec<_> = partial_tiles(size)
        .map(|path| files[&path].clone())
        .collect();
    fuzz("tile", &corpus, 1, |input, chance| {
        if let Ok(bundle) = Bundle::parse(input) {
            assert_eq!(bundle.bytes(), input);
        }
        let mut edge = partial.clone();
        let replaced = chance.below(edge.len());
        edge[replaced] = input.to_vec();
        if let Ok(edge) = Edge::restore(size, &edge) {
            let _ = edge.root();
        }
        if let Ok(reader) = Reader::open(size, &root, &edge) {
            let last = reader.node(Node::leaf(size - 1).unwrap()).unwrap();
            assert_eq!(Some(&last), leaves.last());
        }
        let mut reader = Reader::open(size, &root, &partial).unwrap();
        let mut believed = false;
        for path in &paths {
            if reader.add(path, input).is_ok() {
                assert_eq!(input, files[path], "forged {path}");
                believed = true;
            }
        }
        for path in &bundles {
            if let Ok(entries) = reader.entries(path, input) {
                let first = path.index() * 256;
                for (at, read) in (first..).zip(entries) {
                    assert_eq!(
                        leaf_hash(read),
                        leaves[usize::try_from(at).unwrap()],
                        "forged"
                    );
                }
                believed = true;
            }
        }
        let hashes: Vec<_> = leaves[..chance.below(20)].to_vec();
        let _ = CompactRange::from_parts(chance.below(300) as u64, hashes);
        believed
    });
}

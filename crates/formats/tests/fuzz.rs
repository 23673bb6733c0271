//! Feeds every reader of signed things with its corpus, then with mutations of it, until
//! `PASO_FUZZ_SECONDS` (2 unless set) are used up. Whatever comes in is answered, never a panic;
//! what is read can be written and reads the same. Seeds are fixed, so a failure is found again;
//! an input that once broke something belongs into `tests/corpus/<target>/`.
//!
//! Changing a code's characters mostly breaks its wrapping, so most mutations happen inside, on the
//! envelope or the signed payload, and are packed and signed again with the keys of these tests.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where its ground gives way"
)]
#![expect(
    clippy::print_stdout,
    reason = "how much was tried is the result of a fuzz run"
)]

#[path = "formats/signers.rs"]
mod signers;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use paso_formats::{
    approval::{self, Approvals, ApprovalsFile, Registered},
    assertion::{Assertion, AssertionError, AuthenticatorData, CredentialKey, Expectation},
    base45,
    batch::{self, Batch, BatchError, Expected},
    bundle::{self, Pinned},
    card,
    chain::{Chain, Step},
    cose,
    entry::{self, Entry},
    episode::{self, SignedExport},
    handover::{ACCEPTANCE_TYP, OFFER_TYP, SignedAcceptance, SignedOffer},
    key::Sign,
    moment::Moment,
    phone::{PhoneAct, PhoneCheck, PhoneEncounter, PhoneOpening, Record, SealedRecord, Seed},
    placard,
    receipt::{self, Body},
    scan::{self, Scanned},
    slip,
    statement::OpeningKey,
    status_list::{self, StatusList},
    taking::Answer,
    testing::Authenticator,
    verdict::{Territory, verdict},
};
use sha2::{Digest, Sha256};
use signers::{EdDsa, Es256};

/// Readers under test, among which the time is shared.
const TARGETS: u32 = 16;

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

    /// Bytes that mean something in CBOR, zlib or base45: heads of every kind, long lengths, tags.
    fn interesting(&mut self) -> u8 {
        const BYTES: &[u8] = b"\x00\x17\x18\x19\x1a\x1b\x1f\x20\x40\x58\x5b\x5f\x60\x78\x7f\x80\
            \x9b\x9f\xa0\xb8\xbb\xbf\xc0\xd2\xd8\xf4\xf6\xf9\xfb\xff 0:AZ%";
        BYTES[self.below(BYTES.len())]
    }
}

fn mutate(bytes: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(5) {
        let at = chance.below(bytes.len() + 1);
        match chance.below(8) {
            0 => bytes.insert(at, chance.interesting()),
            1 => bytes.insert(at, chance.byte()),
            2 if at < bytes.len() => {
                bytes.remove(at);
            }
            3 if at < bytes.len() => bytes[at] = chance.interesting(),
            4 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
            5 => bytes.truncate(at),
            6 => {
                let from = chance.below(other.len());
                let piece = &other[from..(from + chance.below(40)).min(other.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            _ if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(1),
            _ => {}
        }
    }
    bytes.truncate(20_000);
    bytes
}

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(target)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = fs::read_dir(folder(target))
        .expect(target)
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 5, "the corpus of {target} is missing");
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
    let mut chance = Chance(0x1690_1690_1690_1690);
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
fn base45_texts() {
    fuzz("base45", &corpus("base45"), 3, |input, _| {
        let text = text(input);
        let Ok(bytes) = base45::decode(&text) else {
            return false;
        };
        assert_eq!(base45::encode(&bytes), text);
        true
    });
}

/// A code as given, or with its envelope or payload mutated and packed again.
fn deeper(input: &[u8], signer: &EdDsa, typ: Option<&str>, chance: &mut Chance) -> String {
    let given = text(input);
    let Ok(packed) = base45::decode(&given) else {
        return given;
    };
    let Ok(bytes) = miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(&packed, 1 << 16)
    else {
        return given;
    };
    let bytes = match chance.below(4) {
        0 => return given,
        1 => mutate(&bytes, &bytes, chance),
        _ => {
            let Ok(envelope) = cose::Sign1::read(bytes, cose::Tagging::AsIssued) else {
                return given;
            };
            let payload = mutate(envelope.payload(), envelope.payload(), chance);
            cose::sign(&payload, typ, signer).unwrap()
        }
    };
    base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 1))
}

#[test]
fn cards() {
    let mut corpus = corpus("card");
    // The vectors of claim 169 are seeds too.
    for kind in ["valid", "edge", "invalid"] {
        for entry in fs::read_dir(folder("../vectors/claim169").join(kind)).unwrap() {
            let vector = fs::read_to_string(entry.unwrap().path()).unwrap();
            let vector: serde_json::Value = serde_json::from_str(&vector).unwrap();
            corpus.push(vector["qr_data"].as_str().unwrap().as_bytes().to_vec());
        }
    }
    let signer = EdDsa::new(9);
    let here = Territory {
        state: "MX-CHP".to_owned(),
    };
    fuzz("card", &corpus, 10, |input, chance| {
        let given = card::read(&text(input));
        let inside = card::read(&deeper(input, &signer, None, chance));
        for scanned in [&given, &inside] {
            let verdict = verdict(scanned.as_ref(), None, None, &here, Moment::from_unix(0));
            assert!(!verdict.finding.code().is_empty());
            if let Ok(card) = scanned {
                let again = base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(
                    card.envelope().as_bytes(),
                    1,
                ));
                assert_eq!(scan::scan(&again), Ok(Scanned::Card(card.clone())));
            }
        }
        given.is_ok()
    });
}

#[test]
fn slips() {
    let signer = EdDsa::new(9);
    fuzz("slip", &corpus("slip"), 3, |input, chance| {
        let given = slip::read(&text(input));
        let inside = slip::read(&deeper(input, &signer, Some(slip::TYP), chance));
        for slip in [&given, &inside].into_iter().flatten() {
            let again = slip::encode(slip.claims(), &signer).unwrap();
            assert_eq!(slip::read(again.as_str()).unwrap().claims(), slip.claims());
        }
        given.is_ok()
    });
}

#[test]
fn placards() {
    let signer = EdDsa::new(9);
    fuzz("placard", &corpus("placard"), 4, |input, chance| {
        let given = placard::read(&text(input));
        let inside = placard::read(&deeper(input, &signer, Some(placard::TYP), chance));
        for placard in [&given, &inside].into_iter().flatten() {
            let again = placard::encode(placard.claims(), &signer).unwrap();
            assert!(again.as_str().len() <= placard::MAX_PLACARD_CHARS);
            let read = placard::read(again.as_str()).unwrap();
            // One sign, one form.
            assert_eq!(read.envelope().payload(), placard.envelope().payload());
        }
        given.is_ok()
    });
}

#[test]
fn bundles() {
    let root = EdDsa::new(9);
    let roots = vec![
        root.public_key().clone(),
        Es256::new(9).public_key().clone(),
    ];
    let pinned = Pinned::new("MX-INM".to_owned(), roots).unwrap();
    fuzz("bundle", &corpus("bundle"), 3, |input, _| {
        // The payload is the input, signed again, so that mutations reach what is inside.
        let sealed = cose::sign(input, Some(bundle::TYP), &root).unwrap();
        assert!(
            bundle::open(input, &pinned).is_err(),
            "unsigned bytes never open"
        );
        let Ok(opened) = bundle::open(&sealed, &pinned) else {
            return false;
        };
        assert_eq!(
            opened.bundle().seal(&root),
            Ok(sealed),
            "one bundle, one form"
        );
        true
    });
}

#[test]
fn status_lists() {
    let signer = EdDsa::new(9);
    fuzz("status-list", &corpus("status-list"), 4, |input, chance| {
        let given = status_list::read(input);
        if let Ok(envelope) = cose::Sign1::read(input.to_vec(), cose::Tagging::Sign1Only) {
            let payload = mutate(envelope.payload(), input, chance);
            let inside = cose::sign(&payload, Some(status_list::TYP), &signer).unwrap();
            if let Ok(received) = status_list::read(&inside) {
                let list = &received.claims().list;
                assert_eq!(StatusList::decode(&list.encode()).as_ref(), Ok(list));
                let past = u32::try_from(list.len()).unwrap();
                assert!(list.get(past).is_err());
            }
        }
        given.is_ok()
    });
}

#[test]
fn receipts() {
    let signer = EdDsa::new(9);
    fuzz("receipt", &corpus("receipt"), 6, |input, chance| {
        let given = receipt::read(&text(input));
        let inside = receipt::read(&deeper(input, &signer, Some(receipt::TYP), chance));
        for receipt in [&given, &inside].into_iter().flatten() {
            let claims = receipt.claims();
            let again = receipt::encode(claims, &signer).unwrap();
            assert!(again.as_str().len() <= receipt::MAX_RECEIPT_CHARS);
            let read = receipt::read(again.as_str()).unwrap();
            assert_eq!(read.claims(), claims);
            // One receipt, one form: else there would be two bodies for one commitment.
            assert_eq!(read.envelope().payload(), receipt.envelope().payload());
            assert_eq!(
                Body::from_cbor(&claims.body.to_cbor()).as_ref(),
                Ok(&claims.body)
            );
        }
        given.is_ok()
    });
}

#[test]
fn records_of_phones() {
    let met = |check| PhoneEncounter {
        place: "km 12".into(),
        with_card: check,
        outcome: "went-on".into(),
        basis: "art. 97".into(),
        reason: String::new(),
        check: check.then(|| PhoneCheck {
            finding: "valid".into(),
            light: "green".into(),
            bundle: Some(14),
        }),
    };
    let opening = |count| PhoneOpening {
        count,
        taken_at: Moment::from_unix(1),
        place: "km 12".into(),
        vehicle: String::new(),
        unit: "INM".into(),
        ordered_by: "INM-0100".into(),
        basis: "art. 99".into(),
        reason: "no document".into(),
    };
    let corpus = [
        PhoneAct::Encounter(met(false)),
        PhoneAct::Encounter(met(true)),
        PhoneAct::Opening(opening(1)),
        PhoneAct::Opening(opening(99)),
    ]
    .map(|act| {
        Record {
            phone: EdDsa::new(9).public_key().key_id(),
            officer: "INM-0417".into(),
            seed: Seed::from_random([9; 32]),
            at: Moment::from_unix(1_404_835_200),
            act,
        }
        .to_cbor()
    });
    let hub = OpeningKey::from_random([5; 32]).unwrap();
    fuzz("phone", &corpus, 4, |input, _| {
        let magic = [&b"paso phone 1\n"[..], input].concat();
        for bytes in [input, &magic] {
            assert!(
                SealedRecord::read(bytes)
                    .and_then(|read| read.open(&hub))
                    .is_err()
            );
        }
        let Ok(record) = Record::from_cbor(input) else {
            return false;
        };
        assert_eq!(record.to_cbor(), input, "one record, one form");
        true
    });
}

#[test]
fn answers_to_taking_reports() {
    fuzz("taking", &corpus("taking"), 4, |input, _| {
        let text = text(input);
        // Signed by nobody, it is not read even where its lines are those of an answer.
        assert!(Answer::open(input, &[]).is_err());
        let Ok(answer) = text.parse::<Answer>() else {
            return false;
        };
        assert_eq!(answer.to_string(), text, "one answer, one form");
        let note = format!("{text}\n\u{2014} log.example AAAAAAA=\n");
        let (read, _) = Answer::unverified(note.as_bytes()).unwrap();
        assert_eq!(read, answer);
        true
    });
}

#[test]
fn handovers() {
    let signer = EdDsa::new(9);
    fuzz("handover", &corpus("handover"), 4, |input, _| {
        // The payload is the input, signed again, so that mutations reach what is inside.
        let sealed = |typ| cose::sign(input, Some(typ), &signer).unwrap();
        assert!(SignedOffer::unverified(input).is_err());
        let offer = sealed(OFFER_TYP);
        if let Ok(read) = SignedOffer::unverified(&offer) {
            assert_eq!(read.offer().sign(&signer), Ok(offer), "one offer, one form");
            return true;
        }
        let answer = SignedAcceptance::unverified(&sealed(ACCEPTANCE_TYP));
        answer.is_ok_and(|read| {
            let said = read.acceptance();
            usize::from(said.counted) == said.accepted.len()
        })
    });
}

#[test]
fn exports_of_episodes() {
    let signer = EdDsa::new(9);
    fuzz("episode", &corpus("episode"), 3, |input, _| {
        // The payload is the input, signed again, so that mutations reach what is inside.
        let sealed = cose::sign(input, Some(episode::TYP), &signer).unwrap();
        assert!(SignedExport::read(input).is_err());
        let Ok(read) = SignedExport::read(&sealed) else {
            return false;
        };
        let again = read.export().sign(&signer);
        assert_eq!(again, Ok(sealed), "one export, one form");
        let subject = read.export().subject.as_str();
        for row in &read.export().rows {
            // A withheld row contradicts nothing, unless its leaf is a sign of life.
            assert!(
                row.opened.is_some() || row.is_bound(subject) || row.leaf.commitment() == [0; 32]
            );
        }
        true
    });
}

#[test]
fn entries() {
    const SIGNED: usize = entry::LEN - 64;
    let corpus = corpus("entry");
    let signer = EdDsa::new(9);
    let stream = Entry::read(&corpus[1]).unwrap().stream();
    let new = || Chain::new(stream, signer.public_key().clone());
    let mut chain = new();
    fuzz("entry", &corpus, 6, |input, chance| {
        let Ok(given) = Entry::read(input) else {
            return false;
        };
        assert_eq!(&given.to_bytes()[..], input, "one leaf, one form");
        // Signed again, so that mutations reach the chain.
        let mut bytes = given.to_bytes();
        let message = [b"paso entry v1\0", &bytes[..SIGNED]].concat();
        bytes[SIGNED..].copy_from_slice(&signer.sign(&message).unwrap());
        let entry = Entry::read(&bytes).unwrap();
        assert_eq!(entry.verify(signer.public_key()), Ok(()));
        let before = chain.clone();
        let step = chain.accept(&entry);
        if step.is_kept() {
            assert_eq!(chain.accept(&entry), Step::Duplicate);
            assert!(chain.contiguous() <= chain.highest());
            assert_eq!(
                chain.gaps().is_empty(),
                chain.contiguous() == chain.highest()
            );
            assert!(step.code() != "fork" || chain.forks().contains(&entry.sequence()));
        } else {
            assert_eq!(chain, before);
        }
        if chance.below(64) == 0 {
            chain = new();
        }
        true
    });
}

#[test]
fn batches() {
    fuzz("batch", &corpus("batch"), 4, |input, _| {
        let expected = Expected {
            authority: "MX-INM",
            stream: None,
        };
        // Closed again with the right hash, so that mutations reach what is inside.
        let mut closed = input.to_vec();
        if let Some(end) = closed.len().checked_sub(32) {
            let hash = Sha256::digest(&closed[..end]);
            closed[end..].copy_from_slice(&hash);
        }
        let check = |bytes: &[u8]| {
            let authority = match Batch::read(bytes, expected) {
                Err(BatchError::ForeignAuthority(authority)) => authority,
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    return false;
                }
                Ok(batch) => batch.header().authority.clone(),
            };
            let expected = Expected {
                authority: &authority,
                ..expected
            };
            let Ok(batch) = Batch::read(bytes, expected) else {
                return false;
            };
            let rows: Vec<_> = batch.rows().collect();
            assert_eq!(rows.len() as u64, batch.header().count);
            let again = batch::write(&authority, &rows);
            assert_eq!(again.as_deref(), Ok(bytes), "one batch, one form");
            assert_eq!(batch.rows_after(0).count(), rows.len());
            true
        };
        check(&closed);
        check(input)
    });
}

#[test]
fn assertions() {
    let passkey = Authenticator::ed25519(9);
    let origins = ["https://inm.example".to_owned()];
    let expected = Expectation {
        rp_id: "inm.example",
        origins: &origins,
        challenge: b"challenge",
    };
    fuzz("assertion", &corpus("assertion"), 4, |input, chance| {
        // A registration's data and a key are read out of the same bytes.
        if let Ok(data) = AuthenticatorData::read(input)
            && let Some(attested) = data.attested
        {
            let key = attested.key.to_cose();
            assert_eq!(CredentialKey::from_cose(&key), Ok(attested.key));
        }
        if let Ok(key) = CredentialKey::from_cose(input) {
            assert_eq!(key.to_cose(), input, "one key, one form");
        }
        let Ok(given) = Assertion::from_cbor(input) else {
            return false;
        };
        assert_eq!(given.to_cbor(), input, "one assertion, one form");
        let mut data = given.authenticator_data().to_vec();
        let mut client = given.client_data().to_vec();
        match chance.below(3) {
            0 => data = mutate(&data, input, chance),
            1 => client = mutate(&client, input, chance),
            _ => {}
        }
        // Signed again, so that mutations reach what stands behind the signature.
        let Ok(signed) = passkey.sign(data, client) else {
            return true;
        };
        let answer = signed.verify(passkey.public_key(), &expected);
        assert_ne!(answer, Err(AssertionError::Signature));
        if answer.is_ok() {
            // The strict reader accepts nothing that a common one refuses, and sees the same.
            match serde_json::from_slice::<serde_json::Value>(signed.client_data()) {
                Ok(json) => {
                    assert_eq!(json["type"], "webauthn.get");
                    assert_eq!(json["challenge"], "Y2hhbGxlbmdl");
                    assert_eq!(json["origin"], origins[0]);
                    assert_ne!(json["crossOrigin"], true);
                }
                // 1e999 is a number in the grammar and none in a float.
                Err(error) => assert!(error.to_string().starts_with("number out of range")),
            }
        }
        true
    });
}

#[test]
fn approvals() {
    let passkey = Authenticator::ed25519(9);
    let origins = ["https://inm.example".to_owned()];
    fuzz("approvals", &corpus("approvals"), 4, |input, _| {
        let Ok(Some(approvals)) = Approvals::read(input) else {
            return false;
        };
        assert_eq!(approvals.to_cbor(), input, "one form");
        let registered = |officer| Registered {
            officer,
            key: passkey.public_key(),
            from: Moment::MIN,
            until: None,
        };
        let actor = approvals.act().header().officer.as_str();
        let answer = approvals.verify(|_| Some(registered(actor)), "inm.example", &origins);
        // With one passkey for all, nobody is ever two people.
        assert!(!answer.is_ok_and(|verified| verified.signers.len() > 1));
        true
    });
}

#[test]
fn exports_of_approvals() {
    fuzz(
        "approvals-file",
        &corpus("approvals-file"),
        3,
        |input, _| {
            // Closed again with the right hash, so that mutations reach what is inside.
            let mut closed = input.to_vec();
            if let Some(end) = closed.len().checked_sub(32) {
                let hash = Sha256::digest(&closed[..end]);
                closed[end..].copy_from_slice(&hash);
            }
            let check = |bytes: &[u8]| match ApprovalsFile::read(bytes) {
                Ok(file) => {
                    assert_eq!(approval::write(&file).as_deref(), Ok(bytes), "one form");
                    true
                }
                Err(error) => {
                    assert!(!error.to_string().is_empty());
                    false
                }
            };
            check(&closed);
            check(input)
        },
    );
}

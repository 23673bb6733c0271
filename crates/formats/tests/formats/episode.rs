//! The export of an episode: what holds, and each kind of tampering by the name of what is found.

use ed25519_dalek::Signer as _;
use paso_formats::{
    bundle::{Bundle, Purpose, VerifiedBundle},
    entry::{Binding, Class, Content, Entry, StreamHead},
    envelope::{self, Label, OpenError, SubjectKey},
    episode::{
        Export, ExportError, ExportFinding, ExportVerdict, MAX_BODY_BYTES, MAX_EXPORT_BYTES,
        MAX_ROWS, Row, RowFinding, SequenceFault, SignedExport, TYP, judge,
    },
    key::Sign,
    moment::{DAY, HOUR, Moment},
    receipt::ProofFault,
    verdict::Light,
};
use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin},
    cosignature::{CosignerKey, Timestamp},
    hash::{Hash, leaf_hash, node_hash},
    note::{Ed25519Key, Sign as NoteSign, SignError},
    policy::Policy,
    proof_file::ProofFile,
};
use proptest::prelude::*;

use crate::{
    device::{marked, sign, signer},
    sample::{bundle, keys, start, trusted, verified},
    signers::{EdDsa, Es256},
};

const ORIGIN: &str = "bitacora.example/2014";
const SUBJECT: &str = "episode:5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c";
const KIND: &str = "custody.noted";

/// A key of the log's world.
struct Seed(ed25519_dalek::SigningKey);

fn seed(seed: u8) -> Seed {
    Seed(ed25519_dalek::SigningKey::from_bytes(&[seed; 32]))
}

impl NoteSign for Seed {
    fn public_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(self.0.sign(message).to_bytes())
    }
}

fn log_key() -> Ed25519Key {
    Ed25519Key::new(ORIGIN.parse().unwrap(), &seed(41).public_key()).unwrap()
}

fn witness_key() -> CosignerKey {
    CosignerKey::new("veedor.example".parse().unwrap(), &seed(42).public_key()).unwrap()
}

fn policy() -> Policy {
    let (log, witness) = (log_key(), witness_key());
    Policy::parse(format!("log {log}\nwitness veedor {witness}\nquorum veedor\n").as_bytes())
        .unwrap()
}

/// The root of a tree (RFC 6962 §2.1).
fn root(leaves: &[Hash]) -> Hash {
    if let [one] = leaves {
        return *one;
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    node_hash(&root(left), &root(right))
}

/// The way from a leaf to the root (RFC 6962 §2.1.1).
fn path(at: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut way, other) = if at < left.len() {
        (path(at, left), root(right))
    } else {
        (path(at - left.len(), right), root(left))
    };
    way.push(other);
    way
}

/// When the witness saw the head.
fn seen() -> Moment {
    start().plus(3 * HOUR)
}

/// Proofs of all leaves in one tree behind an opening leaf, its head cosigned or not.
fn proofs(leaves: &[Entry], witnessed: bool) -> Vec<Vec<u8>> {
    let mut hashes = vec![leaf_hash(b"the opening leaf")];
    hashes.extend(leaves.iter().map(|leaf| leaf_hash(&leaf.to_bytes())));
    let head = Head {
        size: hashes.len() as u64,
        root: root(&hashes),
    };
    let checkpoint = Checkpoint::new(Origin::new(ORIGIN).unwrap(), head).unwrap();
    let mut signed = checkpoint.sign(&log_key(), &seed(41)).unwrap();
    if witnessed {
        let at = Timestamp::from_seconds(seen().unix().try_into().unwrap()).unwrap();
        let text = signed.note().unverified_text().to_owned();
        let line = witness_key().cosign(&text, at, &seed(42)).unwrap();
        signed.attach(line).unwrap();
    }
    (1..=leaves.len())
        .map(|at| {
            let way = path(at, &hashes);
            let proof = ProofFile::new(None, at as u64, way, signed.clone()).unwrap();
            proof.to_string().into_bytes()
        })
        .collect()
}

/// The body of a row, and its leaf behind another.
fn row(version: u64, body: &[u8], after: Option<StreamHead>, signer: &dyn Sign) -> Row {
    let key = SubjectKey::from_random([0xee; 32]);
    let label = Label {
        subject: SUBJECT,
        kind: KIND,
        schema: 1,
    };
    let nonce = [u8::try_from(version).unwrap(); 24];
    let sealed = envelope::seal(body, label, &key, nonce);
    let binding = Binding {
        commitment: sealed.commitment,
        envelope: [7; 32],
    };
    let content = Content::Event(Class::Act, binding);
    let leaf = sign(after, i64::try_from(version).unwrap(), content, signer);
    let version = version.try_into().unwrap();
    Row::open(version, leaf, label, &sealed, &key, None).unwrap()
}

/// Four rows of one episode, all proven; to be varied.
fn export() -> Export {
    let mut rows: Vec<Row> = Vec::new();
    for (version, body) in (1..).zip([&b"opened"[..], b"described", b"offered", b"accepted"]) {
        let after = rows.last().map(|row| row.leaf.head());
        rows.push(row(version, body, after, &signer()));
    }
    Export {
        authority: "MX-INM".to_owned(),
        subject: SUBJECT.to_owned(),
        at: start().plus(4 * HOUR),
        officer: "INM-0417".to_owned(),
        rows: prove(rows, true),
    }
}

fn prove(mut rows: Vec<Row>, witnessed: bool) -> Vec<Row> {
    let leaves: Vec<_> = rows.iter().map(|row| row.leaf.clone()).collect();
    for (row, proof) in rows.iter_mut().zip(proofs(&leaves, witnessed)) {
        row.proof = Some(proof);
    }
    rows
}

fn bundle_with(vary: impl FnOnce(&mut Bundle)) -> VerifiedBundle {
    let keys = keys();
    let mut bundle = bundle(&keys);
    let device = trusted(signer().public_key(), Purpose::Device);
    bundle.keys.push(device);
    vary(&mut bundle);
    verified(&bundle, &keys)
}

fn judged(export: &Export, bundle: &VerifiedBundle) -> ExportVerdict {
    let file = export.sign(&signer()).unwrap();
    let read = SignedExport::read(&file).unwrap();
    assert_eq!(read.export(), export);
    judge(&read, bundle, &policy(), start().plus(5 * HOUR))
}

fn findings(verdict: &ExportVerdict) -> Vec<RowFinding> {
    verdict.rows.iter().map(|row| row.finding).collect()
}

#[test]
fn a_row_that_does_not_open_with_its_subject_s_key_is_not_handed_out() {
    let label = Label {
        subject: SUBJECT,
        kind: KIND,
        schema: 1,
    };
    let key = SubjectKey::from_random([0xee; 32]);
    let sealed = envelope::seal(b"opened", label, &key, [1; 24]);
    let open = |label, sealed, key| {
        let [first, ..] = &export().rows[..] else {
            unreachable!("four rows")
        };
        Row::open(first.version, first.leaf.clone(), label, sealed, key, None)
    };
    assert!(open(label, &sealed, &key).is_ok_and(|row| row.is_bound(SUBJECT)));
    let other = SubjectKey::from_random([0xef; 32]);
    assert_eq!(open(label, &sealed, &other), Err(OpenError::Altered));
    let elsewhere = Label {
        subject: "episode:other",
        ..label
    };
    assert_eq!(open(elsewhere, &sealed, &key), Err(OpenError::Altered));
    let mut cut = sealed.clone();
    cut.bytes.truncate(3);
    assert_eq!(open(label, &cut, &key), Err(OpenError::Truncated));
}

#[test]
fn what_the_house_hands_out_is_green() {
    let verdict = judged(&export(), &bundle_with(|_| {}));
    assert_eq!(verdict.light(), Light::Green, "{verdict:?}");
    assert_eq!(verdict.file, ExportFinding::Signed);
    assert_eq!(findings(&verdict), [RowFinding::Proven; 4]);
    assert_eq!(verdict.sequence, []);
    let place = verdict.rows[2].place.as_ref().unwrap();
    assert_eq!((place.index, place.size), (3, 5));
    assert_eq!(place.witnesses[0].at, seen());
    // What a person went through does not show where a program writes what it did.
    assert!(!format!("{:?}", export()).contains("described"));
    assert!(format!("{:?}", export().rows[0].opened).contains("custody.noted"));
}

/// What is changed, how, what is found on each row, and the colour of it all.
type Tampering = (&'static str, fn(&mut Vec<Row>), [RowFinding; 4], Light);

fn tamperings() -> [Tampering; 13] {
    use RowFinding::{
        BodyAltered, NotLogged, NotSigned, ProofBroken, Proven, Unwitnessed, Withheld,
    };
    let one = |finding| [Proven, finding, Proven, Proven];
    [
        (
            "a word of the body",
            |rows| rows[1].opened.as_mut().unwrap().body[0] ^= 1,
            one(BodyAltered),
            Light::Red,
        ),
        (
            "the key of the commitment",
            |rows| rows[1].opened.as_mut().unwrap().k_event[31] ^= 1,
            one(BodyAltered),
            Light::Red,
        ),
        (
            "the kind",
            |rows| rows[1].opened.as_mut().unwrap().kind.push('s'),
            one(BodyAltered),
            Light::Red,
        ),
        (
            "the schema",
            |rows| rows[1].opened.as_mut().unwrap().schema = 2,
            one(BodyAltered),
            Light::Red,
        ),
        (
            "the body of another row",
            |rows| rows[1].opened = rows[2].opened.clone(),
            one(BodyAltered),
            Light::Red,
        ),
        (
            "a leaf by another device, with its body",
            |rows| {
                let after = rows[0].leaf.head();
                rows[1].leaf = row(2, b"described", Some(after), &EdDsa::new(99)).leaf;
            },
            one(NotSigned),
            Light::Red,
        ),
        (
            "a sign of life in the place of an event",
            |rows| {
                let after = rows[0].leaf.head();
                rows[1].leaf = sign(Some(after), 2, Content::Heartbeat, &signer());
                rows[1].opened = None;
            },
            one(BodyAltered),
            Light::Red,
        ),
        (
            "another body, sealed and signed anew, with the old proof",
            |rows| {
                let after = rows[0].leaf.head();
                let proof = rows[1].proof.take();
                rows[1] = row(2, b"nothing was said", Some(after), &signer());
                rows[1].proof = proof;
            },
            one(ProofBroken(ProofFault::NotInTree)),
            Light::Red,
        ),
        (
            "a proof of another row",
            |rows| rows[1].proof = rows[2].proof.clone(),
            one(ProofBroken(ProofFault::NotInTree)),
            Light::Red,
        ),
        (
            "a proof that is none",
            |rows| rows[1].proof = Some(b"proof".to_vec()),
            one(ProofBroken(ProofFault::Unreadable)),
            Light::Red,
        ),
        (
            "no proof yet",
            |rows| rows[1].proof = None,
            one(NotLogged),
            Light::Amber,
        ),
        (
            "a body withheld",
            |rows| rows[1].opened = None,
            one(Withheld),
            Light::Amber,
        ),
        (
            "a head that no witness has seen",
            |rows| {
                let mut bare = prove(rows.clone(), false);
                rows[1].proof = bare.swap_remove(1).proof;
            },
            one(Unwitnessed),
            Light::Amber,
        ),
    ]
}

/// An insider has the device, the database and the log's key, and signs everything again: each class
/// of bytes that they change is found under its own name, on the row where they changed it.
#[test]
fn every_class_of_tampering_has_its_name() {
    let bundle = bundle_with(|_| {});
    for (what, vary, expected, light) in tamperings() {
        let mut export = export();
        vary(&mut export.rows);
        let verdict = judged(&export, &bundle);
        assert_eq!(findings(&verdict), expected, "{what}");
        assert_eq!(verdict.light(), light, "{what}");
        assert_eq!(verdict.sequence, [], "{what}");
        assert_eq!(verdict.file, ExportFinding::Signed, "{what}");
    }
}

#[test]
fn heads_count_by_the_policy_that_was_at_hand() {
    let text = String::from_utf8(export().rows[1].proof.clone().unwrap()).unwrap();
    let bundle = bundle_with(|_| {});
    for (from, to, fault, light) in [
        (
            "bitacora.example/2014\n",
            "bitacora.example/2015\n",
            ProofFault::UnknownLog,
            Light::Amber,
        ),
        ("\n5\n", "\n6\n", ProofFault::Checkpoint, Light::Red),
        ("index 2", "index 1", ProofFault::NotInTree, Light::Red),
    ] {
        let mut export = export();
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        export.rows[1].proof = Some(changed.into_bytes());
        let verdict = judged(&export, &bundle);
        assert_eq!(verdict.rows[1].finding, RowFinding::ProofBroken(fault));
        assert!(verdict.rows[1].finding.code().starts_with("proof-"));
        assert_eq!(verdict.light(), light);
    }
}

#[test]
fn a_row_that_is_missing_doubled_or_moved_shows() {
    type Vary = fn(&mut Vec<Row>);
    let cases: [(Vary, &[SequenceFault]); 6] = [
        (
            |rows| drop(rows.remove(1)),
            &[SequenceFault::Hole { after: 1, next: 3 }],
        ),
        (
            |rows| drop(rows.remove(0)),
            &[SequenceFault::Hole { after: 0, next: 2 }],
        ),
        (
            |rows| rows.swap(1, 2),
            &[
                SequenceFault::Hole { after: 1, next: 3 },
                SequenceFault::OutOfOrder(2),
            ],
        ),
        (
            // Taken out, and the hole filled with a row that is there already.
            |rows| {
                rows[1] = Row {
                    version: rows[1].version,
                    ..rows[0].clone()
                };
            },
            &[SequenceFault::Repeated(2)],
        ),
        (
            // Two words of one device under one number.
            |rows| {
                let after = rows[0].leaf.head();
                let mut other = row(2, b"something else", Some(after), &signer());
                other.version = 5.try_into().unwrap();
                rows.push(other);
            },
            &[SequenceFault::Forked(5)],
        ),
        // Whoever cuts the end off is not found out by the file: the ombudsman's count does that.
        (|rows| drop(rows.pop()), &[]),
    ];
    let bundle = bundle_with(|_| {});
    for (vary, expected) in cases {
        let mut export = export();
        vary(&mut export.rows);
        let verdict = judged(&export, &bundle);
        assert_eq!(verdict.sequence, expected);
        assert_eq!(verdict.light() == Light::Red, !expected.is_empty());
        assert!(expected.iter().all(|fault| !fault.code().is_empty()));
    }
}

#[test]
fn the_file_s_own_signature_says_who_hands_it_out() {
    let file = export().sign(&signer()).unwrap();
    let mut changed = file.clone();
    let at = changed
        .windows(8)
        .position(|window| window == b"INM-0417")
        .unwrap();
    changed[at + 7] = b'8';
    let foreign = Export {
        authority: "GT-IGM".to_owned(),
        ..export()
    };
    let early = Export {
        at: start().plus(-2 * DAY),
        ..export()
    };
    let stranger = Es256::new(77);
    for (bytes, now, finding) in [
        (file.clone(), 5, ExportFinding::Signed),
        (file, -1, ExportFinding::Ahead),
        (changed, 5, ExportFinding::BadSignature),
        (
            foreign.sign(&signer()).unwrap(),
            5,
            ExportFinding::OtherAuthority,
        ),
        (
            export().sign(&stranger).unwrap(),
            5,
            ExportFinding::UnknownKey,
        ),
        (
            early.sign(&signer()).unwrap(),
            5,
            ExportFinding::KeyOutOfWindow,
        ),
    ] {
        let read = SignedExport::read(&bytes).unwrap();
        let now = start().plus(now * HOUR);
        let verdict = judge(&read, &bundle_with(|_| {}), &policy(), now);
        assert_eq!(verdict.file, finding);
        // Rows stand on their own legs, whoever hands them out.
        assert_eq!(findings(&verdict), [RowFinding::Proven; 4], "{finding:?}");
    }
    assert_eq!(ExportFinding::ALL.map(ExportFinding::code).len(), 7);
}

#[test]
fn a_stolen_key_counts_only_for_what_witnesses_saw_before() {
    let stolen = |at: Moment| {
        bundle_with(|bundle| {
            for key in &mut bundle.keys {
                if key.purpose == Purpose::Device {
                    key.compromised_at = Some(at);
                }
            }
        })
    };
    let before = judged(&export(), &stolen(seen()));
    assert_eq!(findings(&before), [RowFinding::KeyCompromised; 4]);
    let after = judged(&export(), &stolen(seen().plus(1)));
    assert_eq!(findings(&after), [RowFinding::Proven; 4]);
    assert_eq!(after.file, ExportFinding::KeyCompromised);
    assert_eq!(after.light(), Light::Amber);

    let late = bundle_with(|bundle| {
        for key in &mut bundle.keys {
            if key.purpose == Purpose::Device {
                key.sign_from = start().plus(3 * 60 + 30);
            }
        }
    });
    let late = judged(&export(), &late);
    let [out, inside] = [RowFinding::KeyOutOfWindow, RowFinding::Proven];
    assert_eq!(findings(&late), [out, out, inside, inside]);

    let old = bundle_with(|bundle| bundle.soft_until = bundle.issued_at);
    let old = judged(&export(), &old);
    assert_eq!((old.bundle_old, old.light()), (true, Light::Amber));
}

#[test]
fn what_is_no_export_is_named() {
    let good = export().sign(&signer()).unwrap();
    let signed =
        |payload: &[u8], typ| paso_formats::cose::sign(payload, Some(typ), &signer()).unwrap();
    let read = |bytes: &[u8]| SignedExport::read(bytes).unwrap_err();
    assert_eq!(read(&vec![0; MAX_EXPORT_BYTES + 1]), ExportError::TooLarge);
    assert!(matches!(read(b"{}"), ExportError::Cose(_)));
    assert_eq!(
        read(&signed(b"\x80", "paso/receipt")),
        ExportError::WrongType
    );
    assert_eq!(read(&signed(b"\x80", TYP)), ExportError::Header);
    assert!(matches!(
        read(&signed(b"\x9f\xff", TYP)),
        ExportError::Cbor(_)
    ));
    assert!(matches!(
        read(&good[..good.len() - 1]),
        ExportError::Cose(_)
    ));
    // In the second row's leaf, a version of leaves that nobody knows.
    let second = export().rows[1].leaf.to_bytes();
    let mut other = good.clone();
    let at = other
        .windows(second.len())
        .position(|window| window == second)
        .unwrap();
    other[at] = 9;
    assert!(matches!(read(&other), ExportError::Leaf { at: 2, .. }));

    let with = |vary: fn(&mut Export)| {
        let mut export = export();
        vary(&mut export);
        export.sign(&signer()).unwrap_err()
    };
    assert_eq!(with(|export| export.rows.clear()), ExportError::Rows(0));
    assert_eq!(
        with(|export| export.rows = vec![export.rows[0].clone(); MAX_ROWS + 1]),
        ExportError::Rows(MAX_ROWS as u64 + 1)
    );
    assert_eq!(with(|export| export.officer.clear()), ExportError::Header);
    assert_eq!(
        with(|export| {
            export.rows[3].opened.as_mut().unwrap().body = vec![0; MAX_BODY_BYTES + 1];
        }),
        ExportError::Row(4)
    );
}

#[test]
fn every_flipped_byte_is_found() {
    let good = export().sign(&signer()).unwrap();
    let (bundle, policy) = (bundle_with(|_| {}), policy());
    let now = start().plus(5 * HOUR);
    // The signature covers all of it, so a row suffices for each kind of byte; every seventh is tried.
    for at in (0..good.len()).step_by(7) {
        let mut changed = good.clone();
        changed[at] ^= 1 << (at % 8);
        let green = SignedExport::read(&changed)
            .is_ok_and(|read| judge(&read, &bundle, &policy, now).light() == Light::Green);
        assert!(!green, "byte {at}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever rows there are, what is written is read, and a body other than its own never binds.
    #[test]
    fn what_is_written_is_read(
        bodies in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 1..8),
        withheld in 0..8_usize,
        bare in 0..8_usize,
    ) {
        let mut rows: Vec<Row> = Vec::new();
        for (version, body) in (1..).zip(&bodies) {
            let after = rows.last().map(|row| row.leaf.head());
            rows.push(row(version, body, after, &signer()));
        }
        let mut export = Export { rows: prove(rows, true), ..export() };
        if let Some(row) = export.rows.get_mut(withheld) {
            row.opened = None;
        }
        if let Some(row) = export.rows.get_mut(bare) {
            row.proof = None;
        }
        let read = SignedExport::read(&export.sign(&signer()).unwrap()).unwrap();
        prop_assert_eq!(read.export(), &export);
        for row in &export.rows {
            prop_assert!(row.is_bound(SUBJECT));
            prop_assert!(row.opened.is_none() || !row.is_bound("episode:other"));
        }
        let marked = Row {
            leaf: sign(None, 0, marked(Class::Act, 9), &signer()),
            ..export.rows[0].clone()
        };
        prop_assert!(marked.opened.is_none() || !marked.is_bound(SUBJECT));
    }

    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>) {
        prop_assert!(SignedExport::read(&bytes).is_err());
    }
}

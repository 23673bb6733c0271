//! An episode handed to a lawyer: checked with three files and no house, and each kind of tampering
//! by its name.

#![expect(clippy::panic, reason = "helpers of tests fail by panicking")]

mod common;

use common::{Site, said};
use paso_domain::{
    act::Act,
    custody::{CustodyEvent, Ending, EndingKind, Offer, Opening, Recipient},
    event::Event,
    id::{HandoverId, OperationId, PersonId},
};
use paso_formats::{
    anchor::Anchor,
    bundle::{Bundle, Purpose, TrustedKey},
    entry::{Binding, Content, Minute, StreamId, Unsigned},
    envelope::{self, Label, SubjectKey},
    episode::{Export, Opened, Row},
    key::{Algorithm, Sign},
    moment::{DAY, HOUR, MINUTE, Moment},
};
use paso_service::{log::LogKey, signer::Signer};
use paso_tlog::{
    checkpoint::{Checkpoint, Head, Origin},
    cosignature::{CosignerKey, Timestamp},
    hash::{Hash, leaf_hash, node_hash},
    note::{Ed25519Key, Sign as _},
    proof_file::ProofFile,
};
use std::{fs, process::Output, sync::Arc};

const ORIGIN: &str = "bitacora.example/2026";
const SUBJECT: &str = "episode:5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c";

fn start() -> Moment {
    "2026-03-02T15:00:00Z".parse().unwrap_or_else(|_| panic!())
}

/// An Ed25519 key of a seed, as PKCS #8 writes it (RFC 8410 §7).
fn key(seed: u8) -> Signer {
    let mut file = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    file.extend([seed; 32]);
    Signer::from_pkcs8(Algorithm::EdDsa, &file).unwrap_or_else(|error| panic!("{error}"))
}

fn note_key(seed: u8) -> LogKey {
    LogKey::new(Arc::new(key(seed))).unwrap_or_else(|error| panic!("{error}"))
}

fn by(officer: &str, post: &str, minutes: i64) -> Act {
    let parse = || Some((post.parse().ok()?, officer.parse().ok()?));
    let (post, officer) = parse().unwrap_or_else(|| panic!("{officer} {post}"));
    Act {
        at: start().plus(minutes * MINUTE),
        post,
        officer,
        late: None,
    }
}

/// Counted at a checkpoint, offered to a station, accepted there, set free.
fn story() -> Vec<CustodyEvent> {
    let handover = HandoverId::from_random([3; 16]);
    let to = Recipient::Post {
        post: by("INM-9", "HUI", 0).post,
        officer: None,
    };
    vec![
        CustodyEvent::Opened {
            act: by("INM-0417", "TAL", 0),
            opening: Opening {
                operation: OperationId::from_random([7; 16]),
                ordinal: 2,
                count: 12,
                person: PersonId::from_random([2; 16]),
                handle: [0x5c; 16],
                taken_at: start().plus(-20 * MINUTE),
                taken_where: "Km 23 de la carretera costera".to_owned(),
                vehicle: "Autobús 4417".to_owned(),
                unit: "Grupo de prueba".to_owned(),
                ordered_by: "INM-0400".to_owned(),
                basis: "artículo 97".to_owned(),
                reason: "No mostró documento".to_owned(),
                secret: None,
                receipt: None,
                phone: None,
            },
        },
        CustodyEvent::Offered {
            act: by("INM-0417", "TAL", 30),
            offer: Offer {
                handover,
                to,
                counted: 12,
                reason: "Traslado".to_owned(),
                leg: None,
            },
        },
        CustodyEvent::Accepted {
            act: by("INM-0520", "HUI", 90),
            handover,
            counted: 12,
            receipt: None,
        },
        CustodyEvent::Ended {
            act: by("INM-0520", "HUI", 300),
            ending: Ending {
                kind: EndingKind::Released,
                evidence: "Oficio de prueba".to_owned(),
                to: "Huixtla".to_owned(),
            },
            receipt: None,
        },
    ]
}

/// The root of a tree and the way to a leaf (RFC 6962 §2.1.1).
fn tree(at: usize, leaves: &[Hash]) -> (Hash, Vec<Hash>) {
    if let [one] = leaves {
        return (*one, Vec::new());
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let inside = at < left.len();
    let (of_left, mut way) = tree(if inside { at } else { 0 }, left);
    let (of_right, other) = tree(if inside { 0 } else { at - left.len() }, right);
    if inside {
        way.push(of_right);
    } else {
        way = other;
        way.push(of_left);
    }
    (node_hash(&of_left, &of_right), way)
}

/// The rows of the story, proven by one head that one witness countersigned.
fn rows() -> Vec<Row> {
    let subject_key = SubjectKey::from_random([0xee; 32]);
    let device = key(7);
    let mut rows: Vec<Row> = Vec::new();
    for (version, fact) in (1_u8..).zip(story()) {
        let event = Event::Custody(fact);
        let label = Label {
            subject: SUBJECT,
            kind: event.kind(),
            schema: 1,
        };
        let body = event.encode();
        let sealed = envelope::seal(&body, label, &subject_key, [version; 24]);
        let binding = Binding {
            commitment: sealed.commitment,
            envelope: [version; 32],
        };
        let leaf = Unsigned {
            stream: StreamId::from_random([9; 16]),
            after: rows.last().map(|row| row.leaf.head()),
            witnessed: None,
            time: Minute::of(event.at()),
            content: Content::Event(event.class(), binding),
        };
        let opened = envelope::event_key(&sealed.bytes, &subject_key).map(|k_event| Opened {
            kind: event.kind().to_owned(),
            schema: 1,
            body,
            k_event: *k_event,
        });
        rows.push(Row {
            version: u64::from(version).try_into().unwrap_or_else(|_| panic!()),
            leaf: leaf.sign(&device).unwrap_or_else(|error| panic!("{error}")),
            proof: None,
            opened,
        });
    }
    prove(&mut rows);
    rows
}

fn prove(rows: &mut [Row]) {
    let mut leaves = vec![leaf_hash(b"the opening leaf")];
    leaves.extend(rows.iter().map(|row| leaf_hash(&row.leaf.to_bytes())));
    let head = Head {
        size: leaves.len() as u64,
        root: tree(0, &leaves).0,
    };
    let sign = || {
        let origin = Origin::new(ORIGIN)?;
        let log = Ed25519Key::new(ORIGIN.parse().ok()?, &note_key(41).public_key()).ok()?;
        let mut signed = Checkpoint::new(origin, head)?
            .sign(&log, &note_key(41))
            .ok()?;
        let at = Timestamp::from_seconds(start().plus(DAY).unix().try_into().ok()?)?;
        let text = signed.note().unverified_text().to_owned();
        signed
            .attach(witness()?.cosign(&text, at, &note_key(42)).ok()?)
            .ok()?;
        Some(signed)
    };
    let signed = sign().unwrap_or_else(|| panic!("a head that is signed"));
    for (at, row) in (1..).zip(rows) {
        let proof = ProofFile::new(None, at as u64, tree(at, &leaves).1, signed.clone());
        let proof = proof.unwrap_or_else(|error| panic!("{error}"));
        row.proof = Some(proof.to_string().into_bytes());
    }
}

fn witness() -> Option<CosignerKey> {
    CosignerKey::new("veedor.example".parse().ok()?, &note_key(42).public_key()).ok()
}

/// What a lawyer has: anchor, bundle and policy in files, and the program.
struct Lawyer {
    site: Site,
    files: [String; 3],
}

impl Lawyer {
    fn new() -> Self {
        let site = Site::empty();
        let roots = [key(1), key(2)];
        let anchor = Anchor {
            authority: "MX-INM".to_owned(),
            name: "Autoridad de prueba".to_owned(),
            valid_from: start().plus(-DAY),
            valid_until: start().plus(400 * DAY),
            endpoints: Vec::new(),
            roots: roots.iter().map(|root| root.public_key().clone()).collect(),
        };
        let bundle = Bundle {
            authority: "MX-INM".to_owned(),
            sequence: 1,
            issued_at: start().plus(2 * DAY),
            soft_until: start().plus(90 * DAY),
            hard_until: start().plus(180 * DAY),
            keys: vec![TrustedKey {
                key: key(7).public_key().clone(),
                purpose: Purpose::Device,
                site: "TAL".to_owned(),
                sign_from: start().plus(-DAY),
                sign_until: start().plus(90 * DAY),
                verify_until: start().plus(400 * DAY),
                compromised_at: None,
            }],
            status_lists: Vec::new(),
            programmes: Vec::new(),
            roots: Vec::new(),
        };
        let sealed = bundle
            .seal(&roots[0])
            .unwrap_or_else(|error| panic!("{error}"));
        let log = Ed25519Key::new(
            ORIGIN.parse().unwrap_or_else(|_| panic!()),
            &note_key(41).public_key(),
        );
        let (log, seen) = (
            log.unwrap_or_else(|error| panic!("{error}")),
            witness().unwrap_or_else(|| panic!("a witness")),
        );
        let policy = format!("log {log}\nwitness veedor {seen}\nquorum veedor\n");
        let written = [
            ("anchor", anchor.to_string().into_bytes()),
            ("bundle", sealed),
            ("policy", policy.into_bytes()),
        ];
        let files = written.map(|(name, bytes)| {
            let file = site.beside(name);
            fs::write(&file, bytes).unwrap_or_else(|error| panic!("{error}"));
            format!("--{name}={}", file.display())
        });
        Self { site, files }
    }

    /// Signs an export of these rows and checks it.
    fn check(&self, rows: Vec<Row>, more: &[&str]) -> Output {
        let export = Export {
            authority: "MX-INM".to_owned(),
            subject: SUBJECT.to_owned(),
            at: start().plus(2 * DAY),
            officer: "INM-0400".to_owned(),
            rows,
        };
        let bytes = export
            .sign(&key(7))
            .unwrap_or_else(|error| panic!("{error}"));
        self.check_bytes(&bytes, more)
    }

    fn check_bytes(&self, bytes: &[u8], more: &[&str]) -> Output {
        let file = self.site.beside("episode.paso");
        fs::write(&file, bytes).unwrap_or_else(|error| panic!("{error}"));
        let file = file.display().to_string();
        let at = format!("--at={}", start().plus(3 * DAY));
        let mut args = vec!["verify", "export", &file, &at];
        args.extend(self.files.iter().map(String::as_str));
        args.extend(more);
        self.site.paso(&args)
    }
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(output)))
}

#[test]
fn a_lawyer_reads_who_answered_and_that_nothing_was_changed() {
    let lawyer = Lawyer::new();
    let found = lawyer.check(rows(), &["--json"]);
    assert_eq!(found.status.code(), Some(0), "{}", said(&found));
    let found = json(&found);
    assert_eq!(
        (&found["light"], &found["file"]),
        (&"green".into(), &"signed".into())
    );
    let rows_found = found["rows"]
        .as_array()
        .unwrap_or_else(|| panic!("{found}"));
    assert_eq!(rows_found.len(), 4);
    assert!(
        rows_found.iter().all(|row| row["finding"] == "proven"),
        "{found}"
    );
    assert_eq!(rows_found[0]["log"]["witnesses"][0]["name"], "veedor");
    // Until the other had signed, the giver answered.
    let spans = found["spans"]
        .as_array()
        .unwrap_or_else(|| panic!("{found}"));
    let told: Vec<_> = spans
        .iter()
        .map(|span| (span["officer"].as_str(), span["standing"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Some("INM-0417"), Some("sure")),
            (Some("INM-0417"), Some("offered")),
            (Some("INM-0520"), Some("sure")),
        ]
    );
    assert_eq!(spans[2]["until"], start().plus(5 * HOUR).to_string());
    assert_eq!(found["ended"]["kind"], "released");
    assert_eq!(found["misfits"], serde_json::json!([]));
    // What the ombudsman must have been told: of whoever cuts rows off, it has more.
    let told = |found: &serde_json::Value| -> Vec<String> {
        let statements = found["statements"].as_array().cloned().unwrap_or_default();
        let kinds = statements.iter().filter_map(|one| one["kind"].as_str());
        kinds.map(str::to_owned).collect()
    };
    assert_eq!(told(&found), ["opened", "offered", "handed-over", "ended"]);
    let mut cut = rows();
    cut.truncate(2);
    let cut = lawyer.check(cut, &["--json"]);
    assert_eq!(cut.status.code(), Some(0), "{}", said(&cut));
    assert_eq!(told(&json(&cut)), ["opened", "offered"]);

    for (lang, words) in [
        (
            "--lang=es",
            [
                "Verde",
                "puesta en libertad",
                "ofrecida, sin aceptar",
                "no que sea verdad",
            ],
        ),
        (
            "--lang=en",
            [
                "Green",
                "released",
                "offered, not accepted",
                "not that it is true",
            ],
        ),
    ] {
        let said = said(&lawyer.check(rows(), &[lang]));
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
}

#[test]
fn what_was_altered_is_named_and_left_out_of_the_story() {
    type Vary = fn(&mut Vec<Row>);
    let cases: [(&str, Vary, i32); 6] = [
        (
            "body-altered",
            |rows| {
                // Not he had her, but somebody else.
                if let Some(opened) = &mut rows[2].opened {
                    let at = opened.body.windows(8).position(|w| w == b"INM-0520");
                    opened.body[at.unwrap_or_else(|| panic!("an officer")) + 7] = b'1';
                }
            },
            1,
        ),
        (
            "proof-not-in-tree",
            |rows| rows[2].proof = rows[1].proof.clone(),
            1,
        ),
        (
            "proof-unreadable",
            |rows| rows[2].proof = Some(Vec::new()),
            1,
        ),
        ("not-logged", |rows| rows[2].proof = None, 3),
        ("withheld", |rows| rows[2].opened = None, 3),
        (
            "not-signed",
            |rows| {
                let last = rows[1].leaf.head();
                let leaf = Unsigned {
                    stream: rows[2].leaf.stream(),
                    after: Some(last),
                    witnessed: None,
                    time: rows[2].leaf.time(),
                    content: rows[2].leaf.content(),
                };
                rows[2].leaf = leaf
                    .sign(&key(99))
                    .unwrap_or_else(|error| panic!("{error}"));
            },
            1,
        ),
    ];
    let lawyer = Lawyer::new();
    for (finding, vary, code) in cases {
        let mut rows = rows();
        vary(&mut rows);
        let found = lawyer.check(rows, &["--json"]);
        assert_eq!(
            found.status.code(),
            Some(code),
            "{finding}: {}",
            said(&found)
        );
        let found = json(&found);
        assert_eq!(found["rows"][2]["finding"], finding, "{found}");
        assert_eq!(found["rows"][3]["finding"], "proven", "{found}");
        let facts = found["facts"].as_array().map_or(0, Vec::len);
        let kept = !matches!(finding, "body-altered" | "withheld");
        assert_eq!(facts, if kept { 4 } else { 3 }, "{finding}");
    }

    let mut hole = rows();
    drop(hole.remove(1));
    let hole = lawyer.check(hole, &["--json"]);
    assert_eq!(hole.status.code(), Some(1));
    let hole = json(&hole);
    assert_eq!(hole["sequence"][0]["code"], "hole", "{hole}");
    // Accepted, and never offered: the story says so by itself.
    assert_eq!(hole["misfits"][0]["code"], "not-offered", "{hole}");
    let mut last = rows();
    drop(last.remove(2));
    let words = said(&lawyer.check(last, &["--lang=en"]));
    assert!(
        words.contains("rows are missing between 2 and 4"),
        "{words}"
    );
    assert!(words.contains("keep this file"), "{words}");
}

#[test]
fn what_is_no_export_says_what_to_do() {
    let lawyer = Lawyer::new();
    let wrong = lawyer.check_bytes(b"not signed", &[]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        said(&wrong).contains("ask for it again"),
        "{}",
        said(&wrong)
    );
    let bundle = fs::read(lawyer.site.beside("bundle")).unwrap_or_default();
    let wrong = lawyer.check_bytes(&bundle, &[]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        said(&wrong).contains("choose the right file"),
        "{}",
        said(&wrong)
    );
    let missing = lawyer.site.paso(&[
        "verify",
        "export",
        "nowhere",
        &lawyer.files[0],
        &lawyer.files[1],
        &lawyer.files[2],
    ]);
    assert!(
        said(&missing).contains("cannot read nowhere"),
        "{}",
        said(&missing)
    );
}

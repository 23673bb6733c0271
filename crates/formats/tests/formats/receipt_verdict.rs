//! Every finding about a receipt with its colour and next step, each reached by its own story, and
//! what can never come out whatever is shown.

use ed25519_dalek::Signer as _;
use paso_formats::{
    bundle::{Purpose, VerifiedBundle},
    entry::{Binding, Class, Content, Entry},
    moment::{DAY, HOUR, MINUTE, Moment},
    receipt::{
        self, Facts, Kind, LOGGED_WITHIN_SECONDS, LogAnswer, ProofFault, ReceiptFinding,
        ReceiptStep, ReceiptVerdict, Spoken, judge,
    },
    scan::Malformed,
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
    device::{STREAM, journal, receipt_claims, receipt_facts, receipt_of, sign, signer},
    sample::{bundle, keys, start, trusted, verified},
    signers::EdDsa,
};

const ORIGIN: &str = "bitacora.example/2014";

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

/// The proof of `leaf` as the second of two leaves, cosigned at a time or not at all.
fn proof_of(leaf: &[u8], extra: Option<&[u8]>, witnessed: Option<Moment>) -> ProofFile {
    let first = leaf_hash(b"the opening leaf");
    let root = node_hash(&first, &leaf_hash(leaf));
    proof_in(root, vec![first], extra, witnessed)
}

fn proof_in(
    root: Hash,
    path: Vec<Hash>,
    extra: Option<&[u8]>,
    witnessed: Option<Moment>,
) -> ProofFile {
    let head = Head { size: 2, root };
    let checkpoint = Checkpoint::new(Origin::new(ORIGIN).unwrap(), head).unwrap();
    let mut signed = checkpoint.sign(&log_key(), &seed(41)).unwrap();
    if let Some(at) = witnessed {
        let at = Timestamp::from_seconds(at.unix().try_into().unwrap()).unwrap();
        let text = signed.note().unverified_text().to_owned();
        signed
            .attach(witness_key().cosign(&text, at, &seed(42)).unwrap())
            .unwrap();
    }
    ProofFile::new(extra.map(<[u8]>::to_vec), 1, path, signed).unwrap()
}

/// The receipt of the second row of the sample's journal, checked ten minutes after it was given;
/// varied one thing at a time.
struct Scene {
    text: String,
    device: paso_formats::bundle::TrustedKey,
    bundle: bool,
    proof: Answer,
    now: Moment,
}

enum Answer {
    NotAsked,
    Nothing,
    File(Vec<u8>),
}

fn given_at() -> Moment {
    receipt_facts().at
}

fn leaf() -> Entry {
    journal().entries[1].clone()
}

fn witnessed() -> Answer {
    let bytes = leaf().to_bytes();
    let at = given_at().plus(2 * MINUTE);
    Answer::File(
        proof_of(&bytes, Some(&bytes), Some(at))
            .to_string()
            .into_bytes(),
    )
}

fn scene() -> Scene {
    Scene {
        text: receipt::encode(&receipt_claims(), &signer())
            .unwrap()
            .into_string(),
        device: trusted(
            paso_formats::key::Sign::public_key(&signer()),
            Purpose::Device,
        ),
        bundle: true,
        proof: witnessed(),
        now: given_at().plus(10 * MINUTE),
    }
}

impl Scene {
    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut scene = scene();
        change(&mut scene);
        scene
    }

    fn bundle(&self) -> VerifiedBundle {
        let keys = keys();
        let mut bundle = bundle(&keys);
        bundle.keys.push(self.device.clone());
        verified(&bundle, &keys)
    }

    fn verdict(&self) -> ReceiptVerdict {
        let policy = policy();
        let answer = match &self.proof {
            Answer::NotAsked => LogAnswer::NotAsked,
            Answer::Nothing => LogAnswer::Nothing,
            Answer::File(file) => LogAnswer::Proof {
                file,
                policy: &policy,
            },
        };
        let bundle = self.bundle.then(|| self.bundle());
        judge(&self.text, bundle.as_ref(), answer, self.now)
    }

    fn finding(&self) -> ReceiptFinding {
        self.verdict().finding
    }
}

/// The code over the same envelope with its bytes changed.
fn rewrapped(text: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let packed = paso_formats::base45::decode(text).unwrap();
    let mut bytes = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).unwrap();
    change(&mut bytes);
    paso_formats::base45::encode(&miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 9))
}

#[test]
fn each_finding_has_one_colour_and_one_next_step() {
    use Light::{Amber, Green, Red};
    use ReceiptFinding as F;
    use ReceiptStep as S;
    let table = [
        (F::Logged, "logged", Green, S::Keep),
        (F::Unwitnessed, "unwitnessed", Amber, S::AskAgain),
        (F::Signed, "signed", Amber, S::AskLog),
        (F::NotYetLogged, "not-yet-logged", Amber, S::AskAgain),
        (
            F::ProofBroken(ProofFault::Unreadable),
            "proof-broken",
            Amber,
            S::AskOverseer,
        ),
        (F::OtherEntry, "other-entry", Amber, S::AskOverseer),
        (F::NoBundle, "no-bundle", Amber, S::UpdateBundle),
        (F::BundleExpired, "bundle-expired", Amber, S::UpdateBundle),
        (F::UnknownKey, "unknown-key", Amber, S::UpdateBundle),
        (F::KeyRetired, "key-retired", Amber, S::AskOverseer),
        (
            F::KeyLaterCompromised,
            "key-later-compromised",
            Amber,
            S::AskOverseer,
        ),
        (
            F::Malformed(Malformed::Empty),
            "malformed",
            Amber,
            S::ScanAgain,
        ),
        (F::NotLogged, "not-logged", Red, S::TakeToOverseer),
        (F::Contradicted, "contradicted", Red, S::TakeToOverseer),
        (F::BadSignature, "bad-signature", Red, S::KeepAndReport),
        (F::Unsigned, "unsigned", Red, S::KeepAndReport),
        (
            F::KeyOutOfWindow,
            "key-out-of-window",
            Red,
            S::KeepAndReport,
        ),
        (F::KeyCompromised, "key-compromised", Red, S::KeepAndReport),
    ];
    assert_eq!(table.map(|row| row.0), F::EACH);
    for (finding, code, light, next) in table {
        assert_eq!(
            (finding.code(), finding.light(), finding.next_step()),
            (code, light, next)
        );
        // Evidence against the authority rests on its own good signature.
        assert_eq!(finding.is_evidence(), next == S::TakeToOverseer);
        assert!(!finding.is_evidence() || finding.is_proven());
        assert!(next != S::KeepAndReport || !finding.is_proven(), "{code}");
    }
}

#[test]
fn a_receipt_in_a_witnessed_log_is_proven_with_nothing_missing() {
    let verdict = scene().verdict();
    assert_eq!(verdict.finding, ReceiptFinding::Logged);
    assert_eq!(verdict.age, Some(10 * MINUTE));
    assert!(!verdict.clock_behind && !verdict.bundle_old);
    let shown = verdict.receipt.unwrap();
    assert!(shown.proven);
    assert_eq!((shown.facts, shown.stream), (receipt_facts(), STREAM));
    assert_eq!(shown.sequence, Some(2));
    let place = verdict.place.unwrap();
    assert_eq!(
        (place.origin.as_str(), place.index, place.size),
        (ORIGIN, 1, 2)
    );
    assert_eq!(place.minute, leaf().time());
    let [witness] = &place.witnesses[..] else {
        panic!("{place:?}")
    };
    assert_eq!(witness.name, "veedor");
    assert_eq!(witness.at, given_at().plus(2 * MINUTE));
}

#[test]
fn every_finding_has_its_story() {
    use ReceiptFinding as F;
    let found = |change: &dyn Fn(&mut Scene)| Scene::with(change).finding();
    let leaf = leaf().to_bytes();
    let file = |proof: ProofFile| Answer::File(proof.to_string().into_bytes());
    let seen = Some(given_at().plus(MINUTE));

    assert_eq!(found(&|_| ()), F::Logged);
    assert_eq!(
        found(&|s| s.proof = file(proof_of(&leaf, Some(&leaf), None))),
        F::Unwitnessed
    );
    assert_eq!(found(&|s| s.proof = Answer::NotAsked), F::Signed);
    // A day to the second, by the clock of whoever asks.
    for (age, finding) in [
        (0, F::NotYetLogged),
        (LOGGED_WITHIN_SECONDS, F::NotYetLogged),
        (LOGGED_WITHIN_SECONDS + 1, F::NotLogged),
    ] {
        assert_eq!(
            found(&|s| {
                s.proof = Answer::Nothing;
                s.now = given_at().plus(age);
            }),
            finding
        );
    }
    assert_eq!(found(&|s| s.bundle = false), F::NoBundle);
    assert_eq!(
        found(&|s| s.device.purpose = Purpose::Slip),
        F::UnknownKey,
        "a key for other papers signs no receipt"
    );
    assert_eq!(
        found(&|s| s.device.sign_until = given_at().plus(-1)),
        F::KeyOutOfWindow
    );
    assert_eq!(
        found(&|s| s.device.compromised_at = Some(given_at())),
        F::KeyCompromised
    );
    assert_eq!(
        found(
            &|s| s.text = receipt::encode(&receipt_claims(), &EdDsa::new(9))
                .unwrap()
                .into_string()
        ),
        F::UnknownKey
    );
    assert_eq!(
        found(&|s| s.text = "NOT A RECEIPT!".to_owned()),
        F::Malformed(receipt::read("NOT A RECEIPT!").unwrap_err())
    );
    assert_eq!(
        found(&|s| s.text = receipt_of(b"\x80", receipt::TYP)),
        F::Malformed(Malformed::BadField(paso_formats::scan::Field::Receipt))
    );
    // One digit of the officer's number, by a hand that can wrap a code again.
    assert_eq!(
        found(&|s| s.text = rewrapped(&s.text, |bytes| {
            let at = bytes.windows(8).position(|eight| eight == b"INM-0417");
            bytes[at.unwrap() + 7] = b'8';
        })),
        F::BadSignature
    );
    // The signature cut out: the byte string of 64 becomes one of none.
    assert_eq!(
        found(&|s| s.text = rewrapped(&s.text, |bytes| {
            bytes.truncate(bytes.len() - 66);
            bytes.push(0x40);
        })),
        F::Unsigned
    );
    // Of another receipt, under the same code.
    let first = journal().entries[0].to_bytes();
    assert_eq!(
        found(&|s| s.proof = file(proof_of(&first, Some(&first), seen))),
        F::OtherEntry
    );
    let long_after = 181 * DAY;
    assert_eq!(
        found(&|s| s.now = given_at().plus(long_after)),
        F::BundleExpired
    );
}

#[test]
fn a_stolen_key_is_outweighed_by_what_a_witness_saw_before() {
    use ReceiptFinding as F;
    let stolen = |after: i64, proof: Answer| {
        Scene::with(|s| {
            s.device.compromised_at = Some(given_at().plus(after));
            s.proof = proof;
        })
        .finding()
    };
    // The witness signed two minutes after the act.
    assert_eq!(stolen(HOUR, witnessed()), F::Logged);
    assert_eq!(stolen(2 * MINUTE + 1, witnessed()), F::Logged);
    assert_eq!(stolen(2 * MINUTE, witnessed()), F::KeyLaterCompromised);
    assert_eq!(stolen(HOUR, Answer::NotAsked), F::KeyLaterCompromised);
    // A thief could date a receipt back, and the log would rightly not hold it.
    let late = Scene::with(|s| {
        s.device.compromised_at = Some(given_at().plus(HOUR));
        s.proof = Answer::Nothing;
        s.now = given_at().plus(3 * DAY);
    });
    assert_eq!(late.finding(), F::KeyLaterCompromised);
    // A key that is merely old: the log keeps what it signed.
    let retired = |proof: Answer| {
        Scene::with(|s| {
            s.device.verify_until = s.device.sign_until;
            s.now = s.device.sign_until.plus(1);
            s.proof = proof;
        })
        .finding()
    };
    assert_eq!(retired(Answer::NotAsked), F::KeyRetired);
    assert_eq!(retired(witnessed()), F::BundleExpired, "and nothing worse");
}

/// Witnesses of one tree whose clocks differ: none of them alone decides.
#[test]
fn one_witness_clock_neither_clears_nor_makes_it_later() {
    use ReceiptFinding as F;
    let other = CosignerKey::new(
        "university.example".parse().unwrap(),
        &seed(43).public_key(),
    );
    let other = other.unwrap();
    let (log, witness) = (log_key(), witness_key());
    let policy = format!(
        "log {log}\nwitness veedor {witness}\nwitness university {other}\n\
         group both all veedor university\nquorum both\n"
    );
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let leaf = leaf().to_bytes();
    let verdict = |first: i64, second: i64, stolen: Option<i64>| {
        let first_leaf = leaf_hash(b"the opening leaf");
        let root = node_hash(&first_leaf, &leaf_hash(&leaf));
        let checkpoint =
            Checkpoint::new(Origin::new(ORIGIN).unwrap(), Head { size: 2, root }).unwrap();
        let mut signed = checkpoint.sign(&log_key(), &seed(41)).unwrap();
        let text = signed.note().unverified_text().to_owned();
        for (key, by, after) in [(&witness, 42, first), (&other, 43, second)] {
            let at = u64::try_from(given_at().plus(after).unix()).unwrap();
            let at = Timestamp::from_seconds(at).unwrap();
            signed
                .attach(key.cosign(&text, at, &seed(by)).unwrap())
                .unwrap();
        }
        let proof = ProofFile::new(Some(leaf.to_vec()), 1, vec![first_leaf], signed).unwrap();
        let scene = Scene::with(|s| {
            s.device.compromised_at = stolen.map(|after| given_at().plus(after));
        });
        let file = proof.to_string().into_bytes();
        let answer = LogAnswer::Proof {
            file: &file,
            policy: &policy,
        };
        judge(&scene.text, Some(&scene.bundle()), answer, scene.now)
    };
    for (first, second, finding) in [
        (2 * MINUTE, 3 * MINUTE, F::Logged),
        (2 * MINUTE, HOUR, F::KeyLaterCompromised),
        (HOUR, 2 * MINUTE, F::KeyLaterCompromised),
    ] {
        assert_eq!(verdict(first, second, Some(HOUR)).finding, finding);
    }
    // Far ahead, one alone does not move the time; both do.
    for ahead in [(2 * MINUTE, 400 * DAY), (400 * DAY, 2 * MINUTE)] {
        let alone = verdict(ahead.0, ahead.1, None);
        assert_eq!(alone.finding, F::Logged);
        assert!(!alone.clock_behind);
    }
    let both = verdict(400 * DAY, 400 * DAY, None);
    assert_eq!(both.finding, F::BundleExpired);
    assert!(both.clock_behind);
}

/// Of what a log holds, only the promised leaf or one that convicts answers for a receipt.
#[test]
fn a_log_that_left_the_entry_out_has_nothing_to_answer_with() {
    let [first, promised, ..] = journal().entries;
    let instead = Content::Event(
        Class::Act,
        Binding {
            commitment: [1; 32],
            envelope: [2; 32],
        },
    );
    let forged = sign(Some(first.head()), 1, instead, &signer());
    let foreign = sign(Some(first.head()), 1, instead, &EdDsa::new(9));
    let claims = receipt_claims();
    let unnumbered = receipt::ReceiptClaims {
        sequence: None,
        ..claims.clone()
    };
    let key = signer();
    let key = paso_formats::key::Sign::public_key(&key);
    let answer = |claims: &receipt::ReceiptClaims, leaves: &[&Entry]| {
        let leaves: Vec<_> = leaves.iter().copied().cloned().collect();
        claims.answer(&leaves, Some(key))
    };
    assert_eq!(answer(&claims, &[]), None);
    assert_eq!(answer(&claims, &[&first]), None, "another entry");
    assert_eq!(answer(&claims, &[&first, &foreign]), None, "not signed");
    assert_eq!(answer(&claims, &[&first, &forged]), Some(1), "it convicts");
    assert_eq!(answer(&claims, &[&forged, &first, &promised]), Some(2));
    assert_eq!(answer(&unnumbered, &[&forged]), None, "no number promised");
    assert_eq!(answer(&unnumbered, &[&forged, &promised]), Some(1));
    // Whoever does not know the key cannot tell what convicts.
    assert_eq!(claims.answer(std::slice::from_ref(&forged), None), None);
}

/// The authority promised one entry and logged another under the same number.
#[test]
fn two_words_of_one_device_are_evidence() {
    use ReceiptFinding as F;
    let [first, ..] = journal().entries;
    let instead = Content::Event(
        Class::Act,
        Binding {
            commitment: [1; 32],
            envelope: [2; 32],
        },
    );
    let forged = sign(Some(first.head()), 1, instead, &signer()).to_bytes();
    let proof = |bytes: &[u8]| {
        Answer::File(
            proof_of(bytes, Some(bytes), Some(given_at()))
                .to_string()
                .into_bytes(),
        )
    };
    let scene = Scene::with(|s| s.proof = proof(&forged));
    let verdict = scene.verdict();
    assert_eq!(verdict.finding, F::Contradicted);
    assert!(verdict.finding.is_evidence() && verdict.place.is_some());
    // It stays so when bundle and key are old.
    let later = Scene::with(|s| {
        s.proof = proof(&forged);
        s.now = given_at().plus(20 * 366 * DAY);
    });
    assert_eq!(later.finding(), F::Contradicted);
    // Anybody else's leaf under that number is evidence of nothing.
    let foreign = sign(Some(first.head()), 1, instead, &EdDsa::new(9)).to_bytes();
    let scene = Scene::with(|s| s.proof = proof(&foreign));
    assert_eq!(scene.finding(), F::ProofBroken(ProofFault::LeafSignature));
    // A receipt that states no number promises none.
    let claims = receipt::ReceiptClaims {
        sequence: None,
        ..receipt_claims()
    };
    let unnumbered = Scene::with(|s| {
        s.text = receipt::encode(&claims, &signer()).unwrap().into_string();
        s.proof = proof(&forged);
    });
    assert_eq!(unnumbered.finding(), F::OtherEntry);
}

#[test]
fn a_proof_that_cannot_be_used_says_nothing_against_the_receipt() {
    let bytes = leaf().to_bytes();
    let good = proof_of(&bytes, Some(&bytes), Some(given_at()));
    let text = good.to_string();
    let foreign_leaf = sign(
        Some(journal().entries[0].head()),
        1,
        leaf().content(),
        &EdDsa::new(9),
    )
    .to_bytes();
    let other_log = text.replace(ORIGIN, "bitacora.example/2015");
    // Another root under the old signatures.
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let root = lines.len() - 4;
    lines[root] = leaf_hash(b"another root").to_base64();
    let resigned = lines.join("\n") + "\n";
    let without = proof_of(&bytes, None, Some(given_at()));
    let other_extra = proof_of(&bytes, Some(b"no leaf"), Some(given_at()));
    let elsewhere = proof_in(
        leaf_hash(b"another tree"),
        good.hashes().to_vec(),
        Some(&bytes),
        Some(given_at()),
    );
    let unwitnessed_elsewhere = proof_in(
        leaf_hash(b"another tree"),
        good.hashes().to_vec(),
        Some(&bytes),
        None,
    );
    for (file, fault) in [
        (String::new(), ProofFault::Unreadable),
        (text[..text.len() / 2].to_owned(), ProofFault::Unreadable),
        (other_log, ProofFault::UnknownLog),
        (resigned, ProofFault::Checkpoint),
        (without.to_string(), ProofFault::Leaf),
        (other_extra.to_string(), ProofFault::Leaf),
        (elsewhere.to_string(), ProofFault::NotInTree),
        (unwitnessed_elsewhere.to_string(), ProofFault::NotInTree),
        (
            proof_of(&foreign_leaf, Some(&foreign_leaf), Some(given_at())).to_string(),
            ProofFault::LeafSignature,
        ),
    ] {
        let verdict = Scene::with(|s| s.proof = Answer::File(file.into_bytes())).verdict();
        assert_eq!(verdict.finding, ReceiptFinding::ProofBroken(fault));
        assert_eq!(verdict.light, Light::Amber);
        assert!(verdict.receipt.unwrap().proven);
        assert_eq!(verdict.place, None);
    }
}

#[test]
fn time_runs_by_what_is_known_to_have_happened() {
    // The clock of this machine stands a week before the act; the witness saw it later still.
    let behind = Scene::with(|s| s.now = start().plus(-7 * DAY)).verdict();
    assert_eq!(behind.finding, ReceiptFinding::Logged);
    assert!(behind.clock_behind);
    assert_eq!(behind.age, Some(0), "within what clocks may differ");
    let old = Scene::with(|s| s.now = given_at().plus(31 * DAY)).verdict();
    assert_eq!(old.finding, ReceiptFinding::Logged);
    assert!(
        old.bundle_old,
        "said, and no reason to doubt what is logged"
    );
    // What nobody proved has no age.
    let unproven = Scene::with(|s| s.bundle = false).verdict();
    assert_eq!(unproven.age, None);
    assert!(!unproven.receipt.unwrap().proven);
}

#[test]
fn a_code_alone_tells_the_kind_the_post_and_the_day() {
    let facts = Facts {
        kind: Kind::Exit,
        at: "2014-07-09T03:30:00Z".parse().unwrap(),
        ..receipt_facts()
    };
    let zone = jiff::tz::TimeZoneDatabase::bundled()
        .get("America/Mexico_City")
        .unwrap();
    let Spoken { kind, post, day } = Spoken::of(&facts, &zone);
    assert_eq!((kind, post.as_str()), (Kind::Exit, "TAL"));
    assert_eq!(day.to_string(), "2014-07-08", "the day of the post");
}

/// A place in a text, and the character put there.
fn changed(text: &str, at: usize, by: u8) -> String {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut bytes = text.as_bytes().to_vec();
    let at = at % bytes.len();
    bytes[at] = ALPHABET[usize::from(by) % 45];
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is changed on the paper, nothing is shown as a fact and nothing is green.
    #[test]
    fn no_changed_receipt_is_proven(at in any::<usize>(), by in any::<u8>()) {
        let original = scene();
        let text = changed(&original.text, at, by);
        prop_assume!(text != original.text);
        let verdict = Scene::with(|s| s.text = text).verdict();
        prop_assert!(verdict.light != Light::Green, "{:?}", verdict.finding);
        prop_assert!(!verdict.finding.is_proven());
        prop_assert!(verdict.receipt.is_none_or(|shown| !shown.proven));
        prop_assert_eq!(verdict.place, None);
    }

    /// Whatever is changed in the proof, the receipt stays what it is: never evidence, never worse
    /// than signed, and green only when nothing that counts was changed.
    #[test]
    fn no_changed_proof_turns_against_the_receipt(at in any::<usize>(), by in any::<u8>()) {
        let original = scene();
        let Answer::File(file) = &original.proof else { unreachable!() };
        let mut bytes = file.clone();
        let at = at % bytes.len();
        bytes[at] = by;
        let verdict = Scene::with(|s| s.proof = Answer::File(bytes)).verdict();
        prop_assert!(verdict.finding.is_proven());
        prop_assert!(!verdict.finding.is_evidence());
    }

    /// Any text, any time, any answer: one finding, its colour, and no panic.
    #[test]
    fn every_input_has_a_finding(text in ".{0,80}", seconds in any::<i64>(), file in ".{0,200}") {
        let verdict = Scene::with(|s| {
            s.text = text;
            s.now = Moment::from_unix(seconds);
            s.proof = Answer::File(file.into_bytes());
        })
        .verdict();
        prop_assert_eq!(verdict.light, verdict.finding.light());
        prop_assert!(verdict.light != Light::Green);
    }
}

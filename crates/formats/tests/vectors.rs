//! The vectors of claim 169, COSE and the Token Status List, every file by name.
//!
//! Sources, licences and what is expected beyond the files: `tests/vectors/README.md`.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops where its ground gives way"
)]

use std::{collections::BTreeSet, fs, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use paso_formats::{
    card::{self, CardFacts, Identity, Malformed},
    cose::{CoseError, Sign1, Tagging},
    key::PublicKey,
    moment::Moment,
    scan,
    status_list::{self, Bits, Status, StatusList},
};
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vectors")
        .join(name)
}

fn json(path: &str) -> Value {
    let text = fs::read_to_string(folder(path)).expect(path);
    serde_json::from_str(&text).expect(path)
}

/// The files of a folder must be exactly those that a test names.
fn all_named(name: &str, named: &[&str]) {
    let found: BTreeSet<String> = fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let named: BTreeSet<String> = named.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, named, "{name}");
}

fn claim169_key(vector: &Value) -> PublicKey {
    let key = &vector["signing_key"];
    let bytes = hex::decode(key["public_key_hex"].as_str().unwrap()).unwrap();
    match key["algorithm"].as_str().unwrap() {
        "ES256" => PublicKey::es256(&bytes).unwrap(),
        "EdDSA" => PublicKey::ed25519(&bytes.try_into().unwrap()).unwrap(),
        other => panic!("{other}"),
    }
}

/// Compares what was read with what the vector states, in both directions: nothing stated is
/// missing, and nothing is read that is not stated.
fn compare(vector: &Value, facts: &CardFacts, biometrics: usize) {
    let name = vector["name"].as_str().unwrap();
    let meta = &vector["expected_cwt_meta"];
    let moment = |value: &Value| value.as_i64().map(Moment::from_unix);
    assert_eq!(facts.issuer.as_deref(), meta["issuer"].as_str(), "{name}");
    assert_eq!(facts.subject.as_deref(), meta["subject"].as_str(), "{name}");
    assert_eq!(facts.expires, moment(&meta["expiresAt"]), "{name}");
    assert_eq!(facts.not_before, moment(&meta["notBefore"]), "{name}");
    assert_eq!(facts.issued_at, moment(&meta["issuedAt"]), "{name}");

    let expected = &vector["expected_claim169"];
    let Identity {
        id,
        version,
        language,
        name: full_name,
        first_name,
        middle_name,
        last_name,
        birth,
        sex,
        address,
        email,
        phone,
        nationality,
        marital_status,
        guardian,
        photo_format,
        best_fingers,
        secondary_name,
        secondary_language,
        location_code,
        legal_status,
        country,
        document_tail,
        biometrics: passed_over,
        unknown: _,
    } = &facts.identity;
    for (key, read) in [
        ("id", id),
        ("version", version),
        ("language", language),
        ("fullName", full_name),
        ("firstName", first_name),
        ("middleName", middle_name),
        ("lastName", last_name),
        ("address", address),
        ("email", email),
        ("phone", phone),
        ("nationality", nationality),
        ("guardian", guardian),
        ("secondaryFullName", secondary_name),
        ("secondaryLanguage", secondary_language),
        ("locationCode", location_code),
        ("legalStatus", legal_status),
        ("countryOfIssuance", country),
        ("documentTail", document_tail),
    ] {
        assert_eq!(read.as_deref(), expected[key].as_str(), "{name}: {key}");
    }
    let date = expected["dateOfBirth"]
        .as_str()
        .map(|date| date.replace('-', ""));
    let read = birth.map(|birth| birth.to_string().replace('-', ""));
    assert_eq!(read, date, "{name}: birth");
    for (key, read) in [
        ("gender", sex.map(paso_formats::field::Sex::claim_169)),
        ("maritalStatus", *marital_status),
        ("photoFormat", *photo_format),
    ] {
        assert_eq!(read.map(u64::from), expected[key].as_u64(), "{name}: {key}");
    }
    let fingers = expected["bestQualityFingers"].as_array();
    let fingers = fingers
        .into_iter()
        .flatten()
        .map(|finger| finger.as_u64().unwrap());
    let read = best_fingers.iter().copied().map(u64::from);
    assert_eq!(
        read.collect::<Vec<_>>(),
        fingers.collect::<Vec<_>>(),
        "{name}: fingers"
    );
    assert_eq!(*passed_over, biometrics, "{name}: biometrics");
}

#[test]
fn claim169_valid() {
    all_named(
        "claim169/valid",
        &[
            "claim169-example.json",
            "demographics-full.json",
            "ecdsa-p256-signed.json",
            "ed25519-signed.json",
            "encrypted-aes256.json",
            "encrypted-signed.json",
            "minimal.json",
            "refugee-identity.json",
            "with-all-biometrics.json",
            "with-face.json",
            "with-fingerprints.json",
        ],
    );
    // Two carry a signature, and verify under their own key alone.
    let signed = ["ecdsa-p256-signed", "ed25519-signed"].map(|name| {
        let vector = json(&format!("claim169/valid/{name}.json"));
        let card = card::read(vector["qr_data"].as_str().unwrap()).expect(name);
        compare(&vector, card.facts(), 0);
        let key = claim169_key(&vector);
        card.verify(&key).expect(name);
        (card, key)
    });
    assert!(signed[0].0.verify(&signed[1].1).is_err());
    assert!(signed[1].0.verify(&signed[0].1).is_err());

    // The unsigned ones are read below the card, compared, and refused as cards.
    for (name, biometrics) in [
        ("claim169-example", 1),
        ("demographics-full", 0),
        ("minimal", 0),
        ("refugee-identity", 1),
        ("with-all-biometrics", 13),
        ("with-face", 1),
        ("with-fingerprints", 2),
    ] {
        let vector = json(&format!("claim169/valid/{name}.json"));
        unsigned(&vector, biometrics);
    }
    for name in ["encrypted-aes256", "encrypted-signed"] {
        let vector = json(&format!("claim169/valid/{name}.json"));
        let read = card::read(vector["qr_data"].as_str().unwrap());
        assert_eq!(read, Err(Malformed::Encrypted), "{name}");
    }
}

fn unsigned(vector: &Value, biometrics: usize) -> CardFacts {
    let text = vector["qr_data"].as_str().unwrap();
    let envelope = scan::open(text).unwrap();
    assert!(envelope.signature().is_empty());
    let facts = CardFacts::read(&envelope).unwrap();
    compare(vector, &facts, biometrics);
    assert_eq!(card::read(text), Err(Malformed::Unsigned));
    // No key of the set fits a signature of no bytes.
    for name in ["ecdsa-p256-signed", "ed25519-signed"] {
        let key = claim169_key(&json(&format!("claim169/valid/{name}.json")));
        assert!(envelope.verify(&key).is_err());
    }
    facts
}

#[test]
fn claim169_edge() {
    all_named(
        "claim169/edge",
        &["expired.json", "not-yet-valid.json", "unknown-fields.json"],
    );
    // Dates are data here; whether they have passed is the verdict's question at its own time.
    let expired = unsigned(&json("claim169/edge/expired.json"), 0);
    assert!(expired.expires < Some("2026-01-01T00:00:00Z".parse().unwrap()));
    let future = unsigned(&json("claim169/edge/not-yet-valid.json"), 0);
    assert!(future.not_before > Some("2026-01-01T00:00:00Z".parse().unwrap()));
    let unknown = unsigned(&json("claim169/edge/unknown-fields.json"), 0);
    assert!(unknown.identity.unknown > 0);
}

#[test]
fn claim169_invalid() {
    all_named(
        "claim169/invalid",
        &[
            "bad-base45.json",
            "bad-zlib.json",
            "missing-169.json",
            "not-cose.json",
        ],
    );
    for (name, codes) in [
        ("bad-base45", ["not-base45"].as_slice()),
        ("bad-zlib", &["not-zlib"]),
        // It has no claim 169 and no signature either; either cause refuses it.
        ("missing-169", &["no-identity", "unsigned"]),
        ("not-cose", &["not-sign1"]),
    ] {
        let vector = json(&format!("claim169/invalid/{name}.json"));
        let error = card::read(vector["qr_data"].as_str().unwrap()).unwrap_err();
        assert!(codes.contains(&error.code()), "{name}: {}", error.code());
    }
    let missing = json("claim169/invalid/missing-169.json");
    let envelope = scan::open(missing["qr_data"].as_str().unwrap()).unwrap();
    assert_eq!(CardFacts::read(&envelope), Err(Malformed::NoIdentity));
}

/// What a COSE example must come to.
enum Outcome {
    Verifies,
    BadSignature,
    Refused(CoseError),
}

#[test]
fn cose_sign1() {
    use Outcome::{BadSignature, Refused, Verifies};
    let table = [
        ("sign-pass-01", Refused(CoseError::AlgorithmNotProtected)),
        ("sign-pass-02", Verifies),
        ("sign-pass-03", Verifies),
        ("sign-fail-01", Refused(CoseError::WrongTag(998))),
        ("sign-fail-02", BadSignature),
        (
            "sign-fail-03",
            Refused(CoseError::UnsupportedAlgorithm(Some(-999))),
        ),
        (
            "sign-fail-04",
            Refused(CoseError::UnsupportedAlgorithm(None)),
        ),
        ("sign-fail-06", BadSignature),
        ("sign-fail-07", BadSignature),
        ("ecdsa-sig-01", Verifies),
        (
            "ecdsa-sig-02",
            Refused(CoseError::UnsupportedAlgorithm(Some(-35))),
        ),
        (
            "ecdsa-sig-03",
            Refused(CoseError::UnsupportedAlgorithm(Some(-36))),
        ),
        (
            "ecdsa-sig-04",
            Refused(CoseError::UnsupportedAlgorithm(Some(-36))),
        ),
        ("eddsa-sig-01", Verifies),
        ("eddsa-sig-02", BadSignature),
    ];
    let files: Vec<String> = table
        .iter()
        .map(|(name, _)| format!("{name}.json"))
        .collect();
    all_named(
        "cose",
        &files.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    for (name, outcome) in table {
        let vector = json(&format!("cose/{name}.json"));
        let bytes = hex::decode(vector["output"]["cbor"].as_str().unwrap()).unwrap();
        let read = Sign1::read(bytes, Tagging::AsIssued);
        let input = &vector["input"]["sign0"];
        let verified = read.map(|envelope| {
            let key = cose_key(&input["key"]);
            let external = input["external"].as_str().unwrap_or_default();
            let signed = envelope.to_be_signed(&hex::decode(external).unwrap());
            if !external.is_empty() {
                // Without the external data it must not verify.
                assert!(envelope.verify(&key).is_err());
            }
            key.verify(&signed, envelope.signature()).is_ok()
        });
        match outcome {
            Verifies => assert_eq!(verified, Ok(true), "{name}"),
            BadSignature => assert_eq!(verified, Ok(false), "{name}"),
            Refused(error) => assert_eq!(verified, Err(error), "{name}"),
        }
    }
}

/// The key of a COSE example; Ed448 is no key of ours, so any Ed25519 key stands in for it.
fn cose_key(key: &Value) -> PublicKey {
    let coordinate = |name: &str| match key[name].as_str() {
        Some(text) => URL_SAFE_NO_PAD.decode(text).unwrap(),
        None => hex::decode(key[format!("{name}_hex")].as_str().unwrap()).unwrap(),
    };
    match key["crv"].as_str().unwrap() {
        "P-256" => p256_key(&coordinate("x"), &coordinate("y")),
        "Ed25519" => PublicKey::ed25519(&coordinate("x").try_into().unwrap()).unwrap(),
        "Ed448" => claim169_key(&json("claim169/valid/ed25519-signed.json")),
        other => panic!("{other}"),
    }
}

fn p256_key(x: &[u8], y: &[u8]) -> PublicKey {
    PublicKey::es256(&[&[4], x, y].concat()).unwrap()
}

/// The hex digits of an example, behind its heading if it has one.
fn example(name: &str) -> Vec<u8> {
    let text = fs::read_to_string(folder("status-list").join(name)).expect(name);
    let digits = text
        .rsplit_once("encoded:")
        .map_or(text.as_str(), |(_, digits)| digits);
    hex::decode(digits.split_whitespace().collect::<String>()).expect(name)
}

#[test]
fn status_lists() {
    all_named(
        "status-list",
        &[
            "referenced_token_cwt.md",
            "status_list_cwt.md",
            "status_list_encoding1_long_cbor.md",
            "status_list_encoding2_cbor.md",
            "status_list_encoding2_long_cbor.md",
            "status_list_encoding_cbor.md",
        ],
    );
    let one = StatusList::decode(&example("status_list_encoding_cbor.md")).unwrap();
    assert_eq!((one.bits(), one.as_bytes()), (Bits::One, &[0xb9, 0xa3][..]));
    let two = StatusList::decode(&example("status_list_encoding2_cbor.md")).unwrap();
    assert_eq!(
        (two.bits(), two.as_bytes()),
        (Bits::Two, &[0xc9, 0x44, 0xf9][..])
    );
}

#[test]
fn status_lists_of_a_million() {
    let ones = [
        0, 1993, 25460, 159_495, 495_669, 554_353, 645_645, 723_232, 854_545, 934_534, 1_000_345,
    ];
    long_list(
        "status_list_encoding1_long_cbor.md",
        Bits::One,
        &ones.map(|index| (index, 1)),
    );
    long_list(
        "status_list_encoding2_long_cbor.md",
        Bits::Two,
        &[
            (0, 1),
            (1993, 2),
            (25460, 1),
            (159_495, 3),
            (495_669, 1),
            (554_353, 1),
            (645_645, 2),
            (723_232, 1),
            (854_545, 1),
            (934_534, 2),
            (1_000_345, 3),
        ],
    );
}

/// Every one of the 2^20 places holds what the draft says, and there is no place behind them.
fn long_list(name: &str, bits: Bits, marked: &[(u32, u8)]) {
    let list = StatusList::decode(&example(name)).unwrap();
    assert_eq!(list.bits(), bits);
    assert_eq!(list.len(), 1 << 20);
    let mut marked = marked.iter().peekable();
    for index in 0..1 << 20 {
        let expected = marked
            .next_if(|(at, _)| *at == index)
            .map_or(Status::Valid, |(_, value)| Status::from_value(*value));
        assert_eq!(list.get(index), Ok(expected), "{name} {index}");
    }
    assert!(list.get(1 << 20).is_err());
    let again = StatusList::decode(&list.encode()).unwrap();
    assert_eq!(again, list);
}

#[test]
fn status_list_tokens() {
    let key = p256_key(
        &URL_SAFE_NO_PAD
            .decode("I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo")
            .unwrap(),
        &URL_SAFE_NO_PAD
            .decode("6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M")
            .unwrap(),
    );
    let uri = "https://example.com/statuslists/1";
    let signed = status_list::read(&example("status_list_cwt.md")).unwrap();
    let token = signed.verify(&key).unwrap();
    assert_eq!(token.uri, uri);
    assert_eq!(token.issued_at, Moment::from_unix(1_686_920_170));
    assert_eq!(token.expires, Some(Moment::from_unix(2_291_720_170)));
    assert_eq!(token.ttl, Some(43200));
    assert_eq!(token.list.as_bytes(), [0xb9, 0xa3]);
    assert_eq!(
        signed.key_id(),
        None,
        "its kid of two bytes is no key name of ours"
    );
    let kid = signed
        .as_bytes()
        .windows(2)
        .position(|two| two == b"12")
        .unwrap();
    let unprotected = kid - 3..kid + 2;
    for at in 0..signed.as_bytes().len() {
        let mut changed = signed.as_bytes().to_vec();
        changed[at] ^= 1;
        let accepted = status_list::read(&changed).is_ok_and(|list| list.verify(&key).is_ok());
        // The unprotected key name is the one part that the signature does not cover.
        assert!(!accepted || unprotected.contains(&at), "byte {at}");
    }

    // A token that refers to a place in that list: signed, with a status, and no identity card.
    let referenced = Sign1::read(example("referenced_token_cwt.md"), Tagging::AsIssued).unwrap();
    referenced.verify(&key).unwrap();
    assert_eq!(CardFacts::read(&referenced), Err(Malformed::NoIdentity));
    // With an identity added it reads as a card whose status is at place 0.
    let mut payload = referenced.payload().to_vec();
    payload[0] += 1;
    payload.extend([0x18, 169, 0xa0]);
    let mut bytes = vec![0xd2, 0x84, 0x43, 0xa1, 0x01, 0x26, 0xa0, 0x58];
    bytes.push(u8::try_from(payload.len()).unwrap());
    bytes.extend(payload);
    bytes.extend([0x41, 0x00]);
    let facts = CardFacts::read(&Sign1::read(bytes, Tagging::AsIssued).unwrap()).unwrap();
    let status = facts.status.unwrap();
    assert_eq!((status.index, status.uri.as_str()), (0, uri));
}

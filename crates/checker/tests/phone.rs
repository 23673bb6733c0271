//! What a phone makes without a network, against what the server makes of it: the bytes are read by
//! the same readers, and the receipt is proven before anything has been sent.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops where its ground gives way"
)]

#[path = "../../formats/tests/formats/signers.rs"]
mod signers;

use paso_checker::phone::{DraftError, draft, finish};
use paso_formats::{
    entry::StreamId,
    key::Sign as _,
    moment::{HOUR, Moment},
    phone::SealedRecord,
    receipt::{self, Vouch},
    secret::Secret,
    statement::OpeningKey,
};
use serde_json::{Value, json};
use signers::{EdDsa, Es256};

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn hub() -> OpeningKey {
    OpeningKey::from_random([5; 32]).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let pair = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(pair).collect()
}

fn bytes(text: &Value) -> Vec<u8> {
    let digits = text.as_str().unwrap().as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn request(act: &Value) -> Value {
    let vouch = Vouch {
        key: Es256::new(7).public_key().clone(),
        stream: StreamId::from_random([3; 16]),
        officer: "INM-0417".into(),
        post: "HUI".into(),
        from: now(),
        until: now().plus(12 * HOUR),
    };
    json!({
        "vouch": hex(&vouch.sign(&EdDsa::new(2)).unwrap()),
        "seed": hex(&[9; 32]),
        "at": now().unix(),
        "act": act,
        "sealing": hex(&hub().sealing_key().to_bytes()),
        "random": hex(&[1; 32]),
    })
}

fn encounter() -> Value {
    json!({
        "kind": "encounter",
        "place": "km 12",
        "with_card": true,
        "outcome": "went-on",
        "basis": "art. 97",
        "reason": "",
        "check": { "finding": "valid", "light": "green", "bundle": 14 },
    })
}

fn opening(count: u16) -> Value {
    json!({
        "kind": "opening",
        "count": count,
        "taken_at": now().unix(),
        "place": "km 12",
        "vehicle": "bus 44",
        "unit": "INM",
        "ordered_by": "INM-0100",
        "basis": "art. 99",
        "reason": "no document",
    })
}

/// The request with what the phone's key makes of the draft.
fn signed(mut request: Value) -> Value {
    let phone = Es256::new(7);
    let asked = draft(&request).unwrap();
    let signatures: Vec<_> = asked["sign"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| hex(&phone.sign(&bytes(message)).unwrap()))
        .collect();
    request["signatures"] = json!(signatures);
    request
}

#[test]
fn what_the_phone_made_opens_at_the_hub_and_its_receipts_prove_themselves() {
    for (act, many) in [(encounter(), 1), (opening(12), 12)] {
        let made = finish(&signed(request(&act))).unwrap();
        let sealed = bytes(&made["sealed"]);
        let opened = SealedRecord::read(&sealed).unwrap().open(&hub()).unwrap();
        opened.verify(Es256::new(7).public_key()).unwrap();
        assert_eq!(opened.record().at, now());
        let receipts = made["receipts"].as_array().unwrap();
        assert_eq!(receipts.len(), many);
        for (ordinal, given) in (0..).zip(receipts) {
            let receipt = receipt::read(given["text"].as_str().unwrap()).unwrap();
            receipt.verify(EdDsa::new(2).public_key()).unwrap();
            let seed = &opened.record().seed;
            let facts = receipt.claims().body.facts();
            assert_eq!(facts.code, seed.code(ordinal));
            assert_eq!(given["code"], facts.code.to_string());
            assert_eq!(receipt.claims().k_event, seed.k_event(ordinal));
            // The family asks with this secret, whose hash the hub makes from the same seed.
            let secret = given["secret"].as_str().map(|text| {
                let typed: Secret = text.parse().unwrap();
                typed.hash() == Secret::of(&seed.episode_key(ordinal), 0).hash()
            });
            assert_eq!(secret, (many > 1).then_some(true));
        }
    }
}

#[test]
fn the_symbol_on_the_screen_is_read_by_the_projects_own_reader() {
    let made = finish(&signed(request(&encounter()))).unwrap();
    let given = &made["receipts"][0];
    let rows = given["symbol"].as_array().unwrap();
    let (module, margin) = (4, 4);
    let side = (rows.len() + 2 * margin) * module;
    let mut luma = vec![255; side * side];
    for (y, row) in rows.iter().enumerate() {
        for (x, dark) in row.as_str().unwrap().bytes().enumerate() {
            for (dy, dx) in (0..module).flat_map(|dy| (0..module).map(move |dx| (dy, dx))) {
                let at = ((y + margin) * module + dy) * side + (x + margin) * module + dx;
                luma[at] = if dark == b'1' { 0 } else { 255 };
            }
        }
    }
    let side = u32::try_from(side).unwrap();
    let read = paso_lens::texts(luma, side, side);
    assert_eq!(read, [given["text"].as_str().unwrap()]);
}

#[test]
fn what_cannot_be_recorded_is_named() {
    let change = |name: &str, value: Value| {
        let mut request = request(&encounter());
        request[name] = value;
        request
    };
    let act = |name: &str, value: Value| {
        let mut act = encounter();
        act[name] = value;
        request(&act)
    };
    for (request, expected) in [
        (json!(null), DraftError::Field("vouch")),
        (change("vouch", json!("00")), DraftError::Field("vouch")),
        (change("seed", json!("0g")), DraftError::Field("seed")),
        (change("at", json!("now")), DraftError::Field("at")),
        (act("kind", json!("other")), DraftError::Field("kind")),
        (act("place", json!(null)), DraftError::Field("place")),
        (act("reason", json!("ñ".repeat(1001))), DraftError::TooLong),
        (request(&opening(0)), DraftError::TooLong),
    ] {
        assert_eq!(draft(&request).unwrap_err(), expected);
        assert_eq!(expected.say()["kind"], "refused");
    }
    // Signatures over another text, too few of them, and a key that is none.
    let good = signed(request(&encounter()));
    let mut other = good.clone();
    other["act"]["place"] = json!("km 13");
    let mut few = good.clone();
    few["signatures"] = json!([good["signatures"][0]]);
    let mut weak = good.clone();
    weak["sealing"] = json!(hex(&[0; 32]));
    for (request, expected) in [
        (other, DraftError::Signature),
        (few, DraftError::Signature),
        (weak, DraftError::Sealing),
    ] {
        assert_eq!(finish(&request).unwrap_err(), expected);
    }
}

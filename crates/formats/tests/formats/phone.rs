//! A phone's record: one form, opened by one machine, signed by one shift; and the receipt that its
//! traveller holds before anybody else has heard of it.

use paso_formats::{
    entry::StreamId,
    key::Sign,
    moment::{HOUR, Moment},
    phone::{
        MAX_PHONE_BYTES, MAX_WORDS, MOST_COUNTED, PhoneAct, PhoneCheck, PhoneEncounter, PhoneError,
        PhoneOpening, Record, SealedRecord, Seed, SignedRecord, to_be_signed,
    },
    receipt::{
        self, Body, Facts, Handle, Kind, MAX_OFFICER_CHARS, MAX_PHONE_RECEIPT_CHARS,
        MAX_POST_CHARS, ReceiptClaims, SignedVouch, Vouch,
    },
    statement::OpeningKey,
};
use proptest::prelude::*;

use crate::signers::{EdDsa, Es256};

fn now() -> Moment {
    "2014-07-08T15:00:00Z".parse().unwrap()
}

fn stream() -> StreamId {
    StreamId::from_random([3; 16])
}

fn hub() -> OpeningKey {
    OpeningKey::from_random([5; 32]).unwrap()
}

fn record(act: PhoneAct) -> Record {
    Record {
        phone: Es256::new(7).public_key().key_id(),
        officer: "INM-0417".into(),
        seed: Seed::from_random([9; 32]),
        at: now(),
        act,
    }
}

fn encounter() -> PhoneEncounter {
    PhoneEncounter {
        place: "km 12, Huixtla".into(),
        with_card: true,
        outcome: "went-on".into(),
        basis: "art. 97".into(),
        reason: String::new(),
        check: Some(PhoneCheck {
            finding: "valid".into(),
            light: "green".into(),
            bundle: Some(14),
        }),
    }
}

fn opening(count: u16) -> PhoneOpening {
    PhoneOpening {
        count,
        taken_at: now().plus(-HOUR),
        place: "km 12".into(),
        vehicle: "bus 44".into(),
        unit: "INM".into(),
        ordered_by: "INM-0100".into(),
        basis: "art. 99".into(),
        reason: "no document".into(),
    }
}

fn signed(record: Record) -> SignedRecord {
    let signature = Es256::new(7).sign(&to_be_signed(&record.digest())).unwrap();
    SignedRecord::new(record, signature)
}

fn sealed(record: Record) -> Vec<u8> {
    let key = hub();
    signed(record)
        .seal(stream(), key.sealing_key(), &[1; 32])
        .unwrap()
}

fn vouch(officer: &str, post: &str) -> SignedVouch {
    let vouch = Vouch {
        key: Es256::new(7).public_key().clone(),
        stream: stream(),
        officer: officer.into(),
        post: post.into(),
        from: now().plus(-HOUR),
        until: now().plus(HOUR),
    };
    SignedVouch::read(&vouch.sign(&EdDsa::new(2)).unwrap()).unwrap()
}

fn claims(facts: Facts) -> ReceiptClaims {
    ReceiptClaims {
        body: Body::new(facts).unwrap(),
        stream: stream(),
        sequence: None,
        k_event: record(PhoneAct::Encounter(encounter())).seed.k_event(0),
    }
}

fn facts() -> Facts {
    Facts {
        code: record(PhoneAct::Encounter(encounter())).seed.code(0),
        kind: Kind::Check,
        post: "HUI".into(),
        at: now(),
        officer: "INM-0417".into(),
        handle: None,
    }
}

#[test]
fn what_is_sealed_is_opened_by_the_machine_it_is_for_and_proves_its_phone() {
    for act in [
        PhoneAct::Encounter(encounter()),
        PhoneAct::Encounter(PhoneEncounter {
            check: None,
            with_card: false,
            ..encounter()
        }),
        PhoneAct::Opening(opening(12)),
    ] {
        let sealed = sealed(record(act.clone()));
        let read = SealedRecord::read(&sealed).unwrap();
        assert_eq!(read.to(), stream());
        let opened = read.open(&hub()).unwrap();
        assert_eq!(opened.record(), &record(act));
        assert_eq!(opened.digest(), &opened.record().digest());
        opened.verify(Es256::new(7).public_key()).unwrap();
        assert!(opened.verify(Es256::new(8).public_key()).is_err());
        let other = OpeningKey::from_random([6; 32]).unwrap();
        assert_eq!(read.open(&other).unwrap_err(), PhoneError::Closed);
    }
}

#[test]
fn what_is_torn_foreign_or_altered_is_named() {
    let whole = sealed(record(PhoneAct::Encounter(encounter())));
    let read =
        |bytes: &[u8]| SealedRecord::read(bytes).and_then(|record| record.open(&hub()).map(|_| ()));
    assert_eq!(read(b""), Err(PhoneError::NotARecord));
    assert_eq!(read(b"paso parcel 1\n"), Err(PhoneError::NotARecord));
    assert_eq!(read(b"paso phone 2\n"), Err(PhoneError::Newer));
    assert_eq!(read(&whole[..5]), Err(PhoneError::Torn));
    assert_eq!(read(&whole[..20]), Err(PhoneError::Torn));
    assert_eq!(read(&whole[..whole.len() - 1]), Err(PhoneError::Closed));
    let long = [&whole[..], &vec![0; MAX_PHONE_BYTES]].concat();
    assert_eq!(read(&long), Err(PhoneError::TooLarge));
    for at in 29..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 1;
        assert!(read(&altered).is_err(), "byte {at}");
    }
    let codes: Vec<_> = PhoneError::ALL.map(PhoneError::code).into();
    assert!(codes.iter().all(|code| !code.is_empty()));
}

#[test]
fn a_record_that_is_too_long_or_counts_nobody_is_none() {
    let fits = |act| Record::from_cbor(&record(act).to_cbor()).is_ok();
    for (count, good) in [
        (0, false),
        (1, true),
        (MOST_COUNTED, true),
        (MOST_COUNTED + 1, false),
    ] {
        assert_eq!(fits(PhoneAct::Opening(opening(count))), good, "{count}");
    }
    for (length, good) in [(MAX_WORDS, true), (MAX_WORDS + 1, false)] {
        let reason = "ñ".repeat(length);
        let met = PhoneEncounter {
            reason,
            ..encounter()
        };
        assert_eq!(fits(PhoneAct::Encounter(met)), good, "{length}");
    }
    let words = "🚌".repeat(MAX_WORDS);
    let longest = PhoneOpening {
        place: words.clone(),
        vehicle: words.clone(),
        unit: words.clone(),
        ordered_by: words.clone(),
        basis: words.clone(),
        reason: words,
        ..opening(MOST_COUNTED)
    };
    assert!(sealed(record(PhoneAct::Opening(longest))).len() <= MAX_PHONE_BYTES);
}

#[test]
fn a_phones_receipt_is_proven_by_the_device_that_vouched_and_by_no_other() {
    let (phone, device) = (Es256::new(7), EdDsa::new(2));
    let give = |facts: Facts| {
        let text = receipt::encode_on_a_phone(&claims(facts), &vouch("INM-0417", "HUI"), &phone);
        receipt::read(text.unwrap().as_str()).unwrap()
    };
    let good = give(facts());
    assert_eq!(good.claims(), &claims(facts()));
    assert_eq!(good.key_id(), Some(device.public_key().key_id()));
    good.verify(device.public_key()).unwrap();
    assert!(good.verify(EdDsa::new(3).public_key()).is_err());
    assert!(good.verify(phone.public_key()).is_err());
    let outside = [
        Facts {
            at: now().plus(HOUR),
            ..facts()
        },
        Facts {
            at: now().plus(-HOUR - 1),
            ..facts()
        },
        Facts {
            officer: "INM-0418".into(),
            ..facts()
        },
        Facts {
            post: "TAL".into(),
            ..facts()
        },
    ];
    for facts in outside {
        assert!(
            give(facts.clone()).verify(device.public_key()).is_err(),
            "{facts:?}"
        );
    }
    // Another phone's key under the same vouch.
    let text =
        receipt::encode_on_a_phone(&claims(facts()), &vouch("INM-0417", "HUI"), &Es256::new(8));
    let stolen = receipt::read(text.unwrap().as_str()).unwrap();
    assert!(stolen.verify(device.public_key()).is_err());
}

#[test]
fn the_longest_receipt_of_a_phone_fits_its_screen() {
    let officer = "X".repeat(MAX_OFFICER_CHARS);
    let post = "X".repeat(MAX_POST_CHARS);
    let longest = Facts {
        officer: officer.clone(),
        post: post.clone(),
        kind: Kind::CustodyOpened,
        handle: Some(Handle::Episode([0xe5; 16])),
        ..facts()
    };
    let vouch = vouch(&officer, &post);
    let text = receipt::encode_on_a_phone(&claims(longest), &vouch, &Es256::new(7)).unwrap();
    assert!(
        text.as_str().len() <= MAX_PHONE_RECEIPT_CHARS,
        "{}",
        text.as_str().len()
    );
}

proptest! {
    #[test]
    fn no_bytes_read_as_two_records(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(record) = Record::from_cbor(&bytes) {
            prop_assert_eq!(record.to_cbor(), bytes.clone());
        }
        let _ = SealedRecord::read(&bytes).map(|record| record.open(&hub()));
        prop_assert!(SignedVouch::read(&bytes).is_none());
    }
}

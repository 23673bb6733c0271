//! The receipt: always small enough for one code, and the opening of exactly one commitment.

use paso_formats::{
    base45,
    card::{self, Malformed},
    cose::{self, Sign1, Tagging},
    entry::{Class, StreamHead, StreamId},
    envelope,
    key::Sign,
    moment::Moment,
    receipt::{
        self, Body, Code, Facts, FactsError, Handle, Kind, LeafMismatch, MAX_OFFICER_CHARS,
        MAX_POST_CHARS, MAX_RECEIPT_CHARS, ReceiptClaims, TYP,
    },
    scan::{self, Field, Scanned},
    slip,
};
use proptest::prelude::*;

use crate::{
    device::{
        CARD, RECEIPT, STREAM, journal, marked, receipt_body, receipt_claims, receipt_facts,
        receipt_of, sign, signer, subject_key,
    },
    sample::{card_claims, keys, slip_claims, start},
    signers::{EdDsa, Es256},
};

#[test]
fn what_is_given_is_read() {
    let episode = Some(Handle::Episode([0xe5; 16]));
    for signer in [&Es256::new(7) as &dyn Sign, &EdDsa::new(7)] {
        for kind in Kind::ALL {
            for handle in [None, receipt_facts().handle, episode] {
                for sequence in [None, 1.try_into().ok(), u32::MAX.try_into().ok()] {
                    let claims = ReceiptClaims {
                        body: Body::new(Facts {
                            kind,
                            handle,
                            ..receipt_facts()
                        })
                        .unwrap(),
                        sequence,
                        ..receipt_claims()
                    };
                    let text = receipt::encode(&claims, signer).unwrap();
                    let receipt = receipt::read(text.as_str()).unwrap();
                    assert_eq!(receipt.claims(), &claims);
                    assert_eq!(receipt.key_id(), Some(signer.public_key().key_id()));
                    receipt.verify(signer.public_key()).unwrap();
                    assert!(receipt.verify(EdDsa::new(9).public_key()).is_err());
                    assert_eq!(
                        scan::scan(text.as_str()),
                        Ok(Scanned::Receipt(receipt.clone()))
                    );
                }
            }
        }
    }
}

#[test]
fn it_opens_the_commitment_of_its_own_event_and_no_other() {
    let journal = journal();
    let claims = receipt_claims();
    assert_eq!(claims.subject(), RECEIPT.subject);
    assert_eq!(claims.commitment().0, journal.receipt.commitment);
    assert_ne!(claims.commitment().0, journal.card.commitment);
    // The journal's body is what the receipt discloses, whole.
    let body = envelope::open(&journal.receipt, RECEIPT, &subject_key(RECEIPT)).unwrap();
    assert_eq!(Body::from_cbor(&body).as_ref(), Ok(&claims.body));
    // Its key opens nothing else, were it of the same subject.
    let neighbour = envelope::seal(&body, RECEIPT, &subject_key(RECEIPT), [3; 24]);
    assert_ne!(claims.commitment().0, neighbour.commitment);
    // Every disclosed fact is under the commitment.
    let facts = receipt_facts();
    let code: Code = "2C7K-9XRX".parse().unwrap();
    for facts in [
        Facts {
            code,
            ..facts.clone()
        },
        Facts {
            kind: Kind::Exit,
            ..facts.clone()
        },
        Facts {
            post: "HID".to_owned(),
            ..facts.clone()
        },
        Facts {
            at: facts.at.plus(1),
            ..facts.clone()
        },
        Facts {
            officer: "INM-0418".to_owned(),
            ..facts.clone()
        },
        Facts {
            handle: None,
            ..facts
        },
    ] {
        let other = ReceiptClaims {
            body: Body::new(facts).unwrap(),
            ..claims.clone()
        };
        assert_ne!(other.commitment(), claims.commitment());
    }
}

#[test]
fn it_is_held_against_its_leaf() {
    let [first, second, third] = journal().entries;
    let claims = receipt_claims();
    assert_eq!(claims.compare(&second), Ok(()));
    assert_eq!(claims.compare(&first), Err(LeafMismatch::Sequence));
    assert_eq!(claims.compare(&third), Err(LeafMismatch::Sequence));
    let elsewhere = ReceiptClaims {
        stream: StreamId::from_random([9; 16]),
        ..claims.clone()
    };
    assert_eq!(elsewhere.compare(&second), Err(LeafMismatch::Stream));
    let unnumbered = ReceiptClaims {
        sequence: None,
        ..claims.clone()
    };
    assert_eq!(unnumbered.compare(&second), Ok(()));
    assert_eq!(unnumbered.compare(&first), Err(LeafMismatch::Commitment));
    // The authority logged something else under the number it had promised.
    let before = StreamHead {
        sequence: 1,
        hash: first.hash(),
    };
    let instead = marked(Class::Act, 1);
    let forged = sign(Some(before), 1, instead, &signer());
    assert_eq!(claims.compare(&forged), Err(LeafMismatch::Commitment));
}

#[test]
fn papers_are_told_apart() {
    let keys = keys();
    let card = card::encode(&card_claims(), &keys.cards).unwrap();
    let slip = slip::encode(&slip_claims(), &keys.slips).unwrap();
    let receipt = receipt::encode(&receipt_claims(), &signer()).unwrap();
    assert_eq!(card::read(receipt.as_str()), Err(Malformed::ReceiptNotCard));
    assert_eq!(slip::read(receipt.as_str()), Err(Malformed::ReceiptNotCard));
    assert_eq!(receipt::read(card.as_str()), Err(Malformed::NotReceipt));
    assert_eq!(receipt::read(slip.as_str()), Err(Malformed::NotReceipt));
    assert_eq!(Malformed::ReceiptNotCard.code(), "receipt-not-card");
    assert_eq!(Malformed::NotReceipt.code(), "not-receipt");
}

#[test]
fn the_longest_receipt_fills_its_code_to_the_last_character() {
    let longest = ReceiptClaims {
        body: Body::new(Facts {
            post: "X".repeat(MAX_POST_CHARS),
            officer: "X".repeat(MAX_OFFICER_CHARS),
            handle: Some(Handle::Episode([0xff; 16])),
            at: Moment::from_unix(u32::MAX.into()),
            ..receipt_facts()
        })
        .unwrap(),
        sequence: u32::MAX.try_into().ok(),
        k_event: [0xff; 32],
        stream: StreamId::from_random([0xff; 16]),
    };
    let text = receipt::encode(&longest, &signer()).unwrap();
    assert_eq!(text.as_str().len(), MAX_RECEIPT_CHARS);
    assert_eq!(receipt::read(text.as_str()).unwrap().claims(), &longest);
    // The one of a road check: no handle, a short number.
    let usual = ReceiptClaims {
        body: Body::new(Facts {
            kind: Kind::Check,
            handle: None,
            ..receipt_facts()
        })
        .unwrap(),
        sequence: 4711.try_into().ok(),
        ..receipt_claims()
    };
    let text = receipt::encode(&usual, &signer()).unwrap();
    assert_eq!(text.as_str().len(), 287);
}

#[test]
fn facts_that_cannot_stand_on_paper_are_refused() {
    let refused = |change: &dyn Fn(&mut Facts)| {
        let mut facts = receipt_facts();
        change(&mut facts);
        Body::new(facts).err()
    };
    assert_eq!(refused(&|_| ()), None);
    for post in ["", "Tal n", "Talí", "TAL-10"] {
        assert_eq!(
            refused(&|facts| facts.post = post.to_owned()),
            Some(FactsError::Post)
        );
    }
    for officer in ["", "INM 0417", "ÑM-1", "INM-0417-0417-041"] {
        assert_eq!(
            refused(&|facts| facts.officer = officer.to_owned()),
            Some(FactsError::Officer)
        );
    }
    for second in [-1, 1 << 32] {
        assert_eq!(
            refused(&|facts| facts.at = Moment::from_unix(second)),
            Some(FactsError::Time)
        );
    }
}

#[test]
fn a_body_has_one_form() {
    let body = receipt_body().to_cbor();
    let at = start().unix() + 60;
    // Code, kind, "TAL", time, "INM-0417", "TAL773M9Q2XJ". The code's alphabet counts 2 as 0, C as 7,
    // 7 as 4, K as 11, and so on.
    let parts = [
        "86",
        "44074b6fde",
        "03",
        "6354414c",
        &format!("1a{at:08x}"),
        "68494e4d2d30343137",
        "6c54414c3737334d395132584a",
    ];
    assert_eq!(hex::encode(&body), parts.concat());
    assert_eq!(Body::from_cbor(&body), Ok(receipt_body()));
    for at in 0..body.len() {
        assert!(Body::from_cbor(&body[..at]).is_err());
    }
    let other = |from: &str, to: &str| {
        let text = hex::encode(&body);
        assert!(text.contains(from));
        Body::from_cbor(&hex::decode(text.replacen(from, to, 1)).unwrap())
    };
    assert!(other("6354414c", "6354414c").is_ok());
    // An unknown kind, none, a longer number, one field more, the card's number as people write it.
    for (from, to) in [
        ("036354414c", "176354414c"),
        ("036354414c", "006354414c"),
        ("036354414c", "18036354414c"),
        ("86", "87"),
        ("86", "85"),
        ("6c54414c3737334d", "6d54414c2d3737334d"),
        ("6c54414c3737334d", "6c54414c3737334c"),
    ] {
        assert!(other(from, to).is_err(), "{from} {to}");
    }
}

#[test]
fn a_receipt_written_any_other_way_is_refused() {
    let text = receipt::encode(&receipt_claims(), &signer()).unwrap();
    let good = receipt::read(text.as_str()).unwrap();
    let payload = good.envelope().payload().to_vec();
    let read = |payload: &[u8]| receipt::read(&receipt_of(payload, TYP));
    // Compressed by somebody else it is the same receipt.
    assert_eq!(read(&payload).as_ref(), Ok(&good));
    assert_eq!(
        receipt::read(&receipt_of(&payload, "paso/other")),
        Err(Malformed::NotReceipt)
    );
    for at in 0..payload.len() {
        assert!(read(&payload[..at]).is_err());
    }
    let bad = Err(Malformed::BadField(Field::Receipt));
    let mut nought = payload.clone();
    *nought.last_mut().unwrap() = 0;
    assert_eq!(read(&nought), bad, "no entry has number 0");
    let mut more = payload.clone();
    more[0] += 1;
    more.push(0);
    assert_eq!(read(&more), bad);
    let mut beyond = payload.clone();
    beyond.pop();
    beyond.extend_from_slice(&hex::decode("1b0000000100000000").unwrap());
    assert_eq!(read(&beyond), bad);
    assert_eq!(read(&[0]), bad);
    assert_eq!(Field::Receipt.code(), "receipt");
    // Nobody's signature is named as such, and no bit of a signed one can be changed.
    let envelope = cose::sign(&payload, Some(TYP), &signer()).unwrap();
    let mut unsigned = envelope[..envelope.len() - 66].to_vec();
    unsigned.push(0x40);
    let unsigned = miniz_oxide::deflate::compress_to_vec_zlib(&unsigned, 1);
    assert_eq!(
        receipt::read(&base45::encode(&unsigned)),
        Err(Malformed::Unsigned)
    );
    for bit in 0..envelope.len() * 8 {
        let mut changed = envelope.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&changed, 1);
        if let Ok(receipt) = receipt::read(&base45::encode(&packed)) {
            assert!(receipt.verify(signer().public_key()).is_err(), "bit {bit}");
        }
    }
}

#[test]
fn codes_are_read_as_they_are_said() {
    let code: Code = "2C7K-9XRT".parse().unwrap();
    assert_eq!(code.to_string(), "2C7K-9XRT");
    for text in ["2c7k9xrt", " 2C7K 9XRT ", "2-C-7-K-9-X-R-T"] {
        assert_eq!(text.parse(), Ok(code), "{text}");
    }
    for text in [
        "",
        "2C7K-9XR",
        "2C7K-9XRT2",
        "2C7K-9XRA",
        "2C7K-9XRÑ",
        "2C7K–9XRT",
    ] {
        assert!(text.parse::<Code>().is_err(), "{text}");
    }
}

#[test]
fn the_vectors_are_this_receipt() {
    let text = receipt::encode(&receipt_claims(), &signer()).unwrap();
    assert_eq!(
        text.as_str(),
        include_str!("../vectors/paso/receipt.txt").trim_end_matches('\n')
    );
    let envelope = hex::decode(include_str!("../vectors/paso/receipt.hex").trim_end()).unwrap();
    let envelope = Sign1::read(envelope, Tagging::Sign1Only).unwrap();
    assert_eq!(receipt::read(text.as_str()).unwrap().envelope(), &envelope);
    // README.md gives the key and the label by which the second leaf of the batch opens.
    let key = hex::encode(receipt_claims().k_event);
    let readme = include_str!("../vectors/paso/README.md");
    for said in [
        &key,
        &hex::encode(signer().public_key().to_cose_key()),
        &hex::encode(Es256::new(7).public_key().to_cose_key()),
        &receipt_claims().commitment().to_string(),
        &hex::encode(receipt_body().to_cbor()),
        &STREAM.to_string(),
        RECEIPT.subject,
        CARD.subject,
    ] {
        assert!(readme.contains(said), "README.md should say {said}");
    }
}

prop_compose! {
    fn any_claims()(
        code: [u8; 4], kind in 0_usize..7, post in "[!-~]{1,5}", at: u32, officer in "[!-~]{1,16}",
        handle in prop_oneof![
            Just(None),
            any::<[u8; 16]>().prop_map(|name| Some(Handle::Episode(name))),
            ("[A-Z]{2,3}", any::<[u8; 5]>()).prop_map(|(site, random)| {
                Some(Handle::Card(card::CardNumber::new(site.parse().unwrap(), random)))
            }),
        ],
        stream: [u8; 16], sequence: u32, k_event: [u8; 32],
    ) -> ReceiptClaims {
        let facts = Facts {
            code: Code::from_random(code), kind: Kind::ALL[kind], post, at: Moment::from_unix(at.into()), officer, handle,
        };
        ReceiptClaims {
            body: Body::new(facts).unwrap(), stream: StreamId::from_random(stream),
            sequence: sequence.try_into().ok(), k_event,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn every_receipt_fits_one_code(claims in any_claims(), seed in 1_u8..255, es256: bool) {
        let signer: Box<dyn Sign> = if es256 { Box::new(Es256::new(seed)) } else { Box::new(EdDsa::new(seed)) };
        let text = receipt::encode(&claims, signer.as_ref()).unwrap();
        prop_assert!(text.as_str().len() <= MAX_RECEIPT_CHARS);
        let read = receipt::read(text.as_str()).unwrap();
        prop_assert_eq!(read.claims(), &claims);
        prop_assert_eq!(Body::from_cbor(&claims.body.to_cbor()), Ok(claims.body));
    }

    #[test]
    fn every_code_is_spelled_back(bytes: [u8; 4]) {
        let code = Code::from_random(bytes);
        prop_assert_eq!(code.to_string().parse(), Ok(code));
        prop_assert_eq!(code.to_bytes(), bytes);
    }
}

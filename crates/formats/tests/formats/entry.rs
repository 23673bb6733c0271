//! The entry: one form, read with a ruler, signed by one device.

use paso_formats::{
    entry::{
        Binding, Class, Content, Entry, EntryError, LEN, MAX_SEQUENCE, Minute, StreamHead,
        StreamId, UnsignableEntry,
    },
    key::Sign,
    moment::{MINUTE, Moment},
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::{
    device::{STREAM, journal, sign, signer, unsigned},
    sample::start,
    signers::{EdDsa, Es256},
};

const BINDING: Binding = Binding {
    commitment: [0x11; 32],
    envelope: [0x44; 32],
};

/// Every kind of content with its byte.
const CONTENTS: [(Content, u8, &str); 5] = [
    (Content::Event(Class::Act, BINDING), 1, "act"),
    (Content::Event(Class::Access, BINDING), 2, "access"),
    (Content::Event(Class::Custody, BINDING), 3, "custody"),
    (Content::Heartbeat, 4, "heartbeat"),
    (
        Content::Event(Class::Administration, BINDING),
        5,
        "administration",
    ),
];

fn head() -> StreamHead {
    StreamHead {
        sequence: 811,
        hash: [0x33; 32],
    }
}

#[test]
fn a_third_party_reads_a_leaf_with_a_ruler() {
    for (content, byte, code) in CONTENTS {
        let bytes = sign(Some(head()), 5, content, &signer()).to_bytes();
        assert_eq!(bytes.len(), LEN);
        assert_eq!(bytes[0], 1);
        assert_eq!(&bytes[1..17], STREAM.as_bytes());
        assert_eq!(bytes[17..25], 812_u64.to_be_bytes());
        assert_eq!(bytes[25..57], [0x33; 32]);
        assert_eq!(bytes[57..65], 70_000_u64.to_be_bytes());
        assert_eq!(bytes[65..97], [0x22; 32]);
        let minutes = u32::try_from(start().unix() / 60 + 5).unwrap();
        assert_eq!(bytes[97..101], minutes.to_be_bytes());
        assert_eq!(bytes[101], byte);
        assert_eq!(bytes[102..134], content.commitment());
        assert_eq!(bytes[134..166], content.envelope());
        let signed = [&b"paso entry v1\0"[..], &bytes[..166]].concat();
        signer()
            .public_key()
            .verify(&signed, &bytes[166..])
            .unwrap();
        assert_eq!(content.code(), code);
    }
    assert_eq!(Content::Heartbeat.commitment(), [0; 32]);
    assert_eq!(Content::Heartbeat.envelope(), [0; 32]);
}

#[test]
fn what_is_signed_is_read_and_verifies_with_its_key_alone() {
    let signers: [&dyn Sign; 2] = [&EdDsa::new(7), &Es256::new(7)];
    for signer in signers {
        for (content, ..) in CONTENTS {
            for after in [None, Some(head())] {
                let entry = sign(after, 0, content, signer);
                let read = Entry::read(&entry.to_bytes()).unwrap();
                assert_eq!(read, entry);
                read.verify(signer.public_key()).unwrap();
                for other in [EdDsa::new(8).public_key(), Es256::new(8).public_key()] {
                    assert!(read.verify(other).is_err());
                }
                assert_eq!(read.stream(), STREAM);
                assert_eq!(read.sequence(), after.map_or(1, |head| head.sequence + 1));
                assert_eq!(read.previous(), after.map(|head| head.hash));
                assert_eq!(read.content(), content);
                assert_eq!(read.commitment(), content.commitment());
                assert_eq!(read.time().start(), start());
                assert_eq!(read.witnessed().is_some(), after.is_some());
                assert_eq!(read.hash()[..], Sha256::digest(entry.to_bytes())[..]);
                assert_eq!(read.head().sequence, read.sequence());
                assert_eq!(read.head().hash, read.hash());
            }
        }
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    let signers: [&dyn Sign; 2] = [&EdDsa::new(7), &Es256::new(7)];
    for signer in signers {
        let good = sign(Some(head()), 0, CONTENTS[0].0, signer).to_bytes();
        for bit in 0..LEN * 8 {
            let mut bytes = good;
            bytes[bit / 8] ^= 1 << (bit % 8);
            let noticed = match Entry::read(&bytes) {
                Ok(entry) => entry.verify(signer.public_key()).is_err(),
                Err(_) => true,
            };
            assert!(noticed, "bit {bit}");
        }
    }
}

#[test]
fn nobody_makes_a_second_leaf_out_of_a_first() {
    for seed in 1..20 {
        let signer = Es256::new(seed);
        let entry = sign(None, 0, CONTENTS[0].0, &signer);
        let mut bytes = entry.to_bytes();
        let signature = p256::ecdsa::Signature::from_slice(&bytes[166..]).unwrap();
        assert_eq!(signature.normalize_s(), signature, "signed in the low form");
        let (r, s) = signature.split_scalars();
        let twin = p256::ecdsa::Signature::from_scalars(r, -s).unwrap();
        bytes[166..].copy_from_slice(&twin.to_bytes());
        // To the curve it is a signature of the device; to the log it is none.
        let message = [&b"paso entry v1\0"[..], &bytes[..166]].concat();
        signer
            .public_key()
            .verify(&message, &twin.to_bytes())
            .unwrap();
        let twin = Entry::read(&bytes).unwrap();
        assert_ne!(twin.hash(), entry.hash());
        assert!(twin.verify(signer.public_key()).is_err());
    }
}

#[test]
fn each_refusal_has_its_name() {
    let good = sign(Some(head()), 0, CONTENTS[0].0, &signer()).to_bytes();
    let with = |at: usize, field: &[u8]| {
        let mut bytes = good;
        bytes[at..at + field.len()].copy_from_slice(field);
        Entry::read(&bytes).err()
    };
    let beyond = MAX_SEQUENCE + 1;
    for (error, expected) in [
        (with(0, &[1]), None),
        (with(0, &[0]), Some(EntryError::Version(0))),
        (with(0, &[2]), Some(EntryError::Version(2))),
        (with(17, &[0; 8]), Some(EntryError::Sequence(0))),
        (
            with(17, &beyond.to_be_bytes()),
            Some(EntryError::Sequence(beyond)),
        ),
        (with(17, &MAX_SEQUENCE.to_be_bytes()), None),
        // The first entry links to nothing, every later one to something.
        (with(17, &1_u64.to_be_bytes()), Some(EntryError::Previous)),
        (with(25, &[0; 32]), Some(EntryError::Previous)),
        (with(57, &[0; 8]), Some(EntryError::Witnessed)),
        (with(65, &[0; 32]), Some(EntryError::Witnessed)),
        (with(57, &[0; 40]), None),
        (with(97, &[0xff; 4]), None),
        (with(101, &[0]), Some(EntryError::Class(0))),
        (with(101, &[6]), Some(EntryError::Class(6))),
        (with(101, &[4]), Some(EntryError::Commitment)),
        (with(102, &[0; 32]), Some(EntryError::Commitment)),
        (with(134, &[0; 32]), Some(EntryError::Commitment)),
    ] {
        assert_eq!(error, expected);
    }
    for length in [0, LEN - 1, LEN + 1] {
        assert_eq!(
            Entry::read(&vec![1; length]),
            Err(EntryError::Length(length))
        );
    }
}

#[test]
fn what_would_not_be_read_is_not_signed() {
    let refused = |sequence, content| {
        let hash = [0x33; 32];
        unsigned(Some(StreamHead { sequence, hash }), 0, content)
            .sign(&signer())
            .err()
    };
    let act = CONTENTS[0].0;
    assert_eq!(refused(1, act), None);
    assert_eq!(refused(MAX_SEQUENCE - 1, act), None);
    for sequence in [0, MAX_SEQUENCE, u64::MAX] {
        assert_eq!(
            refused(sequence, act),
            Some(UnsignableEntry::Sequence(sequence))
        );
    }
    for class in Class::ALL {
        for nothing in [
            Binding {
                commitment: [0; 32],
                ..BINDING
            },
            Binding {
                envelope: [0; 32],
                ..BINDING
            },
        ] {
            assert_eq!(
                refused(1, Content::Event(class, nothing)),
                Some(UnsignableEntry::Commitment)
            );
        }
    }
}

#[test]
fn minutes_never_lie_ahead_and_wrong_clocks_are_not_refused() {
    for (second, minute, shown) in [
        (0, 0, 0),
        (59, 0, 0),
        (60, 1, 60),
        (-1, 0, 0),
        (i64::MIN, 0, 0),
    ] {
        let found = Minute::of(Moment::from_unix(second));
        assert_eq!((found.0, found.start().unix()), (minute, shown));
    }
    let last = Minute::of(Moment::MAX);
    assert_eq!(Moment::MAX.since(last.start()), MINUTE - 1);
    assert_eq!(Minute(u32::MAX).start(), Moment::MAX);
}

#[test]
fn a_stream_has_one_spelling() {
    let text = "000102030405060708090a0b0c0d0e0f";
    assert_eq!(STREAM.to_string(), text);
    assert_eq!(text.parse(), Ok(STREAM));
    for text in [
        "",
        "0",
        &text.to_uppercase(),
        &text[1..],
        &format!("{text}0"),
    ] {
        assert!(text.parse::<StreamId>().is_err(), "{text}");
    }
}

#[test]
fn the_vectors_are_these_leaves() {
    let [first, second, third] = journal().entries;
    for (entry, file) in [
        (first, include_str!("../vectors/paso/entry-1.hex")),
        (second, include_str!("../vectors/paso/entry-2.hex")),
        (third, include_str!("../vectors/paso/entry-3.hex")),
    ] {
        assert_eq!(hex::encode(entry.to_bytes()), file.trim_end());
    }
    let entry = sign(None, 0, CONTENTS[2].0, &Es256::new(7));
    assert_eq!(
        hex::encode(entry.to_bytes()),
        include_str!("../vectors/paso/entry-es256.hex").trim_end()
    );
}

proptest! {
    #[test]
    fn whatever_is_read_is_written_the_same(
        bytes in prop::collection::vec(any::<u8>(), LEN), class in 1_u8..7, blank in 0_u8..16,
    ) {
        let mut bytes = bytes;
        bytes[0] = 1;
        bytes[101] = class;
        // Noise alone is never a first entry, a heartbeat or an entry without a head.
        for (bit, field) in [17..24, 25..57, 57..97, 102..134].into_iter().enumerate() {
            if blank >> bit & 1 == 1 {
                bytes[field].fill(0);
            }
        }
        if let Ok(entry) = Entry::read(&bytes) {
            prop_assert_eq!(&entry.to_bytes()[..], &bytes[..]);
        }
    }
}

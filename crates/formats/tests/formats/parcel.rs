//! Parcels between a post and its hub.

use crate::signers::EdDsa;
use miniz_oxide::deflate::compress_to_vec_zlib;
use paso_formats::{
    entry::StreamId,
    envelope::SubjectKey,
    key::Sign,
    parcel::{
        Address, Content, MAX_PARCEL_BYTES, Parcel, ParcelError, Way, open_keys, opening_key,
        seal_keys,
    },
};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

fn address() -> Address {
    Address {
        from: StreamId::from_random([1; 16]),
        to: StreamId::from_random([2; 16]),
        way: Way::Up,
    }
}

fn sample() -> Content {
    Content {
        authority: "MX-INM".into(),
        batches: vec![b"a batch".to_vec(), b"another".to_vec()],
        keys: b"a box".to_vec(),
        bundle: Vec::new(),
        note: b"a note".to_vec(),
    }
}

fn open(bytes: &[u8], key: &EdDsa) -> Result<Content, ParcelError> {
    Parcel::read(bytes).and_then(|parcel| parcel.open(key.public_key()))
}

#[test]
fn what_is_packed_comes_out_and_no_bit_of_it_can_change() {
    let device = EdDsa::new(1);
    let packed = sample().pack(address(), &device).unwrap();
    assert_eq!(Parcel::read(&packed).unwrap().address(), address());
    assert_eq!(open(&packed, &device), Ok(sample()));
    assert_eq!(open(&packed, &EdDsa::new(2)), Err(ParcelError::NotSigned));
    for bit in 0..packed.len() * 8 {
        let mut altered = packed.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&altered, &device).is_err(), "bit {bit}");
    }
    for length in 0..packed.len() {
        assert!(open(&packed[..length], &device).is_err(), "{length} bytes");
    }
}

#[test]
fn strange_files_have_their_names() {
    let device = EdDsa::new(1);
    let large = [b"paso parcel 1\n".as_slice(), &vec![0; MAX_PARCEL_BYTES]].concat();
    for (bytes, expected) in [
        (b"PK\x03\x04".as_slice(), ParcelError::NotAParcel),
        (b"", ParcelError::NotAParcel),
        (b"paso par", ParcelError::Torn),
        (b"paso parcel 1\nabc", ParcelError::Torn),
        (b"paso parcel 2\nabc", ParcelError::Newer),
        (b"paso stream batch 1\n", ParcelError::NotAParcel),
        (&large, ParcelError::TooLarge),
    ] {
        assert_eq!(open(bytes, &device), Err(expected));
    }
}

/// Signs whatever is inside as a device would.
fn signed(device: &EdDsa, inside: &[u8]) -> Vec<u8> {
    let Address { from, to, .. } = address();
    let head = [from.as_bytes().as_slice(), to.as_bytes(), &[1]].concat();
    let hash = Sha256::digest(inside);
    let message = [b"paso parcel v1\0".as_slice(), &head, &hash].concat();
    let signature = device.sign(&message).unwrap();
    [b"paso parcel 1\n".as_slice(), &head, &signature, inside].concat()
}

#[test]
fn a_device_that_signs_a_bomb_or_nonsense_is_answered() {
    let device = EdDsa::new(1);
    let bomb = compress_to_vec_zlib(&vec![0; 64 << 20], 9);
    assert!(bomb.len() < 100_000);
    for (inside, expected) in [
        (bomb, ParcelError::TooLarge),
        (b"not zlib".to_vec(), ParcelError::Content),
        (compress_to_vec_zlib(b"not CBOR", 6), ParcelError::Content),
        // A list that announces more batches than there are bytes.
        (
            compress_to_vec_zlib(b"\x85\x61a\x9b\xff\xff\xff\xff\xff\xff\xff\xff", 6),
            ParcelError::Content,
        ),
    ] {
        assert_eq!(open(&signed(&device, &inside), &device), Err(expected));
    }
}

#[test]
fn keys_open_for_the_one_who_receives_them() {
    let (post, hub) = (EdDsa::new(1), EdDsa::new(2));
    let keys = vec![
        ("person:aa".to_owned(), SubjectKey::from_random([7; 32])),
        ("person:aa".to_owned(), SubjectKey::from_random([8; 32])),
    ];
    let to = opening_key(&hub).unwrap();
    let sealed = seal_keys(&keys, to.sealing_key(), &[9; 32]).unwrap();
    let opened = open_keys(&sealed, &opening_key(&hub).unwrap()).unwrap();
    assert_eq!(opened.len(), 2);
    for ((name, key), (found, same)) in keys.iter().zip(&opened) {
        assert_eq!((name, key.expose()), (found, same.expose()));
    }
    let other = open_keys(&sealed, &opening_key(&post).unwrap());
    assert!(matches!(other, Err(ParcelError::Closed)));
    assert!(open_keys(&[], &to).unwrap().is_empty());
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>) {
        let with_head = [b"paso parcel 1\n".as_slice(), &bytes].concat();
        let _ = open(&with_head, &EdDsa::new(1));
        let inside = signed(&EdDsa::new(1), &compress_to_vec_zlib(&bytes, 6));
        let _ = open(&inside, &EdDsa::new(1));
    }
}

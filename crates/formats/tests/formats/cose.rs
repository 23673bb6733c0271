//! The signed envelope: what is read, and why the rest is refused.

use paso_formats::{
    cose::{self, CoseError, Sign1, Tagging},
    key::{Algorithm, Sign},
};
use proptest::prelude::*;

use crate::signers::{EdDsa, Es256};

fn read(hex_text: &str) -> Result<Sign1, CoseError> {
    Sign1::read(hex::decode(hex_text).unwrap(), Tagging::AsIssued)
}

#[test]
fn reads_the_three_taggings_of_cards_and_one_of_files() {
    let signer = Es256::new(1);
    let bytes = cose::sign(b"payload", Some("application/x"), &signer).unwrap();
    assert_eq!(bytes[0], 0xd2);
    let mut cwt = vec![0xd8, 61];
    cwt.extend(&bytes);
    for bytes in [bytes.clone(), bytes[1..].to_vec(), cwt.clone()] {
        let envelope = Sign1::read(bytes, Tagging::AsIssued).unwrap();
        assert_eq!(envelope.payload(), b"payload");
        assert_eq!(envelope.algorithm(), Algorithm::Es256);
        assert_eq!(envelope.key_id(), Some(signer.public_key().key_id()));
        assert_eq!(envelope.typ(), Some("application/x"));
        envelope.verify(signer.public_key()).unwrap();
        assert!(envelope.verify(Es256::new(2).public_key()).is_err());
        assert!(envelope.verify(EdDsa::new(1).public_key()).is_err());
    }
    let strict = |bytes: &[u8]| Sign1::read(bytes.to_vec(), Tagging::Sign1Only);
    assert!(strict(&bytes).is_ok());
    assert_eq!(strict(&bytes[1..]), Err(CoseError::NotSign1));
    assert_eq!(strict(&cwt), Err(CoseError::WrongTag(61)));
}

#[test]
fn each_refusal_has_its_name() {
    use CoseError::{
        AlgorithmNotProtected, BadHeader, CriticalHeader, Encrypted, NotSign1,
        UnsupportedAlgorithm, WrongTag,
    };
    let signature = "0".repeat(128);
    // {1: -7} protected, empty payload.
    let with = |protected: &str, unprotected: &str| {
        format!(
            "d284{:02x}{protected}{unprotected}405840{signature}",
            0x40 + protected.len() / 2
        )
    };
    for (bytes, error) in [
        (with("a10126", "a0"), None),
        (with("a10127", "a0"), None),
        (
            with("a10126", "a1044231 32".replace(' ', "").as_str()),
            None,
        ),
        (with("", "a0"), Some(AlgorithmNotProtected)),
        (with("a0", "a0"), Some(AlgorithmNotProtected)),
        (with("", "a10126"), Some(AlgorithmNotProtected)),
        (with("a10126", "a10126"), Some(BadHeader)),
        (with("a10140", "a0"), Some(BadHeader)),
        (with("a101260", "a0").replace("a101260", "a10126"), None),
        (with("a20126040a", "a0"), Some(BadHeader)),
        (with("a201261040", "a0"), Some(BadHeader)),
        (with("a201261003", "a0"), None),
        (
            with("a1013822", "a0"),
            Some(UnsupportedAlgorithm(Some(-35))),
        ),
        (with("a10132", "a0"), Some(UnsupportedAlgorithm(Some(-19)))),
        (
            with("a1016565646473 61".replace(' ', "").as_str(), "a0"),
            Some(UnsupportedAlgorithm(None)),
        ),
        (with("a2012602811863", "a0"), Some(CriticalHeader)),
        (with("a10126", "a1028101"), Some(CriticalHeader)),
        (with("80", "a0"), Some(NotSign1)),
        (with("a10126", "80"), Some(NotSign1)),
        ("d0834040 40".replace(' ', ""), Some(Encrypted)),
        ("d08343a10101a040".to_owned(), Some(Encrypted)),
        ("8343a10101a040".to_owned(), Some(Encrypted)),
        ("d83dd08343a10101a040".to_owned(), Some(Encrypted)),
        ("d86080".to_owned(), Some(Encrypted)),
        ("d18440a04040".to_owned(), Some(WrongTag(17))),
        ("d83d8440a04040".to_owned(), Some(WrongTag(61))),
        ("d83dd83dd28440a04040".to_owned(), Some(WrongTag(61))),
        ("8340a0".to_owned() + "01", Some(Encrypted)),
        ("00".to_owned(), Some(NotSign1)),
        ("8440a0f640".to_owned(), Some(NotSign1)),
        ("8540a0404040".to_owned(), Some(NotSign1)),
    ] {
        assert_eq!(read(&bytes).err(), error, "{bytes}");
    }
}

#[test]
fn an_empty_signature_is_seen_and_never_verifies() {
    let envelope = read("d28443a10126a04040").unwrap();
    assert!(envelope.signature().is_empty());
    assert!(envelope.verify(Es256::new(1).public_key()).is_err());
}

#[test]
fn what_is_written_is_the_same_every_time() {
    let sign = || cose::sign(b"payload", None, &EdDsa::new(1)).unwrap();
    assert_eq!(sign(), sign());
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes: Vec<u8>) {
        let _ = Sign1::read(bytes, Tagging::AsIssued);
    }
}

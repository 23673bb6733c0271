//! Keys: their one form, their names, and what they refuse to verify.

use paso_formats::key::{Algorithm, KeyError, KeyId, NotAKeyId, PublicKey, Sign};

use crate::signers::{EdDsa, Es256};

#[test]
fn a_key_has_one_form_and_one_name() {
    for key in [
        Es256::new(7).public_key().clone(),
        EdDsa::new(7).public_key().clone(),
    ] {
        let bytes = key.to_cose_key();
        let read = PublicKey::from_cose_key(&bytes).unwrap();
        assert_eq!(read, key);
        assert_eq!(read.key_id(), key.key_id());
        assert_eq!(key.key_id().to_string().parse(), Ok(key.key_id()));
        // The name is the start of the fingerprint.
        let digits: String = key.fingerprint().split(' ').take(4).collect();
        assert_eq!(digits, key.key_id().to_string());
        for cut in 0..bytes.len() {
            assert!(PublicKey::from_cose_key(&bytes[..cut]).is_err());
        }
        // Another member, even a harmless one, would give the same key another name.
        let mut more = bytes.clone();
        more[0] += 1;
        more.extend([0x03, 0x26]);
        assert_eq!(PublicKey::from_cose_key(&more), Err(KeyError::NotAKey));
    }
}

#[test]
fn thumbprint_of_rfc_9679() {
    // The example of RFC 9679 §6: a P-256 key and its SHA-256 thumbprint.
    let mut point = vec![4];
    point.extend(
        hex::decode(
            "65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d\
             1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c",
        )
        .unwrap(),
    );
    let key = PublicKey::es256(&point).unwrap();
    assert_eq!(
        key.fingerprint().replace(' ', ""),
        "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"
    );
    assert_eq!(
        key.key_id(),
        KeyId([0x49, 0x6b, 0xd8, 0xaf, 0xad, 0xf3, 0x07, 0xe5])
    );
}

#[test]
fn names_are_sixteen_digits() {
    for text in [
        "",
        "0a1b2c3d4e5f607",
        "0a1b2c3d4e5f60711",
        "0a1b2c3d4e5f607g",
        "+a1b2c3d4e5f6071",
    ] {
        assert_eq!(text.parse::<KeyId>(), Err(NotAKeyId), "{text}");
    }
    assert_eq!(
        "0A1B2C3D4E5F6071".parse::<KeyId>().unwrap().to_string(),
        "0a1b2c3d4e5f6071"
    );
}

#[test]
fn points_that_prove_nothing_are_no_keys() {
    let off_curve = {
        let mut point = [4; 65];
        point[1..].fill(1);
        point
    };
    assert_eq!(PublicKey::es256(&off_curve), Err(KeyError::Unsafe));
    for point in [&[][..], &[4; 64], &[4; 66], &[2; 65], &[2; 33]] {
        assert_eq!(PublicKey::es256(point), Err(KeyError::NotAKey));
    }
    let mut identity = [0; 32];
    identity[0] = 1;
    // Small order: the identity, the point (0, -1), one of order 4.
    let mut minus_one = [0xff; 32];
    minus_one[0] = 0xec;
    minus_one[31] = 0x7f;
    for weak in [identity, minus_one, [0; 32]] {
        assert_eq!(PublicKey::ed25519(&weak), Err(KeyError::Unsafe));
    }
    // y = p + 3, a second encoding of y = 3.
    let mut not_canonical = [0xff; 32];
    not_canonical[0] = 0xf0;
    not_canonical[31] = 0x7f;
    assert_eq!(PublicKey::ed25519(&not_canonical), Err(KeyError::Unsafe));
}

#[test]
fn verifies_its_own_signatures_alone() {
    let keys: [&dyn Sign; 4] = [
        &Es256::new(1),
        &Es256::new(2),
        &EdDsa::new(1),
        &EdDsa::new(2),
    ];
    for (at, signer) in keys.iter().enumerate() {
        let signature = signer.sign(b"paso").unwrap();
        for (other, verifier) in keys.iter().enumerate() {
            let key = verifier.public_key();
            assert_eq!(key.verify(b"paso", &signature).is_ok(), at == other);
            assert!(key.verify(b"peso", &signature).is_err());
            assert!(key.verify(b"paso", &signature[..63]).is_err());
            assert!(key.verify(b"paso", &[]).is_err());
        }
    }
}

#[test]
fn algorithms_by_their_cose_numbers() {
    for (number, algorithm) in [
        (-7, Some(Algorithm::Es256)),
        (-8, Some(Algorithm::EdDsa)),
        (-9, None),
        (-19, None),
        (-257, None),
        (0, None),
    ] {
        assert_eq!(Algorithm::from_cose(number), algorithm);
    }
    assert_eq!(Algorithm::Es256.cose(), -7);
    assert_eq!(Algorithm::EdDsa.cose(), -8);
}

//! The one place that knows which library checks a signature.
//!
//! Natively aws-lc-rs, five times as fast as p256 for ES256; on wasm32, where it does not build,
//! p256 and ed25519-dalek. Both give the same answer to every question: the differential test at
//! the end of this file asks them natively, and [`small_order`] removes the one known difference.

/// Whether the first half of an Ed25519 signature is a point of small order.
///
/// Such a signature comes only from a signer who wants it to fit several messages.
/// `ed25519-dalek` refuses it in strict mode, aws-lc does not look. Only canonical encodings need
/// a place here: both libraries compare the recomputed R bytewise, so others never verify.
#[cfg(any(not(target_arch = "wasm32"), test))]
fn small_order(r: &[u8]) -> bool {
    SMALL_ORDER.iter().any(|point| point == r)
}

/// The eight points of Curve25519's torsion subgroup, as RFC 8032 encodes points.
#[cfg(any(not(target_arch = "wasm32"), test))]
const SMALL_ORDER: [[u8; 32]; 8] = {
    const fn filled(first: u8, middle: u8, last: u8) -> [u8; 32] {
        let mut point = [middle; 32];
        point[0] = first;
        point[31] = last;
        point
    }
    // y of the points of order 8, and of their negatives p - y.
    const Y8: [u8; 32] = [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ];
    const Y8_NEGATIVE: [u8; 32] = [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ];
    const fn signed(mut point: [u8; 32]) -> [u8; 32] {
        point[31] |= 0x80;
        point
    }
    [
        filled(1, 0, 0),
        filled(0xec, 0xff, 0x7f),
        filled(0, 0, 0),
        filled(0, 0, 0x80),
        Y8,
        signed(Y8),
        Y8_NEGATIVE,
        signed(Y8_NEGATIVE),
    ]
};

#[cfg(not(target_arch = "wasm32"))]
pub(super) use native::Verifier;
#[cfg(target_arch = "wasm32")]
pub(super) use portable::Verifier;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::sync::Arc;

    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};

    use super::super::BadSignature;

    /// A key parsed once; cloning shares it.
    #[derive(Clone)]
    pub(in super::super) struct Verifier {
        key: Arc<ParsedPublicKey>,
        edwards: bool,
    }

    impl Verifier {
        pub(in super::super) fn es256(point: &[u8; 65]) -> Option<Self> {
            let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()?;
            Some(Self {
                key: Arc::new(key),
                edwards: false,
            })
        }

        pub(in super::super) fn ed25519(bytes: &[u8; 32]) -> Option<Self> {
            let key = ParsedPublicKey::new(&ED25519, bytes).ok()?;
            Some(Self {
                key: Arc::new(key),
                edwards: true,
            })
        }

        pub(in super::super) fn verify(
            &self,
            message: &[u8],
            signature: &[u8; 64],
        ) -> Result<(), BadSignature> {
            if self.edwards && super::small_order(&signature[..32]) {
                return Err(BadSignature);
            }
            self.key
                .verify_sig(message, signature)
                .map_err(|_| BadSignature)
        }
    }
}

#[cfg(any(target_arch = "wasm32", test))]
mod portable {
    use p256::ecdsa::signature::Verifier as _;

    use super::super::BadSignature;

    #[derive(Clone)]
    pub(in super::super) enum Verifier {
        Es256(p256::ecdsa::VerifyingKey),
        Ed25519(ed25519_dalek::VerifyingKey),
    }

    impl Verifier {
        pub(in super::super) fn es256(point: &[u8; 65]) -> Option<Self> {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(Self::Es256)
        }

        pub(in super::super) fn ed25519(bytes: &[u8; 32]) -> Option<Self> {
            ed25519_dalek::VerifyingKey::from_bytes(bytes)
                .ok()
                .map(Self::Ed25519)
        }

        pub(in super::super) fn verify(
            &self,
            message: &[u8],
            signature: &[u8; 64],
        ) -> Result<(), BadSignature> {
            match self {
                Self::Es256(key) => p256::ecdsa::Signature::from_slice(signature)
                    .and_then(|signature| key.verify(message, &signature))
                    .map_err(|_| BadSignature),
                Self::Ed25519(key) => key
                    .verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature))
                    .map_err(|_| BadSignature),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Signer as _;
    use proptest::prelude::*;

    use super::{super::PublicKey, SMALL_ORDER, native, portable};

    /// Both backends' answers to one question.
    fn ed25519(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> [bool; 2] {
        let native = native::Verifier::ed25519(key).unwrap();
        let portable = portable::Verifier::ed25519(key).unwrap();
        [
            native.verify(message, signature).is_ok(),
            portable.verify(message, signature).is_ok(),
        ]
    }

    fn es256(point: &[u8; 65], message: &[u8], signature: &[u8; 64]) -> [bool; 2] {
        let native = native::Verifier::es256(point).unwrap();
        let portable = portable::Verifier::es256(point).unwrap();
        [
            native.verify(message, signature).is_ok(),
            portable.verify(message, signature).is_ok(),
        ]
    }

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex::decode(text).unwrap().try_into().unwrap()
    }

    #[test]
    fn signatures_that_lenient_libraries_accept_are_refused_by_both() {
        // Computed from the definition (RFC 8032 §5.1.6) with the key of seed 07…07 and message
        // "paso": the honest signature; the same with S + L; and one whose R is the identity.
        let key = bytes("ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c");
        let r = "af5bdd65e53c9696da60c6a97ab7363edee29444614df236c67cb2ab690c8b96";
        let honest = format!("{r}f16eea281ca8af0695c8eff8573b5defa4a121a4ae9b2fec36c1fbb3fb148e0d");
        let plus_l = format!("{r}de42e085360bc25e6b65e79b36353c04a5a121a4ae9b2fec36c1fbb3fb148e1d");
        let identity = format!(
            "01{}e1fbee1b3b90c67c40f4d3d8a986a7fb44ef25deade11424aeab83d3ca428208",
            "0".repeat(62)
        );
        assert_eq!(ed25519(&key, b"paso", &bytes(&honest)), [true; 2]);
        assert_eq!(ed25519(&key, b"paso", &bytes(&plus_l)), [false; 2]);
        assert_eq!(ed25519(&key, b"paso", &bytes(&identity)), [false; 2]);
    }

    #[test]
    fn the_listed_points_are_the_eight_of_small_order() {
        for (at, point) in SMALL_ORDER.iter().enumerate() {
            assert!(PublicKey::ed25519(point).is_err());
            let decoded = ed25519_dalek::VerifyingKey::from_bytes(point).unwrap();
            assert!(decoded.is_weak(), "{at}");
            assert!(!SMALL_ORDER[..at].contains(point));
        }
    }

    #[test]
    fn es256_refuses_zero_and_numbers_past_the_order() {
        let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let point: [u8; 65] = key
            .verifying_key()
            .to_sec1_point(false)
            .as_bytes()
            .try_into()
            .unwrap();
        let signature: p256::ecdsa::Signature = key.sign(b"paso");
        let good: [u8; 64] = signature.to_bytes().into();
        assert_eq!(es256(&point, b"paso", &good), [true; 2]);
        for range in [0..32, 32..64] {
            for fill in [0, 0xff] {
                let mut bad = good;
                bad[range.clone()].fill(fill);
                assert_eq!(es256(&point, b"paso", &bad), [false; 2]);
            }
        }
    }

    proptest! {
        /// Any message, key and change: the two libraries agree, and only the unchanged verifies.
        #[test]
        fn both_backends_give_the_same_answer(
            seed in 1_u8..255, message: Vec<u8>, at: prop::sample::Index, change: u8,
        ) {
            let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
            let public = key.verifying_key().to_bytes();
            let mut signature = key.sign(&message).to_bytes();
            signature[at.index(64)] ^= change;
            prop_assert_eq!(ed25519(&public, &message, &signature), [change == 0; 2]);

            let key = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap();
            let point: [u8; 65] = key.verifying_key().to_sec1_point(false).as_bytes().try_into().unwrap();
            let signature: p256::ecdsa::Signature = key.sign(&message);
            let mut signature: [u8; 64] = signature.to_bytes().into();
            signature[at.index(64)] ^= change;
            prop_assert_eq!(es256(&point, &message, &signature), [change == 0; 2]);
        }
    }
}

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

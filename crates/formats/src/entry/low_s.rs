//! The one form of a signature in a leaf.
//!
//! If (r, s) is an ES256 signature, so is (r, n - s), and whoever sees one can write the other
//! without the key. `EdDSA` has no such twin: RFC 8032 §5.1.7 refuses an s beyond the order, and
//! both backends do.

use crate::key::Algorithm;

/// The order n of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3), big-endian.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The half of the order, rounded down: the largest low s.
const HALF: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

/// Whether a signature has the form a leaf takes.
pub(super) fn is_low(signature: &[u8; 64], algorithm: Algorithm) -> bool {
    match algorithm {
        // Of one length, so bytes compare as the numbers do.
        Algorithm::Es256 => signature[32..] <= HALF[..],
        Algorithm::EdDsa => true,
    }
}

/// The signature in that form.
pub(super) fn lowered(mut signature: [u8; 64], algorithm: Algorithm) -> [u8; 64] {
    // A "signature" with s beyond the order is none, and stays as useless as it came.
    if is_low(&signature, algorithm) || signature[32..] >= ORDER[..] {
        return signature;
    }
    let mut borrow = false;
    for (s, n) in signature[32..].iter_mut().zip(ORDER).rev() {
        let (difference, first) = n.overflowing_sub(*s);
        let (difference, second) = difference.overflowing_sub(u8::from(borrow));
        *s = difference;
        borrow = first || second;
    }
    signature
}

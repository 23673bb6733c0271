//! Signatures as authenticators write them (WebAuthn L3 §6.5.5).
//!
//! ES256 comes as ASN.1 DER, `EdDSA` as its 64 bytes, RS256 as one number of the modulus' length.

use crate::key::{Algorithm, PublicKey};

/// Bytes of the longest signature: one by an RSA key of 4096 bits.
pub(super) const MAX_BYTES: usize = 512;

/// Why a signature was not verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotVerified {
    /// It is not this key's over this message.
    Bad,
    /// This build cannot check the algorithm.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(dead_code, reason = "natively every algorithm is checked")
    )]
    NotHere,
}

pub(super) fn on_curve(
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), NotVerified> {
    let verified = match key.algorithm() {
        Algorithm::Es256 => {
            let fixed = from_der(signature).ok_or(NotVerified::Bad)?;
            key.verify(message, &fixed)
        }
        Algorithm::EdDsa => key.verify(message, signature),
    };
    verified.map_err(|_| NotVerified::Bad)
}

#[cfg(not(target_arch = "wasm32"))]
pub(super) fn rsa(
    modulus: &[u8],
    exponent: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), NotVerified> {
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
    let key = RsaPublicKeyComponents {
        n: modulus,
        e: exponent,
    };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        .map_err(|_| NotVerified::Bad)
}

/// No RSA here: the one well-kept crate that builds for wasm32 (`rsa`) is not constant in time and
/// would double what a phone loads, for the few officers whose computers make such keys.
#[cfg(target_arch = "wasm32")]
pub(super) fn rsa(_: &[u8], _: &[u8], _: &[u8], _: &[u8]) -> Result<(), NotVerified> {
    Err(NotVerified::NotHere)
}

/// r and s, 32 bytes each, of a DER `SEQUENCE { INTEGER, INTEGER }` (RFC 3279 §2.2.3) in its one
/// encoding.
fn from_der(der: &[u8]) -> Option<[u8; 64]> {
    // Two numbers of at most 33 bytes: every length has the short form.
    let [0x30, length, content @ ..] = der else {
        return None;
    };
    if usize::from(*length) != content.len() || *length > 70 {
        return None;
    }
    let (r, rest) = integer(content)?;
    let (s, rest) = integer(rest)?;
    if !rest.is_empty() {
        return None;
    }
    let mut fixed = [0; 64];
    fixed[..32].copy_from_slice(&r);
    fixed[32..].copy_from_slice(&s);
    Some(fixed)
}

/// A non-negative number of up to 256 bits, and what follows it.
fn integer(bytes: &[u8]) -> Option<([u8; 32], &[u8])> {
    let [0x02, length, rest @ ..] = bytes else {
        return None;
    };
    let (number, rest) = rest.split_at_checked(usize::from(*length))?;
    let digits = match number {
        // X.690 §8.3.2: a leading zero only where the number would else be negative.
        [0, digits @ ..] if digits.first().is_some_and(|first| *first >= 0x80) => digits,
        [0] | [1..=0x7f, ..] => number,
        _ => return None,
    };
    let mut fixed = [0; 32];
    let start = fixed.len().checked_sub(digits.len())?;
    fixed[start..].copy_from_slice(digits);
    Some((fixed, rest))
}

#[cfg(test)]
mod tests {
    use super::from_der;
    use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
    use proptest::prelude::*;

    proptest! {
        /// The one encoding, and no other: p256 reads and writes the same.
        #[test]
        fn der_is_read_as_another_library_writes_it(seed in 1_u8..255, message: Vec<u8>, at: prop::sample::Index, change: u8) {
            let key = SigningKey::from_slice(&[seed; 32]).unwrap();
            let signature: Signature = key.sign(&message);
            let mut der = signature.to_der().as_bytes().to_vec();
            prop_assert_eq!(from_der(&der).unwrap(), <[u8; 64]>::from(signature.to_bytes()));
            let at = at.index(der.len());
            der[at] ^= change;
            let ours = from_der(&der).and_then(|fixed| Signature::from_slice(&fixed).ok());
            let theirs = Signature::from_der(&der).ok();
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn other_encodings_are_none() {
        let hex = |text: &str| from_der(&hex::decode(text).unwrap()).is_some();
        assert!(hex("3006020101020101"));
        assert!(hex("300702020080020101"));
        for bad in [
            "",
            "30",
            "3000",
            "3003020101",
            "30060201010201",
            "300602010102010100",
            "31060201010201 01",
            "300702010102020001",
            "3006020181020101",
            "30050200020101",
            "3081060201010201 01",
            "300902010102010102 0101",
            "3006030101020101",
        ] {
            let bad = bad.replace(' ', "");
            assert!(!hex(&bad), "{bad}");
        }
        // A number of 33 bytes that are all needed.
        assert!(!hex(&format!("302602217f{}020101", "11".repeat(32))));
    }
}

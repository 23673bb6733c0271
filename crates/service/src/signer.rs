//! Private keys in memory, and signing with them.
//!
//! Keys live in files of the data directory that only its owner can read. A hardware module later
//! takes the place of this file and nothing else: everything above asks for a
//! [`paso_formats::key::Sign`].

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use paso_formats::key::{Algorithm, PublicKey, Sign, SignError};
use zeroize::Zeroizing;

/// Why a private key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The bytes are no private key.
    #[error(
        "the file holds no private key of this algorithm; restore it from the ceremony's envelope"
    )]
    NotAKey,
    /// The machine could not make a key.
    #[error("the machine could not make a key; its random generator does not answer")]
    NotMade,
}

/// A private key that signs.
pub struct Signer {
    pair: Pair,
    public: PublicKey,
    random: SystemRandom,
}

enum Pair {
    Es256(EcdsaKeyPair),
    EdDsa(Ed25519KeyPair),
}

impl Signer {
    /// Makes a new key and returns it in PKCS #8 form, ready to be written to a file.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn generate(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, SignerError> {
        let random = SystemRandom::new();
        let document = match algorithm {
            Algorithm::Es256 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            }
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random),
        };
        document
            .map(|d| Zeroizing::new(d.as_ref().to_vec()))
            .map_err(|_| SignerError::NotMade)
    }

    /// The key in these PKCS #8 bytes.
    ///
    /// # Errors
    /// When they hold no key of the algorithm.
    pub fn from_pkcs8(algorithm: Algorithm, bytes: &[u8]) -> Result<Self, SignerError> {
        let (pair, public) = match algorithm {
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes)
                    .map_err(|_| SignerError::NotAKey)?;
                let public = PublicKey::es256(pair.public_key().as_ref());
                (Pair::Es256(pair), public)
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8(bytes).map_err(|_| SignerError::NotAKey)?;
                let point: Option<&[u8; 32]> = pair.public_key().as_ref().try_into().ok();
                let public = PublicKey::ed25519(point.ok_or(SignerError::NotAKey)?);
                (Pair::EdDsa(pair), public)
            }
        };
        let public = public.map_err(|_| SignerError::NotAKey)?;
        Ok(Self {
            pair,
            public,
            random: SystemRandom::new(),
        })
    }
}

impl Sign for Signer {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let signature: Option<[u8; 64]> = match &self.pair {
            Pair::Es256(pair) => pair
                .sign(&self.random, message)
                .ok()
                .and_then(|signature| signature.as_ref().try_into().ok()),
            Pair::EdDsa(pair) => pair.sign(message).as_ref().try_into().ok(),
        };
        signature.ok_or_else(|| SignError {
            reason: "the key in memory failed".into(),
        })
    }
}

/// Keys are never printed.
impl core::fmt::Debug for Signer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Signer({})", self.public.key_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_verifies_and_a_key_survives_its_file() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let file = Signer::generate(algorithm).unwrap();
            let signer = Signer::from_pkcs8(algorithm, &file).unwrap();
            let signature = signer.sign(b"message").unwrap();
            assert!(signer.public_key().verify(b"message", &signature).is_ok());
            assert!(signer.public_key().verify(b"massage", &signature).is_err());
            let again = Signer::from_pkcs8(algorithm, &file).unwrap();
            assert_eq!(again.public_key().key_id(), signer.public_key().key_id());
        }
    }

    #[test]
    fn a_file_of_another_algorithm_is_refused() {
        let file = Signer::generate(Algorithm::EdDsa).unwrap();
        assert!(Signer::from_pkcs8(Algorithm::Es256, &file).is_err());
        assert!(Signer::from_pkcs8(Algorithm::EdDsa, &file[1..]).is_err());
    }
}

//! Private keys for tests, from a seed and deterministic. Never in the library: private keys live
//! with whoever guards them.

use ed25519_dalek::Signer as _;
use paso_formats::key::{PublicKey, Sign, SignError};

/// ES256 with nonces by RFC 6979.
pub(crate) struct Es256 {
    private: p256::ecdsa::SigningKey,
    public: PublicKey,
}

impl Es256 {
    /// The key of a seed other than zero.
    pub(crate) fn new(seed: u8) -> Self {
        let private = p256::ecdsa::SigningKey::from_slice(&[seed; 32]).expect("a scalar in range");
        let point = private.verifying_key().to_sec1_point(false);
        let public = PublicKey::es256(point.as_bytes()).expect("a point of the curve");
        Self { private, public }
    }
}

impl Sign for Es256 {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let signature: p256::ecdsa::Signature = self.private.sign(message);
        Ok(signature.to_bytes().into())
    }
}

/// `EdDSA` over Ed25519.
pub(crate) struct EdDsa {
    private: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl EdDsa {
    /// The key of a seed.
    pub(crate) fn new(seed: u8) -> Self {
        let private = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        let public =
            PublicKey::ed25519(private.verifying_key().as_bytes()).expect("a point of the curve");
        Self { private, public }
    }
}

impl Sign for EdDsa {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(self.private.sign(message).to_bytes())
    }
}

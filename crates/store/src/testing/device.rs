//! A device with a key that is known to everybody.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use paso_domain::id::StreamId;
use paso_formats::key::{PublicKey, Sign, SignError};

use crate::Device;

struct Signer(Ed25519KeyPair, PublicKey);

impl Sign for Signer {
    fn public_key(&self) -> &PublicKey {
        &self.1
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        Ok(self.0.sign(message).as_ref().try_into().unwrap())
    }
}

/// The device whose key comes from this seed, with the stream named after its key.
pub fn device(seed: [u8; 32]) -> Arc<Device> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let public = pair.public_key().as_ref().try_into().unwrap();
    let public = PublicKey::ed25519(public).unwrap();
    Arc::new(Device::of(Arc::new(Signer(pair, public))))
}

/// The same device writing another stream.
pub fn device_of(stream: StreamId, seed: [u8; 32]) -> Arc<Device> {
    let signer = device(seed).signer.clone();
    Arc::new(Device { stream, signer })
}

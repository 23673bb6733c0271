//! What the log formats promise, tried from outside through the public interface.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where its ground gives way"
)]

#[path = "../support/mod.rs"]
mod support;

mod note;
mod policy;
mod proof;
mod proof_file;
mod tile;
mod tree;
mod witness;

use paso_tlog::note::{Sign, SignError};

/// A device that does not answer.
pub(crate) struct Broken(pub(crate) support::Seed);

impl Sign for Broken {
    fn public_key(&self) -> [u8; 32] {
        self.0.public_key()
    }

    fn sign(&self, _: &[u8]) -> Result<[u8; 64], SignError> {
        Err(SignError::Unavailable)
    }
}

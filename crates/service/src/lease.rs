//! Status indexes: each running process leases a block and gives its indexes out one by one.

use crate::{Service, ServiceError};
use hmac::{Hmac, KeyInit, Mac};
use paso_domain::{
    event::Event,
    post::{BLOCK, Lease, PostEvent, PostState},
    subject::Subject,
};
use sha2::Sha256;

/// What is left of a leased block.
#[derive(Debug)]
pub(crate) struct Block {
    lease: Lease,
    next: u32,
}

impl Service {
    /// The next status list and index. Never the same twice, across restarts and processes: a
    /// block is leased in the journal before its first index is used.
    pub(crate) async fn next_index(&self) -> Result<(u32, u32), ServiceError> {
        let mut held = self.lease().lock().await;
        let (lease, position) = match held.take() {
            Some(Block { lease, next }) if next < BLOCK => (lease, next),
            _ => (self.lease_block().await?, 0),
        };
        *held = Some(Block {
            lease,
            next: position + 1,
        });
        let secret = &self.keys().index_secret;
        let index = lease
            .index(position, |message| prf(secret, message))
            .ok_or_else(|| {
                ServiceError::Device(
                    "the status lists are used up; call the office that runs the system".into(),
                )
            })?;
        Ok((lease.list, index))
    }

    async fn lease_block(&self) -> Result<Lease, ServiceError> {
        let subject = Subject::Post(self.authority().home);
        for _ in 0..crate::journal::ATTEMPTS {
            let (state, version) = self.post_state().await?;
            let lease = state.next_lease();
            let event = PostEvent::BlockLeased {
                at: self.now(),
                list: lease.list,
                block: lease.block,
            };
            let expect = vec![(subject.clone(), version)];
            if self
                .append(vec![(subject.clone(), Event::Post(event))], expect)
                .await?
            {
                return Ok(lease);
            }
        }
        Err(ServiceError::Contended)
    }

    pub(crate) async fn post_state(&self) -> Result<(PostState, u64), ServiceError> {
        let loaded = self.load(&Subject::Post(self.authority().home)).await?;
        let state = loaded
            .events
            .iter()
            .fold(PostState::default(), |state, event| match event {
                Event::Post(event) => state.apply(event),
                _ => state,
            });
        Ok((state, loaded.version))
    }
}

fn prf(secret: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length; 32 bytes never fail (RFC 2104 §2).
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret) else {
        unreachable!("HMAC accepts keys of every length")
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

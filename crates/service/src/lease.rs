//! Status indexes: each running process leases a block and gives its indexes out one by one.
//!
//! A hub orders them by its secret. A post has none: it uses up, in their order, blocks that its hub
//! has leased for it, and journals each before its first index is used, as the hub does.

use crate::{
    Service, ServiceError,
    sync::{IndexBlock, Site},
};
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
    indexes: Vec<u32>,
    next: usize,
}

impl Block {
    fn take(&mut self) -> Option<(u32, u32)> {
        let index = self.indexes.get(self.next)?;
        self.next += 1;
        Some((self.lease.list, *index))
    }

    /// How many are left.
    pub(crate) fn left(&self) -> u64 {
        (self.indexes.len() - self.next) as u64
    }
}

impl Service {
    /// The next status list and index. Never the same twice, across restarts and processes: a
    /// block is leased in the journal before its first index is used.
    pub(crate) async fn next_index(&self) -> Result<(u32, u32), ServiceError> {
        let mut held = self.lease().lock().await;
        if let Some(site) = self.site() {
            site.may_issue(self.now())?;
        }
        if let Some(taken) = held.as_mut().and_then(Block::take) {
            return Ok(taken);
        }
        let mut block = match self.site() {
            Some(site) => self.begin_block(site).await?,
            None => self.lease_block().await?,
        };
        let taken = block.take();
        *held = Some(block);
        taken.ok_or_else(|| {
            ServiceError::Device(
                "the status lists are used up; call the office that runs the system".into(),
            )
        })
    }

    async fn lease_block(&self) -> Result<Block, ServiceError> {
        let leased = self.lease_blocks(1).await?;
        let first = leased.into_iter().next();
        first.map(Block::from).ok_or(ServiceError::Contended)
    }

    /// Leases blocks that follow each other, in one act.
    pub(crate) async fn lease_blocks(&self, count: u32) -> Result<Vec<IndexBlock>, ServiceError> {
        let secret = self.keys().index_secret.as_ref();
        let secret = secret.ok_or_else(|| ServiceError::Device(NO_SECRET.into()))?;
        let subject = self.leases();
        for _ in 0..crate::journal::ATTEMPTS {
            let (state, version) = self.post_state().await?;
            let mut next = state.next_lease();
            let mut leases = Vec::new();
            for _ in 0..count {
                leases.push(next);
                next = next.next();
            }
            let events = crate::sync::leased(self.now(), &leases);
            let events = events.into_iter().map(|event| (subject.clone(), event));
            let expect = vec![(subject.clone(), version)];
            if self.append(events.collect(), expect).await? {
                let blocks = leases.into_iter().map(|lease| IndexBlock {
                    list: lease.list,
                    block: lease.block,
                    indexes: (0..BLOCK)
                        .filter_map(|position| {
                            lease.index(position, |message| prf(secret, message))
                        })
                        .collect(),
                });
                return Ok(blocks.collect());
            }
        }
        Err(ServiceError::Contended)
    }

    /// Begins the next block of those that the hub has leased for this post.
    async fn begin_block(&self, site: &Site) -> Result<Block, ServiceError> {
        let subject = self.leases();
        for _ in 0..crate::journal::ATTEMPTS {
            let (state, version) = self.post_state().await?;
            let next = site.next_block(state.last_lease());
            let next = next.ok_or(ServiceError::NothingLeft)?;
            let event = PostEvent::BlockLeased {
                at: self.now(),
                list: next.list,
                block: next.block,
            };
            let expect = vec![(subject.clone(), version)];
            if self
                .append(vec![(subject.clone(), Event::Post(event))], expect)
                .await?
            {
                return Ok(next.into());
            }
        }
        Err(ServiceError::Contended)
    }

    /// Where leases are recorded, and what is said of the machine. A hub's stand under its home, a post's under its own device: what a
    /// post writes must never move what its hub goes by.
    pub(crate) fn leases(&self) -> Subject {
        match self.site() {
            Some(_) => Subject::Device(self.device().stream),
            None => Subject::Post(self.authority().home),
        }
    }

    pub(crate) async fn post_state(&self) -> Result<(PostState, u64), ServiceError> {
        let loaded = self.load(&self.leases()).await?;
        let state = loaded
            .events
            .iter()
            .fold(PostState::default(), |state, event| match event {
                Event::Post(event) => state.apply(event),
                _ => state,
            });
        Ok((state, loaded.version))
    }

    /// How many indexes this post has left.
    pub(crate) async fn indexes_left(&self, site: &Site) -> Result<u64, ServiceError> {
        let held = self.lease().lock().await.as_ref().map_or(0, Block::left);
        let (state, _) = self.post_state().await?;
        Ok(held + site.left_after(state.last_lease()))
    }
}

const NO_SECRET: &str = "index.secret is not here, so no status index can be given";

impl From<IndexBlock> for Block {
    fn from(block: IndexBlock) -> Self {
        Self {
            lease: Lease {
                list: block.list,
                block: block.block,
            },
            indexes: block.indexes,
            next: 0,
        }
    }
}

pub(crate) fn prf(secret: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length; 32 bytes never fail (RFC 2104 §2).
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret) else {
        unreachable!("HMAC accepts keys of every length")
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

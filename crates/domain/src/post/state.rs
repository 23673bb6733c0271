//! The fold of a post's own events.

use super::{event::PostEvent, permutation::Lease};

/// What a post knows of its leases and bundles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostState {
    last: Option<Lease>,
    bundle: u64,
}

impl PostState {
    /// Takes one more fact in. Leases and sequence numbers only grow, in whatever order facts come.
    #[must_use]
    pub fn apply(mut self, event: &PostEvent) -> Self {
        match event {
            PostEvent::BlockLeased { list, block, .. } => {
                let lease = Lease {
                    list: *list,
                    block: *block,
                };
                if self
                    .last
                    .is_none_or(|last| (last.list, last.block) < (lease.list, lease.block))
                {
                    self.last = Some(lease);
                }
            }
            PostEvent::BundlePublished { sequence, .. } => self.bundle = self.bundle.max(*sequence),
            PostEvent::Noticed { .. } | PostEvent::Told { .. } => {}
        }
        self
    }

    /// The next lease to take.
    pub fn next_lease(&self) -> Lease {
        self.last.map_or(Lease { list: 0, block: 0 }, Lease::next)
    }

    /// The last lease that was taken.
    pub const fn last_lease(&self) -> Option<Lease> {
        self.last
    }

    /// Sequence number of the newest published bundle; 0 before the first.
    pub const fn bundle_sequence(&self) -> u64 {
        self.bundle
    }
}

//! The trust bundle: what a checkpoint with no signal believes, made anew whenever a card dies.

use crate::{Service, ServiceError};
use paso_domain::{
    event::Event,
    post::{LIST_SIZE, PostEvent},
    programme::{Region, Rule},
    subject::Subject,
};
use paso_formats::{
    bundle::{self, Bundle, ProgrammeRow, VerifiedBundle},
    status_list::{Bits, SignedStatusList, Status, StatusList, StatusToken},
};
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError};

impl Service {
    /// The bundle in force; none before the first was published at start.
    pub fn bundle(&self) -> Option<Arc<VerifiedBundle>> {
        // A poisoned lock holds a bundle all the same: it is replaced whole or not at all.
        self.in_force
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Makes and publishes a bundle. Its sequence number is in the journal before it leaves, so it
    /// is never given twice and never goes back.
    ///
    /// # Errors
    /// When nothing could be recorded or signed.
    pub async fn publish_bundle(&self) -> Result<(), ServiceError> {
        let _one_at_a_time = self.publishing.lock().await;
        let subject = Subject::Post(self.authority().home);
        for _ in 0..crate::journal::ATTEMPTS {
            let (state, version) = self.post_state().await?;
            let now = self.now();
            let sequence = state.bundle_sequence() + 1;
            let bundle = Bundle {
                authority: self.authority().code.clone(),
                sequence,
                issued_at: now,
                soft_until: now.plus(self.ages().soft),
                hard_until: now.plus(self.ages().hard),
                keys: self.keys().trusted.clone(),
                status_lists: self.status_lists(state.next_lease().list).await?,
                programmes: self.programme().rules().iter().map(row).collect(),
                roots: self.keys().pinned.roots().to_vec(),
            };
            let file = bundle.seal(&*self.keys().root).map_err(device)?;
            let verified = bundle::open(&file, &self.keys().pinned).map_err(device)?;
            let hash = Sha256::digest(&file).into();
            let event = Event::Post(PostEvent::BundlePublished {
                at: now,
                sequence,
                hash,
            });
            if self
                .append(
                    vec![(subject.clone(), event)],
                    vec![(subject.clone(), version)],
                )
                .await?
            {
                *self
                    .in_force
                    .write()
                    .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(verified));
                return self.deliver(&file).map_err(|error| {
                    ServiceError::Device(format!(
                        "the act is recorded, but checkpoints cannot fetch the new trust bundle: {error}"
                    ))
                });
            }
        }
        Err(ServiceError::Contended)
    }

    /// All status lists up to the one in use, each signed.
    async fn status_lists(&self, newest: u32) -> Result<Vec<SignedStatusList>, ServiceError> {
        let now = self.now();
        let mut lists = Vec::new();
        for number in 0..=newest {
            let uri = self.authority().status_uri(number);
            let mut list = StatusList::new(Bits::One, LIST_SIZE).map_err(device)?;
            for index in self.store().ended_indexes(&uri).await? {
                list.set(index, Status::Invalid).map_err(device)?;
            }
            let token = StatusToken {
                uri,
                issued_at: now,
                // The bundle's own ages decide; the list inside it needs no second clock.
                expires: Some(now.plus(self.ages().hard)),
                ttl: None,
                list,
            };
            let signed = token.sign(&*self.keys().status).map_err(device)?;
            lists.push(paso_formats::status_list::read(&signed).map_err(device)?);
        }
        Ok(lists)
    }
}

fn device(error: impl core::fmt::Display) -> ServiceError {
    ServiceError::Device(error.to_string())
}

fn row(rule: &Rule) -> ProgrammeRow {
    let stay = [
        rule.stay.elapsed_hours().map(|hours| format!("{hours} h")),
        rule.stay.natural_days().map(|days| format!("{days} d")),
    ];
    ProgrammeRow {
        id: rule.id.clone(),
        instrument: rule.instrument.es.clone(),
        valid_from: rule.valid_from,
        valid_to: rule.valid_to,
        states: match &rule.region {
            Region::States(states) => states.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        },
        stay: stay.into_iter().flatten().collect::<Vec<_>>().join(" / "),
    }
}

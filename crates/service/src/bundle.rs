//! The trust bundle: what a checkpoint with no signal believes, made anew whenever a card dies.

use crate::{Service, ServiceError, ceremony::KeyPurpose};
use paso_domain::{
    event::Event,
    post::{LIST_SIZE, PostEvent},
    programme::{Region, Rule},
    subject::Subject,
};
use paso_formats::{
    bundle::{self, Bundle, ProgrammeRow, Purpose, TrustedKey, VerifiedBundle},
    key::PublicKey,
    moment::DAY,
    status_list::{Bits, SignedStatusList, Status, StatusList, StatusToken},
};
use sha2::{Digest, Sha256};
use std::sync::{Arc, PoisonError, atomic::Ordering};

/// How far the news of a card's death has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The newest trust bundle says so.
    Published,
    /// It is recorded; the bundle follows as soon as it can be made.
    Pending,
}

impl Service {
    /// The bundle in force; none before the first was published at start.
    pub fn bundle(&self) -> Option<Arc<VerifiedBundle>> {
        // A poisoned lock holds a bundle all the same: it is replaced whole or not at all.
        self.in_force
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The bundle in force as the signed file that checkpoints and phones carry.
    pub fn bundle_file(&self) -> Option<Arc<[u8]>> {
        self.sealed
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
        if self.site().is_some() {
            return Err(ServiceError::AtHub);
        }
        let _one_at_a_time = self.publishing.lock().await;
        // A death that is recorded while this one is made sets it again.
        self.stale.store(false, Ordering::SeqCst);
        let published = self.make_and_deliver().await;
        if published.is_err() {
            self.stale.store(true, Ordering::SeqCst);
        }
        published
    }

    /// After a card has died: publishes, and answers whether that reached the checkpoints' file. The
    /// death itself is recorded already, so a failure here is no failure of the act; the duty stays
    /// with [`Service::renew_bundle`].
    pub(crate) async fn publish_death(&self) -> Reach {
        self.stale.store(true, Ordering::SeqCst);
        match self.publish_bundle().await {
            Ok(()) => Reach::Published,
            Err(error) => {
                if self.site().is_none() {
                    tracing::error!(
                        "a card has died and the trust bundle does not say so yet: {error}"
                    );
                }
                Reach::Pending
            }
        }
    }

    /// Publishes again when a death is pending or the bundle in force is a day old. The running
    /// process calls it every minute, so that a server left alone does not grow amber.
    ///
    /// # Errors
    /// When nothing could be recorded, signed or delivered; the next call tries again.
    pub async fn renew_bundle(&self) -> Result<(), ServiceError> {
        if self.site().is_some() {
            return Ok(());
        }
        let now = self.now();
        let fresh = self
            .bundle()
            .is_some_and(|bundle| now.since(bundle.bundle().issued_at) < DAY);
        if fresh && !self.stale.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.publish_bundle().await
    }

    /// The file of the bundle in force, with its number.
    pub(crate) fn numbered_bundle(&self) -> Option<(u64, Arc<[u8]>)> {
        Some((self.bundle()?.bundle().sequence, self.bundle_file()?))
    }

    /// Believes a bundle from now on, unless an equal or newer one is believed already.
    pub(crate) fn believe(&self, file: &[u8]) -> Result<(), ServiceError> {
        let verified = bundle::open(file, &self.keys().pinned).map_err(device)?;
        if let Some(held) = self.bundle()
            && verified.replaces(&held).is_err()
        {
            return Ok(());
        }
        self.put_in_force(verified, file);
        Ok(())
    }

    fn put_in_force(&self, verified: VerifiedBundle, file: &[u8]) {
        *self
            .in_force
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(verified));
        *self.sealed.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::from(file));
    }

    async fn make_and_deliver(&self) -> Result<(), ServiceError> {
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
                keys: self.trusted().await?,
                status_lists: self.status_lists(state.next_lease().list).await?,
                programmes: self.programme().rules().iter().map(row).collect(),
                roots: self.keys().pinned.roots().to_vec(),
            };
            let root = self.keys().signer(KeyPurpose::Root, now)?;
            let file = bundle.seal(root).map_err(device)?;
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
                self.put_in_force(verified, &file);
                return self.deliver(&file).map_err(|error| {
                    ServiceError::Device(format!(
                        "checkpoints cannot fetch the new trust bundle: {error}"
                    ))
                });
            }
        }
        Err(ServiceError::Contended)
    }

    /// The keys that others are to believe: this installation's own, and those of its posts, as the
    /// register has them.
    async fn trusted(&self) -> Result<Vec<TrustedKey>, ServiceError> {
        let mut keys = self.keys().trusted.clone();
        let known = self.known_keys().await?;
        for (_, known) in known.keys() {
            let Some(added) = known.key.as_ref() else {
                continue;
            };
            let (Some(site), Some(purpose)) = (added.site, purpose_of(&added.purpose)) else {
                continue;
            };
            let Ok(key) = PublicKey::from_cose_key(&added.key) else {
                continue;
            };
            // A post's keys end with the device that holds them, whoever ended it on which way.
            let device = match added.device {
                Some(stream) => self.device_state(stream).await?.end(),
                None => None,
            };
            let ends = [
                known.end.map(|end| (end.from, end.compromised_from)),
                device.map(|end| (end.from, end.compromised_from)),
            ];
            let ends = || ends.into_iter().flatten();
            let last = ends().map(|(from, _)| from).min();
            let last = last.map_or(added.sign_until, |last| last.min(added.sign_until));
            keys.push(TrustedKey {
                key,
                purpose,
                site: site.to_string(),
                sign_from: added.sign_from,
                sign_until: last.max(added.sign_from),
                verify_until: added.verify_until,
                compromised_at: ends().filter_map(|(_, from)| from).min(),
            });
        }
        Ok(keys)
    }

    /// All status lists up to the one in use, each signed.
    async fn status_lists(&self, newest: u32) -> Result<Vec<SignedStatusList>, ServiceError> {
        let now = self.now();
        let key = self.keys().signer(KeyPurpose::Status, now)?;
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
            let signed = token.sign(key).map_err(device)?;
            lists.push(paso_formats::status_list::read(&signed).map_err(device)?);
        }
        Ok(lists)
    }
}

/// What a key of this code in the register is believed for; nothing for roots and logs.
fn purpose_of(code: &str) -> Option<Purpose> {
    let purpose = KeyPurpose::ALL.into_iter().find(|p| p.code() == code)?;
    purpose.trusted()
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

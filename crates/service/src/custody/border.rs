//! Handover across a border: to an authority that answers by a signed file, and from one.
//!
//! Both authorities have exchanged their anchors in person. The file of the other is checked with its
//! own bundle; here it becomes facts, which the officer who brings it in signs. Until the acceptance is
//! here the giver answers.

use super::{
    Counted, OpeningForm,
    act::{Commands, concerns},
};
use crate::{Service, ServiceError, access::Permit, approval::Prepared, ceremony::KeyPurpose};
use paso_domain::{
    custody::{Abroad, CustodyCommand, CustodyRefusal, Recipient, Story},
    id::{EpisodeId, HandoverId, OperationId, PersonId},
    policy::powers,
};
use paso_formats::{
    bundle::VerifiedBundle,
    field::Sex,
    handover::{
        Acceptance, Between, EpisodeHandle, HandoverError, HandoverName, Leg, Listed, Offer,
        SignedOffer, open_acceptance, open_offer,
    },
    moment::DAY,
};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// For how long an offer stands, from when it was made or from when its transport should arrive, in
/// seconds.
pub const OFFER_STANDS: i64 = DAY;

impl From<HandoverError> for ServiceError {
    fn from(error: HandoverError) -> Self {
        Self::BadRequest {
            field: "file",
            problem: error.to_string(),
        }
    }
}

impl Service {
    /// The offer of a handover to another authority, as a signed file. Made again it says the same.
    ///
    /// # Errors
    /// When there is no such offer by this post, it is for a post of this authority, or nothing can
    /// be signed.
    pub async fn offer_file(
        &self,
        permit: &Permit<powers::KeepCustody>,
        handover: HandoverId,
    ) -> Result<Vec<u8>, ServiceError> {
        let (offer, persons) = self.offered_abroad(permit, handover).await?;
        self.list(permit, format!("offer {handover}"), persons)
            .await?;
        let key = self.keys().signer(KeyPurpose::Device, self.now())?;
        Ok(offer.sign(key)?)
    }

    /// Takes the other authority's answer. Whoever they accepted has left this register's custody;
    /// whoever they miss is named as missing, and the giver answers on.
    ///
    /// # Errors
    /// When the file is not that authority's answer to this offer, or the register refuses.
    pub async fn accepted_abroad(
        &self,
        permit: &Permit<powers::KeepCustody>,
        file: &[u8],
        other: &VerifiedBundle,
    ) -> Result<Prepared, ServiceError> {
        let name = paso_formats::handover::SignedAcceptance::unverified(file)?
            .acceptance()
            .handover;
        let handover = HandoverId::from_random(name.0);
        let (offer, _) = self.offered_abroad(permit, handover).await?;
        let key = self.keys().signer(KeyPurpose::Device, self.now())?;
        let sent = SignedOffer::unverified(&offer.sign(key)?)?;
        let between = Between {
            other,
            here: &self.authority().code,
            now: self.now(),
        };
        // The same file twice is refused by the register: nobody waits any more.
        let signed = open_acceptance(file, &sent, &between, None)?;
        let said = signed.acceptance();
        let abroad = Abroad {
            handover,
            authority: said.from.parse().map_err(|_| ServiceError::NotFound)?,
            officer: said.officer.clone(),
            at: said.at,
            counted: said.counted,
            file: signed.digest(),
        };
        let mut commands: Commands = Vec::new();
        for id in self.store().episodes_of_handover(handover).await? {
            let story = self.load_episode(id).await?.state.story();
            let Some(handle) = handle(&story) else {
                continue;
            };
            let abroad = abroad.clone();
            let missing = !said.accepted.contains(&handle);
            commands.push((id, CustodyCommand::AnswerAbroad { abroad, missing }));
        }
        self.custody(permit, commands).await
    }

    /// Takes people over whom another authority offers: everybody who is here is counted in.
    ///
    /// # Errors
    /// When the file is not for this authority, was taken before, count and list differ, or the
    /// register refuses.
    pub async fn receive(
        &self,
        permit: &Permit<powers::KeepCustody>,
        file: &[u8],
        other: &VerifiedBundle,
        present: &BTreeSet<[u8; 16]>,
        counted: u16,
    ) -> Result<Counted, ServiceError> {
        let between = Between {
            other,
            here: &self.authority().code,
            now: self.now(),
        };
        let signed = open_offer(file, &between, |_| None)?;
        let offer = signed.offer();
        let operation = OperationId::from_random(offer.handover.0);
        if !self
            .store()
            .episodes_of_operation(operation)
            .await?
            .is_empty()
        {
            return Err(self
                .not_counted(permit, CustodyRefusal::OpenedAlready)
                .await);
        }
        let listed: Vec<_> = offer
            .people
            .iter()
            .filter(|one| present.contains(&one.episode.0))
            .collect();
        if listed.len() != usize::from(counted) || listed.len() != present.len() {
            return Err(ServiceError::BadRequest {
                field: "counted",
                problem: format!(
                    "{counted} were counted and {} are ticked; tick who is here and count again",
                    listed.len()
                ),
            });
        }
        let form = OpeningForm {
            count: counted,
            taken_at: offer.at.min(self.now()),
            taken_where: offer.post.clone(),
            vehicle: offer
                .leg
                .as_ref()
                .map_or_else(String::new, |leg| leg.vehicle.clone()),
            unit: offer.from.clone(),
            ordered_by: offer.officer.clone(),
            basis: format!("{} · {}", offer.from, offer.handover),
            reason: offer.reason.clone(),
        };
        let people = listed
            .into_iter()
            .map(|one| (episode_of(offer.handover, one.episode), one.episode.0))
            .collect();
        self.count_in(permit, operation, &form, people).await
    }

    /// Whether those who came with an offer were counted in here, and that was signed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn was_counted_in(
        &self,
        permit: &Permit<powers::KeepCustody>,
        offer: HandoverName,
    ) -> Result<bool, ServiceError> {
        let operation = OperationId::from_random(offer.0);
        for row in self.store().episodes_of_operation(operation).await? {
            let story = self.load_episode(row.episode).await?.state.story();
            let here = story.opening.as_ref();
            if here.is_some_and(|(act, _)| act.post == permit.post) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The answer to an offer, once those who came were counted in and that was signed.
    ///
    /// # Errors
    /// When nobody was counted in for this offer, or nothing can be signed.
    pub async fn acceptance_file(
        &self,
        permit: &Permit<powers::KeepCustody>,
        file: &[u8],
        other: &VerifiedBundle,
    ) -> Result<Vec<u8>, ServiceError> {
        let between = Between {
            other,
            here: &self.authority().code,
            // That it stood was decided when people were counted in.
            now: SignedOffer::unverified(file)?.offer().at,
        };
        let signed = open_offer(file, &between, |_| None)?;
        let offer = signed.offer();
        let operation = OperationId::from_random(offer.handover.0);
        let rows = self.store().episodes_of_operation(operation).await?;
        let persons = rows.iter().filter_map(|row| row.person).collect();
        self.list(permit, format!("acceptance {operation}"), persons)
            .await?;
        let mut accepted = Vec::new();
        let mut first = None;
        for row in &rows {
            let story = self.load_episode(row.episode).await?.state.story();
            accepted.extend(handle(&story));
            first = first.or(story.opening.map(|(act, _)| act));
        }
        let act = first.ok_or(ServiceError::NotFound)?;
        if act.post != permit.post {
            return Err(ServiceError::NotFound);
        }
        accepted.sort_unstable();
        let mut missing: Vec<_> = offer.people.iter().map(|one| one.episode).collect();
        missing.retain(|one| !accepted.contains(one));
        missing.sort_unstable();
        let answer = Acceptance {
            from: self.authority().code.clone(),
            to: offer.from.clone(),
            handover: offer.handover,
            offer: signed.digest(),
            counted: u16::try_from(accepted.len()).unwrap_or(u16::MAX),
            officer: act.officer.to_string(),
            post: act.post.to_string(),
            at: act.at,
            accepted,
            missing,
        };
        let key = self.keys().signer(KeyPurpose::Device, self.now())?;
        Ok(answer.sign(&signed, key)?)
    }

    /// What was offered to another authority, as the file says it, and whose records that shows.
    async fn offered_abroad(
        &self,
        permit: &Permit<powers::KeepCustody>,
        handover: HandoverId,
    ) -> Result<(Offer, Vec<PersonId>), ServiceError> {
        let mut stories = Vec::new();
        for id in self.store().episodes_of_handover(handover).await? {
            stories.push(self.load_episode(id).await?.state.story());
        }
        let found = stories
            .iter()
            .find_map(|story| story.handovers.get(&handover));
        let offered = found.ok_or(ServiceError::NotFound)?;
        let Recipient::Authority { code } = &offered.offer.to else {
            return Err(ServiceError::NotFound);
        };
        if offered.act.post != permit.post || !stories.iter().any(|one| concerns(one, permit.post))
        {
            return Err(ServiceError::NotFound);
        }
        let leg = offered.offer.leg.as_ref();
        let from = leg.map_or(offered.act.at, |leg| leg.expected.max(offered.act.at));
        let mut people: Vec<_> = stories.iter().filter_map(listed).collect();
        people.sort_by_key(|one| one.ordinal);
        // Those who were counted apart can have one place in the count each.
        for (ordinal, one) in (1..).zip(&mut people) {
            one.ordinal = ordinal;
        }
        let offer = Offer {
            from: self.authority().code.clone(),
            to: code.to_string(),
            handover: HandoverName(*handover.as_bytes()),
            counted: offered.offer.counted,
            people,
            reason: offered.offer.reason.clone(),
            leg: leg.map(|leg| Leg {
                vehicle: leg.vehicle.clone(),
                route: leg.route.clone(),
                expected: leg.expected,
            }),
            officer: offered.act.officer.to_string(),
            post: offered.act.post.to_string(),
            at: offered.act.at,
            expires: from.plus(OFFER_STANDS),
        };
        let persons = stories.iter().filter_map(Story::person).collect();
        Ok((offer, persons))
    }
}

fn handle(story: &Story) -> Option<EpisodeHandle> {
    let (_, opening) = story.opening.as_ref()?;
    Some(EpisodeHandle(opening.handle))
}

/// What the receiver needs to know the person again: what was stated up to the offer, and nothing of
/// protection, health or what happened before.
fn listed(story: &Story) -> Option<Listed> {
    let (_, opening) = story.opening.as_ref()?;
    let stated = story.described().map(|told| &told.stated);
    Some(Listed {
        episode: EpisodeHandle(opening.handle),
        ordinal: opening.ordinal,
        surnames: stated.map(|one| one.surnames.clone()).unwrap_or_default(),
        given: stated.map(|one| one.given.clone()).unwrap_or_default(),
        birth: stated.and_then(|one| one.birth),
        sex: stated.and_then(|one| one.sex).and_then(Sex::from_letter),
        nationality: stated.and_then(|one| one.nationality),
    })
}

/// The episode of somebody on an offer. It follows from the offer, so that one offer that is prepared
/// twice is counted in once.
fn episode_of(handover: HandoverName, handle: EpisodeHandle) -> EpisodeId {
    let mut hash = Sha256::new();
    hash.update(b"paso episode of an offer v1");
    hash.update(handover.0);
    hash.update(handle.0);
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    EpisodeId::from_random(id)
}

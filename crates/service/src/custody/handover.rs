//! Handover: two signed halves for a list that both have counted.

use super::act::{Commands, nobody_chosen};
use crate::{Service, ServiceError, access::Permit, approval::Prepared};
use paso_domain::{
    act::Act,
    crossings::PostCode,
    custody::{CustodyCommand, Leg, Offer, Recipient},
    id::{AuthorityCode, EpisodeId, HandoverId, OfficerNumber},
    policy::powers,
};
use std::collections::BTreeSet;

/// To whom people are offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereto {
    /// A post, or one officer there.
    Post(PostCode, Option<OfficerNumber>),
    /// Another authority, by a signed file.
    Authority(AuthorityCode),
}

/// An offer as told by the giver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverForm {
    /// To whom.
    pub to: Whereto,
    /// How many the giver counted.
    pub counted: u16,
    /// Why.
    pub reason: String,
    /// The transport, where there is one.
    pub leg: Option<Leg>,
}

/// A handover as both sides see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverRecord {
    /// Which.
    pub id: HandoverId,
    /// The giver's act.
    pub given: Act,
    /// What was offered.
    pub offer: Offer,
    /// Everybody on the list, and how it stands with each.
    pub list: Vec<(EpisodeId, super::EpisodeRecord)>,
}

impl Service {
    /// Offers people to somebody. The list and the count must agree: who counts twelve and lists
    /// eleven has lost one already.
    ///
    /// # Errors
    /// When count and list differ, an episode is not of this post, or the register refuses.
    pub async fn offer(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episodes: &BTreeSet<EpisodeId>,
        form: &HandoverForm,
    ) -> Result<(HandoverId, Prepared), ServiceError> {
        if usize::from(form.counted) != episodes.len() {
            return Err(ServiceError::BadRequest {
                field: "counted",
                problem: format!(
                    "{} were counted and {} are on the list; count again, and report whoever is \
                     not found",
                    form.counted,
                    episodes.len()
                ),
            });
        }
        if let Whereto::Post(post, _) = &form.to
            && self.crossings().post(post.as_str()).is_none()
        {
            return Err(ServiceError::BadRequest {
                field: "to",
                problem: format!("{post} is not in the file of crossings and posts"),
            });
        }
        let handover = HandoverId::from_random(self.random().bytes()?);
        let to = match &form.to {
            Whereto::Post(post, officer) => Recipient::Post {
                post: *post,
                officer: officer.clone(),
            },
            Whereto::Authority(code) => Recipient::Authority { code: code.clone() },
        };
        let offer = Offer {
            handover,
            to,
            counted: form.counted,
            reason: form.reason.clone(),
            leg: form.leg.clone(),
        };
        let commands: Commands = episodes
            .iter()
            .map(|id| (*id, CustodyCommand::Offer(offer.clone())))
            .collect();
        let prepared = self.custody(permit, commands).await?;
        Ok((handover, prepared))
    }

    /// Answers an offer: who is here is accepted, who is not is named as missing. Everybody on the
    /// list is one or the other.
    ///
    /// # Errors
    /// When the count is not that of those ticked, there is no such offer for this post, or the
    /// register refuses.
    pub async fn answer(
        &self,
        permit: &Permit<powers::KeepCustody>,
        handover: HandoverId,
        present: &BTreeSet<EpisodeId>,
        counted: u16,
    ) -> Result<Prepared, ServiceError> {
        if usize::from(counted) != present.len() {
            return Err(ServiceError::BadRequest {
                field: "counted",
                problem: format!(
                    "{counted} were counted and {} are ticked; tick who is here and count again",
                    present.len()
                ),
            });
        }
        let list = self.store().episodes_of_handover(handover).await?;
        if list.is_empty() || !present.iter().all(|id| list.contains(id)) {
            return Err(ServiceError::NotFound);
        }
        // Whoever has left or was answered for meanwhile is no longer part of it.
        let mut commands: Commands = Vec::new();
        for id in list {
            let story = self.load_episode(id).await?.state.story();
            let open = story
                .open_offers()
                .any(|(of, offered)| *of == handover && offered.missed.is_none());
            if present.contains(&id) {
                commands.push((id, CustodyCommand::Accept { handover, counted }));
            } else if open {
                commands.push((id, CustodyCommand::Miss { handover }));
            }
        }
        // Those who are here first: the act is named by them.
        commands.sort_by_key(|(id, _)| !present.contains(id));
        if commands.is_empty() {
            return Err(nobody_chosen());
        }
        self.custody(permit, commands).await
    }

    /// Takes an offer back, for everybody who has not been accepted.
    ///
    /// # Errors
    /// When there is no such offer, or the register refuses.
    pub async fn withdraw(
        &self,
        permit: &Permit<powers::KeepCustody>,
        handover: HandoverId,
        reason: &str,
    ) -> Result<Prepared, ServiceError> {
        let mut commands: Commands = Vec::new();
        for id in self.store().episodes_of_handover(handover).await? {
            let story = self.load_episode(id).await?.state.story();
            if story.open_offers().any(|(of, _)| *of == handover) {
                let reason = reason.to_owned();
                commands.push((id, CustodyCommand::Withdraw { handover, reason }));
            }
        }
        if commands.is_empty() {
            return Err(ServiceError::NotFound);
        }
        self.custody(permit, commands).await
    }

    /// Leaves with people, who stay in the same hands.
    ///
    /// # Errors
    /// When an episode is not of this post, or the register refuses.
    pub async fn depart(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episodes: &BTreeSet<EpisodeId>,
        leg: &Leg,
    ) -> Result<Prepared, ServiceError> {
        let commands = episodes
            .iter()
            .map(|id| (*id, CustodyCommand::Depart(leg.clone())))
            .collect();
        self.custody(permit, commands).await
    }

    /// A handover with everybody on its list, for those whose post it concerns.
    ///
    /// # Errors
    /// When there is none, or the reading could not be recorded.
    pub async fn handover(
        &self,
        permit: &Permit<powers::ReadCustody>,
        id: HandoverId,
    ) -> Result<HandoverRecord, ServiceError> {
        let episodes = self.store().episodes_of_handover(id).await?;
        let mut list = Vec::new();
        for episode in episodes {
            list.push((episode, self.told(permit, episode).await?));
        }
        // As they were counted: that is how they are called.
        list.sort_by_key(|(_, record)| {
            let opening = record.story.opening.as_ref();
            opening.map(|(_, opening)| (opening.operation, opening.ordinal))
        });
        let found = list
            .iter()
            .find_map(|(_, record)| record.story.handovers.get(&id));
        let (given, offer) = found
            .map(|offered| (offered.act.clone(), offered.offer.clone()))
            .ok_or(ServiceError::NotFound)?;
        let concerned = given.post == permit.post
            || matches!(offer.to, Recipient::Post { post, .. } if post == permit.post);
        if !concerned {
            return Err(ServiceError::NotFound);
        }
        let persons = list
            .iter()
            .filter_map(|(_, record)| record.story.person())
            .collect();
        self.list(permit, format!("handover {id}"), persons).await?;
        Ok(HandoverRecord {
            id,
            given,
            offer,
            list,
        })
    }
}

//! Acts on episodes: loaded, decided, handed over as one plan.

use crate::{
    Officer, Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
    journal::Loaded,
};
use paso_domain::{
    crossings::{PostCode, PostKind},
    custody::{
        Beside, Custodian, CustodyCommand, Description, Ending, EndingKind, EpisodeState, Paper,
        Place, Recipient, Story, child, decide,
    },
    event::Event,
    id::{EpisodeId, PersonId},
    policy::{Kind, powers},
    receipt::Handle,
    subject::Subject,
};
use paso_formats::number::CardNumber;
use sha2::{Digest as _, Sha256};

/// Commands on several episodes, done together or not at all.
pub(super) type Commands = Vec<(EpisodeId, CustodyCommand)>;

/// SHA-256 of the photograph of a signed sheet: enough to prove which sheet it was, and the picture
/// with its signature and names is kept nowhere.
#[must_use]
pub fn hash_of_sheet(picture: &[u8]) -> [u8; 32] {
    Sha256::digest(picture).into()
}

impl Service {
    /// Records what is stated about a person, and about their health and belongings.
    ///
    /// # Errors
    /// When there is no such episode for this post, or the register refuses.
    pub async fn describe(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episode: EpisodeId,
        description: Description,
    ) -> Result<Prepared, ServiceError> {
        let command = CustodyCommand::Describe(Box::new(description));
        self.custody(permit, vec![(episode, command)]).await
    }

    /// Says that the person has a record here.
    ///
    /// # Errors
    /// As for [`Service::describe`], and when nothing is known of such a person.
    pub async fn recognise(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episode: EpisodeId,
        person: PersonId,
        evidence: String,
    ) -> Result<Prepared, ServiceError> {
        let person = self.standing_for(person).await?;
        if !self.load_person(person).await?.state.is_known() {
            return Err(ServiceError::NotFound);
        }
        let command = CustodyCommand::Recognise { person, evidence };
        self.custody(permit, vec![(episode, command)]).await
    }

    /// Says that the person is whoever holds this card, which they showed. Whoever keeps custody reads
    /// nothing of that record by it.
    ///
    /// # Errors
    /// As for [`Service::describe`], and when there is no such card.
    pub async fn recognise_by_card(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episode: EpisodeId,
        card: CardNumber,
        evidence: String,
    ) -> Result<Prepared, ServiceError> {
        let state = self.load_card(card).await?.state;
        let issued = state.card().ok_or_else(|| ServiceError::BadRequest {
            field: "card",
            problem: format!("there is no card {card}; compare the number with the card"),
        })?;
        self.recognise(permit, episode, issued.person, evidence)
            .await
    }

    /// Says that it is not that person after all: the episode goes back to the record that it began.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn undo_recognition(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episode: EpisodeId,
        reason: String,
    ) -> Result<Prepared, ServiceError> {
        let story = self.load_episode(episode).await?.state.story();
        let (_, opening) = story.opening.ok_or(ServiceError::NotFound)?;
        let command = CustodyCommand::Recognise {
            person: opening.person,
            evidence: reason,
        };
        self.custody(permit, vec![(episode, command)]).await
    }

    /// Ends control: a release, a return, an escape, a death.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn end_custody(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episodes: &[EpisodeId],
        ending: &Ending,
    ) -> Result<Prepared, ServiceError> {
        let commands = episodes
            .iter()
            .map(|id| (*id, CustodyCommand::End(ending.clone())))
            .collect();
        self.custody(permit, commands).await
    }

    /// Signs somebody else's ending.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn countersign(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episode: EpisodeId,
    ) -> Result<Prepared, ServiceError> {
        self.custody(permit, vec![(episode, CustodyCommand::Countersign)])
            .await
    }

    /// Gives people to somebody without a passkey.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn give_on_paper(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episodes: &[EpisodeId],
        paper: &Paper,
    ) -> Result<Prepared, ServiceError> {
        let commands = episodes
            .iter()
            .map(|id| (*id, CustodyCommand::GiveOnPaper(paper.clone())))
            .collect();
        self.custody(permit, commands).await
    }

    /// Confirms that they have the person.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn confirm_paper(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episode: EpisodeId,
        how: String,
    ) -> Result<Prepared, ServiceError> {
        self.custody(
            permit,
            vec![(episode, CustodyCommand::ConfirmPaper { how })],
        )
        .await
    }

    /// Arrives with people, or is back with them.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn arrive(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episodes: &[EpisodeId],
    ) -> Result<Prepared, ServiceError> {
        let commands = episodes
            .iter()
            .map(|id| (*id, CustodyCommand::Arrive))
            .collect();
        self.custody(permit, commands).await
    }

    /// Says that somebody is not to be found, or is here again.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn report(
        &self,
        permit: &Permit<powers::KeepCustody>,
        episode: EpisodeId,
        missing: bool,
        note: String,
    ) -> Result<Prepared, ServiceError> {
        let command = if missing {
            CustodyCommand::ReportMissing { note }
        } else {
            CustodyCommand::ReportFound { note }
        };
        self.custody(permit, vec![(episode, command)]).await
    }

    /// Says who answers, where it is in dispute or nobody is there to hand over.
    ///
    /// # Errors
    /// As for [`Service::describe`].
    pub async fn settle_custody(
        &self,
        permit: &Permit<powers::SettleCustody>,
        episode: EpisodeId,
        answers: Custodian,
        reason: String,
    ) -> Result<Prepared, ServiceError> {
        let command = CustodyCommand::Settle { answers, reason };
        self.custody(permit, vec![(episode, command)]).await
    }

    /// Decides commands on episodes and hands their events over as one plan, named by the first
    /// command.
    pub(super) async fn custody<P: Kind>(
        &self,
        permit: &Permit<P>,
        commands: Commands,
    ) -> Result<Prepared, ServiceError> {
        let act = permit.act(self.now());
        let Some(code) = commands.first().map(|(_, command)| command.code()) else {
            return Err(nobody_chosen());
        };
        let (mut events, mut expect) = (Vec::new(), Vec::new());
        for (id, command) in commands {
            let subject = Subject::Episode(id);
            let loaded = self.load_episode(id).await?;
            let story = loaded.state.story();
            if !concerns(&story, permit.post) {
                return Err(ServiceError::NotFound);
            }
            let beside = self.beside(permit, &story, &command).await?;
            let asked = command.code();
            match decide(&loaded.state, command, beside, act.clone()) {
                Ok(event) => {
                    expect.push((subject.clone(), loaded.version));
                    let Some(kind) = event.gives() else {
                        events.push((subject, Event::Custody(event)));
                        continue;
                    };
                    let opening = story.opening.as_ref();
                    let handle = opening.map(|(_, opening)| Handle::Episode(opening.handle));
                    let drawn = self.draw_receipt(kind, &act, handle)?;
                    let event = event.giving(drawn.given());
                    events.push((subject, Event::Custody(event)));
                    drawn.join(&mut events, &mut expect);
                }
                Err(refusal) => {
                    return Err(self
                        .refused(&subject, &act, asked, refusal.into(), story.person())
                        .await);
                }
            }
        }
        self.prepare(permit, Plan::new(code, events, expect)).await
    }

    pub(crate) async fn load_episode(
        &self,
        id: EpisodeId,
    ) -> Result<Loaded<EpisodeState>, ServiceError> {
        let opened = self.load(&Subject::Episode(id)).await?;
        let facts = opened.events.iter().filter_map(|event| match event {
            Event::Custody(event) => Some(event),
            _ => None,
        });
        let state = EpisodeState::of(facts);
        if state.is_empty() {
            return Err(ServiceError::NotFound);
        }
        Ok(Loaded {
            state,
            version: opened.version,
        })
    }

    /// What the register must know beside the episode.
    async fn beside(
        &self,
        officer: &Officer,
        story: &Story,
        command: &CustodyCommand,
    ) -> Result<Beside, ServiceError> {
        let goes_to = match command {
            CustodyCommand::Offer(offer) => match &offer.to {
                Recipient::Post { post, .. } => Some(*post),
                Recipient::Authority { .. } => None,
            },
            CustodyCommand::Depart(leg) => Some(leg.to),
            CustodyCommand::End(ending) if ending.kind == EndingKind::Returned => None,
            // Nothing else asks: a release does not wait for a register to be read.
            _ => return Ok(Beside::default()),
        };
        let today = self.post(officer)?.zone().date_at(self.now());
        let protection = self.protection_in(story).await?;
        // Before anything was stated there is a count and no age; the clock for names runs.
        let child = story.stated_child(today) || protection.child();
        let station = goes_to.is_some_and(|post| self.is_station(post));
        Ok(Beside {
            screened: protection.screened().is_some(),
            shielded: protection.flag(),
            barred: child && station && child::is_breach(today),
        })
    }

    pub(super) fn is_station(&self, post: PostCode) -> bool {
        let found = self.crossings().post(post.as_str());
        found.is_some_and(|post| post.kind == PostKind::Station)
    }
}

/// Whether an episode concerns a post: somebody there answers, the person is there, or comes there.
pub(super) fn concerns(story: &Story, post: PostCode) -> bool {
    let offered = story.open_offers().any(
        |(_, offered)| matches!(offered.offer.to, Recipient::Post { post: to, .. } if to == post),
    );
    let answers = story.answers.as_ref().is_some_and(|one| one.post == post);
    let place = match &story.place {
        Some(Place::Post(at)) => *at == post,
        Some(Place::EnRoute(leg)) => leg.to == post,
        Some(Place::Outside) | None => false,
    };
    let disputed = story
        .dispute
        .as_ref()
        .is_some_and(|dispute| dispute.others.iter().any(|one| one.post == post));
    offered || answers || place || disputed
}

pub(super) fn nobody_chosen() -> ServiceError {
    ServiceError::BadRequest {
        field: "episodes",
        problem: "nobody was chosen; tick those it is about".into(),
    }
}

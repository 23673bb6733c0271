//! What is seen of custody: the board of a place, an episode, those who were counted together.

use super::act::concerns;
use crate::{Officer, Service, ServiceError, access::Permit};
use paso_domain::{
    crossings::PostCode,
    custody::{
        Alarm, Asked, Clock, ClockKind, CustodyEvent, EpisodeState, Story, alarms, child, clocks,
        stays_at,
    },
    eligibility::is_child,
    event::Event,
    id::{EpisodeId, OperationId, PersonId},
    person::Claim,
    policy::powers,
    protection::{ProtectionState, notice_clocks},
    subject::Subject,
};
use paso_formats::{field::Sex, moment::Moment};
use std::collections::BTreeSet;

/// An episode as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpisodeRecord {
    /// Which.
    pub id: EpisodeId,
    /// What its facts come to.
    pub story: Story,
    /// The facts themselves, in the order in which they happened.
    pub facts: Vec<CustodyEvent>,
    /// Its clocks.
    pub clocks: Vec<Clock>,
    /// What somebody must look at.
    pub alarms: Vec<Alarm>,
    /// Whether the protection questions were asked.
    pub screened: bool,
    /// Whether the person was referred; not to whom.
    pub referred: bool,
    /// Do not return, do not notify; not why.
    pub flag: bool,
}

/// Somebody on the board of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// The episode.
    pub episode: EpisodeRecord,
    /// Whether the person is here now; otherwise on the way here, offered, or gone with a signature
    /// that waits.
    pub here: bool,
}

/// Who is at a place, or comes there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// The place.
    pub post: PostCode,
    /// When it was drawn up.
    pub at: Moment,
    /// Everybody, oldest first.
    pub residents: Vec<Resident>,
}

impl Board {
    /// How many people are here.
    #[must_use]
    pub fn present(&self) -> usize {
        self.residents.iter().filter(|one| one.here).count()
    }
}

/// Those who were counted together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationRecord {
    /// Which operation.
    pub id: OperationId,
    /// Everybody, in the order of the count.
    pub episodes: Vec<EpisodeRecord>,
}

impl Service {
    /// Who is at the officer's post.
    ///
    /// # Errors
    /// When the reading could not be recorded.
    pub async fn board(&self, permit: &Permit<powers::ReadCustody>) -> Result<Board, ServiceError> {
        let rows = self.store().episodes_at(permit.post, u32::MAX).await?;
        let persons = rows.iter().filter_map(|row| row.person).collect();
        self.list(permit, format!("custody at {}", permit.post), persons)
            .await?;
        let mut residents = Vec::new();
        for row in rows {
            let episode = self.told(permit, row.episode).await?;
            let here = episode.story.at_post() == Some(permit.post);
            residents.push(Resident { episode, here });
        }
        Ok(Board {
            post: permit.post,
            at: self.now(),
            residents,
        })
    }

    /// One episode.
    ///
    /// # Errors
    /// When there is none that concerns this post, or the reading could not be recorded.
    pub async fn episode(
        &self,
        permit: &Permit<powers::ReadCustody>,
        id: EpisodeId,
    ) -> Result<EpisodeRecord, ServiceError> {
        let record = self.told(permit, id).await?;
        if !concerns(&record.story, permit.post) {
            return Err(ServiceError::NotFound);
        }
        self.open(permit, &Subject::Episode(id)).await?;
        Ok(record)
    }

    /// Those who were counted together, as far as they concern this post.
    ///
    /// # Errors
    /// When there are none, or the reading could not be recorded.
    pub async fn operation(
        &self,
        permit: &Permit<powers::ReadCustody>,
        id: OperationId,
    ) -> Result<OperationRecord, ServiceError> {
        let rows = self.store().episodes_of_operation(id).await?;
        let mut episodes = Vec::new();
        for row in &rows {
            let record = self.told(permit, row.episode).await?;
            if concerns(&record.story, permit.post) {
                episodes.push(record);
            }
        }
        if episodes.is_empty() {
            return Err(ServiceError::NotFound);
        }
        let persons = episodes
            .iter()
            .filter_map(|record| record.story.person())
            .collect();
        self.list(permit, format!("operation {id}"), persons)
            .await?;
        Ok(OperationRecord { id, episodes })
    }

    /// Those of these episodes that concern this post: who an act is about, for whoever signs it.
    ///
    /// # Errors
    /// When the reading could not be recorded.
    pub async fn several(
        &self,
        permit: &Permit<powers::ReadCustody>,
        ids: impl IntoIterator<Item = EpisodeId>,
    ) -> Result<Vec<EpisodeRecord>, ServiceError> {
        let mut found = Vec::new();
        for id in ids {
            match self.told(permit, id).await {
                Ok(record) if concerns(&record.story, permit.post) => found.push(record),
                // What is about to begin is not known yet.
                Ok(_) | Err(ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        let persons = found.iter().filter_map(|record| record.story.person());
        let persons = persons.collect();
        self.list(permit, "custody to be signed for".into(), persons)
            .await?;
        Ok(found)
    }

    /// An episode with its clocks and alarms. Whoever calls this writes the reading down.
    pub(super) async fn told(
        &self,
        officer: &Officer,
        id: EpisodeId,
    ) -> Result<EpisodeRecord, ServiceError> {
        let state = self.load_episode(id).await?.state;
        let story = state.story();
        let facts = state.ordered().into_iter();
        let facts = facts.map(|(_, fact)| fact.clone()).collect();
        let protection = self.protection_in(&story).await?;
        let began = self.began(officer, &story)?;
        let child = story.stated_child(began) || protection.child();
        let asked = Asked {
            clocks: &self.parts().clocks,
            day: began,
            now: self.now(),
            home: self.authority().country,
            child,
            in_station: child::is_breach(began) && stays_at(&story, |post| self.is_station(post)),
        };
        // Whether a notice is owed follows from the date of birth here, never from an answer.
        let on_record = story
            .described()
            .is_some_and(|told| is_child(told.stated.birth, began));
        let claimed = story.claimed().into_iter();
        let claimed = claimed.filter(|of| *of != asked.home);
        let owed = notice_clocks(&protection, claimed, on_record, asked.clocks, began);
        let mut alarms = alarms(&story, asked);
        if story.is_open() && owed.iter().any(|clock| clock.is_overdue(asked.now)) {
            alarms.push(Alarm::Overdue(ClockKind::Consulate));
        }
        let mut clocks = clocks(&story, asked.clocks, asked.day);
        clocks.extend(owed);
        Ok(EpisodeRecord {
            id,
            clocks,
            alarms,
            screened: protection.screened().is_some(),
            referred: !protection.referred().is_empty(),
            flag: protection.flag(),
            story,
            facts,
        })
    }

    /// The day on which control began, by the clock of the place; that of the officer where no
    /// opening is known yet.
    pub(crate) fn began(
        &self,
        officer: &Officer,
        story: &Story,
    ) -> Result<jiff::civil::Date, ServiceError> {
        let opened = story.opening.as_ref().and_then(|(act, opening)| {
            let post = self.crossings().post(act.post.as_str())?;
            Some(post.zone().date_at(opening.taken_at))
        });
        match opened {
            Some(day) => Ok(day),
            None => Ok(self.post(officer)?.zone().date_at(self.now())),
        }
    }

    /// The protection of whoever an episode is about. To recognise somebody takes no protection away:
    /// what was answered under the record that the episode began counts beside that of the person
    /// they are said to be.
    pub(crate) async fn protection_in(
        &self,
        story: &Story,
    ) -> Result<ProtectionState, ServiceError> {
        let mut records = BTreeSet::new();
        for person in story.persons() {
            let person = self.standing_for(person).await?;
            records.extend(self.records_of(person).await?);
        }
        let mut state = ProtectionState::default();
        for record in records {
            for event in &self.load(&Subject::Protection(record)).await?.events {
                if let Event::Protection(event) = event {
                    state = state.apply(event);
                }
            }
        }
        Ok(state)
    }

    /// Whose record an episode is about.
    pub(crate) async fn episode_person(&self, id: EpisodeId) -> Result<PersonId, ServiceError> {
        let story = self.load_episode(id).await?.state.story();
        story.person().ok_or(ServiceError::NotFound)
    }

    /// What was stated of a person in custody, for the registers that need a claim: the questions
    /// of protection are asked of people who never applied for anything. None where there is no
    /// episode at all.
    pub(crate) async fn stated_in_custody(
        &self,
        person: PersonId,
    ) -> Result<Option<Vec<Claim>>, ServiceError> {
        let rows = self.store().episodes_of_person(person).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut claims = Vec::new();
        for row in rows.iter().rev() {
            let state: EpisodeState = self.load_episode(row.episode).await?.state;
            claims.extend(state.story().descriptions.iter().filter_map(|(_, told)| {
                let stated = &told.stated;
                Some(Claim {
                    surnames: stated.surnames.clone(),
                    given: stated.given.clone(),
                    birth: stated.birth?,
                    sex: stated
                        .sex
                        .and_then(Sex::from_letter)
                        .unwrap_or(Sex::Unspecified),
                    nationality: stated.nationality?,
                    residence: None,
                    cui: None,
                    evidence: stated.evidence.clone(),
                })
            }));
        }
        Ok(Some(claims))
    }
}

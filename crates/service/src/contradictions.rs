//! What two places say and cannot both be true: whom it waits for, what each side says, and what was
//! found.
//!
//! The view says where to look, the register what there is. Settling is the hub's affair: a post has
//! only its own side, and what was found would never come down to it
//! (`paso_domain::post::is_of_the_hub`).

use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    card::{CardEvent, CardState},
    contradiction::{self, Contradiction, Finding, Which},
    event::Event,
    id::PersonId,
    policy::powers,
    stay::{StayEvent, StaysState},
    subject::Subject,
};
use paso_formats::{moment::Moment, number::CardNumber};

/// The command, as refusals name it.
const COMMAND: &str = "contradiction.settle";

/// How many are looked at for one list: the oldest, of which there should be none.
const LISTED: u32 = 500;

/// A contradiction with its term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradicted {
    /// The card, or the record of stays, that it is about.
    pub subject: Subject,
    /// Whose it is, as far as anybody knows.
    pub person: PersonId,
    /// The card; of a stay the one it was entered on.
    pub card: Option<CardNumber>,
    /// What each side says, and what was found.
    pub found: Contradiction,
    /// By when it is to be settled.
    pub due: Moment,
    /// Whether it is open and that is over.
    pub late: bool,
}

impl Service {
    /// What the officer's own place is asked to settle, and what it said one side of; the late ones
    /// first. Whoever is asked may be party to it, and the only one at a small place: then the other
    /// place can say what was found.
    ///
    /// # Errors
    /// When nothing could be read, or the reading not recorded.
    pub async fn contradictions(
        &self,
        permit: &Permit<powers::ReadContradictions>,
    ) -> Result<Vec<Contradicted>, ServiceError> {
        let mut found = self.open_contradictions().await?;
        found.retain(|one| {
            let mut sides = one.found.sides.iter();
            one.found.owner == permit.post || sides.any(|side| side.act.post == permit.post)
        });
        let persons = found.iter().map(|one| one.person).collect();
        self.list(permit, "contradictions".to_owned(), persons)
            .await?;
        Ok(found)
    }

    /// What is late anywhere, and every card that nobody issued and somebody believed: for who looks at
    /// the authority from inside and from outside. Show kinds, places and days of it, and no person.
    ///
    /// # Errors
    /// As for [`Service::contradictions`].
    pub async fn contradictions_of_all(
        &self,
        permit: &Permit<powers::ReadFigures>,
    ) -> Result<Vec<Contradicted>, ServiceError> {
        self.list(permit, "contradictions of all".to_owned(), Vec::new())
            .await?;
        let mut found = self.open_contradictions().await?;
        found.retain(|one| one.late || one.found.which.concerns_control());
        Ok(found)
    }

    /// Opens one contradiction, with both sides. It is a reading of whom it is about.
    ///
    /// # Errors
    /// When there is none, and never was.
    pub async fn contradiction(
        &self,
        permit: &Permit<powers::ReadContradictions>,
        subject: &Subject,
        which: Which,
    ) -> Result<Contradicted, ServiceError> {
        self.open(permit, subject).await?;
        let (known, _) = self.contradictions_in(subject).await?;
        let mut found = known.into_iter();
        found
            .find(|one| one.found.which == which)
            .ok_or(ServiceError::NotFound)
    }

    /// Says what was found of a contradiction. Both facts stay.
    ///
    /// # Errors
    /// When there is nothing to settle, the officer did one of the acts, the finding does not fit, or
    /// this is a post.
    pub async fn settle_contradiction(
        &self,
        permit: &Permit<powers::SettleContradiction>,
        subject: &Subject,
        which: Which,
        finding: Finding,
        words: &str,
    ) -> Result<(), ServiceError> {
        if self.site().is_some() {
            return Err(ServiceError::AtHub);
        }
        for _ in 0..crate::journal::ATTEMPTS {
            let act = permit.act(self.now());
            let (known, version) = self.contradictions_in(subject).await?;
            let person = known.first().map(|one| one.person);
            let sides: Vec<_> = known.into_iter().map(|one| one.found).collect();
            let settling = match contradiction::settle(&sides, which, finding, words, &act) {
                Ok(settling) => settling,
                Err(no) => {
                    return Err(self
                        .refused(subject, &act, COMMAND, no.into(), person)
                        .await);
                }
            };
            let event = match subject {
                Subject::Card(_) => Event::Card(CardEvent::Settled { act, settling }),
                _ => Event::Stay(StayEvent::Settled { act, settling }),
            };
            // One more act meanwhile would be one that the settling does not speak of.
            let expect = vec![(subject.clone(), version)];
            if self.append(vec![(subject.clone(), event)], expect).await? {
                return Ok(());
            }
        }
        Err(ServiceError::Contended)
    }

    /// By when a contradiction is to be settled, and whether it is late.
    pub(crate) fn contradicted(
        &self,
        subject: Subject,
        person: PersonId,
        card: Option<CardNumber>,
        found: Contradiction,
    ) -> Contradicted {
        let due = self.parts().contradictions.due(found.which, found.since);
        Contradicted {
            subject,
            person,
            card,
            late: found.is_open() && due < self.now(),
            found,
            due,
        }
    }

    /// All contradictions of a card or a record of stays, open or settled, and its version.
    async fn contradictions_in(
        &self,
        subject: &Subject,
    ) -> Result<(Vec<Contradicted>, u64), ServiceError> {
        match subject {
            Subject::Card(number) => {
                let loaded = self.load_card(*number).await?;
                Ok((self.of_card(*number, &loaded.state), loaded.version))
            }
            Subject::Stays(person) => {
                let loaded = self.load(subject).await?;
                let state = loaded
                    .events
                    .iter()
                    .fold(StaysState::default(), |state, event| match event {
                        Event::Stay(event) => state.apply(event),
                        _ => state,
                    });
                Ok((self.of_stays(*person, &state), loaded.version))
            }
            _ => Err(ServiceError::NotFound),
        }
    }

    /// A card's, from its state.
    pub(crate) fn of_card(&self, number: CardNumber, state: &CardState) -> Vec<Contradicted> {
        let person = state.record(number);
        let person = person.unwrap_or_else(|| PersonId::of_card(number));
        let told = |found| self.contradicted(Subject::Card(number), person, Some(number), found);
        state.contradictions(number).into_iter().map(told).collect()
    }

    fn of_stays(&self, person: PersonId, state: &StaysState) -> Vec<Contradicted> {
        let told = |found: Contradiction| {
            let entered = state.stays().iter().find(
                |stay| matches!(found.which, Which::EndedTwice(ended) if ended == stay.entry.stay),
            );
            let card = entered.map(|stay| stay.entry.card);
            self.contradicted(Subject::Stays(person), person, card, found)
        };
        state.contradictions().into_iter().map(told).collect()
    }

    /// What of a person's stays is contested, open or settled, in all their records. It is a reading of
    /// the person, the same as that of the page it stands on.
    ///
    /// # Errors
    /// When nothing is known of such a person, or the reading could not be recorded.
    pub async fn contested_stays(
        &self,
        permit: &Permit<powers::ReadCard>,
        person: PersonId,
    ) -> Result<Vec<Contradicted>, ServiceError> {
        self.open(permit, &Subject::Person(person)).await?;
        let person = self.standing_for(person).await?;
        let mut found = Vec::new();
        let stays = self.load_stays(person).await?;
        for (subject, _) in &stays.versions {
            found.append(&mut self.contradictions_in(subject).await?.0);
        }
        Ok(found)
    }

    async fn open_contradictions(&self) -> Result<Vec<Contradicted>, ServiceError> {
        let mut found = Vec::new();
        for row in self.store().contradictions(LISTED).await? {
            let known = match self.contradictions_in(&row.subject).await {
                // Forgotten since the list was read.
                Err(ServiceError::Forgotten { .. }) => continue,
                known => known?.0,
            };
            let open = known.into_iter().find(|one| one.found.which == row.which);
            found.extend(open.filter(|one| one.found.is_open()));
        }
        found.sort_by_key(|one| (one.due, one.subject.to_string()));
        Ok(found)
    }
}

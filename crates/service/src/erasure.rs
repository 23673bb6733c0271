//! Erasing a person's records: what stands in the way, what would go, and what is left.
//!
//! Nothing is decided here by one officer. [`Service::decide_erasure`] gives the sealed act to the
//! signing of two people (transparency proposes, the ombudsman approves); when both have signed, the
//! act is appended and the store destroys the keys.

use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    card::Standing,
    contradiction::Contradiction,
    erasure::{
        self, DeadIndex, EraseCommand, ErasureGround, ErasureRefusal, Facts, KnownCard, Matter,
    },
    event::Event,
    id::{ErasureId, PersonId},
    policy::powers,
    protection::ProtectionState,
    subject::Subject,
};
use paso_formats::moment::Moment;
pub use paso_store::ErasureRow;

/// The command, as refusals and proposals name it.
pub const COMMAND: &str = "erasure.propose";

/// How many erasures the list shows.
const LISTED: u32 = 200;

/// What an erasure of a person would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// The record that stands for the person.
    pub person: PersonId,
    /// All records of the person.
    pub records: usize,
    /// Cards, of whatever standing.
    pub cards: usize,
    /// Applications that did not become a card.
    pub applications: usize,
    /// Everything that stands in the way now.
    pub obstacles: Vec<ErasureRefusal>,
}

/// What is left where a record was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The erasure.
    pub erasure: ErasureId,
    /// When it was asked for.
    pub at: Moment,
}

/// An act that waits for signatures: its events, and the versions it was decided on.
pub type Decided = (Vec<(Subject, Event)>, Vec<(Subject, u64)>);

impl Service {
    /// What an erasure of this person would be. Looking at it is a reading.
    ///
    /// # Errors
    /// When nothing is known of such a person, or the reading could not be recorded.
    pub async fn erasure_prospect(
        &self,
        permit: &Permit<powers::ProposeErasure>,
        person: PersonId,
    ) -> Result<Prospect, ServiceError> {
        let standing = self.standing_for(person).await?;
        if !self.load_person(standing).await?.state.is_known() {
            return Err(ServiceError::NotFound);
        }
        self.open(permit, &Subject::Person(standing)).await?;
        let facts = self.erasure_facts(standing).await?;
        Ok(Prospect {
            person: standing,
            records: facts.records.len(),
            cards: facts.cards.len(),
            applications: facts.applications.len(),
            obstacles: facts.obstacles(self.now()),
        })
    }

    /// Decides an erasure, for two people to sign. Every subject that is to go is expected as it is
    /// now: whatever is recorded about the person meanwhile lets the proposal fail.
    ///
    /// # Errors
    /// When something is open (the refusal is journaled), or nothing is known of such a person.
    pub async fn decide_erasure(
        &self,
        permit: &Permit<powers::ProposeErasure>,
        person: PersonId,
        ground: ErasureGround,
    ) -> Result<Decided, ServiceError> {
        let standing = self.standing_for(person).await?;
        if !self.load_person(standing).await?.state.is_known() {
            return Err(ServiceError::NotFound);
        }
        let act = permit.act(self.now());
        let facts = self.erasure_facts(standing).await?;
        let command = EraseCommand {
            person: standing,
            ground,
        };
        let event = match erasure::decide(command, &facts, act.clone()) {
            Ok(event) => event,
            Err(no) => {
                let subject = Subject::Person(standing);
                return Err(self
                    .refused(&subject, &act, COMMAND, no.into(), Some(standing))
                    .await);
            }
        };
        let erasure::ErasureEvent::CarriedOut { erasure, .. } = &event;
        let mut expect = Vec::with_capacity(erasure.subjects.len() + 1);
        for subject in &erasure.subjects {
            expect.push((subject.clone(), self.load(subject).await?.version));
        }
        let subject = Subject::Erasure(ErasureId::from_random(self.random().bytes()?));
        expect.push((subject.clone(), 0));
        Ok((vec![(subject, Event::Erasure(event))], expect))
    }

    async fn erasure_facts(&self, standing: PersonId) -> Result<Facts, ServiceError> {
        let records = self.records_of(standing).await?;
        // The register decides, not the view: what was recorded apart is put together there.
        let stays = self.load_stays(standing).await?.state;
        let mut open = Vec::from_iter(stays.open().next().map(|_| Matter::Stay));
        let stays = stays.contradictions();
        if stays.iter().any(Contradiction::is_open) {
            open.push(Matter::Dispute);
        }
        let mut others = Vec::new();
        for record in &records {
            let subject = Subject::Protection(*record);
            let loaded = self.load(&subject).await?;
            if loaded.version > 0 {
                others.push(subject);
            }
            let state = loaded
                .events
                .iter()
                .fold(ProtectionState::default(), |state, event| match event {
                    Event::Protection(event) => state.apply(event),
                    _ => state,
                });
            if state.flag() || state.claim() {
                open.push(Matter::Claim);
            }
        }
        let mut cards = Vec::new();
        for row in self.store().cards_of(&records).await? {
            // The register decides, not the view: a card in conflict is not taken for a dead one.
            let state = self.load_card(row.number).await?.state;
            if !state.conflicts(row.number).is_empty() {
                open.push(Matter::Dispute);
            }
            cards.push(KnownCard {
                number: row.number,
                expires: state.card().map(|card| card.expires),
                ended: matches!(
                    state.standing(),
                    Standing::Revoked { .. } | Standing::Replaced { .. }
                ),
                status: state.card().map(|card| DeadIndex {
                    list: card.status_uri.clone(),
                    index: card.status_index,
                }),
            });
        }
        let mut facts = Facts {
            applications: self.store().applications_of(&records).await?,
            others,
            open,
            records,
            cards,
            ..Facts::default()
        };
        if self.proposals_about(&facts.subjects(), None).await? {
            facts.open.push(Matter::Proposal);
        }
        Ok(facts)
    }

    /// What is left of a person's record, where it was erased.
    ///
    /// # Errors
    /// When it could not be read.
    pub async fn tombstone(&self, record: &Subject) -> Result<Option<Tombstone>, ServiceError> {
        let mut found = self
            .store()
            .forgotten(core::slice::from_ref(record))
            .await?;
        Ok(found.remove(record).map(|forgotten| Tombstone {
            erasure: forgotten.erasure,
            at: forgotten.at,
        }))
    }

    /// The erasures carried out, newest first: when and why, never whose.
    ///
    /// # Errors
    /// When they could not be read, or the list not recorded.
    pub async fn erasures(
        &self,
        permit: &Permit<powers::ReadProposals>,
    ) -> Result<Vec<ErasureRow>, ServiceError> {
        self.list(permit, "erasures".to_owned(), Vec::new()).await?;
        Ok(self.store().erasures(LISTED).await?)
    }
}

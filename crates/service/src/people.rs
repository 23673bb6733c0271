//! Finding the record of a person who comes again, and merging two records of one person.

use crate::{
    Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
    journal::Loaded,
};
use paso_domain::{
    document::TravelDocument,
    event::Event,
    id::PersonId,
    person::{PersonCommand, PersonState},
    policy::powers,
    subject::Subject,
};
use paso_formats::{
    field::{BirthDate, StateCode},
    name::PersonName,
};

/// How far merges are followed. They end by construction; the bound guards against a journal that
/// was tampered with.
const MERGES: usize = 16;

/// How many records are offered to the officer: with more, the name is too common to choose by.
const CANDIDATES: u32 = 8;

/// A record that may be of the person who applies. The officer decides, never the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The record.
    pub person: PersonId,
    /// Name as last stated.
    pub name: PersonName,
    /// Date of birth as last stated.
    pub birth: BirthDate,
    /// Nationality as last stated.
    pub nationality: StateCode,
    /// Cards of this record, newest first.
    pub cards: Vec<paso_store::CardRow>,
}

impl Service {
    /// Records that may be of this person: the same document, or the same folded name and date of
    /// birth.
    ///
    /// # Errors
    /// When the role may not.
    pub async fn find_person(
        &self,
        _: &Permit<powers::FindPerson>,
        name: &PersonName,
        birth: BirthDate,
        document: Option<&TravelDocument>,
    ) -> Result<Vec<Candidate>, ServiceError> {
        self.candidates(name, birth, document).await
    }

    pub(crate) async fn candidates(
        &self,
        name: &PersonName,
        birth: BirthDate,
        document: Option<&TravelDocument>,
    ) -> Result<Vec<Candidate>, ServiceError> {
        let mut found = self
            .store()
            .persons_by_name(name, birth, CANDIDATES)
            .await?;
        if let Some(paper) = document {
            let (kind, issuer) = (paper.kind, Some(paper.issuer));
            let shown = self
                .store()
                .persons_by_document(kind, issuer, &paper.number, CANDIDATES);
            found.extend(shown.await?);
        }
        let mut candidates: Vec<Candidate> = Vec::new();
        for row in found {
            let person = self.standing_for(row.person).await?;
            if candidates.iter().any(|known| known.person == person) {
                continue;
            }
            let state = self.load_person(person).await?.state;
            let Some(claim) = state.newest() else {
                continue;
            };
            candidates.push(Candidate {
                person,
                name: PersonName::new(&claim.surnames, &claim.given),
                birth: claim.birth,
                nationality: claim.nationality,
                cards: self
                    .store()
                    .cards_of(&self.records_of(person).await?)
                    .await?,
            });
        }
        Ok(candidates)
    }

    /// Merges a record into another, under the officer's own signature.
    ///
    /// # Errors
    /// When the register refuses, the officer has no passkey, or nothing could be recorded.
    pub async fn merge(
        &self,
        permit: &Permit<powers::MergePersons>,
        person: PersonId,
        into: PersonId,
        reason: String,
    ) -> Result<Prepared, ServiceError> {
        let plan = self.plan_merge(permit, person, into, reason).await?;
        Box::pin(self.prepare(permit, plan)).await
    }

    /// A merge as it will be recorded.
    pub(crate) async fn plan_merge(
        &self,
        permit: &Permit<powers::MergePersons>,
        person: PersonId,
        into: PersonId,
        reason: String,
    ) -> Result<Plan, ServiceError> {
        let other = self.load_person(into).await?;
        let command = PersonCommand::MergeInto {
            into,
            other: other.state,
            reason,
        };
        let expect = vec![(Subject::Person(into), other.version)];
        self.plan_for_person(permit, person, command, expect).await
    }

    /// Undoes a merge.
    ///
    /// # Errors
    /// As for [`Service::merge`].
    pub async fn undo_merge(
        &self,
        permit: &Permit<powers::MergePersons>,
        person: PersonId,
        reason: String,
    ) -> Result<Prepared, ServiceError> {
        let plan = self.plan_undo_merge(permit, person, reason).await?;
        Box::pin(self.prepare(permit, plan)).await
    }

    /// The end of a merge as it will be recorded.
    pub(crate) async fn plan_undo_merge(
        &self,
        permit: &Permit<powers::MergePersons>,
        person: PersonId,
        reason: String,
    ) -> Result<Plan, ServiceError> {
        let command = PersonCommand::UndoMerge { reason };
        self.plan_for_person(permit, person, command, Vec::new())
            .await
    }

    async fn plan_for_person(
        &self,
        permit: &Permit<powers::MergePersons>,
        person: PersonId,
        command: PersonCommand,
        mut expect: Vec<(Subject, u64)>,
    ) -> Result<Plan, ServiceError> {
        let act = permit.act(self.now());
        let subject = Subject::Person(person);
        let loaded = self.load_person(person).await?;
        let name = match command {
            PersonCommand::UndoMerge { .. } => "person.undo-merge",
            _ => "person.merge",
        };
        let event = match paso_domain::person::decide(person, &loaded.state, command, act.clone()) {
            Ok(event) => event,
            Err(no) => {
                return Err(self
                    .refused(&subject, &act, name, no.into(), Some(person))
                    .await);
            }
        };
        expect.push((subject.clone(), loaded.version));
        // A merge is rare and grave: when something changed meanwhile the supervisor looks again.
        let events = vec![(subject, Event::Person(event))];
        Ok(Plan::new(name, events, expect))
    }

    /// Opens a person's record.
    ///
    /// # Errors
    /// When the role may not, or nothing is known of such a person.
    pub async fn person(
        &self,
        _: &Permit<powers::ReadCard>,
        person: PersonId,
    ) -> Result<PersonState, ServiceError> {
        let state = self.load_person(person).await?.state;
        if state.is_known() {
            Ok(state)
        } else {
            Err(ServiceError::NotFound)
        }
    }

    pub(crate) async fn load_person(
        &self,
        person: PersonId,
    ) -> Result<Loaded<PersonState>, ServiceError> {
        let loaded = self.load(&Subject::Person(person)).await?;
        Ok(Loaded {
            state: loaded
                .events
                .iter()
                .fold(PersonState::default(), |state, event| match event {
                    Event::Person(event) => state.apply(event),
                    _ => state,
                }),
            version: loaded.version,
        })
    }

    /// A record and all that were merged into it.
    pub(crate) async fn records_of(&self, person: PersonId) -> Result<Vec<PersonId>, ServiceError> {
        let mut records = vec![person];
        let mut next = 0;
        while let Some(of) = records.get(next).copied() {
            next += 1;
            for row in self.store().persons_merged_into(of).await? {
                if !records.contains(&row.person) {
                    records.push(row.person);
                }
            }
        }
        Ok(records)
    }

    /// The record that stands for this one, following merges.
    pub(crate) async fn standing_for(&self, person: PersonId) -> Result<PersonId, ServiceError> {
        let mut person = person;
        for _ in 0..MERGES {
            match self.load_person(person).await?.state.merged_into() {
                Some(into) => person = into,
                None => return Ok(person),
            }
        }
        Err(ServiceError::Unreadable("a ring of merged persons".into()))
    }
}

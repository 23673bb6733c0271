//! Opening: a count first. Twenty seconds, a signature, and everybody counted has an episode.

use crate::{
    Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
};
use paso_domain::{
    custody::{Beside, COUNT_MAX, CustodyCommand, CustodyRefusal, EpisodeState, Opening, decide},
    event::Event,
    id::{EpisodeId, OperationId, PersonId},
    policy::powers,
    receipt::{Handle, Kind},
    subject::Subject,
};
use paso_formats::{envelope::SubjectKey, moment::Moment, secret::Secret};

/// An opening as told by the officer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningForm {
    /// How many people were counted.
    pub count: u16,
    /// When control began.
    pub taken_at: Moment,
    /// Where, in words.
    pub taken_where: String,
    /// The vehicle; empty for none.
    pub vehicle: String,
    /// The body and unit.
    pub unit: String,
    /// Under whose order.
    pub ordered_by: String,
    /// The legal basis claimed.
    pub basis: String,
    /// The reason claimed.
    pub reason: String,
}

/// What was counted, and waits for the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The operation.
    pub operation: OperationId,
    /// Everybody's episode, in the order of the count.
    pub episodes: Vec<EpisodeId>,
    /// What became of the plan.
    pub prepared: Prepared,
}

impl Service {
    /// Opens an episode for everybody counted.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn open_custody(
        &self,
        permit: &Permit<powers::KeepCustody>,
        form: &OpeningForm,
    ) -> Result<Counted, ServiceError> {
        let act = permit.act(self.now());
        let operation = OperationId::from_random(self.random().bytes()?);
        let refuse = CustodyRefusal::CountImpossible;
        if form.count == 0 || form.count > COUNT_MAX {
            let subject = Subject::Lists(permit.number.clone());
            return Err(self
                .refused(&subject, &act, "custody.open", refuse.into(), None)
                .await);
        }
        let mut fresh = Vec::new();
        for _ in 0..form.count {
            let id = EpisodeId::from_random(self.random().bytes()?);
            let key = SubjectKey::from_random(self.random().bytes()?);
            fresh.push((id, Secret::of(&key, 0).hash(), key));
        }
        let (mut events, mut expect, mut episodes) = (Vec::new(), Vec::new(), Vec::new());
        let mut keys = Vec::new();
        for (ordinal, (id, secret, key)) in (1..).zip(fresh) {
            let handle = self.random().bytes()?;
            let drawn =
                self.draw_receipt(Kind::CustodyOpened, &act, Some(Handle::Episode(handle)))?;
            let opening = Opening {
                operation,
                ordinal,
                count: form.count,
                person: PersonId::from_random(self.random().bytes()?),
                handle,
                taken_at: form.taken_at,
                taken_where: form.taken_where.clone(),
                vehicle: form.vehicle.clone(),
                unit: form.unit.clone(),
                ordered_by: form.ordered_by.clone(),
                basis: form.basis.clone(),
                reason: form.reason.clone(),
                secret: Some(secret),
                receipt: drawn.given(),
            };
            let subject = Subject::Episode(id);
            let command = CustodyCommand::Open(opening);
            let event = match decide(
                &EpisodeState::default(),
                command,
                Beside::default(),
                act.clone(),
            ) {
                Ok(event) => event,
                Err(refusal) => {
                    let subject = Subject::Lists(permit.number.clone());
                    return Err(self
                        .refused(&subject, &act, "custody.open", refusal.into(), None)
                        .await);
                }
            };
            episodes.push(id);
            keys.push((subject.clone(), key));
            expect.push((subject.clone(), 0));
            events.push((subject, Event::Custody(event)));
            drawn.join(&mut events, &mut expect);
        }
        // The secrets on the receipts follow from these keys.
        self.store().subject_keys_or_insert(keys).await?;
        let prepared = self
            .prepare(permit, Plan::new("custody.open", events, expect))
            .await?;
        Ok(Counted {
            operation,
            episodes,
            prepared,
        })
    }
}

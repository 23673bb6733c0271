//! Opening: a count first. Twenty seconds, a signature, and everybody counted has an episode.

use crate::{
    Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
    sheets::{Circumstances, FromPaper},
};
use paso_domain::{
    custody::{Beside, COUNT_MAX, CustodyCommand, CustodyRefusal, EpisodeState, Opening, decide},
    event::Event,
    id::{EpisodeId, OperationId, PersonId},
    policy::powers,
    receipt::{Handle, Kind},
    sheet::SheetKind,
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
        self.open_custody_as(permit, form, None).await
    }

    /// The same from a sheet of paper, or not. Whoever types it answers from then on: nobody can be
    /// given people by somebody else's signature.
    ///
    /// # Errors
    /// As for [`Service::open_custody`], and when the sheet is refused.
    pub async fn open_custody_as(
        &self,
        permit: &Permit<powers::KeepCustody>,
        form: &OpeningForm,
        paper: Option<&FromPaper>,
    ) -> Result<Counted, ServiceError> {
        if form.count == 0 || form.count > COUNT_MAX {
            return Err(self
                .not_counted(permit, CustodyRefusal::CountImpossible)
                .await);
        }
        let operation = OperationId::from_random(self.random().bytes()?);
        let mut people = Vec::new();
        for _ in 0..form.count {
            let id = EpisodeId::from_random(self.random().bytes()?);
            people.push((id, self.random().bytes()?));
        }
        let circumstances = self
            .circumstances(permit, paper, SheetKind::Custody)
            .await?;
        self.count_in_as(permit, operation, form, people, circumstances)
            .await
    }

    /// Opens these episodes, each with the name it has in statements and on receipts.
    pub(super) async fn count_in(
        &self,
        permit: &Permit<powers::KeepCustody>,
        operation: OperationId,
        form: &OpeningForm,
        people: Vec<(EpisodeId, [u8; 16])>,
    ) -> Result<Counted, ServiceError> {
        let circumstances = self.circumstances(permit, None, SheetKind::Custody).await?;
        self.count_in_as(permit, operation, form, people, circumstances)
            .await
    }

    async fn count_in_as(
        &self,
        permit: &Permit<powers::KeepCustody>,
        operation: OperationId,
        form: &OpeningForm,
        people: Vec<(EpisodeId, [u8; 16])>,
        circumstances: Circumstances,
    ) -> Result<Counted, ServiceError> {
        let act = circumstances.act.clone();
        // Keys first, since the secrets on the receipts follow from them; one that is there already
        // stays.
        let fresh = people
            .iter()
            .map(|(id, _)| {
                let key = SubjectKey::from_random(self.random().bytes()?);
                Ok((Subject::Episode(*id), key))
            })
            .collect::<Result<Vec<_>, ServiceError>>()?;
        let keys = self.store().subject_keys_or_insert(fresh).await?;
        let (mut events, mut expect, mut episodes) = (Vec::new(), Vec::new(), Vec::new());
        for (ordinal, (id, handle)) in (1..).zip(people) {
            let subject = Subject::Episode(id);
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
                secret: keys
                    .get(&subject)
                    .map(|key| Secret::of(key.sealing(), 0).hash()),
                receipt: drawn.given(),
                phone: None,
            };
            let (nothing, command) = (EpisodeState::default(), CustodyCommand::Open(opening));
            let event = match decide(&nothing, command, Beside::default(), act.clone()) {
                Ok(event) => event,
                Err(refusal) => return Err(self.not_counted(permit, refusal).await),
            };
            episodes.push(id);
            expect.push((subject.clone(), 0));
            events.push((subject, Event::Custody(event)));
            drawn.join(&mut events, &mut expect);
        }
        circumstances.join(&mut events, &mut expect);
        let prepared = self
            .prepare(permit, Plan::new("custody.open", events, expect))
            .await?;
        Ok(Counted {
            operation,
            episodes,
            prepared,
        })
    }

    /// Keeps a refusal of what has no episode yet with whoever asked for it.
    pub(super) async fn not_counted(
        &self,
        permit: &Permit<powers::KeepCustody>,
        refusal: CustodyRefusal,
    ) -> ServiceError {
        let subject = Subject::Lists(permit.number.clone());
        let act = permit.act(self.now());
        self.refused(&subject, &act, "custody.open", refusal.into(), None)
            .await
    }
}

//! A count made on a phone: an episode for everybody counted, as if it had been opened here then.

use super::{
    PhoneRefusal, Taken,
    take::{act_of, brought_before},
};
use crate::{Service, ServiceError, journal::ATTEMPTS};
use paso_domain::{
    custody::{CustodyEvent, Opening},
    event::Event,
    id::{EpisodeId, OperationId, PersonId},
    policy::Power,
    receipt::{Handle, Kind},
    shift::{ByPhone, OpenPhone},
    subject::Subject,
};
use paso_formats::{
    phone::{PhoneOpening, Record, SignedRecord},
    secret::Secret,
};

impl Service {
    pub(super) async fn counted_by_phone(
        &self,
        phone: &OpenPhone,
        signed: &SignedRecord,
        told: &PhoneOpening,
    ) -> Result<Taken, PhoneRefusal> {
        let record = signed.record();
        let act = act_of(phone, record);
        let episode =
            |ordinal| Subject::Episode(EpisodeId::from_random(record.seed.episode(ordinal)));
        let receipts = || (0..told.count).map(|ordinal| record.seed.code(ordinal));
        for _ in 0..ATTEMPTS {
            if let Some(event) = self.load(&episode(0)).await?.events.first() {
                let taken = brought_before(event, signed)?;
                return Ok(Taken {
                    receipts: receipts().collect(),
                    ..taken
                });
            }
            let by = self.by_phone(phone, signed, Power::KeepCustody).await?;
            // The secrets on the receipts follow from these keys, so they are the phone's.
            let keys: Vec<_> = (0..told.count)
                .map(|ordinal| (episode(ordinal), record.seed.episode_key(ordinal)))
                .collect();
            self.store()
                .take_in_keys(&keys)
                .await
                .map_err(ServiceError::from)?;
            let (mut events, mut promised, mut expect) = (Vec::new(), Vec::new(), Vec::new());
            for ordinal in 0..told.count {
                // An act, not a command: it has happened, and is recorded as it was told.
                let event = CustodyEvent::Opened {
                    act: act.clone(),
                    opening: opening(record, told, ordinal, by.clone()),
                };
                expect.push((episode(ordinal), 0));
                events.push((episode(ordinal), Event::Custody(event)));
                let handle = Some(Handle::Episode(record.seed.handle(ordinal)));
                let kind = Kind::CustodyOpened;
                promised.extend(self.promised(record, ordinal, kind, &act, handle).await?);
            }
            let mut entries = self.seal(events).await?;
            entries.extend(promised);
            if self.append_sealed(entries, expect).await? {
                return Ok(Taken {
                    receipts: receipts().collect(),
                    arrived: by.arrived,
                    remarks: by.remarks,
                    again: false,
                });
            }
        }
        Err(ServiceError::Contended.into())
    }
}

fn opening(record: &Record, told: &PhoneOpening, ordinal: u16, by: ByPhone) -> Opening {
    let seed = &record.seed;
    Opening {
        operation: OperationId::from_random(seed.act()),
        ordinal: ordinal + 1,
        count: told.count,
        person: PersonId::from_random(seed.person(ordinal)),
        handle: seed.handle(ordinal),
        taken_at: told.taken_at,
        taken_where: told.place.clone(),
        vehicle: told.vehicle.clone(),
        unit: told.unit.clone(),
        ordered_by: told.ordered_by.clone(),
        basis: told.basis.clone(),
        reason: told.reason.clone(),
        secret: Some(Secret::of(&seed.episode_key(ordinal), 0).hash()),
        receipt: Some(seed.code(ordinal)),
        phone: Some(Box::new(by)),
    }
}

//! Phones that record without a network: a shift opened on one, and what it later brings.
//!
//! Opening is an act of the officer's, signed with their own passkey: it binds the phone's key to
//! officer, post and hours. From then on the phone needs nobody until it delivers. What it brings is
//! sealed to this machine and signed by that key; an act in it has happened, so only what proves
//! nothing is turned away, and the phone keeps it.

mod count;
mod take;

pub use take::{PhoneRefusal, Taken};

use crate::{
    Officer, Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
};
use paso_domain::{
    act::Act,
    event::Event,
    policy::{Power, powers},
    shift::{OpenPhone, Phone, ShiftEvent, ShiftLength},
    subject::Subject,
};
use paso_formats::{
    entry::StreamId,
    key::{KeyId, PublicKey},
    moment::Moment,
    parcel::opening_key,
    receipt::Vouch,
};

/// What a phone takes along for a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneShift {
    /// When, where and by whom it was opened.
    pub opened: Act,
    /// The stream of this machine's device, in which the receipts will stand.
    pub stream: StreamId,
    /// What that device says of the phone's key, signed: it goes into every receipt.
    pub vouch: Vec<u8>,
    /// To which key everything recorded is sealed.
    pub sealing: [u8; 32],
    /// From when.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Whether people may be counted into custody on it.
    pub opens_custody: bool,
}

impl Service {
    /// How long a shift lasts that this officer opens today.
    ///
    /// # Errors
    /// When their post is unknown.
    pub fn phone_shift_length(&self, officer: &Officer) -> Result<&ShiftLength, ServiceError> {
        Ok(self.parts().phones.on(self.today(officer)?))
    }

    /// Binds a phone's key to the officer, for a shift at their post. They sign it.
    ///
    /// # Errors
    /// When the officer has no passkey to sign with, or nothing could be stored.
    pub async fn open_phone(
        &self,
        permit: &Permit<powers::RecordEncounter>,
        key: &PublicKey,
    ) -> Result<Prepared, ServiceError> {
        let now = self.now();
        let subject = Subject::Shifts(permit.number.clone());
        let loaded = self.load_shifts(&permit.number).await?;
        let event = ShiftEvent::PhoneOpened {
            act: permit.act(now),
            phone: Phone {
                key: key.to_cose_key(),
                role: permit.role,
                device: self.device().stream,
                from: now,
                until: now.plus(self.phone_shift_length(permit)?.seconds()),
            },
        };
        let events = vec![(subject.clone(), Event::Shift(event))];
        self.prepare(
            permit,
            Plan::new("shift.open-phone", events, vec![(subject, loaded.version)]),
        )
        .await
    }

    /// What the officer's phone with this key takes along.
    ///
    /// # Errors
    /// When no such phone of theirs was opened on this machine, or its device does not sign.
    pub async fn phone_shift(
        &self,
        permit: &Permit<powers::RecordEncounter>,
        key: KeyId,
    ) -> Result<PhoneShift, ServiceError> {
        let shifts = self.load_shifts(&permit.number).await?.state;
        let OpenPhone { opened, phone, key } = shifts.phone(key).ok_or(ServiceError::NotFound)?;
        let signer = self
            .keys()
            .of_stream(phone.device)
            .ok_or(ServiceError::NotFound)?;
        let vouch = Vouch {
            key: key.clone(),
            stream: phone.device,
            officer: opened.officer.to_string(),
            post: opened.post.to_string(),
            from: phone.from,
            until: phone.until,
        };
        Ok(PhoneShift {
            opened: opened.clone(),
            stream: phone.device,
            vouch: vouch.sign(signer)?,
            sealing: opening_key(signer)?.sealing_key().to_bytes(),
            from: phone.from,
            until: phone.until,
            opens_custody: self.policy().allows(phone.role, Power::KeepCustody),
        })
    }
}

//! The passkeys of all officers, as the journal tells of them.

use std::collections::BTreeMap;

use paso_formats::{
    approval::Passkey,
    assertion::{CredentialId, CredentialKey},
    moment::Moment,
};

use crate::{event::Event, officer::OfficerEvent, subject::Subject};

/// Passkeys being gathered from the journal, in its order.
#[derive(Clone, Debug, Default)]
pub struct Passkeys {
    /// By name; of two registrations under one name the first counts.
    known: BTreeMap<CredentialId, Passkey>,
    /// Ends that came before what they end: facts arrive in any order.
    ended: BTreeMap<CredentialId, Moment>,
}

impl Passkeys {
    /// Takes the next event.
    pub fn take(&mut self, position: u64, subject: &Subject, event: &Event) {
        let (Subject::Officer(officer), Event::Officer(event)) = (subject, event) else {
            return;
        };
        match event {
            OfficerEvent::PasskeyAdded {
                credential,
                key,
                from,
                until,
                ..
            } => {
                // What is no key never verified anything.
                let name = CredentialId::new(credential.clone());
                let (Ok(name), Ok(key)) = (name, CredentialKey::from_cose(key)) else {
                    return;
                };
                let passkey = Passkey {
                    position,
                    officer: officer.to_string(),
                    credential: name.clone(),
                    key,
                    from: *from,
                    until: *until,
                };
                self.known.entry(name).or_insert(passkey);
            }
            OfficerEvent::PasskeyEnded {
                credential,
                from,
                compromised_from,
                ..
            } => {
                let Ok(name) = CredentialId::new(credential.clone()) else {
                    return;
                };
                let end = compromised_from.map_or(*from, |since| since.min(*from));
                let earliest = self.ended.entry(name).or_insert(end);
                *earliest = end.min(*earliest);
            }
            _ => {}
        }
    }

    /// All of them with their windows, in the order in which the journal learned of them.
    #[must_use]
    pub fn into_passkeys(self) -> Vec<Passkey> {
        let Self { known, ended } = self;
        let mut passkeys: Vec<_> = known
            .into_values()
            .map(|mut passkey| {
                let end = ended.get(&passkey.credential).copied();
                passkey.until = passkey.until.into_iter().chain(end).min();
                passkey
            })
            .collect();
        passkeys.sort_by_key(|passkey| passkey.position);
        passkeys
    }
}

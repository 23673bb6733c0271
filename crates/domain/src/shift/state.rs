//! The fold of an officer's shifts.

use super::event::{Phone, Shift, ShiftEvent};
use crate::{act::Act, id::ShiftId};
use paso_formats::key::{KeyId, PublicKey};
use std::collections::BTreeSet;

/// A shift that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenShift {
    /// When and where it began.
    pub opened: Act,
    /// What is known of it.
    pub shift: Shift,
}

/// A phone that was made ready to record without a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPhone {
    /// When, where and by whom.
    pub opened: Act,
    /// What is known of it.
    pub phone: Phone,
    /// Its key.
    pub key: PublicKey,
}

/// What the register knows of an officer's shifts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShiftsState {
    open: Vec<OpenShift>,
    closed: BTreeSet<ShiftId>,
    phones: Vec<OpenPhone>,
}

impl ShiftsState {
    /// Takes one more fact in. A shift that was closed stays so, even if its beginning comes later.
    #[must_use]
    pub fn apply(mut self, event: &ShiftEvent) -> Self {
        match event {
            ShiftEvent::Opened { act, shift } => {
                let known = self.open.iter().any(|open| open.shift.id == shift.id);
                if !known && !self.closed.contains(&shift.id) {
                    self.open.push(OpenShift {
                        opened: act.clone(),
                        shift: shift.clone(),
                    });
                }
            }
            ShiftEvent::Closed { shift, .. } => {
                self.open.retain(|open| open.shift.id != *shift);
                self.closed.insert(*shift);
            }
            // The first binding of a key stands; one that cannot be read never verifies anything.
            ShiftEvent::PhoneOpened { act, phone } => {
                if let Ok(key) = PublicKey::from_cose_key(&phone.key)
                    && self.phone(key.key_id()).is_none()
                {
                    self.phones.push(OpenPhone {
                        opened: act.clone(),
                        phone: phone.clone(),
                        key,
                    });
                }
            }
        }
        self
    }

    /// The phone whose key has this name.
    #[must_use]
    pub fn phone(&self, key: KeyId) -> Option<&OpenPhone> {
        self.phones.iter().find(|phone| phone.key.key_id() == key)
    }

    /// The shifts nobody has closed: at most one, unless facts came late from elsewhere.
    #[must_use]
    pub fn open(&self) -> &[OpenShift] {
        &self.open
    }
}

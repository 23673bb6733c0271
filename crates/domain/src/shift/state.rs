//! The fold of an officer's shifts.

use super::event::{Shift, ShiftEvent};
use crate::{act::Act, id::ShiftId};
use std::collections::BTreeSet;

/// A shift that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenShift {
    /// When and where it began.
    pub opened: Act,
    /// What is known of it.
    pub shift: Shift,
}

/// What the register knows of an officer's shifts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShiftsState {
    open: Vec<OpenShift>,
    closed: BTreeSet<ShiftId>,
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
        }
        self
    }

    /// The shifts nobody has closed: at most one, unless facts came late from elsewhere.
    #[must_use]
    pub fn open(&self) -> &[OpenShift] {
        &self.open
    }
}

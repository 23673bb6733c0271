//! The fold of an erasure's events.

use super::event::{CarriedOut, ErasureEvent};
use crate::act::Act;

/// How an erasure stands. Any events in any order give a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasureState {
    done: Option<(Act, CarriedOut)>,
}

impl ErasureState {
    /// Takes one more fact in. The first stands: what is destroyed cannot be destroyed otherwise.
    #[must_use]
    pub fn apply(mut self, event: &ErasureEvent) -> Self {
        let ErasureEvent::CarriedOut { act, erasure } = event;
        self.done
            .get_or_insert_with(|| (act.clone(), erasure.clone()));
        self
    }

    /// When, where, by whom it was asked for, and what went.
    pub fn carried_out(&self) -> Option<(&Act, &CarriedOut)> {
        self.done.as_ref().map(|(act, erasure)| (act, erasure))
    }
}

//! The fold of an encounter's events, and what in it contradicts a rule.

use super::event::{EncounterEvent, Outcome, Recorded};
use crate::act::Act;

/// A contradiction of a rule, recorded and shown, never turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breach {
    /// Taken into custody after a check that was green or amber. Amber means that the officer's own
    /// knowledge is old or missing; it never justifies custody (DESIGN §5).
    CustodyWithoutRed,
    /// Taken into custody without a legal basis or reason stated.
    CustodyWithoutBasis,
}

impl Breach {
    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CustodyWithoutRed => "custody-without-red",
            Self::CustodyWithoutBasis => "custody-without-basis",
        }
    }
}

/// What the register knows of an encounter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncounterState {
    recorded: Option<(Act, Recorded)>,
}

impl EncounterState {
    /// Takes one more fact in. A second recording of one encounter changes nothing.
    #[must_use]
    pub fn apply(mut self, event: &EncounterEvent) -> Self {
        let EncounterEvent::Recorded { act, encounter } = event;
        self.recorded
            .get_or_insert_with(|| (act.clone(), encounter.clone()));
        self
    }

    /// The encounter, with when, where and by whom.
    pub const fn recorded(&self) -> Option<&(Act, Recorded)> {
        self.recorded.as_ref()
    }

    /// What contradicts a rule.
    pub fn breaches(&self) -> Vec<Breach> {
        let Some((_, encounter)) = &self.recorded else {
            return Vec::new();
        };
        if encounter.outcome != Outcome::TakenIntoCustody {
            return Vec::new();
        }
        let mut breaches = Vec::new();
        if encounter
            .check
            .as_ref()
            .is_some_and(|check| check.light != "red")
        {
            breaches.push(Breach::CustodyWithoutRed);
        }
        if encounter.legal_basis.trim().is_empty() || encounter.reason.trim().is_empty() {
            breaches.push(Breach::CustodyWithoutBasis);
        }
        breaches
    }
}

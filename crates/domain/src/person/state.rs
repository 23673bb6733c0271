//! The fold of a person's events.

use super::event::{Claim, PersonEvent};
use crate::id::PersonId;

/// What the register knows of a person. Any events in any order give a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonState {
    claims: Vec<Claim>,
    merged_into: Option<PersonId>,
}

impl PersonState {
    /// Takes one more fact in.
    #[must_use]
    pub fn apply(mut self, event: &PersonEvent) -> Self {
        match event {
            PersonEvent::Claimed { claim, .. } => self.claims.push(claim.clone()),
            // A second merge is a correction of the first: the newest finding stands.
            PersonEvent::MergedInto { into, .. } => self.merged_into = Some(*into),
            PersonEvent::MergeUndone { .. } => self.merged_into = None,
        }
        self
    }

    /// All claims, oldest first.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The newest claim: what is shown and printed first.
    pub fn newest(&self) -> Option<&Claim> {
        self.claims.last()
    }

    /// The record that goes on in this one's place.
    pub const fn merged_into(&self) -> Option<PersonId> {
        self.merged_into
    }

    /// Whether anything at all is known.
    pub fn is_known(&self) -> bool {
        !self.claims.is_empty()
    }
}

//! What may be asked of the register of persons, and what it refuses.

use super::{
    event::{Claim, PersonEvent},
    state::PersonState,
};
use crate::{act::Act, id::PersonId};

/// What an officer asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PersonCommand {
    /// Record a claim.
    Claim(Claim),
    /// Find this record to be the same person as another. Both states are given, because the
    /// other must exist and must not itself point back here.
    MergeInto {
        /// The record that goes on.
        into: PersonId,
        /// Its state.
        other: PersonState,
        /// Why.
        reason: String,
    },
    /// Undo the merge of this record.
    UndoMerge {
        /// Why.
        reason: String,
    },
}

/// Why a command about a person is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefusal {
    /// Neither surnames nor given names were stated.
    #[error("state at least one name; write it as the person does")]
    Nameless,
    /// One of the two records has no claims.
    #[error("there is no such person; look the record up again")]
    Unknown,
    /// The record is already merged.
    #[error("this record is already merged; undo that merge first")]
    AlreadyMerged,
    /// The other record points elsewhere itself.
    #[error("the other record is merged itself; choose the record it points to")]
    TargetMerged,
    /// A record cannot be merged into itself.
    #[error("these are one record; choose another")]
    SameRecord,
    /// There is no merge to undo.
    #[error("this record is not merged; there is nothing to undo")]
    NotMerged,
    /// A merge and its undoing need a reason.
    #[error("say why; a merge without a reason cannot be reviewed")]
    NoReason,
}

impl PersonRefusal {
    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nameless => "person-nameless",
            Self::Unknown => "person-unknown",
            Self::AlreadyMerged => "person-already-merged",
            Self::TargetMerged => "person-target-merged",
            Self::SameRecord => "person-same-record",
            Self::NotMerged => "person-not-merged",
            Self::NoReason => "person-no-reason",
        }
    }
}

/// What follows from a command for the person `id`.
///
/// # Errors
/// See [`PersonRefusal`].
pub fn decide(
    id: PersonId,
    state: &PersonState,
    command: PersonCommand,
    act: Act,
) -> Result<PersonEvent, PersonRefusal> {
    match command {
        PersonCommand::Claim(claim) => {
            let named = [&claim.surnames, &claim.given]
                .iter()
                .any(|part| part.chars().any(char::is_alphabetic));
            if !named {
                return Err(PersonRefusal::Nameless);
            }
            Ok(PersonEvent::Claimed { act, claim })
        }
        PersonCommand::MergeInto {
            into,
            other,
            reason,
        } => {
            if into == id {
                return Err(PersonRefusal::SameRecord);
            }
            if !state.is_known() || !other.is_known() {
                return Err(PersonRefusal::Unknown);
            }
            if state.merged_into().is_some() {
                return Err(PersonRefusal::AlreadyMerged);
            }
            // Following merges always ends: the target stands for itself, so no ring can arise.
            if other.merged_into().is_some() {
                return Err(PersonRefusal::TargetMerged);
            }
            Ok(PersonEvent::MergedInto {
                act,
                into,
                reason: reasoned(reason)?,
            })
        }
        PersonCommand::UndoMerge { reason } => {
            if state.merged_into().is_none() {
                return Err(PersonRefusal::NotMerged);
            }
            Ok(PersonEvent::MergeUndone {
                act,
                reason: reasoned(reason)?,
            })
        }
    }
}

fn reasoned(reason: String) -> Result<String, PersonRefusal> {
    if reason.trim().is_empty() {
        Err(PersonRefusal::NoReason)
    } else {
        Ok(reason)
    }
}

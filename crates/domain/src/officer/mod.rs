//! The register of officers: who may act, for which purpose, at which posts, with which passkeys,
//! and since when no longer.
//!
//! Access ends at once, history does not (DESIGN §6): a dismissal is final for its number, which is
//! never given to anybody else, and everything done under it stays as it is. Facts that arrive late
//! or twice are states with a name, never errors.

mod absence;
mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use absence::Absence;
pub use decide::{Asked, NewPasskey, OfficerCommand, OfficerRefusal, decide};
pub use event::{InvitationPurpose, OfficerEvent, PasskeyEndReason};
pub use state::{Access, Grant, Invitation, OfficerConflict, OfficerState, Passkey, Standing};

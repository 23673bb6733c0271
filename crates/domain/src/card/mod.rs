//! The card register: an application is decided in the sitting in which it is received, and a
//! card is issued, revoked, or replaced by another.
//!
//! There is no "pending" and no fee (facts, one page, 4): the only answers are a card or a
//! refusal with its reason and remedy.

mod contradictions;
mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{CardCommand, CardRefusal, Decision, decide, standing_on};
pub use event::{
    Application, ApplicationPurpose, CardEvent, Issued, NotIssued, Presented, RefusalGround,
    RevocationReason,
};
pub use state::{CardConflict, CardState, Standing};

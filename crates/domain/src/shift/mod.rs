//! The register of shifts: an officer's time at a post, from signing in to signing out.
//!
//! Most of it is facts. The one rule is that an officer works at one place at a time: whoever signs
//! in anew has left the place before.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{ShiftCommand, decide};
pub use event::{Shift, ShiftEnd, ShiftEvent};
pub use state::{OpenShift, ShiftsState};

//! The register of shifts: an officer's time at a post, from signing in to signing out.
//!
//! Most of it is facts. The one rule is that an officer works at one place at a time: whoever signs
//! in anew has left the place before. A phone's key is bound to such a time, too ([`Phone`]).

mod decide;
mod event;
mod length;
mod phone;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{ShiftCommand, decide};
pub use event::{Phone, Shift, ShiftEnd, ShiftEvent};
pub use length::{LONGEST_SHIFT_HOURS, ShiftLength, ShiftLengthError, ShiftLengths};
pub use phone::{ByPhone, Remark, remarks};
pub use state::{OpenPhone, OpenShift, ShiftsState};

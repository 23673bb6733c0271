//! The stay register: entries and exits of one person.
//!
//! A new entry closes an open stay as "exit not recorded". That is nobody's fault (people cross on
//! rafts, posts close; facts B.2) and never a ground for refusal. Of two facts that contradict each
//! other both are kept.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{EntryGround, StayCommand, StayRefusal, decide};
pub use event::{Entered, StayEvent};
pub use state::{Ending, Stay, StayConflict, StaysState};

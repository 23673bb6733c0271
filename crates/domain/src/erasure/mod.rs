//! Forgetting a person: the keys of everything that is about them go, and what was done stays
//! proven.
//!
//! It needs two people of two bodies, and is refused while anything is open (DESIGN §4, "Keys and
//! forgetting"). What goes is one person's whole record: claims, stays, cards and applications. What
//! stays is that rows existed, in which order and signed by whom; who read them; and which card
//! numbers' status bits are set, since a dead card must not come to life because its holder is
//! forgotten.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{EraseCommand, ErasureRefusal, Facts, KnownCard, Matter, decide};
pub use event::{CarriedOut, DeadIndex, ErasureEvent, ErasureGround};
pub use state::ErasureState;

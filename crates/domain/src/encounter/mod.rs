//! The encounter register: an officer meets a person, with or without a card.
//!
//! An encounter leaves a receipt with the person. It names neither the person nor the card: there
//! is no way from a card to the places where it was checked (DESIGN §6); what was checked hangs on
//! the receipt. Encounters are facts and never refused; what contradicts a rule is kept as a breach.

mod event;
mod state;
#[cfg(test)]
mod tests;

pub use event::{Check, EncounterEvent, Outcome, ReceiptCode, Recorded};
pub use state::{Breach, EncounterState};

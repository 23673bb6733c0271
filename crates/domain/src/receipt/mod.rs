//! The receipt register: what a person took away from an act, and can hold against the register.
//!
//! An act that gives a receipt writes one small event more, in the same append: its whole body is
//! what the paper discloses, so the key on the paper opens that and nothing else. The act's own event
//! keeps the code, and nothing leads back: a receipt of an encounter names neither person nor card
//! (DESIGN §6). A register of facts alone; nothing about a receipt can be refused.

mod event;
mod given;
#[cfg(test)]
mod tests;

pub use event::ReceiptEvent;
pub use given::given;
pub use paso_formats::receipt::{Body, Code, Facts, Handle, Kind};

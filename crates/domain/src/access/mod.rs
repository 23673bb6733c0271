//! Reading is an act: who opened whose record, or asked for which list, and for what purpose.
//!
//! A reading is journaled before anything is shown, on a subject of its own beside the person's
//! (`reads:<person>`), so that what was read can be forgotten and who read it cannot. Nothing is
//! decided on it and it has no state: the list of readings is a view, made for the person read about
//! and for those who watch over the readers (DESIGN §4, "Reading is an act").

mod event;
#[cfg(test)]
mod tests;

pub use event::{AccessEvent, How, Listed, Opened};

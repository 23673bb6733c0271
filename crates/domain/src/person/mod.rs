//! A person: claims with evidence, and the finding that two records are one person.
//!
//! A person is not a document (DESIGN §2). A passport and a DPI can belong to one person; a name
//! can be stated in two ways; nothing here is ever corrected, only claimed anew. A merge is an
//! event like any other, and so is its undoing.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{PersonCommand, PersonRefusal, decide};
pub use event::{Claim, Evidence, PersonEvent};
pub use state::PersonState;

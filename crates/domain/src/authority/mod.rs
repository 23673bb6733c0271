//! The register of an authority's keys: which came into use, within which windows, and which ended.
//!
//! The private keys are files of the office; this is what can be proven about them afterwards. A key
//! whose last day of signing has passed is retired and what it signed stands; a key that may have
//! been in other hands has a moment from which what it signed is looked at.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{AuthorityCommand, AuthorityRefusal, decide};
pub use event::{AuthorityEvent, AuthorityKey};
pub use state::{AuthorityState, KeyEnd, KnownKey};

//! The log on its worst days: the commit order broken at every step, databases that were put back,
//! witnesses that are down, slow or lying, a year that turns, entries and tiles that were touched.
//!
//! Whatever is signed in any of these tests passes through one key that remembers it
//! ([`harness::Remembering`]): two trees of one size fail the test there and then.

#![expect(
    clippy::print_stdout,
    reason = "the parent of a process that is killed reads what it signed"
)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::similar_names, reason = "a store and the story it is told")]

mod clearance;
mod harness;
mod kills;
mod order;
mod reading;
mod tampering;
mod tree;
mod witnesses;
mod year;

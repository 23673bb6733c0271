//! What tests of this crate, and of those above it, need: databases of their own, stories to fill
//! them with, and a look at every row. Behind the feature `testing`, never in a shipped program.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot set up its surroundings has nothing to report but that"
)]

mod alter;
mod chains;
mod device;
mod dump;
mod postgres;
mod scratch;
mod story;

pub use alter::alter;
pub use chains::{chains_are_whole, forget_entries};
pub use device::{device, device_of};
pub use dump::{
    create_observed, journal_rows, limit_growth, statements_not_run, view_rows, views_version,
};
pub use postgres::Cluster;
pub use scratch::{Engine, Scratch};
pub use story::{Random, Story, Told};

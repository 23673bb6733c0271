//! The register of sites: the installation at a post, from when to when Paso works there.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{SiteCommand, SiteRefusal, decide};
pub use event::SiteEvent;
pub use state::SiteState;

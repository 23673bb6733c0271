//! What a post must remember to issue without asking anyone: the blocks of status indexes it has
//! leased, and the trust bundles that were published.

mod affairs;
mod event;
mod permutation;
mod state;
#[cfg(test)]
mod tests;

pub use affairs::is_of_the_hub;
pub use event::PostEvent;
pub use permutation::{BLOCK, LIST_SIZE, Lease};
pub use state::PostState;

//! What a post must remember to issue without asking anyone: the blocks of status indexes it has
//! leased, and the trust bundles that were published; and whether it works: its black box, and the
//! quarters of an hour in which its machines were alive.

mod affairs;
mod event;
mod permutation;
mod state;
#[cfg(test)]
mod tests;
mod trouble;
mod uptime;

pub use affairs::is_of_the_hub;
pub use event::PostEvent;
pub use permutation::{BLOCK, LIST_SIZE, Lease};
pub use state::PostState;
pub use trouble::{Look, Part, Trouble, Watch, woken};
pub use uptime::{Day, Quarter, days, hour_of};

//! Use cases: authorise, load, decide, append.
//!
//! A page or a command asks for a [`access::Permit`], which [`paso_domain::policy`] gives or not, and
//! calls one function here with it. The function loads the subjects concerned, lets the register
//! decide, and hands the events to the store, which answers when they are durable. A refusal is
//! journaled too.
//!
//! The clock, randomness and private keys live here and nowhere below.

pub mod access;
pub mod acts;
pub mod approval;
pub mod black_box;
pub mod brought;
pub mod bundle;
pub mod ceremony;
pub mod checkpoint;
pub mod clock;
pub mod contradictions;
pub mod crossing;
pub mod custody;
pub mod desk;
pub mod erasure;
pub mod error;
pub mod figures;
pub mod gate;
mod journal;
mod lease;
pub mod log;
pub mod officer;
pub mod officers;
pub mod passkey;
pub mod people;
pub mod phone;
pub mod placard;
pub mod protection;
pub mod random;
pub mod receipt;
pub mod session;
pub mod sheets;
pub mod signer;
mod start;
pub mod stream;
pub mod sync;
#[cfg(feature = "testing")]
pub mod testing;

pub use error::ServiceError;
pub use officer::Officer;
pub use start::{Authority, BundleAges, Deliver, Keys, Parts, Service, StartError};

//! Where connections come in: TLS or not, how many at once, how long each may take, whose they are,
//! and how all of it ends.
//!
//! Nothing is known here of pages or registers, and no address of anybody is kept, counted in clear
//! or written down: what needs to tell one asker from another gets a code that is forgotten within
//! the hour ([`buckets`]).

mod body;
pub mod buckets;
pub mod peer;
mod reach;
mod serve;
mod stop;
mod tls;

pub use reach::{Exposed, Trust, may_listen};
pub use serve::{Limits, serve};
pub use stop::stopped;
pub use tls::{Certificate, CertificateError};

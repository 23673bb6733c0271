//! The verifier in a phone: what a page loads as WebAssembly to judge a code with no network.
//!
//! It decides nothing of its own. The bundle is opened, the papers are sorted and judged by
//! `paso-formats`, symbols are read by `paso-lens`: the code of the server. Here is only what a page
//! needs around it: [`Checker`], which keeps the newest bundle, the answers as JSON with closed codes
//! ([`answer`]; words are the page's, out of Fluent), what is recorded where there is no network
//! ([`phone`]), and the functions a page calls ([`abi`]).
//!
//! No clock, no randomness, no network: a page gives the time and what was scanned.

pub mod abi;
pub mod answer;
mod checker;
pub mod phone;

pub use checker::{Checker, OpenError};

//! The bytes Paso writes and reads, and the one verdict over them.
//!
//! In scope: the card (CWT claim 169), the entry slip, the post's sign, the trust bundle, the status list, machine
//! readable zones, names as Doc 9303 wants them, and [`verdict`]. Out of scope: rules of the
//! programme, files, networks, clocks and random numbers. Everything here takes time and keys as
//! arguments, never panics on input, and builds for `wasm32-unknown-unknown`, so that a phone runs
//! the very code of the server.

pub mod anchor;
pub mod approval;
pub mod assertion;
pub mod base45;
pub mod batch;
pub mod bundle;
pub mod card;
pub mod chain;
pub mod cose;
pub mod entry;
pub mod envelope;
pub mod episode;
pub mod feed;
pub mod field;
pub mod handle;
pub mod handover;
pub mod key;
pub mod moment;
pub mod mrz;
pub mod name;
pub mod narrative;
pub mod number;
pub mod parcel;
pub mod phone;
pub mod placard;
pub mod receipt;
pub mod scan;
pub mod secret;
pub mod shown;
pub mod slip;
pub mod statement;
pub mod status_list;
pub mod taking;
#[cfg(any(test, feature = "testing"))]
#[expect(
    clippy::expect_used,
    reason = "a test stops where its ground gives way"
)]
pub mod testing;
pub mod verdict;

mod cbor;
mod framed;
mod row;
mod zlib;

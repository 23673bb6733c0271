//! The formats of a transparency log, to the byte, as C2SP (<https://c2sp.org>) and RFC 6962 give
//! them.
//!
//! In scope: the Merkle tree and its proofs, tiles, signed notes, checkpoints, cosignatures, the
//! messages between a log and its witnesses, trust policies and offline proofs. Out of scope: what an
//! entry means, storage, networks, clocks and private keys. Whatever comes in is answered by a value
//! or a named error, never by a panic; whatever is read and written again is the same bytes.
//!
//! Written from signed-note v1.0.0, tlog-checkpoint v1.0.0, tlog-cosignature v1.0.1, tlog-witness
//! v1.0.0 with the status codes of later texts, tlog-tiles v0.1.0, and tlog-proof and tlog-policy as
//! they stood, untagged, in 2026.
//!
//! Only Ed25519 is spoken. Lines of other algorithms are carried along unread, as signed-note wants
//! it of signatures by unknown keys.

pub mod checkpoint;
pub mod cosignature;
pub mod hash;
pub mod note;
pub mod opening;
pub mod policy;
pub mod proof;
pub mod proof_file;
pub mod tile;
pub mod tree;
pub mod witness;

mod text;

//! The call by which a log gets a cosignature (<https://c2sp.org/tlog-witness>, `add-checkpoint`).
//!
//! [`Request`] and [`Response`] are the messages, [`decide`] is the witness's judgement, [`Answer`]
//! is what a log makes of a response. Nothing here stores or sends; what a witness has to do around
//! [`decide`] is written there.

mod answer;
mod decide;
mod request;
mod response;

pub use answer::{Answer, AnswerError};
pub use decide::{Advance, Log, Outcome, Refusal, decide};
pub use request::{MAX_PROOF_LINES, MAX_REQUEST_BYTES, Request, RequestError};
pub use response::{Response, SIZE_CONTENT_TYPE, Status};

use sha2::{Digest, Sha256};

use crate::{checkpoint::Origin, hash::Hash};

/// Where a log posts to, below the witness's submission prefix.
pub const ADD_CHECKPOINT: &str = "add-checkpoint";

/// Where monitors get the newest cosigned checkpoint of a log, below the witness's monitoring
/// prefix: the origin's SHA-256 in hexadecimal, and `/checkpoint`.
#[must_use]
pub fn monitoring_path(origin: &Origin) -> String {
    let hash = Hash(Sha256::digest(origin.as_ref()).into());
    format!("{hash:x}/checkpoint")
}

//! Whoever countersigns the heads, as the log sees them: somebody to be asked, who may be silent,
//! slow, wrong or lying. Nothing they say is believed without a signature.

use core::{future::Future, pin::Pin};
use paso_tlog::{checkpoint::Origin, cosignature::CosignerKey, witness::Request};

/// What is under way.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// `Content-Type` header.
    pub content_type: Option<String>,
    /// Body, as far as any answer of the protocol goes.
    pub body: Vec<u8>,
}

/// No answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer: {0}")]
pub struct Silent(pub String);

/// A witness that can be asked.
pub trait Witness: Send + Sync {
    /// What the policy calls it.
    fn name(&self) -> &str;

    /// The key that the policy gives it.
    fn key(&self) -> &CosignerKey;

    /// Sends a checkpoint to be cosigned (tlog-witness §add-checkpoint).
    fn add_checkpoint<'a>(&'a self, request: &'a Request) -> Asked<'a, Result<Reply, Silent>>;

    /// Asks which checkpoint of a log it cosigned last; a witness need not offer that.
    fn newest<'a>(&'a self, origin: &'a Origin) -> Asked<'a, Result<Reply, Silent>>;
}

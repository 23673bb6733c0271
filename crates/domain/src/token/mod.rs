//! The register of tokens: what a program shows in the place of a passkey, for one role and one
//! purpose, in the name of one officer who answers for it.
//!
//! Only the token's SHA-256 is kept. It lasts ninety days at most, and never longer than the
//! officer's own right to the role: whoever looks a token up asks for the officer's standing, too.

mod decide;
mod event;
mod state;
#[cfg(test)]
mod tests;

pub use decide::{LONGEST, TokenCommand, TokenRefusal, decide};
pub use event::{Token, TokenEvent};
pub use state::TokenState;

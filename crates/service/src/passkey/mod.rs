//! Passkeys: how an officer gets one, and how it opens a session (WebAuthn L3 §7.1, §7.2).
//!
//! A ceremony is two requests. The first draws a challenge and keeps what it must remember in the
//! table `ceremony`, under the hash of a token that only the page knows; the second takes that out,
//! once, within [`CEREMONY_LIFE`], and looks at the browser's answer. So an answer sent again finds
//! nothing to fit, whoever sends it.
//!
//! Passkeys are discoverable, so that nobody types a number first; the authenticator must verify its
//! user, and is not asked of which make it is. Whose passkey it is and whether it counts is the
//! register of officers' to say; a count that steps back is evidence and never a refusal.
//!
//! Reading order: [`RelyingParty`], `enrol`, `sign_in`; `stored` is what webauthn-rs writes down.

mod enrol;
mod recover;
mod refusal;
mod register;
mod relying_party;
mod sign_in;
mod stored;

pub use enrol::{Enrolled, Enrolment};
pub use recover::RECOVER;
pub use refusal::{PasskeyError, PasskeyRefusal};
pub use relying_party::{NoHostName, RelyingParty};
pub use sign_in::{Choice, SigningIn};

use crate::{
    Service, ServiceError,
    session::{STEP, Token, TokenPurpose},
};
use paso_formats::moment::{MINUTE, Moment};
use serde::{Serialize, de::DeserializeOwned};

/// How long a ceremony may take, in seconds.
pub const CEREMONY_LIFE: i64 = 5 * MINUTE;

/// What a page needs to ask a browser for a passkey.
#[derive(Clone, Debug)]
pub struct Asks {
    /// `PublicKeyCredentialCreationOptions` or `…RequestOptions` as JSON, bytes in base64url.
    pub options: String,
    /// The ceremony it belongs to: goes back with the answer.
    pub ceremony: Token,
}

impl Service {
    /// Keeps what a ceremony must remember.
    async fn begin(
        &self,
        purpose: TokenPurpose,
        state: &impl Serialize,
        now: Moment,
    ) -> Result<Token, ServiceError> {
        let token = self.token()?;
        let state = serde_json::to_vec(state).map_err(|error| {
            ServiceError::Device(format!("a ceremony could not be written down: {error}"))
        })?;
        let expires = now.plus(CEREMONY_LIFE);
        self.store()
            .begin_ceremony(&token.hash(), purpose.code(), state, now, expires)
            .await?;
        Ok(token)
    }

    /// Takes a ceremony out, once.
    async fn take<T: DeserializeOwned>(
        &self,
        purpose: TokenPurpose,
        token: &Token,
        now: Moment,
    ) -> Result<T, PasskeyError> {
        let state = self
            .store()
            .take_ceremony(&token.hash(), purpose.code(), now, CEREMONY_LIFE + STEP)
            .await
            .map_err(ServiceError::from)?
            .ok_or(PasskeyRefusal::CeremonyOver)?;
        // One that an older version began is begun anew.
        serde_json::from_slice(&state).map_err(|_| PasskeyRefusal::CeremonyOver.into())
    }
}

//! What may be asked of the register of keys, and what it refuses.

use super::{
    event::{AuthorityEvent, AuthorityKey},
    state::AuthorityState,
};
use crate::act::{Act, Way};
use paso_formats::{key::KeyId, moment::Moment};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorityCommand {
    /// Take a key into use.
    AddKey(AuthorityKey),
    /// End a key.
    EndKey {
        /// Which.
        id: KeyId,
        /// From when.
        from: Moment,
        /// From when on it may have been in other hands.
        compromised_from: Option<Moment>,
        /// Why.
        reason: String,
    },
}

impl AuthorityCommand {
    /// The stable code, as approvals and refusals name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AddKey(_) => "authority.add-key",
            Self::EndKey { .. } => "authority.end-key",
        }
    }
}

/// Why a command about a key is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorityRefusal {
    /// Added already.
    #[error("this key is in the register already")]
    Known,
    /// Ended.
    #[error("this key has ended already; make a new one")]
    Ended,
    /// Windows that do not follow each other.
    #[error(
        "a key signs from, signs until and is accepted until, in this order; correct the dates"
    )]
    Windows,
    /// In the future.
    #[error("nothing can be known to be in other hands from a future moment on; correct the date")]
    InFuture,
    /// No reason.
    #[error("write the reason in a few words; it stays with the act")]
    ReasonMissing,
}

impl AuthorityRefusal {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Known,
        Self::Ended,
        Self::Windows,
        Self::InFuture,
        Self::ReasonMissing,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Known => "key-known",
            Self::Ended => "key-ended",
            Self::Windows => "key-windows",
            Self::InFuture => "key-in-future",
            Self::ReasonMissing => "key-reason-missing",
        }
    }
}

/// What follows. A key that was never added can be ended all the same: keys were in use before there
/// was this register.
///
/// # Errors
/// See [`AuthorityRefusal`].
pub fn decide(
    state: &AuthorityState,
    command: AuthorityCommand,
    act: Act,
    way: Way,
) -> Result<AuthorityEvent, AuthorityRefusal> {
    match command {
        AuthorityCommand::AddKey(key) => {
            let known = state.key(key.id);
            if known.is_some_and(|known| known.end.is_some()) {
                return Err(AuthorityRefusal::Ended);
            }
            if known.is_some_and(|known| known.key.is_some()) {
                return Err(AuthorityRefusal::Known);
            }
            if key.sign_from > key.sign_until || key.sign_until > key.verify_until {
                return Err(AuthorityRefusal::Windows);
            }
            Ok(AuthorityEvent::KeyAdded { act, way, key })
        }
        AuthorityCommand::EndKey {
            id,
            from,
            compromised_from,
            reason,
        } => {
            if reason.trim().is_empty() {
                return Err(AuthorityRefusal::ReasonMissing);
            }
            if compromised_from.is_some_and(|compromised| compromised > act.at) {
                return Err(AuthorityRefusal::InFuture);
            }
            let news = |end: super::KeyEnd| {
                compromised_from.is_some_and(|compromised| {
                    end.compromised_from.is_none_or(|known| compromised < known)
                })
            };
            let ended = state.key(id).and_then(|known| known.end);
            if ended.is_some_and(|end| !news(end)) {
                return Err(AuthorityRefusal::Ended);
            }
            Ok(AuthorityEvent::KeyEnded {
                act,
                way,
                id,
                from,
                compromised_from,
                reason,
            })
        }
    }
}

//! What may be asked of the register of tokens, and what it refuses.

use super::{
    event::{Token, TokenEvent},
    state::TokenState,
};
use crate::{
    act::{Act, Way},
    officer::Standing,
};
use paso_formats::moment::DAY;

/// How long a token lasts at most, in seconds.
pub const LONGEST: i64 = 90 * DAY;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenCommand {
    /// Issue it.
    Issue {
        /// The token.
        token: Token,
        /// How the officer who is to answer for it stands now.
        standing: Box<Standing>,
    },
    /// Take it back.
    Revoke {
        /// Why.
        reason: String,
    },
}

impl TokenCommand {
    /// The stable code, as approvals and refusals name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Issue { .. } => "token.issue",
            Self::Revoke { .. } => "token.revoke",
        }
    }
}

/// Why a command about a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefusal {
    /// The identifier is taken.
    #[error("there is such a token already; issue again to draw another")]
    Known,
    /// The officer does not hold the role.
    #[error("the officer does not have this role at this post; give it first, or choose another")]
    RoleNotHeld,
    /// No purpose.
    #[error("write what the token is for, such as the name of the program that will use it")]
    PurposeMissing,
    /// It would last too long, or not at all.
    #[error("a token lasts between one and ninety days; choose a shorter time and renew it")]
    Duration,
    /// No such token.
    #[error("there is no such token; look at the list")]
    Unknown,
    /// Taken back.
    #[error("this token was taken back already")]
    Revoked,
    /// No reason.
    #[error("write the reason in a few words; it stays with the act")]
    ReasonMissing,
}

impl TokenRefusal {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Known,
        Self::RoleNotHeld,
        Self::PurposeMissing,
        Self::Duration,
        Self::Unknown,
        Self::Revoked,
        Self::ReasonMissing,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Known => "token-known",
            Self::RoleNotHeld => "token-role-not-held",
            Self::PurposeMissing => "token-purpose-missing",
            Self::Duration => "token-duration",
            Self::Unknown => "token-unknown",
            Self::Revoked => "token-revoked",
            Self::ReasonMissing => "token-reason-missing",
        }
    }
}

/// What follows.
///
/// # Errors
/// See [`TokenRefusal`].
pub fn decide(
    state: &TokenState,
    command: TokenCommand,
    act: Act,
    way: Way,
) -> Result<TokenEvent, TokenRefusal> {
    match command {
        TokenCommand::Issue { .. } if state.token().is_some() || state.revoked().is_some() => {
            Err(TokenRefusal::Known)
        }
        TokenCommand::Issue { token, standing } => {
            let life = token.expires.since(act.at);
            if token.purpose.trim().is_empty() {
                return Err(TokenRefusal::PurposeMissing);
            }
            if life <= 0 || life > LONGEST {
                return Err(TokenRefusal::Duration);
            }
            if !standing.holds(token.role, token.post) {
                return Err(TokenRefusal::RoleNotHeld);
            }
            Ok(TokenEvent::Issued { act, way, token })
        }
        TokenCommand::Revoke { .. } if state.token().is_none() => Err(TokenRefusal::Unknown),
        TokenCommand::Revoke { .. } if state.revoked().is_some() => Err(TokenRefusal::Revoked),
        TokenCommand::Revoke { reason } if reason.trim().is_empty() => {
            Err(TokenRefusal::ReasonMissing)
        }
        TokenCommand::Revoke { reason } => Ok(TokenEvent::Revoked {
            from: act.at,
            act,
            way,
            reason,
        }),
    }
}

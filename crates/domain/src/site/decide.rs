//! What may be asked of the register of sites, and what it refuses.

use super::{event::SiteEvent, state::SiteState};
use crate::act::{Act, Way};
use paso_formats::moment::Moment;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteCommand {
    /// Open it.
    Open {
        /// From when.
        from: Moment,
        /// What is worth knowing.
        note: String,
    },
    /// Close it.
    Close {
        /// From when.
        from: Moment,
        /// Why.
        reason: String,
    },
}

impl SiteCommand {
    /// The stable code, as approvals and refusals name it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open { .. } => "site.open",
            Self::Close { .. } => "site.close",
        }
    }
}

/// Why a command about a site is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteRefusal {
    /// Open already.
    #[error("this site is open already")]
    Open,
    /// Not open.
    #[error("this site is not open; look at the list")]
    NotOpen,
    /// No reason.
    #[error("write the reason in a few words; it stays with the act")]
    ReasonMissing,
}

impl SiteRefusal {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Open, Self::NotOpen, Self::ReasonMissing];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "site-open",
            Self::NotOpen => "site-not-open",
            Self::ReasonMissing => "site-reason-missing",
        }
    }
}

/// What follows.
///
/// # Errors
/// See [`SiteRefusal`].
pub fn decide(
    state: &SiteState,
    command: SiteCommand,
    act: Act,
    way: Way,
) -> Result<SiteEvent, SiteRefusal> {
    match command {
        SiteCommand::Open { from, .. } if state.open_at(from) == Some(true) => {
            Err(SiteRefusal::Open)
        }
        SiteCommand::Open { from, note } => Ok(SiteEvent::Opened {
            act,
            way,
            from,
            note,
        }),
        SiteCommand::Close { from, .. } if state.open_at(from) != Some(true) => {
            Err(SiteRefusal::NotOpen)
        }
        SiteCommand::Close { reason, .. } if reason.trim().is_empty() => {
            Err(SiteRefusal::ReasonMissing)
        }
        SiteCommand::Close { from, reason } => Ok(SiteEvent::Closed {
            act,
            way,
            from,
            reason,
        }),
    }
}

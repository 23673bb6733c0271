//! Why a signature is not taken, each reason with what to do.

use paso_formats::assertion::AssertionError;

/// Why a signature is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningRefusal {
    /// The officer has none.
    #[error("this act is signed with your own passkey, and you have none; ask for an invitation")]
    NoPasskey,
    /// The pages have no name.
    #[error("passkeys need an address with a name; call the office that runs the system")]
    NoHostName,
    /// Too late.
    #[error("nobody signed this in time; do it again")]
    Expired,
    /// Prepared later than it is: the clock was set back.
    #[error(
        "the server's clock was set back since this was prepared; have it set right, then do it again"
    )]
    FromLater,
    /// Signed, declined or void.
    #[error("this has ended already; nothing is left to sign")]
    Ended,
    /// A subject moved on.
    #[error("this was changed meanwhile; look at it again and do it anew")]
    Overtaken,
    /// The proposer would be the second.
    #[error("you signed this already; the second signature must be another person's")]
    SamePerson,
    /// One key for two people.
    #[error("this passkey signed already; two people sign with two passkeys of their own")]
    SameKey,
    /// Not one of the officer's.
    #[error("this passkey is not yours or no longer counts; sign with your own")]
    NotYours,
    /// Not what a browser sends.
    #[error("the browser's answer could not be read; sign again, if need be in another browser")]
    Unreadable,
    /// The assertion is not good.
    #[error(transparent)]
    Answer(#[from] AssertionError),
}

impl SigningRefusal {
    /// The stable code: journaled, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPasskey => "signing-no-passkey",
            Self::NoHostName => "passkey-no-host-name",
            Self::Expired => "signing-expired",
            Self::FromLater => "signing-from-later",
            Self::Ended => "signing-ended",
            Self::Overtaken => "signing-overtaken",
            Self::SamePerson => "signing-same-person",
            Self::SameKey => "signing-same-key",
            Self::NotYours => "signing-not-yours",
            Self::Unreadable => "passkey-unreadable",
            Self::Answer(error) => error.code(),
        }
    }
}

/// Why somebody who could have signed would not. A closed list: words about a person would stand
/// outside the person's own record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclineReason {
    /// It is about the wrong record or person.
    WrongRecord,
    /// Its ground is missing or not convincing.
    NoGround,
    /// Something else has to happen first.
    TooEarly,
    /// Whoever proposed it takes it back.
    TakenBack,
}

impl DeclineReason {
    /// All reasons, in the order of the form.
    pub const ALL: [Self; 4] = [
        Self::WrongRecord,
        Self::NoGround,
        Self::TooEarly,
        Self::TakenBack,
    ];

    /// The stable code: journaled, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongRecord => "declined-wrong-record",
            Self::NoGround => "declined-no-ground",
            Self::TooEarly => "declined-too-early",
            Self::TakenBack => "declined-taken-back",
        }
    }
}

//! Why somebody is not let in, each reason with what to do.

use crate::ServiceError;
use paso_domain::officer::OfficerRefusal;
use paso_formats::assertion::AssertionError;
use webauthn_rs::prelude::WebauthnError;

/// Why a passkey was not registered, or opened no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyRefusal {
    /// The address of the pages is a number.
    #[error("passkeys need an address with a name; call the office that runs the system")]
    NoHostName,
    /// The link leads nowhere.
    #[error("this link is not known, or was replaced by a newer one; ask for a new one")]
    LinkUnknown,
    /// Too late, answered twice, or never begun.
    #[error("this was answered already or took longer than five minutes; begin again")]
    CeremonyOver,
    /// Not what a browser sends.
    #[error("the browser's answer could not be read; begin again, if need be in another browser")]
    Unreadable,
    /// The answer is not good.
    #[error(transparent)]
    Answer(#[from] AssertionError),
    /// A kind of key that is not accepted here.
    #[error("this authenticator makes a kind of key that is not accepted here; use another one")]
    KindOfKey,
    /// Nobody's here.
    #[error("this passkey is not registered here; use the one that was, or ask for an invitation")]
    NotRegistered,
    /// It says it is somebody else's.
    #[error("this passkey names another officer than its owner; tell an administrator at once")]
    AnotherOfficer,
    /// Ended, or lost, or recovered.
    #[error("this passkey no longer counts; use the newer one, or ask an administrator")]
    Ended,
    /// Suspended or dismissed.
    #[error("your access has ended or is suspended; ask an administrator")]
    NotInService,
    /// Nothing to sign in for.
    #[error("no role is given to you at this moment; ask an administrator")]
    NoRole,
    /// Not this role at this post.
    #[error("this role is not given to you at this post; choose another")]
    NotThere,
    /// The register of officers refuses.
    #[error(transparent)]
    Register(#[from] OfficerRefusal),
}

impl PasskeyRefusal {
    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoHostName => "passkey-no-host-name",
            Self::LinkUnknown => "passkey-link-unknown",
            Self::CeremonyOver => "passkey-ceremony-over",
            Self::Unreadable => "passkey-unreadable",
            Self::Answer(error) => error.code(),
            Self::KindOfKey => "passkey-kind-of-key",
            Self::NotRegistered => "passkey-not-registered",
            Self::AnotherOfficer => "passkey-another-officer",
            Self::Ended => "passkey-ended",
            Self::NotInService => "passkey-not-in-service",
            Self::NoRole => "passkey-no-role",
            Self::NotThere => "passkey-not-there",
            Self::Register(refusal) => refusal.code(),
        }
    }
}

/// Why a ceremony did not end well.
#[derive(Debug, thiserror::Error)]
pub enum PasskeyError {
    /// Refused, with a reason for the person.
    #[error(transparent)]
    Refused(#[from] PasskeyRefusal),
    /// It could not be carried out.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<AssertionError> for PasskeyError {
    fn from(error: AssertionError) -> Self {
        Self::Refused(PasskeyRefusal::Answer(error))
    }
}

/// The words for what webauthn-rs found: the same as for an approval, wherever both can find it.
pub(super) fn of(error: &WebauthnError) -> PasskeyRefusal {
    PasskeyRefusal::Answer(match error {
        WebauthnError::InvalidClientDataType => AssertionError::Kind,
        WebauthnError::MismatchedChallenge => AssertionError::Challenge,
        WebauthnError::InvalidRPOrigin => AssertionError::Origin,
        WebauthnError::CredentialCrossOrigin => AssertionError::CrossOrigin,
        WebauthnError::InvalidRPIDHash => AssertionError::RelyingParty,
        WebauthnError::UserNotPresent => AssertionError::NotPresent,
        WebauthnError::UserNotVerified => AssertionError::NotVerified,
        WebauthnError::AuthenticationFailure => AssertionError::Signature,
        WebauthnError::CredentialNotFound => return PasskeyRefusal::NotRegistered,
        WebauthnError::InvalidUserUniqueId => return PasskeyRefusal::AnotherOfficer,
        WebauthnError::CredentialAlteredAlgFromRequest
        | WebauthnError::COSEKeyInvalidAlgorithm
        | WebauthnError::COSEKeyInvalidType
        | WebauthnError::COSEKeyEDUnsupported => return PasskeyRefusal::KindOfKey,
        _ => return PasskeyRefusal::Unreadable,
    })
}

//! Why a use case did not happen, as the person in front of the screen needs to know it.

use paso_domain::{
    card::CardRefusal, event::UnreadableEvent, person::PersonRefusal, policy::Power,
    protection::ProtectionRefusal, stay::StayRefusal,
};
use paso_formats::envelope::OpenError;
use paso_store::{AppendError, DatabaseError};

/// Why a use case did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The role does not have the power.
    #[error("your role does not include this; ask whoever has it at your post")]
    NotAllowed(Power),
    /// The register refused, and the refusal is in the journal.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no such record, or none this role may know of.
    #[error("there is no such record; check the number")]
    NotFound,
    /// A field of the request cannot be used.
    #[error("{field}: {problem}")]
    BadRequest {
        /// Which field.
        field: &'static str,
        /// What is wrong with it and what to do.
        problem: String,
    },
    /// Others kept changing the same record.
    #[error("others are changing this record at this moment; wait a little and try again")]
    Contended,
    /// The database could not be read.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The journal could not be written. Nothing was recorded.
    #[error(transparent)]
    Append(AppendError),
    /// The database broke off while it was writing: the act is recorded wholly or not at all.
    #[error(
        "it is not known whether this was recorded; look at today's list before you repeat it ({0})"
    )]
    InDoubt(AppendError),
    /// What is stored cannot be read: a matter for the office that runs the system.
    #[error("a stored record cannot be read ({0}); call the office that runs the system")]
    Unreadable(String),
    /// Signing, randomness or a file failed; it says what was recorded.
    #[error("{0}")]
    Device(String),
}

/// A refusal of any register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// By the register of persons.
    #[error(transparent)]
    Person(#[from] PersonRefusal),
    /// By the card register.
    #[error(transparent)]
    Card(#[from] CardRefusal),
    /// By the stay register.
    #[error(transparent)]
    Stay(#[from] StayRefusal),
    /// By the register of protection.
    #[error(transparent)]
    Protection(#[from] ProtectionRefusal),
}

impl Refusal {
    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person(refusal) => refusal.code(),
            Self::Card(refusal) => refusal.code(),
            Self::Stay(refusal) => refusal.code(),
            Self::Protection(refusal) => refusal.code(),
        }
    }
}

impl From<OpenError> for ServiceError {
    fn from(error: OpenError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<UnreadableEvent> for ServiceError {
    fn from(error: UnreadableEvent) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<crate::random::NoRandomness> for ServiceError {
    fn from(error: crate::random::NoRandomness) -> Self {
        Self::Device(error.to_string())
    }
}

impl From<paso_formats::key::SignError> for ServiceError {
    fn from(error: paso_formats::key::SignError) -> Self {
        Self::Device(error.to_string())
    }
}

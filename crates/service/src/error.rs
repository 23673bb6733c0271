//! Why a use case did not happen, as the person in front of the screen needs to know it.

use crate::approval::SigningRefusal;
use paso_domain::{
    authority::AuthorityRefusal, card::CardRefusal, contradiction::SettleRefusal,
    custody::CustodyRefusal, device::DeviceRefusal, erasure::ErasureRefusal,
    event::UnreadableEvent, id::ErasureId, officer::OfficerRefusal, person::PersonRefusal,
    policy::Power, protection::ProtectionRefusal, sheet::SheetRefusal, site::SiteRefusal,
    stay::StayRefusal, token::TokenRefusal,
};
use paso_formats::{envelope::OpenError, moment::Moment};
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
    /// The signature that this act needs was not taken.
    #[error(transparent)]
    Signing(#[from] SigningRefusal),
    /// Whoever has this session may no longer act: suspended, dismissed, the role taken back, or the
    /// passkey ended.
    #[error("your access has ended or was changed; sign in again, or ask an administrator")]
    AccessEnded,
    /// There is no such record, or none this role may know of.
    #[error("there is no such record; check the number")]
    NotFound,
    /// The record was erased. What proves that it existed still stands.
    #[error("this record was erased on {at}; what proves that it existed still stands")]
    Forgotten {
        /// The erasure.
        erasure: ErasureId,
        /// When it was asked for.
        at: Moment,
    },
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
    /// The affair is the hub's, and this is a post.
    #[error(
        "officers, devices, sites, keys, tokens, erasures and contradictions are the hub's affair: do it there, and          it arrives here the next time this post is connected"
    )]
    AtHub,
    /// The hub's leave to issue has ended at this post.
    #[error(
        "this post has been without its hub for too long and may issue no card since {since};          entries, exits and checks go on. Connect it, or carry a parcel on a stick          (`paso post export`)"
    )]
    LeaseEnded {
        /// Since when.
        since: Moment,
    },
    /// Every status index that the hub has given this post is used.
    #[error(
        "this post has used all card numbers that its hub gave it; connect it, or carry a parcel on a \
         stick (`paso post export`). Entries, exits and checks go on"
    )]
    NothingLeft,
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
    /// By the register of erasures.
    #[error(transparent)]
    Erasure(#[from] ErasureRefusal),
    /// By the register of officers.
    #[error(transparent)]
    Officer(#[from] OfficerRefusal),
    /// By the register of devices.
    #[error(transparent)]
    Device(#[from] DeviceRefusal),
    /// By the register of sites.
    #[error(transparent)]
    Site(#[from] SiteRefusal),
    /// By the register of the authority's keys.
    #[error(transparent)]
    Authority(#[from] AuthorityRefusal),
    /// By the register of tokens.
    #[error(transparent)]
    Token(#[from] TokenRefusal),
    /// By the register of protection.
    #[error(transparent)]
    Protection(#[from] ProtectionRefusal),
    /// By the register of sheets.
    #[error(transparent)]
    Sheet(#[from] SheetRefusal),
    /// Of a settling.
    #[error(transparent)]
    Settle(#[from] SettleRefusal),
    /// By the register of custody.
    #[error(transparent)]
    Custody(#[from] CustodyRefusal),
}

impl Refusal {
    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Person(refusal) => refusal.code(),
            Self::Card(refusal) => refusal.code(),
            Self::Stay(refusal) => refusal.code(),
            Self::Erasure(refusal) => refusal.code(),
            Self::Officer(refusal) => refusal.code(),
            Self::Device(refusal) => refusal.code(),
            Self::Site(refusal) => refusal.code(),
            Self::Authority(refusal) => refusal.code(),
            Self::Token(refusal) => refusal.code(),
            Self::Sheet(refusal) => refusal.code(),
            Self::Settle(refusal) => refusal.code(),
            Self::Protection(refusal) => refusal.code(),
            Self::Custody(refusal) => refusal.code(),
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

//! What is wrong with a configuration, and what to write instead.

use paso_formats::{batch::MAX_AUTHORITY_BYTES, statement::NotAKey};
use paso_listen::Exposed;
use paso_pages::security::NotAContact;
use paso_tlog::{
    checkpoint::Origin,
    note::{KeyError, KeyName, NotAName},
};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, an unknown setting, or a value of another type.
    #[error("{0}")]
    Syntax(#[from] toml::de::Error),
    /// Reached by others without TLS.
    #[error("listen: {0}")]
    Exposed(#[from] Exposed),
    /// One of the two files of TLS.
    #[error("certificate and certificate_key go together; write both, or neither")]
    HalfTls,
    /// An address that cannot be published.
    #[error("contact: {0}")]
    Contact(#[from] NotAContact),
    /// The witness's name.
    #[error("name: {0}")]
    Name(#[from] NotAName),
    /// A log's key.
    #[error("the key {vkey:?} of a log: {source}")]
    Vkey {
        /// As written.
        vkey: String,
        /// What is wrong with it.
        source: KeyError,
    },
    /// A log without keys.
    #[error("a [[log]] has no vkeys; ask the log's operator for its verifier key, in person")]
    NoKeys,
    /// Keys of several names, and no origin that says which log it is.
    #[error("the keys of one [[log]] have the names {0} and {1}; write its origin beside them")]
    SeveralNames(KeyName, KeyName),
    /// An origin that no checkpoint can have.
    #[error("the origin {0:?} is not 1 to 255 bytes without control characters")]
    Origin(String),
    /// One log twice.
    #[error("the log {0} is there twice; put all its keys into one [[log]]")]
    Twice(Origin),
    /// A code that cannot be part of an address.
    #[error(
        "the authority's code {0:?} is not 1 to {MAX_AUTHORITY_BYTES} letters, digits and hyphens, such as MX-INM"
    )]
    Code(String),
    /// One authority twice.
    #[error("the authority {0} is there twice; leave one [[authority]]")]
    AuthorityTwice(String),
    /// Nobody says whose log it is.
    #[error(
        "the log {0} names no authority, and there are several; write authority = \"...\" into its \
         [[log]], with the code of the [[authority]] whose log it is"
    )]
    WhoseLog(Origin),
    /// A log of an authority that is not there.
    #[error(
        "the log {origin} is of the authority {code:?}, of which there is no [[authority]]; correct one of them"
    )]
    NoSuchAuthority {
        /// Which log.
        origin: Origin,
        /// As written.
        code: String,
    },
    /// An address that is none, or one over which the token would travel in the open.
    #[error(
        "the address {0:?} of an authority must begin with https://, or with http:// on this machine"
    )]
    Url(String),
    /// Not where browsers reach it.
    #[error("address: {0:?} is not https:// and a name, without a slash at its end")]
    Address(String),
    /// The key to which accounts are sealed.
    #[error("statement_key of [taking]: {0}")]
    StatementKey(#[from] NotAKey),
    /// Never, or not within a month.
    #[error("answer_within_hours of [taking] lies between 1 and 720, not {0}")]
    Hours(u32),
    /// Reports that nobody must answer.
    #[error("[taking] needs an [[authority]] that answers; add one, or take [taking] away")]
    NobodyAnswers,
    /// A mirror that holds nothing.
    #[error("most_gigabytes of [mirror] must be at least 1")]
    NoRoom,
    /// Never, or so seldom that every alarm rings.
    #[error("every_seconds of [mirror] must lie between 1 and 600, not {0}")]
    Every(u64),
}

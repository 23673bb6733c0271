//! What a rule's state is about, and therefore what is loaded, versioned and encrypted together.

use core::{fmt, str::FromStr};

use crate::{
    crossings::PostCode,
    id::{ApplicationId, EncounterId, OfficerNumber, PersonId},
};
use paso_formats::{number::CardNumber, receipt::Code};

/// A subject of the journal.
///
/// Its text form is stored for ever: add variants, never change one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A person's claims and merges.
    Person(PersonId),
    /// An application that did not become a card: its reception and reasoned refusal.
    Application(ApplicationId),
    /// A card, from the application it was issued on to its end.
    Card(CardNumber),
    /// All stays of one person: at most one is open, and that is decided here.
    Stays(PersonId),
    /// One encounter.
    Encounter(EncounterId),
    /// What one receipt discloses. Drawn at random for each receipt, so it leads from no card, person
    /// or encounter; whoever holds the paper has the name of it.
    Receipt(Code),
    /// A person's protection: screening, flag, consular notices. Apart from the person's record, so
    /// that whoever may load the one has not loaded the other.
    Protection(PersonId),
    /// What a post itself needs to remember, such as its leased status indexes.
    Post(PostCode),
    /// An officer: enrolment, purposes, passkeys, and what they tried without being allowed to.
    Officer(OfficerNumber),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person:{id}"),
            Self::Application(id) => write!(f, "application:{id}"),
            Self::Card(number) => write!(f, "card:{number}"),
            Self::Stays(id) => write!(f, "stays:{id}"),
            Self::Encounter(id) => write!(f, "encounter:{id}"),
            Self::Receipt(code) => write!(f, "receipt:{code}"),
            Self::Protection(id) => write!(f, "protection:{id}"),
            Self::Post(code) => write!(f, "post:{code}"),
            Self::Officer(number) => write!(f, "officer:{number}"),
        }
    }
}

/// The text names no subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a subject of the journal; expected a kind, a colon and an identifier")]
pub struct NotASubject;

impl FromStr for Subject {
    type Err = NotASubject;

    fn from_str(text: &str) -> Result<Self, NotASubject> {
        let (kind, id) = text.split_once(':').ok_or(NotASubject)?;
        match kind {
            "person" => id.parse().map(Self::Person).map_err(|_| NotASubject),
            "application" => id.parse().map(Self::Application).map_err(|_| NotASubject),
            "card" => id.parse().map(Self::Card).map_err(|_| NotASubject),
            "stays" => id.parse().map(Self::Stays).map_err(|_| NotASubject),
            "encounter" => id.parse().map(Self::Encounter).map_err(|_| NotASubject),
            // A code is read aloud in many ways; a subject is stored in one.
            "receipt" => id
                .parse::<Code>()
                .ok()
                .filter(|code| code.to_string() == id)
                .map(Self::Receipt)
                .ok_or(NotASubject),
            "protection" => id.parse().map(Self::Protection).map_err(|_| NotASubject),
            "post" => id.parse().map(Self::Post).map_err(|_| NotASubject),
            "officer" => id.parse().map(Self::Officer).map_err(|_| NotASubject),
            _ => Err(NotASubject),
        }
    }
}

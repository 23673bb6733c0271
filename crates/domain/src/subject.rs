//! What a rule's state is about, and therefore what is loaded, versioned and encrypted together.

use core::{fmt, str::FromStr};

use crate::sheet::Batch;
use crate::{
    crossings::PostCode,
    id::{
        ApplicationId, AuthorityCode, EncounterId, EpisodeId, ErasureId, OfficerNumber, PersonId,
        StreamId, TokenId,
    },
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
    /// One person's time under control.
    Episode(EpisodeId),
    /// What a post itself needs to remember, such as its leased status indexes.
    Post(PostCode),
    /// An officer: enrolment, roles, passkeys, end.
    Officer(OfficerNumber),
    /// All shifts of an officer.
    Shifts(OfficerNumber),
    /// Numbered sheets that were printed together.
    Sheets(Batch),
    /// A machine with a key of its own, by the stream it writes.
    Device(StreamId),
    /// The installation at a post.
    Site(PostCode),
    /// An authority's keys.
    Authority(AuthorityCode),
    /// A token of the API.
    Token(TokenId),
    /// Who has read a person's records. It stays when those are forgotten.
    Reads(PersonId),
    /// Which lists an officer has asked for, and what they tried beyond their purpose.
    Lists(OfficerNumber),
    /// One erasure of a person's records.
    Erasure(ErasureId),
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
            Self::Episode(id) => write!(f, "episode:{id}"),
            Self::Post(code) => write!(f, "post:{code}"),
            Self::Officer(number) => write!(f, "officer:{number}"),
            Self::Shifts(number) => write!(f, "shifts:{number}"),
            Self::Sheets(batch) => write!(f, "sheets:{batch}"),
            Self::Device(stream) => write!(f, "device:{stream}"),
            Self::Site(code) => write!(f, "site:{code}"),
            Self::Authority(code) => write!(f, "authority:{code}"),
            Self::Token(id) => write!(f, "token:{id}"),
            Self::Reads(id) => write!(f, "reads:{id}"),
            Self::Lists(number) => write!(f, "lists:{number}"),
            Self::Erasure(id) => write!(f, "erasure:{id}"),
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
            "episode" => id.parse().map(Self::Episode).map_err(|_| NotASubject),
            "post" => id.parse().map(Self::Post).map_err(|_| NotASubject),
            "officer" => officer(id).map(Self::Officer),
            "shifts" => officer(id).map(Self::Shifts),
            "sheets" => id.parse().map(Self::Sheets).map_err(|_| NotASubject),
            "device" => id.parse().map(Self::Device).map_err(|_| NotASubject),
            "site" => id.parse().map(Self::Site).map_err(|_| NotASubject),
            "authority" => id.parse().map(Self::Authority).map_err(|_| NotASubject),
            "token" => id.parse().map(Self::Token).map_err(|_| NotASubject),
            "reads" => id.parse().map(Self::Reads).map_err(|_| NotASubject),
            "lists" => officer(id).map(Self::Lists),
            "erasure" => id.parse().map(Self::Erasure).map_err(|_| NotASubject),
            _ => Err(NotASubject),
        }
    }
}

/// A number is typed with blanks around it; a subject is stored in one spelling.
fn officer(id: &str) -> Result<OfficerNumber, NotASubject> {
    id.parse::<OfficerNumber>()
        .ok()
        .filter(|number| number.as_str() == id)
        .ok_or(NotASubject)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What journals have. Never changed.
    #[test]
    fn the_text_of_a_subject_leads_back_to_it() {
        let id = "0123456789abcdef0123456789abcdef";
        for text in [
            format!("person:{id}"),
            format!("application:{id}"),
            format!("stays:{id}"),
            format!("encounter:{id}"),
            "post:TAL".to_owned(),
            "officer:INM-0417".to_owned(),
            "shifts:INM-0417".to_owned(),
            "sheets:TALE7K3M9".to_owned(),
            "sheets:CHK00000".to_owned(),
            format!("device:{id}"),
            "site:TAL".to_owned(),
            "authority:mx-inm".to_owned(),
            format!("token:{id}"),
        ] {
            assert_eq!(text.parse::<Subject>().unwrap().to_string(), text);
        }
        for text in [
            "officer: INM-0417",
            "sheets:TALE7K3M",
            "sheets:talE7K3M9",
            "authority:MX",
            "token:1",
            "site:",
            "x:1",
            "",
        ] {
            assert_eq!(text.parse::<Subject>(), Err(NotASubject), "{text}");
        }
    }
}

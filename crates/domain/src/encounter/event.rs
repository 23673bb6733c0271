//! What is stored about an encounter. Stored for ever: add, never change.

use crate::{act::Act, cbor, shift::ByPhone};
use minicbor::{Decode, Encode};
pub use paso_formats::receipt::Code as ReceiptCode;

/// How an encounter ended. A closed list: what is not on it did not happen in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The person went on.
    WentOn,
    /// The person went on, told how to put their papers right.
    Advised,
    /// Sent or taken to those who protect: refuge, victims of crime, children.
    ReferredForProtection,
    /// Sent or taken to medical help.
    MedicalHelp,
    /// The paper shown was kept as evidence against its maker; the person went on.
    PaperKept,
    /// The person was taken into custody. Custody has its own register with its own clocks.
    TakenIntoCustody,
}

impl Outcome {
    /// All outcomes, in the order of the form.
    pub const ALL: [Self; 6] = [
        Self::WentOn,
        Self::Advised,
        Self::ReferredForProtection,
        Self::MedicalHelp,
        Self::PaperKept,
        Self::TakenIntoCustody,
    ];

    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WentOn => "went-on",
            Self::Advised => "advised",
            Self::ReferredForProtection => "referred-for-protection",
            Self::MedicalHelp => "medical-help",
            Self::PaperKept => "paper-kept",
            Self::TakenIntoCustody => "taken-into-custody",
        }
    }
}

cbor::coded!(Outcome, "outcome of an encounter");

/// A check inside an encounter: what the verdict was, and how old the knowledge behind it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Check {
    /// The code of the finding.
    #[n(0)]
    pub finding: String,
    /// `green`, `amber` or `red`.
    #[n(1)]
    pub light: String,
    /// Sequence number of the trust bundle; none when there was no bundle.
    #[n(2)]
    pub bundle: Option<u64>,
}

/// An encounter as recorded.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recorded {
    /// The code on the receipt.
    #[cbor(n(0), with = "cbor::text")]
    pub receipt: ReceiptCode,
    /// Where, in words: kilometre, bridge, bus.
    #[n(1)]
    pub place: String,
    /// Whether the person showed a card or slip.
    #[n(2)]
    pub with_card: bool,
    /// How it ended.
    #[cbor(n(3), with = "cbor::text")]
    pub outcome: Outcome,
    /// The legal basis the officer claims. Paso records it; it never declares an act lawful.
    #[n(4)]
    pub legal_basis: String,
    /// The reason the officer claims.
    #[n(5)]
    pub reason: String,
    /// The check, where one was made.
    #[n(6)]
    pub check: Option<Check>,
    /// How it came from a phone, where it was recorded without a network. Then the act's time is the
    /// phone's.
    #[n(20)]
    pub phone: Option<ByPhone>,
}

/// What happened in an encounter.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum EncounterEvent {
    /// It was recorded, and a receipt given.
    #[n(0)]
    Recorded {
        /// When, where, by whom.
        #[n(0)]
        act: Act,
        /// The encounter.
        #[n(1)]
        encounter: Recorded,
    },
}

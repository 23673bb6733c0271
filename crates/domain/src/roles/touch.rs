//! What each power touches, and by what it is found. It stands in code, not in a file, so that a
//! new power does not compile before somebody has said it; the rules of the firewall rest on it.

use crate::policy::Power;

/// What can be touched at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    /// Applications and refusals.
    Application,
    /// Cards.
    Card,
    /// What is stated about a person.
    Person,
    /// Entries, exits, stays.
    Crossing,
    /// The card that somebody holds out, and no record.
    ShownCard,
    /// Encounters, and the receipts people carry away: the places of checks.
    Encounter,
    /// The list of the day of a post.
    Acts,
    /// Numbered sheets of paper: numbers and ages, and nobody's name.
    Sheet,
    /// What two places say of one card or stay, and cannot both be true.
    Contradiction,
    /// The protection questions, as they are asked.
    Screening,
    /// Do not return, do not notify.
    Flag,
    /// Who was referred to refuge, claims, consents.
    RefugeFile,
    /// Cases of children. No power opens one yet.
    ChildCase,
    /// Sealed reports. No power opens one: they are not kept here.
    Report,
    /// Episodes of custody.
    Custody,
    /// Referrals to who protects.
    Referral,
    /// Notices left for a consulate.
    Notice,
    /// Who has read what.
    AccessList,
    /// Figures in which officers appear.
    Figures,
    /// Figures in which nobody appears.
    Aggregates,
    /// Erasure of a person's data.
    Erasure,
    /// Officers and their passkeys.
    Officer,
    /// Devices, sites, programs.
    Device,
    /// What waits for a signature.
    Proposal,
}

impl Record {
    /// All of them, in the order of the table for lawyers.
    pub const ALL: [Self; 24] = [
        Self::Application,
        Self::Card,
        Self::Person,
        Self::Crossing,
        Self::ShownCard,
        Self::Encounter,
        Self::Acts,
        Self::Sheet,
        Self::Contradiction,
        Self::Screening,
        Self::Flag,
        Self::RefugeFile,
        Self::ChildCase,
        Self::Report,
        Self::Custody,
        Self::Referral,
        Self::Notice,
        Self::AccessList,
        Self::Figures,
        Self::Aggregates,
        Self::Erasure,
        Self::Officer,
        Self::Device,
        Self::Proposal,
    ];

    /// The stable code: the key in the file.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Card => "card",
            Self::Person => "person",
            Self::Crossing => "crossing",
            Self::ShownCard => "shown-card",
            Self::Encounter => "encounter",
            Self::Acts => "acts",
            Self::Sheet => "sheet",
            Self::Contradiction => "contradiction",
            Self::Screening => "screening",
            Self::Flag => "flag",
            Self::RefugeFile => "refuge-file",
            Self::ChildCase => "child-case",
            Self::Report => "report",
            Self::Custody => "custody",
            Self::Referral => "referral",
            Self::Notice => "notice",
            Self::AccessList => "access-list",
            Self::Figures => "figures",
            Self::Aggregates => "aggregates",
            Self::Erasure => "erasure",
            Self::Officer => "officer",
            Self::Device => "device",
            Self::Proposal => "proposal",
        }
    }

    /// Whether enforcement must never have it (facts C.3 C27, G).
    #[must_use]
    pub const fn is_protected(self) -> bool {
        matches!(
            self,
            Self::RefugeFile | Self::ChildCase | Self::Report | Self::Referral
        )
    }

    /// Whether it is kept about a person who could be named by it.
    #[must_use]
    pub const fn is_of_a_person(self) -> bool {
        matches!(
            self,
            Self::Application
                | Self::Card
                | Self::Person
                | Self::Crossing
                | Self::Contradiction
                | Self::Screening
                | Self::Flag
                | Self::RefugeFile
                | Self::ChildCase
                | Self::Report
                | Self::Custody
                | Self::Referral
                | Self::Notice
        )
    }
}

crate::cbor::coded!(Record, "record");

/// By what something is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// A person, by name, document or identifier.
    Person,
    /// A card's number.
    Card,
    /// What somebody holds out: a card, or the code on a receipt.
    Shown,
    /// The officer's own post, state or signature; nothing about a person leads there.
    Own,
    /// An officer, device or body.
    Staff,
}

/// What a power touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// What.
    pub record: Record,
    /// By what it is found.
    pub by: By,
    /// Whether it writes.
    pub writes: bool,
}

/// What a power touches.
#[must_use]
pub const fn touch(power: Power) -> Touch {
    use By::{Card, Own, Person, Shown, Staff};
    let (record, by, writes) = match power {
        Power::AssessApplication => (Record::Application, Person, false),
        Power::DecideApplication => (Record::Application, Person, true),
        Power::ReadCard => (Record::Card, Card, false),
        Power::RevokeCard => (Record::Card, Card, true),
        Power::FindPerson => (Record::Person, Person, false),
        Power::MergePersons => (Record::Person, Person, true),
        Power::RecordCrossing => (Record::Crossing, Card, true),
        Power::CheckCard => (Record::ShownCard, Shown, false),
        Power::RecordEncounter => (Record::Encounter, Own, true),
        Power::ReadReceipt => (Record::Encounter, Shown, false),
        Power::ReadActs => (Record::Acts, Own, false),
        Power::PrintSheets => (Record::Sheet, Own, true),
        Power::ReadSheets => (Record::Sheet, Own, false),
        Power::ReadContradictions => (Record::Contradiction, Own, false),
        Power::SettleContradiction => (Record::Contradiction, Own, true),
        Power::ReadAccessList => (Record::AccessList, Person, false),
        Power::ReadFigures => (Record::Figures, Staff, false),
        Power::ReadAggregates => (Record::Aggregates, Own, false),
        Power::ManageOfficers | Power::RecoverPasskey => (Record::Officer, Staff, true),
        Power::ManageDevices | Power::ManageTokens => (Record::Device, Staff, true),
        Power::ProposeErasure | Power::ApproveErasure => (Record::Erasure, Person, true),
        Power::ReadProposals => (Record::Proposal, Own, false),
        Power::RecordScreening => (Record::Screening, Person, true),
        Power::RecordClaim => (Record::RefugeFile, Person, true),
        Power::ReadProtectionFlag => (Record::Flag, Person, false),
        Power::NotifyConsulate => (Record::Notice, Person, true),
        Power::KeepCustody | Power::SettleCustody => (Record::Custody, Own, true),
        Power::ReadCustody => (Record::Custody, Own, false),
        Power::OverseeCustody => (Record::Custody, Person, false),
        Power::ReceiveReferrals => (Record::Referral, Own, true),
        Power::ReadNotices => (Record::Notice, Own, false),
        Power::TellTrouble => (Record::Device, Own, true),
    };
    Touch { record, by, writes }
}

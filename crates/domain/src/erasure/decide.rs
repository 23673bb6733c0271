//! When a person may be forgotten.

use super::event::{CarriedOut, DeadIndex, ErasureEvent, ErasureGround};
use crate::{
    act::Act,
    id::{ApplicationId, PersonId},
    subject::Subject,
};
use paso_formats::{moment::Moment, number::CardNumber};
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EraseCommand {
    /// Any record of the person.
    pub person: PersonId,
    /// Why.
    pub ground: ErasureGround,
}

/// A card of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownCard {
    /// Its number.
    pub number: CardNumber,
    /// From when it is no longer valid by itself; none where it was never issued.
    pub expires: Option<Moment>,
    /// Whether it was revoked or replaced.
    pub ended: bool,
    /// Where its status is told; none where it was never issued.
    pub status: Option<DeadIndex>,
}

/// What is known of the person at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// All records that stand for the person, merged ones among them. Empty: there is none.
    pub records: Vec<PersonId>,
    /// Their cards.
    pub cards: Vec<KnownCard>,
    /// Their applications that did not become a card.
    pub applications: Vec<ApplicationId>,
    /// What other registers keep of the person under subjects of their own.
    pub others: Vec<Subject>,
    /// Whether the records were forgotten before.
    pub forgotten: bool,
    /// What has not ended.
    pub open: Vec<Matter>,
}

/// Something about a person that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Matter {
    /// A stay has no end.
    Stay,
    /// Something else about the person waits for signatures.
    Proposal,
    /// The refuge authority has said that the person is not to be returned.
    Claim,
    /// Something is contested that the records would decide.
    Dispute,
}

/// Why a person is not forgotten now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErasureRefusal {
    /// No record has this identifier.
    #[error("there is no such person; look the record up again")]
    Unknown,
    /// It has been done.
    #[error("this record was erased before; there is nothing left to erase")]
    Forgotten,
    /// A stay is open.
    #[error("a stay is open; erase after its exit is recorded, or the next entry has closed it")]
    StayOpen,
    /// A card is good.
    #[error("a card is still good; revoke it first if the person gives it up, or wait for its end")]
    CardGood,
    /// Another proposal about the person waits for signatures.
    #[error("a proposal about this person waits for signatures; finish or withdraw it first")]
    ProposalOpen,
    /// A claim or a dispute is open. The two are one refusal: who asks may not learn of a claim
    /// (DESIGN §6).
    #[error("a matter of this person is open, and erasure waits for its end; ask the ombudsman")]
    MatterOpen,
}

impl ErasureRefusal {
    /// All refusals.
    pub const ALL: [Self; 6] = [
        Self::Unknown,
        Self::Forgotten,
        Self::StayOpen,
        Self::CardGood,
        Self::ProposalOpen,
        Self::MatterOpen,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "erasure-unknown",
            Self::Forgotten => "erasure-forgotten",
            Self::StayOpen => "erasure-stay-open",
            Self::CardGood => "erasure-card-good",
            Self::ProposalOpen => "erasure-proposal-open",
            Self::MatterOpen => "erasure-matter-open",
        }
    }
}

impl Facts {
    /// The subjects whose keys would go, each once, in one order.
    #[must_use]
    pub fn subjects(&self) -> BTreeSet<Subject> {
        let records = self
            .records
            .iter()
            .flat_map(|person| [Subject::Person(*person), Subject::Stays(*person)]);
        // A post that has not been heard yet may have written entries under the card's own name.
        let cards = self.cards.iter().flat_map(|card| {
            [
                Subject::Card(card.number),
                Subject::Stays(PersonId::of_card(card.number)),
            ]
        });
        let applications = self.applications.iter().copied();
        records
            .chain(cards)
            .chain(applications.map(Subject::Application))
            .chain(self.others.iter().cloned())
            .collect()
    }

    /// Everything that stands in the way at a moment: whoever asked can cure it all at once.
    #[must_use]
    pub fn obstacles(&self, now: Moment) -> Vec<ErasureRefusal> {
        let is_open = |matter| self.open.contains(&matter);
        let good = |card: &KnownCard| !card.ended && card.expires.is_some_and(|end| now < end);
        [
            (
                self.records.is_empty() && !self.forgotten,
                ErasureRefusal::Unknown,
            ),
            (self.forgotten, ErasureRefusal::Forgotten),
            (is_open(Matter::Stay), ErasureRefusal::StayOpen),
            (self.cards.iter().any(good), ErasureRefusal::CardGood),
            (is_open(Matter::Proposal), ErasureRefusal::ProposalOpen),
            (
                is_open(Matter::Claim) || is_open(Matter::Dispute),
                ErasureRefusal::MatterOpen,
            ),
        ]
        .into_iter()
        .filter_map(|(stands, refusal)| stands.then_some(refusal))
        .collect()
    }
}

/// What follows from asking for a person's erasure. Every subject is named once, in one order.
///
/// # Errors
/// The first obstacle. [`Facts::obstacles`] names them all.
pub fn decide(
    command: EraseCommand,
    facts: &Facts,
    act: Act,
) -> Result<ErasureEvent, ErasureRefusal> {
    if let Some(first) = facts.obstacles(act.at).into_iter().next() {
        return Err(first);
    }
    if !facts.records.contains(&command.person) {
        return Err(ErasureRefusal::Unknown);
    }
    let ended = facts.cards.iter().filter(|card| card.ended);
    let dead: BTreeSet<_> = ended.filter_map(|card| card.status.clone()).collect();
    Ok(ErasureEvent::CarriedOut {
        act,
        erasure: CarriedOut {
            ground: command.ground,
            subjects: facts.subjects().into_iter().collect(),
            dead: dead.into_iter().collect(),
        },
    })
}

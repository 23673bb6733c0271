//! What the facts of an episode come to: who answers, where the person is, what does not fit. How it is
//! told from the facts is in `teller`.

use super::event::{Custodian, Description, EndingKind, Leg, Offer, Opening, Paper};
use crate::{
    act::Act,
    crossings::PostCode,
    eligibility::is_child,
    id::{EpisodeId, HandoverId, PersonId},
};
use jiff::civil::Date;
use paso_formats::{field::StateCode, moment::Moment};
use std::collections::{BTreeMap, BTreeSet};

/// Where the person is, as far as the register knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At a post.
    Post(PostCode),
    /// On the way.
    EnRoute(Leg),
    /// With somebody outside, by a paper that waits for confirmation.
    Outside,
}

/// How sure the register is of what it says about a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// One answers, and nobody says otherwise.
    Sure,
    /// Offered, and not accepted yet.
    Offered,
    /// With somebody outside, by paper.
    OnPaper,
    /// Two say that they answer, or that the other does.
    Disputed,
    /// Not found.
    Missing,
}

impl Standing {
    /// All.
    pub const ALL: [Self; 5] = [
        Self::Sure,
        Self::Offered,
        Self::OnPaper,
        Self::Disputed,
        Self::Missing,
    ];

    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Offered => "offered",
            Self::OnPaper => "on-paper",
            Self::Disputed => "disputed",
            Self::Missing => "missing",
        }
    }
}

/// A stretch of the unbroken bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// From when.
    pub from: Moment,
    /// Until when; none for the one that lasts.
    pub until: Option<Moment>,
    /// Who answers.
    pub custodian: Custodian,
    /// Where the person is.
    pub place: Place,
    /// How sure that is.
    pub standing: Standing,
}

/// Why a fact does not fit the others. It is kept, shown, and owned by whoever settles disputes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Misfit {
    /// Facts, and no opening.
    NotOpened,
    /// Opened twice.
    OpenedTwice,
    /// Offered, sent or given away by somebody who did not answer.
    NotTheirs,
    /// Accepted without an offer, or one that was taken back.
    NotOffered,
    /// Accepted by two.
    AcceptedTwice,
    /// Accepted by whoever offered.
    AcceptedByGiver,
    /// Ended by somebody who did not answer.
    EndedByAnother,
    /// Something was done after the ending.
    AfterEnding,
    /// Confirmed, countersigned, found or taken back where there was nothing of the kind.
    NothingToAnswer,
    /// Countersigned or settled by a party to it.
    ByParty,
}

impl Misfit {
    /// All.
    pub const ALL: [Self; 10] = [
        Self::NotOpened,
        Self::OpenedTwice,
        Self::NotTheirs,
        Self::NotOffered,
        Self::AcceptedTwice,
        Self::AcceptedByGiver,
        Self::EndedByAnother,
        Self::AfterEnding,
        Self::NothingToAnswer,
        Self::ByParty,
    ];

    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotOpened => "not-opened",
            Self::OpenedTwice => "opened-twice",
            Self::NotTheirs => "not-theirs",
            Self::NotOffered => "not-offered",
            Self::AcceptedTwice => "accepted-twice",
            Self::AcceptedByGiver => "accepted-by-giver",
            Self::EndedByAnother => "ended-by-another",
            Self::AfterEnding => "after-ending",
            Self::NothingToAnswer => "nothing-to-answer",
            Self::ByParty => "by-party",
        }
    }
}

/// A dispute about who answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// Since when.
    pub since: Moment,
    /// Who answers until it is settled.
    pub giver: Custodian,
    /// Who else says, or is said, to answer.
    pub others: BTreeSet<Custodian>,
}

/// How an episode ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// When, where, by whom.
    pub act: Act,
    /// How.
    pub kind: EndingKind,
    /// What evidences it: the ending's own words, the paper, the other authority's file.
    pub evidence: String,
    /// Where to.
    pub to: String,
    /// Who countersigned.
    pub countersigned: Option<Act>,
}

/// An offer and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// When, where, by whom.
    pub act: Act,
    /// What.
    pub offer: Offer,
    /// Who accepted, and when.
    pub accepted: Option<Act>,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// Whether the giver answered when it was made.
    pub stands: bool,
    /// When the receiver counted without this person.
    pub missed: Option<Act>,
}

impl Offered {
    /// Whether it waits for an answer.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.stands && !self.withdrawn && self.accepted.is_none()
    }
}

/// The story of an episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// How it began.
    pub opening: Option<(Act, Opening)>,
    /// Who answers; or answered last, once it has ended. None only where nothing is known at all.
    pub answers: Option<Custodian>,
    /// Where the person is, or was last.
    pub place: Option<Place>,
    /// The unbroken bar.
    pub spans: Vec<Span>,
    /// Every handover that was offered.
    pub handovers: BTreeMap<HandoverId, Offered>,
    /// The paper that waits for confirmation.
    pub paper: Option<(Act, Paper)>,
    /// Since when the person is not found, and what was said.
    pub missing: Option<(Act, String)>,
    /// The dispute that is open.
    pub dispute: Option<Dispute>,
    /// How it ended.
    pub ended: Option<Ended>,
    /// Each description, oldest first: a later one takes nothing away.
    pub descriptions: Vec<(Act, Description)>,
    /// Whose record this person was found to have.
    pub recognised: Option<PersonId>,
    /// SHA-256 of the receipt's secret; none where it shows nothing.
    pub secret: Option<[u8; 32]>,
    /// What does not fit, with the moment of the fact.
    pub misfits: Vec<(Moment, Misfit)>,
}

impl Story {
    /// Whether control still lasts.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// The record this register keeps of the person.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        let own = self.opening.as_ref().map(|(_, opening)| opening.person);
        self.recognised.or(own)
    }

    /// Every record that may be this person's: the one that the episode began, and the one they were
    /// recognised by.
    #[must_use]
    pub fn persons(&self) -> BTreeSet<PersonId> {
        let own = self.opening.as_ref().map(|(_, opening)| opening.person);
        own.into_iter().chain(self.recognised).collect()
    }

    /// What was stated last.
    #[must_use]
    pub fn described(&self) -> Option<&Description> {
        self.descriptions.last().map(|(_, description)| description)
    }

    /// Whether the person is a child, or may be one, by what was stated. A date of birth that once said
    /// so is taken back by no later one: whoever wants a child in a station would only have to write
    /// another. Where no date was stated yet, doubt about age means child.
    #[must_use]
    pub fn stated_child(&self, day: Date) -> bool {
        let Some(last) = self.described() else {
            return false;
        };
        let mut births = self
            .descriptions
            .iter()
            .filter_map(|(_, told)| told.stated.birth);
        is_child(last.stated.birth, day) || births.any(|birth| is_child(Some(birth), day))
    }

    /// Every nationality that was ever stated: each is a claim, and a later one takes none away.
    #[must_use]
    pub fn claimed(&self) -> BTreeSet<StateCode> {
        let all = self.descriptions.iter();
        all.filter_map(|(_, told)| told.stated.nationality)
            .collect()
    }

    /// Offers that wait for an answer.
    pub fn open_offers(&self) -> impl Iterator<Item = (&HandoverId, &Offered)> {
        let open = self.is_open();
        self.handovers
            .iter()
            .filter(move |(_, offered)| open && offered.is_open())
    }

    /// With whom the person was found.
    #[must_use]
    pub fn found_with(&self) -> BTreeSet<EpisodeId> {
        let all = self.descriptions.iter();
        all.flat_map(|(_, description)| description.found_with.iter().copied())
            .collect()
    }

    /// Who answered at a moment; none before the beginning and after the ending.
    #[must_use]
    pub fn answered_at(&self, at: Moment) -> Option<&Custodian> {
        let mut spans = self.spans.iter();
        spans
            .find(|span| span.from <= at && span.until.is_none_or(|until| at < until))
            .map(|span| &span.custodian)
    }

    /// The post at which the person is counted.
    #[must_use]
    pub const fn at_post(&self) -> Option<PostCode> {
        match (&self.ended, &self.place) {
            (None, Some(Place::Post(post))) => Some(*post),
            _ => None,
        }
    }
}

//! Why the register refuses. Each refusal has a stable code, stored with it and the key of its texts,
//! and says what to do instead.

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum CustodyRefusal {
    /// No such episode, or it was opened before.
    #[error("this episode was opened already; open its page")]
    OpenedAlready,
    /// Nothing was opened.
    #[error("no such episode was opened; look at the board of the place")]
    NotOpened,
    /// A count that cannot be.
    #[error("count between 1 and 500 people; more are several operations")]
    CountImpossible,
    /// A required text is missing.
    #[error("write the place, the unit, and the legal basis and reason that are claimed")]
    OpeningIncomplete,
    /// Too long.
    #[error("a text here has at most 500 characters; shorten it")]
    TextTooLong,
    /// A date in the future.
    #[error("nobody was taken in the future; correct the hour")]
    TakenInFuture,
    /// It has ended.
    #[error("this episode has ended; if the person is here again, open a new one")]
    EndedAlready,
    /// Another answers.
    #[error("another officer answers for this person; ask them to hand over, or have it settled")]
    AnsweredByAnother,
    /// Disputed.
    #[error("who answers is in dispute; it has to be settled first")]
    InDispute,
    /// Offered already.
    #[error("this person is offered to somebody already; take that offer back first")]
    OfferedAlready,
    /// No such offer.
    #[error("there is no such offer, or it was taken back; look at the list of offers")]
    NoOffer,
    /// Meant for somebody else.
    #[error("this offer is for another post or officer; only they can answer it")]
    NotOfferedToYou,
    /// The giver cannot be the receiver.
    #[error("who offers does not accept: the other half is signed by somebody else")]
    AcceptedByGiver,
    /// A reason is missing.
    #[error("write the reason in a few words; it stays with the act")]
    ReasonMissing,
    /// Vehicle, route or arrival is missing.
    #[error("name vehicle and route, and an arrival after the departure")]
    LegIncomplete,
    /// Who received is missing.
    #[error("name the body, and the person who signed the sheet")]
    ReceiverMissing,
    /// That ending goes by handover.
    #[error("for this ending somebody receives the person: hand over, or give on paper")]
    NeedsReceiver,
    /// That ending has no receiver.
    #[error("nobody receives the person in this ending; choose another")]
    NoReceiver,
    /// No paper waits.
    #[error("no handover on paper waits for confirmation")]
    NothingOnPaper,
    /// Evidence is missing.
    #[error("say what evidences it: who saw it, which paper")]
    EvidenceMissing,
    /// Not screened.
    #[error("ask the protection questions first; nobody is returned without them")]
    ReturnBeforeScreening,
    /// Do not return.
    #[error("do not return: ask the refuge office")]
    ReturnHeld,
    /// Nationality is only claimed.
    #[error(
        "the nationality rests on a statement alone; check it with its register before a return"
    )]
    NationalityUnevidenced,
    /// A child would be sent to a station.
    #[error("no child is brought to a migration station; refer to the Procuraduría de Protección")]
    ChildToStation,
    /// Nothing to countersign.
    #[error("there is no ending here that waits for a second signature")]
    NothingToCountersign,
    /// One's own act.
    #[error("a party to it cannot do this; somebody else has to")]
    ByParty,
    /// Reported already.
    #[error("it is reported already that this person is not found")]
    MissingAlready,
    /// Not missing.
    #[error("nobody has reported this person missing")]
    NotMissing,
    /// Not at a place to arrive from.
    #[error("this person is not on the way, nor with somebody outside")]
    NotUnderway,
    /// That record is the one already.
    #[error("this is the person's record already; look at what has happened on the page")]
    RecognisedAlready,
}

impl CustodyRefusal {
    /// All refusals.
    pub const ALL: [Self; 30] = [
        Self::OpenedAlready,
        Self::NotOpened,
        Self::CountImpossible,
        Self::OpeningIncomplete,
        Self::TextTooLong,
        Self::TakenInFuture,
        Self::EndedAlready,
        Self::AnsweredByAnother,
        Self::InDispute,
        Self::OfferedAlready,
        Self::NoOffer,
        Self::NotOfferedToYou,
        Self::AcceptedByGiver,
        Self::ReasonMissing,
        Self::LegIncomplete,
        Self::ReceiverMissing,
        Self::NeedsReceiver,
        Self::NoReceiver,
        Self::NothingOnPaper,
        Self::EvidenceMissing,
        Self::ReturnBeforeScreening,
        Self::ReturnHeld,
        Self::NationalityUnevidenced,
        Self::ChildToStation,
        Self::NothingToCountersign,
        Self::ByParty,
        Self::MissingAlready,
        Self::NotMissing,
        Self::NotUnderway,
        Self::RecognisedAlready,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OpenedAlready => "custody-opened-already",
            Self::NotOpened => "custody-not-opened",
            Self::CountImpossible => "custody-count-impossible",
            Self::OpeningIncomplete => "custody-opening-incomplete",
            Self::TextTooLong => "custody-text-too-long",
            Self::TakenInFuture => "custody-taken-in-future",
            Self::EndedAlready => "custody-ended-already",
            Self::AnsweredByAnother => "custody-answered-by-another",
            Self::InDispute => "custody-in-dispute",
            Self::OfferedAlready => "custody-offered-already",
            Self::NoOffer => "custody-no-offer",
            Self::NotOfferedToYou => "custody-not-offered-to-you",
            Self::AcceptedByGiver => "custody-accepted-by-giver",
            Self::ReasonMissing => "custody-reason-missing",
            Self::LegIncomplete => "custody-leg-incomplete",
            Self::ReceiverMissing => "custody-receiver-missing",
            Self::NeedsReceiver => "custody-needs-receiver",
            Self::NoReceiver => "custody-no-receiver",
            Self::NothingOnPaper => "custody-nothing-on-paper",
            Self::EvidenceMissing => "custody-evidence-missing",
            Self::ReturnBeforeScreening => "custody-return-before-screening",
            Self::ReturnHeld => "custody-return-held",
            Self::NationalityUnevidenced => "custody-nationality-unevidenced",
            Self::ChildToStation => "custody-child-to-station",
            Self::NothingToCountersign => "custody-nothing-to-countersign",
            Self::ByParty => "custody-by-party",
            Self::MissingAlready => "custody-missing-already",
            Self::NotMissing => "custody-not-missing",
            Self::NotUnderway => "custody-not-underway",
            Self::RecognisedAlready => "custody-recognised-already",
        }
    }
}

//! What may be asked of an episode, and what the register refuses. What has happened is recorded
//! whatever it breaks; refused is only what has not happened yet, or is not this officer's to say.
//!
//! Release and medical transfer never wait: neither a screening nor a second officer stands before
//! them (DESIGN §4).

use super::{
    event::{
        Abroad, Custodian, CustodyEvent, Description, Ending, EndingKind, Leg, Offer, Opening,
        Paper, Recipient, TEXT_MAX,
    },
    refusal::CustodyRefusal,
    state::EpisodeState,
    story::{Place, Story},
};
use crate::{
    act::Act,
    id::{HandoverId, PersonId},
};

/// What is asked of one episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustodyCommand {
    /// Count this person in.
    Open(Opening),
    /// Record what is stated.
    Describe(Box<Description>),
    /// Say that the person has a record here.
    Recognise {
        /// Whose.
        person: PersonId,
        /// On what evidence.
        evidence: String,
    },
    /// Offer the person to somebody.
    Offer(Offer),
    /// Accept who was offered.
    Accept {
        /// Of which handover.
        handover: HandoverId,
        /// How many were counted.
        counted: u16,
    },
    /// Say that this one did not come with the others.
    Miss {
        /// Of which handover.
        handover: HandoverId,
    },
    /// Take an offer back.
    Withdraw {
        /// Which.
        handover: HandoverId,
        /// Why.
        reason: String,
    },
    /// Give to somebody without a passkey.
    GiveOnPaper(Paper),
    /// Confirm that they have the person.
    ConfirmPaper {
        /// How.
        how: String,
    },
    /// Leave with a transport.
    Depart(Leg),
    /// Arrive, or come back.
    Arrive,
    /// End control.
    End(Ending),
    /// Sign somebody else's ending.
    Countersign,
    /// Say that the person is not to be found.
    ReportMissing {
        /// What is known.
        note: String,
    },
    /// Say that the person is here again.
    ReportFound {
        /// What is known.
        note: String,
    },
    /// Say who answers.
    Settle {
        /// Who.
        answers: Custodian,
        /// Why.
        reason: String,
    },
    /// Take another authority's answer to an offer.
    AnswerAbroad {
        /// What its file says.
        abroad: Abroad,
        /// Whether it counted without this person.
        missing: bool,
    },
    /// Change the receipt's secret, or close it.
    ChangeSecret {
        /// SHA-256 of the new one.
        secret: Option<[u8; 32]>,
    },
}

impl CustodyCommand {
    /// The stable code: stored with a refusal, and how the table of signatures knows it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open(_) => "custody.open",
            Self::Describe(_) => "custody.describe",
            Self::Recognise { .. } => "custody.recognise",
            Self::Offer(_) => "custody.offer",
            Self::Accept { .. } => "custody.accept",
            Self::Miss { .. } => "custody.miss",
            Self::Withdraw { .. } => "custody.withdraw",
            Self::GiveOnPaper(_) => "custody.give-on-paper",
            Self::ConfirmPaper { .. } => "custody.confirm-paper",
            Self::Depart(_) => "custody.depart",
            Self::Arrive => "custody.arrive",
            Self::End(_) => "custody.end",
            Self::Countersign => "custody.countersign",
            Self::ReportMissing { .. } => "custody.report-missing",
            Self::ReportFound { .. } => "custody.report-found",
            Self::Settle { .. } => "custody.settle",
            Self::AnswerAbroad { .. } => "custody.accept-abroad",
            Self::ChangeSecret { .. } => "custody.change-secret",
        }
    }
}

/// What must be known beside the episode itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Whether the protection questions were asked.
    pub screened: bool,
    /// Whether the flag stands: do not return, do not notify.
    pub shielded: bool,
    /// Whether the person is a child, or may be one, by what whoever asks may know, and the place
    /// that is asked for a migration station, on a day on which no child may be in one.
    pub barred: bool,
}

/// Decides a command about one episode.
///
/// # Errors
/// Why it is refused.
pub fn decide(
    state: &EpisodeState,
    command: CustodyCommand,
    beside: Beside,
    act: Act,
) -> Result<CustodyEvent, CustodyRefusal> {
    use CustodyCommand as C;
    use CustodyEvent as E;
    use CustodyRefusal as R;

    let story = state.story();
    if let C::Open(opening) = command {
        if !state.is_empty() {
            return Err(R::OpenedAlready);
        }
        sound(&opening, &act)?;
        return Ok(E::Opened { act, opening });
    }
    if story.opening.is_none() {
        return Err(R::NotOpened);
    }
    if story.ended.is_some()
        && !matches!(
            command,
            C::Countersign | C::Describe(_) | C::Recognise { .. } | C::ChangeSecret { .. }
        )
    {
        return Err(R::EndedAlready);
    }
    Ok(match command {
        C::Open(_) => return Err(R::OpenedAlready),
        C::Describe(description) => {
            bounded(&texts(&description))?;
            E::Described { act, description }
        }
        C::Recognise { person, evidence } => {
            if story.person() == Some(person) {
                return Err(R::RecognisedAlready);
            }
            E::Recognised {
                act,
                person,
                evidence: said(evidence, R::EvidenceMissing)?,
            }
        }
        C::Offer(given) => offer(&story, given, beside, act)?,
        C::Accept { handover, counted } => {
            answerable(&story, handover, &act)?;
            E::Accepted {
                act,
                handover,
                counted,
                receipt: None,
            }
        }
        C::Miss { handover } => {
            answerable(&story, handover, &act)?;
            E::Missed { act, handover }
        }
        C::Withdraw { handover, reason } => withdraw(&story, handover, reason, act)?,
        C::GiveOnPaper(paper) => give_on_paper(&story, paper, act)?,
        C::ConfirmPaper { how } => {
            if story.paper.is_none() {
                return Err(R::NothingOnPaper);
            }
            E::PaperConfirmed {
                act,
                how: said(how, R::EvidenceMissing)?,
            }
        }
        C::Depart(leg) => {
            yours(&story, &act)?;
            complete(&leg, &act)?;
            child_free(beside)?;
            E::Departed { act, leg }
        }
        C::Arrive => {
            yours(&story, &act)?;
            if matches!(story.place, Some(Place::Post(post)) if post == act.post) {
                return Err(R::NotUnderway);
            }
            E::Arrived { act }
        }
        C::End(ending) => end(&story, ending, beside, act)?,
        C::Countersign => countersign(&story, act)?,
        C::ReportMissing { note } => {
            if story.missing.is_some() {
                return Err(R::MissingAlready);
            }
            E::NotFound {
                act,
                note: said(note, R::EvidenceMissing)?,
            }
        }
        C::ReportFound { note } => {
            if story.missing.is_none() {
                return Err(R::NotMissing);
            }
            E::Found {
                act,
                note: said(note, R::EvidenceMissing)?,
            }
        }
        C::Settle { answers, reason } => settle(&story, answers, reason, act)?,
        C::AnswerAbroad { abroad, missing } => answer_abroad(&story, abroad, missing, act)?,
        C::ChangeSecret { secret } => E::SecretChanged { act, secret },
    })
}

fn offer(
    story: &Story,
    offer: Offer,
    beside: Beside,
    act: Act,
) -> Result<CustodyEvent, CustodyRefusal> {
    yours(story, &act)?;
    if story.dispute.is_some() {
        return Err(CustodyRefusal::InDispute);
    }
    if story.open_offers().next().is_some() {
        return Err(CustodyRefusal::OfferedAlready);
    }
    if offer.counted == 0 {
        return Err(CustodyRefusal::CountImpossible);
    }
    if let Some(leg) = &offer.leg {
        complete(leg, &act)?;
    }
    child_free(beside)?;
    if matches!(offer.to, Recipient::Authority { .. }) {
        // Another state's authority is told of nobody who may be a claimant (facts D.4).
        if !beside.screened {
            return Err(CustodyRefusal::ReturnBeforeScreening);
        }
        if beside.shielded {
            return Err(CustodyRefusal::ReturnHeld);
        }
    }
    let reason = said(offer.reason.clone(), CustodyRefusal::ReasonMissing)?;
    let offer = Offer { reason, ..offer };
    Ok(CustodyEvent::Offered { act, offer })
}

fn answer_abroad(
    story: &Story,
    abroad: Abroad,
    missing: bool,
    act: Act,
) -> Result<CustodyEvent, CustodyRefusal> {
    let asked = story
        .handovers
        .get(&abroad.handover)
        .filter(|offered| offered.is_open() && offered.missed.is_none())
        .ok_or(CustodyRefusal::NoOffer)?;
    match &asked.offer.to {
        Recipient::Authority { code } if *code == abroad.authority => {}
        _ => return Err(CustodyRefusal::NotOfferedToYou),
    }
    Ok(if missing {
        CustodyEvent::Missed {
            act,
            handover: abroad.handover,
        }
    } else {
        CustodyEvent::AcceptedAbroad { act, abroad }
    })
}

fn withdraw(
    story: &Story,
    handover: HandoverId,
    reason: String,
    act: Act,
) -> Result<CustodyEvent, CustodyRefusal> {
    let offered = story
        .handovers
        .get(&handover)
        .filter(|offered| offered.is_open())
        .ok_or(CustodyRefusal::NoOffer)?;
    if offered.act.officer != act.officer {
        return Err(CustodyRefusal::AnsweredByAnother);
    }
    Ok(CustodyEvent::Withdrawn {
        act,
        handover,
        reason: said(reason, CustodyRefusal::ReasonMissing)?,
    })
}

fn give_on_paper(story: &Story, paper: Paper, act: Act) -> Result<CustodyEvent, CustodyRefusal> {
    yours(story, &act)?;
    if !paper.ending.has_receiver() {
        return Err(CustodyRefusal::NoReceiver);
    }
    bounded(&[&paper.body, &paper.receiver])?;
    if paper.body.trim().is_empty() || paper.receiver.trim().is_empty() {
        return Err(CustodyRefusal::ReceiverMissing);
    }
    Ok(CustodyEvent::GivenOnPaper {
        act,
        paper,
        receipt: None,
    })
}

fn end(
    story: &Story,
    ending: Ending,
    beside: Beside,
    act: Act,
) -> Result<CustodyEvent, CustodyRefusal> {
    yours(story, &act)?;
    if ending.kind.has_receiver() {
        return Err(CustodyRefusal::NeedsReceiver);
    }
    if ending.kind == EndingKind::Returned {
        may_return(story, beside)?;
    }
    bounded(&[&ending.to])?;
    let evidence = said(ending.evidence.clone(), CustodyRefusal::EvidenceMissing)?;
    let ending = Ending { evidence, ..ending };
    Ok(CustodyEvent::Ended {
        act,
        ending,
        receipt: None,
    })
}

fn countersign(story: &Story, act: Act) -> Result<CustodyEvent, CustodyRefusal> {
    let waits = story
        .ended
        .as_ref()
        .filter(|ended| ended.kind.is_countersigned() && ended.countersigned.is_none())
        .ok_or(CustodyRefusal::NothingToCountersign)?;
    if waits.act.officer == act.officer {
        return Err(CustodyRefusal::ByParty);
    }
    Ok(CustodyEvent::Countersigned { act })
}

fn settle(
    story: &Story,
    answers: Custodian,
    reason: String,
    act: Act,
) -> Result<CustodyEvent, CustodyRefusal> {
    let others = story.dispute.iter().flat_map(|dispute| &dispute.others);
    let mut parties = others.chain(&story.answers);
    if answers.is(&act) || parties.any(|one| one.is(&act)) {
        return Err(CustodyRefusal::ByParty);
    }
    Ok(CustodyEvent::Settled {
        act,
        answers,
        reason: said(reason, CustodyRefusal::ReasonMissing)?,
    })
}

/// Whether this officer answers.
fn yours(story: &Story, act: &Act) -> Result<(), CustodyRefusal> {
    match &story.answers {
        Some(one) if one.is(act) => Ok(()),
        _ => Err(CustodyRefusal::AnsweredByAnother),
    }
}

/// Whether this officer may answer an offer.
fn answerable(story: &Story, handover: HandoverId, act: &Act) -> Result<(), CustodyRefusal> {
    let offered = story
        .handovers
        .get(&handover)
        .filter(|offered| offered.is_open())
        .ok_or(CustodyRefusal::NoOffer)?;
    if offered.act.officer == act.officer {
        return Err(CustodyRefusal::AcceptedByGiver);
    }
    match &offered.offer.to {
        Recipient::Post { post, officer }
            if *post == act.post && officer.as_ref().is_none_or(|meant| *meant == act.officer) =>
        {
            Ok(())
        }
        _ => Err(CustodyRefusal::NotOfferedToYou),
    }
}

/// Facts C.1: since 11 November 2020 a child is never lodged in a station. A child who is there is
/// recorded all the same, as a breach.
const fn child_free(beside: Beside) -> Result<(), CustodyRefusal> {
    if beside.barred {
        return Err(CustodyRefusal::ChildToStation);
    }
    Ok(())
}

/// A return needs the protection questions, no flag, and more than a word for the nationality
/// (facts C.6: four Mexicans held nine days as foreigners until the register of the other state had
/// no entry).
fn may_return(story: &Story, beside: Beside) -> Result<(), CustodyRefusal> {
    if !beside.screened {
        return Err(CustodyRefusal::ReturnBeforeScreening);
    }
    if beside.shielded {
        return Err(CustodyRefusal::ReturnHeld);
    }
    let evidenced = story.described().is_some_and(|told| {
        told.stated.nationality.is_some() && told.stated.evidence.kind.is_some()
    });
    if !evidenced {
        return Err(CustodyRefusal::NationalityUnevidenced);
    }
    Ok(())
}

fn sound(opening: &Opening, act: &Act) -> Result<(), CustodyRefusal> {
    if opening.count == 0
        || opening.count > super::event::COUNT_MAX
        || !(1..=opening.count).contains(&opening.ordinal)
    {
        return Err(CustodyRefusal::CountImpossible);
    }
    if opening.taken_at > act.at {
        return Err(CustodyRefusal::TakenInFuture);
    }
    let required = [
        &opening.taken_where,
        &opening.unit,
        &opening.basis,
        &opening.reason,
    ];
    if required.iter().any(|text| text.trim().is_empty()) {
        return Err(CustodyRefusal::OpeningIncomplete);
    }
    bounded(&[
        &opening.taken_where,
        &opening.vehicle,
        &opening.unit,
        &opening.ordered_by,
        &opening.basis,
        &opening.reason,
    ])
}

fn complete(leg: &Leg, act: &Act) -> Result<(), CustodyRefusal> {
    bounded(&[&leg.vehicle, &leg.route])?;
    if leg.vehicle.trim().is_empty() || leg.route.trim().is_empty() || leg.expected <= act.at {
        return Err(CustodyRefusal::LegIncomplete);
    }
    Ok(())
}

fn texts(description: &Description) -> [&str; 9] {
    [
        &description.stated.surnames,
        &description.stated.given,
        &description.health,
        &description.injuries,
        &description.belongings,
        &description.language,
        &description.interpreter,
        &description.tell,
        &description.rights,
    ]
}

/// A text that has to be there, within its bounds.
fn said(text: String, missing: CustodyRefusal) -> Result<String, CustodyRefusal> {
    if text.trim().is_empty() {
        return Err(missing);
    }
    bounded(&[&text])?;
    Ok(text)
}

fn bounded<T: AsRef<str>>(texts: &[T]) -> Result<(), CustodyRefusal> {
    let fits = |text: &T| text.as_ref().chars().count() <= TEXT_MAX;
    if texts.iter().all(fits) {
        Ok(())
    } else {
        Err(CustodyRefusal::TextTooLong)
    }
}

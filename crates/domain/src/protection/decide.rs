//! What may be asked of the protection register, and what it refuses. A refusal never says why a
//! flag stands: whoever is refused may be the one it protects from.

use super::{
    ProtectionState,
    event::{
        Answer, Channel, Consenting, FlagAfter, NoticeOf, ProtectionEvent, Receiver, Referral,
    },
};
use crate::{act::Act, eligibility::is_child};
use jiff::civil::Date;
use paso_formats::field::{BirthDate, StateCode};
use std::collections::BTreeSet;

/// The most characters of evidence or note: enough to name a paper, too few for a story that has no
/// place here.
pub const TEXT_MAX: usize = 200;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProtectionCommand {
    /// Record the answers.
    Screen {
        /// What was answered.
        answers: BTreeSet<Answer>,
        /// Date of birth as stated, where one is.
        birth: Option<BirthDate>,
        /// The day at the post.
        on: Date,
    },
    /// Refuge says: do not return, do not notify.
    NotifyClaim,
    /// Refuge says that the claim has ended.
    EndClaim {
        /// What becomes of the flag.
        flag: FlagAfter,
    },
    /// Record express consent.
    Consent {
        /// To which state's consulate being told.
        to: StateCode,
        /// Who consented.
        by: Consenting,
        /// What evidences it.
        evidence: String,
    },
    /// Tell a consulate, here.
    GiveNotice {
        /// Which state's.
        to: StateCode,
        /// What it is told.
        of: NoticeOf,
        /// The nationalities that were claimed for the person.
        claimed: Vec<StateCode>,
    },
    /// Say that a consulate was told elsewhere. A fact: it is taken whatever it breaks.
    ReportNotice {
        /// Which state's.
        to: StateCode,
        /// What it was told, as far as known.
        of: NoticeOf,
        /// How it came about.
        note: String,
    },
    /// The consulate of this state takes what lies here for it.
    ReceiveNotices {
        /// Which state's.
        by: StateCode,
    },
    /// Whoever receives a referral says that they have it.
    ReceiveReferral {
        /// As which receiver.
        by: Receiver,
    },
}

impl ProtectionCommand {
    /// The stable code, stored with a refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Screen { .. } => "protection.screen",
            Self::NotifyClaim => "protection.notify-claim",
            Self::EndClaim { .. } => "protection.end-claim",
            Self::Consent { .. } => "protection.consent",
            Self::GiveNotice { .. } => "protection.give-notice",
            Self::ReportNotice { .. } => "protection.report-notice",
            Self::ReceiveNotices { .. } => "protection.receive-notices",
            Self::ReceiveReferral { .. } => "protection.receive-referral",
        }
    }
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum ProtectionRefusal {
    /// No answer was given.
    #[error("choose at least one answer; \"nothing stated\" is one")]
    ScreeningUnanswered,
    /// Nothing was stated, and something was.
    #[error("\"nothing stated\" cannot stand beside another answer; leave one of them out")]
    ScreeningContradicts,
    /// A claim is known already.
    #[error("a claim stands already; nothing needs to be said again")]
    ClaimStands,
    /// There is no claim to end.
    #[error("no claim stands, so none can end; look at the list again")]
    NoClaim,
    /// What evidences the consent is missing, or too long.
    #[error("name what evidences the consent, in 1 to 200 characters")]
    ConsentUnevidenced,
    /// For a child somebody else has to consent.
    #[error("for a child, or who may be one, only their representative can consent")]
    ConsentOfChild,
    /// The person has not been screened.
    #[error("ask the protection questions first; without them no consulate is told")]
    NoticeBeforeScreening,
    /// The consulate must not be told.
    #[error("do not notify: no consulate may be told of this person; ask the refuge office")]
    NoticeHeld,
    /// The person never claimed to be of that state.
    #[error("the person has not claimed that nationality; check it before anybody is told")]
    NoticeNotTheirState,
    /// That consulate was told already.
    #[error("that consulate has been told already; there is nothing to repeat")]
    NoticeGivenAlready,
    /// A note is missing or too long.
    #[error("say how the consulate came to know, in 1 to 200 characters")]
    NoticeUntold,
    /// Nothing lies there for the consulate.
    #[error("there is no new notice")]
    NothingToReceive,
    /// Nobody was referred, or it was acknowledged already.
    #[error("there is no referral to you here that waits")]
    NoReferral,
}

impl ProtectionRefusal {
    /// All refusals.
    pub const ALL: [Self; 13] = [
        Self::ScreeningUnanswered,
        Self::ScreeningContradicts,
        Self::ClaimStands,
        Self::NoClaim,
        Self::ConsentUnevidenced,
        Self::ConsentOfChild,
        Self::NoticeBeforeScreening,
        Self::NoticeHeld,
        Self::NoticeNotTheirState,
        Self::NoticeGivenAlready,
        Self::NoticeUntold,
        Self::NothingToReceive,
        Self::NoReferral,
    ];

    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ScreeningUnanswered => "screening-unanswered",
            Self::ScreeningContradicts => "screening-contradicts",
            Self::ClaimStands => "claim-stands",
            Self::NoClaim => "claim-none",
            Self::ConsentUnevidenced => "consent-unevidenced",
            Self::ConsentOfChild => "consent-of-child",
            Self::NoticeBeforeScreening => "notice-before-screening",
            Self::NoticeHeld => "notice-held",
            Self::NoticeNotTheirState => "notice-not-their-state",
            Self::NoticeGivenAlready => "notice-given-already",
            Self::NoticeUntold => "notice-untold",
            Self::NothingToReceive => "notice-none",
            Self::NoReferral => "referral-none",
        }
    }
}

/// What follows from a command.
///
/// # Errors
/// See [`ProtectionRefusal`].
pub fn decide(
    state: &ProtectionState,
    command: ProtectionCommand,
    act: Act,
) -> Result<ProtectionEvent, ProtectionRefusal> {
    use ProtectionRefusal as No;
    Ok(match command {
        ProtectionCommand::Screen { answers, birth, on } => ProtectionEvent::Screened {
            act,
            answers: screened(answers, birth, on)?,
        },
        ProtectionCommand::NotifyClaim => {
            refuse_if(state.claim(), No::ClaimStands)?;
            ProtectionEvent::ClaimNotified { act }
        }
        // A flag can also stand on a stated fear alone; who decides on refuge may lift that, too.
        ProtectionCommand::EndClaim { flag } => {
            refuse_if(!state.flag(), No::NoClaim)?;
            ProtectionEvent::ClaimEnded { act, flag }
        }
        ProtectionCommand::Consent { to, by, evidence } => {
            let evidence = bounded(&evidence).ok_or(No::ConsentUnevidenced)?;
            refuse_if(
                state.child() && by == Consenting::Person,
                No::ConsentOfChild,
            )?;
            ProtectionEvent::ConsentGiven {
                act,
                to,
                by,
                evidence,
            }
        }
        ProtectionCommand::GiveNotice { to, of, claimed } => {
            refuse_if(state.screened().is_none(), No::NoticeBeforeScreening)?;
            refuse_if(state.held(to), No::NoticeHeld)?;
            refuse_if(!claimed.contains(&to), No::NoticeNotTheirState)?;
            refuse_if(given_here(state, to), No::NoticeGivenAlready)?;
            ProtectionEvent::NoticeGiven {
                act,
                to,
                channel: Channel::Here,
                of,
                note: String::new(),
            }
        }
        ProtectionCommand::ReportNotice { to, of, note } => ProtectionEvent::NoticeGiven {
            act,
            to,
            channel: Channel::Elsewhere,
            of,
            note: bounded(&note).ok_or(No::NoticeUntold)?,
        },
        ProtectionCommand::ReceiveNotices { by } => {
            refuse_if(!state.waits_for(by), No::NothingToReceive)?;
            ProtectionEvent::NoticeReceived { act, to: by }
        }
        ProtectionCommand::ReceiveReferral { by } => {
            let mut referrals = state.referrals().into_iter();
            let waits = referrals.any(|one| one.to == by && one.received.is_none());
            refuse_if(!waits, No::NoReferral)?;
            ProtectionEvent::ReferralReceived { act, receiver: by }
        }
    })
}

fn refuse_if(refused: bool, why: ProtectionRefusal) -> Result<(), ProtectionRefusal> {
    if refused { Err(why) } else { Ok(()) }
}

/// Every answer with its referral. Doubt about age means child, whatever was ticked (facts C.1).
fn screened(
    mut answers: BTreeSet<Answer>,
    birth: Option<BirthDate>,
    on: Date,
) -> Result<Vec<Referral>, ProtectionRefusal> {
    refuse_if(answers.is_empty(), ProtectionRefusal::ScreeningUnanswered)?;
    let contradicts = answers.contains(&Answer::NoneStated) && answers.len() > 1;
    refuse_if(contradicts, ProtectionRefusal::ScreeningContradicts)?;
    if is_child(birth, on) {
        answers.insert(Answer::ChildOrMayBe);
    }
    let referrals = answers.into_iter().map(|answer| Referral {
        answer,
        to: answer.receiver(),
    });
    Ok(referrals.collect())
}

fn bounded(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=TEXT_MAX).contains(&text.chars().count());
    fits.then(|| text.to_owned())
}

fn given_here(state: &ProtectionState, to: StateCode) -> bool {
    let notices = state.notices();
    notices
        .iter()
        .any(|notice| notice.to == to && notice.channel == Channel::Here)
}

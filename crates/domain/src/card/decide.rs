//! What may be asked of the card register, and what it refuses.

use super::{
    event::{Application, ApplicationPurpose, CardEvent, Issued, NotIssued, RevocationReason},
    state::{CardState, Standing},
};
use crate::{act::Act, id::PersonId};
use paso_formats::{moment::Moment, number::CardNumber};

/// The officer's decision on an application. There is no third.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Issue this card. `eligible` is the assessment's answer at this moment.
    Issue {
        /// The card, already signed.
        card: Box<Issued>,
        /// Whether the assessment found the person eligible.
        eligible: bool,
    },
    /// Refuse, with reason and remedy.
    Refuse(NotIssued),
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardCommand {
    /// Receive an application and decide it.
    Apply {
        /// The application.
        application: Box<Application>,
        /// The decision.
        decision: Decision,
        /// The state of the card that is to be renewed or replaced, and its number.
        previous: Option<(CardNumber, Box<CardState>)>,
    },
    /// Revoke an issued card.
    Revoke {
        /// Why.
        reason: RevocationReason,
        /// The officer's words.
        note: String,
    },
}

/// Why a command about a card is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardRefusal {
    /// The number is taken.
    #[error("this card number is taken; issue again to draw another")]
    NumberTaken,
    /// Not eligible under the rule of the day.
    #[error(
        "the person is not eligible under the rule of the day; refuse with the reason shown, so that they get it in writing"
    )]
    NotEligible,
    /// A refusal without reasons.
    #[error("write the reasons; a refusal must be founded and reasoned")]
    NoReasons,
    /// A refusal without a remedy.
    #[error("write what the person can do about it")]
    NoRemedy,
    /// The card to be renewed or replaced is unknown, ended, or another person's.
    #[error("the card to renew or replace is not a live card of this person; look it up again")]
    PreviousNotLive,
    /// There is no such card.
    #[error("there is no such card; check the number")]
    Unknown,
    /// The card has ended already.
    #[error("this card has ended already; nothing is left to revoke")]
    Ended,
    /// An order must be named.
    #[error("name the order and the authority that gave it")]
    OrderNotNamed,
}

impl CardRefusal {
    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NumberTaken => "card-number-taken",
            Self::NotEligible => "card-not-eligible",
            Self::NoReasons => "card-no-reasons",
            Self::NoRemedy => "card-no-remedy",
            Self::PreviousNotLive => "card-previous-not-live",
            Self::Unknown => "card-unknown",
            Self::Ended => "card-ended",
            Self::OrderNotNamed => "card-order-not-named",
        }
    }
}

/// What follows: events for the card itself and, for a replacement, for the card that dies.
///
/// # Errors
/// See [`CardRefusal`].
pub fn decide(
    state: &CardState,
    command: CardCommand,
    act: Act,
) -> Result<Vec<(Option<CardNumber>, CardEvent)>, CardRefusal> {
    match command {
        CardCommand::Apply {
            application,
            decision,
            previous,
        } => {
            if *state.standing() != Standing::Unknown {
                return Err(CardRefusal::NumberTaken);
            }
            let decided = match decision {
                Decision::Issue {
                    eligible: false, ..
                } => return Err(CardRefusal::NotEligible),
                Decision::Issue {
                    card,
                    eligible: true,
                } => {
                    return issue(*application, *card, previous.as_ref(), &act);
                }
                Decision::Refuse(refusal) if refusal.reasons.trim().is_empty() => {
                    return Err(CardRefusal::NoReasons);
                }
                Decision::Refuse(refusal) if refusal.remedy.trim().is_empty() => {
                    return Err(CardRefusal::NoRemedy);
                }
                Decision::Refuse(refusal) => CardEvent::Refused {
                    act: act.clone(),
                    refusal,
                },
            };
            Ok(vec![
                (
                    None,
                    CardEvent::ApplicationReceived {
                        act,
                        application: *application,
                    },
                ),
                (None, decided),
            ])
        }
        CardCommand::Revoke { reason, note } => match state.standing() {
            // A card that was only brought is revoked where it was issued: there they know whose it is.
            Standing::Unknown | Standing::Applied | Standing::Brought | Standing::Refused(_) => {
                Err(CardRefusal::Unknown)
            }
            Standing::Revoked { .. } | Standing::Replaced { .. } => Err(CardRefusal::Ended),
            Standing::Issued if reason == RevocationReason::Ordered && note.trim().is_empty() => {
                Err(CardRefusal::OrderNotNamed)
            }
            Standing::Issued => Ok(vec![(None, CardEvent::Revoked { act, reason, note })]),
        },
    }
}

type Events = Vec<(Option<CardNumber>, CardEvent)>;

fn issue(
    application: Application,
    card: Issued,
    previous: Option<&(CardNumber, Box<CardState>)>,
    act: &Act,
) -> Result<Events, CardRefusal> {
    let replaced = match &application.purpose {
        ApplicationPurpose::First => None,
        ApplicationPurpose::Renewal { of } => {
            // An expired card can be renewed: only its holder and its ending matter.
            live(*of, previous, application.person)?;
            None
        }
        ApplicationPurpose::Replacement { of } => {
            live(*of, previous, application.person)?;
            Some(*of)
        }
    };
    let by = card.number;
    let mut events = vec![
        (
            None,
            CardEvent::ApplicationReceived {
                act: act.clone(),
                application,
            },
        ),
        (
            None,
            CardEvent::Issued {
                act: act.clone(),
                card,
            },
        ),
    ];
    if let Some(old) = replaced {
        events.push((
            Some(old),
            CardEvent::Replaced {
                act: act.clone(),
                by,
            },
        ));
    }
    Ok(events)
}

fn live(
    of: CardNumber,
    previous: Option<&(CardNumber, Box<CardState>)>,
    person: PersonId,
) -> Result<(), CardRefusal> {
    let theirs = previous.is_some_and(|(number, state)| {
        *number == of
            && *state.standing() == Standing::Issued
            && state.card().is_some_and(|card| card.person == person)
    });
    if theirs {
        Ok(())
    } else {
        Err(CardRefusal::PreviousNotLive)
    }
}

/// Whether the register would let a holder enter on this card at `now`: issued here or brought and
/// believed, not ended, not expired.
pub fn standing_on(state: &CardState, now: Moment) -> bool {
    matches!(state.standing(), Standing::Issued | Standing::Brought)
        && state.expires().is_some_and(|end| now < end)
}

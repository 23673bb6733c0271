//! What may be asked of the stay register, and what it refuses.

use super::{
    event::{Entered, StayEvent},
    state::{Ending, Stay, StaysState},
};
use crate::{
    act::Act,
    card::{CardState, Standing, standing_on},
};
use paso_formats::receipt::Code as ReceiptCode;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StayCommand {
    /// Let the person in on this card.
    Enter {
        /// The entry, its slip already signed.
        entry: Box<Entered>,
        /// The card's state.
        card: Box<CardState>,
    },
    /// Record that the person left.
    Exit {
        /// The code of the receipt to be given.
        receipt: Option<ReceiptCode>,
    },
}

/// Why the card does not allow an entry. An open stay is not among the reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryGround {
    /// Nobody issued it.
    CardUnknown,
    /// It was revoked.
    CardRevoked,
    /// It was replaced by another card.
    CardReplaced,
    /// It has expired.
    CardExpired,
}

/// Why a command about stays is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StayRefusal {
    /// The card does not allow an entry.
    #[error("the card does not allow an entry; {}", .0.remedy())]
    Entry(EntryGround),
    /// The card was not issued here, and what was shown of it proves nothing.
    #[error(
        "this card was not issued here, and what was shown does not prove it; scan its code, and see what the check says of it"
    )]
    NotProven,
    /// What was shown bears the number of a card that was issued, and is another.
    #[error(
        "this is not the card that was issued under its number; keep a copy of the code and tell the supervisor"
    )]
    NotAsIssued,
    /// No rule of the programme is in force today.
    #[error("no rule of the programme is in force today, so no stay can begin; ask the supervisor")]
    NoRule,
}

impl EntryGround {
    const fn remedy(self) -> &'static str {
        match self {
            Self::CardUnknown => "it is not in the register: check the number, or issue a card",
            Self::CardRevoked => "it was revoked: issue a new one, free of charge",
            Self::CardReplaced => "it was replaced: ask for the newer card, or replace it again",
            Self::CardExpired => "it has expired: renew it, free of charge",
        }
    }
}

impl StayRefusal {
    /// The stable code stored with the refusal and used as a key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoRule => "entry-no-rule",
            Self::NotProven => "card-not-proven",
            Self::NotAsIssued => "card-not-as-issued",
            Self::Entry(EntryGround::CardUnknown) => "entry-card-unknown",
            Self::Entry(EntryGround::CardRevoked) => "entry-card-revoked",
            Self::Entry(EntryGround::CardReplaced) => "entry-card-replaced",
            Self::Entry(EntryGround::CardExpired) => "entry-card-expired",
        }
    }
}

/// What follows from a command.
///
/// # Errors
/// See [`StayRefusal`].
pub fn decide(
    state: &StaysState,
    command: StayCommand,
    act: Act,
) -> Result<Vec<StayEvent>, StayRefusal> {
    match command {
        StayCommand::Enter { entry, card } => {
            if !standing_on(&card, act.at) {
                return Err(StayRefusal::Entry(ground(card.standing())));
            }
            // What was good last week may have been revoked: nothing but the code says it today.
            // On paper nothing but the officer's eye said it then.
            let proven = act.late.is_some() || card.was_shown_in(&act);
            if *card.standing() == Standing::Brought && !proven {
                return Err(StayRefusal::NotProven);
            }
            if act.late.is_some() {
                return Ok(entered_late(state, *entry, act));
            }
            let mut events: Vec<_> = state
                .open()
                .map(|stay| StayEvent::ExitNotRecorded {
                    act: act.clone(),
                    stay: stay.entry.stay,
                })
                .collect();
            events.push(StayEvent::Entered { act, entry: *entry });
            Ok(events)
        }
        // Whoever stands on the other side of the bridge has left: an exit is never refused.
        // Without an open stay it ends the newest one whose exit is missing: a merge of two records
        // that was undone, or an entry recorded late, may have closed it too early.
        StayCommand::Exit { receipt } => {
            // Nobody leaves a stay that began later than they left: what came from paper is put where
            // it happened.
            let began = |stay: &&Stay| act.late.is_none() || stay.entered.at <= act.at;
            let open = state.open().rfind(began);
            let missing = || {
                let newest = state.stays().iter().filter(began);
                newest
                    .max_by_key(|stay| stay.entered.at)
                    .filter(|stay| stay.ending == Some(Ending::NotRecorded))
            };
            let stay = open.or_else(missing).map(|stay| stay.entry.stay);
            Ok(vec![StayEvent::Exited { act, receipt, stay }])
        }
    }
}

/// An entry that stood on paper while others were recorded: it closes what was open before it, and
/// ends as what came after it says. Without that, whoever has left long ago would look overstayed.
fn entered_late(state: &StaysState, entry: Entered, act: Act) -> Vec<StayEvent> {
    let stay = entry.stay;
    let mut events: Vec<_> = state
        .open()
        .filter(|stay| stay.entered.at <= act.at)
        .map(|stay| StayEvent::ExitNotRecorded {
            act: act.clone(),
            stay: stay.entry.stay,
        })
        .collect();
    let followed = state.stays().iter().any(|stay| stay.entered.at > act.at);
    events.push(StayEvent::Entered {
        act: act.clone(),
        entry,
    });
    // An exit that nobody could place finds this stay by itself (state.rs).
    if followed {
        events.push(StayEvent::ExitNotRecorded { act, stay });
    }
    events
}

fn ground(standing: &Standing) -> EntryGround {
    match standing {
        Standing::Unknown | Standing::Applied | Standing::Refused(_) => EntryGround::CardUnknown,
        Standing::Revoked { .. } => EntryGround::CardRevoked,
        Standing::Replaced { .. } => EntryGround::CardReplaced,
        Standing::Issued | Standing::Brought => EntryGround::CardExpired,
    }
}

//! The fold of a person's protection. Facts are put in the order in which they happened, not in
//! that in which they arrived: a claim told late still makes the notice before it a breach.

use super::event::{Answer, Channel, Consenting, FlagAfter, NoticeOf, ProtectionEvent, Receiver};
use crate::act::Act;
use paso_formats::{field::StateCode, moment::Moment};
use std::collections::BTreeMap;

/// What was done against the rules. It is kept and shown, never turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breach {
    /// A consulate was told before the person had been screened.
    NoticeBeforeScreening,
    /// A consulate was told although it must not be.
    NoticeAgainstFlag,
}

impl Breach {
    /// Both.
    pub const ALL: [Self; 2] = [Self::NoticeBeforeScreening, Self::NoticeAgainstFlag];

    /// The stable code: the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoticeBeforeScreening => "notice-before-screening",
            Self::NoticeAgainstFlag => "notice-against-flag",
        }
    }
}

/// A consular notice that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// When, where, by whom.
    pub act: Act,
    /// Which state's consulate.
    pub to: StateCode,
    /// How.
    pub channel: Channel,
    /// What it was told.
    pub of: NoticeOf,
    /// How it came about, for one given elsewhere.
    pub note: String,
    /// What in it contradicts the rules.
    pub breaches: Vec<Breach>,
    /// Whether the consulate has received it.
    pub received: bool,
}

/// To whom a person was referred, since when, and whether they have said that they know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referred {
    /// Who receives it.
    pub to: Receiver,
    /// The screening that first referred the person there.
    pub act: Act,
    /// When they said so.
    pub received: Option<Moment>,
}

/// What is known of a person's protection. Any facts in any order give a state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProtectionState {
    /// In the order in which they happened; those of one second in the order of arrival.
    facts: Vec<ProtectionEvent>,
}

/// Where the facts up to some instant have led.
#[derive(Clone, Debug, Default)]
struct Stand {
    screened: Option<Moment>,
    child: bool,
    flag: bool,
    claim: bool,
    referred: Vec<Referred>,
    consents: BTreeMap<StateCode, Consenting>,
    notices: Vec<Notice>,
}

impl ProtectionState {
    /// Takes one more fact in.
    #[must_use]
    pub fn apply(mut self, event: &ProtectionEvent) -> Self {
        let after = self
            .facts
            .partition_point(|fact| fact.act().at <= event.act().at);
        self.facts.insert(after, event.clone());
        self
    }

    fn stand(&self) -> Stand {
        self.facts.iter().fold(Stand::default(), Stand::after)
    }

    /// When the person was first screened.
    #[must_use]
    pub fn screened(&self) -> Option<Moment> {
        self.stand().screened
    }

    /// Do not return, do not notify. It stands from the statement of fear on, since nobody may act
    /// against who says they want to claim (facts D.4 D38), and the claim itself may take three
    /// days to be told (D14).
    #[must_use]
    pub fn flag(&self) -> bool {
        self.stand().flag
    }

    /// Whether refuge has told of a claim and not of its end. For refuge's eyes.
    #[must_use]
    pub fn claim(&self) -> bool {
        self.stand().claim
    }

    /// Whether a screening found a child, or somebody who may be one. No later answer undoes it.
    #[must_use]
    pub fn child(&self) -> bool {
        self.stand().child
    }

    /// To whom the person was referred; for those receivers' eyes.
    #[must_use]
    pub fn referred(&self) -> Vec<Receiver> {
        let referred = self.stand().referred.into_iter();
        referred.map(|one| one.to).collect()
    }

    /// The same with when, and whether it was acknowledged; for those receivers' eyes, and for the
    /// clocks that the ombudsman is told of.
    #[must_use]
    pub fn referrals(&self) -> Vec<Referred> {
        self.stand().referred
    }

    /// Whether this state's consulate must not be told now.
    #[must_use]
    pub fn held(&self, to: StateCode) -> bool {
        self.stand().held(to)
    }

    /// All notices that were given, oldest first.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        self.stand().notices
    }

    /// What a state's consulate has received. A later claim changes nothing of it: a notice that
    /// vanished would tell of the claim.
    #[must_use]
    pub fn received_by(&self, state: StateCode) -> Vec<Notice> {
        let notices = self.stand().notices.into_iter();
        notices.filter(|n| n.received && n.to == state).collect()
    }

    /// Whether something lies here for this state's consulate. What was left before a claim and
    /// not received by then is held like any other.
    #[must_use]
    pub fn waits_for(&self, state: StateCode) -> bool {
        let stand = self.stand();
        !stand.held(state)
            && stand.notices.iter().any(|notice| {
                notice.to == state && notice.channel == Channel::Here && !notice.received
            })
    }

    /// What was done against the rules, oldest first.
    #[must_use]
    pub fn breaches(&self) -> Vec<(Moment, Breach)> {
        let notices = self.stand().notices.into_iter();
        notices
            .flat_map(|notice| {
                let at = notice.act.at;
                notice.breaches.into_iter().map(move |breach| (at, breach))
            })
            .collect()
    }
}

impl Stand {
    fn held(&self, to: StateCode) -> bool {
        self.flag
            && !match self.consents.get(&to) {
                Some(Consenting::Representative) => true,
                Some(Consenting::Person) => !self.child,
                None => false,
            }
    }

    fn after(mut self, fact: &ProtectionEvent) -> Self {
        match fact {
            ProtectionEvent::Screened { act, answers } => {
                self.screened.get_or_insert(act.at);
                for referral in answers {
                    match referral.answer {
                        Answer::FearsReturn => {
                            self.flag = true;
                            // Consent is to what was known when it was given.
                            self.consents.clear();
                        }
                        Answer::ChildOrMayBe => self.child = true,
                        Answer::VictimOfCrime | Answer::NoneStated => {}
                    }
                    let known = |to: &Receiver| self.referred.iter().any(|one| one.to == *to);
                    if let Some(to) = referral.to.filter(|to| !known(to)) {
                        self.referred.push(Referred {
                            to,
                            act: act.clone(),
                            received: None,
                        });
                    }
                }
            }
            ProtectionEvent::ClaimNotified { .. } => {
                (self.flag, self.claim) = (true, true);
                self.consents.clear();
            }
            ProtectionEvent::ClaimEnded { flag, .. } => {
                (self.flag, self.claim) = (*flag == FlagAfter::Stays, false);
            }
            ProtectionEvent::ConsentGiven { to, by, .. } => {
                self.consents.insert(*to, *by);
            }
            ProtectionEvent::NoticeGiven {
                act,
                to,
                channel,
                of,
                note,
            } => {
                let before = (self.screened.is_none()).then_some(Breach::NoticeBeforeScreening);
                let against = self.held(*to).then_some(Breach::NoticeAgainstFlag);
                self.notices.push(Notice {
                    act: act.clone(),
                    to: *to,
                    channel: *channel,
                    of: of.clone(),
                    note: note.clone(),
                    breaches: before.into_iter().chain(against).collect(),
                    received: false,
                });
            }
            ProtectionEvent::ReferralReceived { act, receiver } => {
                let own = self.referred.iter_mut().filter(|one| one.to == *receiver);
                for one in own {
                    let _ = one.received.get_or_insert(act.at);
                }
            }
            ProtectionEvent::NoticeReceived { to, .. } => {
                for notice in &mut self.notices {
                    // What was said elsewhere is not received here.
                    notice.received |= notice.to == *to && notice.channel == Channel::Here;
                }
            }
        }
        self
    }
}

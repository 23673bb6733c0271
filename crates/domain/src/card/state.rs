//! The fold of a card's events. Whichever arrives first, the same facts give the same state.

use super::event::{Application, CardEvent, Issued, NotIssued, Presented, RevocationReason};
use crate::{
    act::{Act, place},
    contradiction::Settling,
    id::PersonId,
};
use minicbor::Encode;
use paso_formats::{moment::Moment, number::CardNumber, verdict::Finding};

/// How a card stands, expiry apart (that is a question of the moment, see
/// [`super::standing_on`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// An application was received; its decision is in the same batch.
    Applied,
    /// Refused, with the reason.
    Refused(NotIssued),
    /// Nobody is known to have issued it; it was brought, and its signature believed.
    Brought,
    /// Issued and not ended.
    Issued,
    /// Revoked.
    Revoked {
        /// Since when.
        at: Moment,
        /// Why.
        reason: RevocationReason,
    },
    /// Replaced by another.
    Replaced {
        /// Since when.
        at: Moment,
        /// By which card.
        by: CardNumber,
    },
}

/// Facts that contradict each other. They are kept and asked after ([`crate::contradiction`]), never
/// dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardConflict {
    /// Two cards were issued under one number.
    IssuedTwice,
    /// Issued though it had been refused, or the other way round.
    IssuedAndRefused,
    /// An ending arrived for a card nobody issued.
    EndedWithoutIssue,
    /// A card of this number was believed somewhere, and it was not the one that was issued: the key
    /// that signed it was in another's hands.
    NotAsIssued,
    /// The card was believed somewhere after it had ended: word of it had not reached that post.
    UsedAfterEnd,
}

impl CardConflict {
    /// All contradictions.
    pub const ALL: [Self; 5] = [
        Self::IssuedTwice,
        Self::IssuedAndRefused,
        Self::EndedWithoutIssue,
        Self::NotAsIssued,
        Self::UsedAfterEnd,
    ];

    /// A stable name, the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::IssuedTwice => "issued-twice",
            Self::IssuedAndRefused => "issued-and-refused",
            Self::EndedWithoutIssue => "ended-without-issue",
            Self::NotAsIssued => "not-as-issued",
            Self::UsedAfterEnd => "used-after-end",
        }
    }
}

/// How a card came to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Revoked(RevocationReason),
    Replaced(CardNumber),
}

impl End {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Revoked(reason) => reason.code().as_bytes().to_vec(),
            Self::Replaced(by) => by.compact().into_bytes(),
        }
    }
}

/// What the register knows of a card or an application. Each list is in the order in which its acts
/// were recorded, whichever arrived first; the first of each counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardState {
    standing: Standing,
    applications: Vec<(Act, Application)>,
    pub(super) issues: Vec<(Act, Issued)>,
    pub(super) refusals: Vec<(Act, NotIssued)>,
    pub(super) ends: Vec<(Act, End)>,
    presented: Vec<(Act, Presented)>,
    pub(super) settlings: Vec<(Act, Settling)>,
}

/// The canonical bytes of what an act says.
fn bytes<T: Encode<()>>(said: &T) -> Vec<u8> {
    // Writing into a Vec does not fail; were it to, the order of arrival would decide.
    minicbor::to_vec(said).unwrap_or_default()
}

impl CardState {
    /// Takes one more fact in. A card that has ended stays ended whatever arrives later: doubt
    /// must not revive a dead card.
    #[must_use]
    pub fn apply(mut self, event: &CardEvent) -> Self {
        match event {
            CardEvent::ApplicationReceived { act, application } => {
                let said = (act.clone(), application.clone());
                place(&mut self.applications, said, bytes);
            }
            CardEvent::Issued { act, card } => {
                place(&mut self.issues, (act.clone(), card.clone()), bytes);
            }
            CardEvent::Refused { act, refusal } => {
                place(&mut self.refusals, (act.clone(), refusal.clone()), bytes);
            }
            CardEvent::Revoked { act, reason, .. } => {
                place(
                    &mut self.ends,
                    (act.clone(), End::Revoked(*reason)),
                    End::bytes,
                );
            }
            CardEvent::Replaced { act, by } => {
                place(
                    &mut self.ends,
                    (act.clone(), End::Replaced(*by)),
                    End::bytes,
                );
            }
            CardEvent::Presented { act, shown } => {
                place(&mut self.presented, (act.clone(), shown.clone()), bytes);
            }
            CardEvent::Settled { act, settling } => {
                place(&mut self.settlings, (act.clone(), settling.clone()), bytes);
            }
        }
        self.standing = self.stands();
        self
    }

    fn stands(&self) -> Standing {
        if let Some((act, end)) = self.ends.first() {
            let at = act.at;
            return match *end {
                End::Revoked(reason) => Standing::Revoked { at, reason },
                End::Replaced(by) => Standing::Replaced { at, by },
            };
        }
        match (&self.issues[..], &self.refusals[..]) {
            ([_, ..], _) => Standing::Issued,
            ([], [(_, refusal), ..]) => Standing::Refused(refusal.clone()),
            ([], []) if !self.presented.is_empty() => Standing::Brought,
            ([], []) if !self.applications.is_empty() => Standing::Applied,
            ([], []) => Standing::Unknown,
        }
    }

    /// How it stands.
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The application it was decided on.
    pub fn application(&self) -> Option<&Application> {
        self.applications
            .first()
            .map(|(_, application)| application)
    }

    /// When, where and by whom its application was received.
    pub fn received(&self) -> Option<&Act> {
        self.applications.first().map(|(act, _)| act)
    }

    /// When, where and by whom it was decided.
    pub fn decided(&self) -> Option<&Act> {
        let refused = self.refusals.first().map(|(act, _)| act);
        self.issues.first().map(|(act, _)| act).or(refused)
    }

    /// The card, once issued.
    pub fn card(&self) -> Option<&Issued> {
        self.issues.first().map(|(_, card)| card)
    }

    /// Where and when it was brought by its holder to a desk that did not know it, in the order in
    /// which that was recorded.
    pub fn presented(&self) -> &[(Act, Presented)] {
        &self.presented
    }

    /// Whether everything that was believed under this number is one card, and the one that was issued
    /// where its issue is known here.
    #[must_use]
    pub fn is_as_issued(&self) -> bool {
        self.text()
            .is_none_or(|text| self.presented.iter().all(|(_, shown)| shown.text == text))
    }

    /// The text that counts: the one issued, else the one that was shown first.
    pub(super) fn text(&self) -> Option<&str> {
        let shown = self.presented.first().map(|(_, shown)| &shown.text);
        let issued = self.card().map(|card| &card.text);
        issued.or(shown).map(String::as_str)
    }

    /// What was believed after the card had ended. Whoever was told by the bundle that it was revoked
    /// did not believe it: a person may leave on any card.
    pub(super) fn believed_after_end(&self) -> impl Iterator<Item = &(Act, Presented)> {
        let end = self.ends.first().map(|(act, _)| act.at);
        self.presented.iter().filter(move |(act, shown)| {
            end.is_some_and(|end| end < act.at) && shown.finding != Finding::Revoked.code()
        })
    }

    /// Whether it was brought to a desk in this very act.
    #[must_use]
    pub fn was_shown_in(&self, act: &Act) -> bool {
        self.presented.iter().any(|(shown, _)| shown == act)
    }

    /// Whose record entries on this card are written to: its holder's where that is known, else the
    /// one that is named after the card and knows nobody ([`PersonId::of_card`]).
    #[must_use]
    pub fn record(&self, number: CardNumber) -> Option<PersonId> {
        let holder = self.card().map(|card| card.person);
        let brought = self.presented.first();
        holder.or_else(|| brought.map(|_| PersonId::of_card(number)))
    }

    /// When it is no longer valid by itself.
    pub(super) fn expires(&self) -> Option<Moment> {
        let shown = self.presented.iter().map(|(_, shown)| shown.expires);
        let card = self.card().map(|card| card.expires);
        card.or_else(|| shown.min())
    }
}

//! The fold of a card's events.

use super::event::{Application, CardEvent, Issued, NotIssued, Presented, RevocationReason};
use crate::{act::Act, id::PersonId};
use paso_formats::{moment::Moment, number::CardNumber};

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

/// Facts that contradict each other. They are kept and shown to the supervisor of the post, never
/// dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// What the register knows of a card or an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardState {
    standing: Standing,
    application: Option<Application>,
    received: Option<Act>,
    decided: Option<Act>,
    card: Option<Issued>,
    presented: Vec<(Act, Presented)>,
    conflicts: Vec<CardConflict>,
}

impl CardState {
    /// Takes one more fact in. A card that has ended stays ended whatever arrives later: doubt
    /// must not revive a dead card.
    #[must_use]
    pub fn apply(mut self, event: &CardEvent) -> Self {
        match event {
            CardEvent::ApplicationReceived { act, application } => {
                self.received.get_or_insert_with(|| act.clone());
                self.application.get_or_insert_with(|| application.clone());
                if self.standing == Standing::Unknown {
                    self.standing = Standing::Applied;
                }
            }
            CardEvent::Issued { act, card } => {
                match self.standing {
                    Standing::Unknown | Standing::Applied | Standing::Brought => {
                        self.standing = Standing::Issued;
                    }
                    Standing::Refused(_) => {
                        self.conflicts.push(CardConflict::IssuedAndRefused);
                        self.standing = Standing::Issued;
                    }
                    _ if self.card.is_some() => self.conflicts.push(CardConflict::IssuedTwice),
                    // The ending came first, from another post: a late issue explains it.
                    _ => self
                        .conflicts
                        .retain(|c| *c != CardConflict::EndedWithoutIssue),
                }
                self.decided.get_or_insert_with(|| act.clone());
                self.card.get_or_insert_with(|| card.clone());
            }
            CardEvent::Refused { act, refusal } => {
                if matches!(
                    self.standing,
                    Standing::Unknown | Standing::Applied | Standing::Brought
                ) {
                    self.standing = Standing::Refused(refusal.clone());
                } else {
                    self.conflicts.push(CardConflict::IssuedAndRefused);
                }
                self.decided.get_or_insert_with(|| act.clone());
            }
            CardEvent::Revoked { act, reason, .. } => {
                self.end(Standing::Revoked {
                    at: act.at,
                    reason: *reason,
                });
            }
            CardEvent::Replaced { act, by } => {
                self.end(Standing::Replaced {
                    at: act.at,
                    by: *by,
                });
            }
            CardEvent::Presented { act, shown } => {
                if matches!(self.standing, Standing::Unknown | Standing::Applied) {
                    self.standing = Standing::Brought;
                }
                self.presented.push((act.clone(), shown.clone()));
            }
        }
        self
    }

    fn end(&mut self, ending: Standing) {
        if self.card.is_none() {
            self.conflicts.push(CardConflict::EndedWithoutIssue);
        }
        if !matches!(
            self.standing,
            Standing::Revoked { .. } | Standing::Replaced { .. }
        ) {
            self.standing = ending;
        }
    }

    /// How it stands.
    pub const fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The application it was decided on.
    pub const fn application(&self) -> Option<&Application> {
        self.application.as_ref()
    }

    /// When, where and by whom its application was received.
    pub const fn received(&self) -> Option<&Act> {
        self.received.as_ref()
    }

    /// When, where and by whom it was decided.
    pub const fn decided(&self) -> Option<&Act> {
        self.decided.as_ref()
    }

    /// The card, once issued.
    pub const fn card(&self) -> Option<&Issued> {
        self.card.as_ref()
    }

    /// Where and when it was brought by its holder to a desk that did not know it, in the order in
    /// which it became known here.
    pub fn presented(&self) -> &[(Act, Presented)] {
        &self.presented
    }

    /// Whether everything that was believed under this number is one card, and the one that was issued
    /// where its issue is known here.
    #[must_use]
    pub fn is_as_issued(&self) -> bool {
        let issued = self.card.as_ref().map(|card| &card.text);
        let mut shown = self.presented.iter().map(|(_, shown)| &shown.text);
        issued
            .or_else(|| shown.next())
            .is_none_or(|text| shown.all(|shown| shown == text))
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
        let holder = self.card.as_ref().map(|card| card.person);
        let brought = self.presented.first();
        holder.or_else(|| brought.map(|_| PersonId::of_card(number)))
    }

    /// When it is no longer valid by itself.
    pub(super) fn expires(&self) -> Option<Moment> {
        let shown = self.presented.iter().map(|(_, shown)| shown.expires);
        let card = self.card.as_ref().map(|card| card.expires);
        card.or_else(|| shown.min())
    }

    fn ended_at(&self) -> Option<Moment> {
        match self.standing {
            Standing::Revoked { at, .. } | Standing::Replaced { at, .. } => Some(at),
            _ => None,
        }
    }

    /// Contradictions to be settled.
    #[must_use]
    pub fn conflicts(&self) -> Vec<CardConflict> {
        let mut conflicts = self.conflicts.clone();
        if !self.is_as_issued() {
            conflicts.push(CardConflict::NotAsIssued);
        }
        let mut shown = self.presented.iter();
        if shown.any(|(act, _)| self.ended_at().is_some_and(|end| end < act.at)) {
            conflicts.push(CardConflict::UsedAfterEnd);
        }
        conflicts
    }
}

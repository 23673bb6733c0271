//! The fold of a card's events.

use super::event::{Application, CardEvent, Issued, NotIssued, RevocationReason};
use crate::act::Act;
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
}

/// What the register knows of a card or an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardState {
    standing: Standing,
    application: Option<Application>,
    decided: Option<Act>,
    card: Option<Issued>,
    conflicts: Vec<CardConflict>,
}

impl CardState {
    /// Takes one more fact in. A card that has ended stays ended whatever arrives later: doubt
    /// must not revive a dead card.
    #[must_use]
    pub fn apply(mut self, event: &CardEvent) -> Self {
        match event {
            CardEvent::ApplicationReceived { application, .. } => {
                self.application.get_or_insert_with(|| application.clone());
                if self.standing == Standing::Unknown {
                    self.standing = Standing::Applied;
                }
            }
            CardEvent::Issued { act, card } => {
                match self.standing {
                    Standing::Unknown | Standing::Applied => self.standing = Standing::Issued,
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
                if matches!(self.standing, Standing::Unknown | Standing::Applied) {
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

    /// When, where and by whom it was decided.
    pub const fn decided(&self) -> Option<&Act> {
        self.decided.as_ref()
    }

    /// The card, once issued.
    pub const fn card(&self) -> Option<&Issued> {
        self.card.as_ref()
    }

    /// Contradictions to be settled.
    pub fn conflicts(&self) -> &[CardConflict] {
        &self.conflicts
    }
}

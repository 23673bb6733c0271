//! The fold of a token's events.

use super::event::{Token, TokenEvent};
use paso_formats::moment::Moment;

/// What the register knows of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenState {
    token: Option<Token>,
    revoked: Option<Moment>,
}

impl TokenState {
    /// Takes one more fact in. The first issue stands, and of several ends the earliest.
    #[must_use]
    pub fn apply(mut self, event: &TokenEvent) -> Self {
        match event {
            TokenEvent::Issued { token, .. } => {
                self.token.get_or_insert_with(|| token.clone());
            }
            TokenEvent::Revoked { from, .. } => {
                self.revoked = Some(self.revoked.map_or(*from, |known| known.min(*from)));
            }
        }
        self
    }

    /// The token, once issued.
    #[must_use]
    pub const fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// From when it was taken back.
    #[must_use]
    pub const fn revoked(&self) -> Option<Moment> {
        self.revoked
    }

    /// The token, where it counts at a moment.
    #[must_use]
    pub fn good_at(&self, moment: Moment) -> Option<&Token> {
        self.token
            .as_ref()
            .filter(|token| moment < token.expires && self.revoked.is_none_or(|from| moment < from))
    }
}

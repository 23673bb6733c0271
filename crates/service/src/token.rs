//! Who acts with a token: what a program shows in the place of a passkey.

use crate::{Officer, Service, ServiceError, session::Token};
use paso_domain::{event::Event, officer::OfficerState, subject::Subject};

impl Service {
    /// The officer who answers for what is done with a token, as long as it counts and the officer
    /// has its role at its post. None for any other text. Asked at every request, so that a token
    /// that is taken back, and an officer's end, count at once.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn holder_of_token(&self, shown: &Token) -> Result<Option<Officer>, ServiceError> {
        let now = self.now();
        let Some(row) = self.store().token(&shown.hash()).await? else {
            return Ok(None);
        };
        let Some(token) = row.good_at(now) else {
            return Ok(None);
        };
        let loaded = self.load(&Subject::Officer(token.officer.clone())).await?;
        let state =
            loaded
                .events
                .iter()
                .fold(OfficerState::default(), |state, event| match event {
                    Event::Officer(event) => state.apply(event),
                    _ => state,
                });
        let holds = state.standing_at(now).holds(token.role, token.post);
        Ok(holds.then(|| Officer {
            number: token.officer.clone(),
            role: token.role,
            post: token.post,
        }))
    }
}

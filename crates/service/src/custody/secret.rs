//! The secret on a receipt: whoever has it learns whether the person is under control here, and nothing
//! more. Never where, how, or when somebody leaves: outside the gate may stand who waits for them.

use crate::{Service, ServiceError, access::Permit, approval::Prepared};
use paso_domain::{
    custody::{CustodyCommand, CustodyEvent},
    event::Event,
    id::EpisodeId,
    policy::powers,
    subject::Subject,
};
use paso_formats::secret::Secret;
use zeroize::Zeroizing;

/// What a secret shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// In custody of this authority.
    InCustody,
    /// No longer in custody of this authority.
    NoLonger,
}

impl Service {
    /// What whoever has the secret may know. A wrong one, a changed one and a closed one all look
    /// alike.
    ///
    /// # Errors
    /// When it shows nothing, or the database could not be read.
    pub async fn known_by_secret(&self, secret: &Secret) -> Result<Known, ServiceError> {
        let rows = self.store().episodes_by_secret(&secret.hash()).await?;
        let row = rows.first().ok_or(ServiceError::NotFound)?;
        Ok(if row.ended_at.is_none() {
            Known::InCustody
        } else {
            Known::NoLonger
        })
    }

    /// The secret for the person's paper, and the codes of the receipts given for the episode's
    /// beginning. None while the person has it closed.
    ///
    /// # Errors
    /// When there is no such episode for this post, or the reading could not be recorded.
    pub async fn secret_of(
        &self,
        permit: &Permit<powers::KeepCustody>,
        id: EpisodeId,
    ) -> Result<Option<Zeroizing<String>>, ServiceError> {
        let state = self.load_episode(id).await?.state;
        let story = state.story();
        if !super::act::concerns(&story, permit.post) {
            return Err(ServiceError::NotFound);
        }
        self.open(permit, &Subject::Episode(id)).await?;
        let Some(hash) = story.secret else {
            return Ok(None);
        };
        let key = self.store().subject_key(&Subject::Episode(id)).await?;
        let key = key.ok_or(ServiceError::NotFound)?;
        let last = changes(&self.load(&Subject::Episode(id)).await?.events);
        // Made where the episode began, under whichever key it has there.
        let found = key
            .iter()
            .flat_map(|key| (0..=last).map(move |number| Secret::of(key, number)))
            .find(|secret| secret.hash() == hash);
        Ok(found.map(|secret| secret.expose()))
    }

    /// Changes the secret, or closes it, as the person asks.
    ///
    /// # Errors
    /// As for [`Service::secret_of`].
    pub async fn change_secret(
        &self,
        permit: &Permit<powers::KeepCustody>,
        id: EpisodeId,
        close: bool,
    ) -> Result<Prepared, ServiceError> {
        let secret = if close {
            None
        } else {
            let key = self.store().subject_key(&Subject::Episode(id)).await?;
            let key = key.ok_or(ServiceError::NotFound)?;
            let next = changes(&self.load(&Subject::Episode(id)).await?.events) + 1;
            Some(Secret::of(key.sealing(), next).hash())
        };
        let command = CustodyCommand::ChangeSecret { secret };
        self.custody(permit, vec![(id, command)]).await
    }
}

/// How often the secret was changed or closed.
fn changes(events: &[Event]) -> u32 {
    let changed = events
        .iter()
        .filter(|event| matches!(event, Event::Custody(CustodyEvent::SecretChanged { .. })));
    u32::try_from(changed.count()).unwrap_or(u32::MAX - 1)
}

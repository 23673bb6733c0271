//! What signing in and signing need of the register of officers.

use super::PasskeyError;
use crate::{Service, ServiceError, journal::Loaded};
use paso_domain::{
    act::{Act, Way},
    event::Event,
    id::OfficerNumber,
    officer::{self, Asked, OfficerCommand, OfficerState, Standing},
    subject::Subject,
};

impl Service {
    /// What the register knows of an officer.
    pub(crate) async fn load_officer(
        &self,
        number: &OfficerNumber,
    ) -> Result<Loaded<OfficerState>, ServiceError> {
        let loaded = self.load(&Subject::Officer(number.clone())).await?;
        let events = loaded.events.iter();
        Ok(Loaded {
            state: events.fold(OfficerState::default(), |state, event| match event {
                Event::Officer(event) => state.apply(event),
                _ => state,
            }),
            version: loaded.version,
        })
    }

    /// How an officer stands now.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn standing(&self, number: &OfficerNumber) -> Result<Standing, ServiceError> {
        Ok(self
            .load_officer(number)
            .await?
            .state
            .standing_at(self.now()))
    }

    /// Whose a passkey is.
    pub(crate) async fn owner_of(
        &self,
        credential: &[u8],
    ) -> Result<Option<OfficerNumber>, ServiceError> {
        Ok(self.store().officer_of_passkey(credential).await?)
    }

    /// Records what an officer does about their own standing, such as registering a passkey.
    pub(super) async fn own_officer_command(
        &self,
        state: &OfficerState,
        version: u64,
        command: OfficerCommand,
        act: Act,
    ) -> Result<(), PasskeyError> {
        let number = act.officer.clone();
        let subject = Subject::Officer(number.clone());
        let name = command.code();
        let asked = Asked {
            act: act.clone(),
            way: Way::Page,
            // Nothing that an officer does about their own passkeys asks for it.
            other_administrators: 0,
        };
        let events = match officer::decide(state, &number, command, asked) {
            Ok(events) => events,
            Err(no) => {
                return Err(
                    match self.refused(&subject, &act, name, no.into(), None).await {
                        ServiceError::Refused(_) => PasskeyError::Refused(no.into()),
                        error => error.into(),
                    },
                );
            }
        };
        let events = events
            .into_iter()
            .map(|event| (subject.clone(), Event::Officer(event)));
        if self
            .append(events.collect(), vec![(subject.clone(), version)])
            .await?
        {
            Ok(())
        } else {
            Err(ServiceError::Contended.into())
        }
    }
}

//! Shifts: opened by signing in, closed by signing out.

use crate::{Officer, Service, ServiceError, journal::Loaded};
use paso_domain::{
    event::Event,
    id::{OfficerNumber, ShiftId},
    shift::{self, Shift, ShiftCommand, ShiftEnd, ShiftsState},
    subject::Subject,
};

impl Service {
    pub(crate) async fn load_shifts(
        &self,
        number: &OfficerNumber,
    ) -> Result<Loaded<ShiftsState>, ServiceError> {
        let loaded = self.load(&Subject::Shifts(number.clone())).await?;
        let events = loaded.events.iter();
        Ok(Loaded {
            state: events.fold(ShiftsState::default(), |state, event| match event {
                Event::Shift(event) => state.apply(event),
                _ => state,
            }),
            version: loaded.version,
        })
    }

    /// Records that an officer began to work at a post; whatever was open is over.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub(crate) async fn open_shift(
        &self,
        officer: &Officer,
        lane: Option<String>,
    ) -> Result<(), ServiceError> {
        let shift = Shift {
            id: ShiftId::from_random(self.random().bytes()?),
            role: officer.role,
            lane,
            device: Some(self.device().stream),
        };
        self.shift(officer, &ShiftCommand::Open(shift)).await
    }

    /// Records that whatever shift an officer had open is over.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub(crate) async fn close_shift(
        &self,
        officer: &Officer,
        end: ShiftEnd,
    ) -> Result<(), ServiceError> {
        self.shift(officer, &ShiftCommand::Close(end)).await
    }

    async fn shift(&self, officer: &Officer, command: &ShiftCommand) -> Result<(), ServiceError> {
        let subject = Subject::Shifts(officer.number.clone());
        for _ in 0..crate::journal::ATTEMPTS {
            let loaded = self.load_shifts(&officer.number).await?;
            let act = officer.act(self.now());
            let events: Vec<_> = shift::decide(&loaded.state, command.clone(), &act)
                .into_iter()
                .map(|event| (subject.clone(), Event::Shift(event)))
                .collect();
            let expect = vec![(subject.clone(), loaded.version)];
            if events.is_empty() || self.append(events, expect).await? {
                return Ok(());
            }
        }
        Err(ServiceError::Contended)
    }
}

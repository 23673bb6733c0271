//! The authority's keys in the register: which came into use, and which ended.

use super::{Affair, Asker, Console};
use crate::{Service, ServiceError, approval::Plan};
use paso_domain::{
    authority::{self, AuthorityCommand, AuthorityState},
    event::Event,
    subject::Subject,
};

impl Service {
    /// What the register knows of the authority's keys.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn known_keys(&self) -> Result<AuthorityState, ServiceError> {
        Ok(self.load_authority().await?.1)
    }

    /// Records at the machine that a key came into use, or ended.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_key_at_console(
        &self,
        console: &Console,
        command: AuthorityCommand,
    ) -> Result<(), ServiceError> {
        self.at_once(console, &Affair::Key(command)).await
    }

    pub(super) async fn plan_key(
        &self,
        asker: &Asker,
        command: AuthorityCommand,
    ) -> Result<Plan, ServiceError> {
        let (subject, state, version) = self.load_authority().await?;
        let code = command.code();
        match authority::decide(&state, command, asker.act.clone(), asker.way) {
            Ok(event) => Ok(Plan::new(
                code,
                vec![(subject.clone(), Event::Authority(event))],
                vec![(subject, version)],
            )),
            Err(no) => Err(self.declined(&subject, asker, code, no).await),
        }
    }

    async fn load_authority(&self) -> Result<(Subject, AuthorityState, u64), ServiceError> {
        let code = &self.authority().code;
        let code = code.parse().map_err(|error: paso_domain::id::NotAnId| {
            ServiceError::Unreadable(error.to_string())
        })?;
        let subject = Subject::Authority(code);
        let loaded = self.load(&subject).await?;
        let events = loaded.events.iter();
        let state = events.fold(AuthorityState::default(), |state, event| match event {
            Event::Authority(event) => state.apply(event),
            _ => state,
        });
        Ok((subject, state, loaded.version))
    }
}

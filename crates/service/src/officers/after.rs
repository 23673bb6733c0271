//! What was done under a number outside its officer's service. It has happened: it is kept, and shown.

use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    event::Event,
    id::OfficerNumber,
    officer::{Absence, OfficerState},
    policy::powers,
    subject::Subject,
};
use paso_store::{ActRow, Store};

/// How many acts a page lists for one absence; there should be none.
const ACTS: u32 = 200;

/// What was done under a number while it was suspended or after its end.
#[derive(Clone, Debug)]
pub struct AfterEnd {
    /// Whose number.
    pub officer: OfficerNumber,
    /// When it was outside service, and how.
    pub absence: Absence,
    /// The acts, oldest first.
    pub acts: Vec<ActRow>,
}

/// All such acts that views show, at most `limit` for one absence. Readings of persons' records and
/// what concerns their protection stand in no list of acts, so they are not in this one either; an
/// audit reads the journal itself and finds them.
///
/// # Errors
/// When something could not be read.
pub async fn acts_after_end(store: &Store, limit: u32) -> Result<Vec<AfterEnd>, ServiceError> {
    let mut found = Vec::new();
    for officer in store.officers_once_away().await? {
        for absence in state(store, &officer).await?.absences() {
            let (from, until) = (absence.from, absence.until);
            let mut acts = store.acts_of(&officer, from, until, limit).await?;
            acts.retain(|act| absence.flags(&act.kind, act.at));
            if !acts.is_empty() {
                found.push(AfterEnd {
                    officer: officer.clone(),
                    absence,
                    acts,
                });
            }
        }
    }
    Ok(found)
}

async fn state(store: &Store, officer: &OfficerNumber) -> Result<OfficerState, ServiceError> {
    let subject = Subject::Officer(officer.clone());
    let rows = store.load(core::slice::from_ref(&subject)).await?;
    // An officer's record is never erased; rows that wait for its key are no account yet.
    let Some(key) = store.subject_key(&subject).await? else {
        return Ok(OfficerState::default());
    };
    let mut state = OfficerState::default();
    for row in rows {
        let event = row
            .open(&key)
            .map_err(|error| ServiceError::Unreadable(error.to_string()))?;
        if let Event::Officer(event) = event {
            state = state.apply(&event);
        }
    }
    Ok(state)
}

impl Service {
    /// What was done under a number from its end on.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn acts_after_end(
        &self,
        _permit: &Permit<powers::ManageOfficers>,
    ) -> Result<Vec<AfterEnd>, ServiceError> {
        self.acts_after_end_at_console().await
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn acts_after_end_at_console(&self) -> Result<Vec<AfterEnd>, ServiceError> {
        acts_after_end(self.store(), ACTS).await
    }
}

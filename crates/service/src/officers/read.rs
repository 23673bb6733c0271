//! Lists of officers, one officer's file, and what was done under a number after its end.

use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    event::Event,
    id::OfficerNumber,
    officer::{OfficerState, Standing},
    policy::powers,
    subject::Subject,
};
use paso_formats::moment::Moment;
use paso_store::{ActRow, GrantRow, OfficerRow, ShiftRow, TokenRow};

/// How many officers a page shows.
pub(super) const PAGE: u32 = 200;
/// How many shifts an officer's file shows.
const SHIFTS: u32 = 30;
/// How many acts after an end are listed for one officer; there should be none.
const ACTS: u32 = 200;

/// All there is about an officer.
#[derive(Clone, Debug)]
pub struct OfficerFile {
    /// The number.
    pub number: OfficerNumber,
    /// The register's account.
    pub state: OfficerState,
    /// How the officer stands now.
    pub standing: Standing,
    /// What happened, in the order of the journal.
    pub history: Vec<Event>,
    /// The last shifts.
    pub shifts: Vec<ShiftRow>,
    /// The tokens the officer answers for.
    pub tokens: Vec<TokenRow>,
}

/// What was done under a number after its end.
#[derive(Clone, Debug)]
pub struct AfterEnd {
    /// Whose number.
    pub officer: OfficerNumber,
    /// From when it had ended.
    pub ended: Moment,
    /// The acts, oldest first.
    pub acts: Vec<ActRow>,
}

impl Service {
    /// The officers after one, by number, with their roles.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn officers(
        &self,
        _permit: &Permit<powers::ManageOfficers>,
        after: Option<&OfficerNumber>,
    ) -> Result<Vec<(OfficerRow, Vec<GrantRow>)>, ServiceError> {
        self.officers_at_console(after).await
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn officers_at_console(
        &self,
        after: Option<&OfficerNumber>,
    ) -> Result<Vec<(OfficerRow, Vec<GrantRow>)>, ServiceError> {
        let rows = self.store().officers(after, PAGE).await?;
        let numbers: Vec<_> = rows.iter().map(|row| row.officer.clone()).collect();
        let (now, mut grants) = (self.now(), self.store().grants_of(&numbers).await?);
        grants.retain(|grant| grant.counts_at(now));
        grants.dedup();
        let with = |row: OfficerRow| {
            let theirs = grants.iter().filter(|grant| grant.officer == row.officer);
            (row.clone(), theirs.cloned().collect())
        };
        Ok(rows.into_iter().map(with).collect())
    }

    /// An officer's file.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when nothing was ever recorded of the number.
    pub async fn officer_file(
        &self,
        _permit: &Permit<powers::ManageOfficers>,
        number: &OfficerNumber,
    ) -> Result<OfficerFile, ServiceError> {
        self.officer_file_at_console(number).await
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when nothing was ever recorded of the number.
    pub async fn officer_file_at_console(
        &self,
        number: &OfficerNumber,
    ) -> Result<OfficerFile, ServiceError> {
        let loaded = self.load(&Subject::Officer(number.clone())).await?;
        if loaded.events.is_empty() {
            return Err(ServiceError::NotFound);
        }
        let events = loaded.events.iter();
        let state = events.fold(OfficerState::default(), |state, event| match event {
            Event::Officer(event) => state.apply(event),
            _ => state,
        });
        Ok(OfficerFile {
            number: number.clone(),
            standing: state.standing_at(self.now()),
            state,
            history: loaded.events,
            shifts: self.store().shifts_of(number, SHIFTS).await?,
            tokens: self.store().tokens_of(number).await?,
        })
    }

    /// What was done under a number from its end on. It has happened: it is kept, and shown.
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
        let mut found = Vec::new();
        for row in self.store().dismissed_officers().await? {
            let Some(ended) = row.dismissed_from else {
                continue;
            };
            let mut acts = self.store().acts_of(&row.officer, ended, ACTS).await?;
            // That a shift ended with the access is the register's own entry.
            acts.retain(|act| act.kind != "shift.closed");
            if !acts.is_empty() {
                found.push(AfterEnd {
                    officer: row.officer,
                    ended,
                    acts,
                });
            }
        }
        Ok(found)
    }
}

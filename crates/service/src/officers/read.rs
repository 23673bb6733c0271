//! Lists of officers, and one officer's file.

use crate::{Service, ServiceError, access::Permit};
use paso_domain::{
    event::Event,
    id::OfficerNumber,
    officer::{OfficerState, Standing},
    policy::powers,
    subject::Subject,
};
use paso_store::{GrantRow, OfficerRow, ShiftRow, TokenRow};

/// How many officers a page shows.
pub(super) const PAGE: u32 = 200;
/// How many shifts an officer's file shows.
const SHIFTS: u32 = 30;

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
}

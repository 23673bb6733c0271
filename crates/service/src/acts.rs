//! Today's list: the acts of one post, newest first.

use crate::{Officer, Service, ServiceError, access::Permit};
use jiff::civil::Date;
use paso_domain::policy::powers;
use paso_store::{ActCursor, ActRow};

/// How many acts a page of the list shows.
pub const PAGE: u32 = 50;

impl Service {
    /// The acts of the officer's own post on a calendar day of its zone, newest first.
    ///
    /// # Errors
    /// When the role may not, or the post is unknown.
    pub async fn acts(
        &self,
        permit: &Permit<powers::ReadActs>,
        day: Date,
        before: Option<ActCursor>,
    ) -> Result<Vec<ActRow>, ServiceError> {
        let zone = self.post(permit)?.zone();
        let last = zone.last_second_of(day);
        let first = zone.last_second_of(day.yesterday().unwrap_or(day)).plus(1);
        self.list(permit, format!("acts {} {day}", permit.post), Vec::new())
            .await?;
        Ok(self
            .store()
            .acts(&permit.post, first, last.plus(1), before, PAGE)
            .await?)
    }

    /// Today at the officer's post.
    ///
    /// # Errors
    /// When the post is unknown.
    pub fn today(&self, officer: &Officer) -> Result<Date, ServiceError> {
        Ok(self.post(officer)?.zone().date_at(self.now()))
    }
}

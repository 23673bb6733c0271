//! Sites: where Paso is installed.

use super::{Affair, Asker, Console};
use crate::{
    Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
};
use paso_domain::{
    crossings::PostCode,
    event::Event,
    policy::powers,
    site::{self, SiteCommand, SiteState},
    subject::Subject,
};
use paso_store::SiteRow;

impl Service {
    /// The sites.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn sites(
        &self,
        _permit: &Permit<powers::ManageDevices>,
    ) -> Result<Vec<SiteRow>, ServiceError> {
        Ok(self.store().sites().await?)
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn sites_at_console(&self) -> Result<Vec<SiteRow>, ServiceError> {
        Ok(self.store().sites().await?)
    }

    /// Opens or closes a site.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_site(
        &self,
        permit: &Permit<powers::ManageDevices>,
        post: PostCode,
        command: SiteCommand,
    ) -> Result<Prepared, ServiceError> {
        let asker = Asker::by_permit(self, permit);
        let plan = self.plan_site(&asker, post, command).await?;
        self.prepare(permit, plan).await
    }

    /// The same at the machine, at once.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_site_at_console(
        &self,
        console: &Console,
        post: PostCode,
        command: SiteCommand,
    ) -> Result<(), ServiceError> {
        self.at_once(console, &Affair::Site(post, command)).await
    }

    pub(super) async fn plan_site(
        &self,
        asker: &Asker,
        post: PostCode,
        command: SiteCommand,
    ) -> Result<Plan, ServiceError> {
        self.check_posts(&[post])?;
        let subject = Subject::Site(post);
        let loaded = self.load(&subject).await?;
        let events = loaded.events.iter();
        let state = events.fold(SiteState::default(), |state, event| match event {
            Event::Site(event) => state.apply(event),
            _ => state,
        });
        let code = command.code();
        match site::decide(&state, command, asker.act.clone(), asker.way) {
            Ok(event) => Ok(Plan::new(
                code,
                vec![(subject.clone(), Event::Site(event))],
                vec![(subject, loaded.version)],
            )),
            Err(no) => Err(self.declined(&subject, asker, code, no).await),
        }
    }
}

//! What must follow an act once it is in the journal. Failing at it is no failure of the act: each of
//! these is tried again elsewhere, and says so.

use crate::Service;
use paso_domain::{card::CardEvent, event::Event, officer::OfficerEvent, subject::Subject};

impl Service {
    /// Does what follows these events.
    pub(crate) async fn after(&self, events: &[(Subject, Event)]) {
        for (subject, event) in events {
            match event {
                Event::Card(CardEvent::Revoked { .. }) => {
                    self.publish_death().await;
                }
                Event::Officer(OfficerEvent::Dismissed { .. } | OfficerEvent::Suspended { .. }) => {
                    let Subject::Officer(officer) = subject else {
                        continue;
                    };
                    // The register ends access by itself at the next request; this is tidiness.
                    if let Err(error) = self.store().end_access(officer).await {
                        tracing::warn!("sessions of {officer} were not deleted: {error}");
                    }
                }
                _ => {}
            }
        }
    }
}

//! Recovering a lost passkey: two people, then a link, then a new passkey that ends the old ones.

use crate::{
    Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
};
use paso_domain::{
    act::Way,
    event::Event,
    id::OfficerNumber,
    officer::{self, Asked, InvitationPurpose, OfficerCommand},
    policy::powers,
    subject::Subject,
};
use paso_formats::moment::DAY;

/// The code of the command.
pub const RECOVER: &str = "officer.recover-passkey";

/// How long after it is proposed the link of a recovery works, in seconds: as long as a second person
/// may take to sign, and a day to use it.
const RECOVERY_LIFE: i64 = crate::approval::TOGETHER + DAY;

impl Service {
    /// Proposes that an officer may register a new passkey in the place of all there are. Whoever
    /// signs it as the second is shown the link, once, to hand it over in person.
    ///
    /// # Errors
    /// When the register refuses, the officer who proposes has no passkey, or nothing could be stored.
    pub async fn recover_passkey(
        &self,
        permit: &Permit<powers::RecoverPasskey>,
        number: &OfficerNumber,
    ) -> Result<Prepared, ServiceError> {
        let now = self.now();
        let act = permit.officer().act(now);
        let loaded = self.load_officer(number).await?;
        let link = self.invitation_token(number)?;
        let command = OfficerCommand::Invite {
            purpose: InvitationPurpose::Recovery,
            link: link.hash(),
            expires: now.plus(RECOVERY_LIFE),
        };
        let asked = Asked {
            act: act.clone(),
            way: Way::Page,
            // An invitation ends nobody's service.
            other_administrators: 0,
        };
        let subject = Subject::Officer(number.clone());
        let events = match officer::decide(&loaded.state, number, command, asked) {
            Ok(events) => events,
            Err(no) => return Err(self.refused(&subject, &act, RECOVER, no.into(), None).await),
        };
        let events = events
            .into_iter()
            .map(|event| (subject.clone(), Event::Officer(event)));
        let expect = vec![(subject.clone(), loaded.version)];
        let plan = Plan::new(RECOVER, events.collect(), expect).handing_over(link);
        self.prepare(permit, plan).await
    }
}

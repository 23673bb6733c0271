//! The house's own affairs: who may act, with which machines and tokens, and what becomes of it.
//!
//! An administrator asks on a page, with a permit, and signs ([`crate::approval`]); or at the machine
//! itself, as somebody ([`Console`]), and that is told apart for ever. Either way the register
//! decides, and what it decided is one append: enrolling somebody is the number, the role and the
//! invitation together; a dismissal also closes shifts and takes tokens back.
//!
//! How somebody stands is asked of the register at every request ([`Service::standing`]), so that a
//! dismissal works at once wherever a session, a link or a token is still lying about.

mod act;
mod after;
mod console;
mod devices;
mod keys;
mod read;
mod shifts;
mod sites;
mod tokens;

pub use act::NewOfficer;
pub use after::{AfterEnd, acts_after_end};
pub use console::Console;
pub use keys::SignedCard;
pub use read::OfficerFile;
pub use tokens::{Issue, Issued};

use crate::{
    Service, ServiceError, access::Permit, approval::Plan, error::Refusal, session::Token as Secret,
};
use paso_domain::{
    act::{Act, Way},
    authority::AuthorityCommand,
    crossings::PostCode,
    device::DeviceCommand,
    id::{OfficerNumber, StreamId, TokenId},
    officer::OfficerCommand,
    site::SiteCommand,
    subject::Subject,
    token::TokenCommand,
};

/// How long the link of an invitation works, in seconds: a day, for it is handed over in person.
pub const INVITATION_LIFE: i64 = paso_formats::moment::DAY;

/// Who asks: somebody with a permit, or whoever holds the machine.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    act: Act,
    way: Way,
}

impl Asker {
    fn by_permit<P>(service: &Service, permit: &Permit<P>) -> Self {
        Self {
            act: permit.officer().act(service.now()),
            way: Way::Page,
        }
    }

    fn at_console(service: &Service, console: &Console) -> Self {
        Self {
            act: Act {
                at: service.now(),
                post: service.authority().home,
                officer: console.officer().clone(),
                late: None,
            },
            way: Way::Console,
        }
    }
}

/// What is asked at the machine, kept so that it can be decided anew.
enum Affair<'a> {
    Officer(&'a OfficerNumber, Vec<OfficerCommand>),
    Device(StreamId, DeviceCommand),
    Site(PostCode, SiteCommand),
    Key(AuthorityCommand),
    Issue(TokenId, &'a Secret, &'a Issue),
    Token(TokenId, TokenCommand),
}

impl Service {
    /// Journals that the register refused.
    async fn declined(
        &self,
        subject: &Subject,
        asker: &Asker,
        command: &str,
        refusal: impl Into<Refusal>,
    ) -> ServiceError {
        self.refused(subject, &asker.act, command, refusal.into(), None)
            .await
    }

    /// Does at once what was decided for somebody at the machine: nobody is there to sign, and an end
    /// must never wait. Decides anew when others changed the same subject meanwhile.
    async fn at_once(&self, console: &Console, affair: &Affair<'_>) -> Result<(), ServiceError> {
        for _ in 0..crate::journal::ATTEMPTS {
            let asker = Asker::at_console(self, console);
            let plan = self.plan_affair(&asker, affair).await?;
            match self.do_at_once(plan).await {
                Err(ServiceError::Contended) => {}
                done => return done.map(drop),
            }
        }
        Err(ServiceError::Contended)
    }

    async fn plan_affair(&self, asker: &Asker, affair: &Affair<'_>) -> Result<Plan, ServiceError> {
        match affair {
            Affair::Officer(number, commands) => {
                self.plan_officer(asker, number, commands.clone()).await
            }
            Affair::Device(stream, command) => {
                self.plan_device(asker, *stream, command.clone()).await
            }
            Affair::Site(post, command) => self.plan_site(asker, *post, command.clone()).await,
            Affair::Key(command) => self.plan_key(asker, command.clone()).await,
            Affair::Issue(id, secret, issue) => self.plan_issue(asker, *id, secret, issue).await,
            Affair::Token(id, command) => self.plan_token(asker, *id, command.clone()).await,
        }
    }
}

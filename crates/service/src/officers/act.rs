//! Enrolling, granting, inviting, suspending, dismissing.

use super::{Affair, Asker, Console, INVITATION_LIFE};
use crate::{
    Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
    session::Token,
};
use paso_domain::{
    act::Act,
    crossings::PostCode,
    event::Event,
    id::OfficerNumber,
    officer::{self, Asked, InvitationPurpose, OfficerCommand, OfficerEvent},
    policy::{Role, powers},
    shift::{self, ShiftCommand, ShiftEnd},
    subject::Subject,
    token::{TokenCommand, TokenState},
};
use paso_formats::moment::Moment;

/// Somebody on their way into service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOfficer {
    /// The number they will answer by.
    pub number: OfficerNumber,
    /// Their name.
    pub name: String,
    /// The role they begin with, and the posts at which it counts; none for all.
    pub role: Option<(Role, Vec<PostCode>)>,
}

impl Service {
    /// Enrols somebody: number, role and invitation in one act. The invitation's link is handed over
    /// to whoever signs.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn enrol(
        &self,
        permit: &Permit<powers::ManageOfficers>,
        new: &NewOfficer,
    ) -> Result<Prepared, ServiceError> {
        self.check_posts(new.role.as_ref().map_or(&[], |(_, posts)| posts))?;
        let link = self.invitation_token(&new.number)?;
        let asker = Asker::by_permit(self, permit);
        let commands = enrolment(new, &link, asker.act.at);
        let plan = self.plan_officer(&asker, &new.number, commands).await?;
        self.prepare(permit, plan.handing_over(link)).await
    }

    /// The same at the machine: done at once, and the link is the answer.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn enrol_at_console(
        &self,
        console: &Console,
        new: &NewOfficer,
    ) -> Result<Token, ServiceError> {
        self.check_posts(new.role.as_ref().map_or(&[], |(_, posts)| posts))?;
        let link = self.invitation_token(&new.number)?;
        let commands = enrolment(new, &link, self.now());
        self.at_once(console, &Affair::Officer(&new.number, commands))
            .await?;
        Ok(link)
    }

    /// Makes a one-time link by which an officer registers a passkey, handed over to whoever signs.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn invite(
        &self,
        permit: &Permit<powers::ManageOfficers>,
        number: &OfficerNumber,
    ) -> Result<Prepared, ServiceError> {
        let link = self.invitation_token(number)?;
        let asker = Asker::by_permit(self, permit);
        let commands = vec![invitation(&link, asker.act.at)];
        let plan = self.plan_officer(&asker, number, commands).await?;
        self.prepare(permit, plan.handing_over(link)).await
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn invite_at_console(
        &self,
        console: &Console,
        number: &OfficerNumber,
    ) -> Result<Token, ServiceError> {
        let link = self.invitation_token(number)?;
        let commands = vec![invitation(&link, self.now())];
        self.at_once(console, &Affair::Officer(number, commands))
            .await?;
        Ok(link)
    }

    /// Grants, ends, suspends, reinstates or dismisses.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_officer(
        &self,
        permit: &Permit<powers::ManageOfficers>,
        number: &OfficerNumber,
        command: OfficerCommand,
    ) -> Result<Prepared, ServiceError> {
        if let OfficerCommand::Grant { posts, .. } = &command {
            self.check_posts(posts)?;
        }
        let asker = Asker::by_permit(self, permit);
        let plan = self.plan_officer(&asker, number, vec![command]).await?;
        self.prepare(permit, plan).await
    }

    /// The same at the machine, at once: a dismissal does not wait for a browser.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn manage_officer_at_console(
        &self,
        console: &Console,
        number: &OfficerNumber,
        command: OfficerCommand,
    ) -> Result<(), ServiceError> {
        if let OfficerCommand::Grant { posts, .. } = &command {
            self.check_posts(posts)?;
        }
        self.at_once(console, &Affair::Officer(number, vec![command]))
            .await
    }

    /// A role at a post nobody knows would be a role nowhere, or at a post that comes to be.
    pub(super) fn check_posts(&self, posts: &[PostCode]) -> Result<(), ServiceError> {
        match posts
            .iter()
            .find(|post| self.crossings().post(post.as_str()).is_none())
        {
            None => Ok(()),
            Some(post) => Err(ServiceError::BadRequest {
                field: "post",
                problem: format!(
                    "{post} is no post of this authority; look at the list of crossings"
                ),
            }),
        }
    }

    /// What the register decides of these commands, one after the other, as one act.
    pub(super) async fn plan_officer(
        &self,
        asker: &Asker,
        number: &OfficerNumber,
        commands: Vec<OfficerCommand>,
    ) -> Result<Plan, ServiceError> {
        let subject = Subject::Officer(number.clone());
        let loaded = self.load_officer(number).await?;
        let others = self.administrators_beside(number).await?;
        let name = commands.first().map_or("", OfficerCommand::code);
        let mut expect = vec![(subject.clone(), loaded.version)];
        if asker.act.officer == *number {
            // That there is another administrator has to be so when it is done: two who leave at the
            // same moment would both have been told that the other stays.
            let counted = others.iter().take(1);
            expect.extend(counted.map(|(other, v)| (Subject::Officer(other.clone()), *v)));
        }
        let (mut state, mut events) = (loaded.state, Vec::new());
        for command in commands {
            let circumstances = Asked {
                act: asker.act.clone(),
                way: asker.way,
                other_administrators: others.len(),
            };
            let code = command.code();
            let decided = match officer::decide(&state, number, command, circumstances) {
                Ok(decided) => decided,
                Err(no) => return Err(self.declined(&subject, asker, code, no).await),
            };
            state = decided.iter().fold(state, officer::OfficerState::apply);
            events.extend(decided);
        }
        let dismissed = events
            .iter()
            .any(|event| matches!(event, OfficerEvent::Dismissed { .. }));
        let mut batch: Vec<_> = events
            .into_iter()
            .map(|event| (subject.clone(), Event::Officer(event)))
            .collect();
        if dismissed {
            batch.extend(self.what_ends_with(asker, number).await?);
        }
        Ok(Plan::new(name, batch, expect))
    }

    /// The shifts and tokens of somebody who is dismissed. Nothing is expected of them: an end is not
    /// put off because somebody is just signing in.
    async fn what_ends_with(
        &self,
        asker: &Asker,
        number: &OfficerNumber,
    ) -> Result<Vec<(Subject, Event)>, ServiceError> {
        let shifts = self.load_shifts(number).await?.state;
        let close = ShiftCommand::Close(ShiftEnd::AccessEnded);
        let own = Act {
            officer: number.clone(),
            ..asker.act.clone()
        };
        let mut ends: Vec<_> = shift::decide(&shifts, close, &own)
            .into_iter()
            .map(|event| (Subject::Shifts(number.clone()), Event::Shift(event)))
            .collect();
        for row in self.store().tokens_of(number).await? {
            let Some((token, at)) = row.issued.as_ref().filter(|_| row.revoked_from.is_none())
            else {
                continue;
            };
            let issued = paso_domain::token::TokenEvent::Issued {
                act: Act {
                    at: *at,
                    ..own.clone()
                },
                way: asker.way,
                token: token.clone(),
            };
            let state = TokenState::default().apply(&issued);
            let revoke = TokenCommand::Revoke {
                reason: "officer.dismissed".to_owned(),
            };
            let act = asker.act.clone();
            if let Ok(event) = paso_domain::token::decide(&state, revoke, act, asker.way) {
                ends.push((Subject::Token(row.id), Event::Token(event)));
            }
        }
        Ok(ends)
    }
}

fn invitation(link: &Token, now: Moment) -> OfficerCommand {
    OfficerCommand::Invite {
        purpose: InvitationPurpose::Enrolment,
        link: link.hash(),
        expires: now.plus(INVITATION_LIFE),
    }
}

fn enrolment(new: &NewOfficer, link: &Token, now: Moment) -> Vec<OfficerCommand> {
    let mut commands = vec![OfficerCommand::Enrol {
        name: new.name.clone(),
    }];
    if let Some((role, posts)) = &new.role {
        commands.push(OfficerCommand::Grant {
            role: *role,
            posts: posts.clone(),
            from: now,
            until: None,
        });
    }
    commands.push(invitation(link, now));
    commands
}

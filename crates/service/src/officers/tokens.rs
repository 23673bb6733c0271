//! Tokens: what a program shows in the place of a passkey.

use super::{Affair, Asker, Console};
use crate::{
    Officer, Service, ServiceError,
    access::Permit,
    approval::{Plan, Prepared},
    session::Token as Secret,
};
use paso_domain::{
    crossings::PostCode,
    event::Event,
    id::{OfficerNumber, TokenId},
    policy::{Role, powers},
    subject::Subject,
    token::{self, Token, TokenCommand, TokenState},
};
use paso_formats::moment::DAY;
use paso_store::TokenRow;

/// How many tokens a list shows.
const LISTED: u32 = 500;

/// A token that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Who answers for it.
    pub officer: OfficerNumber,
    /// The one role it has.
    pub role: Role,
    /// The post whose work it does.
    pub post: PostCode,
    /// What it is for.
    pub purpose: String,
    /// For how many days.
    pub days: u8,
}

/// A token that was issued at the machine.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its name in the register.
    pub id: TokenId,
    /// What the program shows. Only its hash is kept.
    pub secret: Secret,
}

impl Service {
    /// Who acts with a token: its officer, as long as it counts and the officer has its role. None
    /// for any other text.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn officer_of_token(&self, shown: &Secret) -> Result<Option<Officer>, ServiceError> {
        let Some(row) = self.store().token(&shown.hash()).await? else {
            return Ok(None);
        };
        let Some(token) = row.good_at(self.now()) else {
            return Ok(None);
        };
        let standing = self.standing(&token.officer).await?;
        Ok(standing.holds(token.role, token.post).then(|| Officer {
            number: token.officer.clone(),
            role: token.role,
            post: token.post,
        }))
    }

    /// The tokens, newest first.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn tokens(
        &self,
        _permit: &Permit<powers::ManageTokens>,
    ) -> Result<Vec<TokenRow>, ServiceError> {
        self.tokens_at_console().await
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn tokens_at_console(&self) -> Result<Vec<TokenRow>, ServiceError> {
        Ok(self.store().tokens(LISTED).await?)
    }

    /// Issues a token; what the program shows is handed over to whoever signs.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn issue_token(
        &self,
        permit: &Permit<powers::ManageTokens>,
        issue: &Issue,
    ) -> Result<Prepared, ServiceError> {
        let asker = Asker::by_permit(self, permit);
        let (id, secret) = self.new_token()?;
        let plan = self.plan_issue(&asker, id, &secret, issue).await?;
        self.prepare(permit, plan.handing_over(secret)).await
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn issue_token_at_console(
        &self,
        console: &Console,
        issue: &Issue,
    ) -> Result<Issued, ServiceError> {
        let (id, secret) = self.new_token()?;
        self.at_once(console, &Affair::Issue(id, &secret, issue))
            .await?;
        Ok(Issued { id, secret })
    }

    /// Takes a token back.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn revoke_token(
        &self,
        permit: &Permit<powers::ManageTokens>,
        id: TokenId,
        reason: String,
    ) -> Result<Prepared, ServiceError> {
        let asker = Asker::by_permit(self, permit);
        let plan = self
            .plan_token(&asker, id, TokenCommand::Revoke { reason })
            .await?;
        self.prepare(permit, plan).await
    }

    /// The same at the machine.
    ///
    /// # Errors
    /// When the register refuses, or nothing could be stored.
    pub async fn revoke_token_at_console(
        &self,
        console: &Console,
        id: TokenId,
        reason: String,
    ) -> Result<(), ServiceError> {
        let revoke = TokenCommand::Revoke { reason };
        self.at_once(console, &Affair::Token(id, revoke)).await
    }

    fn new_token(&self) -> Result<(TokenId, Secret), ServiceError> {
        Ok((TokenId::from_random(self.random().bytes()?), self.token()?))
    }

    pub(super) async fn plan_issue(
        &self,
        asker: &Asker,
        id: TokenId,
        secret: &Secret,
        issue: &Issue,
    ) -> Result<Plan, ServiceError> {
        let token = Token {
            hash: secret.hash(),
            officer: issue.officer.clone(),
            role: issue.role,
            post: issue.post,
            purpose: issue.purpose.trim().to_owned(),
            expires: asker.act.at.plus(i64::from(issue.days) * DAY),
        };
        let standing = Box::new(self.standing(&issue.officer).await?);
        let command = TokenCommand::Issue { token, standing };
        self.plan_token(asker, id, command).await
    }

    pub(super) async fn plan_token(
        &self,
        asker: &Asker,
        id: TokenId,
        command: TokenCommand,
    ) -> Result<Plan, ServiceError> {
        let subject = Subject::Token(id);
        let loaded = self.load(&subject).await?;
        let events = loaded.events.iter();
        let state = events.fold(TokenState::default(), |state, event| match event {
            Event::Token(event) => state.apply(event),
            _ => state,
        });
        let code = command.code();
        match token::decide(&state, command, asker.act.clone(), asker.way) {
            Ok(event) => Ok(Plan::new(
                code,
                vec![(subject.clone(), Event::Token(event))],
                vec![(subject, loaded.version)],
            )),
            Err(no) => Err(self.declined(&subject, asker, code, no).await),
        }
    }
}

//! An act that was decided and not done yet.

use super::{ALONE, SigningRefusal, sealed};
use crate::{Service, ServiceError, access::Permit, passkey::RECOVER, session::Token};
use core::{fmt, str::FromStr};
use paso_domain::{
    event::Event,
    officer::{InvitationPurpose, OfficerEvent},
    policy::Kind,
    signing::{Signing, signing},
    subject::Subject,
};
use paso_formats::approval::{Act, ActHeader, ActRow, Approvals};
use paso_store::NewProposal;

/// What a register decided, to be signed before it is done.
#[derive(Debug)]
pub struct Plan {
    pub(super) command: &'static str,
    pub(super) events: Vec<(Subject, Event)>,
    pub(super) expect: Vec<(Subject, u64)>,
    pub(super) hand_over: Option<Token>,
}

impl Plan {
    /// The events of a command, and the versions they were decided on. The first event says what the
    /// act is about, and its circumstances are the act's.
    #[must_use]
    pub const fn new(
        command: &'static str,
        events: Vec<(Subject, Event)>,
        expect: Vec<(Subject, u64)>,
    ) -> Self {
        Self {
            command,
            events,
            expect,
            hand_over: None,
        }
    }

    /// With a secret that whoever gives the last signature is shown once.
    #[must_use]
    pub fn handing_over(self, secret: Token) -> Self {
        Self {
            hand_over: Some(secret),
            ..self
        }
    }
}

/// What became of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prepared {
    /// Nobody has to sign this command: it is in the journal.
    Done,
    /// It waits for a signature.
    ToSign(ProposalId),
}

/// The name of a proposal: drawn at random, and part of an address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProposalId(String);

impl ProposalId {
    pub(super) fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bytes)))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProposalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text names no proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a proposal; open it from the list of signatures")]
pub struct NotAProposal;

impl FromStr for ProposalId {
    type Err = NotAProposal;

    fn from_str(text: &str) -> Result<Self, NotAProposal> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 32 && text.bytes().all(hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAProposal)
        }
    }
}

impl Service {
    /// Does what was decided, or seals it to wait for its signatures.
    ///
    /// # Errors
    /// When the officer has no passkey to sign with, or nothing could be stored.
    pub async fn prepare<P: Kind>(
        &self,
        permit: &Permit<P>,
        plan: Plan,
    ) -> Result<Prepared, ServiceError> {
        // A recovery under the name of an ordinary invitation would need one person less.
        let recovers = plan.events.iter().any(|(_, event)| {
            matches!(event, Event::Officer(OfficerEvent::Invited { purpose, .. })
                if *purpose == InvitationPurpose::Recovery)
        });
        let plan = if recovers {
            Plan {
                command: RECOVER,
                ..plan
            }
        } else {
            plan
        };
        if signing(plan.command) == Signing::Session {
            return self.do_at_once(plan).await;
        }
        let officer = permit.officer();
        let now = self.now();
        let standing = self.standing(&officer.number).await?;
        if standing.passkeys.is_empty() {
            return Err(SigningRefusal::NoPasskey.into());
        }
        let act = plan
            .events
            .first()
            .and_then(|(_, event)| event.act().cloned())
            .ok_or_else(|| ServiceError::Unreadable("an act without circumstances".into()))?;
        let id = ProposalId::from_random(self.random().bytes()?);
        let entries = self.seal(plan.events).await?;
        let header = ActHeader {
            authority: self.authority().code.clone(),
            command: plan.command.to_owned(),
            at: act.recorded(),
            post: act.post.to_string(),
            officer: act.officer.to_string(),
            nonce: self.random().bytes()?,
        };
        let rows = entries
            .iter()
            .map(|entry| ActRow {
                kind: entry.event().kind().to_owned(),
                commitment: entry.sealed().commitment,
            })
            .collect();
        let act =
            Act::new(header, rows).map_err(|error| ServiceError::Unreadable(error.to_string()))?;
        let sealed = self.put_away(&entries, plan.hand_over).await?;
        let proposal = NewProposal {
            id: id.to_string(),
            command: plan.command.to_owned(),
            officer: officer.number.clone(),
            role: officer.role.to_string(),
            post: officer.post,
            created: now,
            expires: now.plus(ALONE),
            sealed,
            expected: sealed::encode_versions(&plan.expect),
            given: Approvals::of(act).to_cbor(),
        };
        self.store().add_proposal(&proposal).await?;
        Ok(Prepared::ToSign(id))
    }

    /// Does an act that nobody has to sign.
    pub(crate) async fn do_at_once(&self, plan: Plan) -> Result<Prepared, ServiceError> {
        let facts = plan.events.clone();
        if self.append(plan.events, plan.expect).await? {
            self.after(&facts).await;
            Ok(Prepared::Done)
        } else {
            Err(ServiceError::Contended)
        }
    }
}

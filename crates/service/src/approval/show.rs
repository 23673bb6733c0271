//! Proposals as pages show them, to those whom they concern: whoever proposed, and once that person
//! has signed, those who may be the second.

use super::{ProposalId, SigningRefusal, sealed::decode_versions};
use crate::{Officer, Service, ServiceError};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use paso_domain::{
    crossings::PostCode,
    event::Event,
    id::OfficerNumber,
    policy::Role,
    signing::{Signing, signing},
    subject::Subject,
};
use paso_formats::{approval::Approvals, moment::Moment};
use paso_store::{Ended, Proposal};
use serde_json::json;
use std::collections::BTreeSet;

/// How many proposals a list shows.
const LISTED: u32 = 100;

/// A signature that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// By whom.
    pub officer: String,
    /// In which role.
    pub role: String,
    /// When.
    pub at: Moment,
}

/// A proposal, opened for somebody whom it concerns.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its name.
    pub id: ProposalId,
    /// The command's code.
    pub command: String,
    /// Who proposes it.
    pub officer: OfficerNumber,
    /// In which role.
    pub role: Role,
    /// At which post.
    pub post: PostCode,
    /// When.
    pub created: Moment,
    /// Until when it can be signed.
    pub expires: Moment,
    /// What is signed: the digest of the act.
    pub digest: [u8; 32],
    /// What would be recorded.
    pub events: Vec<(Subject, Event)>,
    /// The signatures so far.
    pub given: Vec<Given>,
    /// Whether a second person is needed.
    pub needs_two: bool,
    /// Whether it was proposed by whoever looks at it.
    pub own: bool,
    /// Its end.
    pub ended: Option<Ended>,
}

impl Shown {
    /// Whether whoever looks at it is the one to sign now.
    #[must_use]
    pub fn waits_for_me(&self, now: Moment) -> bool {
        self.ended.is_none() && now < self.expires && self.own == self.given.is_empty()
    }
}

/// How a stored proposal stands to somebody.
pub(super) struct Concern {
    pub(super) own: bool,
    pub(super) needs_two: bool,
    pub(super) approvals: Approvals,
}

/// Whether and how a proposal concerns an officer; none where it must look absent.
pub(super) fn concern(proposal: &Proposal, officer: &Officer) -> Option<Concern> {
    let approvals = Approvals::read(&proposal.made.given).ok()??;
    let rule = signing(&proposal.made.command);
    let own = proposal.made.officer == officer.number;
    let second = match rule {
        Signing::Two { second } => second.contains(&officer.role),
        Signing::Own | Signing::Session => false,
    };
    // A draft that its author has not signed is nobody else's business.
    let concerns = own || (second && !approvals.given().is_empty());
    concerns.then_some(Concern {
        own,
        needs_two: matches!(rule, Signing::Two { .. }),
        approvals,
    })
}

impl Service {
    /// A proposal.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none that concerns this officer.
    pub async fn proposal(
        &self,
        officer: &Officer,
        id: &ProposalId,
    ) -> Result<Shown, ServiceError> {
        let found = self.store().proposal(id.as_str()).await?;
        let found = found.ok_or(ServiceError::NotFound)?;
        let concern = concern(&found, officer).ok_or(ServiceError::NotFound)?;
        self.shown(found, concern).await
    }

    /// What waits for this officer's signature as the second person, oldest first.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn waiting_for(&self, officer: &Officer) -> Result<Vec<Shown>, ServiceError> {
        let waiting = self.store().waiting_proposals(self.now(), LISTED).await?;
        let mut shown = Vec::new();
        for proposal in waiting {
            if let Some(concern) = concern(&proposal, officer).filter(|concern| !concern.own) {
                shown.push(self.shown(proposal, concern).await?);
            }
        }
        Ok(shown)
    }

    /// What this officer has proposed lately, newest first.
    ///
    /// # Errors
    /// When nothing could be read.
    pub async fn proposed_by(&self, officer: &Officer) -> Result<Vec<Shown>, ServiceError> {
        let made = self.store().proposals_of(&officer.number, LISTED).await?;
        let mut shown = Vec::new();
        for proposal in made {
            if let Some(concern) = concern(&proposal, officer) {
                match self.shown(proposal, concern).await {
                    Ok(one) => shown.push(one),
                    // Of what was erased meanwhile nothing is left to be shown.
                    Err(ServiceError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(shown)
    }

    /// What to ask the browser of whoever signs this now: the digest of the act, to be signed with
    /// one of the officer's own passkeys. `PublicKeyCredentialRequestOptions` as JSON.
    ///
    /// # Errors
    /// When it does not concern the officer, or they have no passkey.
    pub async fn signing_options(
        &self,
        officer: &Officer,
        id: &ProposalId,
    ) -> Result<String, ServiceError> {
        let party = self
            .relying_party()
            .map_err(|_| SigningRefusal::NoHostName)?;
        let found = self.store().proposal(id.as_str()).await?;
        let found = found.ok_or(ServiceError::NotFound)?;
        let concern = concern(&found, officer).ok_or(ServiceError::NotFound)?;
        let standing = self.standing(&officer.number).await?;
        if standing.passkeys.is_empty() {
            return Err(SigningRefusal::NoPasskey.into());
        }
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let allowed: Vec<_> = standing
            .passkeys
            .iter()
            .map(|passkey| json!({"type": "public-key", "id": encode(&passkey.credential)}))
            .collect();
        Ok(json!({
            "challenge": encode(&concern.approvals.act().challenge()),
            "rpId": party.id(),
            "allowCredentials": allowed,
            "userVerification": "required",
            "timeout": 300_000,
        })
        .to_string())
    }

    /// Whether something about any of these subjects was prepared and waits for a signature, apart
    /// from one proposal. All that wait are looked at, whoever may see them.
    pub(crate) async fn proposals_about(
        &self,
        subjects: &BTreeSet<Subject>,
        apart_from: Option<&str>,
    ) -> Result<bool, ServiceError> {
        let waiting = self.store().waiting_proposals(self.now(), u32::MAX).await?;
        for proposal in waiting {
            if apart_from == Some(proposal.made.id.as_str()) {
                continue;
            }
            let written = decode_versions(&proposal.made.expected)?;
            if written
                .iter()
                .any(|(subject, _)| subjects.contains(subject))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn shown(&self, proposal: Proposal, concern: Concern) -> Result<Shown, ServiceError> {
        let taken = self.take_out(&proposal.made.sealed).await?;
        let unreadable = || ServiceError::Unreadable("a proposal's name or role".into());
        let given = concern.approvals.given().iter();
        Ok(Shown {
            id: proposal.made.id.parse().map_err(|_| unreadable())?,
            command: proposal.made.command,
            officer: proposal.made.officer,
            role: proposal.made.role.parse().map_err(|_| unreadable())?,
            post: proposal.made.post,
            created: proposal.made.created,
            expires: proposal.made.expires,
            digest: concern.approvals.act().challenge(),
            events: taken
                .entries
                .iter()
                .map(|entry| (entry.subject().clone(), entry.event().clone()))
                .collect(),
            given: given
                .map(|approval| Given {
                    officer: approval.officer.clone(),
                    role: approval.role.clone(),
                    at: approval.at,
                })
                .collect(),
            needs_two: concern.needs_two,
            own: concern.own,
            ended: proposal.ended,
        })
    }
}

//! Signing and declining.

use super::{
    DeclineReason, ProposalId, SigningRefusal, TOGETHER,
    sealed::{TakenOut, decode_versions},
    show::{Concern, concern},
};
use crate::{
    Officer, Service, ServiceError,
    error::Refusal,
    session::{STEP, Token},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use paso_domain::{
    erasure::{ErasureEvent, ErasureRefusal},
    event::{Event, Refused},
    subject::Subject,
};
use paso_formats::{
    approval::{Approval, ApprovalError, Approvals, Registered, Verified},
    assertion::{Assertion, CredentialId, CredentialKey},
    moment::Moment,
};
use paso_store::{Ended, Proposal, ProposalEnd};
use serde::Deserialize;

/// What came of a signature.
#[derive(Debug)]
pub enum Signed {
    /// It is kept; a second person has to sign too.
    Waiting,
    /// It was the last: the act is in the journal.
    Done {
        /// The command's code.
        command: String,
        /// What was recorded.
        events: Vec<(Subject, Event)>,
        /// A secret to be handed over in person, shown this once.
        hand_over: Option<Token>,
    },
}

/// `AuthenticationResponseJSON` (WebAuthn L3 §5.1): what `llave.js` sends.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    raw_id: String,
    response: AnswerParts,
}

#[derive(Deserialize)]
struct AnswerParts {
    #[serde(rename = "authenticatorData")]
    authenticator_data: String,
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    signature: String,
}

/// A browser's answer.
pub(crate) fn read(answer: &str) -> Result<Assertion, SigningRefusal> {
    let refused = SigningRefusal::Unreadable;
    let answer: Answer = serde_json::from_str(answer).map_err(|_| refused)?;
    let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| refused);
    let credential = CredentialId::new(bytes(&answer.raw_id)?).map_err(|_| refused)?;
    let parts = answer.response;
    Ok(Assertion::new(
        credential,
        bytes(&parts.authenticator_data)?,
        bytes(&parts.client_data)?,
        bytes(&parts.signature)?,
    )?)
}

/// A passkey of somebody who signs here.
struct Known {
    officer: String,
    credential: Vec<u8>,
    key: CredentialKey,
    from: Moment,
    until: Option<Moment>,
}

impl Service {
    /// Takes an officer's signature. The last one does the act.
    ///
    /// # Errors
    /// When it does not concern the officer, cannot be signed any more, or the signature is not
    /// taken; an attempt of one person to sign for two is journaled.
    pub async fn sign(
        &self,
        officer: &Officer,
        id: &ProposalId,
        answer: &str,
    ) -> Result<Signed, ServiceError> {
        let now = self.now();
        let (proposal, concern) = self.open_proposal(officer, id, now).await?;
        let party = self
            .relying_party()
            .map_err(|_| SigningRefusal::NoHostName)?;
        let taken = self.take_out(&proposal.made.sealed).await?;
        self.nothing_else_waits(&proposal, &taken).await?;
        let assertion = read(answer)?;
        let known = self.passkeys_of(&concern, officer).await?;
        let approval = Approval {
            officer: officer.number.to_string(),
            role: officer.role.to_string(),
            at: now,
            assertion,
        };
        let approvals = concern
            .approvals
            .with(approval)
            .map_err(|_| SigningRefusal::Ended)?;
        let verified = verify(&approvals, &known, party.id(), party.origins());
        let verified = match verified {
            Ok(verified) => verified,
            Err(refusal @ (SigningRefusal::SamePerson | SigningRefusal::SameKey)) => {
                return Err(self.as_one(officer, &proposal, refusal, now).await);
            }
            Err(refusal) => return Err(refusal.into()),
        };
        if let Some(signer) = verified.signers.last() {
            let act = officer.act(now);
            let credential = signer.credential.as_bytes();
            self.note_count(&act, credential, signer.seen.sign_count)
                .await?;
        }
        if concern.needs_two && approvals.given().len() < 2 {
            let until = proposal.made.created.plus(TOGETHER);
            let kept = self
                .store()
                .sign_proposal(&proposal, approvals.to_cbor(), until);
            return if kept.await? {
                Ok(Signed::Waiting)
            } else {
                Err(SigningRefusal::Ended.into())
            };
        }
        self.complete(officer, &proposal, &approvals, taken, now)
            .await
    }

    /// Says no to a proposal that waits for a second person; whoever proposed takes it back.
    ///
    /// # Errors
    /// When it does not concern the officer, or has ended.
    pub async fn decline(
        &self,
        officer: &Officer,
        id: &ProposalId,
        reason: DeclineReason,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let (proposal, concern) = self.open_proposal(officer, id, now).await?;
        let reason = if concern.own {
            DeclineReason::TakenBack
        } else {
            reason
        };
        let taken = self.take_out(&proposal.made.sealed).await?;
        // Said first: a proposal that vanished without a trace is what the journal prevents.
        if let Some(first) = taken.entries.first() {
            let subject = first.subject().clone();
            self.journal_refusal(subject, officer, &proposal, reason.code(), now)
                .await?;
        }
        let end = ended(ProposalEnd::Declined, officer, now, Some(reason.code()));
        if self.store().end_proposal(id.as_str(), &end).await? {
            Ok(())
        } else {
            Err(SigningRefusal::Ended.into())
        }
    }

    async fn open_proposal(
        &self,
        officer: &Officer,
        id: &ProposalId,
        now: Moment,
    ) -> Result<(Proposal, Concern), ServiceError> {
        let found = self.store().proposal(id.as_str()).await?;
        let proposal = found.ok_or(ServiceError::NotFound)?;
        let concern = concern(&proposal, officer).ok_or(ServiceError::NotFound)?;
        if proposal.ended.is_some() {
            return Err(SigningRefusal::Ended.into());
        }
        if proposal.made.expires <= now {
            return Err(SigningRefusal::Expired.into());
        }
        // A signature from before the act would prove nothing about it.
        if proposal.made.created.since(now) > STEP {
            return Err(SigningRefusal::FromLater.into());
        }
        Ok((proposal, concern))
    }

    /// An erasure would take the ground from under whatever else was prepared about the person: it
    /// waits for that, also when that was prepared later.
    async fn nothing_else_waits(
        &self,
        proposal: &Proposal,
        taken: &TakenOut,
    ) -> Result<(), ServiceError> {
        for entry in &taken.entries {
            if let Event::Erasure(ErasureEvent::CarriedOut { erasure, .. }) = entry.event() {
                let subjects = erasure.subjects.iter().cloned().collect();
                let others = self.proposals_about(&subjects, Some(&proposal.made.id));
                if others.await? {
                    return Err(Refusal::from(ErasureRefusal::ProposalOpen).into());
                }
            }
        }
        Ok(())
    }

    /// The passkeys of everybody who has signed, and of whoever signs now.
    async fn passkeys_of(
        &self,
        concern: &Concern,
        officer: &Officer,
    ) -> Result<Vec<Known>, ServiceError> {
        let mut numbers = vec![officer.number.clone()];
        for given in concern.approvals.given() {
            let number = given.officer.parse();
            numbers.push(number.map_err(|_| ServiceError::Unreadable("an officer".into()))?);
        }
        let mut known = Vec::new();
        for number in numbers {
            let register = self.load_officer(&number).await?.state;
            for passkey in register.passkeys().iter().filter(|passkey| passkey.invited) {
                let Ok(key) = CredentialKey::from_cose(&passkey.key) else {
                    continue;
                };
                let end = [passkey.until, passkey.compromised_from];
                known.push(Known {
                    officer: number.to_string(),
                    credential: passkey.credential.clone(),
                    key,
                    from: passkey.from,
                    until: end.into_iter().flatten().min(),
                });
            }
        }
        Ok(known)
    }

    /// One person for two: refused, and a fact worth keeping, in the file of whoever tried it. On the
    /// act's own subject it would move that on, and make void what a second person may still sign.
    async fn as_one(
        &self,
        officer: &Officer,
        proposal: &Proposal,
        refusal: SigningRefusal,
        now: Moment,
    ) -> ServiceError {
        let subject = Subject::Officer(officer.number.clone());
        match self
            .journal_refusal(subject, officer, proposal, refusal.code(), now)
            .await
        {
            Ok(()) => refusal.into(),
            Err(error) => error,
        }
    }

    async fn journal_refusal(
        &self,
        subject: Subject,
        officer: &Officer,
        proposal: &Proposal,
        reason: &str,
        now: Moment,
    ) -> Result<(), ServiceError> {
        let event = Event::Refused(Refused {
            act: officer.act(now),
            command: proposal.made.command.clone(),
            reason: reason.to_owned(),
            person: None,
        });
        self.append(vec![(subject, event)], Vec::new()).await?;
        Ok(())
    }

    async fn complete(
        &self,
        officer: &Officer,
        proposal: &Proposal,
        approvals: &Approvals,
        taken: TakenOut,
        now: Moment,
    ) -> Result<Signed, ServiceError> {
        let events: Vec<_> = taken
            .entries
            .iter()
            .map(|entry| (entry.subject().clone(), entry.event().clone()))
            .collect();
        let column = approvals.to_cbor();
        let entries = taken
            .entries
            .into_iter()
            .map(|entry| entry.approved(column.clone()))
            .collect();
        let expect = decode_versions(&proposal.made.expected)?;
        let stored = self.append_sealed(entries, expect).await?;
        let how = if stored {
            ProposalEnd::Done
        } else {
            ProposalEnd::Overtaken
        };
        // Should this fail the act is done all the same, and a second try finds its subjects moved on.
        let end = ended(how, officer, now, None);
        if let Err(error) = self.store().end_proposal(&proposal.made.id, &end).await {
            tracing::warn!("a proposal that was carried out was not closed: {error}");
        }
        if !stored {
            return Err(SigningRefusal::Overtaken.into());
        }
        self.after(&events).await;
        Ok(Signed::Done {
            command: proposal.made.command.clone(),
            events,
            hand_over: taken.hand_over,
        })
    }
}

fn ended(how: ProposalEnd, officer: &Officer, at: Moment, reason: Option<&str>) -> Ended {
    Ended {
        how,
        at,
        by: officer.number.clone(),
        reason: reason.map(str::to_owned),
    }
}

fn verify(
    approvals: &Approvals,
    known: &[Known],
    rp_id: &str,
    origins: &[String],
) -> Result<Verified, SigningRefusal> {
    let lookup = |credential: &CredentialId| {
        let found = known
            .iter()
            .find(|one| one.credential == credential.as_bytes())?;
        Some(Registered {
            officer: &found.officer,
            key: &found.key,
            from: found.from,
            until: found.until,
        })
    };
    // Before the signatures: whoever signs twice is told so, with whichever passkey.
    let mut officers: Vec<_> = approvals.given().iter().map(|one| &one.officer).collect();
    officers.sort_unstable();
    if officers.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(SigningRefusal::SamePerson);
    }
    let mut used: Vec<_> = approvals
        .given()
        .iter()
        .map(|one| one.assertion.credential().as_bytes())
        .collect();
    used.sort_unstable();
    if used.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(SigningRefusal::SameKey);
    }
    approvals
        .verify(lookup, rp_id, origins)
        .map_err(|error| match error {
            ApprovalError::SameOfficer(_) => SigningRefusal::SamePerson,
            ApprovalError::SameKey(..) => SigningRefusal::SameKey,
            ApprovalError::Assertion { error, .. } => SigningRefusal::Answer(error),
            ApprovalError::Nobody
            | ApprovalError::NotTheActor { .. }
            | ApprovalError::Unknown(_)
            | ApprovalError::NotTheirs { .. }
            | ApprovalError::NotThen(_) => SigningRefusal::NotYours,
        })
}

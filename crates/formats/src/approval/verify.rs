//! Verifying approvals: whose passkeys, whether they counted, whether they were different people's.

use super::{Approval, Approvals};
use crate::{
    assertion::{AssertionError, CredentialId, CredentialKey, Expectation, Seen},
    moment::Moment,
};

/// A passkey as the register of officers has it.
#[derive(Clone, Copy, Debug)]
pub struct Registered<'a> {
    /// Whose it is.
    pub officer: &'a str,
    /// Its public key.
    pub key: &'a CredentialKey,
    /// From when it counts.
    pub from: Moment,
    /// From when it no longer does: its end, or when it may have come into other hands.
    pub until: Option<Moment>,
}

/// Who signed, once it is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The officer's number.
    pub officer: String,
    /// The role in which they are said to have approved.
    pub role: String,
    /// When they are said to have.
    pub at: Moment,
    /// Their passkey.
    pub credential: CredentialId,
    /// What it told of itself.
    pub seen: Seen,
}

/// Proven approvals: each by another officer, with another passkey, of another key. So no two of
/// the signers were one person with one authenticator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The acting officer first.
    pub signers: Vec<Signer>,
}

/// Why approvals prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// Nobody signed.
    #[error("nobody signed the act")]
    Nobody,
    /// The first signature is not by whom the act names.
    #[error("the act names officer {actor}, but {signer} signed first")]
    NotTheActor {
        /// Who answers for the act.
        actor: String,
        /// Who signed first.
        signer: String,
    },
    /// No officer has such a passkey.
    #[error("the passkey that signed for {0} is not registered")]
    Unknown(String),
    /// The passkey is another officer's.
    #[error("the passkey that signed for {officer} is {owner}'s")]
    NotTheirs {
        /// For whom it signed.
        officer: String,
        /// Whose it is.
        owner: String,
    },
    /// The passkey did not count yet, or no longer.
    #[error("the passkey of {0} did not count at that time")]
    NotThen(String),
    /// The assertion is not good.
    #[error("the signature of {officer}: {error}")]
    Assertion {
        /// Whose it should be.
        officer: String,
        /// What is wrong with it.
        error: AssertionError,
    },
    /// One officer signed twice.
    #[error("{0} signed twice; the second must be another person")]
    SameOfficer(String),
    /// Two passkeys with one key signed for two officers.
    #[error("the passkeys of {0} and {1} have one key: this may have been one person")]
    SameKey(String, String),
}

impl ApprovalError {
    /// A stable name, for texts and reports.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nobody => "approval-nobody",
            Self::NotTheActor { .. } => "approval-not-the-actor",
            Self::Unknown(_) => "approval-unknown-passkey",
            Self::NotTheirs { .. } => "approval-not-theirs",
            Self::NotThen(_) => "approval-not-then",
            Self::Assertion { error, .. } => error.code(),
            Self::SameOfficer(_) => "approval-same-officer",
            Self::SameKey(..) => "approval-same-key",
        }
    }
}

impl Approvals {
    /// Verifies all that was given, as its bytes alone allow: `lookup` finds a passkey in the
    /// register of officers, `rp_id` and `origins` are the authority's.
    ///
    /// How many and who had to sign is the command's rule, and not asked here.
    pub fn verify<'a>(
        &self,
        lookup: impl Fn(&CredentialId) -> Option<Registered<'a>>,
        rp_id: &str,
        origins: &[String],
    ) -> Result<Verified, ApprovalError> {
        let actor = &self.act.header.officer;
        match self.given.first() {
            None => return Err(ApprovalError::Nobody),
            Some(first) if first.officer != *actor => {
                return Err(ApprovalError::NotTheActor {
                    actor: actor.clone(),
                    signer: first.officer.clone(),
                });
            }
            Some(_) => {}
        }
        let challenge = self.act.challenge();
        let expected = Expectation {
            rp_id,
            origins,
            challenge: &challenge,
        };
        let mut signers: Vec<(Signer, &CredentialKey)> = Vec::with_capacity(self.given.len());
        for approval in &self.given {
            let (signer, key) = approval.verify(&lookup, &expected)?;
            for (before, its) in &signers {
                distinct((before, its), (&signer, key))?;
            }
            signers.push((signer, key));
        }
        Ok(Verified {
            signers: signers.into_iter().map(|(signer, _)| signer).collect(),
        })
    }
}

impl Approval {
    fn verify<'a>(
        &self,
        lookup: impl Fn(&CredentialId) -> Option<Registered<'a>>,
        expected: &Expectation<'_>,
    ) -> Result<(Signer, &'a CredentialKey), ApprovalError> {
        let officer = || self.officer.clone();
        let credential = self.assertion.credential();
        let registered = lookup(credential).ok_or_else(|| ApprovalError::Unknown(officer()))?;
        if registered.officer != self.officer {
            return Err(ApprovalError::NotTheirs {
                officer: officer(),
                owner: registered.officer.to_owned(),
            });
        }
        if self.at < registered.from || registered.until.is_some_and(|until| self.at >= until) {
            return Err(ApprovalError::NotThen(officer()));
        }
        let seen = self
            .assertion
            .verify(registered.key, expected)
            .map_err(|error| ApprovalError::Assertion {
                officer: officer(),
                error,
            })?;
        let signer = Signer {
            officer: officer(),
            role: self.role.clone(),
            at: self.at,
            credential: credential.clone(),
            seen,
        };
        Ok((signer, registered.key))
    }
}

/// Refuses two signers who may have been one person.
fn distinct(
    (first, key): (&Signer, &CredentialKey),
    (second, other): (&Signer, &CredentialKey),
) -> Result<(), ApprovalError> {
    if first.officer == second.officer {
        return Err(ApprovalError::SameOfficer(first.officer.clone()));
    }
    // A passkey has one owner, so two officers have two; but two of them may hold one key.
    if key == other {
        return Err(ApprovalError::SameKey(
            first.officer.clone(),
            second.officer.clone(),
        ));
    }
    Ok(())
}

//! Enrolling: an invitation handed over in person becomes a passkey.
//!
//! Looking at an invitation uses nothing up; the passkey does, and the register says so. The
//! invitation's text begins with the officer's number, so that no table of links is needed beside the
//! register: what it holds is the hash of the whole text.

use super::{
    Asks, PasskeyError, PasskeyRefusal, SigningIn, refusal, relying_party::user_handle, stored,
};
use crate::{
    Service,
    session::{Token, TokenPurpose},
};
use paso_domain::{
    act::Act,
    id::OfficerNumber,
    officer::{InvitationPurpose, NewPasskey, OfficerCommand, OfficerRefusal, OfficerState},
};
use paso_formats::moment::Moment;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webauthn_rs::prelude::{CredentialID, PasskeyRegistration, RegisterPublicKeyCredential};

/// The algorithms asked for: those that approvals can be verified with anywhere, and that the
/// library registers (ES256, RS256).
const ALGORITHMS: [i64; 2] = [-7, -257];

/// An invitation, looked at.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// Whose passkey it will be.
    pub officer: OfficerNumber,
    /// The officer's name.
    pub name: String,
    /// Whether it takes the place of the passkeys there are.
    pub recovery: bool,
    /// From when the link no longer works.
    pub expires: Moment,
    /// What to ask the browser for.
    pub asks: Asks,
}

/// A passkey that was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// Whose.
    pub officer: OfficerNumber,
    /// Whether it took the place of others.
    pub recovery: bool,
}

/// What is remembered between the two requests.
#[derive(Serialize, Deserialize)]
struct Enrolling {
    link: [u8; 32],
    registration: PasskeyRegistration,
}

impl Service {
    /// Looks at an invitation and begins a registration. Uses nothing up.
    ///
    /// # Errors
    /// When the link is unknown, used or too old, or the officer is not in service.
    pub async fn begin_enrolment(&self, link: &Token) -> Result<Enrolment, PasskeyError> {
        let party = self.relying_party()?;
        let now = self.now();
        let (officer, state, _) = self.invited(link).await?;
        let invitation = invitation(&state, link, now)?;
        let standing = state.standing_at(now);
        let known: Vec<CredentialID> = standing
            .passkeys
            .iter()
            // A lost passkey cannot be in the authenticator that makes the new one; should it be, the
            // officer may go on with that authenticator.
            .filter(|_| invitation.0 == InvitationPurpose::Enrolment)
            .map(|passkey| passkey.credential.clone())
            .collect();
        let handle = user_handle(&self.authority().issuer, &officer);
        let shown = format!("{officer} · {}", standing.name);
        let (asked, registration) = party
            .webauthn
            .start_passkey_registration(handle, officer.as_str(), &shown, Some(known))
            .map_err(|error| refusal::of(&error))?;
        let asked = serde_json::to_value(&asked).map_err(|_| PasskeyRefusal::Unreadable)?;
        let state = Enrolling {
            link: link.hash(),
            registration,
        };
        let ceremony = self.begin(TokenPurpose::Enrol, &state, now).await?;
        Ok(Enrolment {
            officer,
            name: standing.name,
            recovery: invitation.0 == InvitationPurpose::Recovery,
            expires: invitation.1,
            asks: Asks {
                options: discoverable(asked).to_string(),
                ceremony,
            },
        })
    }

    /// Registers the passkey that the browser answered with.
    ///
    /// # Errors
    /// When the answer does not fit, or the register refuses.
    pub async fn finish_enrolment(
        &self,
        link: &Token,
        ceremony: &Token,
        answer: &str,
    ) -> Result<Enrolled, PasskeyError> {
        let party = self.relying_party()?;
        let now = self.now();
        let begun: Enrolling = self.take(TokenPurpose::Enrol, ceremony, now).await?;
        if begun.link != link.hash() {
            return Err(PasskeyRefusal::CeremonyOver.into());
        }
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| PasskeyRefusal::Unreadable)?;
        let made = party
            .webauthn
            .finish_passkey_registration(&answer, &begun.registration)
            .map_err(|error| refusal::of(&error))?;
        let key = stored::key(&made)?;
        let (backup_eligible, backed_up) = stored::backup(&made);
        let (officer, state, version) = self.invited(link).await?;
        let recovery = invitation(&state, link, now)?.0 == InvitationPurpose::Recovery;
        let new = NewPasskey {
            link: link.hash(),
            credential: made.cred_id().clone(),
            algorithm: key.algorithm().cose(),
            key: key.to_cose(),
            backup_eligible,
            backed_up,
            known: self.owner_of(made.cred_id()).await?.is_some(),
        };
        let act = Act {
            at: now,
            post: self.authority().home,
            officer: officer.clone(),
            late: None,
        };
        let command = OfficerCommand::AddPasskey(new);
        self.own_officer_command(&state, version, command, act)
            .await?;
        Ok(Enrolled { officer, recovery })
    }

    /// Lets the officer of an invitation in without a passkey, for what needs no signature. Only a
    /// demonstration asks for it.
    ///
    /// # Errors
    /// When the link is unknown or too old, or its officer has no role.
    pub async fn enter_without_passkey(&self, link: &Token) -> Result<SigningIn, PasskeyError> {
        let now = self.now();
        let (officer, state, _) = self.invited(link).await?;
        match invitation(&state, link, now) {
            Ok(_) | Err(PasskeyRefusal::Register(OfficerRefusal::InvitationUsed)) => {
                self.choose_or_open(officer, None, state.standing_at(now))
                    .await
            }
            Err(refusal) => Err(refusal.into()),
        }
    }

    /// The officer whom a link names, and what the register knows of them.
    async fn invited(
        &self,
        link: &Token,
    ) -> Result<(OfficerNumber, OfficerState, u64), PasskeyError> {
        let number = link.expose().split_once('~').map(|(number, _)| number);
        let officer: OfficerNumber = number
            .and_then(|number| number.parse().ok())
            .ok_or(PasskeyRefusal::LinkUnknown)?;
        let loaded = self.load_officer(&officer).await?;
        Ok((officer, loaded.state, loaded.version))
    }
}

/// What a link is for and until when, if it still leads in.
fn invitation(
    state: &OfficerState,
    link: &Token,
    now: Moment,
) -> Result<(InvitationPurpose, Moment), PasskeyRefusal> {
    let hash = link.hash();
    let found = state.invitations().iter().find(|one| one.link == hash);
    let found = found.ok_or(PasskeyRefusal::LinkUnknown)?;
    if found.used {
        return Err(OfficerRefusal::InvitationUsed.into());
    }
    if found.expires <= now {
        return Err(OfficerRefusal::InvitationExpired.into());
    }
    if state.standing_at(now).ended().is_some() {
        return Err(PasskeyRefusal::NotInService);
    }
    Ok((found.purpose, found.expires))
}

/// The library asks for a passkey that may be discoverable; here it must be (nobody types a number
/// at sign-in), and must be of a kind that approvals can be verified with.
fn discoverable(mut asked: Value) -> Value {
    let mut options = asked["publicKey"].take();
    options["authenticatorSelection"]["residentKey"] = json!("required");
    options["authenticatorSelection"]["requireResidentKey"] = json!(true);
    if let Some(kinds) = options["pubKeyCredParams"].as_array_mut() {
        kinds.retain(|kind| {
            kind["alg"]
                .as_i64()
                .is_some_and(|alg| ALGORITHMS.contains(&alg))
        });
    }
    options
}

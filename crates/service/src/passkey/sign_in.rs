//! Signing in: a passkey opens a session, for a role that its owner holds at a post.

use super::{Asks, PasskeyError, PasskeyRefusal, refusal, relying_party::user_handle, stored};
use crate::{
    Officer, Service, ServiceError, approval,
    session::{Token, TokenPurpose},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use paso_domain::{
    act::Act,
    crossings::PostCode,
    event::Event,
    id::OfficerNumber,
    officer::{Grant, OfficerEvent, Standing},
    policy::Role,
    subject::Subject,
};
use paso_formats::assertion::{CredentialKey, Expectation};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};

/// What comes of a good answer.
#[derive(Clone, Debug)]
pub enum SigningIn {
    /// The session's token: there was one role at one post to sign in for.
    Session(Token),
    /// There are several: the officer chooses.
    Choose(Choice),
}

/// What an officer can be signed in for.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Who was recognised.
    pub officer: OfficerNumber,
    /// The roles that count now; each at the posts named, or at all where none is.
    pub grants: Vec<Grant>,
    /// Goes back with the choice.
    pub token: Token,
}

/// What is remembered between challenge and answer.
#[derive(Serialize, Deserialize)]
struct Recognising {
    /// In base64url, as the browser was given it.
    challenge: String,
    state: DiscoverableAuthentication,
}

/// What is remembered between recognising an officer and their choice.
#[derive(Serialize, Deserialize)]
struct Choosing {
    officer: String,
    /// None in a demonstration.
    credential: Option<Vec<u8>>,
}

impl Service {
    /// Begins a sign-in: whoever it will be.
    ///
    /// # Errors
    /// When the pages have no host name, or nothing could be stored.
    pub async fn begin_sign_in(&self) -> Result<Asks, PasskeyError> {
        let party = self.relying_party()?;
        let (asked, state) = party
            .webauthn
            .start_discoverable_authentication()
            .map_err(|error| refusal::of(&error))?;
        let mut asked = serde_json::to_value(&asked).map_err(|_| PasskeyRefusal::Unreadable)?;
        let challenge = asked["publicKey"]["challenge"].as_str();
        let state = Recognising {
            challenge: challenge.ok_or(PasskeyRefusal::Unreadable)?.to_owned(),
            state,
        };
        let ceremony = self.begin(TokenPurpose::SignIn, &state, self.now()).await?;
        Ok(Asks {
            options: plain(asked["publicKey"].take()).to_string(),
            ceremony,
        })
    }

    /// Looks at the browser's answer and opens a session, or asks what for.
    ///
    /// # Errors
    /// When the answer does not fit, the passkey does not count, or its owner is not in service.
    pub async fn finish_sign_in(
        &self,
        ceremony: &Token,
        answer: &str,
    ) -> Result<SigningIn, PasskeyError> {
        let party = self.relying_party()?;
        let now = self.now();
        let begun: Recognising = self.take(TokenPurpose::SignIn, ceremony, now).await?;
        let assertion = approval::read(answer).map_err(|_| PasskeyRefusal::Unreadable)?;
        let answer: PublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| PasskeyRefusal::Unreadable)?;
        let (handle, credential) = party
            .webauthn
            .identify_discoverable_authentication(&answer)
            .map_err(|error| refusal::of(&error))?;
        let officer = self
            .owner_of(credential)
            .await?
            .ok_or(PasskeyRefusal::NotRegistered)?;
        if handle != user_handle(&self.authority().issuer, &officer) {
            return Err(PasskeyRefusal::AnotherOfficer.into());
        }
        let register = self.load_officer(&officer).await?.state;
        let registered = register
            .passkeys()
            .iter()
            .find(|passkey| passkey.credential == credential)
            .ok_or(PasskeyRefusal::NotRegistered)?;
        let known = stored::passkey(registered).ok_or(PasskeyRefusal::KindOfKey)?;
        let seen = party
            .webauthn
            .finish_discoverable_authentication_v2(&answer, begun.state, &known)
            .map_err(|error| refusal::of(&error))?;
        // Ours looks too: what is refused for an approval opens no session either.
        let key = CredentialKey::from_cose(&registered.key);
        let expected = Expectation {
            rp_id: party.id(),
            origins: party.origins(),
            challenge: &BASE64_URL_SAFE_NO_PAD
                .decode(&begun.challenge)
                .map_err(|_| PasskeyRefusal::CeremonyOver)?,
        };
        assertion.verify(&key.map_err(|_| PasskeyRefusal::KindOfKey)?, &expected)?;
        // From here on it is known who asks.
        let standing = register.standing_at(now);
        if standing.ended().is_some() {
            return Err(PasskeyRefusal::NotInService.into());
        }
        if !standing.passkeys.iter().any(|p| p.credential == credential) {
            return Err(PasskeyRefusal::Ended.into());
        }
        let act = Act {
            at: now,
            post: self.authority().home,
            officer: officer.clone(),
            late: None,
        };
        self.note_count(&act, credential, seen.counter()).await?;
        self.choose_or_open(officer, Some(credential.to_vec()), standing)
            .await
    }

    pub(super) async fn choose_or_open(
        &self,
        officer: OfficerNumber,
        credential: Option<Vec<u8>>,
        standing: Standing,
    ) -> Result<SigningIn, PasskeyError> {
        match standing.grants.as_slice() {
            [] => Err(PasskeyRefusal::NoRole.into()),
            [Grant { role, posts, .. }] if posts.len() == 1 => {
                let officer = Officer {
                    number: officer,
                    role: *role,
                    post: posts[0],
                };
                let token = self.open_session(&officer, credential).await?;
                Ok(SigningIn::Session(token))
            }
            _ => {
                let choosing = Choosing {
                    officer: officer.to_string(),
                    credential,
                };
                let now = self.now();
                let token = self.begin(TokenPurpose::Choose, &choosing, now).await?;
                Ok(SigningIn::Choose(Choice {
                    officer,
                    grants: standing.grants,
                    token,
                }))
            }
        }
    }

    /// Opens the session that an officer chose after being recognised.
    ///
    /// # Errors
    /// When it took too long, or the choice is not theirs; then `Choose` comes again beside it.
    pub async fn choose(
        &self,
        token: &Token,
        role: Option<Role>,
        post: Option<PostCode>,
    ) -> Result<Result<Token, Choice>, PasskeyError> {
        let now = self.now();
        let chosen: Choosing = self.take(TokenPurpose::Choose, token, now).await?;
        let number: OfficerNumber = chosen
            .officer
            .parse()
            .map_err(|_| PasskeyRefusal::CeremonyOver)?;
        let standing = self.load_officer(&number).await?.state.standing_at(now);
        if standing.ended().is_some() {
            return Err(PasskeyRefusal::NotInService.into());
        }
        if let (Some(role), Some(post)) = (role, post)
            && standing.holds(role, post)
        {
            let officer = Officer { number, role, post };
            self.post(&officer)?;
            let token = self.open_session(&officer, chosen.credential).await?;
            return Ok(Ok(token));
        }
        let again = self.begin(TokenPurpose::Choose, &chosen, now).await?;
        Ok(Err(Choice {
            officer: number,
            grants: standing.grants,
            token: again,
        }))
    }

    /// Keeps the count of a signature, and journals one that steps back: perhaps there are two of
    /// this passkey (WebAuthn L3 §7.2 step 22). Never a refusal: synced passkeys do not count.
    pub(crate) async fn note_count(
        &self,
        act: &Act,
        credential: &[u8],
        seen: u32,
    ) -> Result<(), ServiceError> {
        let before = self.store().count_signature(credential, seen).await?;
        let Some(known) = before.filter(|known| seen <= *known && (seen > 0 || *known > 0)) else {
            return Ok(());
        };
        let event = Event::Officer(OfficerEvent::CounterSteppedBack {
            act: act.clone(),
            credential: credential.to_vec(),
            known,
            seen,
        });
        let subject = Subject::Officer(act.officer.clone());
        self.append(vec![(subject, event)], Vec::new()).await?;
        Ok(())
    }
}

/// What the library asks for, without what only some browsers know.
fn plain(mut options: Value) -> Value {
    if let Some(members) = options.as_object_mut() {
        members.remove("extensions");
    }
    options
}

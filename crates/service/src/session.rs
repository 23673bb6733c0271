//! Sessions: who is signed in, for how long, and as long as the register of officers says so.
//!
//! What the browser keeps is a random token of which only the hash is stored. Sessions are no acts
//! and stand outside the journal. A passkey opens them (`passkey::sign_in`).

use crate::{Officer, Service, ServiceError};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use paso_domain::{id::OfficerNumber, shift::ShiftEnd};
use paso_formats::moment::{HOUR, MINUTE, Moment};
use paso_store::{NewSession, TokenHash};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// How long a session may be idle, in seconds.
pub const IDLE: i64 = 15 * MINUTE;
/// How long a session lasts at most, in seconds: a shift.
pub const ABSOLUTE: i64 = 8 * HOUR;
/// How far the clock may step back, in seconds, as time servers make clocks do, before what began
/// later than now no longer counts.
pub const STEP: i64 = MINUTE;

/// What a secret of a ceremony is for: one of another purpose opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenPurpose {
    /// Registering a passkey.
    Enrol,
    /// Signing in with one.
    SignIn,
    /// Choosing what to sign in for.
    Choose,
}

impl TokenPurpose {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::SignIn => "sign-in",
            Self::Choose => "choose",
        }
    }
}

/// A secret that stands in a link or cookie. Its hash is stored, never itself.
#[derive(Clone)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// The token as text, for the link or the cookie only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A token as received.
    #[must_use]
    pub fn received(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// Its SHA-256: what is stored of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl core::fmt::Debug for Token {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A session that was found and is neither idle nor over.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who acts.
    pub officer: Officer,
    /// What every form of this session must send back.
    pub form_token: String,
    /// The passkey it was opened with; none in a demonstration.
    pub credential: Option<Vec<u8>>,
}

impl SignedIn {
    /// Whether a form came from one of this session's own pages.
    #[must_use]
    pub fn owns_form(&self, token: &str) -> bool {
        self.form_token.as_bytes().ct_eq(token.as_bytes()).into()
    }
}

impl Service {
    /// Finds the session of a cookie and notes that it is in use.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, or it was idle or is over.
    pub async fn session(&self, cookie: &Token) -> Result<SignedIn, ServiceError> {
        let now = self.now();
        let hash = cookie.hash();
        let found = self
            .store()
            .session(&hash, now)
            .await?
            .ok_or(ServiceError::NotFound)?;
        // After a clock was set back, a session would last longer than a shift.
        let from_later = found.created.max(found.last_seen).since(now) > STEP;
        if from_later || now.since(found.last_seen) >= IDLE {
            self.store().end_session(&hash).await?;
            return Err(ServiceError::NotFound);
        }
        // A full disk must not take verdicts away: that a session is in use is no fact of the journal.
        if let Err(error) = self.store().touch_session(&hash, &found, now).await {
            tracing::warn!("a session's use was not noted: {error}");
        }
        // A role this version does not know has no powers here.
        let role = found.role.parse().map_err(|_| ServiceError::NotFound)?;
        let officer = Officer {
            number: found.officer,
            role,
            post: found.post,
        };
        self.still_stands(&officer, found.credential.as_deref())
            .await?;
        Ok(SignedIn {
            officer,
            form_token: BASE64_URL_SAFE_NO_PAD.encode(found.csrf),
            credential: found.credential,
        })
    }

    /// Whether whoever signed in may still act so: asked at every request, so that access ends with
    /// the word that ends it (DESIGN §6).
    async fn still_stands(
        &self,
        officer: &Officer,
        credential: Option<&[u8]>,
    ) -> Result<(), ServiceError> {
        let standing = self.standing(&officer.number).await?;
        let mut passkeys = standing.passkeys.iter();
        let still_good = credential
            .is_none_or(|credential| passkeys.any(|passkey| passkey.credential == credential));
        if standing.holds(officer.role, officer.post) && still_good {
            Ok(())
        } else {
            Err(ServiceError::AccessEnded)
        }
    }

    /// Opens a session for an officer who was recognised by a passkey, or let in without one where
    /// that is shown to be a demonstration.
    pub(crate) async fn open_session(
        &self,
        officer: &Officer,
        credential: Option<Vec<u8>>,
    ) -> Result<Token, ServiceError> {
        let now = self.now();
        let token = self.token()?;
        let new = NewSession {
            token_hash: token.hash(),
            expires: now.plus(ABSOLUTE),
            csrf: self.random().bytes()?,
            credential,
        };
        self.store()
            .open_session(
                officer.role.code(),
                &officer.number,
                officer.post,
                now,
                &new,
            )
            .await?;
        // Whoever is let in can work; that a shift began is tried again at the next sign-in.
        if let Err(error) = self.open_shift(officer, None).await {
            tracing::warn!("a shift was not recorded: {error}");
        }
        Ok(token)
    }

    /// Ends the session that a browser had before it was given another: whoever has copied the old
    /// cookie is outside. The shift of another officer ends with it.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn replace_session(&self, old: &Token, by: &Token) -> Result<(), ServiceError> {
        if old.hash() == by.hash() {
            return Ok(());
        }
        let now = self.now();
        let before = self.store().session(&old.hash(), now).await?;
        let after = self.store().session(&by.hash(), now).await?;
        if before.map(|one| one.officer) == after.map(|one| one.officer) {
            Ok(self.store().end_session(&old.hash()).await?)
        } else {
            self.sign_out(old).await
        }
    }

    /// Ends a session, and the shift with it.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn sign_out(&self, cookie: &Token) -> Result<(), ServiceError> {
        let hash = cookie.hash();
        let found = self.store().session(&hash, self.now()).await?;
        self.store().end_session(&hash).await?;
        let Some(found) = found else { return Ok(()) };
        let Ok(role) = found.role.parse() else {
            return Ok(());
        };
        let officer = Officer {
            number: found.officer,
            role,
            post: found.post,
        };
        self.close_shift(&officer, ShiftEnd::SignedOut).await
    }

    /// Ends all sessions of an officer. Only the office that runs the
    /// system calls this, at its console.
    ///
    /// # Errors
    /// When nothing could be stored.
    pub async fn end_access(&self, officer: &OfficerNumber) -> Result<(), ServiceError> {
        Ok(self.store().end_access(officer).await?)
    }

    /// A secret for an invitation to enrol a passkey: the text behind `/alta/`. It begins with the
    /// officer's number, which leads to the register; the register holds [`Token::hash`] of the whole
    /// text and never the text.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub fn invitation_token(&self, officer: &OfficerNumber) -> Result<Token, ServiceError> {
        let secret = self.token()?;
        Ok(Token(Zeroizing::new(format!(
            "{officer}~{}",
            secret.expose()
        ))))
    }

    pub(crate) fn token(&self) -> Result<Token, ServiceError> {
        let bytes = Zeroizing::new(self.random().bytes::<32>()?);
        Ok(Token(Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*bytes))))
    }

    pub(crate) fn now(&self) -> Moment {
        self.clock().now()
    }
}

//! Sessions.
//!
//! They are not journaled: they are about a browser, not about a person's rights. Tokens are kept
//! as SHA-256 only, so that a copy of the database opens no session. Which role may do what is not
//! known here.

use paso_domain::{crossings::PostCode, id::OfficerNumber};
use paso_formats::moment::{MINUTE, Moment};

use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

statements! {
    ADD_SESSION = "INSERT INTO session (token_hash, role, officer, post, created, last_seen,
        expires, csrf, credential) VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)";
    SESSION = "SELECT role, officer, post, created, last_seen, expires, csrf, credential FROM session
        WHERE token_hash = $1 AND expires > $2";
    TOUCH = "UPDATE session SET last_seen = $2 WHERE token_hash = $1 AND last_seen <= $3";
    END = "DELETE FROM session WHERE token_hash = $1";
    END_ALL_OF = "DELETE FROM session WHERE officer = $1";
    FORGET_SESSIONS = "DELETE FROM session WHERE expires <= $1";
}

/// SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// What a session is opened with.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// SHA-256 of its token.
    pub token_hash: TokenHash,
    /// From when it no longer counts.
    pub expires: Moment,
    /// The secret its forms carry.
    pub csrf: [u8; 32],
    /// The passkey it is opened with; none in a demonstration.
    pub credential: Option<Vec<u8>>,
}

/// An open session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The role signed in to.
    pub role: String,
    /// The officer.
    pub officer: OfficerNumber,
    /// The post.
    pub post: PostCode,
    /// Since when.
    pub created: Moment,
    /// Last use, to the minute or so.
    pub last_seen: Moment,
    /// From when it no longer counts.
    pub expires: Moment,
    /// The secret its forms carry.
    pub csrf: [u8; 32],
    /// The passkey it was opened with; none in a demonstration.
    pub credential: Option<Vec<u8>>,
}

impl Session {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        Ok(Self {
            role: row.text(0)?,
            officer: row.parse(1, "officer number")?,
            post: row.parse(2, "post code")?,
            created: row.moment(3)?,
            last_seen: row.moment(4)?,
            expires: row.moment(5)?,
            csrf: row.hash(6)?,
            credential: row.optional_bytes(7)?,
        })
    }
}

async fn add(tx: &mut Tx, session: &Session, new: &NewSession) -> Result<(), DatabaseError> {
    let values = vec![
        Value::from(&new.token_hash),
        Value::from(session.role.as_str()),
        Value::from(session.officer.as_str()),
        Value::from(session.post.as_str()),
        Value::from(session.created),
        Value::from(session.expires),
        Value::from(&session.csrf),
        Value::Bytes(session.credential.clone()),
    ];
    tx.execute(&ADD_SESSION, values).await
}

impl Store {
    /// Opens a session for somebody who was recognised.
    pub async fn open_session(
        &self,
        role: &str,
        officer: &OfficerNumber,
        post: PostCode,
        now: Moment,
        new: &NewSession,
    ) -> Result<Session, DatabaseError> {
        let session = Session {
            role: role.to_owned(),
            officer: officer.clone(),
            post,
            created: now,
            last_seen: now,
            expires: new.expires,
            csrf: new.csrf,
            credential: new.credential.clone(),
        };
        let mut tx = self.main().begin().await?;
        add(&mut tx, &session, new).await?;
        tx.commit().await?;
        Ok(session)
    }

    /// The session of a token, while it lasts.
    pub async fn session(
        &self,
        token: &TokenHash,
        now: Moment,
    ) -> Result<Option<Session>, DatabaseError> {
        let rows = self
            .main()
            .fetch(&SESSION, vec![Value::from(token), Value::from(now)])
            .await?;
        rows.first().map(Session::read).transpose()
    }

    /// Notes that a session is in use. Within a minute of the last time it writes nothing, so that
    /// it may be called for every page.
    pub async fn touch_session(
        &self,
        token: &TokenHash,
        session: &Session,
        now: Moment,
    ) -> Result<(), DatabaseError> {
        if now.since(session.last_seen) < MINUTE {
            return Ok(());
        }
        let values = vec![
            Value::from(token),
            Value::from(now),
            Value::from(now.plus(-MINUTE)),
        ];
        let mut tx = self.main().begin().await?;
        tx.execute(&TOUCH, values).await?;
        tx.commit().await
    }

    /// Ends a session.
    pub async fn end_session(&self, token: &TokenHash) -> Result<(), DatabaseError> {
        let mut tx = self.main().begin().await?;
        tx.execute(&END, vec![Value::from(token)]).await?;
        tx.commit().await
    }

    /// Ends all sessions of an officer: access ends at once (DESIGN §6).
    pub async fn end_access(&self, officer: &OfficerNumber) -> Result<(), DatabaseError> {
        let mut tx = self.main().begin().await?;
        tx.execute(&END_ALL_OF, vec![Value::from(officer.as_str())])
            .await?;
        tx.commit().await
    }

    /// Deletes what only lasts for a time and whose time is over: sessions, ceremonies,
    /// and proposals a month after they could last be signed.
    pub async fn forget_expired(&self, now: Moment) -> Result<(), DatabaseError> {
        let mut tx = self.main().begin().await?;
        tx.execute(&FORGET_SESSIONS, vec![Value::from(now)]).await?;
        crate::ceremony::forget(&mut tx, now).await?;
        crate::proposal::forget(&mut tx, now).await?;
        tx.commit().await
    }
}

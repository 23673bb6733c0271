//! Acts that wait for their signatures.
//!
//! A proposal holds its entries sealed, as they will lie in the journal: nothing of a body can be
//! read here, and what is signed is what is appended. It is no act yet, so it stands outside the
//! journal; that it was declined is journaled, on the subject it was about.

use paso_domain::{crossings::PostCode, id::OfficerNumber};
use paso_formats::moment::{DAY, Moment};

use crate::{
    error::DatabaseError,
    sql::{Row, Value, statements},
    store::Store,
    tx::Tx,
};

/// How long a proposal can be looked up after it could last be signed, in seconds.
const KEPT: i64 = 30 * DAY;

statements! {
    ADD = "INSERT INTO proposal (id, command, officer, role, post, created, expires, sealed,
        expected, given) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND = "SELECT id, command, officer, role, post, created, expires, sealed, expected, given,
        end_state, ended_at, ended_by, end_reason FROM proposal WHERE id = $1";
    WAITING = "SELECT id, command, officer, role, post, created, expires, sealed, expected,
        given, end_state, ended_at, ended_by, end_reason FROM proposal
        WHERE end_state IS NULL AND expires > $1 ORDER BY created, id LIMIT $2";
    OF_OFFICER = "SELECT id, command, officer, role, post, created, expires, sealed, expected,
        given, end_state, ended_at, ended_by, end_reason FROM proposal
        WHERE officer = $1 ORDER BY created DESC, id LIMIT $2";
    SIGN = "UPDATE proposal SET given = $2, expires = $3
        WHERE id = $1 AND given = $4 AND end_state IS NULL RETURNING id";
    END = "UPDATE proposal SET end_state = $2, ended_at = $3, ended_by = $4, end_reason = $5
        WHERE id = $1 AND end_state IS NULL RETURNING id";
    FORGET = "DELETE FROM proposal WHERE expires <= $1";
}

/// An act as it is proposed. What the bytes mean is the caller's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProposal {
    /// Drawn at random; stands in an address.
    pub id: String,
    /// What would be done: the command's code.
    pub command: String,
    /// Who proposes it.
    pub officer: OfficerNumber,
    /// In which role.
    pub role: String,
    /// At which post.
    pub post: PostCode,
    /// When.
    pub created: Moment,
    /// From when it can no longer be signed.
    pub expires: Moment,
    /// Its entries, sealed.
    pub sealed: Vec<u8>,
    /// The versions it was decided on.
    pub expected: Vec<u8>,
    /// The act as it is signed, with the approvals given so far.
    pub given: Vec<u8>,
}

/// How a proposal ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalEnd {
    /// It is in the journal.
    Done,
    /// Somebody who could have signed would not.
    Declined,
    /// What it was decided on has changed meanwhile.
    Overtaken,
}

impl ProposalEnd {
    /// The stable code: stored, and the key of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Declined => "declined",
            Self::Overtaken => "overtaken",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::Done, Self::Declined, Self::Overtaken]
            .into_iter()
            .find(|end| end.code() == text)
    }
}

/// The end of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub how: ProposalEnd,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: OfficerNumber,
    /// The code of the reason, where one was given.
    pub reason: Option<String>,
}

/// A proposal and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// As it was proposed, with the approvals given since.
    pub made: NewProposal,
    /// Its end.
    pub ended: Option<Ended>,
}

impl Proposal {
    fn read(row: &Row) -> Result<Self, DatabaseError> {
        let ended = match row.optional_text(10)? {
            None => None,
            Some(text) => Some(Ended {
                how: ProposalEnd::read(&text)
                    .ok_or_else(|| DatabaseError::corrupt(row.statement, 10, "end"))?,
                at: row.moment(11)?,
                by: row.parse(12, "officer number")?,
                reason: row.optional_text(13)?,
            }),
        };
        Ok(Self {
            made: NewProposal {
                id: row.text(0)?,
                command: row.text(1)?,
                officer: row.parse(2, "officer number")?,
                role: row.text(3)?,
                post: row.parse(4, "post code")?,
                created: row.moment(5)?,
                expires: row.moment(6)?,
                sealed: row.bytes(7)?,
                expected: row.bytes(8)?,
                given: row.bytes(9)?,
            },
            ended,
        })
    }
}

impl Store {
    /// Keeps a proposal.
    pub async fn add_proposal(&self, new: &NewProposal) -> Result<(), DatabaseError> {
        let values = vec![
            Value::from(new.id.as_str()),
            Value::from(new.command.as_str()),
            Value::from(new.officer.as_str()),
            Value::from(new.role.as_str()),
            Value::from(new.post.as_str()),
            Value::from(new.created),
            Value::from(new.expires),
            Value::from(new.sealed.clone()),
            Value::from(new.expected.clone()),
            Value::from(new.given.clone()),
        ];
        let mut tx = self.main().begin().await?;
        tx.execute(&ADD, values).await?;
        tx.commit().await
    }

    /// A proposal.
    pub async fn proposal(&self, id: &str) -> Result<Option<Proposal>, DatabaseError> {
        let rows = self.main().fetch(&FIND, vec![Value::from(id)]).await?;
        rows.first().map(Proposal::read).transpose()
    }

    /// Proposals that can still be signed, oldest first.
    pub async fn waiting_proposals(
        &self,
        now: Moment,
        limit: u32,
    ) -> Result<Vec<Proposal>, DatabaseError> {
        let values = vec![Value::from(now), Value::from(u64::from(limit))];
        let rows = self.main().fetch(&WAITING, values).await?;
        rows.iter().map(Proposal::read).collect()
    }

    /// What an officer has proposed, newest first.
    pub async fn proposals_of(
        &self,
        officer: &OfficerNumber,
        limit: u32,
    ) -> Result<Vec<Proposal>, DatabaseError> {
        let values = vec![Value::from(officer.as_str()), Value::from(u64::from(limit))];
        let rows = self.main().fetch(&OF_OFFICER, values).await?;
        rows.iter().map(Proposal::read).collect()
    }

    /// Puts `given` in the place of the approvals of `before`, and says until when the rest may be
    /// given. Answers `false` when somebody else has signed or ended it meanwhile.
    pub async fn sign_proposal(
        &self,
        before: &Proposal,
        given: Vec<u8>,
        expires: Moment,
    ) -> Result<bool, DatabaseError> {
        let values = vec![
            Value::from(before.made.id.as_str()),
            Value::from(given),
            Value::from(expires),
            Value::from(before.made.given.clone()),
        ];
        let mut tx = self.main().begin().await?;
        let signed = !tx.fetch(&SIGN, values).await?.is_empty();
        tx.commit().await?;
        Ok(signed)
    }

    /// Ends a proposal. Answers `false` when it had ended before.
    pub async fn end_proposal(&self, id: &str, end: &Ended) -> Result<bool, DatabaseError> {
        let values = vec![
            Value::from(id),
            Value::from(end.how.code()),
            Value::from(end.at),
            Value::from(end.by.as_str()),
            Value::text(end.reason.as_deref()),
        ];
        let mut tx = self.main().begin().await?;
        let ended = !tx.fetch(&END, values).await?.is_empty();
        tx.commit().await?;
        Ok(ended)
    }
}

pub(crate) async fn forget(tx: &mut Tx, now: Moment) -> Result<(), DatabaseError> {
    tx.execute(&FORGET, vec![Value::from(now.plus(-KEPT))])
        .await
}

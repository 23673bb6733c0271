//! Approvals: what officers sign when they act gravely, and how a stranger verifies it.
//!
//! An [`Act`] is what is going to be recorded, in one form of bytes: deterministic CBOR
//!
//! ```text
//! [1, authority, command, at, post, officer, nonce (16), [[kind, commitment (32)], …]]
//! ```
//!
//! Each officer's passkey signs the challenge `SHA-256("paso approval v1" NUL ‖ act)` (DESIGN §4).
//! The commitments are those in the leaves of the log: they bind the bodies word for word, and
//! whoever verifies learns none of them. [`Approvals`] is the act with what was given for it, in
//! CBOR `[act, [[officer, role, at, assertion], …]]`; it stands on every row of the act, bound by
//! each row's leaf ([`crate::batch::Envelope::hash`]).
//!
//! What an officer signs is the act. In which role and at which second they did, the authority
//! writes beside it; the leaf binds that from then on, and the register of officers says which
//! roles they held.

use sha2::{Digest, Sha256};

use crate::{
    assertion::{Assertion, AssertionError, CredentialId, CredentialKey, Expectation, Seen},
    cbor::{self, CborError, Form, Reader, Writer},
    entry::Hash,
    moment::Moment,
};

/// What an `approvals` column holds where nobody signed: the empty list.
pub const NONE: &[u8] = &[0x80];

/// Most rows of one act. Today's largest has four.
pub const MAX_ROWS: usize = 256;
/// Most people who sign one act.
pub const MAX_GIVEN: usize = 8;
/// Most bytes of a code, a number or a name.
const MAX_TEXT: usize = 128;
/// Most bytes of all: every person with the largest assertion, every row with the longest kind.
pub const MAX_BYTES: usize = 128 * 1024;

const VERSION: u64 = 1;
/// In front of the act when it is hashed, so that no challenge of a sign-in can be one.
const TAG: &[u8] = b"paso approval v1\0";

/// When, where, by whom, and what: the act but for what it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActHeader {
    /// The authority's code, as bundles carry it.
    pub authority: String,
    /// The command's code.
    pub command: String,
    /// When it was prepared; the time that its events carry.
    pub at: Moment,
    /// The post.
    pub post: String,
    /// The officer who answers for it, and signs first.
    pub officer: String,
    /// Drawn for this act, so that two of them never have one challenge.
    pub nonce: [u8; 16],
}

/// One event of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActRow {
    /// Its kind.
    pub kind: String,
    /// The commitment to its body.
    pub commitment: Hash,
}

/// An act as it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    header: ActHeader,
    rows: Vec<ActRow>,
}

/// One person's approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The officer's number.
    pub officer: String,
    /// The code of the role in which they approved.
    pub role: String,
    /// When.
    pub at: Moment,
    /// What their passkey signed.
    pub assertion: Assertion,
}

/// An act, and what was given for it so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approvals {
    act: Act,
    given: Vec<Approval>,
}

/// Why something is no act, or no approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApprovals {
    /// Not deterministic CBOR.
    #[error("{0}")]
    Cbor(#[from] CborError),
    /// Not the fields of approvals, or one of them beyond its limit.
    #[error("the bytes are not approvals; run an audit and restore the row from the mirror")]
    Fields,
    /// Written by a newer program.
    #[error(
        "the approvals have version {0}, and 1 is the only one known here; use a newer program"
    )]
    Version(u64),
    /// More rows or people than an act has, or none of either.
    #[error("an act has 1 to 256 events and at most 8 people sign it; split it into several")]
    Count,
}

impl Act {
    /// An act of at least one event.
    pub fn new(header: ActHeader, rows: Vec<ActRow>) -> Result<Self, NotApprovals> {
        if !(1..=MAX_ROWS).contains(&rows.len()) {
            return Err(NotApprovals::Count);
        }
        let texts = [
            &header.authority,
            &header.command,
            &header.post,
            &header.officer,
        ];
        let kinds = rows.iter().map(|row| &row.kind);
        if texts.into_iter().chain(kinds).all(|text| is_word(text)) {
            Ok(Self { header, rows })
        } else {
            Err(NotApprovals::Fields)
        }
    }

    /// When, where, by whom, and what.
    #[must_use]
    pub const fn header(&self) -> &ActHeader {
        &self.header
    }

    /// Its events, in the order in which they are recorded.
    #[must_use]
    pub fn rows(&self) -> &[ActRow] {
        &self.rows
    }

    /// The one form of bytes.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(256);
        let header = &self.header;
        writer.array(8).uint(VERSION).text(&header.authority);
        writer.text(&header.command).int(header.at.unix());
        writer.text(&header.post).text(&header.officer);
        writer.bytes(&header.nonce).array(self.rows.len());
        for row in &self.rows {
            writer.array(2).text(&row.kind).bytes(&row.commitment);
        }
        writer.into_bytes()
    }

    /// What passkeys sign.
    #[must_use]
    pub fn challenge(&self) -> Hash {
        let mut hash = Sha256::new_with_prefix(TAG);
        hash.update(self.to_cbor());
        hash.finalize().into()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, NotApprovals> {
        if reader.array() != Some(8) {
            return Err(NotApprovals::Fields);
        }
        match reader.uint() {
            Some(VERSION) => {}
            Some(other) => return Err(NotApprovals::Version(other)),
            None => return Err(NotApprovals::Fields),
        }
        let (header, count) = read_header(reader).ok_or(NotApprovals::Fields)?;
        let count = bounded(count, MAX_ROWS)?;
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            rows.push(ActRow::read(reader).ok_or(NotApprovals::Fields)?);
        }
        Self::new(header, rows)
    }
}

/// The header, and how many rows follow.
fn read_header(reader: &mut Reader<'_>) -> Option<(ActHeader, u64)> {
    let header = ActHeader {
        authority: reader.text()?.to_owned(),
        command: reader.text()?.to_owned(),
        at: moment(reader)?,
        post: reader.text()?.to_owned(),
        officer: reader.text()?.to_owned(),
        nonce: reader.bytes()?.try_into().ok()?,
    };
    Some((header, reader.array()?))
}

/// A moment that is written as it was read.
fn moment(reader: &mut Reader<'_>) -> Option<Moment> {
    let seconds = reader.int()?;
    let moment = Moment::from_unix(seconds);
    (moment.unix() == seconds).then_some(moment)
}

fn is_word(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.len())
}

fn bounded(count: u64, limit: usize) -> Result<usize, NotApprovals> {
    usize::try_from(count)
        .ok()
        .filter(|count| *count <= limit)
        .ok_or(NotApprovals::Count)
}

impl ActRow {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 2).then_some(())?;
        Some(Self {
            kind: reader.text()?.to_owned(),
            commitment: reader.bytes()?.try_into().ok()?,
        })
    }
}

impl Approval {
    fn write(&self, writer: &mut Writer) {
        writer.array(4).text(&self.officer).text(&self.role);
        writer.int(self.at.unix());
        self.assertion.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 4).then_some(())?;
        let approval = Self {
            officer: reader.text()?.to_owned(),
            role: reader.text()?.to_owned(),
            at: moment(reader)?,
            assertion: Assertion::read(reader).ok()?,
        };
        approval.is_sound().then_some(approval)
    }

    fn is_sound(&self) -> bool {
        is_word(&self.officer) && is_word(&self.role)
    }
}

impl Approvals {
    /// An act for which nothing was given yet.
    #[must_use]
    pub const fn of(act: Act) -> Self {
        Self {
            act,
            given: Vec::new(),
        }
    }

    /// The same with one approval more. Whether it is good, [`Approvals::verify`] says.
    pub fn with(mut self, approval: Approval) -> Result<Self, NotApprovals> {
        if self.given.len() >= MAX_GIVEN {
            return Err(NotApprovals::Count);
        }
        if !approval.is_sound() {
            return Err(NotApprovals::Fields);
        }
        self.given.push(approval);
        Ok(self)
    }

    /// The act.
    #[must_use]
    pub const fn act(&self) -> &Act {
        &self.act
    }

    /// What was given for it, in order.
    #[must_use]
    pub fn given(&self) -> &[Approval] {
        &self.given
    }

    /// Whether this event is one of the act's.
    #[must_use]
    pub fn covers(&self, kind: &str, commitment: &Hash) -> bool {
        let mut rows = self.act.rows.iter();
        rows.any(|row| row.kind == kind && row.commitment == *commitment)
    }

    /// Deterministic CBOR.
    #[must_use]
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(1024);
        writer.array(2).raw(&self.act.to_cbor());
        writer.array(self.given.len());
        for approval in &self.given {
            approval.write(&mut writer);
        }
        writer.into_bytes()
    }

    /// Reads the `approvals` of a row; none where nobody signed. What is read is written again as
    /// the same bytes.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, NotApprovals> {
        if bytes == NONE {
            return Ok(None);
        }
        if bytes.len() > MAX_BYTES {
            return Err(NotApprovals::Fields);
        }
        cbor::check(bytes, Form::Canonical)?;
        let mut reader = Reader::new(bytes);
        if reader.array() != Some(2) {
            return Err(NotApprovals::Fields);
        }
        let act = Act::read(&mut reader)?;
        let count = bounded(reader.array().ok_or(NotApprovals::Fields)?, MAX_GIVEN)?;
        let mut given = Vec::with_capacity(count);
        for _ in 0..count {
            given.push(Approval::read(&mut reader).ok_or(NotApprovals::Fields)?);
        }
        Ok(Some(Self { act, given }))
    }
}

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

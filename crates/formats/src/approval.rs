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
    assertion::Assertion,
    cbor::{self, CborError, Form, Reader, Writer},
    entry::Hash,
    moment::Moment,
};

mod file;
mod verify;

pub use file::{
    ApprovalsFile, ExportHeader, ExportedRow, FileError, Passkey, UnwritableFile, write,
};
pub use verify::{ApprovalError, Registered, Signer, Verified};

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

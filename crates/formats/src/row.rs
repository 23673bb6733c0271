//! A row of the journal as it travels: the leaf, and the sealed envelope that the leaf binds.
//!
//! In deterministic CBOR (RFC 8949 §4.2.1): `[leaf, subject, kind, schema, minute, sealed,
//! commitment, approvals, statement]`, or `[leaf]` for a heartbeat. A row whose leaf does not bind
//! its envelope is not read at all; who signed the leaf is for [`crate::chain`] to say.

use sha2::{Digest, Sha256};

use crate::{
    cbor::{self, CborError, Form},
    entry::{Binding, Content, Entry, EntryError, Hash, Minute},
    envelope::{Label, Sealed},
};

/// Bytes of a row's CBOR. A body holds facts and at most a portrait; nothing near this size.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// Bytes of a subject's text form; the longest today has 44.
pub const MAX_SUBJECT_BYTES: usize = 128;
/// Bytes of a kind; the longest today has 25.
pub const MAX_KIND_BYTES: usize = 64;

/// In front of an envelope's fields when they are hashed.
const ENVELOPE_TAG: &[u8] = b"paso envelope v1\0";

/// One row: the leaf, and the envelope it binds unless it is a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The leaf.
    pub entry: Entry,
    /// The event; none exactly where the leaf is a heartbeat.
    pub envelope: Option<Envelope<'a>>,
}

/// An event's envelope as the journal keeps it (DESIGN §4), without what the leaf says already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Text form of the subject.
    pub subject: &'a str,
    /// Kind of the event.
    pub kind: &'a str,
    /// Schema version of the body, from 1.
    pub schema: u16,
    /// The minute in which it happened. The leaf's is the minute in which it was recorded; after a
    /// day on paper they differ.
    pub time: Minute,
    /// The sealed body. It stays when its subject is forgotten: the key goes, not the row.
    pub sealed: &'a [u8],
    /// The commitment beside it, the same as the leaf's.
    pub commitment: Hash,
    /// Approvals: deterministic CBOR, not looked into here.
    pub approvals: &'a [u8],
    /// What the ombudsman is told of it, sealed to the ombudsman; empty for most events.
    pub statement: &'a [u8],
}

/// What is wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowError {
    /// More than [`MAX_ROW_BYTES`].
    #[error("it is larger than any row")]
    TooLarge,
    /// Not deterministic CBOR.
    #[error("{0}")]
    Cbor(#[from] CborError),
    /// Not the fields of a row, or one of them beyond its limit.
    #[error("its fields are not those of a row")]
    Fields,
    /// The leaf is none.
    #[error("{0}")]
    Entry(#[from] EntryError),
    /// The leaf is of another stream than the header's.
    #[error("its leaf is of another stream")]
    ForeignStream,
    /// Its number does not lie after the row before, or not between the header's first and last.
    #[error("it is out of order")]
    OutOfOrder,
    /// The leaf does not bind this row's envelope, or only one of the two is there.
    #[error("its leaf does not bind its event: the row was altered, or belongs elsewhere")]
    Commitment,
}

impl<'a> Envelope<'a> {
    /// What the body is bound to.
    #[must_use]
    pub const fn label(&self) -> Label<'a> {
        Label {
            subject: self.subject,
            kind: self.kind,
            schema: self.schema,
        }
    }

    /// The body with its commitment, to be opened with the subject's key.
    #[must_use]
    pub fn to_sealed(&self) -> Sealed {
        Sealed {
            bytes: self.sealed.to_vec(),
            commitment: self.commitment,
        }
    }

    /// What the leaf binds of the row: `SHA-256("paso envelope v1" NUL ‖ CBOR[subject, kind, schema,
    /// minute, SHA-256(sealed), commitment, SHA-256(approvals), SHA-256(statement)])`. The nonce in
    /// front of every sealed body is random, so the hash tells nobody what it binds.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut writer = cbor::Writer::with_capacity(256);
        writer.array(8).text(self.subject).text(self.kind);
        writer.uint(u64::from(self.schema));
        writer.uint(u64::from(self.time.0));
        writer.bytes(&Sha256::digest(self.sealed));
        writer.bytes(&self.commitment);
        writer.bytes(&Sha256::digest(self.approvals));
        writer.bytes(&Sha256::digest(self.statement));
        let mut hash = Sha256::new_with_prefix(ENVELOPE_TAG);
        hash.update(writer.into_bytes());
        hash.finalize().into()
    }

    /// What the leaf of this envelope holds of it.
    #[must_use]
    pub fn binding(&self) -> Binding {
        Binding {
            commitment: self.commitment,
            envelope: self.hash(),
        }
    }

    pub(crate) fn is_sound(&self) -> bool {
        (1..=MAX_SUBJECT_BYTES).contains(&self.subject.len())
            && (1..=MAX_KIND_BYTES).contains(&self.kind.len())
            && self.schema >= 1
    }

    fn read(reader: &mut cbor::Reader<'a>) -> Option<Self> {
        let envelope = Self {
            subject: reader.text()?,
            kind: reader.text()?,
            schema: reader.uint()?.try_into().ok()?,
            time: Minute(reader.uint()?.try_into().ok()?),
            sealed: reader.bytes()?,
            commitment: reader.bytes()?.try_into().ok()?,
            approvals: reader.bytes()?,
            statement: reader.bytes()?,
        };
        envelope.is_sound().then_some(envelope)
    }
}

impl<'a> Row<'a> {
    pub(crate) fn read(frame: &'a [u8]) -> Result<Self, RowError> {
        cbor::check(frame, Form::Canonical)?;
        let mut reader = cbor::Reader::new(frame);
        let fields = reader.array().ok_or(RowError::Fields)?;
        let entry = Entry::read(reader.bytes().ok_or(RowError::Fields)?)?;
        let envelope = match fields {
            1 => None,
            9 => Some(Envelope::read(&mut reader).ok_or(RowError::Fields)?),
            _ => return Err(RowError::Fields),
        };
        let row = Self { entry, envelope };
        if row.is_bound() {
            Ok(row)
        } else {
            Err(RowError::Commitment)
        }
    }

    /// Whether leaf and envelope belong together, as can be told without a key.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        match (self.entry.content(), &self.envelope) {
            (Content::Heartbeat, None) => true,
            (Content::Event(_, binding), Some(envelope)) => binding == envelope.binding(),
            _ => false,
        }
    }

    pub(crate) fn to_cbor(&self) -> Vec<u8> {
        let leaf = self.entry.to_bytes();
        let mut writer = cbor::Writer::with_capacity(640);
        let Some(envelope) = &self.envelope else {
            writer.array(1).bytes(&leaf);
            return writer.into_bytes();
        };
        writer.array(9).bytes(&leaf);
        writer.text(envelope.subject).text(envelope.kind);
        writer.uint(u64::from(envelope.schema));
        writer.uint(u64::from(envelope.time.0));
        writer.bytes(envelope.sealed).bytes(&envelope.commitment);
        writer.bytes(envelope.approvals).bytes(envelope.statement);
        writer.into_bytes()
    }
}

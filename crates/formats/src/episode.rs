//! The export of an episode of custody, for a judge or a lawyer: everything that the journal holds
//! under the episode, opened, with what is needed to hold it against the log on one's own computer.
//!
//! A `COSE_Sign1` with a protected type of its own, signed by a device of the authority; its payload
//! is the CBOR array [authority, subject, at, officer, rows], a row is [version, leaf, proof, opened],
//! opened is [kind, schema, body, `k_event`]. Proof and opened may be null: the log has not taken the
//! leaf in yet; or the row is there and its body is withheld, which shows. A body is given as the
//! journal has it, byte for byte, with the key that opens this one commitment and no other
//! ([`crate::envelope`]).
//!
//! Rows stand on their own legs: a body is held against its leaf's commitment, the leaf against the
//! device's key and, through its proof, against a head that the log signed and witnesses
//! countersigned. The file's own signature says one thing more: who hands this out as the whole of
//! the episode. What cannot be told from the file alone is that the last rows were not left out; the
//! ombudsman's count of the episode's statements tells it, and the docs say so.

use core::num::NonZeroU64;

use crate::{
    batch::MAX_AUTHORITY_BYTES,
    cbor::{self, CborError, Form, Reader, Writer},
    cose::{self, CoseError, Sign1, Tagging},
    entry::{Content, Entry, EntryError},
    envelope::{self, Label, OpenError, Sealed, SubjectKey},
    key::{KeyId, PublicKey, Sign, SignError},
    moment::Moment,
    row::{MAX_KIND_BYTES, MAX_SUBJECT_BYTES},
};

mod judge;

pub use judge::{ExportFinding, ExportVerdict, RowFinding, RowVerdict, SequenceFault, judge};

/// The protected type of an export.
pub const TYP: &str = "paso/episode-export";

/// The largest file read.
pub const MAX_EXPORT_BYTES: usize = 16 * 1024 * 1024;
/// The most rows of one episode.
pub const MAX_ROWS: usize = 4096;
/// The largest body: facts in words.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// The most bytes of an officer's number.
pub const MAX_OFFICER_BYTES: usize = 64;

/// A body as the journal has it, and what opens its commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// Kind of the event.
    pub kind: String,
    /// Schema version of the body.
    pub schema: u16,
    /// The plain body.
    pub body: Vec<u8>,
    /// The key that opens this one commitment.
    pub k_event: [u8; 32],
}

/// What a person went through is not for a program's log.
impl core::fmt::Debug for Opened {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Opened({} {}, …)", self.kind, self.schema)
    }
}

/// One row under the episode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number under the episode, from 1, by the authority's word.
    pub version: NonZeroU64,
    /// Its leaf.
    pub leaf: Entry,
    /// The log's proof that holds the leaf, a C2SP tlog-proof; none while there is none.
    pub proof: Option<Vec<u8>>,
    /// What it says; none where that is withheld.
    pub opened: Option<Opened>,
}

impl Row {
    /// A row of the journal, opened with its subject's key.
    pub fn open(
        version: NonZeroU64,
        leaf: Entry,
        label: Label<'_>,
        sealed: &Sealed,
        key: &SubjectKey,
        proof: Option<Vec<u8>>,
    ) -> Result<Self, OpenError> {
        let body = envelope::open(sealed, label, key)?;
        let k_event = envelope::event_key(&sealed.bytes, key).ok_or(OpenError::Truncated)?;
        Ok(Self {
            version,
            leaf,
            proof,
            opened: Some(Opened {
                kind: label.kind.to_owned(),
                schema: label.schema,
                body,
                k_event: *k_event,
            }),
        })
    }

    /// Whether the leaf is of an event, and the body the one that it commits to. A withheld body
    /// contradicts nothing, and proves nothing: the leaf could be of anybody.
    #[must_use]
    pub fn is_bound(&self, subject: &str) -> bool {
        if self.leaf.content() == Content::Heartbeat {
            return false;
        }
        self.opened.as_ref().is_none_or(|opened| {
            let label = Label {
                subject,
                kind: &opened.kind,
                schema: opened.schema,
            };
            envelope::commit(&opened.k_event, label, &opened.body) == self.leaf.commitment()
        })
    }
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The authority's code.
    pub authority: String,
    /// The episode, as subjects are written: `episode:` and 32 digits.
    pub subject: String,
    /// When it was made.
    pub at: Moment,
    /// Who made it.
    pub officer: String,
    /// All rows, by their numbers.
    pub rows: Vec<Row>,
}

/// Why an export is not written, or bytes are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// More than [`MAX_EXPORT_BYTES`].
    #[error("the file is larger than any export of an episode; choose the right file")]
    TooLarge,
    /// Not a `COSE_Sign1`.
    #[error("this is not an export of an episode ({0}); ask for it again")]
    Cose(#[from] CoseError),
    /// Signed, but another kind of file.
    #[error("the file is signed but is no export of an episode; choose the right file")]
    WrongType,
    /// The content is not CBOR in its one form.
    #[error("the export cannot be read ({0}); ask for it again")]
    Cbor(CborError),
    /// The fields in front of the rows.
    #[error("the export's first fields are damaged or too long; ask for it again")]
    Header,
    /// A row, counted from 1.
    #[error("row {0} of the export is damaged or too long; ask for it again")]
    Row(usize),
    /// A row whose leaf is none.
    #[error("row {at} of the export has no leaf: {cause}")]
    Leaf {
        /// Which row, from 1.
        at: usize,
        /// What is wrong with it.
        cause: EntryError,
    },
    /// None, or more than [`MAX_ROWS`].
    #[error("an episode has 1 to {MAX_ROWS} rows and this has {0}; export it again")]
    Rows(u64),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

impl Export {
    /// Signs the export. What could not be read again is not signed; whether its rows hold is for
    /// [`judge`] to say, also of one's own.
    pub fn sign(&self, signer: &dyn Sign) -> Result<Vec<u8>, ExportError> {
        if !self.is_sound() {
            return Err(ExportError::Header);
        }
        let rows = self.rows.len();
        if !(1..=MAX_ROWS).contains(&rows) {
            return Err(ExportError::Rows(rows as u64));
        }
        if let Some(at) = self.rows.iter().position(|row| !row.is_sound()) {
            return Err(ExportError::Row(at + 1));
        }
        let bytes = cose::sign(&self.to_cbor(), Some(TYP), signer)?;
        if bytes.len() > MAX_EXPORT_BYTES {
            return Err(ExportError::TooLarge);
        }
        Ok(bytes)
    }

    fn is_sound(&self) -> bool {
        let fits = |text: &str, most| (1..=most).contains(&text.len());
        fits(&self.authority, MAX_AUTHORITY_BYTES)
            && fits(&self.subject, MAX_SUBJECT_BYTES)
            && fits(&self.officer, MAX_OFFICER_BYTES)
    }

    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(1024 * (1 + self.rows.len()));
        writer.array(5);
        writer.text(&self.authority).text(&self.subject);
        writer.int(self.at.unix()).text(&self.officer);
        writer.array(self.rows.len());
        for row in &self.rows {
            row.write(&mut writer);
        }
        writer.into_bytes()
    }

    fn from_cbor(payload: &[u8]) -> Result<Self, ExportError> {
        cbor::check(payload, Form::Canonical).map_err(ExportError::Cbor)?;
        let mut reader = Reader::new(payload);
        let (mut export, rows) = Self::header(&mut reader)
            .filter(|(export, _)| export.is_sound())
            .ok_or(ExportError::Header)?;
        if !(1..=MAX_ROWS as u64).contains(&rows) {
            return Err(ExportError::Rows(rows));
        }
        for at in 1..=MAX_ROWS.min(usize::try_from(rows).unwrap_or(MAX_ROWS)) {
            export.rows.push(Row::read(&mut reader, at)?);
        }
        Ok(export)
    }

    /// Everything in front of the rows, and how many there are.
    fn header(reader: &mut Reader<'_>) -> Option<(Self, u64)> {
        (reader.array()? == 5).then_some(())?;
        let export = Self {
            authority: reader.text()?.to_owned(),
            subject: reader.text()?.to_owned(),
            at: reader.moment()?,
            officer: reader.text()?.to_owned(),
            rows: Vec::new(),
        };
        Some((export, reader.array()?))
    }
}

impl Row {
    fn is_sound(&self) -> bool {
        self.opened.as_ref().is_none_or(|opened| {
            (1..=MAX_KIND_BYTES).contains(&opened.kind.len())
                && opened.schema >= 1
                && opened.body.len() <= MAX_BODY_BYTES
        })
    }

    fn write(&self, writer: &mut Writer) {
        writer.array(4).uint(self.version.get());
        writer.bytes(&self.leaf.to_bytes());
        match &self.proof {
            None => writer.null(),
            Some(proof) => writer.bytes(proof),
        };
        match &self.opened {
            None => writer.null(),
            Some(opened) => {
                writer.array(4).text(&opened.kind);
                writer.uint(u64::from(opened.schema));
                writer.bytes(&opened.body).bytes(&opened.k_event)
            }
        };
    }

    fn read(reader: &mut Reader<'_>, at: usize) -> Result<Self, ExportError> {
        let broken = || ExportError::Row(at);
        let four = reader.array() == Some(4);
        let version = reader.uint().filter(|_| four).and_then(NonZeroU64::new);
        let version = version.ok_or_else(broken)?;
        let leaf = reader.bytes().ok_or_else(broken)?;
        let row = Self {
            version,
            leaf: Entry::read(leaf).map_err(|cause| ExportError::Leaf { at, cause })?,
            proof: match reader.null() {
                Some(()) => None,
                None => Some(reader.bytes().ok_or_else(broken)?.to_vec()),
            },
            opened: match reader.null() {
                Some(()) => None,
                None => Some(Opened::read(reader).ok_or_else(broken)?),
            },
        };
        if row.is_sound() {
            Ok(row)
        } else {
            Err(broken())
        }
    }
}

impl Opened {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 4).then_some(())?;
        Some(Self {
            kind: reader.text()?.to_owned(),
            schema: reader.uint()?.try_into().ok()?,
            body: reader.bytes()?.to_vec(),
            k_event: reader.bytes()?.try_into().ok()?,
        })
    }
}

/// An export as it was received; nothing of it is verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedExport {
    envelope: Sign1,
    export: Export,
}

impl SignedExport {
    /// Reads an export.
    pub fn read(bytes: &[u8]) -> Result<Self, ExportError> {
        if bytes.len() > MAX_EXPORT_BYTES {
            return Err(ExportError::TooLarge);
        }
        let envelope = Sign1::read(bytes.to_vec(), Tagging::Sign1Only)?;
        if envelope.typ() != Some(TYP) {
            return Err(ExportError::WrongType);
        }
        let export = Export::from_cbor(envelope.payload())?;
        Ok(Self { envelope, export })
    }

    /// What it says.
    #[must_use]
    pub const fn export(&self) -> &Export {
        &self.export
    }

    /// The name of the key that is said to have signed.
    #[must_use]
    pub fn key_id(&self) -> Option<KeyId> {
        self.envelope.key_id()
    }

    /// Whether `key` signed the file.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.envelope.verify(key).is_ok()
    }
}

//! All approvals of a register as a file, for whoever checks them elsewhere: with no database and no
//! personal data in it.
//!
//! ```text
//! "paso approvals 1" LF
//! u32 length, header: [authority, rp id, [origin, …], up to position, passkeys, rows]
//! u32 length, passkey: [position, officer, credential, COSE key, from, until or null]
//! u32 length, row:     [position, kind, command, approvals, leaf (230 bytes)]
//! SHA-256 of all before (32 bytes)
//! ```
//!
//! Numbers are big-endian, CBOR is deterministic (RFC 8949 §4.2.1). First come the passkeys, each with
//! the position at which the register learned of it and its window; then the rows, in the journal's
//! order: every one that somebody signed or should have. `command` is the command it must have come
//! from, by the authority's word, and empty where none asks for a signature.
//!
//! What links a row to the log is its leaf: the log holds its hash, it holds the commitment that the
//! passkeys signed, and the hash of the envelope that binds these very approvals. Who has the row, as
//! a mirror has, makes that hash again ([`crate::batch::Envelope::hash`]).

use super::MAX_BYTES;
use crate::{
    assertion::{CredentialId, CredentialKey},
    cbor::{self, Form, Reader, Writer},
    entry::Entry,
    framed::{Frame, Framed, FramedError, Frames},
    moment::Moment,
};

const FRAMED: Framed = Framed {
    name: b"paso approvals ",
    version: 1,
    header_bytes: 16 * 1024,
    row_bytes: MAX_BYTES + 1024,
};
/// Most origins of an authority: its own and one for each post.
const MAX_ORIGINS: usize = 128;

/// What an export says it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportHeader {
    /// The authority's code.
    pub authority: String,
    /// The relying party's id.
    pub rp_id: String,
    /// The origins at which its officers sign.
    pub origins: Vec<String>,
    /// The journal's last position at the time.
    pub up_to: u64,
}

/// A passkey as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// Where in the journal it was added.
    pub position: u64,
    /// Whose it is.
    pub officer: String,
    /// Its name.
    pub credential: CredentialId,
    /// Its public key.
    pub key: CredentialKey,
    /// From when it counts.
    pub from: Moment,
    /// From when it no longer does.
    pub until: Option<Moment>,
}

/// A row that somebody signed, or should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedRow {
    /// Its position in the journal.
    pub position: u64,
    /// Its kind.
    pub kind: String,
    /// The command it must have come from; empty where none asks for a signature.
    pub command: String,
    /// Its approvals as they lie there, which may be none or damaged.
    pub approvals: Vec<u8>,
    /// Its leaf.
    pub leaf: Entry,
}

/// A whole export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalsFile {
    /// Whose, and up to where.
    pub header: ExportHeader,
    /// The passkeys.
    pub passkeys: Vec<Passkey>,
    /// The rows, in the journal's order.
    pub rows: Vec<ExportedRow>,
}

/// Why bytes are no export of approvals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Another kind of file.
    #[error(
        "this is no export of approvals; choose the file that `paso audit approvals --export` wrote"
    )]
    Another,
    /// Written by a later version.
    #[error("the export is of version {0}, and 1 is the only one known here; use a newer program")]
    Newer(u32),
    /// The file ends in the middle.
    #[error("the export ends in the middle, after {whole} whole rows; copy it again")]
    Torn {
        /// Whole rows before the end.
        whole: u64,
    },
    /// The closing hash does not fit.
    #[error("the export was altered or damaged on its way; copy it again")]
    Altered,
    /// Whole, and yet not as one is written.
    #[error("row {0} of the export breaks the format; export it again, and report this")]
    Row(u64),
    /// The header is none.
    #[error("the export's header breaks the format; export it again, and report this")]
    Header,
}

impl From<FramedError> for FileError {
    fn from(error: FramedError) -> Self {
        match error {
            FramedError::Another => Self::Another,
            FramedError::Newer(version) => Self::Newer(version),
            FramedError::Torn { whole } => Self::Torn { whole },
            FramedError::Altered => Self::Altered,
            FramedError::Header => Self::Header,
        }
    }
}

/// An export that would not be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the approvals cannot be exported as asked: a name, or the list of origins, is too long")]
pub struct UnwritableFile;

/// The bytes of an export.
pub fn write(file: &ApprovalsFile) -> Result<Vec<u8>, UnwritableFile> {
    let mut bytes = Vec::new();
    let header = file.header.to_cbor(file.passkeys.len(), file.rows.len());
    if header.len() > FRAMED.header_bytes || file.header.origins.len() > MAX_ORIGINS {
        return Err(UnwritableFile);
    }
    let mut sink = FRAMED.begin(&header, &mut bytes);
    let passkeys = file.passkeys.iter().map(Passkey::to_cbor);
    for frame in passkeys.chain(file.rows.iter().map(ExportedRow::to_cbor)) {
        if frame.len() > FRAMED.row_bytes {
            return Err(UnwritableFile);
        }
        sink.frame(&frame, &mut bytes);
    }
    sink.close(&mut bytes);
    Ok(bytes)
}

impl ApprovalsFile {
    /// Reads an export whole. What is read is written again as the same bytes; nothing of it is
    /// verified yet.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        let opened = FRAMED.open(bytes, |frame| {
            let (header, passkeys, rows) = ExportHeader::read(frame)?;
            let count = passkeys.checked_add(rows)?;
            Some(((header, passkeys, rows), count))
        })?;
        let (header, passkeys, rows) = opened.header;
        let mut file = Self {
            header,
            passkeys: Vec::new(),
            rows: Vec::new(),
        };
        let mut frames = Frames(opened.rows);
        for at in 1..=passkeys + rows {
            let Frame::Whole(frame) = frames.next_frame(FRAMED.row_bytes) else {
                return Err(FileError::Row(at));
            };
            cbor::check(frame, Form::Canonical).map_err(|_| FileError::Row(at))?;
            let mut reader = Reader::new(frame);
            if at <= passkeys {
                let passkey = Passkey::read(&mut reader).ok_or(FileError::Row(at))?;
                file.passkeys.push(passkey);
            } else {
                let row = ExportedRow::read(&mut reader).ok_or(FileError::Row(at))?;
                let last = file.rows.last().map_or(0, |row| row.position);
                if row.position <= last {
                    return Err(FileError::Row(at));
                }
                file.rows.push(row);
            }
        }
        match frames.next_frame(FRAMED.row_bytes) {
            Frame::End => Ok(file),
            _ => Err(FileError::Row(passkeys + rows + 1)),
        }
    }
}

impl ExportHeader {
    fn to_cbor(&self, passkeys: usize, rows: usize) -> Vec<u8> {
        let mut writer = Writer::with_capacity(128);
        writer.array(6).text(&self.authority).text(&self.rp_id);
        writer.array(self.origins.len());
        for origin in &self.origins {
            writer.text(origin);
        }
        writer.uint(self.up_to);
        writer.uint(passkeys as u64).uint(rows as u64);
        writer.into_bytes()
    }

    fn read(frame: &[u8]) -> Option<(Self, u64, u64)> {
        cbor::check(frame, Form::Canonical).ok()?;
        let mut reader = Reader::new(frame);
        (reader.array()? == 6).then_some(())?;
        let authority = reader.text()?.to_owned();
        let rp_id = reader.text()?.to_owned();
        let count = reader.array()?;
        let mut origins = Vec::new();
        for _ in 0..count {
            (origins.len() < MAX_ORIGINS).then_some(())?;
            origins.push(reader.text()?.to_owned());
        }
        let header = Self {
            authority,
            rp_id,
            origins,
            up_to: reader.uint()?,
        };
        Some((header, reader.uint()?, reader.uint()?))
    }
}

impl Passkey {
    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(256);
        writer.array(6).uint(self.position).text(&self.officer);
        writer.bytes(self.credential.as_bytes());
        writer.bytes(&self.key.to_cose()).int(self.from.unix());
        match self.until {
            Some(until) => writer.int(until.unix()),
            None => writer.null(),
        };
        writer.into_bytes()
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 6).then_some(())?;
        Some(Self {
            position: reader.uint()?,
            officer: reader.text()?.to_owned(),
            credential: CredentialId::new(reader.bytes()?.to_vec()).ok()?,
            key: CredentialKey::from_cose(reader.bytes()?).ok()?,
            from: super::moment(reader)?,
            until: match reader.null() {
                Some(()) => None,
                None => Some(super::moment(reader)?),
            },
        })
    }
}

impl ExportedRow {
    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(1024);
        writer.array(5).uint(self.position).text(&self.kind);
        writer.text(&self.command).bytes(&self.approvals);
        writer.bytes(&self.leaf.to_bytes());
        writer.into_bytes()
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        (reader.array()? == 5).then_some(())?;
        Some(Self {
            position: reader.uint()?,
            kind: reader.text()?.to_owned(),
            command: reader.text()?.to_owned(),
            approvals: reader.bytes()?.to_vec(),
            leaf: Entry::read(reader.bytes()?).ok()?,
        })
    }
}

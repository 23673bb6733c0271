//! A stretch of one device's stream as a file: to carry on a stick where no network goes, to hand to
//! a mirror, to keep.
//!
//! Layout, numbers big-endian, CBOR deterministic (RFC 8949 §4.2.1):
//!
//! ```text
//! "paso stream batch 1" LF
//! u32 length, header: [authority, stream (16 bytes), first, last, count]
//! count times:
//! u32 length, row:    [leaf (198 bytes), subject, kind, schema, minute, sealed, commitment, approvals]
//!                     or, for a heartbeat, [leaf]
//! SHA-256 of all before (32 bytes)
//! ```
//!
//! Rows ascend in sequence; `first` and `last` are those of the first and last row, so a batch with
//! holes says so by its count. The closing hash tells a damaged copy from a whole one and proves
//! nothing else: who wrote a row is proven by its leaf's signature ([`crate::chain`]), and that a
//! body is the one committed to by opening it ([`crate::envelope`]).
//!
//! [`Batch::read`] looks at everything before it hands out anything, so an importer that writes rows
//! as it meets them never writes half of a torn file. It borrows from the bytes it is given and
//! needs no memory of its own beyond a row. To read a row twice is harmless to the importer as long
//! as the pair of stream and sequence is unique where rows are kept; [`Batch::rows_after`] spares it
//! the work.

use sha2::{Digest, Sha256};

use crate::{
    cbor::{self, CborError, Form},
    entry::{Content, Entry, EntryError, Hash, MAX_SEQUENCE, Minute, StreamId},
    envelope::{Label, Sealed},
};

mod write;

pub use write::{WriteError, Writer, write};

/// What every batch begins with; then the version in decimal and a line feed.
const NAME: &[u8] = b"paso stream batch ";
const VERSION: u32 = 1;
/// Bytes of the closing hash.
const CLOSING: usize = 32;

/// Bytes of a row's CBOR. A body holds facts and at most a portrait; nothing near this size.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// Bytes of the header's CBOR.
pub const MAX_HEADER_BYTES: usize = 256;
/// Bytes of the authority's short name.
pub const MAX_AUTHORITY_BYTES: usize = 64;
/// Bytes of a subject's text form; the longest today has 44.
pub const MAX_SUBJECT_BYTES: usize = 128;
/// Bytes of a kind; the longest today has 25.
pub const MAX_KIND_BYTES: usize = 64;

/// What a batch says it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The short name of the authority whose register it is, such as `MX-INM`.
    pub authority: String,
    /// The stream.
    pub stream: StreamId,
    /// Sequence of the first row.
    pub first: u64,
    /// Sequence of the last row.
    pub last: u64,
    /// Number of rows; less than `last - first + 1` where there are holes.
    pub count: u64,
}

impl Header {
    fn is_sound(&self) -> bool {
        (1..=MAX_AUTHORITY_BYTES).contains(&self.authority.len())
            && self.first >= 1
            && self.first <= self.last
            && self.last <= MAX_SEQUENCE
            && self.count >= 1
            && self.count <= self.last - self.first + 1
    }
}

/// One row: the leaf, and the envelope it commits to unless it is a heartbeat.
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
    /// The sealed body; empty when it has been erased.
    pub sealed: &'a [u8],
    /// The commitment beside it, the same as the leaf's.
    pub commitment: Hash,
    /// Approvals: deterministic CBOR, not looked into here.
    pub approvals: &'a [u8],
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

    fn is_sound(&self) -> bool {
        (1..=MAX_SUBJECT_BYTES).contains(&self.subject.len())
            && (1..=MAX_KIND_BYTES).contains(&self.kind.len())
            && self.schema >= 1
    }
}

/// Whose batch is awaited.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The authority.
    pub authority: &'a str,
    /// The stream, where only one will do.
    pub stream: Option<StreamId>,
}

/// Why bytes are not the batch that was awaited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// Another kind of file.
    #[error("this is not a stream batch; choose the file that was exported by paso")]
    NotABatch,
    /// Written by a later version.
    #[error(
        "the batch is of version {0}, and {VERSION} is the newest known here; use a newer program"
    )]
    Newer(u32),
    /// The file ends in the middle.
    #[error(
        "the batch ends in the middle, after {whole} whole rows; nothing was taken from it, copy it again"
    )]
    Torn {
        /// Whole rows before the end.
        whole: u64,
    },
    /// The closing hash does not fit: bytes were changed, or added.
    #[error(
        "the batch was altered or damaged on its way; nothing was taken from it, copy it again"
    )]
    Altered,
    /// The batch is another authority's.
    #[error("the batch is of {0}, another authority; load it there")]
    ForeignAuthority(String),
    /// The batch is of another stream than the one awaited.
    #[error("the batch is of {0:?}, another device's; choose the right file")]
    ForeignStream(StreamId),
    /// Whole, and yet not as a batch is written.
    #[error(
        "the batch is whole but its header breaks the format; export it again, and report this"
    )]
    Header,
    /// A row that is whole and yet not as rows are written.
    #[error("row {row} breaks the format ({cause}); export the batch again, and report this")]
    Row {
        /// Its place in the file, from 1.
        row: u64,
        /// What is wrong with it.
        cause: RowError,
    },
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
    /// The leaf does not commit to this row's commitment, or one of them commits to nothing.
    #[error("its leaf does not commit to its event")]
    Commitment,
}

/// A whole batch, as it was written and by whom it was awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<'a> {
    header: Header,
    rows: &'a [u8],
    closing: Hash,
}

impl<'a> Batch<'a> {
    /// Reads a batch: name, version, closing hash, authority and stream, then every row. Signatures
    /// and links are not checked here but by [`crate::chain`], which knows the key.
    pub fn read(bytes: &'a [u8], expected: Expected<'_>) -> Result<Self, BatchError> {
        let content = after_version(bytes)?;
        let Some((before, closing)) = bytes
            .split_last_chunk::<CLOSING>()
            .filter(|(_, closing)| content.len() >= closing.len())
        else {
            return Err(BatchError::Torn { whole: 0 });
        };
        if Hash::from(Sha256::digest(before)) != *closing {
            return Err(torn_or_altered(content));
        }
        let mut frames = Frames(&content[..content.len() - CLOSING]);
        let header = match frames.next_frame(MAX_HEADER_BYTES) {
            Frame::Whole(frame) => Header::read(frame).ok_or(BatchError::Header)?,
            Frame::TooLarge => return Err(BatchError::Header),
            Frame::End | Frame::Torn => return Err(BatchError::Torn { whole: 0 }),
        };
        if header.authority != expected.authority {
            return Err(BatchError::ForeignAuthority(header.authority));
        }
        if expected
            .stream
            .is_some_and(|stream| stream != header.stream)
        {
            return Err(BatchError::ForeignStream(header.stream));
        }
        let batch = Self {
            rows: frames.0,
            header,
            closing: *closing,
        };
        batch.check_rows()?;
        Ok(batch)
    }

    fn check_rows(&self) -> Result<(), BatchError> {
        let mut frames = Frames(self.rows);
        let mut next = self.header.first;
        for row in 1..=self.header.count {
            let frame = match frames.next_frame(MAX_ROW_BYTES) {
                Frame::Whole(frame) => Ok(frame),
                Frame::TooLarge => Err(RowError::TooLarge),
                Frame::End | Frame::Torn => return Err(BatchError::Torn { whole: row - 1 }),
            };
            let sequence = frame
                .and_then(Row::read)
                .and_then(|read| self.check_row(&read, row, next))
                .map_err(|cause| BatchError::Row { row, cause })?;
            next = sequence + 1;
        }
        // Frames beyond the count: whole by the hash, and none that the header speaks of.
        if frames.0.is_empty() {
            Ok(())
        } else {
            Err(BatchError::Header)
        }
    }

    /// The row's number, when it is not below `next` and lies where the header says.
    fn check_row(&self, row: &Row<'_>, place: u64, next: u64) -> Result<u64, RowError> {
        let sequence = row.entry.sequence();
        if row.entry.stream() != self.header.stream {
            return Err(RowError::ForeignStream);
        }
        let is_first = place == 1;
        let is_last = place == self.header.count;
        if sequence < next
            || is_first && sequence != self.header.first
            || is_last != (sequence == self.header.last)
        {
            return Err(RowError::OutOfOrder);
        }
        Ok(sequence)
    }

    /// What the batch holds.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The closing hash: a name for this very file, to note what was imported.
    #[must_use]
    pub const fn closing(&self) -> &Hash {
        &self.closing
    }

    /// The rows, by sequence.
    pub fn rows(&self) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let mut frames = Frames(self.rows);
        // Every frame was read once by `check_rows`, so none fails here.
        core::iter::from_fn(move || match frames.next_frame(MAX_ROW_BYTES) {
            Frame::Whole(frame) => Row::read(frame).ok(),
            Frame::End | Frame::Torn | Frame::TooLarge => None,
        })
    }

    /// The rows with numbers after `sequence`; 0 gives all.
    pub fn rows_after(&self, sequence: u64) -> impl Iterator<Item = Row<'a>> + use<'a> {
        self.rows()
            .skip_while(move |row| row.entry.sequence() <= sequence)
    }
}

/// What follows the line with name and version.
fn after_version(bytes: &[u8]) -> Result<&[u8], BatchError> {
    let rest = bytes.strip_prefix(NAME).ok_or(BatchError::NotABatch)?;
    // A version has at most nine digits, so the line feed is near or this is no batch.
    let digits = rest
        .iter()
        .take(10)
        .position(|byte| *byte == b'\n')
        .ok_or(BatchError::NotABatch)?;
    let (version, content) = (&rest[..digits], &rest[digits + 1..]);
    let version: u32 = core::str::from_utf8(version)
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'))
        .and_then(|text| text.parse().ok())
        .ok_or(BatchError::NotABatch)?;
    if version == VERSION {
        Ok(content)
    } else {
        Err(BatchError::Newer(version))
    }
}

/// Which of the two happened to a batch whose closing hash does not fit: does it end early by its
/// own count, or is all there that should be?
fn torn_or_altered(content: &[u8]) -> BatchError {
    let mut frames = Frames(content);
    let header = match frames.next_frame(MAX_HEADER_BYTES) {
        Frame::Whole(frame) => Header::read(frame),
        Frame::TooLarge => None,
        Frame::End | Frame::Torn => return BatchError::Torn { whole: 0 },
    };
    let Some(header) = header else {
        return BatchError::Altered;
    };
    for whole in 0..header.count {
        match frames.next_frame(MAX_ROW_BYTES) {
            Frame::Whole(_) => {}
            Frame::TooLarge => return BatchError::Altered,
            Frame::End | Frame::Torn => return BatchError::Torn { whole },
        }
    }
    if frames.0.len() < CLOSING {
        BatchError::Torn {
            whole: header.count,
        }
    } else {
        BatchError::Altered
    }
}

/// What is left of a run of frames: four bytes of length, then as many.
struct Frames<'a>(&'a [u8]);

enum Frame<'a> {
    Whole(&'a [u8]),
    /// Nothing is left.
    End,
    /// Less is left than the frame should have.
    Torn,
    /// The length is beyond the limit.
    TooLarge,
}

impl<'a> Frames<'a> {
    fn next_frame(&mut self, limit: usize) -> Frame<'a> {
        let Some((length, rest)) = self.0.split_first_chunk() else {
            return if self.0.is_empty() {
                Frame::End
            } else {
                Frame::Torn
            };
        };
        let Some(length) = usize::try_from(u32::from_be_bytes(*length))
            .ok()
            .filter(|length| *length <= limit)
        else {
            return Frame::TooLarge;
        };
        match rest.split_at_checked(length) {
            Some((frame, rest)) => {
                self.0 = rest;
                Frame::Whole(frame)
            }
            None => Frame::Torn,
        }
    }
}

impl Header {
    fn read(frame: &[u8]) -> Option<Self> {
        cbor::check(frame, Form::Canonical).ok()?;
        let mut reader = cbor::Reader::new(frame);
        (reader.array()? == 5).then_some(())?;
        let header = Self {
            authority: reader.text()?.to_owned(),
            stream: StreamId::from_random(reader.bytes()?.try_into().ok()?),
            first: reader.uint()?,
            last: reader.uint()?,
            count: reader.uint()?,
        };
        header.is_sound().then_some(header)
    }
}

impl<'a> Row<'a> {
    fn read(frame: &'a [u8]) -> Result<Self, RowError> {
        cbor::check(frame, Form::Canonical)?;
        let mut reader = cbor::Reader::new(frame);
        let fields = reader.array().ok_or(RowError::Fields)?;
        let entry = Entry::read(reader.bytes().ok_or(RowError::Fields)?)?;
        let envelope = match fields {
            1 => None,
            8 => Some(Envelope::read(&mut reader).ok_or(RowError::Fields)?),
            _ => return Err(RowError::Fields),
        };
        let row = Self { entry, envelope };
        if row.commits() {
            Ok(row)
        } else {
            Err(RowError::Commitment)
        }
    }

    /// Whether leaf and envelope belong together, as far as can be told without a key.
    fn commits(&self) -> bool {
        match (self.entry.content(), &self.envelope) {
            (Content::Heartbeat, None) => true,
            (Content::Event(_, commitment), Some(envelope)) => commitment == envelope.commitment,
            _ => false,
        }
    }
}

impl<'a> Envelope<'a> {
    fn read(reader: &mut cbor::Reader<'a>) -> Option<Self> {
        let envelope = Self {
            subject: reader.text()?,
            kind: reader.text()?,
            schema: reader.uint()?.try_into().ok()?,
            time: Minute(reader.uint()?.try_into().ok()?),
            sealed: reader.bytes()?,
            commitment: reader.bytes()?.try_into().ok()?,
            approvals: reader.bytes()?,
        };
        envelope.is_sound().then_some(envelope)
    }
}

//! A stretch of one device's stream as a file: to carry on a stick where no network goes, to hand to
//! a mirror, to keep.
//!
//! Layout, numbers big-endian, CBOR deterministic (RFC 8949 §4.2.1):
//!
//! ```text
//! "paso stream batch 1" LF
//! u32 length, header: [authority, stream (16 bytes), first, last, count]
//! count times:
//! u32 length, row:    [leaf (230 bytes), subject, kind, schema, minute, sealed, commitment, approvals,
//!                      statement]
//!                     or, for a heartbeat, [leaf]
//! SHA-256 of all before (32 bytes)
//! ```
//!
//! Rows ascend in sequence; `first` and `last` are those of the first and last row, so a batch with
//! holes says so by its count. The closing hash tells a damaged copy from a whole one and proves
//! nothing else: who wrote a row is proven by its leaf's signature ([`crate::chain`]), that the
//! envelope is the one signed for by its hash ([`Envelope::hash`]), and that a body is the one
//! committed to by opening it ([`crate::envelope`]).
//!
//! [`Batch::read`] looks at everything before it hands out anything, so an importer that writes rows
//! as it meets them never writes half of a torn file. It borrows from the bytes it is given and
//! needs no memory of its own beyond a row. To read a row twice is harmless to the importer as long
//! as the pair of stream and sequence is unique where rows are kept; [`Batch::rows_after`] spares it
//! the work.

use crate::{
    cbor::{self, Form},
    entry::{Hash, MAX_SEQUENCE, StreamId},
    framed::{Frame, Framed, FramedError, Frames},
};

mod write;

pub use crate::row::{Envelope, MAX_KIND_BYTES, MAX_ROW_BYTES, MAX_SUBJECT_BYTES, Row, RowError};
pub use write::{WriteError, Writer, write};

/// Bytes of the header's CBOR.
pub const MAX_HEADER_BYTES: usize = 256;
/// Bytes of the authority's short name.
pub const MAX_AUTHORITY_BYTES: usize = 64;

const VERSION: u32 = 1;
const FRAMED: Framed = Framed {
    name: b"paso stream batch ",
    version: VERSION,
    header_bytes: MAX_HEADER_BYTES,
    row_bytes: MAX_ROW_BYTES,
};

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

impl From<FramedError> for BatchError {
    fn from(error: FramedError) -> Self {
        match error {
            FramedError::Another => Self::NotABatch,
            FramedError::Newer(version) => Self::Newer(version),
            FramedError::Torn { whole } => Self::Torn { whole },
            FramedError::Altered => Self::Altered,
            FramedError::Header => Self::Header,
        }
    }
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
        let opened = FRAMED.open(bytes, |frame| {
            Header::read(frame).map(|header| {
                let count = header.count;
                (header, count)
            })
        })?;
        let header = opened.header;
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
            header,
            rows: opened.rows,
            closing: opened.closing,
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

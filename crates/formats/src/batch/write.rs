//! Writing a batch, row by row.
//!
//! The writer holds the running hash and nothing else, so a stream of any length is exported in the
//! memory of one row. What [`super::Batch::read`] would refuse is not written.

use super::{Envelope, FRAMED, Header, MAX_ROW_BYTES, Row};
use crate::{cbor, framed::Sink};

/// Why rows cannot be written as a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// There is nothing to write.
    #[error("the stream has no rows to export yet")]
    Empty,
    /// The authority's name is empty or too long, or the numbers announced cannot be.
    #[error("the batch's header cannot be written as asked; check the authority's short name")]
    Header,
    /// A row of another stream than the header's.
    #[error("row {0} is of another stream; export one stream at a time")]
    ForeignStream(u64),
    /// A row that does not follow the one before, or is not where the header says.
    #[error("row {0} is out of order; export rows by their sequence")]
    OutOfOrder(u64),
    /// A row whose leaf and envelope do not belong together.
    #[error("the leaf of row {0} does not commit to its event; run an audit of the journal")]
    Commitment(u64),
    /// A row with a field beyond its limit, or too large as a whole.
    #[error("row {0} is larger than a batch may hold; run an audit of the journal")]
    TooLarge(u64),
    /// Fewer or more rows than the header says.
    #[error("the batch was announced with another number of rows; export it again")]
    Count,
}

/// A batch being written. Every call appends to a buffer of the caller, who may empty it in between.
#[derive(Clone, Debug)]
pub struct Writer {
    header: Header,
    sink: Sink,
    written: u64,
    next: u64,
}

impl Writer {
    /// Begins a batch that will hold what `header` says.
    pub fn begin(header: Header, out: &mut Vec<u8>) -> Result<Self, WriteError> {
        if !header.is_sound() {
            return Err(WriteError::Header);
        }
        Ok(Self {
            sink: FRAMED.begin(&header.to_cbor(), out),
            written: 0,
            next: header.first,
            header,
        })
    }

    /// Writes the next row.
    pub fn row(&mut self, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), WriteError> {
        let sequence = row.entry.sequence();
        if row.entry.stream() != self.header.stream {
            return Err(WriteError::ForeignStream(sequence));
        }
        if self.written == self.header.count {
            return Err(WriteError::Count);
        }
        let is_first = self.written == 0;
        let is_last = self.written + 1 == self.header.count;
        if sequence < self.next
            || is_first && sequence != self.header.first
            || is_last != (sequence == self.header.last)
        {
            return Err(WriteError::OutOfOrder(sequence));
        }
        if !row.envelope.as_ref().is_none_or(Envelope::is_sound) {
            return Err(WriteError::TooLarge(sequence));
        }
        let bytes = row.to_cbor();
        if bytes.len() > MAX_ROW_BYTES {
            return Err(WriteError::TooLarge(sequence));
        }
        if !row.is_bound() {
            return Err(WriteError::Commitment(sequence));
        }
        self.sink.frame(&bytes, out);
        self.written += 1;
        self.next = sequence + 1;
        Ok(())
    }

    /// Ends the batch with the hash of all that was written.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.written != self.header.count {
            return Err(WriteError::Count);
        }
        self.sink.close(out);
        Ok(())
    }
}

/// A whole batch of rows that are in memory anyway.
pub fn write(authority: &str, rows: &[Row<'_>]) -> Result<Vec<u8>, WriteError> {
    let [first, ..] = rows else {
        return Err(WriteError::Empty);
    };
    let last = rows.last().unwrap_or(first);
    let header = Header {
        authority: authority.to_owned(),
        stream: first.entry.stream(),
        first: first.entry.sequence(),
        last: last.entry.sequence(),
        count: rows.len() as u64,
    };
    let mut out = Vec::new();
    let mut writer = Writer::begin(header, &mut out)?;
    for row in rows {
        writer.row(row, &mut out)?;
    }
    writer.finish(&mut out)?;
    Ok(out)
}

impl Header {
    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = cbor::Writer::with_capacity(128);
        writer.array(5).text(&self.authority);
        writer.bytes(self.stream.as_bytes());
        writer.uint(self.first).uint(self.last).uint(self.count);
        writer.into_bytes()
    }
}

//! The rows of one log in the log's own order: what a mirror pulls, and what an authority that lost
//! its disk reads back.
//!
//! A batch ([`crate::batch`]) is one device's stream; a feed is what all devices wrote, as the log
//! put it in order, so that whoever holds it from the first row on computes the log's root. Layout as
//! [`crate::batch`]'s, with `paso log feed` in the first line, the header `[origin, first, count]`,
//! and rows at the neighbouring places `first`, `first + 1` …; place 0 of a log is its opening leaf, a
//! row `[leaf]` whose leaf is no entry.

use crate::{
    cbor::{self, Form},
    entry::Hash,
    framed::{Frame, Framed, FramedError, Frames, Sink},
    row::{MAX_ROW_BYTES, Row, RowError},
};

/// Bytes of the origin.
pub const MAX_ORIGIN_BYTES: usize = 255;
/// Bytes of an opening leaf.
pub const MAX_OPENING_BYTES: usize = 250;
/// Most rows of a log that can be counted: databases count to 2^63 - 1.
const MAX_PLACE: u64 = i64::MAX.cast_unsigned();

const VERSION: u32 = 1;
const FRAMED: Framed = Framed {
    name: b"paso log feed ",
    version: VERSION,
    header_bytes: 512,
    row_bytes: MAX_ROW_BYTES,
};

/// What a feed says it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The log's origin.
    pub origin: String,
    /// Place of the first row in the log; 0 is the opening leaf.
    pub first: u64,
    /// Number of rows; 0 where there is nothing new.
    pub count: u64,
}

/// One place of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "all places of a log but its first are entries"
)]
pub enum Place<'a> {
    /// The opening leaf, at place 0.
    Opening(&'a [u8]),
    /// An entry, with its event unless it is a heartbeat.
    Entry(Row<'a>),
}

impl Place<'_> {
    /// The leaf's bytes, as they are hashed into the tree.
    #[must_use]
    pub fn leaf(&self) -> Vec<u8> {
        match self {
            Self::Opening(leaf) => leaf.to_vec(),
            Self::Entry(row) => row.entry.to_bytes().to_vec(),
        }
    }
}

/// Why bytes are not the feed that was awaited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// Another kind of file.
    #[error("this is not a feed of a log; choose the file that a mirror exported")]
    NotAFeed,
    /// Written by a later version.
    #[error(
        "the feed is of version {0}, and {VERSION} is the newest known here; use a newer program"
    )]
    Newer(u32),
    /// It ends in the middle.
    #[error(
        "the feed ends in the middle, after {whole} whole rows; nothing was taken from it, fetch it again"
    )]
    Torn {
        /// Whole rows before the end.
        whole: u64,
    },
    /// The closing hash does not fit.
    #[error(
        "the feed was altered or damaged on its way; nothing was taken from it, fetch it again"
    )]
    Altered,
    /// Another log's.
    #[error("the feed is of the log {0}; load it there")]
    ForeignOrigin(String),
    /// Whole, and yet not as a feed is written.
    #[error("the feed is whole but its header breaks the format; fetch it again, and report this")]
    Header,
    /// A row that is whole and yet not as rows are written.
    #[error(
        "place {place} of the log breaks the format ({cause}); fetch it again, and report this"
    )]
    Row {
        /// Its place in the log, from 0.
        place: u64,
        /// What is wrong with it.
        cause: RowError,
    },
}

impl From<FramedError> for FeedError {
    fn from(error: FramedError) -> Self {
        match error {
            FramedError::Another => Self::NotAFeed,
            FramedError::Newer(version) => Self::Newer(version),
            FramedError::Torn { whole } => Self::Torn { whole },
            FramedError::Altered => Self::Altered,
            FramedError::Header => Self::Header,
        }
    }
}

/// A whole feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed<'a> {
    header: Header,
    rows: &'a [u8],
    closing: Hash,
}

impl<'a> Feed<'a> {
    /// Reads a feed, of the log with this origin where only one will do: name, version, closing
    /// hash, then every row. Signatures and the root are not checked here.
    pub fn read(bytes: &'a [u8], origin: Option<&str>) -> Result<Self, FeedError> {
        let opened = FRAMED.open(bytes, |frame| {
            Header::read(frame).map(|header| {
                let count = header.count;
                (header, count)
            })
        })?;
        if origin.is_some_and(|origin| origin != opened.header.origin) {
            return Err(FeedError::ForeignOrigin(opened.header.origin));
        }
        let feed = Self {
            header: opened.header,
            rows: opened.rows,
            closing: opened.closing,
        };
        feed.check_rows()?;
        Ok(feed)
    }

    fn check_rows(&self) -> Result<(), FeedError> {
        let mut frames = Frames(self.rows);
        for row in 0..self.header.count {
            // The header was found sound: the sum is a place.
            let place = self.header.first + row;
            let frame = match frames.next_frame(MAX_ROW_BYTES) {
                Frame::Whole(frame) => Ok(frame),
                Frame::TooLarge => Err(RowError::TooLarge),
                Frame::End | Frame::Torn => return Err(FeedError::Torn { whole: row }),
            };
            frame
                .and_then(|frame| read_place(place, frame))
                .map_err(|cause| FeedError::Row { place, cause })?;
        }
        // Frames beyond the count: whole by the hash, and none that the header speaks of.
        if frames.0.is_empty() {
            Ok(())
        } else {
            Err(FeedError::Header)
        }
    }

    /// What the feed holds.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The closing hash: a name for this very file.
    #[must_use]
    pub const fn closing(&self) -> &Hash {
        &self.closing
    }

    /// The rows with their places.
    pub fn places(&self) -> impl Iterator<Item = (u64, Place<'a>)> + use<'a> {
        let mut frames = Frames(self.rows);
        // Every frame was read once by `check_rows`, so none fails here.
        (self.header.first..).map_while(move |place| match frames.next_frame(MAX_ROW_BYTES) {
            Frame::Whole(frame) => Some((place, read_place(place, frame).ok()?)),
            Frame::End | Frame::Torn | Frame::TooLarge => None,
        })
    }
}

fn read_place(place: u64, frame: &[u8]) -> Result<Place<'_>, RowError> {
    if place > 0 {
        return Row::read(frame).map(Place::Entry);
    }
    cbor::check(frame, Form::Canonical)?;
    let mut reader = cbor::Reader::new(frame);
    let leaf = match reader.array() {
        Some(1) => reader.bytes().filter(|leaf| is_opening(leaf)),
        _ => None,
    };
    leaf.map(Place::Opening).ok_or(RowError::Fields)
}

fn is_opening(leaf: &[u8]) -> bool {
    (1..=MAX_OPENING_BYTES).contains(&leaf.len())
}

impl Header {
    fn is_sound(&self) -> bool {
        (1..=MAX_ORIGIN_BYTES).contains(&self.origin.len())
            && self.first <= MAX_PLACE
            && self.count <= MAX_PLACE - self.first
    }

    fn read(frame: &[u8]) -> Option<Self> {
        cbor::check(frame, Form::Canonical).ok()?;
        let mut reader = cbor::Reader::new(frame);
        (reader.array()? == 3).then_some(())?;
        let header = Self {
            origin: reader.text()?.to_owned(),
            first: reader.uint()?,
            count: reader.uint()?,
        };
        header.is_sound().then_some(header)
    }

    fn to_cbor(&self) -> Vec<u8> {
        let mut writer = cbor::Writer::with_capacity(64);
        writer.array(3).text(&self.origin);
        writer.uint(self.first).uint(self.count);
        writer.into_bytes()
    }
}

/// Why rows cannot be written as a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The origin is empty or too long, or the numbers announced cannot be.
    #[error("the feed's header cannot be written as asked; check the log's origin")]
    Header,
    /// An opening leaf elsewhere than at place 0, or none there.
    #[error("place {0} of the log is not what stands there; run an audit of the log")]
    Opening(u64),
    /// A row whose leaf does not bind its envelope.
    #[error("the leaf at place {0} does not bind its event; run an audit of the journal")]
    Unbound(u64),
    /// A row too large.
    #[error("the row at place {0} is larger than a feed may hold; run an audit of the journal")]
    TooLarge(u64),
    /// Fewer or more rows than the header says.
    #[error("the feed was announced with another number of rows; write it again")]
    Count,
}

/// A feed being written. Every call appends to a buffer of the caller, who may empty it in between.
#[derive(Clone, Debug)]
pub struct Writer {
    header: Header,
    sink: Sink,
    written: u64,
}

impl Writer {
    /// Begins a feed that will hold what `header` says.
    pub fn begin(header: Header, out: &mut Vec<u8>) -> Result<Self, WriteError> {
        if !header.is_sound() {
            return Err(WriteError::Header);
        }
        Ok(Self {
            sink: FRAMED.begin(&header.to_cbor(), out),
            written: 0,
            header,
        })
    }

    /// Writes the next place.
    pub fn place(&mut self, place: &Place<'_>, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.written == self.header.count {
            return Err(WriteError::Count);
        }
        let at = self.header.first + self.written;
        let bytes = match place {
            Place::Opening(leaf) if at == 0 && is_opening(leaf) => {
                let mut writer = cbor::Writer::with_capacity(leaf.len() + 4);
                writer.array(1).bytes(leaf);
                writer.into_bytes()
            }
            Place::Entry(row) if at > 0 => {
                if !row.is_bound() {
                    return Err(WriteError::Unbound(at));
                }
                row.to_cbor()
            }
            _ => return Err(WriteError::Opening(at)),
        };
        let sound = match place {
            Place::Entry(row) => row
                .envelope
                .as_ref()
                .is_none_or(crate::row::Envelope::is_sound),
            Place::Opening(_) => true,
        };
        if !sound || bytes.len() > MAX_ROW_BYTES {
            return Err(WriteError::TooLarge(at));
        }
        self.sink.frame(&bytes, out);
        self.written += 1;
        Ok(())
    }

    /// Ends the feed with the hash of all that was written.
    pub fn finish(self, out: &mut Vec<u8>) -> Result<(), WriteError> {
        if self.written != self.header.count {
            return Err(WriteError::Count);
        }
        self.sink.close(out);
        Ok(())
    }
}

/// A whole feed of rows that are in memory anyway.
pub fn write(origin: &str, first: u64, places: &[Place<'_>]) -> Result<Vec<u8>, WriteError> {
    let header = Header {
        origin: origin.to_owned(),
        first,
        count: places.len() as u64,
    };
    let mut out = Vec::new();
    let mut writer = Writer::begin(header, &mut out)?;
    for place in places {
        writer.place(place, &mut out)?;
    }
    writer.finish(&mut out)?;
    Ok(out)
}

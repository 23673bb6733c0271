//! How Paso's files of many rows are framed: a line that names them, a header, rows, a closing hash.
//!
//! ```text
//! <name> <version> LF
//! u32 length, header
//! u32 length, row        as often as the header says
//! SHA-256 of all before (32 bytes)
//! ```
//!
//! Lengths are big-endian. The closing hash tells a damaged copy from a whole one, and how much of a
//! torn one was whole is told by the header's count. It proves nothing else.

use sha2::{Digest, Sha256};

use crate::entry::Hash;

/// Bytes of the closing hash.
const CLOSING: usize = 32;

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framed {
    /// What the first line begins with, with the space behind it.
    pub(crate) name: &'static [u8],
    /// The one version known here.
    pub(crate) version: u32,
    /// The most bytes of its header.
    pub(crate) header_bytes: usize,
    /// The most bytes of a row.
    pub(crate) row_bytes: usize,
}

/// Why bytes are not a whole file of the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FramedError {
    Another,
    Newer(u32),
    Torn { whole: u64 },
    Altered,
    Header,
}

/// A file whose closing hash fits and whose header was read. Its rows were not looked at yet.
pub(crate) struct Opened<'a, H> {
    pub(crate) header: H,
    pub(crate) rows: &'a [u8],
    pub(crate) closing: Hash,
}

impl Framed {
    /// Opens a file. `header` reads the header and says how many rows it announces.
    pub(crate) fn open<H>(
        self,
        bytes: &[u8],
        header: impl Fn(&[u8]) -> Option<(H, u64)>,
    ) -> Result<Opened<'_, H>, FramedError> {
        let content = self.after_version(bytes)?;
        let Some((before, closing)) = bytes
            .split_last_chunk::<CLOSING>()
            .filter(|(_, closing)| content.len() >= closing.len())
        else {
            return Err(FramedError::Torn { whole: 0 });
        };
        if Hash::from(Sha256::digest(before)) != *closing {
            return Err(self.torn_or_altered(content, header));
        }
        let mut frames = Frames(&content[..content.len() - CLOSING]);
        let (header, _) = match frames.next_frame(self.header_bytes) {
            Frame::Whole(frame) => header(frame).ok_or(FramedError::Header)?,
            Frame::TooLarge => return Err(FramedError::Header),
            Frame::End | Frame::Torn => return Err(FramedError::Torn { whole: 0 }),
        };
        Ok(Opened {
            header,
            rows: frames.0,
            closing: *closing,
        })
    }

    /// What follows the line with name and version.
    fn after_version(self, bytes: &[u8]) -> Result<&[u8], FramedError> {
        let rest = bytes.strip_prefix(self.name).ok_or(FramedError::Another)?;
        // A version has at most nine digits, so the line feed is near or this is another file.
        let digits = rest
            .iter()
            .take(10)
            .position(|byte| *byte == b'\n')
            .ok_or(FramedError::Another)?;
        let (version, content) = (&rest[..digits], &rest[digits + 1..]);
        let version: u32 = core::str::from_utf8(version)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'))
            .and_then(|text| text.parse().ok())
            .ok_or(FramedError::Another)?;
        if version == self.version {
            Ok(content)
        } else {
            Err(FramedError::Newer(version))
        }
    }

    /// Which of the two happened to a file whose closing hash does not fit: does it end early by
    /// its own count, or is all there that should be?
    fn torn_or_altered<H>(
        self,
        content: &[u8],
        header: impl Fn(&[u8]) -> Option<(H, u64)>,
    ) -> FramedError {
        let mut frames = Frames(content);
        let announced = match frames.next_frame(self.header_bytes) {
            Frame::Whole(frame) => header(frame),
            Frame::TooLarge => None,
            Frame::End | Frame::Torn => return FramedError::Torn { whole: 0 },
        };
        let Some((_, count)) = announced else {
            return FramedError::Altered;
        };
        for whole in 0..count {
            match frames.next_frame(self.row_bytes) {
                Frame::Whole(_) => {}
                Frame::TooLarge => return FramedError::Altered,
                Frame::End | Frame::Torn => return FramedError::Torn { whole },
            }
        }
        if frames.0.len() < CLOSING {
            FramedError::Torn { whole: count }
        } else {
            FramedError::Altered
        }
    }

    /// Begins a file: the first line and the header.
    pub(crate) fn begin(self, header: &[u8], out: &mut Vec<u8>) -> Sink {
        let mut sink = Sink(Sha256::new());
        sink.put(self.name, out);
        sink.put(self.version.to_string().as_bytes(), out);
        sink.put(b"\n", out);
        sink.frame(header, out);
        sink
    }
}

/// The running hash of a file being written. Every call appends to a buffer of the caller.
#[derive(Clone, Debug)]
pub(crate) struct Sink(Sha256);

impl Sink {
    pub(crate) fn frame(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        // Headers and rows are bounded far below 32 bits.
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.put(&length.to_be_bytes(), out);
        self.put(bytes, out);
    }

    pub(crate) fn close(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.finalize());
    }

    fn put(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.0.update(bytes);
        out.extend_from_slice(bytes);
    }
}

/// What is left of a run of frames: four bytes of length, then as many.
pub(crate) struct Frames<'a>(pub(crate) &'a [u8]);

pub(crate) enum Frame<'a> {
    Whole(&'a [u8]),
    /// Nothing is left.
    End,
    /// Less is left than the frame should have.
    Torn,
    /// The length is beyond the limit.
    TooLarge,
}

impl<'a> Frames<'a> {
    pub(crate) fn next_frame(&mut self, limit: usize) -> Frame<'a> {
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

//! What a log makes of a witness's response. A witness may be slow, wrong or lying; whatever it
//! sends becomes one of these.

use super::{Request, SIZE_CONTENT_TYPE, Status};
use crate::{
    cosignature::{CosignerKey, Timestamp, time_of},
    note::{
        BadSignature, MAX_NOTE_BYTES, NoteError, SignatureLine, Verify, parse_lines, plain_text,
    },
    text,
    tree::MAX_SIZE,
};

/// A response understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The witness cosigned.
    Cosigned {
        /// The line to attach to the checkpoint; verified.
        line: SignatureLine,
        /// When, by the witness's clock.
        time: Timestamp,
    },
    /// The witness has stored a smaller tree than the checkpoint's, but not the one assumed: prove
    /// again from there.
    Stored {
        /// Its size.
        size: u64,
    },
    /// The witness has stored a **larger** tree than the checkpoint's: this log was restored from an
    /// old copy, or somebody else signs with its key. Sign nothing more.
    KnowsLarger {
        /// Its size.
        size: u64,
    },
    /// The witness has cosigned another tree of this size. Sign nothing more.
    OtherTree,
    /// The witness found the proof bad, or remembers another history.
    BadProof,
    /// The witness does not follow this log.
    UnknownLog,
    /// The witness does not trust the key that signed.
    NotTrusted,
    /// The witness could not read the request.
    NotUnderstood,
}

/// Why a response means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Not a status of this protocol.
    #[error("the witness answered with status {0}, which the protocol does not know; try later")]
    Status(u16),
    /// 409 without a size that can be read.
    #[error("the witness says it has another size, but not which; tell its operator")]
    NoSize,
    /// 200 without signature lines.
    #[error("the witness's cosignature cannot be read: {0}")]
    Lines(#[from] NoteError),
    /// 200 without a line by the configured key.
    #[error("the witness answered without its cosignature; check which key is configured")]
    NoCosignature,
    /// 200 with a line by the configured key over something else.
    #[error("the witness's cosignature does not fit this checkpoint; do not use it")]
    BadSignature,
}

impl Answer {
    /// Reads the response to `request` from the witness with this key.
    ///
    /// Version 1.0.0 of tlog-witness answered 409 where another tree of the same size is stored,
    /// later ones 422; both are read.
    pub fn read(
        request: &Request,
        key: &CosignerKey,
        code: u16,
        content_type: Option<&str>,
        body: &[u8],
    ) -> Result<Self, AnswerError> {
        let size = request.checkpoint().unverified().head().size;
        let same_size = request.old() == size;
        Ok(
            match Status::from_code(code).ok_or(AnswerError::Status(code))? {
                Status::Ok => return cosignature(request, key, body),
                Status::BadRequest => Self::NotUnderstood,
                Status::Forbidden => Self::NotTrusted,
                Status::NotFound => Self::UnknownLog,
                Status::Unprocessable if same_size => Self::OtherTree,
                Status::Unprocessable => Self::BadProof,
                Status::Conflict => match stored_size(content_type, body) {
                    Some(stored) if stored > size => Self::KnowsLarger { size: stored },
                    Some(stored) if stored != request.old() => Self::Stored { size: stored },
                    _ if same_size => Self::OtherTree,
                    _ => return Err(AnswerError::NoSize),
                },
            },
        )
    }
}

fn stored_size(content_type: Option<&str>, body: &[u8]) -> Option<u64> {
    let media_type = content_type?.split(';').next()?.trim();
    if !media_type.eq_ignore_ascii_case(SIZE_CONTENT_TYPE) {
        return None;
    }
    let body = core::str::from_utf8(body).ok()?;
    text::decimal(body.strip_suffix('\n')?).filter(|size| *size <= MAX_SIZE)
}

fn cosignature(request: &Request, key: &CosignerKey, body: &[u8]) -> Result<Answer, AnswerError> {
    if body.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLarge.into());
    }
    let text = request.checkpoint().note().unverified_text().as_bytes();
    let lines = parse_lines(plain_text(body)?)?;
    let line = lines
        .into_iter()
        .find(|line| line.id() == key.id() && line.name() == key.name())
        .ok_or(AnswerError::NoCosignature)?;
    key.verify(text, line.signature())
        .map_err(|BadSignature| AnswerError::BadSignature)?;
    let time = time_of(&line).ok_or(AnswerError::BadSignature)?;
    Ok(Answer::Cosigned { line, time })
}

//! What a witness answers: one status for each outcome, and nothing else.

use core::fmt::Write as _;

use super::Refusal;
use crate::note::SignatureLine;

/// The content type of a size in a 409 (tlog-witness §add-checkpoint).
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// The content type of everything else.
const TEXT: &str = "text/plain; charset=utf-8";

/// The status codes of tlog-witness §add-checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 200: cosigned.
    Ok,
    /// 400: the request cannot be read, or its tree shrinks.
    BadRequest,
    /// 403: not signed by the log.
    Forbidden,
    /// 404: a log not followed.
    NotFound,
    /// 409: another size is stored.
    Conflict,
    /// 422: the trees do not fit together.
    Unprocessable,
}

impl Status {
    /// The code in HTTP.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Ok => 200,
            Self::BadRequest => 400,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Unprocessable => 422,
        }
    }

    /// The status with this code, if the protocol knows it.
    #[must_use]
    pub const fn from_code(code: u16) -> Option<Self> {
        Some(match code {
            200 => Self::Ok,
            400 => Self::BadRequest,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            409 => Self::Conflict,
            422 => Self::Unprocessable,
            _ => return None,
        })
    }
}

impl Refusal {
    /// The status for this refusal.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Malformed(_) | Self::OldAboveNew { .. } => Status::BadRequest,
            Self::UnknownOrigin => Status::NotFound,
            Self::NotSigned(_) => Status::Forbidden,
            Self::Conflict { .. } => Status::Conflict,
            Self::OtherTree | Self::BadProof(_) => Status::Unprocessable,
        }
    }
}

/// An answer ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: Status,
    /// The `Content-Type` header.
    pub content_type: &'static str,
    /// The body.
    pub body: String,
}

impl Response {
    /// Cosigned, by one or more keys of the witness.
    #[must_use]
    pub fn cosigned(lines: &[SignatureLine]) -> Self {
        let mut body = String::new();
        for line in lines {
            // Writing to a string cannot fail.
            let _ = writeln!(body, "{line}");
        }
        Self {
            status: Status::Ok,
            content_type: TEXT,
            body,
        }
    }

    /// Refused, with the stored size or with words for whoever reads the log's journal.
    #[must_use]
    pub fn refused(refusal: &Refusal) -> Self {
        let (content_type, body) = match refusal {
            Refusal::Conflict { stored, .. } => (SIZE_CONTENT_TYPE, format!("{stored}\n")),
            other => (TEXT, format!("{other}\n")),
        };
        Self {
            status: refusal.status(),
            content_type,
            body,
        }
    }
}

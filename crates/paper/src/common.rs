//! What several papers share: a text in two languages, a moment a person can act on, the
//! authority's standing notices, a portrait, and why a paper could not be printed.

use thiserror::Error;

use crate::qr::QrError;

/// One text in both languages of the programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    /// Spanish; printed first and larger.
    pub es: String,
    /// English; printed second and smaller.
    pub en: String,
}

impl Bilingual {
    /// A text in Spanish and in English.
    pub fn new(es: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            es: es.into(),
            en: en.into(),
        }
    }
}

/// A date and time as a person reads it on a wall clock, with the clock named.
///
/// The zone and the offset are printed because the two sides of one bridge have differed by an
/// hour (facts F), and a reader must see which clock the deadline follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// The day in both languages, with weekday: `jueves 27 nov 2026` / `Thursday 27 Nov 2026`.
    pub date: Bilingual,
    /// 24-hour wall time: `19:00`.
    pub time: String,
    /// The zone in words a traveller knows: `hora de Chiapas` / `Chiapas time`.
    pub zone: Bilingual,
    /// The offset at that moment: `UTC−6`.
    pub offset: String,
    /// The mark of what stood on a sheet of paper first, printed with the moment wherever that is
    /// (EES Art. 21(3)); none for most.
    pub late: Option<Bilingual>,
}

impl Moment {
    /// A line behind the moment with its late mark, in Spanish; nothing for most.
    pub(crate) fn late_es(&self) -> String {
        self.late
            .as_ref()
            .map_or_else(String::new, |late| format!("\n{}", late.es))
    }

    /// The same in English, on the same line.
    pub(crate) fn late_en(&self) -> String {
        self.late
            .as_ref()
            .map_or_else(String::new, |late| format!(" · {}", late.en))
    }
}

/// The authority's standing notices, the same on each of its papers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// Who may ask for this paper, and what they owe in return.
    pub who_may_ask: Bilingual,
    /// Where to complain: telephone and address of a body outside the authority.
    pub complaints: Bilingual,
    /// How anyone can check a card: the address of the checking page, or what to ask for.
    pub how_to_check: Bilingual,
}

impl Notices {
    /// Characters of a notice in one language that fit on the back of a card even when all three are
    /// as long; longer ones may fit, and are refused by name where they do not.
    pub const LONGEST: usize = 140;
}

/// A portrait for human eyes. It is printed and nothing else: never in the QR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Portrait {
    /// Bytes of a JPEG file.
    Jpeg(Vec<u8>),
    /// Bytes of a PNG file.
    Png(Vec<u8>),
}

impl Portrait {
    /// The portrait in a file a person sent: a picture within the limits that can be read to its
    /// end, without what its camera wrote beside it (place, time, device).
    ///
    /// # Errors
    /// [`PrintError::Portrait`] for anything else; better refused at the desk than on paper.
    pub fn from_file(bytes: Vec<u8>) -> Result<Self, PrintError> {
        let portrait = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Self::Png(bytes)
        } else {
            let bare = crate::portrait::bare_jpeg(&bytes).ok_or(PrintError::Portrait)?;
            Self::Jpeg(bare)
        };
        crate::portrait::size(&portrait)?;
        if crate::scan::is_picture(portrait.bytes()) {
            Ok(portrait)
        } else {
            Err(PrintError::Portrait)
        }
    }

    /// The bytes as they are kept and printed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Jpeg(bytes) | Self::Png(bytes) => bytes,
        }
    }

    /// The bytes, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Jpeg(bytes) | Self::Png(bytes) => bytes,
        }
    }
}

/// Why a paper could not be printed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PrintError {
    /// Nothing to print was given.
    #[error("there is nothing to print: give at least one card")]
    Empty,
    /// The QR text does not fit its paper.
    #[error("the code cannot be printed: {0}")]
    Qr(#[from] QrError),
    /// The portrait could not be read.
    #[error("the portrait cannot be read: take it again as JPEG or PNG, or print without it")]
    Portrait,
    /// A field holds more text than its place takes at the smallest legible size.
    #[error("the field `{field}` does not fit on {paper}: shorten it")]
    TooLong {
        /// The paper, as in its function's name.
        paper: &'static str,
        /// The field, as in its struct.
        field: &'static str,
    },
    /// A character that the paper's font does not have.
    #[error(
        "the character `{character}` cannot be printed on {paper}: \
         use the Latin spelling of the travel document"
    )]
    Character {
        /// The paper, as in its function's name.
        paper: &'static str,
        /// The first such character.
        character: char,
    },
    /// The PDF writer refused the document.
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

//! The anchor: the page on which two authorities compare each other's root keys in person.
//!
//! Plain text that people can read to each other: who, which roots with their fingerprints, where
//! to reach them, until when. It carries no signature, because whoever could sign it is what it
//! introduces; it is trusted after two people have compared the fingerprints on paper, and from
//! then on pinned. There is exactly one way to write an anchor, and only that is read.

use core::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    bundle::{Pinned, TooFewRoots},
    key::PublicKey,
    moment::Moment,
};

/// The first line, with the version of the form.
const TITLE: &str = "paso anchor 1";

/// Longest anchor read; two roots and a handful of endpoints need some 800.
const MAX_ANCHOR_BYTES: usize = 16 * 1024;

/// An authority's roots and addresses, as exchanged in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The authority's short name, such as `MX-INM`; bundles carry it.
    pub authority: String,
    /// The name people know it by.
    pub name: String,
    /// From when on it may be pinned.
    pub valid_from: Moment,
    /// Until when it may be pinned; what was pinned before stays.
    pub valid_until: Moment,
    /// Addresses where bundles and heads are fetched.
    pub endpoints: Vec<String>,
    /// The roots, at least two to be of use.
    pub roots: Vec<PublicKey>,
}

/// Why a text is no anchor; lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// Longer than any anchor.
    #[error("the file is too long for an anchor; choose the right file")]
    TooLong,
    /// A line is not what belongs there.
    #[error(
        "line {line} should read `{expected}: …`; export the anchor again instead of editing it"
    )]
    Line {
        /// The line.
        line: usize,
        /// What should stand before the colon.
        expected: &'static str,
    },
    /// A fingerprint that is not its key's: the file was changed.
    #[error(
        "the fingerprint in line {0} is not that of its key; the file was changed, do not pin it"
    )]
    Fingerprint(usize),
    /// Everything is there, but not written as anchors are (blanks, order, line ends).
    #[error("the anchor is not in its one exact form; export it again instead of editing it")]
    NotExact,
    /// Fewer than two different roots.
    #[error(transparent)]
    TooFewRoots(#[from] TooFewRoots),
}

impl Anchor {
    /// The pins that follow from this anchor, once its fingerprints were compared.
    pub fn pinned(&self) -> Result<Pinned, TooFewRoots> {
        Pinned::new(self.authority.clone(), self.roots.clone())
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        writeln!(f, "authority: {}", self.authority)?;
        writeln!(f, "name: {}", self.name)?;
        writeln!(f, "valid-from: {}", self.valid_from)?;
        writeln!(f, "valid-until: {}", self.valid_until)?;
        for endpoint in &self.endpoints {
            writeln!(f, "endpoint: {endpoint}")?;
        }
        for root in &self.roots {
            writeln!(f, "root: {}", URL_SAFE_NO_PAD.encode(root.to_cose_key()))?;
            writeln!(f, "fingerprint: {}", root.fingerprint())?;
        }
        Ok(())
    }
}

impl FromStr for Anchor {
    type Err = AnchorError;

    fn from_str(text: &str) -> Result<Self, AnchorError> {
        if text.len() > MAX_ANCHOR_BYTES {
            return Err(AnchorError::TooLong);
        }
        let mut lines = Lines::new(text);
        if lines.rest.next().map(|(_, line)| line) != Some(TITLE) {
            return Err(AnchorError::Line {
                line: 1,
                expected: TITLE,
            });
        }
        let anchor = Self {
            authority: lines.value("authority")?.to_owned(),
            name: lines.value("name")?.to_owned(),
            valid_from: lines.parsed("valid-from")?,
            valid_until: lines.parsed("valid-until")?,
            endpoints: lines.endpoints()?,
            roots: lines.roots()?,
        };
        anchor.pinned()?;
        if anchor.valid_from > anchor.valid_until || anchor.to_string() != text {
            return Err(AnchorError::NotExact);
        }
        Ok(anchor)
    }
}

/// The lines of an anchor, numbered from 1.
struct Lines<'a> {
    rest: core::iter::Peekable<core::iter::Zip<core::ops::RangeFrom<usize>, core::str::Lines<'a>>>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            rest: (1..).zip(text.lines()).peekable(),
        }
    }

    /// Takes the next line as `label: value`, or says what is missing where.
    fn numbered(&mut self, label: &'static str) -> Result<(usize, &'a str), AnchorError> {
        let (line, text) = self.rest.next().unwrap_or((0, ""));
        text.strip_prefix(label)
            .and_then(|rest| rest.strip_prefix(": "))
            .filter(|value| !value.is_empty())
            .map(|value| (line, value))
            .ok_or(AnchorError::Line {
                line,
                expected: label,
            })
    }

    fn value(&mut self, label: &'static str) -> Result<&'a str, AnchorError> {
        self.numbered(label).map(|(_, value)| value)
    }

    fn parsed<T: FromStr>(&mut self, label: &'static str) -> Result<T, AnchorError> {
        let (line, value) = self.numbered(label)?;
        value.parse().map_err(|_| AnchorError::Line {
            line,
            expected: label,
        })
    }

    fn next_is(&mut self, label: &str) -> bool {
        self.rest
            .peek()
            .is_some_and(|(_, line)| line.starts_with(label))
    }

    fn endpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        let mut endpoints = Vec::new();
        while self.next_is("endpoint") {
            endpoints.push(self.value("endpoint")?.to_owned());
        }
        Ok(endpoints)
    }

    fn roots(&mut self) -> Result<Vec<PublicKey>, AnchorError> {
        let mut roots = Vec::new();
        while self.rest.peek().is_some() {
            let (line, value) = self.numbered("root")?;
            let root = URL_SAFE_NO_PAD
                .decode(value)
                .ok()
                .and_then(|key| PublicKey::from_cose_key(&key).ok())
                .ok_or(AnchorError::Line {
                    line,
                    expected: "root",
                })?;
            let (line, fingerprint) = self.numbered("fingerprint")?;
            if fingerprint != root.fingerprint() {
                return Err(AnchorError::Fingerprint(line));
            }
            roots.push(root);
        }
        Ok(roots)
    }
}

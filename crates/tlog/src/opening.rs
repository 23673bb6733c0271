//! The first leaf of a log, which says which log it is and which one it continues.
//!
//! C2SP leaves the end of a log to its operator. Here a log is opened by a leaf of its own and a
//! year's log is continued by the next one, whose opening leaf names the last head of the old: so the
//! years hang together for whoever holds any later head, and a log cannot be begun anew in silence.
//!
//! ```text
//! paso log opening v1
//! <origin>
//! <origin of the log before>     these three lines
//! <its last size>                only where
//! <its last root, base64>        there is one
//! ```

use crate::{
    checkpoint::{Head, Origin},
    hash::Hash,
    text::{decimal, take_line},
    tree::MAX_SIZE,
};

/// The longest opening leaf.
pub const MAX_OPENING_BYTES: usize = 250;

/// The longest origin of a log that is opened so: two of them fit a leaf.
pub const MAX_OPENED_ORIGIN_BYTES: usize = 80;

const TITLE: &str = "paso log opening v1";

/// What the first leaf of a log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    origin: Origin,
    continues: Option<(Origin, Head)>,
}

/// Why a log cannot be opened, or bytes open none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// An origin longer than [`MAX_OPENED_ORIGIN_BYTES`].
    #[error("a log's origin has at most {MAX_OPENED_ORIGIN_BYTES} bytes; choose a shorter one")]
    Origin,
    /// A log that continues itself, or one that is empty.
    #[error("a log continues another log that has entries; choose another origin")]
    Continues,
    /// Not the lines of an opening leaf.
    #[error("the first leaf of the log does not open it; fetch it again, and report this")]
    Malformed,
}

impl Opening {
    /// The opening of a log, and of the head it continues.
    pub fn new(origin: Origin, continues: Option<(Origin, Head)>) -> Result<Self, OpeningError> {
        let long = |origin: &Origin| origin.as_ref().len() > MAX_OPENED_ORIGIN_BYTES;
        if long(&origin) || continues.as_ref().is_some_and(|(old, _)| long(old)) {
            return Err(OpeningError::Origin);
        }
        if continues
            .as_ref()
            .is_some_and(|(old, head)| *old == origin || head.size == 0 || head.size > MAX_SIZE)
        {
            return Err(OpeningError::Continues);
        }
        Ok(Self { origin, continues })
    }

    /// The log that is opened.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The log before it, with its last head.
    #[must_use]
    pub const fn continues(&self) -> Option<&(Origin, Head)> {
        self.continues.as_ref()
    }

    /// The leaf.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let before = self
            .continues
            .as_ref()
            .map_or_else(String::new, |(old, head)| {
                format!("{old}\n{}\n{}\n", head.size, head.root.to_base64())
            });
        format!("{TITLE}\n{}\n{before}", self.origin).into_bytes()
    }

    /// Reads a leaf. Every leaf read is written again as the same bytes.
    pub fn parse(leaf: &[u8]) -> Result<Self, OpeningError> {
        let malformed = || OpeningError::Malformed;
        let mut rest = core::str::from_utf8(leaf)
            .ok()
            .filter(|text| text.len() <= MAX_OPENING_BYTES)
            .ok_or_else(malformed)?;
        if take_line(&mut rest) != Some(TITLE) {
            return Err(malformed());
        }
        let origin = |rest: &mut &str| take_line(rest).and_then(Origin::new).ok_or_else(malformed);
        let opened = origin(&mut rest)?;
        let continues = if rest.is_empty() {
            None
        } else {
            let old = origin(&mut rest)?;
            let size = take_line(&mut rest)
                .and_then(decimal)
                .ok_or_else(malformed)?;
            let root = take_line(&mut rest)
                .and_then(Hash::from_base64)
                .ok_or_else(malformed)?;
            if !rest.is_empty() {
                return Err(malformed());
            }
            Some((old, Head { size, root }))
        };
        Self::new(opened, continues)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        Origin::new(text).unwrap()
    }

    const HEAD: Head = Head {
        size: 70_000,
        root: Hash([7; 32]),
    };

    #[test]
    fn a_leaf_reads_back_and_fits() {
        let longest = "x".repeat(MAX_OPENED_ORIGIN_BYTES);
        let most = Head {
            size: MAX_SIZE,
            ..HEAD
        };
        for opening in [
            Opening::new(origin("mx.example/log/2026"), None),
            Opening::new(
                origin("mx.example/log/2027"),
                Some((origin("mx.example/log/2026"), HEAD)),
            ),
            Opening::new(
                origin(&longest),
                Some((origin(&longest.replace('x', "y")), most)),
            ),
        ] {
            let opening = opening.unwrap();
            let leaf = opening.to_bytes();
            assert!(leaf.len() <= MAX_OPENING_BYTES, "{}", leaf.len());
            assert_eq!(Opening::parse(&leaf), Ok(opening));
            // Cut anywhere but at the end of the second line it opens nothing.
            for end in 0..leaf.len() {
                let read = Opening::parse(&leaf[..end]);
                let lines = leaf[..end].split(|byte| *byte == b'\n').count() - 1;
                let whole_line = leaf[..end].ends_with(b"\n");
                assert_eq!(read.is_ok(), lines == 2 && whole_line, "{end}");
            }
        }
    }

    #[test]
    fn what_opens_nothing_is_refused() {
        let new = |at: &str, continues| Opening::new(origin(at), continues);
        let long = "x".repeat(MAX_OPENED_ORIGIN_BYTES + 1);
        assert_eq!(new(&long, None), Err(OpeningError::Origin));
        assert_eq!(
            new("a", Some((origin(&long), HEAD))),
            Err(OpeningError::Origin)
        );
        assert_eq!(
            new("a", Some((origin("a"), HEAD))),
            Err(OpeningError::Continues)
        );
        assert_eq!(
            new("a", Some((origin("b"), Head::EMPTY))),
            Err(OpeningError::Continues)
        );
        let root = HEAD.root.to_base64();
        for leaf in [
            String::new(),
            "paso log opening v2\na\n".into(),
            "paso log opening v1\n\n".into(),
            format!("paso log opening v1\na\nb\n07\n{root}\n"),
            format!("paso log opening v1\na\nb\n7\n{root}\n\n"),
            format!("paso log opening v1\na\nb\n7\n{}\n", &root[1..]),
        ] {
            assert_eq!(
                Opening::parse(leaf.as_bytes()),
                Err(OpeningError::Malformed),
                "{leaf:?}"
            );
        }
    }
}

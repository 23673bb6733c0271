//! What a mirror asks of an authority's hub, and in which words the hub can fail.

use core::{fmt, str::FromStr};

use paso_tlog::checkpoint::Origin;

/// The most rows a hub gives at a time.
pub const ROWS_AT_A_TIME: u64 = 4096;

/// The most bytes read of a feed: the rows of one answer, with portraits.
pub const MAX_FEED_BYTES: usize = 64 * 1024 * 1024;

/// What a log is called in its addresses, and the last part of its origin: the year in which it was
/// opened, and behind a hyphen which log of its authority's it is, where an earlier one was lost and
/// begun anew. Ordered as the logs follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    edition: u16,
    year: u16,
}

impl Label {
    /// The label in which a log's origin ends; none where it ends otherwise.
    #[must_use]
    pub fn of(origin: &Origin) -> Option<Self> {
        origin.as_ref().rsplit_once('/')?.1.parse().ok()
    }

    /// One number for one label, in their order: how the database has them.
    pub(super) fn number(self) -> i64 {
        i64::from(self.edition) * 10_000 + i64::from(self.year)
    }

    /// The inverse of [`Label::number`].
    pub(super) fn from_number(number: i64) -> Option<Self> {
        let label = Self {
            edition: u16::try_from(number / 10_000).ok()?,
            year: u16::try_from(number % 10_000).ok()?,
        };
        (label.edition > 0 && label.year > 0).then_some(label)
    }
}

/// The text labels no log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a log's label; it is a year such as 2026, or 2026-2 for a log begun anew")]
pub struct NotALabel;

impl FromStr for Label {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        let (year, edition) = text.split_once('-').unwrap_or((text, "1"));
        let label = Self {
            edition: edition.parse().map_err(|_| NotALabel)?,
            year: year.parse().map_err(|_| NotALabel)?,
        };
        // One text for one log: no sign, no zeros in front, no `-1`.
        let exact = label.edition > 0 && (1..=9999).contains(&label.year);
        if !exact || label.to_string() != text {
            return Err(NotALabel);
        }
        Ok(label)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.edition > 1 {
            write!(f, "-{}", self.edition)?;
        }
        Ok(())
    }
}

/// Why a hub gave nothing that can be read.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No connection, or it broke, or it took too long.
    #[error("the hub at {url} does not answer ({reason}); it is asked again")]
    Silent {
        /// What was asked for.
        url: String,
        /// What the network says.
        reason: String,
    },
    /// An answer that is none.
    #[error(
        "the hub answered {status} to {url}; compare its address and the mirror token with its operator"
    )]
    Status {
        /// What was asked for.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// More than any honest answer.
    #[error("the hub's answer to {url} is larger than {most} bytes; ask its operator")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// The limit.
        most: usize,
    },
    /// Not the list of logs.
    #[error("the hub's list of logs at {url} cannot be read; its program may be newer")]
    List {
        /// What was asked for.
        url: String,
    },
}

/// A hub, as a mirror sees it. All it gives is untrusted.
pub trait Hub: Send + Sync {
    /// The origins of its logs.
    fn origins(&self) -> impl Future<Output = Result<Vec<Origin>, HubError>> + Send;

    /// The newest published checkpoint of a log; none where nothing is published.
    fn checkpoint(
        &self,
        label: Label,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, HubError>> + Send;

    /// Rows of a log from this place on, at most [`ROWS_AT_A_TIME`].
    fn feed(
        &self,
        label: Label,
        from: u64,
    ) -> impl Future<Output = Result<Vec<u8>, HubError>> + Send;

    /// The newest trust bundle; none where the hub does not serve it.
    fn bundle(&self) -> impl Future<Output = Result<Option<Vec<u8>>, HubError>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_the_last_part_of_an_origin_and_has_one_spelling() {
        let of = |text: &str| Label::of(&Origin::new(text).unwrap());
        for text in ["2026", "2027-2", "0926", "9999-65535"] {
            let label = of(&format!("log.example.org/mx/{text}")).unwrap();
            assert_eq!(label.to_string(), text);
            assert_eq!(Label::from_number(label.number()), Some(label));
        }
        for wrong in [
            "log.example.org",
            "log.example.org/26",
            "log.example.org/+202",
            "log.example.org/0000",
            "log.example.org/2026-1",
            "log.example.org/2026-02",
            "log.example.org/2026-",
            "2026",
            "log.example.org/2026/",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        let mut labels: Vec<Label> = ["2028-2", "2026", "2027-2", "2027"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        labels.sort_unstable();
        let order: Vec<_> = labels.iter().map(Label::to_string).collect();
        assert_eq!(order, ["2026", "2027", "2027-2", "2028-2"]);
    }
}

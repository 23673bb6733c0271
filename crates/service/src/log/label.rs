//! What a log is called: by the year in which it was opened, and by how often the authority had to
//! begin anew.

use core::{fmt, str::FromStr};
use paso_domain::crossings::Zone;
use paso_formats::moment::Moment;
use paso_tlog::{checkpoint::Origin, note::KeyName, opening::MAX_OPENED_ORIGIN_BYTES};

/// The last part of a log's origin and of its addresses: `2026`, or `2026-2` for the second log of
/// an authority that lost its first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Grows by one each time the authority begins a log anew beside the years' turn.
    pub edition: u16,
    /// The year in which the log was opened, by the clock of the home post.
    pub year: i16,
}

impl Label {
    /// The label of the log that is open at a moment.
    #[must_use]
    pub fn at(now: Moment, zone: &Zone, edition: u16) -> Self {
        Self {
            edition,
            year: zone.date_at(now).year(),
        }
    }

    /// The label of the year after.
    #[must_use]
    pub const fn next_year(self) -> Self {
        Self {
            year: self.year.saturating_add(1),
            ..self
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.edition == 1 {
            write!(f, "{:04}", self.year)
        } else {
            write!(f, "{:04}-{}", self.year, self.edition)
        }
    }
}

/// The text labels no log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a log's label; it looks like 2026, or 2026-2")]
pub struct NotALabel;

impl FromStr for Label {
    type Err = NotALabel;

    fn from_str(text: &str) -> Result<Self, NotALabel> {
        let (year, edition) = match text.split_once('-') {
            None => (text, "1"),
            Some((year, edition)) => (year, edition),
        };
        let label = Self {
            edition: edition.parse().map_err(|_| NotALabel)?,
            year: year.parse().map_err(|_| NotALabel)?,
        };
        // One text for one log: no sign, no zeros in front, no `-1`.
        if label.edition == 0 || label.to_string() != text {
            return Err(NotALabel);
        }
        Ok(label)
    }
}

/// What all logs of an authority's origins begin with: an address without `https://`, under which
/// they are served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

/// The text cannot begin the origins of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "write an address without https://, spaces, plus or a slash at its end, of at most 60 bytes, \
     such as mx.example/log"
)]
pub struct NotABase;

impl FromStr for Base {
    type Err = NotABase;

    fn from_str(text: &str) -> Result<Self, NotABase> {
        // What follows is at most `/9999-65535`.
        let fits = text.len() <= MAX_OPENED_ORIGIN_BYTES - 20;
        let address = !text.contains("://") && !text.ends_with('/') && text.is_ascii();
        if !fits || !address || text.parse::<KeyName>().is_err() {
            return Err(NotABase);
        }
        Ok(Self(text.to_owned()))
    }
}

impl Base {
    /// The origin of the log with this label, which is its key's name, too.
    #[must_use]
    pub fn origin(&self, label: Label) -> String {
        format!("{}/{label}", self.0)
    }

    /// The label in an origin that begins so.
    #[must_use]
    pub fn label(&self, origin: &Origin) -> Option<Label> {
        let rest = origin.as_ref().strip_prefix(&self.0)?;
        rest.strip_prefix('/')?.parse().ok()
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_one_text() {
        for text in ["2026", "2026-2", "0001", "9999-65535"] {
            assert_eq!(text.parse::<Label>().unwrap().to_string(), text);
        }
        for text in [
            "", "26", "2026-1", "2026-0", "2026-02", "02026", "+2026", "2026-2-3", "log",
        ] {
            assert_eq!(text.parse::<Label>(), Err(NotALabel), "{text}");
        }
    }

    #[test]
    fn the_year_is_the_home_posts() {
        let zone = Zone::named("America/Mexico_City").unwrap();
        let at = |text: &str| Label::at(text.parse().unwrap(), &zone, 1).to_string();
        assert_eq!(at("2027-01-01T05:59:59Z"), "2026");
        assert_eq!(at("2027-01-01T06:00:00Z"), "2027");
    }

    #[test]
    fn an_origin_is_a_base_and_a_label() {
        let base: Base = "mx.example/log".parse().unwrap();
        let label: Label = "2026-2".parse().unwrap();
        let origin = Origin::new(&base.origin(label)).unwrap();
        assert_eq!(origin.as_ref(), "mx.example/log/2026-2");
        assert_eq!(base.label(&origin), Some(label));
        for other in [
            "mx.example/log2026",
            "mx.example/logs/2026",
            "gt.example/log/2026",
        ] {
            assert_eq!(base.label(&Origin::new(other).unwrap()), None, "{other}");
        }
        for wrong in [
            "https://mx.example",
            "mx.example/",
            "",
            "a b",
            "a+b",
            "ñ.example",
        ] {
            assert_eq!(wrong.parse::<Base>(), Err(NotABase), "{wrong}");
        }
    }
}

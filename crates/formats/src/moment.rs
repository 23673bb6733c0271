//! An instant, to the second.

use core::fmt;

/// An instant in Unix seconds, UTC.
///
/// Seconds are enough: sequence numbers, not clocks, decide order (DESIGN §7), and CWT dates are
/// whole seconds. Local time is a way of showing a moment in the zone of a crossing, never a way
/// of storing one (facts F).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// Seconds in a minute, an hour and a day of elapsed time (not a calendar day).
pub const MINUTE: i64 = 60;
/// See [`MINUTE`].
pub const HOUR: i64 = 60 * MINUTE;
/// See [`MINUTE`].
pub const DAY: i64 = 24 * HOUR;

impl Moment {
    /// The earliest and the latest moment that can be shown with a four-digit year.
    pub const MIN: Self = Self(-62_135_596_800);
    /// See [`Moment::MIN`].
    pub const MAX: Self = Self(253_402_300_799);

    /// A moment from Unix seconds; what lies outside years 1 to 9999 is clamped, so that every
    /// moment can be shown and added to without overflow.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Unix seconds.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This moment moved by `seconds` of elapsed time, clamped as in [`Moment::from_unix`].
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is the later one.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The start of the minute this moment lies in: the coarse time of the journal's envelope.
    #[must_use]
    pub const fn floor_minute(self) -> Self {
        Self(self.0 - self.0.rem_euclid(MINUTE))
    }

    /// The same instant for calendar arithmetic.
    #[must_use]
    pub fn timestamp(self) -> jiff::Timestamp {
        // Years 1 to 9999 lie inside jiff's range, so the default is never taken.
        jiff::Timestamp::from_second(self.0).unwrap_or_default()
    }
}

impl From<jiff::Timestamp> for Moment {
    fn from(t: jiff::Timestamp) -> Self {
        Self::from_unix(t.as_second())
    }
}

/// RFC 3339 in UTC: `2014-07-07T17:00:00Z`.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

/// The text is not an instant such as `2014-07-07T17:00:00Z`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an instant; write it like 2014-07-07T17:00:00Z")]
pub struct NotAMoment;

impl core::str::FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        text.parse::<jiff::Timestamp>()
            .map(Self::from)
            .map_err(|_| NotAMoment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_and_parses_rfc_3339() {
        let start: Moment = "2014-07-07T17:00:00Z".parse().unwrap();
        assert_eq!(start.unix(), 1_404_752_400);
        assert_eq!(start.to_string(), "2014-07-07T17:00:00Z");
        assert_eq!("yesterday".parse::<Moment>(), Err(NotAMoment));
    }

    #[test]
    fn extremes_are_clamped_and_printable() {
        for moment in [Moment::from_unix(i64::MAX), Moment::from_unix(i64::MIN)] {
            assert_eq!(
                moment.plus(i64::MAX).plus(i64::MIN).timestamp().as_second(),
                moment.plus(i64::MAX).plus(i64::MIN).unix()
            );
            assert!(!moment.to_string().is_empty());
        }
    }

    #[test]
    fn the_coarse_minute_never_lies_ahead() {
        for second in [-61, -60, -1, 0, 1, 59, 60, 61] {
            let moment = Moment::from_unix(second);
            assert!(moment.floor_minute() <= moment);
            assert!(moment.since(moment.floor_minute()) < MINUTE);
        }
    }
}

//! How long a log has been silent, and from when on that alarms.

use paso_tlog::cosignature::Timestamp;

/// Silence above this many seconds is late: a living log sends a head every few seconds, and 15
/// minutes outlast a restart.
pub const LATE: u64 = 15 * 60;

/// Silence above this many seconds is an incident: nobody can say that the log still keeps what it
/// took in.
pub const SILENT: u64 = 24 * 60 * 60;

/// How a log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// It has never sent a head that was cosigned.
    Unseen,
    /// Heard of within [`LATE`].
    Current,
    /// Not within [`LATE`].
    Late,
    /// Not within [`SILENT`].
    Silent,
}

impl Lag {
    /// How a log stands `now` whose newest head was cosigned at `seen`. A head of the future, by a
    /// clock that was set back, is current.
    #[must_use]
    pub fn of(seen: Option<Timestamp>, now: Timestamp) -> Self {
        match seen.map(|seen| now.seconds().saturating_sub(seen.seconds())) {
            None => Self::Unseen,
            Some(0..=LATE) => Self::Current,
            Some(..=SILENT) => Self::Late,
            Some(_) => Self::Silent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_alarms_after_a_quarter_of_an_hour_and_after_a_day() {
        let at = |seconds| Timestamp::from_seconds(seconds).unwrap();
        let now = at(1_000_000);
        assert_eq!(Lag::of(None, now), Lag::Unseen);
        for (silence, lag) in [
            (-60, Lag::Current),
            (0, Lag::Current),
            (900, Lag::Current),
            (901, Lag::Late),
            (86_400, Lag::Late),
            (86_401, Lag::Silent),
            (1_000_000, Lag::Silent),
        ] {
            let seen = at(now.seconds().checked_add_signed(-silence).unwrap());
            assert_eq!(Lag::of(Some(seen), now), lag, "{silence}");
        }
    }
}

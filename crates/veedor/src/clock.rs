//! The wall clock, in the one place that may read it.

use paso_formats::moment::Moment;
use paso_tlog::cosignature::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where the present comes from.
#[derive(Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Seconds since 1970 that stand still until they are set: tests.
    Set(AtomicU64),
}

impl Clock {
    /// The present; 1970 where the machine's clock stands before it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let seconds = match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that reads the clock"
            )]
            Self::System => u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0),
            Self::Set(seconds) => seconds.load(Ordering::SeqCst),
        };
        Timestamp::from_seconds(seconds).unwrap_or(EPOCH)
    }

    /// The present, as statements and reports have it.
    #[must_use]
    pub fn moment(&self) -> Moment {
        Moment::from_unix(i64::try_from(self.now().seconds()).unwrap_or(i64::MAX))
    }
}

const EPOCH: Timestamp = match Timestamp::from_seconds(0) {
    Some(epoch) => epoch,
    None => unreachable!(),
};

//! The wall clock, in the one place that may read it.

use paso_formats::moment::Moment;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the present comes from.
#[derive(Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is set: tests and demonstrations.
    Set(AtomicI64),
}

impl Clock {
    /// A clock that stands at `now`.
    #[must_use]
    pub const fn fixed(now: Moment) -> Self {
        Self::Set(AtomicI64::new(now.unix()))
    }

    /// Moves a set clock; the machine's clock is not ours to move.
    pub fn set(&self, now: Moment) {
        if let Self::Set(seconds) = self {
            seconds.store(now.unix(), Ordering::SeqCst);
        }
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Moment {
        match self {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the one place that reads the clock"
            )]
            Self::System => Moment::from(jiff::Timestamp::now()),
            Self::Set(seconds) => Moment::from_unix(seconds.load(Ordering::SeqCst)),
        }
    }
}

//! How often somebody asked lately, without knowing who.
//!
//! An asker is a truncated HMAC of the address under a key that is only in memory and drawn anew
//! every hour: nothing here leads back to an address, not even for whoever takes the machine, and
//! nothing is known of the hour before. Each asker has a bucket of tokens that fills with time.
//! How many there can be is fixed; askers beyond that share one bucket.

use crate::peer::Peer;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::collections::HashMap;

/// How often may be asked: so many at once, and so many each minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tells this rate's buckets from those of others.
    pub class: u8,
    /// How many at once after a rest.
    pub burst: u32,
    /// How many each minute after that.
    pub per_minute: u32,
}

/// Too often: how many seconds until the next is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// Seconds, at least one.
    pub wait: u32,
}

/// How long a key, and with it every bucket, lives.
pub const KEY_SECONDS: i64 = 3600;

/// The shared bucket of those beyond the ceiling stands for so many askers.
const OVERFLOW: u32 = 50;

/// Tokens are counted in sixtieths: what comes in a second at a rate by the minute is whole.
const TOKEN: u64 = 60;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Sixtieths of tokens at `at`.
    held: u64,
    at: i64,
}

/// All buckets.
pub struct Buckets {
    most: usize,
    draw: Box<dyn FnMut() -> [u8; 32] + Send>,
    key: [u8; 32],
    drawn: i64,
    held: HashMap<u64, Bucket>,
    /// By class.
    overflow: HashMap<u8, Bucket>,
}

impl core::fmt::Debug for Buckets {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} buckets", self.held.len())
    }
}

impl Buckets {
    /// At most `most` buckets, under keys that `draw` makes.
    pub fn new(most: usize, draw: impl FnMut() -> [u8; 32] + Send + 'static) -> Self {
        Self {
            most,
            // Before the first asker comes, this key is too old, whatever the clock says.
            key: [0; 32],
            draw: Box::new(draw),
            drawn: i64::MIN,
            held: HashMap::new(),
            overflow: HashMap::new(),
        }
    }

    /// Takes a token of this asker. `now` is in seconds of any clock.
    pub fn take(&mut self, rate: Rate, peer: Peer, now: i64) -> Result<(), TooOften> {
        // A clock that was set back must not keep a key for longer.
        if !(0..KEY_SECONDS).contains(&now.saturating_sub(self.drawn)) {
            self.key = (self.draw)();
            self.drawn = now;
            self.held = HashMap::new();
            self.overflow = HashMap::new();
        }
        let code = self.code(rate.class, peer);
        if !self.held.contains_key(&code) && self.held.len() >= self.most {
            self.forget_the_rested(rate, now);
        }
        let (bucket, rate) = if self.held.contains_key(&code) || self.held.len() < self.most {
            let bucket = self.held.entry(code).or_insert_with(|| full(rate, now));
            (bucket, rate)
        } else {
            let shared = Rate {
                burst: rate.burst.saturating_mul(OVERFLOW),
                per_minute: rate.per_minute.saturating_mul(OVERFLOW),
                ..rate
            };
            let bucket = self.overflow.entry(rate.class);
            (bucket.or_insert_with(|| full(shared, now)), shared)
        };
        fill(bucket, rate, now);
        if bucket.held >= TOKEN {
            bucket.held -= TOKEN;
            return Ok(());
        }
        let missing = TOKEN - bucket.held;
        let wait = missing.div_ceil(u64::from(rate.per_minute.max(1)));
        Err(TooOften {
            wait: u32::try_from(wait).unwrap_or(u32::MAX).max(1),
        })
    }

    /// How many buckets there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether nobody asked lately.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Eight bytes: enough to tell askers apart, too few to be a proof of anything.
    fn code(&self, class: u8, peer: Peer) -> u64 {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else {
            return 0;
        };
        mac.update(&[class]);
        mac.update(&peer.distinct());
        let tag = mac.finalize().into_bytes();
        tag.iter()
            .take(8)
            .fold(0, |code, byte| code << 8 | u64::from(*byte))
    }

    /// Drops buckets that have had the time to fill: they say nothing that a new one would not. The
    /// classes have other rates; taking this one's can only be kind to the asker.
    fn forget_the_rested(&mut self, rate: Rate, now: i64) {
        let time = i64::from(rate.burst.div_ceil(rate.per_minute.max(1))).saturating_mul(60);
        self.held
            .retain(|_, bucket| now.saturating_sub(bucket.at) < time);
    }
}

fn full(rate: Rate, now: i64) -> Bucket {
    Bucket {
        held: u64::from(rate.burst) * TOKEN,
        at: now,
    }
}

fn fill(bucket: &mut Bucket, rate: Rate, now: i64) {
    let passed = u64::try_from(now.saturating_sub(bucket.at)).unwrap_or(0);
    let came = passed.saturating_mul(u64::from(rate.per_minute));
    bucket.held = bucket
        .held
        .saturating_add(came)
        .min(u64::from(rate.burst) * TOKEN);
    bucket.at = now;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::{IpAddr, Ipv4Addr};

    const RATE: Rate = Rate {
        class: 0,
        burst: 5,
        per_minute: 12,
    };

    fn buckets(most: usize) -> Buckets {
        let mut drawn = 0;
        Buckets::new(most, move || {
            drawn += 1;
            [drawn; 32]
        })
    }

    fn peer(number: u32) -> Peer {
        Peer::at(IpAddr::V4(Ipv4Addr::from(number)))
    }

    #[test]
    fn a_burst_passes_then_the_rate_and_the_wait_is_true() {
        let mut buckets = buckets(10);
        for _ in 0..5 {
            assert_eq!(buckets.take(RATE, peer(1), 0), Ok(()));
        }
        assert_eq!(buckets.take(RATE, peer(1), 0), Err(TooOften { wait: 5 }));
        assert_eq!(buckets.take(RATE, peer(1), 4), Err(TooOften { wait: 1 }));
        assert_eq!(buckets.take(RATE, peer(1), 5), Ok(()));
        assert!(buckets.take(RATE, peer(1), 5).is_err());
        // Another asker, and another kind of request, are not concerned.
        assert_eq!(buckets.take(RATE, peer(2), 5), Ok(()));
        assert_eq!(buckets.take(Rate { class: 1, ..RATE }, peer(1), 5), Ok(()));
    }

    #[test]
    fn after_an_hour_nothing_is_known_of_anybody() {
        let mut buckets = buckets(10);
        while buckets.take(RATE, peer(1), 10).is_ok() {}
        let before = buckets.code(0, peer(1));
        assert_eq!(buckets.take(RATE, peer(2), 10 + KEY_SECONDS), Ok(()));
        assert_eq!(buckets.len(), 1, "the hour before is forgotten");
        assert_ne!(buckets.code(0, peer(1)), before, "under another key");
        // A clock set back forgets as well, instead of keeping a key for years.
        assert_eq!(buckets.take(RATE, peer(1), -1), Ok(()));
        assert_eq!(buckets.len(), 1);
    }

    #[test]
    fn a_flood_of_askers_costs_no_more_memory_and_keeps_no_known_one_out() {
        let mut buckets = buckets(100);
        assert_eq!(buckets.take(RATE, peer(0), 0), Ok(()));
        let passed = (1..100_000)
            .filter(|number| buckets.take(RATE, peer(*number), 0).is_ok())
            .count();
        assert_eq!(buckets.len(), 100);
        assert_eq!(
            passed,
            99 + 5 * OVERFLOW as usize,
            "strangers share one bucket"
        );
        assert_eq!(buckets.take(RATE, peer(0), 0), Ok(()));
        // When those have rested, there is room again.
        assert_eq!(buckets.take(RATE, peer(200_000), 60), Ok(()));
        assert_eq!(buckets.len(), 1);
    }

    proptest! {
        /// In no stretch of time does anybody get more than a burst and what the rate brought.
        #[test]
        fn nobody_gets_more_than_the_rate(
            asks in prop::collection::vec((0u32..4, 0i64..7), 1..300),
            burst in 1u32..8,
            per_minute in 1u32..120,
        ) {
            let rate = Rate { class: 0, burst, per_minute };
            let mut buckets = buckets(1000);
            let (mut now, mut passed) = (0, HashMap::<u32, Vec<i64>>::new());
            for (who, pause) in asks {
                now += pause;
                match buckets.take(rate, peer(who), now) {
                    Ok(()) => passed.entry(who).or_default().push(now),
                    Err(TooOften { wait }) => {
                        prop_assert!(wait >= 1);
                        prop_assert!(u64::from(wait) <= u64::from(60 / per_minute.min(60)) + 1);
                    }
                }
            }
            for times in passed.values() {
                for (first, from) in times.iter().enumerate() {
                    for (last, to) in times.iter().enumerate().skip(first) {
                        let came = (to - from) * i64::from(per_minute) / 60;
                        let most = i64::from(burst) + came + 1;
                        prop_assert!(i64::try_from(last - first).unwrap() < most + 1);
                    }
                }
            }
        }

        /// Waiting as long as one was told is always enough.
        #[test]
        fn who_waits_is_answered(burst in 1u32..5, per_minute in 1u32..100, asks in 1usize..20) {
            let rate = Rate { class: 3, burst, per_minute };
            let mut buckets = buckets(10);
            for _ in 0..asks {
                if let Err(TooOften { wait }) = buckets.take(rate, peer(9), 7) {
                    prop_assert_eq!(buckets.take(rate, peer(9), 7 + i64::from(wait)), Ok(()));
                    break;
                }
            }
        }
    }
}

//! In which quarters of an hour a machine worked, from nothing but the minutes of its entries.
//!
//! A machine that runs makes an entry at the latest every ten minutes, acts or none, and each is in
//! the log. So a quarter of an hour without one is a quarter in which nobody could be served there,
//! whatever anybody says of it; and whoever has the log's leaves can count the same.

use crate::crossings::Zone;
use jiff::civil::Date;
use paso_formats::moment::{HOUR, MINUTE, Moment};
use std::collections::{BTreeMap, BTreeSet};

const QUARTER: i64 = 15 * MINUTE;

/// A quarter of an hour, counted from the beginning of 1970 in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter(i64);

impl Quarter {
    /// The one in which a moment lies.
    #[must_use]
    pub const fn of(moment: Moment) -> Self {
        Self(moment.unix().div_euclid(QUARTER))
    }

    /// Its hour, counted likewise, and the bit that stands for it there.
    #[must_use]
    pub const fn in_hour(self) -> (i64, u8) {
        (self.0.div_euclid(4), 1 << self.0.rem_euclid(4))
    }

    /// The quarters of an hour whose bits are set.
    pub fn of_hour(hour: i64, bits: u8) -> impl Iterator<Item = Self> {
        (0..4_i64)
            .filter(move |quarter| bits & (1 << quarter) != 0)
            .map(move |quarter| Self(hour.saturating_mul(4).saturating_add(quarter)))
    }

    const fn start(self) -> Moment {
        Moment::from_unix(self.0.saturating_mul(QUARTER))
    }
}

/// The hour in which a moment lies, as [`Quarter::in_hour`] counts them.
#[must_use]
pub const fn hour_of(moment: Moment) -> i64 {
    moment.unix().div_euclid(HOUR)
}

/// One day of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The post's own calendar day.
    pub date: Date,
    /// Quarters in which a machine of the post worked.
    pub worked: u16,
    /// Quarters in which one was there to work: fewer than the day's where it began within it.
    pub of: u16,
}

/// The days of a post, from the first on which a machine was there. `worked` are the quarters in
/// which any of its machines made an entry; days after `last` are not counted, for they are not over.
#[must_use]
pub fn days(worked: &BTreeSet<Quarter>, zone: &Zone, from: Date, last: Date) -> Vec<Day> {
    let mut counted: BTreeMap<Date, u16> = BTreeMap::new();
    for quarter in worked {
        *counted.entry(zone.date_at(quarter.start())).or_default() += 1;
    }
    let Some(began) = worked.first().copied() else {
        return Vec::new();
    };
    let first = zone.date_at(began.start()).max(from);
    first
        .series(jiff::Span::new().days(1))
        .take_while(|date| *date <= last)
        .filter_map(|date| {
            let end = Quarter::of(zone.last_second_of(date)).0;
            let start = Quarter::of(zone.last_second_of(date.yesterday().ok()?)).0 + 1;
            let of = u16::try_from(end + 1 - start.max(began.0)).ok()?;
            Some(Day {
                date,
                worked: counted.get(&date).copied().unwrap_or(0),
                of,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn zone() -> Zone {
        Zone::named("America/Mexico_City").unwrap()
    }

    /// Quarters from a moment in Mexico City's time (UTC−6).
    fn quarters(text: &str, count: i64) -> impl Iterator<Item = Quarter> {
        let first = Quarter::of(Moment::from(text.parse::<jiff::Timestamp>().unwrap()));
        (0..count).map(move |n| Quarter(first.0 + n))
    }

    #[test]
    fn a_day_is_the_posts_own_and_one_without_entries_counts_as_none() {
        let mut worked: BTreeSet<_> = quarters("2026-03-01T00:00:00-06:00", 96).collect();
        worked.extend(quarters("2026-03-03T06:00:00-06:00", 48));
        let found = days(&worked, &zone(), date(2026, 2, 1), date(2026, 3, 3));
        let short: Vec<_> = found
            .iter()
            .map(|day| (day.date.day(), day.worked, day.of))
            .collect();
        assert_eq!(short, [(1, 96, 96), (2, 0, 96), (3, 48, 96)]);
    }

    #[test]
    fn a_post_that_began_at_noon_is_not_blamed_for_the_morning() {
        let worked: BTreeSet<_> = quarters("2026-03-01T12:00:00-06:00", 48).collect();
        let found = days(&worked, &zone(), date(2026, 2, 1), date(2026, 3, 1));
        assert_eq!((found[0].worked, found[0].of), (48, 48));
    }

    #[test]
    fn nothing_is_said_of_a_post_that_never_worked_nor_of_days_to_come() {
        assert_eq!(
            days(
                &BTreeSet::new(),
                &zone(),
                date(2026, 1, 1),
                date(2026, 3, 1)
            ),
            []
        );
        let worked: BTreeSet<_> = quarters("2026-03-01T00:00:00-06:00", 8).collect();
        assert_eq!(
            days(&worked, &zone(), date(2026, 1, 1), date(2026, 2, 28)),
            []
        );
    }

    #[test]
    fn quarters_go_into_hours_and_come_out() {
        for unix in [-1, 0, 899, 900, 1_700_000_123, 1_700_003_599] {
            let quarter = Quarter::of(Moment::from_unix(unix));
            let (hour, bit) = quarter.in_hour();
            assert_eq!(hour, hour_of(Moment::from_unix(unix)));
            assert!(Quarter::of_hour(hour, bit).eq([quarter]));
        }
        assert_eq!(Quarter::of_hour(7, 0b1111).count(), 4);
    }
}

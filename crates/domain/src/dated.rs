//! Dated data: the rows of a file, each of which holds from a day on until the next begins.
//!
//! Figures of law and of the house change on days, and an act is judged by the figure of its day (DESIGN
//! §5). For a day before the first row the first one holds: a clock that is wrong must not find
//! nothing.

use core::cmp::Reverse;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

/// A row that holds from a day on.
pub trait Dated {
    /// The first day on which it holds.
    fn from(&self) -> Date;
}

/// The rows of one file: at least one, and no two from one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedRows<T> {
    first: T,
    /// The newest first.
    later: Vec<T>,
}

impl<T: Dated> DatedRows<T> {
    /// The rows in any order; none where there is no row, or two hold from one day.
    #[must_use]
    pub fn new(mut rows: Vec<T>) -> Option<Self> {
        rows.sort_by_key(|row| Reverse(row.from()));
        let twice = rows
            .windows(2)
            .any(|pair| matches!(pair, [one, other] if one.from() == other.from()));
        let first = rows.pop().filter(|_| !twice)?;
        Some(Self { first, later: rows })
    }

    /// The row of a day: the newest that has begun, or the first there is.
    #[must_use]
    pub fn on(&self, day: Date) -> &T {
        let begun = self.later.iter().find(|row| row.from() <= day);
        begun.unwrap_or(&self.first)
    }
}

/// A day as TOML writes one, unquoted.
pub(crate) fn day<'de, D: Deserializer<'de>>(of: D) -> Result<Date, D::Error> {
    let day = toml::value::Datetime::deserialize(of)?;
    day.to_string().parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[derive(Debug, PartialEq)]
    struct Row(Date);

    impl Dated for Row {
        fn from(&self) -> Date {
            self.0
        }
    }

    #[test]
    fn the_newest_row_that_has_begun_holds() {
        let (old, new) = (date(2014, 7, 7), date(2020, 1, 1));
        for order in [[old, new], [new, old]] {
            let rows = DatedRows::new(order.map(Row).into()).unwrap();
            for (day, due) in [
                (date(1999, 1, 1), old),
                (old, old),
                (date(2019, 12, 31), old),
                (new, new),
                (date(2026, 11, 23), new),
            ] {
                assert_eq!(rows.on(day).0, due, "{day}");
            }
        }
    }

    #[test]
    fn no_row_and_two_from_one_day_are_no_rows() {
        let day = date(2014, 7, 7);
        let rows = |days: &[Date]| DatedRows::new(days.iter().copied().map(Row).collect());
        assert!(rows(&[]).is_none());
        assert!(rows(&[day, date(2020, 1, 1), day]).is_none());
        assert!(rows(&[day]).is_some());
    }
}

//! Dates and times as people read them, never without the offset of the clock they belong to.
//!
//! The two sides of one bridge have differed by an hour, and some communities keep other clocks
//! than their state does; so an hour on screen always says by which clock it is meant.

use crate::Voice;
use jiff::civil::{Date, DateTime, Weekday};

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;

impl Voice<'_> {
    /// `24 oct 2027` / `24 Oct 2027`.
    #[must_use]
    pub fn date(&self, date: Date) -> String {
        self.with(
            "date-short",
            [
                ("day", &date.day().to_string()),
                ("month", &self.month(date.month())),
                ("year", &date.year().to_string()),
            ],
        )
    }

    /// `domingo 24 de octubre de 2027` / `Sunday 24 October 2027`.
    #[must_use]
    pub fn long_date(&self, date: Date) -> String {
        self.with(
            "date-long",
            [
                ("weekday", &self.code("weekday", weekday(date))),
                ("day", &date.day().to_string()),
                ("month", &self.code("month", &date.month().to_string())),
                ("year", &date.year().to_string()),
            ],
        )
    }

    /// `dom 24 oct 2027` / `Sun 24 Oct 2027`.
    #[must_use]
    pub fn weekday_date(&self, date: Date) -> String {
        self.with(
            "date-weekday",
            [
                ("weekday", &self.code("weekday-short", weekday(date))),
                ("date", &self.date(date)),
            ],
        )
    }

    /// `dom 24 oct 2027, 19:00 (UTC−6)`.
    #[must_use]
    pub fn moment(&self, at: DateTime, offset_seconds: i32) -> String {
        self.with(
            "date-time",
            [
                ("date", &self.weekday_date(at.date())),
                ("time", &time(at)),
                ("offset", &offset(offset_seconds)),
            ],
        )
    }

    /// The short name of a month, 1 to 12.
    #[must_use]
    pub fn month(&self, month: i8) -> String {
        self.code("month-short", &month.to_string())
    }

    /// A length of elapsed time in its two largest units: `2 días y 4 horas`. What is negative or
    /// below a minute is less than a minute.
    #[must_use]
    pub fn length(&self, seconds: i64) -> String {
        if seconds < MINUTE {
            return self.text("length-moment");
        }
        let (days, hours) = (seconds / DAY, seconds % DAY / HOUR);
        let minutes = seconds % HOUR / MINUTE;
        let parts = match (days, hours) {
            (0, 0) => [("minutes", minutes), ("", 0)],
            (0, _) => [("hours", hours), ("minutes", minutes)],
            (_, _) => [("days", days), ("hours", hours)],
        };
        let said: Vec<String> = parts
            .iter()
            .enumerate()
            // The second unit is left out when there is none of it; the first never is.
            .filter(|(place, (unit, n))| !unit.is_empty() && (*place == 0 || *n > 0))
            .map(|(_, (unit, n))| self.count(&format!("length-{unit}"), *n))
            .collect();
        match said.as_slice() {
            [first, second] => self.with("length-and", [("first", first), ("second", second)]),
            _ => said.concat(),
        }
    }
}

/// `19:00`, by the 24-hour clock.
#[must_use]
pub fn time(at: DateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `UTC−6`, `UTC+5:30`, `UTC`, with a true minus sign.
#[must_use]
pub fn offset(seconds: i32) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    let sign = match seconds {
        0 => return "UTC".into(),
        i32::MIN..=-1 => '−',
        _ => '+',
    };
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "mon",
        Weekday::Tuesday => "tue",
        Weekday::Wednesday => "wed",
        Weekday::Thursday => "thu",
        Weekday::Friday => "fri",
        Weekday::Saturday => "sat",
        Weekday::Sunday => "sun",
    }
}

fn weekday(date: Date) -> &'static str {
    weekday_name(date.weekday())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Lang, Texts};
    use jiff::civil::date;

    #[test]
    fn a_moment_names_its_day_and_its_clock() {
        let texts = Texts::built_in().unwrap();
        let at = date(2027, 10, 24).at(19, 0, 0, 0);
        let (es, en) = (texts.speak(Lang::Es), texts.speak(Lang::En));
        assert_eq!(es.moment(at, -21_600), "dom 24 oct 2027, 19:00 (UTC−6)");
        assert_eq!(en.moment(at, -18_000), "Sun 24 Oct 2027, 19:00 (UTC−5)");
        assert_eq!(es.long_date(at.date()), "domingo 24 de octubre de 2027");
        assert_eq!(en.long_date(at.date()), "Sunday 24 October 2027");
        assert_eq!(es.date(date(2027, 1, 5)), "5 ene 2027");
    }

    #[test]
    fn offsets_are_written_with_a_minus_sign() {
        for (seconds, written) in [
            (-21_600, "UTC−6"),
            (0, "UTC"),
            (19_800, "UTC+5:30"),
            (-12_600, "UTC−3:30"),
        ] {
            assert_eq!(offset(seconds), written);
        }
    }

    #[test]
    fn a_length_is_told_in_two_units() {
        let texts = Texts::built_in().unwrap();
        let (es, en) = (texts.speak(Lang::Es), texts.speak(Lang::En));
        for (seconds, spanish, english) in [
            (-5, "menos de un minuto", "less than a minute"),
            (61, "1 minuto", "1 minute"),
            (3_600, "1 hora", "1 hour"),
            (7_260, "2 horas y 1 minuto", "2 hours and 1 minute"),
            (86_400, "1 día", "1 day"),
            (3 * 86_400 - 1, "2 días y 23 horas", "2 days and 23 hours"),
        ] {
            assert_eq!(es.length(seconds), spanish);
            assert_eq!(en.length(seconds), english);
        }
    }
}

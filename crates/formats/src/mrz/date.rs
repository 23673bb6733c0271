//! Dates of two-digit years, and the century they are taken for.

use crate::field::BirthDate;
use jiff::civil::Date;

/// How many years ahead an expiry date may lie; other two-digit years lie in the past. Passports
/// are good for ten years at most; some residence documents for longer.
const EXPIRY_AHEAD: i16 = 30;

/// A field of six characters that is no date.
pub(super) struct NotADate;

/// Two digits, or none where the field has fillers.
fn pair(pair: &[u8]) -> Result<Option<i8>, NotADate> {
    match pair {
        [b'<', b'<'] => Ok(None),
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            i8::try_from((tens - b'0') * 10 + (ones - b'0'))
                .map(Some)
                .map_err(|_| NotADate)
        }
        _ => Err(NotADate),
    }
}

/// Year, month and day.
fn parts(field: &[u8]) -> Result<[Option<i8>; 3], NotADate> {
    let [y1, y2, m1, m2, d1, d2] = field else {
        return Err(NotADate);
    };
    Ok([pair(&[*y1, *y2])?, pair(&[*m1, *m2])?, pair(&[*d1, *d2])?])
}

/// A date of birth (Doc 9303-3 §4.8): the latest year with these digits in which the day is not
/// after `today`. So nobody is taken for older than 99, and a person of a hundred for a child: the
/// desk sees the age and can type the year. Fillers stand for unknown parts; with the year unknown
/// nothing is kept.
pub(super) fn birth(field: &[u8], today: Date) -> Result<Option<BirthDate>, NotADate> {
    let [year, month, day] = parts(field)?;
    let Some(year) = year else { return Ok(None) };
    let this_century = today.year() - today.year().rem_euclid(100) + i16::from(year);
    let in_year = |year| BirthDate::partial(year, month, day).map_err(|_| NotADate);
    match in_year(this_century) {
        Ok(birth) if birth.earliest() <= today => Ok(Some(birth)),
        _ => in_year(this_century - 100).map(Some),
    }
}

/// An expiry date: the year with these digits from 69 years before `today` to 30 after. None where
/// any part is filled, since a document that states no last day has none.
pub(super) fn expiry(field: &[u8], today: Date) -> Result<Option<Date>, NotADate> {
    let [Some(year), Some(month), Some(day)] = parts(field)? else {
        return Ok(None);
    };
    let latest = today.year().saturating_add(EXPIRY_AHEAD);
    let year = latest - (latest - i16::from(year)).rem_euclid(100);
    Date::new(year, month, day).map(Some).map_err(|_| NotADate)
}

/// The six characters of a date of birth.
pub(super) fn encode_birth(birth: Option<BirthDate>) -> String {
    let Some(birth) = birth else {
        return "<<<<<<".into();
    };
    let two = |part: Option<i8>| part.map_or("<<".into(), |value| format!("{value:02}"));
    format!(
        "{:02}{}{}",
        birth.year().rem_euclid(100),
        two(birth.month()),
        two(birth.day())
    )
}

/// The six characters of an expiry date.
pub(super) fn encode_expiry(expires: Option<Date>) -> String {
    expires.map_or("<<<<<<".into(), |date| {
        format!(
            "{:02}{:02}{:02}",
            date.year().rem_euclid(100),
            date.month(),
            date.day()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_century_of_a_birth_is_the_latest_not_after_today() {
        let today = date(2026, 11, 22);
        for (field, birth_date) in [
            ("740812", Some("1974-08-12")),
            ("261122", Some("2026-11-22")),
            ("261123", Some("1926-11-23")),
            ("000229", Some("2000-02-29")),
            ("50<<<<", Some("1950")),
            ("2612<<", Some("1926-12")),
            ("<<<<<<", None),
            ("<<0531", None),
        ] {
            let read = birth(field.as_bytes(), today)
                .ok()
                .flatten()
                .map(|b| b.to_string());
            assert_eq!(read.as_deref(), birth_date, "{field}");
        }
    }

    #[test]
    fn the_century_of_an_expiry_looks_thirty_years_ahead() {
        let today = date(2026, 11, 22);
        for (field, expires) in [
            ("120415", Some(date(2012, 4, 15))),
            ("561231", Some(date(2056, 12, 31))),
            ("570101", Some(date(1957, 1, 1))),
            ("991231", Some(date(1999, 12, 31))),
            ("<<<<<<", None),
        ] {
            assert_eq!(
                expiry(field.as_bytes(), today).ok().flatten(),
                expires,
                "{field}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        let today = date(2026, 11, 22);
        for field in [
            "741312", "740230", "74081O", "7<0812", "74<<12", "000000", "74081",
        ] {
            assert!(birth(field.as_bytes(), today).is_err(), "{field}");
            if field != "74<<12" {
                assert!(expiry(field.as_bytes(), today).is_err(), "{field}");
            }
        }
    }
}

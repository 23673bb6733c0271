//! Age, counted so that doubt means child.

use jiff::civil::Date;
use paso_formats::field::BirthDate;

/// The age from which a person is an adult (facts C.1: unaccompanied is said of those under 18).
pub const ADULT_AT: i16 = 18;

/// Completed years of a person on `on`, at least: counted from the last day that may be the
/// birthday, and for somebody born on 29 February from 1 March of a common year. Nobody is older
/// than this says by doubt. Zero before birth.
#[must_use]
pub fn age_on(birth: BirthDate, on: Date) -> i16 {
    let birthday = birth.latest();
    let reached = (on.month(), on.day()) >= (birthday.month(), birthday.day());
    (on.year() - birthday.year() - i16::from(!reached)).max(0)
}

/// Whether the person is, or may be, under 18 on `on`. An unknown birth date means child.
#[must_use]
pub fn is_child(birth: Option<BirthDate>, on: Date) -> bool {
    birth.is_none_or(|birth| age_on(birth, on) < ADULT_AT)
}

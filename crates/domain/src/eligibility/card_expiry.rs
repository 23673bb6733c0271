//! The last day of a card.

use crate::programme::CardValidity;
use jiff::{ToSpan, civil::Date};

/// The last day a card issued on `issued` is good: the same day of the calendar `validity` later,
/// or the last of that month where it has no such day (29 February gives 28 February). Whether the
/// authority counts that day in is unsourced; the holder gets it.
#[must_use]
pub fn card_expiry(validity: CardValidity, issued: Date) -> Date {
    issued.saturating_add(i32::from(validity.years).years().months(validity.months))
}

//! Where no child may be, and from when. A case keeps the rule of its own day (facts C.1).

use jiff::civil::{Date, date};

/// Since when the law says "never": neither a station nor a place made to serve as one. Before, it
/// allowed an exception (facts C.1 \[C4\], C.5).
pub const NEVER_SINCE: Date = date(2020, 11, 11);

/// The instrument, as the source names it.
pub const INSTRUMENT: &str =
    "Ley de Migración y Ley sobre Refugiados, reforma del 11 de noviembre de 2020";

/// Whether a child in a migration station is a breach on a day.
#[must_use]
pub fn is_breach(day: Date) -> bool {
    day >= NEVER_SINCE
}

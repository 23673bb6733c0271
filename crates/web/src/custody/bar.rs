//! The unbroken bar: from the count to the ending, or to now, one custodian after another without a
//! gap. It is drawn in proportion to time, each stretch wide enough to be seen, and told again as a
//! table, which is what a screen reader reads.

use super::tell::{self, Tag};
use crate::{say, session::Session};
use paso_domain::{crossings::Zone, custody::Standing};
use paso_formats::moment::Moment;
use paso_service::custody::EpisodeRecord;

/// The width of the drawing, in its own units.
const WIDTH: i64 = 1000;

/// The least width of a stretch.
const LEAST: i64 = 40;

/// A stretch of the drawing and its line of the table.
pub(super) struct Stretch {
    pub(super) n: usize,
    pub(super) x: i64,
    pub(super) width: i64,
    /// A class of the stylesheet.
    pub(super) class: &'static str,
    pub(super) custodian: String,
    pub(super) place: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) length: String,
    pub(super) standing: Tag,
}

/// All stretches, left to right.
pub(super) fn draw(
    session: &Session,
    zone: &Zone,
    record: &EpisodeRecord,
    now: Moment,
) -> Vec<Stretch> {
    let t = session.t();
    let spans = &record.story.spans;
    let lasted: Vec<i64> = spans
        .iter()
        .map(|span| span.until.unwrap_or(now).since(span.from).max(0))
        .collect();
    widths(&lasted)
        .into_iter()
        .zip(spans)
        .zip(&lasted)
        .zip(1..)
        .map(|((((x, width), span), lasted), n)| Stretch {
            n,
            x,
            width,
            class: match span.standing {
                Standing::Sure => "sure",
                Standing::Offered | Standing::OnPaper => "half",
                Standing::Disputed | Standing::Missing => "open",
            },
            custodian: tell::custodian(session, &span.custodian),
            place: tell::place(session, zone, &span.place),
            from: say::at(t, zone, span.from),
            until: span
                .until
                .map_or_else(|| t.text("custody-until-now"), |at| say::at(t, zone, at)),
            length: t.length(*lasted),
            standing: tell::standing(t, span.standing),
        })
        .collect()
}

/// Where each stretch begins and how wide it is: together they fill the width, to the unit.
fn widths(lasted: &[i64]) -> Vec<(i64, i64)> {
    let count = i64::try_from(lasted.len()).unwrap_or(i64::MAX).max(1);
    let least = LEAST.min(WIDTH / count);
    let spare = WIDTH - least * count;
    let total = lasted
        .iter()
        .fold(0_i64, |sum, one| sum.saturating_add(*one));
    let mut gone = 0_i64;
    let mut found = Vec::with_capacity(lasted.len());
    for (n, one) in (0_i64..).zip(lasted) {
        let place = |upto: i64, n: i64| {
            // Its part of the spare width; where nothing has lasted any time, equal parts.
            let part = if total == 0 {
                i128::from(spare) * i128::from(n) / i128::from(count)
            } else {
                i128::from(spare) * i128::from(upto) / i128::from(total)
            };
            least * n + i64::try_from(part).unwrap_or(0)
        };
        let from = place(gone, n);
        gone = gone.saturating_add(*one);
        let until = if n + 1 == count {
            WIDTH
        } else {
            place(gone, n + 1)
        };
        found.push((from, until - from));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_minute_beside_a_day_is_seen() {
        assert_eq!(widths(&[60, 86_400]), [(0, 40), (40, 960)]);
        assert_eq!(widths(&[0]), [(0, WIDTH)]);
    }

    proptest! {
        #[test]
        fn the_bar_is_unbroken(lasted in proptest::collection::vec(0_i64..1 << 40, 1..60)) {
            let found = widths(&lasted);
            let mut at = 0;
            for (x, width) in found {
                prop_assert_eq!(x, at);
                prop_assert!(width > 0);
                at = x + width;
            }
            prop_assert_eq!(at, WIDTH);
        }
    }
}

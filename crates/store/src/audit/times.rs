//! Between which moments an entry can have been made, and what its clock says to that.
//!
//! It cannot be older than the head it names, and not younger than the first head that holds it
//! (anchors/log.md §5.5). The log proves no more of a time, so a wide sandwich is reported as such.

use paso_formats::{
    entry::Minute,
    moment::{MINUTE, Moment},
};

use super::{Code, Limits};

/// How far honest clocks stand apart, in seconds: as at the key ceremony.
const TOLERANCE: i64 = 5 * MINUTE;

/// What bounds an entry's time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// When the head it names was witnessed.
    pub(super) not_before: Option<Moment>,
    /// When the first head that holds it was witnessed.
    pub(super) not_after: Option<Moment>,
}

/// What is to be said of a clock that gave this minute.
pub(super) fn judge(bounds: Bounds, said: Minute, limits: Limits) -> Vec<Code> {
    let mut codes = Vec::new();
    // The leaf tells its minute only.
    let (first, last) = (said.start(), said.start().plus(MINUTE - 1));
    if bounds
        .not_before
        .is_some_and(|bound| last.plus(TOLERANCE) < bound)
    {
        codes.push(Code::ClockBehind);
    }
    if bounds
        .not_after
        .is_some_and(|bound| bound.plus(TOLERANCE) < first)
    {
        codes.push(Code::ClockAhead);
    }
    if let (Some(from), Some(to)) = (bounds.not_before, bounds.not_after)
        && to.since(from) > limits.sandwich
    {
        codes.push(Code::SandwichWide);
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;
    use paso_formats::moment::HOUR;

    #[test]
    fn a_clock_is_held_against_what_the_log_proves() {
        let noon = Moment::from_unix(1_404_820_800);
        let limits = Limits {
            sandwich: 72 * HOUR,
            waiting: HOUR,
            sheets: 0,
        };
        let at = |hours: i64| Some(noon.plus(hours * HOUR));
        for (not_before, not_after, said, codes) in [
            (None, None, 0, &[][..]),
            (at(-1), at(1), 0, &[]),
            // Clocks a little apart are not yet wrong.
            (at(0), at(0), 0, &[]),
            (at(1), at(2), 0, &[Code::ClockBehind]),
            (at(-2), at(-1), 0, &[Code::ClockAhead]),
            (at(-1), None, 0, &[]),
            (None, at(-1), 0, &[Code::ClockAhead]),
            (at(-72), at(0), 0, &[]),
            (at(-72), at(1), 0, &[Code::SandwichWide]),
            (at(1), at(100), 0, &[Code::ClockBehind, Code::SandwichWide]),
        ] {
            let bounds = Bounds {
                not_before,
                not_after,
            };
            let said = Minute::of(noon.plus(said));
            assert_eq!(judge(bounds, said, limits), codes, "{bounds:?}");
        }
    }

    #[test]
    fn the_tolerance_counts_from_the_minutes_near_edge() {
        let noon = Moment::from_unix(1_404_820_800);
        let limits = Limits {
            sandwich: HOUR,
            waiting: HOUR,
            sheets: 0,
        };
        let behind = |seconds| {
            let bounds = Bounds {
                not_before: Some(noon.plus(seconds)),
                not_after: None,
            };
            !judge(bounds, Minute::of(noon), limits).is_empty()
        };
        assert!(!behind(59 + TOLERANCE) && behind(60 + TOLERANCE));
    }
}

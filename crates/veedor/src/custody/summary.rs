//! What of the board is for everybody, and nothing else of it: totals of finished days for a whole
//! authority, how many clocks have run out, how many rows do not fit.
//!
//! No place, no hour, no day that is not over: counts by place and hour could tell a gang when a bus
//! leaves (DESIGN §4). A command run by hand writes it, the server shows it as it lies.

use super::board::Board;
use core::ops::Range;
use paso_formats::moment::{DAY, Moment};
use serde::{Deserialize, Serialize};

/// Days shown.
pub const DAYS: i64 = 30;

/// A finished day, by UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// Its first second.
    pub begins: i64,
    /// How many came under control.
    pub opened: u64,
    /// How many were let go, or passed out of this authority's hands.
    pub ended: u64,
    /// How many were under control at its end.
    pub present: u64,
}

/// Of one authority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Its short name.
    pub authority: String,
    /// When the board was opened, Unix seconds.
    pub made: i64,
    /// The last days that are over, the newest first.
    pub days: Vec<Day>,
    /// How many clocks had run out.
    pub overdue: u64,
    /// How many rows do not fit, or tell nothing.
    pub discrepancies: u64,
}

impl Summary {
    /// The summary of a board; `silent` rows told nothing.
    #[must_use]
    pub fn of(authority: &str, board: &Board, silent: usize) -> Self {
        let today = board.at.unix().div_euclid(DAY) * DAY;
        let first = board.episodes.values().map(|episode| episode.since.unix());
        let first = first.min().unwrap_or(today).div_euclid(DAY) * DAY;
        let days = (1..=DAYS)
            .map(|back| today - back * DAY)
            .take_while(|begins| *begins >= first)
            .map(|begins| day(board, begins..begins + DAY))
            .collect();
        Self {
            authority: authority.to_owned(),
            made: board.at.unix(),
            days,
            overdue: count(board.overdue()),
            discrepancies: count(board.found.len() + silent),
        }
    }

    /// When it was made.
    #[must_use]
    pub const fn made(&self) -> Moment {
        Moment::from_unix(self.made)
    }
}

fn day(board: &Board, day: Range<i64>) -> Day {
    let (mut opened, mut ended, mut present) = (0, 0, 0);
    for episode in board.episodes.values() {
        let since = episode.since.unix();
        let end = episode.ended.map(Moment::unix);
        opened += u64::from(day.contains(&since));
        ended += u64::from(end.is_some_and(|end| day.contains(&end)));
        present += u64::from(since < day.end && end.is_none_or(|end| end >= day.end));
    }
    Day {
        begins: day.start,
        opened,
        ended,
        present,
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

//! A head-count: what a visit found at a place, against what the authority had committed before.
//!
//! Only statements whose leaves lay under a head that was published before the visit count: whoever
//! hears that inspectors stand at the door can still write, but not into yesterday's head. What is
//! said to have happened before the visit and came into the log only after it is named row by row.

use super::{Stands, Told, board::Board, episode::Handle};
use crate::mirror::Label;
use paso_formats::{
    moment::{MINUTE, Moment},
    statement::Place,
};
use std::collections::{BTreeMap, BTreeSet};

/// A mirror that saw no head for so long before a visit cannot say what came too late
/// (anchors/log.md §5.1: a lag of 15 minutes is worth a warning).
pub const BLIND_AFTER: i64 = 15 * MINUTE;

/// What had been published before an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// How many places of each log.
    pub sizes: BTreeMap<Label, u64>,
    /// When the newest of these heads was published; none if there was none.
    pub published: Option<Moment>,
    /// When the mirror last held all that was published, whether or not anything had been added.
    pub complete: Option<Moment>,
}

impl Committed {
    /// Whether a row lay under one of the heads.
    #[must_use]
    pub fn holds(&self, stands: &Stands) -> bool {
        self.has(stands.label, stands.place)
    }

    /// Whether a place of a log lay under one of the heads.
    #[must_use]
    pub fn has(&self, label: Label, place: u64) -> bool {
        self.sizes.get(&label).is_some_and(|size| place < *size)
    }
}

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Where.
    pub place: Place,
    /// When people were counted.
    pub at: Moment,
    /// How many were there.
    pub counted: u32,
    /// Those whose episodes were read from their receipts; not always all.
    pub named: BTreeSet<Handle>,
}

/// What it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As many as had been committed, and none of the named is another.
    Agrees,
    /// So many are there of whom nothing had been committed.
    TooMany(u32),
    /// So many are not there who had been committed as present.
    Missing(u32),
    /// The number agrees only with rows that came into the log after the visit; so many apart.
    CommittedLate(u32),
    /// The number agrees, and so many of the named are not those who had been committed.
    Others(u32),
}

impl Verdict {
    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::TooMany(_) => "too-many",
            Self::Missing(_) => "missing",
            Self::CommittedLate(_) => "committed-late",
            Self::Others(_) => "others",
        }
    }

    /// Of how many people it speaks.
    #[must_use]
    pub const fn people(self) -> u32 {
        match self {
            Self::Agrees => 0,
            Self::TooMany(people)
            | Self::Missing(people)
            | Self::CommittedLate(people)
            | Self::Others(people) => people,
        }
    }
}

/// A visit, reckoned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reckoning {
    /// What it comes to.
    pub verdict: Verdict,
    /// How many had come, had left, and so were there, as committed before the visit.
    pub entered: u64,
    /// See [`Reckoning::entered`].
    pub left: u64,
    /// See [`Reckoning::entered`].
    pub present: u32,
    /// How many were there at that time as told by everything mirrored since.
    pub told_since: u32,
    /// Rows about this place that say an earlier time than the visit's, and came after it.
    pub late: Vec<Stands>,
    /// Named, and not committed as present here.
    pub strangers: Vec<Handle>,
    /// Whether the mirror had seen too little before the visit to say that anything came late.
    pub blind: bool,
}

/// Reckons a visit.
#[must_use]
pub fn reckon(told: &[Told], committed: &Committed, visit: &Visit) -> Reckoning {
    let (before, after): (Vec<_>, Vec<_>) = told
        .iter()
        .filter(|told| told.statement.at <= visit.at)
        .cloned()
        .partition(|told| committed.holds(&told.stands));
    let board = Board::at(&before, visit.at);
    let since = Board::at(told, visit.at);
    let row = board.places.get(&visit.place).cloned().unwrap_or_default();
    let (present, told_since) = (
        people(row.present.len()),
        people(since.present(&visit.place).len()),
    );
    let was_here = |handle: &Handle| {
        let of = |board: &Board| {
            let episode = board.episodes.get(handle);
            episode.is_some_and(|episode| {
                episode
                    .entered
                    .iter()
                    .any(|(_, place)| *place == visit.place)
            })
        };
        of(&board) || of(&since)
    };
    let mut late: Vec<Stands> = after
        .iter()
        .filter(|told| was_here(&told.statement.episode))
        .map(|told| told.stands)
        .collect();
    late.sort();
    let strangers: Vec<Handle> = visit
        .named
        .iter()
        .filter(|handle| !row.present.contains(handle))
        .copied()
        .collect();
    let newest = committed.published.max(committed.complete);
    let blind = newest.is_none_or(|newest| visit.at.since(newest) > BLIND_AFTER);
    Reckoning {
        verdict: verdict(visit.counted, present, told_since, people(strangers.len())),
        entered: row.entered,
        left: row.left,
        present,
        told_since,
        late,
        strangers,
        blind,
    }
}

fn verdict(counted: u32, present: u32, told_since: u32, strangers: u32) -> Verdict {
    if counted != present && counted == told_since {
        return Verdict::CommittedLate(counted.abs_diff(present));
    }
    if counted > present {
        Verdict::TooMany(counted - present)
    } else if counted < present {
        Verdict::Missing(present - counted)
    } else if strangers > 0 {
        Verdict::Others(strangers)
    } else {
        Verdict::Agrees
    }
}

fn people(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

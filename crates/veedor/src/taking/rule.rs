//! How an authority stands with a report, and whether the openings it names can be those people.

use super::{Asked, Report};
use crate::custody::{Told, count::Committed};
use core::fmt;
use paso_formats::{
    moment::{HOUR, MINUTE, Moment},
    statement::Kind,
    taking::{Answer, Says},
};

/// Hours for an answer, unless configured. No source: a rule of this project, which an agreement
/// with the authority replaces.
pub const ANSWER_WITHIN_HOURS: u32 = 24;

/// An opening may say to have happened so long before the time told. Whoever saw it from the roadside
/// rounds. No source: a rule of this project.
pub const BEFORE: i64 = 3 * HOUR;

/// And so long after it: custody may open on arrival, at most half a day down the road.
pub const AFTER: i64 = 12 * HOUR;

/// An opening recorded so long after the report came is one that the report caused.
const CAUSED: i64 = 15 * MINUTE;

/// What the statements say to an answer that names openings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// At least as many were opened, at about that time, before the report came.
    Matched,
    /// So many fewer were opened than were seen.
    Fewer(u32),
    /// They were opened at another time.
    OtherTime,
    /// No statement has these handles.
    NoSuchOpening,
    /// They came into the log only after the report.
    AfterReport,
}

impl Match {
    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Fewer(_) => "fewer",
            Self::OtherTime => "other-time",
            Self::NoSuchOpening => "no-such-opening",
            Self::AfterReport => "after-report",
        }
    }
}

/// As it is stored.
impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fewer(people) => write!(f, "fewer {people}"),
            other => f.write_str(other.code()),
        }
    }
}

/// The inverse of its display.
impl core::str::FromStr for Match {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Some(people) = text.strip_prefix("fewer ") {
            return people.parse().map(Self::Fewer).map_err(|_| ());
        }
        let all = [
            Self::Matched,
            Self::OtherTime,
            Self::NoSuchOpening,
            Self::AfterReport,
        ];
        all.into_iter().find(|known| known.code() == text).ok_or(())
    }
}

/// Holds an answer against the statements. `before` is what had been published shortly after the
/// report came.
#[must_use]
pub fn hold(report: &Report, answer: &Answer, told: &[Told], before: &Committed) -> Match {
    let named: Vec<&Told> = told
        .iter()
        .filter(|told| {
            let statement = &told.statement;
            let group = statement.group;
            statement.kind == Kind::Opened
                && (answer.episodes.contains(&statement.episode)
                    || group.is_some_and(|group| answer.groups.contains(&group)))
        })
        .collect();
    if named.is_empty() {
        return Match::NoSuchOpening;
    }
    let in_time: Vec<&Told> = named
        .into_iter()
        .filter(|told| (-BEFORE..=AFTER).contains(&told.statement.at.since(report.taken)))
        .collect();
    if in_time.is_empty() {
        return Match::OtherTime;
    }
    let mut episodes: Vec<_> = in_time
        .iter()
        .filter(|told| before.holds(&told.stands))
        .map(|told| told.statement.episode)
        .collect();
    if episodes.is_empty() {
        return Match::AfterReport;
    }
    episodes.sort_unstable();
    episodes.dedup();
    let opened = u32::try_from(episodes.len()).unwrap_or(u32::MAX);
    match report.people.saturating_sub(opened) {
        0 => Match::Matched,
        fewer => Match::Fewer(fewer),
    }
}

/// Up to when an opening counts as made without knowing of the report.
#[must_use]
pub const fn unaware_until(report: &Report) -> Moment {
    report.received.plus(CAUSED)
}

/// How an authority stands with a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is time.
    Waiting,
    /// The time is over, and there is no answer.
    Silent,
    /// It says that it did not open custody of them.
    Denied(Says),
    /// It names openings, and nobody has looked at them yet.
    Unchecked,
    /// It names openings that can be those people.
    Matched,
    /// It names openings that cannot be all of them.
    Contradicted(Match),
}

impl Standing {
    /// How an authority stands at this time.
    #[must_use]
    pub fn of(asked: &Asked, due: Moment, now: Moment) -> Self {
        let Some(last) = asked.answers.last() else {
            return if now <= due {
                Self::Waiting
            } else {
                Self::Silent
            };
        };
        match (last.says, last.checked) {
            (says @ (Says::NotHeld | Says::NotOurs), _) => Self::Denied(says),
            (Says::Opened, None) => Self::Unchecked,
            (Says::Opened, Some(Match::Matched)) => Self::Matched,
            (Says::Opened, Some(other)) => Self::Contradicted(other),
        }
    }

    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Silent => "silent",
            Self::Denied(says) => says.code(),
            Self::Unchecked => "unchecked",
            Self::Matched => "matched",
            Self::Contradicted(found) => found.code(),
        }
    }

    /// Whether everybody should see it: people were seen taken, and the authority's books do not
    /// show them. A denial is one: then false officers took them, or the answer is false.
    #[must_use]
    pub const fn is_public(self) -> bool {
        match self {
            Self::Silent | Self::Denied(_) | Self::Contradicted(_) => true,
            Self::Waiting | Self::Unchecked | Self::Matched => false,
        }
    }
}

/// Whether the first answer came after its time, or none did.
#[must_use]
pub fn is_late(asked: &Asked, due: Moment, now: Moment) -> bool {
    let first = asked.answers.first().map_or(now, |given| given.received);
    first > due
}

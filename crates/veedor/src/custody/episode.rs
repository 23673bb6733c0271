//! One episode out of its statements, whatever they are and in whatever order they came.
//!
//! Statements are facts: none is turned away. What one device says of an episode is taken in the order
//! in which it said it, since each statement is made knowing those before: a release on paper that is
//! written down in the morning comes after what was written at night. Between devices, which may not
//! have heard of each other, the time decides at which it happened, and at one instant the opening
//! comes first and the ending last. So the state is that of the set, not of the way it came. What does
//! not fit is named beside the row that says it, and where two readings are possible the person counts
//! as held until an ending says otherwise.

use super::{Stands, Told};
use paso_formats::{
    moment::{MINUTE, Moment},
    statement::{Kind, Place},
};
use std::collections::{BTreeMap, HashMap};

/// A device's clock may be corrected by so much before that counts as going backwards.
const CORRECTION: i64 = 5 * MINUTE;

/// Names an episode.
pub type Handle = [u8; 16];

/// What does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contradiction {
    /// An episode opened a second time.
    OpenedTwice,
    /// Something happened to an episode that no statement opens.
    NeverOpened,
    /// Something happened before the opening.
    BeforeOpening,
    /// Ended a second time.
    EndedTwice,
    /// Handed over after the end.
    HandedOverAfterEnd,
    /// Anything else after the end.
    AfterEnd,
    /// The very same statement at two places.
    Repeated,
    /// It says to have happened after it was recorded.
    Ahead,
    /// Its device recorded something later before it: the clock was set back.
    Backwards,
}

impl Contradiction {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::OpenedTwice,
        Self::NeverOpened,
        Self::BeforeOpening,
        Self::EndedTwice,
        Self::HandedOverAfterEnd,
        Self::AfterEnd,
        Self::Repeated,
        Self::Ahead,
        Self::Backwards,
    ];

    /// A stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OpenedTwice => "opened-twice",
            Self::NeverOpened => "never-opened",
            Self::BeforeOpening => "before-opening",
            Self::EndedTwice => "ended-twice",
            Self::HandedOverAfterEnd => "handed-over-after-end",
            Self::AfterEnd => "after-end",
            Self::Repeated => "repeated",
            Self::Ahead => "ahead-of-its-recording",
            Self::Backwards => "clock-set-back",
        }
    }
}

/// What does not fit, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The row.
    pub stands: Stands,
    /// The episode it is about.
    pub episode: Handle,
    /// What does not fit.
    pub what: Contradiction,
}

/// An episode as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// Its handle.
    pub handle: Handle,
    /// The count that opened it, where that was said.
    pub group: Option<Handle>,
    /// The first that was heard of it.
    pub since: Moment,
    /// Where the person is, or was last.
    pub place: Place,
    /// When the next event is due.
    pub due: Option<Moment>,
    /// Whether an offer waits to be accepted.
    pub offered: bool,
    /// Whether the custodian does not find them.
    pub not_found: bool,
    /// When it ended.
    pub ended: Option<Moment>,
    /// Every place entered, and when: the last is where they are.
    pub entered: Vec<(Moment, Place)>,
    opened: bool,
}

impl Episode {
    fn begin(told: &Told) -> Self {
        let statement = &told.statement;
        Self {
            handle: statement.episode,
            group: None,
            since: statement.at,
            place: statement.place.clone(),
            due: None,
            offered: false,
            not_found: false,
            ended: None,
            entered: vec![(statement.at, statement.place.clone())],
            opened: false,
        }
    }

    /// Whether somebody still answers for the person.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// Whether the clock ran out by then.
    #[must_use]
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.is_open() && self.due.is_some_and(|due| due < now)
    }

    fn apply(&mut self, told: &Told, opens: Option<Moment>) -> Option<Contradiction> {
        let statement = &told.statement;
        self.group = self.group.or(statement.group);
        let found = match statement.kind {
            Kind::Opened if self.opened => Some(Contradiction::OpenedTwice),
            Kind::Opened => {
                self.opened = true;
                None
            }
            Kind::Resumed if self.ended.is_some() => {
                self.ended = None;
                None
            }
            Kind::Ended if self.ended.is_some() => Some(Contradiction::EndedTwice),
            Kind::HandedOver if self.ended.is_some() => Some(Contradiction::HandedOverAfterEnd),
            _ if self.ended.is_some() => Some(Contradiction::AfterEnd),
            _ if opens.is_none() => Some(Contradiction::NeverOpened),
            _ if !self.opened => Some(Contradiction::BeforeOpening),
            _ => None,
        };
        // What is said after the end moves nobody: the ending stands until somebody settles it.
        if self.ended.is_none() {
            self.follow(told);
        }
        found
    }

    fn follow(&mut self, told: &Told) {
        let statement = &told.statement;
        if self.place != statement.place {
            self.place = statement.place.clone();
            self.entered.push((statement.at, statement.place.clone()));
        }
        self.due = statement.due;
        match statement.kind {
            Kind::Opened | Kind::Clock => {}
            Kind::Moved | Kind::Resumed => self.not_found = false,
            Kind::HandedOver => {
                self.offered = false;
                self.not_found = false;
            }
            Kind::Offered => self.offered = true,
            Kind::Kept => self.offered = false,
            Kind::NotFound => self.not_found = true,
            Kind::Ended => {
                self.ended = Some(statement.at);
                self.due = None;
                self.offered = false;
                self.not_found = false;
            }
        }
    }
}

/// At one instant somebody is first taken and last let go.
const fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Opened => 0,
        Kind::Ended => 2,
        Kind::Resumed => 3,
        _ => 1,
    }
}

/// The statements in the order in which they are believed, each once.
fn in_order(told: &[Told]) -> Vec<&Told> {
    let mut said: Vec<&Told> = told.iter().collect();
    said.sort_by_key(|told| {
        let stands = told.stands;
        (
            told.statement.episode,
            stands.stream,
            stands.sequence,
            stands.label,
            stands.place,
        )
    });
    // One row given twice is one row.
    said.dedup_by_key(|told| (told.statement.episode, told.stands));
    let mut latest = None;
    let mut order: Vec<_> = said
        .into_iter()
        .map(|told| {
            let of = (told.statement.episode, told.stands.stream);
            let own = (told.statement.at, rank(told.statement.kind));
            let when = match latest {
                Some((same, before)) if same == of => own.max(before),
                _ => own,
            };
            latest = Some((of, when));
            (when, told)
        })
        .collect();
    order.sort_by_key(|(when, told)| {
        let stands = told.stands;
        (
            *when,
            stands.stream,
            stands.sequence,
            stands.label,
            stands.place,
        )
    });
    order.into_iter().map(|(_, told)| told).collect()
}

/// All episodes that the statements tell of, by handle, and everything that does not fit.
#[must_use]
pub fn fold(told: &[Told]) -> (BTreeMap<Handle, Episode>, Vec<Found>) {
    let told = in_order(told);
    let mut opens: HashMap<Handle, Moment> = HashMap::new();
    for told in told
        .iter()
        .filter(|told| told.statement.kind == Kind::Opened)
    {
        opens
            .entry(told.statement.episode)
            .or_insert(told.statement.at);
    }
    let mut episodes: BTreeMap<Handle, Episode> = BTreeMap::new();
    let mut found = backwards(&told);
    let mut before: HashMap<Handle, Vec<&Told>> = HashMap::new();
    for told in told {
        let handle = told.statement.episode;
        let mut note = |what| {
            found.push(Found {
                stands: told.stands,
                episode: handle,
                what,
            });
        };
        // The last second of the minute in which it was recorded, and what clocks may differ.
        let recorded = told.stands.recorded.start().plus(MINUTE + CORRECTION);
        if told.statement.at > recorded {
            note(Contradiction::Ahead);
        }
        let earlier = before.entry(handle).or_default();
        if earlier
            .iter()
            .any(|other| other.statement == told.statement)
        {
            note(Contradiction::Repeated);
            continue;
        }
        earlier.push(told);
        let episode = episodes
            .entry(handle)
            .or_insert_with(|| Episode::begin(told));
        if let Some(what) = episode.apply(told, opens.get(&handle).copied()) {
            note(what);
        }
    }
    found.sort();
    (episodes, found)
}

/// Rows that a device recorded before what it had recorded already.
fn backwards(told: &[&Told]) -> Vec<Found> {
    let mut by_stream: Vec<&&Told> = told.iter().collect();
    by_stream.sort_by_key(|told| (told.stands.stream, told.stands.sequence));
    let mut latest: Option<(paso_formats::entry::StreamId, Moment)> = None;
    let mut found = Vec::new();
    for told in by_stream {
        let (stream, at) = (told.stands.stream, told.stands.recorded.start());
        let earlier = latest.filter(|(of, _)| *of == stream).map(|(_, at)| at);
        if earlier.is_some_and(|earlier| at.plus(CORRECTION) < earlier) {
            found.push(Found {
                stands: told.stands,
                episode: told.statement.episode,
                what: Contradiction::Backwards,
            });
        }
        latest = Some((stream, earlier.map_or(at, |earlier| earlier.max(at))));
    }
    found
}

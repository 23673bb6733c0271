//! The clocks that run in an episode: dated data, and what each waits for.
//!
//! A clock says by when something is due, and whether it came in time. It decides nothing: what is
//! late stays late for ever, and is shown (facts C.5: "immediately" needs a figure, and no source
//! gives one, so figures are data with their instrument).

use super::story::{Place, Story};
use crate::dated::day;
use jiff::civil::Date;
use paso_formats::moment::{MINUTE, Moment};
use serde::Deserialize;

/// What a clock waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClockKind {
    /// That control ends: counted from when the person was taken.
    Control,
    /// That the person counted is described.
    Names,
    /// That an offer is answered.
    Offer,
    /// That a transport arrives.
    Arrival,
    /// That who receives a referral says so.
    Referral,
    /// That the Procuraduría has a child's notice.
    Child,
    /// That a consulate is told, where that is owed and allowed.
    Consulate,
    /// That a second officer signs an ending.
    Countersignature,
    /// That a handover on paper is confirmed.
    Paper,
    /// That a dispute is settled.
    Dispute,
}

impl ClockKind {
    /// All clocks.
    pub const ALL: [Self; 10] = [
        Self::Control,
        Self::Names,
        Self::Offer,
        Self::Arrival,
        Self::Referral,
        Self::Child,
        Self::Consulate,
        Self::Countersignature,
        Self::Paper,
        Self::Dispute,
    ];

    /// The stable code: the key in the file and of texts.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Names => "names",
            Self::Offer => "offer",
            Self::Arrival => "arrival",
            Self::Referral => "referral",
            Self::Child => "child",
            Self::Consulate => "consulate",
            Self::Countersignature => "countersignature",
            Self::Paper => "paper",
            Self::Dispute => "dispute",
        }
    }
}

crate::cbor::coded!(ClockKind, "clock");

/// A clock of the file, with its days and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockRule {
    #[serde(deserialize_with = "kind")]
    kind: ClockKind,
    minutes: u32,
    #[serde(deserialize_with = "day")]
    from: Date,
    #[serde(default, deserialize_with = "optional_day")]
    until: Option<Date>,
    /// Whether a source gives the figure.
    pub sourced: bool,
    /// The instrument, in the words of its language.
    pub instrument: String,
    /// Where it was read, or why this figure.
    pub source: String,
}

impl ClockRule {
    /// What it waits for.
    #[must_use]
    pub const fn kind(&self) -> ClockKind {
        self.kind
    }

    /// How long, in seconds.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        i64::from(self.minutes) * MINUTE
    }
}

fn kind<'de, D: serde::Deserializer<'de>>(of: D) -> Result<ClockKind, D::Error> {
    let text = String::deserialize(of)?;
    text.parse().map_err(serde::de::Error::custom)
}

fn optional_day<'de, D: serde::Deserializer<'de>>(of: D) -> Result<Option<Date>, D::Error> {
    day(of).map(Some)
}

/// Why a file of clocks cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ClocksError {
    /// Not TOML, or not these fields.
    #[error("the clocks of custody: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A kind without a row.
    #[error("the clocks of custody have no row for {0:?}; add one, with its instrument")]
    Missing(&'static str),
    /// Two rows for one day.
    #[error("the clocks of custody have two rows for {0:?} on one day; end one before the other")]
    Overlap(&'static str),
    /// No time at all.
    #[error("a clock of custody needs at least one minute; correct the row for {0:?}")]
    Zero(&'static str),
}

/// All clocks of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocks(Vec<ClockRule>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clock: Vec<ClockRule>,
}

impl Clocks {
    /// The clocks compiled in from `programs/custody.toml`.
    ///
    /// # Errors
    /// Never for the file as shipped; a test loads it.
    pub fn shipped() -> Result<Self, ClocksError> {
        Self::load(include_str!("../../../../programs/custody.toml"))
    }

    /// Clocks from the text of a file.
    ///
    /// # Errors
    /// What is wrong in it.
    pub fn load(text: &str) -> Result<Self, ClocksError> {
        let File { clock: rules } = toml::from_str(text)?;
        for kind in ClockKind::ALL {
            let mut of: Vec<_> = rules.iter().filter(|rule| rule.kind == kind).collect();
            of.sort_by_key(|rule| rule.from);
            if of.is_empty() {
                return Err(ClocksError::Missing(kind.code()));
            }
            if of.iter().any(|rule| rule.minutes == 0) {
                return Err(ClocksError::Zero(kind.code()));
            }
            let overlaps =
                |pair: &[&ClockRule]| pair[0].until.is_none_or(|until| pair[1].from <= until);
            if of.windows(2).any(overlaps) {
                return Err(ClocksError::Overlap(kind.code()));
            }
        }
        Ok(Self(rules))
    }

    /// The row in force on a day.
    #[must_use]
    pub fn on(&self, kind: ClockKind, day: Date) -> Option<&ClockRule> {
        self.0.iter().find(|rule| {
            rule.kind == kind && rule.from <= day && rule.until.is_none_or(|until| day <= until)
        })
    }

    /// All rows, for whoever prints them.
    #[must_use]
    pub fn rules(&self) -> &[ClockRule] {
        &self.0
    }
}

/// A clock that ran or runs in an episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What it waits for.
    pub kind: ClockKind,
    /// From when.
    pub from: Moment,
    /// By when.
    pub due: Moment,
    /// When it came; none while it is waited for.
    pub met: Option<Moment>,
}

impl Clock {
    /// Whether it came too late, or has not come and is due.
    #[must_use]
    pub fn is_overdue(&self, now: Moment) -> bool {
        self.met.unwrap_or(now) > self.due
    }

    /// Whether it is still waited for.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.met.is_none()
    }
}

/// The clocks of an episode, by its own facts. Those of referrals and of consular notices are in the
/// register of protection: of referrals enforcement does not see what they are about.
#[must_use]
pub fn clocks(story: &Story, rules: &Clocks, day: Date) -> Vec<Clock> {
    let mut found = Vec::new();
    let mut add = |kind, from: Moment, met: Option<Moment>| {
        if let Some(rule) = rules.on(kind, day) {
            let due = from.plus(rule.seconds());
            found.push(Clock {
                kind,
                from,
                due,
                met,
            });
        }
    };
    let ended = story.ended.as_ref().map(|ended| ended.act.at);
    if let Some((act, opening)) = &story.opening {
        add(ClockKind::Control, opening.taken_at.min(act.at), ended);
        let named = story.descriptions.first().map(|(told, _)| told.at);
        add(ClockKind::Names, act.at, named.or(ended));
    }
    for offered in story.handovers.values().filter(|one| one.stands) {
        let expected = offered.offer.leg.as_ref().map(|leg| leg.expected);
        let from = expected.map_or(offered.act.at, |expected| expected.max(offered.act.at));
        let answered = offered.accepted.as_ref().map(|act| act.at);
        // An offer that was taken back, or whose person is no longer under control, waits for nobody.
        if answered.is_some() || (offered.is_open() && ended.is_none()) {
            add(ClockKind::Offer, from, answered);
        }
    }
    if let (None, Some(Place::EnRoute(leg))) = (ended, &story.place) {
        add(ClockKind::Arrival, leg.expected, None);
    }
    if let (None, Some((act, _))) = (ended, &story.paper) {
        add(ClockKind::Paper, act.at, None);
    }
    if let Some(dispute) = &story.dispute {
        add(ClockKind::Dispute, dispute.since, None);
    }
    if let Some(ended) = &story.ended
        && ended.kind.is_countersigned()
    {
        let second = ended.countersigned.as_ref().map(|act| act.at);
        add(ClockKind::Countersignature, ended.act.at, second);
    }
    found
}

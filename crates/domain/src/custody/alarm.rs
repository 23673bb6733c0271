//! What about an episode somebody has to look at now, and who. An alarm is made from facts each time
//! it is asked for; nobody can clear one but by what it asks for, and some by nothing at all.

use super::{
    clock::{Clock, ClockKind, Clocks, clocks},
    event::EndingKind,
    story::{Misfit, Place, Story},
};
use jiff::civil::Date;
use paso_formats::{field::StateCode, moment::Moment};

/// An alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alarm {
    /// The person should be here and is not (facts D.2).
    NotFound,
    /// The receiver counted without this person.
    MissedAtHandover,
    /// Who answers is in dispute.
    Disputed,
    /// Facts that do not fit each other.
    Misfit(Misfit),
    /// A child is, or was, in a migration station. Nobody can clear it (facts C.1).
    ChildInStation,
    /// The person once claimed to be of this country (facts C.6 \[C32\]\[C33\]).
    ClaimsHome,
    /// The nationality on record has changed.
    NationalityChanged,
    /// A clock has run out.
    Overdue(ClockKind),
    /// Died, or escaped: an ending the ombudsman sees at once.
    GraveEnding,
}

impl Alarm {
    /// The stable code: the key of texts.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::NotFound => "not-found".into(),
            Self::MissedAtHandover => "missed-at-handover".into(),
            Self::Disputed => "disputed".into(),
            Self::Misfit(misfit) => format!("misfit-{}", misfit.code()),
            Self::ChildInStation => "child-in-station".into(),
            Self::ClaimsHome => "claims-home".into(),
            Self::NationalityChanged => "nationality-changed".into(),
            Self::Overdue(kind) => format!("overdue-{}", kind.code()),
            Self::GraveEnding => "grave-ending".into(),
        }
    }

    /// Whether the ombudsman is shown it at once, beside those who must act. Late clocks they see
    /// from statements alone.
    #[must_use]
    pub const fn reaches_ombudsman(self) -> bool {
        matches!(
            self,
            Self::NotFound
                | Self::MissedAtHandover
                | Self::ChildInStation
                | Self::ClaimsHome
                | Self::GraveEnding
                | Self::Overdue(
                    ClockKind::Control
                        | ClockKind::Countersignature
                        | ClockKind::Referral
                        | ClockKind::Child
                        | ClockKind::Consulate
                )
        )
    }
}

/// What must be known beside the episode's own facts to tell its alarms.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The clocks.
    pub clocks: &'a Clocks,
    /// The day at the place on which control began.
    pub day: Date,
    /// Now.
    pub now: Moment,
    /// The state of this authority.
    pub home: StateCode,
    /// Whether the person is a child, or may be one.
    pub child: bool,
    /// Whether the person is, or was, at a migration station on a day on which no child may be.
    pub in_station: bool,
}

/// The alarms of an episode, in the order of their gravity, each once.
#[must_use]
pub fn alarms(story: &Story, asked: Asked<'_>) -> Vec<Alarm> {
    let mut found = Vec::new();
    if story.missing.is_some() {
        found.push(Alarm::NotFound);
    }
    if story
        .handovers
        .values()
        .any(|one| one.missed.is_some() && one.accepted.is_none())
    {
        found.push(Alarm::MissedAtHandover);
    }
    if story.dispute.is_some() {
        found.push(Alarm::Disputed);
    }
    if asked.child && asked.in_station {
        found.push(Alarm::ChildInStation);
    }
    let nationalities: Vec<_> = story
        .descriptions
        .iter()
        .filter_map(|(_, told)| told.stated.nationality)
        .collect();
    if nationalities.contains(&asked.home) {
        found.push(Alarm::ClaimsHome);
    }
    if nationalities.windows(2).any(|pair| pair[0] != pair[1]) {
        found.push(Alarm::NationalityChanged);
    }
    if story
        .ended
        .as_ref()
        .is_some_and(|ended| matches!(ended.kind, EndingKind::Died | EndingKind::Escaped))
    {
        found.push(Alarm::GraveEnding);
    }
    for clock in clocks(story, asked.clocks, asked.day) {
        if clock.is_overdue(asked.now) && concerns(story, clock) {
            found.push(Alarm::Overdue(clock.kind));
        }
    }
    found.extend(
        story
            .misfits
            .iter()
            .map(|(_, misfit)| Alarm::Misfit(*misfit)),
    );
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|alarm| seen.insert(*alarm));
    found
}

/// A clock that was missed stays missed for ever. Of an episode that has ended, only the limit of
/// control and the countersignature still concern anybody.
fn concerns(story: &Story, clock: Clock) -> bool {
    story.is_open() || matches!(clock.kind, ClockKind::Control | ClockKind::Countersignature)
}

/// The next thing that is due in an open episode: what the ombudsman's board counts down to.
#[must_use]
pub fn next_due(story: &Story, rules: &Clocks, day: Date) -> Option<Clock> {
    clocks(story, rules, day)
        .into_iter()
        .filter(Clock::is_running)
        .min_by_key(|clock| clock.due)
}

/// Whether the place of an open episode is this kind of place.
#[must_use]
pub fn stays_at(story: &Story, is_station: impl Fn(crate::crossings::PostCode) -> bool) -> bool {
    story
        .spans
        .iter()
        .any(|span| matches!(span.place, Place::Post(post) if is_station(post)))
}

//! What a walk through the whole journal says of custody: who is lost, who answers for nobody, and
//! which row no honest program wrote.
//!
//! It takes every row of every episode in the journal's order, and decides nothing about anybody:
//! it holds the story told from the facts against itself, against the episodes beside it, against the
//! statement that stands beside each row, and against whoever signed it. Whether the row's bytes are
//! what was signed and published is the general audit's question, and is not asked here again.

mod finding;
#[cfg(test)]
mod tests;

pub use finding::{Grade, ReviewFinding, RowFault, What};

use super::{
    alarm::{Alarm, Asked, alarms, stays_at},
    child,
    clock::{Clocks, clocks},
    event::CustodyEvent,
    state::EpisodeState,
    statement::statement,
    story::Story,
    together::{Discord, together},
};
use crate::{
    crossings::{Crossings, PostCode, PostKind},
    eligibility::is_child,
    id::{EpisodeId, HandoverId, OfficerNumber, PersonId},
    protection::{ProtectionEvent, ProtectionState, clock, notice_clocks},
    shift::{ByPhone, ShiftEvent, ShiftsState},
};
use jiff::civil::Date;
use paso_formats::{
    entry::{Minute, StreamId},
    field::StateCode,
    moment::Moment,
    statement::Statement,
};
use std::collections::{BTreeMap, BTreeSet};

/// Minutes by which a device's clock may step back between two rows: what a time server corrects.
const STEP: u32 = 2;

/// What stands beside a row for the ombudsman.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// Something, and whoever reviews has no key for it.
    Sealed,
    /// Something that the key at hand does not open.
    Closed,
    /// This.
    Told(Statement),
}

/// A row of an episode.
#[derive(Clone, Debug)]
pub struct ReviewRow<'a> {
    /// Its position in the journal.
    pub position: u64,
    /// Whose episode.
    pub episode: EpisodeId,
    /// Its version in the episode.
    pub version: u64,
    /// What happened; none where it cannot be read. What does not belong to custody, as a refused
    /// command, is [`Read::Beside`].
    pub read: Read<'a>,
    /// What was stated beside it.
    pub said: Said,
    /// The officer who, by the approvals, answers for the act; none where nobody signed.
    pub signer: Option<&'a str>,
    /// Which device wrote it down, and in which minute by its clock; none without a leaf.
    pub written: Option<(StreamId, Minute)>,
}

/// What a row's body is.
#[derive(Clone, Copy, Debug)]
pub enum Read<'a> {
    /// A fact about the episode.
    Fact(&'a CustodyEvent),
    /// Something else that stands under its name.
    Beside,
    /// Closed, or altered.
    Unreadable,
}

/// What custody is reviewed by.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// The clocks.
    pub clocks: &'a Clocks,
    /// Posts, their kinds and hours.
    pub crossings: &'a Crossings,
    /// The state of this authority.
    pub home: StateCode,
    /// Whether the authority knows the ombudsman's key, so that every row is stated.
    pub states: bool,
}

/// What was found, and in how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// Rows of episodes.
    pub rows: u64,
    /// Episodes.
    pub episodes: u64,
    /// Of these, under control now.
    pub held: u64,
    /// Statements that agree with the facts.
    pub agreed: u64,
    /// What was found, the gravest first.
    pub findings: Vec<ReviewFinding>,
}

impl Reviewed {
    /// Whether nobody has to look at anything.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings
            .iter()
            .all(|found| found.grade == Grade::Noted)
    }
}

#[derive(Default)]
struct Kept {
    facts: Vec<(Option<StreamId>, CustodyEvent)>,
    version: u64,
    unreadable: Vec<u64>,
}

impl Kept {
    fn state(&self) -> EpisodeState {
        EpisodeState::of(self.facts.iter().map(|(_, fact)| fact))
    }

    fn state_of(&self, stream: StreamId) -> EpisodeState {
        let own = |(of, _): &&(Option<StreamId>, _)| *of == Some(stream);
        EpisodeState::of(self.facts.iter().filter(own).map(|(_, fact)| fact))
    }
}

/// The running review.
pub struct Review<'a> {
    by: By<'a>,
    episodes: BTreeMap<EpisodeId, Kept>,
    protection: BTreeMap<PersonId, ProtectionState>,
    erased: BTreeSet<EpisodeId>,
    counts: BTreeMap<HandoverId, BTreeSet<u16>>,
    clocks: BTreeMap<StreamId, Minute>,
    shifts: BTreeMap<OfficerNumber, ShiftsState>,
    /// Whether a statement was met: an authority that learned the key later stated nothing before.
    stating: bool,
    silent: Vec<(u64, EpisodeId)>,
    rows: u64,
    agreed: u64,
    findings: Vec<ReviewFinding>,
}

impl<'a> Review<'a> {
    /// Begins.
    #[must_use]
    pub const fn new(by: By<'a>) -> Self {
        Self {
            by,
            episodes: BTreeMap::new(),
            protection: BTreeMap::new(),
            erased: BTreeSet::new(),
            counts: BTreeMap::new(),
            clocks: BTreeMap::new(),
            shifts: BTreeMap::new(),
            stating: false,
            silent: Vec::new(),
            rows: 0,
            agreed: 0,
            findings: Vec::new(),
        }
    }

    /// Something happened to a person's protection: whether somebody is a child is known there.
    pub fn protects(&mut self, person: PersonId, event: &ProtectionEvent) {
        let state = self.protection.remove(&person).unwrap_or_default();
        let _ = self.protection.insert(person, state.apply(event));
    }

    /// An episode's key went with an erasure that two have signed.
    pub fn erases(&mut self, episode: EpisodeId) {
        let _ = self.erased.insert(episode);
    }

    /// Something happened to an officer's shifts: by which key of theirs a phone signs, is known there.
    pub fn works(&mut self, officer: &OfficerNumber, event: &ShiftEvent) {
        let state = self.shifts.remove(officer).unwrap_or_default();
        let _ = self.shifts.insert(officer.clone(), state.apply(event));
    }

    /// Whether a key that this officer bound to a shift signed what came from a phone.
    fn proves(&self, officer: &OfficerNumber, by: &ByPhone) -> bool {
        let phone = self.shifts.get(officer).and_then(|of| of.phone(by.key));
        phone.is_some_and(|phone| by.is_signed_by(&phone.key))
    }

    /// Takes the next row.
    pub fn take(&mut self, row: &ReviewRow<'_>) {
        self.rows += 1;
        self.clock(row);
        let kept = self.episodes.entry(row.episode).or_default();
        let follows = row.version == kept.version + 1;
        kept.version = row.version;
        if !follows {
            self.fault(row, RowFault::VersionMissing);
        }
        match row.read {
            Read::Beside => {}
            Read::Unreadable => {
                let kept = self.episodes.entry(row.episode).or_default();
                kept.unreadable.push(row.position);
            }
            Read::Fact(fact) => self.fact(row, fact),
        }
    }

    fn fact(&mut self, row: &ReviewRow<'_>, fact: &CustodyEvent) {
        if let CustodyEvent::Accepted {
            handover, counted, ..
        } = fact
        {
            let counts = self.counts.entry(*handover).or_default();
            let _ = counts.insert(*counted);
        }
        if row
            .signer
            .is_some_and(|signer| signer != fact.act().officer.to_string())
        {
            self.fault(row, RowFault::SignedByAnother);
        }
        if let Some(by) = fact.phone()
            && !self.proves(&fact.act().officer, by)
        {
            self.fault(row, RowFault::PhoneUnproven);
        }
        self.stated(row, fact);
        let stream = row.written.map(|(stream, _)| stream);
        let kept = self.episodes.entry(row.episode).or_default();
        kept.facts.push((stream, fact.clone()));
    }

    /// A device's clock only goes forwards, and nothing is written down before it happens. Of what came
    /// from a phone the hour is the phone's word: that it lies ahead is marked with the act
    /// ([`crate::shift::Remark`]), and accuses no device.
    fn clock(&mut self, row: &ReviewRow<'_>) {
        let Some((stream, minute)) = row.written else {
            return;
        };
        let last = self.clocks.insert(stream, minute);
        let back = last.is_some_and(|last| minute.0 + STEP < last.0);
        let early = matches!(row.read, Read::Fact(fact)
            if fact.phone().is_none() && Minute::of(fact.act().at).0 > minute.0 + STEP);
        if back || early {
            self.fault(row, RowFault::ClockBack);
        }
        if back && let Some(last) = last {
            // One step back is told once; what follows is measured by the clock as it was.
            let _ = self.clocks.insert(stream, last);
        }
    }

    /// Holds what was stated against what the facts say. A device that was apart states what it
    /// knew, so its own facts alone may lead to what it said.
    fn stated(&mut self, row: &ReviewRow<'_>, fact: &CustodyEvent) {
        self.stating |= row.said != Said::Nothing;
        let kept = self.episodes.entry(row.episode).or_default();
        let all = kept.state();
        let own = row.written.map(|(stream, _)| kept.state_of(stream));
        let all = self.expected(&all, fact);
        let own = own.and_then(|own| self.expected(&own, fact));
        match &row.said {
            Said::Nothing if all.is_some() && self.by.states => {
                if self.stating {
                    self.fault(row, RowFault::StatementMissing);
                } else {
                    self.silent.push((row.position, row.episode));
                }
            }
            Said::Nothing => {}
            Said::Sealed if all.is_some() || own.is_some() => {}
            Said::Told(told) if all.as_ref() == Some(told) || own.as_ref() == Some(told) => {
                self.agreed += 1;
            }
            Said::Sealed | Said::Told(_) => self.fault(row, RowFault::StatementDiffers),
            Said::Closed => self.fault(row, RowFault::StatementClosed),
        }
    }

    fn expected(&self, before: &EpisodeState, fact: &CustodyEvent) -> Option<Statement> {
        let story = (!before.is_empty()).then(|| before.story());
        let after = before.clone().apply(fact).story();
        let act = fact.act();
        let from = after.opening.as_ref().map_or(act.at, |(_, o)| o.taken_at);
        let day = self.day(act.post, from)?;
        statement(story.as_ref(), &after, self.by.clocks, day, act.at)
    }

    fn day(&self, post: PostCode, at: Moment) -> Option<Date> {
        let post = self.by.crossings.post(post.as_str())?;
        Some(post.zone().date_at(at))
    }

    fn fault(&mut self, row: &ReviewRow<'_>, fault: RowFault) {
        self.findings
            .push(ReviewFinding::of_row(row.episode, row.position, fault));
    }

    /// Ends: looks at every episode as it stands now, and at all of them together.
    #[must_use]
    pub fn end(mut self, now: Moment) -> Reviewed {
        let mut stories = BTreeMap::new();
        let mut erased = 0;
        let episodes = core::mem::take(&mut self.episodes);
        if !self.stating {
            for (position, episode) in core::mem::take(&mut self.silent) {
                let fault = RowFault::StatementMissing;
                self.findings
                    .push(ReviewFinding::of_row(episode, position, fault));
            }
        }
        for (id, kept) in &episodes {
            if self.erased.contains(id) {
                erased += 1;
            } else {
                for position in &kept.unreadable {
                    let fault = RowFault::Unreadable;
                    self.findings
                        .push(ReviewFinding::of_row(*id, *position, fault));
                }
            }
            if kept.facts.is_empty() {
                continue;
            }
            let story = kept.state().story();
            self.alarmed(*id, &story, now);
            let _ = stories.insert(*id, story);
        }
        self.beside(&stories, erased);
        let held = stories.values().filter(|story| story.is_open()).count();
        self.findings.sort();
        self.findings.dedup();
        Reviewed {
            rows: self.rows,
            episodes: episodes.len() as u64,
            held: held as u64,
            agreed: self.agreed,
            findings: self.findings,
        }
    }

    fn alarmed(&mut self, id: EpisodeId, story: &Story, now: Moment) {
        let began = story.opening.as_ref().and_then(|(act, opening)| {
            let day = self.day(act.post, opening.taken_at)?;
            Some(day)
        });
        // Without an opening the day of the last who answered will do: what is missing is told.
        let began = began.or_else(|| self.day(story.answers.as_ref()?.post, now));
        let Some(day) = began else { return };
        let persons = [
            story.recognised,
            story.opening.as_ref().map(|(_, opening)| opening.person),
        ];
        let known = persons.iter().flatten();
        let known: Vec<_> = known
            .filter_map(|person| self.protection.get(person).cloned())
            .collect();
        let protected = known.iter().any(ProtectionState::child);
        let stated = story.stated_child(day);
        let station = |post: PostCode| {
            let post = self.by.crossings.post(post.as_str());
            post.is_some_and(|post| post.kind == PostKind::Station)
        };
        let asked = Asked {
            clocks: self.by.clocks,
            day,
            now,
            home: self.by.home,
            child: protected || stated,
            in_station: child::is_breach(day) && stays_at(story, station),
        };
        let mut found: Vec<_> = alarms(story, asked)
            .into_iter()
            .map(|alarm| (grade(alarm, story, &asked), alarm))
            .collect();
        // Clocks that run in the register of protection: of the receiver of a referral, and of a notice
        // that is owed to a consulate.
        let on_record = story
            .described()
            .is_some_and(|told| is_child(told.stated.birth, day));
        let claimed = story.claimed().into_iter();
        let claimed: Vec<_> = claimed.filter(|of| *of != self.by.home).collect();
        for state in &known {
            let referred = state.referrals().into_iter();
            let referred = referred.filter_map(|one| clock(&one, self.by.clocks, day));
            let owed = claimed.iter().copied();
            let owed = notice_clocks(state, owed, on_record, self.by.clocks, day);
            for clock in referred.chain(owed).filter(|clock| clock.is_overdue(now)) {
                let grade = if clock.is_running() {
                    Grade::Waits
                } else {
                    Grade::Noted
                };
                found.push((grade, Alarm::Overdue(clock.kind)));
            }
        }
        for (grade, alarm) in found {
            self.findings.push(ReviewFinding {
                grade,
                episode: Some(id),
                position: None,
                what: What::Alarm(alarm),
            });
        }
    }

    /// What shows only when episodes are looked at together.
    fn beside(&mut self, stories: &BTreeMap<EpisodeId, Story>, erased: usize) {
        let first = |counts: &BTreeSet<u16>| counts.first().copied();
        let counts = self.counts.iter();
        let counted = counts
            .filter_map(|(handover, counts)| Some((*handover, first(counts)?)))
            .collect();
        for discord in together(stories, &counted) {
            let grade = match &discord {
                // A list that was answered in parts: nothing waits once the giver has taken back
                // whoever did not come, or they are no longer under control.
                Discord::Handover {
                    handover,
                    offered,
                    listed,
                    counted,
                    accepted,
                } if offered == listed
                    && *counted == Some(*accepted)
                    && answered(stories, *handover) =>
                {
                    Grade::Noted
                }
                Discord::Count {
                    counted,
                    missing,
                    doubled,
                    ..
                } if counted.len() == 1 && doubled.is_empty() && missing.len() <= erased => {
                    Grade::Noted
                }
                Discord::Count { .. } => Grade::Altered,
                _ => Grade::Waits,
            };
            self.findings.push(ReviewFinding {
                grade,
                episode: None,
                position: None,
                what: What::Discord(discord),
            });
        }
        for (handover, counts) in &self.counts {
            if counts.len() > 1 {
                self.findings.push(ReviewFinding {
                    grade: Grade::Altered,
                    episode: None,
                    position: None,
                    what: What::CountsDiffer(*handover, counts.clone()),
                });
            }
        }
    }
}

/// Whether everybody of a list who was not accepted is answered for otherwise.
fn answered(stories: &BTreeMap<EpisodeId, Story>, handover: HandoverId) -> bool {
    stories.values().all(|story| {
        story
            .handovers
            .get(&handover)
            .is_none_or(|one| one.accepted.is_some() || one.withdrawn || !story.is_open())
    })
}

/// Whether anybody has to look at an alarm now. A clock that was met too late, and somebody who did
/// not come with the others and was taken back, stay on record and wait for nothing.
fn grade(alarm: Alarm, story: &Story, asked: &Asked<'_>) -> Grade {
    let waits = match alarm {
        Alarm::Overdue(kind) => clocks(story, asked.clocks, asked.day)
            .iter()
            .any(|clock| clock.kind == kind && clock.is_running() && clock.is_overdue(asked.now)),
        Alarm::MissedAtHandover => story
            .handovers
            .values()
            .any(|one| one.missed.is_some() && one.is_open() && story.is_open()),
        _ => true,
    };
    if waits { Grade::Waits } else { Grade::Noted }
}

//! Frauds against whoever is held, and what the overseer alone sees of them: from statements, from one
//! unannounced head-count and from one report of people taken, without a word of the authority's.
//!
//! Each run makes an honest week from a seed, holds a head-count and an answer to a report against it,
//! and must find nothing; then commits one fraud of each kind on it and must find each. `PASO_FRAUDS`
//! sets how many weeks (30 unless set).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
use paso_formats::{
    entry::{Minute, StreamId},
    moment::{HOUR, MINUTE, Moment},
    statement::{Kind, Statement},
    taking::{Answer, Folio, Says},
};
use paso_veedor::{
    custody::{
        Stands, Told,
        board::Board,
        count::{Committed, Verdict, Visit, reckon},
        episode::Handle,
    },
    taking::{
        Report,
        rule::{Match, hold, unaware_until},
    },
};
use std::collections::{BTreeMap, BTreeSet};

const MONDAY: i64 = 1_790_035_200;
const STATION: &str = "EM-1";

/// xorshift64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % limit.unsigned_abs()).unwrap()
    }

    fn handle(&mut self) -> Handle {
        let mut handle = [0; 16];
        handle.fill_with(|| u8::try_from(self.below(256)).unwrap());
        handle
    }
}

fn after(minutes: i64) -> Moment {
    Moment::from_unix(MONDAY + minutes * MINUTE)
}

/// What happened, and how many minutes after it the device wrote it down.
#[derive(Clone)]
struct Act {
    episode: Handle,
    group: Handle,
    kind: Kind,
    place: &'static str,
    minute: i64,
    due: Option<i64>,
    device: u8,
    written: i64,
}

/// A week of buses: counted on the road, brought to the station, some handed over, some let go.
fn week(chance: &mut Chance) -> Vec<Act> {
    let mut acts = Vec::new();
    for bus in 0..6 {
        let (start, group) = (bus * 24 * 60 + chance.below(300), chance.handle());
        for _ in 0..3 + chance.below(9) {
            let episode = chance.handle();
            let mut act = |kind, place, minute, due: Option<i64>, device| {
                acts.push(Act {
                    episode,
                    group,
                    kind,
                    place,
                    minute: start + minute,
                    due: due.map(|due| start + due),
                    device,
                    written: start + minute,
                });
            };
            act(Kind::Opened, "ROAD", 0, Some(120), 1);
            act(Kind::Clock, "ROAD", 30, Some(2_160), 1);
            act(Kind::Moved, "en-route", 60, Some(300), 1);
            act(Kind::Moved, STATION, 180, Some(2_160), 2);
            match chance.below(3) {
                0 => {
                    act(Kind::Offered, STATION, 400, Some(460), 2);
                    act(Kind::HandedOver, "EM-2", 430, Some(2_160), 3);
                    act(Kind::Ended, "EM-2", 900 + chance.below(1_000), None, 3);
                }
                1 => {
                    act(Kind::Offered, STATION, 400, Some(460), 2);
                    act(Kind::Kept, STATION, 450, Some(2_160), 2);
                    act(Kind::Ended, STATION, 900 + chance.below(1_000), None, 2);
                }
                // Let go at night on paper, written down in the morning.
                _ => {
                    act(Kind::Ended, STATION, 1_200, None, 2);
                    acts.last_mut().unwrap().written += 240;
                }
            }
        }
    }
    acts
}

/// The log: what devices wrote, in the order in which they did.
fn log(acts: &[Act]) -> Vec<Told> {
    let mut order: Vec<&Act> = acts.iter().collect();
    order.sort_by_key(|act| act.written);
    let mut sequences = BTreeMap::new();
    order
        .into_iter()
        .zip(1..)
        .map(|(act, place)| {
            let sequence = sequences.entry(act.device).or_insert(0);
            *sequence += 1;
            Told {
                statement: Statement {
                    episode: act.episode,
                    group: (act.kind == Kind::Opened).then_some(act.group),
                    place: act.place.parse().unwrap(),
                    kind: act.kind,
                    at: after(act.minute),
                    due: act.due.map(after),
                },
                stands: Stands {
                    label: "2026".parse().unwrap(),
                    place,
                    stream: StreamId::from_random([act.device; 16]),
                    sequence: *sequence,
                    recorded: Minute::of(after(act.written)),
                },
            }
        })
        .collect()
}

fn committed(log: &[Told], at: Moment) -> Committed {
    let before = log.iter().filter(|told| told.stands.recorded.start() <= at);
    let last = before.map(|told| told.stands.place).max().unwrap_or(0);
    Committed {
        sizes: BTreeMap::from([("2026".parse().unwrap(), last + 1)]),
        published: Some(at),
        complete: None,
    }
}

/// Who truly is at the station at this minute.
fn held(acts: &[Act], minute: i64) -> BTreeSet<Handle> {
    let mut last: BTreeMap<Handle, &Act> = BTreeMap::new();
    for act in acts.iter().filter(|act| act.minute <= minute) {
        let earlier = last.entry(act.episode).or_insert(act);
        if act.minute >= earlier.minute {
            *earlier = act;
        }
    }
    last.into_values()
        .filter(|act| act.kind != Kind::Ended && act.place == STATION)
        .map(|act| act.episode)
        .collect()
}

/// What is true, and what the log says of it.
#[derive(Clone)]
struct World {
    /// The minute of the visit; the bus seen on the road is the one that stands there then.
    visit: i64,
    there: BTreeSet<Handle>,
    /// The count of the bus that was seen, how many were on it, and when.
    group: Handle,
    on_it: u32,
    seen: i64,
    log: Vec<Told>,
}

impl World {
    fn honest(number: u64) -> Self {
        let mut chance = Chance(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let acts = week(&mut chance);
        let bus = acts[acts.len() / 2].group;
        let opened = |act: &&Act| act.group == bus && act.kind == Kind::Opened;
        let seen = acts.iter().find(opened).unwrap().minute;
        // Everybody of that bus is at the station then, and nobody's paper is still unwritten.
        let visit = seen + 300;
        Self {
            visit,
            there: held(&acts, visit),
            group: bus,
            on_it: u32::try_from(acts.iter().filter(opened).count()).unwrap(),
            seen,
            log: log(&acts),
        }
    }

    /// Everything that the overseer sees, by name.
    fn seen_by_the_overseer(&self) -> BTreeSet<String> {
        let now = after(10 * 24 * 60);
        let board = Board::at(&self.log, now);
        let mut seen: BTreeSet<String> = board
            .found
            .iter()
            .map(|found| found.what.code().to_owned())
            .collect();
        if board.overdue() > 0 {
            seen.insert("overdue".to_owned());
        }
        let at = after(self.visit);
        let visit = Visit {
            place: STATION.parse().unwrap(),
            at,
            counted: u32::try_from(self.there.len()).unwrap(),
            named: self.there.clone(),
        };
        let found = reckon(&self.log, &committed(&self.log, at), &visit);
        if found.verdict != Verdict::Agrees {
            seen.insert(found.verdict.code().to_owned());
        }
        if !found.late.is_empty() {
            seen.insert("late".to_owned());
        }
        let report = Report {
            folio: Folio::from_random([1; 4]),
            received: after(self.seen + 20),
            due: after(self.seen + 20).plus(24 * HOUR),
            area: "MX-CHP".to_owned(),
            place: String::new(),
            taken: after(self.seen),
            unit: String::new(),
            vehicle: String::new(),
            people: self.on_it,
        };
        let answer = Answer {
            authority: "MX-INM".to_owned(),
            folio: report.folio,
            at: now,
            says: Says::Opened,
            groups: vec![self.group],
            episodes: Vec::new(),
        };
        let before = committed(&self.log, unaware_until(&report));
        let matched = hold(&report, &answer, &self.log, &before);
        if matched != Match::Matched {
            seen.insert(matched.code().to_owned());
        }
        seen
    }

    /// Somebody of the bus that was seen.
    fn victim(&self) -> Handle {
        let of = |told: &&Told| told.statement.group == Some(self.group);
        self.log.iter().find(of).unwrap().statement.episode
    }

    fn of(&self, victim: Handle, kind: Kind) -> usize {
        let is = |told: &Told| told.statement.episode == victim && told.statement.kind == kind;
        self.log.iter().position(is).unwrap()
    }

    /// Writes a row at the end of the log, which says of itself that it was written at this minute.
    fn forge(&mut self, mut told: Told, kind: Kind, minute: i64) {
        let end = self.log.last().unwrap().stands;
        told.statement.kind = kind;
        told.statement.at = after(minute);
        told.statement.due = None;
        told.stands.place = end.place + 1;
        told.stands.sequence = end.sequence + 10_000;
        told.stands.recorded = Minute::of(after(minute).max(end.recorded.start()));
        self.log.push(told);
    }

    /// Takes rows out of the log, as if they had never been written.
    fn never(&mut self, victim: Handle, kinds: &[Kind]) {
        self.log.retain(|told| {
            let statement = &told.statement;
            statement.episode != victim || !kinds.is_empty() && !kinds.contains(&statement.kind)
        });
    }
}

/// A fraud, and by what it is found.
type Fraud = (&'static str, fn(&mut World), &'static [&'static str]);

const FRAUDS: [Fraud; 15] = [
    (
        "one of a bus is sold before the count is written down",
        |world| {
            let victim = world.victim();
            world.never(victim, &[]);
            world.there.remove(&victim);
        },
        &["fewer"],
    ),
    (
        "a whole bus is never written down",
        |world| {
            let group = world.group;
            let gone: Vec<Handle> = world
                .log
                .iter()
                .filter(|told| told.statement.group == Some(group))
                .map(|told| told.statement.episode)
                .collect();
            for victim in gone {
                world.never(victim, &[]);
                world.there.remove(&victim);
            }
        },
        &["no-such-opening"],
    ),
    (
        "somebody is kept in the station off the books",
        |world| {
            world.there.insert([0xaa; 16]);
        },
        &["too-many"],
    ),
    (
        "somebody is handed to others and stays on the books",
        |world| {
            let victim = world.victim();
            world.there.remove(&victim);
        },
        &["missing"],
    ),
    (
        "one is let go for money and another put in the place",
        |world| {
            let victim = world.victim();
            world.there.remove(&victim);
            world.there.insert([0xbb; 16]);
        },
        &["others"],
    ),
    (
        "somebody vanishes, and nothing more is written of them",
        |world| {
            let victim = world.victim();
            let last = world.of(victim, Kind::Moved);
            let place = world.log[last].stands.place;
            world
                .log
                .retain(|told| told.statement.episode != victim || told.stands.place <= place);
        },
        &["overdue"],
    ),
    (
        "the books are filled in while inspectors wait at the door",
        |world| {
            let visit = after(world.visit);
            let victim = world.victim();
            for told in &mut world.log {
                if told.statement.episode == victim {
                    // The rows say the old hours and come into the log after the visit.
                    told.stands.place += 1_000_000;
                    let old = told.stands.recorded.start();
                    told.stands.recorded = Minute::of(old.max(visit.plus(MINUTE)));
                }
            }
        },
        &["committed-late", "late"],
    ),
    (
        "an opening is made up after the report came",
        |world| {
            let received = after(world.seen + 60);
            let group = world.group;
            for told in &mut world.log {
                if told.statement.group == Some(group) {
                    told.stands.place += 1_000_000;
                    let old = told.stands.recorded.start();
                    told.stands.recorded = Minute::of(old.max(received));
                }
            }
        },
        &["after-report"],
    ),
    (
        "another day's bus is named in the place of the one seen",
        |world| {
            let other = world.log.iter().find(|told| {
                let statement = &told.statement;
                statement.group.is_some_and(|group| group != world.group)
            });
            world.group = other.unwrap().statement.group.unwrap();
        },
        &["other-time"],
    ),
    (
        "somebody who left is handed over all the same",
        |world| {
            let told = world.log[world.of(world.victim(), Kind::Ended)].clone();
            world.forge(told, Kind::HandedOver, 9 * 24 * 60);
        },
        &["handed-over-after-end"],
    ),
    (
        "somebody who left is moved about on paper",
        |world| {
            let told = world.log[world.of(world.victim(), Kind::Ended)].clone();
            world.forge(told, Kind::Moved, 9 * 24 * 60);
        },
        &["after-end"],
    ),
    (
        "one person's release is used twice",
        |world| {
            let told = world.log[world.of(world.victim(), Kind::Ended)].clone();
            world.forge(told, Kind::Ended, 9 * 24 * 60);
        },
        &["ended-twice"],
    ),
    (
        "a second opening covers a first one",
        |world| {
            let told = world.log[world.of(world.victim(), Kind::Opened)].clone();
            world.forge(told, Kind::Opened, 9 * 24 * 60);
        },
        &["opened-twice"],
    ),
    (
        "the opening is taken out and the rest left",
        |world| {
            let victim = world.victim();
            let opening = world.of(victim, Kind::Opened);
            world.log.remove(opening);
        },
        &["never-opened", "fewer"],
    ),
    (
        "a clock is set back before an act is written down",
        |world| {
            let at = world.of(world.victim(), Kind::Ended);
            let recorded = &mut world.log[at].stands.recorded;
            recorded.0 -= 30 * 24 * 60;
            world.log[at].statement.at = recorded.start();
        },
        &["clock-set-back"],
    ),
];

#[test]
fn every_fraud_is_found_and_no_honest_week_is_blamed() {
    let weeks = std::env::var("PASO_FRAUDS")
        .ok()
        .and_then(|weeks| weeks.parse().ok())
        .unwrap_or(30);
    let (mut missed, mut false_alarms) = (Vec::new(), Vec::new());
    for number in 1..=weeks {
        let honest = World::honest(number);
        let seen = honest.seen_by_the_overseer();
        if !seen.is_empty() {
            false_alarms.push((number, seen));
        }
        for (name, commit, marks) in FRAUDS {
            let mut world = honest.clone();
            commit(&mut world);
            let seen = world.seen_by_the_overseer();
            if !marks.iter().all(|mark| seen.contains(*mark)) {
                missed.push((number, name, seen));
            }
        }
    }
    println!(
        "{weeks} weeks, {} kinds of fraud: {} missed, {} honest weeks blamed",
        FRAUDS.len(),
        missed.len(),
        false_alarms.len()
    );
    assert_eq!((missed, false_alarms), (Vec::new(), Vec::new()));
}

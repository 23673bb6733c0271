//! What is shown of a receipt that somebody has checked: words and values, for whoever shows them.
//!
//! Hub, overseer and command line all show a [`ReceiptVerdict`] through [`View`], and what a code
//! alone may tell through [`spoken`]; so nobody can show more than the receipt itself discloses, and
//! what no device has signed is never shown as a fact. Nothing is decided here. How it looks is each
//! program's own affair.

use crate::Voice;
use jiff::tz::TimeZone;
use paso_formats::{
    moment::Moment,
    receipt::{Facts, Handle, LogPlace, LogState, ReceiptFinding, ReceiptVerdict, Spoken},
};

/// What a reader is told of a post, where the program that shows the receipt knows it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// By which clock its people live.
    pub zone: TimeZone,
}

/// Finds a post by its code. A program without a list of posts finds none: codes are then shown
/// bare, and times in UTC.
pub type Places<'a> = &'a dyn Fn(&str) -> Option<Place>;

/// One line: what, and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A checked receipt in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// `green`, `amber` or `red`; never shown without its word.
    pub light: &'static str,
    /// The word of the colour.
    pub light_word: String,
    /// The word to be read from afar.
    pub word: String,
    /// What was found, in a sentence.
    pub why: String,
    /// Why the code or the proof could not be used, where one could not.
    pub cause: Option<String>,
    /// What to do next.
    pub next: String,
    /// That nothing here is a ground against whoever shows the receipt.
    pub never: String,
    /// What the receipt says; empty unless a device of the authority signed it.
    pub facts: Vec<Line>,
    /// How long ago it was given.
    pub age: Option<String>,
    /// Where the log holds it, and who has seen it there; empty where that is not proven.
    pub log: Vec<Line>,
    /// What makes this machine's answer weaker: an old list of signatures, a clock behind.
    pub notes: Vec<String>,
}

impl View {
    /// The words of a verdict.
    #[must_use]
    pub fn of(t: Voice<'_>, verdict: &ReceiptVerdict, places: Places<'_>) -> Self {
        let code = verdict.finding.code();
        let proven = verdict.receipt.as_ref().filter(|receipt| receipt.proven);
        let zone = proven
            .and_then(|receipt| places(&receipt.facts.post))
            .map_or(TimeZone::UTC, |place| place.zone);
        let note = |said: bool, key: &str| said.then(|| t.text(key));
        Self {
            light: verdict.light.code(),
            light_word: t.code("verify-light", verdict.light.code()),
            word: t.code("verify-word", code),
            why: t.code("verify-finding", code),
            cause: match verdict.finding {
                ReceiptFinding::Malformed(cause) => Some(t.code("cause", cause.code())),
                ReceiptFinding::ProofBroken(fault) => Some(t.code("proof-fault", fault.code())),
                _ => None,
            },
            next: t.code("verify-next", verdict.next.code()),
            never: t.text("verify-never"),
            facts: proven
                .map(|receipt| facts(t, &receipt.facts, places))
                .unwrap_or_default(),
            age: verdict
                .age
                .map(|age| t.with("verify-age", [("length", &t.length(age))])),
            log: verdict
                .place
                .as_ref()
                .map(|place| log(t, place, &zone))
                .unwrap_or_default(),
            notes: [
                note(verdict.bundle_old, "verify-bundle-old"),
                note(verdict.clock_behind, "verify-clock-behind"),
            ]
            .into_iter()
            .flatten()
            .collect(),
        }
    }
}

/// What a code alone tells of one receipt. A mirror that can open no body knows the log's state and
/// nothing else.
#[must_use]
pub fn spoken(t: Voice<'_>, told: Option<&Spoken>, log: LogState, places: Places<'_>) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut say = |key: &str, value| {
        lines.push(Line {
            label: t.text(key),
            value,
        });
    };
    if let Some(told) = told {
        say("verify-says-kind", t.code("receipt-kind", told.kind.code()));
        say("verify-says-post", post(t, &told.post, places));
        say("verify-says-day", t.weekday_date(told.day));
    }
    say("verify-log-state", t.code("verify-log-state", log.code()));
    lines
}

/// What a receipt says, line by line: for whoever holds the paper, or has found it in the register.
#[must_use]
pub fn facts(t: Voice<'_>, facts: &Facts, places: Places<'_>) -> Vec<Line> {
    let zone = places(&facts.post).map_or(TimeZone::UTC, |place| place.zone);
    let mut lines = Vec::new();
    let mut say = |key: &str, value| {
        lines.push(Line {
            label: t.text(key),
            value,
        });
    };
    say(
        "verify-says-kind",
        t.code("receipt-kind", facts.kind.code()),
    );
    say("verify-says-at", at(t, &zone, facts.at));
    say("verify-says-post", post(t, &facts.post, places));
    say("verify-says-officer", facts.officer.clone());
    match &facts.handle {
        None => {}
        Some(Handle::Card(number)) => say("verify-says-card", number.to_string()),
        Some(Handle::Episode(name)) => {
            let digits = name.iter().map(|byte| format!("{byte:02x}"));
            say("verify-says-episode", digits.collect());
        }
    }
    say("verify-says-code", facts.code.to_string());
    lines
}

fn log(t: Voice<'_>, place: &LogPlace, zone: &TimeZone) -> Vec<Line> {
    let index = t.with(
        "verify-log-place-of",
        [
            ("index", &place.index.to_string()),
            ("size", &place.size.to_string()),
        ],
    );
    let mut lines = vec![
        Line {
            label: t.text("verify-log-origin"),
            value: place.origin.clone(),
        },
        Line {
            label: t.text("verify-log-place"),
            value: index,
        },
    ];
    lines.extend(place.witnesses.iter().map(|witness| Line {
        label: t.one("verify-log-witness", "name", &witness.name),
        value: at(t, zone, witness.at),
    }));
    lines
}

fn at(t: Voice<'_>, zone: &TimeZone, moment: Moment) -> String {
    let local = moment.timestamp().to_zoned(zone.clone());
    t.moment(local.datetime(), local.offset().seconds())
}

fn post(t: Voice<'_>, code: &str, places: Places<'_>) -> String {
    match places(code) {
        Some(place) => t.with("verify-post", [("name", &place.name), ("code", code)]),
        None => code.to_owned(),
    }
}

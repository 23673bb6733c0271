//! What an act on custody would record. An act is about a list: what is the same for all is said
//! once, and then who they are.

use super::{Line, Reader};
use crate::{print, say};
use paso_domain::{
    custody::{CustodyEvent, Leg, Recipient},
    event::Event,
    id::EpisodeId,
    subject::Subject,
};

/// How many people the act is about.
pub(super) fn about(reader: &Reader<'_>, events: &[(Subject, Event)]) -> String {
    let people = facts(events).count();
    reader
        .t
        .count("about-episodes", i64::try_from(people).unwrap_or(i64::MAX))
}

fn facts(events: &[(Subject, Event)]) -> impl Iterator<Item = (EpisodeId, &CustodyEvent)> {
    events.iter().filter_map(|event| match event {
        (Subject::Episode(id), Event::Custody(fact)) => Some((*id, fact)),
        _ => None,
    })
}

/// All that would be recorded of custody.
pub(super) fn of(reader: &Reader<'_>, events: &[(Subject, Event)]) -> Vec<Line> {
    let t = reader.t;
    let mut lines = Vec::new();
    // The first of each kind tells what all of that kind share.
    let mut told: Vec<&'static str> = Vec::new();
    for (_, fact) in facts(events) {
        let kind = kind(fact);
        if told.contains(&kind) {
            continue;
        }
        told.push(kind);
        shared(reader, fact, &mut lines);
        let of_kind = facts(events).filter(|(_, one)| self::kind(one) == kind);
        let names: Vec<String> = of_kind
            .filter_map(|(id, _)| {
                // Whoever is only being counted in has neither a name nor a place in any list yet.
                let name = reader.people.get(&id)?;
                Some(format!("{name} ({})", print::short(&id.to_string())))
            })
            .collect();
        if !names.is_empty() {
            let key = if kind == "missed" {
                "missing"
            } else {
                "people"
            };
            lines.push(Line::new(t.code("signing-line", key), names.join(" · ")));
        }
    }
    lines
}

const fn kind(fact: &CustodyEvent) -> &'static str {
    match fact {
        CustodyEvent::Opened { .. } => "opened",
        CustodyEvent::Offered { .. } => "offered",
        CustodyEvent::Accepted { .. } => "accepted",
        CustodyEvent::Missed { .. } => "missed",
        CustodyEvent::GivenOnPaper { .. } => "given-on-paper",
        CustodyEvent::Ended { .. } => "ended",
        CustodyEvent::Settled { .. } => "settled",
        _ => "other",
    }
}

fn shared(reader: &Reader<'_>, fact: &CustodyEvent, lines: &mut Vec<Line>) {
    let t = reader.t;
    let mut add = |key: &str, value: String| {
        if !value.trim().is_empty() {
            lines.push(Line::new(t.code("signing-line", key), value));
        }
    };
    match fact {
        CustodyEvent::Opened { opening, .. } => {
            add("counted", opening.count.to_string());
            add("taken", super::moment(reader, opening.taken_at));
            add("where", opening.taken_where.clone());
            add("vehicle", opening.vehicle.clone());
            add("unit", opening.unit.clone());
            add("ordered-by", opening.ordered_by.clone());
            add("basis", opening.basis.clone());
            add("reason", opening.reason.clone());
        }
        CustodyEvent::Offered { offer, .. } => {
            add("counted", offer.counted.to_string());
            let to = match &offer.to {
                Recipient::Post { post, officer } => {
                    let place = say::post_name(reader.service, *post);
                    let officer = officer.as_ref().map(|of| format!(" · {of}"));
                    format!("{place}{}", officer.unwrap_or_default())
                }
                Recipient::Authority { code } => code.to_string(),
            };
            add("to", to);
            add("reason", offer.reason.clone());
            if let Some(leg) = &offer.leg {
                add("transport", transport(reader, leg));
            }
        }
        CustodyEvent::Accepted { counted, .. } => add("counted", counted.to_string()),
        CustodyEvent::GivenOnPaper { paper, .. } => {
            add("ending", t.code("custody-paper", paper.ending.code()));
            add("to", paper.body.clone());
            add("receiver", paper.receiver.clone());
            let sheet = paper.sheet.map(|hash| {
                let hex = hash
                    .iter()
                    .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
                format!("SHA-256 {hex}")
            });
            add("sheet", sheet.unwrap_or_default());
        }
        CustodyEvent::Ended { ending, .. } => {
            add("ending", t.code("custody-ending", ending.kind.code()));
            add("evidence", ending.evidence.clone());
            add("to", ending.to.clone());
        }
        CustodyEvent::Settled {
            answers, reason, ..
        } => {
            let place = say::post_name(reader.service, answers.post);
            add("answers", format!("{} · {place}", answers.officer));
            add("reason", reason.clone());
        }
        _ => {}
    }
}

fn transport(reader: &Reader<'_>, leg: &Leg) -> String {
    format!(
        "{} · {} · {} · {}",
        leg.vehicle,
        leg.route,
        say::post_name(reader.service, leg.to),
        super::moment(reader, leg.expected)
    )
}

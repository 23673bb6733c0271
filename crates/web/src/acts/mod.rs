//! The list of a day: what this post has recorded, newest first.

use crate::{door::Allowed, fault::Fault, reply, routes::Routes, session::Session};
use askama::Template;
use axum::{extract::Query, response::Response};
use jiff::civil::Date;
use paso_domain::{
    crossings::Zone,
    policy::{Power, powers},
    sheet::SheetNumber,
    subject::Subject,
};
use paso_formats::moment::Moment;
use paso_pages::{Frame, Voice, dates};
use std::collections::HashMap;

pub(crate) fn routes() -> Routes {
    Routes::default().get("/hoy", list)
}

/// Parts of an act that has a line of its own: an application is received in the moment in which it
/// is decided, and what was claimed is in it.
pub(crate) const PARTS: [&str; 2] = ["person.claimed", "card.application-received"];

/// One line.
struct Line {
    time: String,
    act: String,
    detail: Option<String>,
    /// That it was recorded, or came here, late.
    late: Vec<String>,
    about: Option<String>,
    href: Option<String>,
    officer: String,
}

#[derive(Template)]
#[template(path = "acts/acts.html")]
struct Acts<'a> {
    f: Frame<'a>,
    day: String,
    heading: String,
    before: String,
    /// None where the day shown is today.
    after: Option<String>,
    lines: Vec<Line>,
    more: Option<String>,
    zone: String,
}

async fn list(
    session: Allowed<powers::ReadActs>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let today = session.service().today(session.permit())?;
    let day = match query.get("dia") {
        Some(text) => text
            .parse::<Date>()
            .map_err(|_| Fault::NotFound)?
            .min(today),
        None => today,
    };
    let zone = session.post()?.zone();
    let service = session.service();
    let mut rows = service.acts(session.permit(), day, None).await?;
    // The list goes on after the act named in the address; any act's cursor can be moved there.
    let from = query.get("desde").and_then(|text| after(text));
    if let (Some((at, position)), Some(first)) = (from, rows.first()) {
        let mut cursor = first.cursor();
        (cursor.at, cursor.position) = (at, position);
        rows = service.acts(session.permit(), day, Some(cursor)).await?;
    }
    let full = rows.len() == usize::try_from(paso_service::acts::PAGE).unwrap_or(usize::MAX);
    let more = rows
        .last()
        .filter(|_| full)
        .map(|last| format!("/hoy?dia={day}&desde={}.{}", last.at.unix(), last.position));
    let reads_cards = session.may(Power::ReadCard);
    let lines = rows
        .iter()
        // Who keeps people has a board of their own; colleagues are not told of whom they keep.
        .filter(|row| !matches!(row.subject, Subject::Episode(_)))
        .filter(|row| !PARTS.contains(&row.kind.as_str()))
        .map(|row| {
            // An application that was asked for and refused made no record that could be opened.
            let made = !matches!(
                (row.kind.as_str(), &row.subject),
                ("command.refused", Subject::Application(_))
            );
            let (about, href) = about(t, &row.subject, reads_cards && made);
            let code = row.code.as_deref().unwrap_or_default();
            let detail = match (row.kind.as_str(), &row.command) {
                ("card.refused", _) => Some(t.code("ground", code)),
                ("card.revoked", _) => Some(t.code("revocation", code)),
                ("erasure.carried-out", _) => Some(t.code("erasure-ground", code)),
                ("sheet.voided", _) => Some(t.code("sheet-reason", code)),
                ("encounter.recorded", _) => Some(t.code("outcome", code)),
                ("command.refused", Some(command)) => Some(format!(
                    "{}: {}",
                    t.code("command", &command.replace('.', "-")),
                    t.code("refusal", code)
                )),
                _ => None,
            };
            Line {
                time: dates::time(zone.local(row.at).date_time),
                act: t.code("act", &row.kind.replace('.', "-")),
                detail,
                late: late(&session, zone, (row.recorded, row.sheet, row.arrived)),
                about,
                href,
                officer: row.officer.to_string(),
            }
        })
        .collect();
    let clock = zone.local(service.clock().now());
    reply::page(&Acts {
        f: session.frame(t.text("today-title"))?,
        heading: t.with("today-of", [("date", &t.long_date(day))]),
        before: day.yesterday().unwrap_or(day).to_string(),
        after: (day < today).then(|| day.tomorrow().unwrap_or(day).to_string()),
        day: day.to_string(),
        lines,
        more,
        zone: t.with(
            "all-in-zone",
            [("zone", &dates::offset(clock.offset_seconds))],
        ),
    })
}

/// What is late about an act: it stood on paper, or was carried here long after it was recorded.
fn late(
    session: &Session,
    zone: &Zone,
    (recorded, sheet, arrived): (Moment, Option<SheetNumber>, Option<Moment>),
) -> Vec<String> {
    let t = session.t();
    let mut says = Vec::new();
    if let Some(sheet) = sheet {
        let recorded = crate::say::at(t, zone, recorded);
        let words = [("sheet", sheet.to_string()), ("recorded", recorded)];
        let words = words.each_ref().map(|(name, word)| (*name, word.as_str()));
        says.push(t.with("today-late", words));
    }
    if let Some(arrived) = arrived
        && session.service().came_late(recorded, arrived)
    {
        let arrived = crate::say::at(t, zone, arrived);
        says.push(t.one("today-arrived", "at", &arrived));
    }
    says
}

/// `1404752400.17`: the moment and position of the last act shown.
fn after(text: &str) -> Option<(Moment, u64)> {
    let (at, position) = text.split_once('.')?;
    Some((Moment::from_unix(at.parse().ok()?), position.parse().ok()?))
}

/// What an act was about, as far as this role may know, and where that can be opened.
fn about(t: Voice<'_>, subject: &Subject, reads_cards: bool) -> (Option<String>, Option<String>) {
    let named = |key: &str, id: String| t.with(key, [("id", &crate::print::short(&id))]);
    match subject {
        Subject::Card(number) if reads_cards => (
            Some(number.to_string()),
            Some(format!("/tarjetas/{number}")),
        ),
        Subject::Application(id) if reads_cards => (
            Some(named("today-refusal", id.to_string())),
            Some(format!("/negativas/{id}")),
        ),
        Subject::Person(id) | Subject::Stays(id) if reads_cards => (
            Some(named("today-person", id.to_string())),
            Some(format!("/personas/{id}")),
        ),
        _ => (None, None),
    }
}

//! `paso verify export`: what the export of an episode of custody proves, and the story that it tells,
//! with no server, database or network.
//!
//! The story is told by the register's own rules, from the very bodies that were held against the log:
//! so a page of the authority cannot show another one than a lawyer finds.

mod words;

use self::words::Words;
use super::{exit_code, open, receipt::read_policy};
use crate::{cli::VerifyExport, datadir::DataDir};
use anyhow::{Context, Result};
use paso_domain::{
    custody::{Clocks, CustodyEvent, EpisodeState, Place, Span, Story, statement},
    event::Event,
};
use paso_formats::{
    episode::{Export, ExportVerdict, MAX_EXPORT_BYTES, SequenceFault, SignedExport, judge},
    moment::Moment,
    statement::Statement,
    verdict::Light,
};
use paso_service::clock::Clock;
use serde_json::{Value, json};
use std::{
    fs,
    io::{Read, Write},
};

/// A fact of the story: its row, when it took effect, what it is called, and who answers for it.
struct Fact {
    version: u64,
    at: Moment,
    name: &'static str,
    officer: String,
    post: String,
}

/// What the opened bodies come to.
struct Told {
    facts: Vec<Fact>,
    story: Story,
    /// What the ombudsman was told of it, if these are all facts: whoever cut the last rows off did not
    /// cut them there.
    statements: Vec<Statement>,
    /// Rows whose bodies this program does not read.
    unreadable: Vec<u64>,
}

/// Checks, answers, and gives the exit code: 0 green, 1 red, 3 amber.
pub fn export(dir: &DataDir, args: &VerifyExport, out: &mut impl Write) -> Result<u8> {
    let anchor = args.anchor.clone().unwrap_or_else(|| dir.anchor());
    let bundle = args.bundle.clone().unwrap_or_else(|| dir.bundle());
    let bundle = open(&anchor, &bundle)?;
    let policy = read_policy(&args.policy.clone().unwrap_or_else(|| dir.policy()))?;
    let now = args.at.unwrap_or_else(|| Clock::System.now());

    let mut bytes = Vec::new();
    fs::File::open(&args.file)
        // One byte more than an export can have, so that a longer file is called what it is.
        .and_then(|file| {
            file.take(MAX_EXPORT_BYTES as u64 + 1)
                .read_to_end(&mut bytes)
        })
        .with_context(|| format!("cannot read {}", args.file.display()))?;
    let signed = SignedExport::read(&bytes)
        .with_context(|| format!("{} cannot be used", args.file.display()))?;
    let verdict = judge(&signed, &bundle, &policy, now);
    let told = tell(signed.export(), &Clocks::shipped()?);
    let light = if told.unreadable.is_empty() || verdict.light() == Light::Red {
        verdict.light()
    } else {
        Light::Amber
    };
    if args.json {
        let answer = as_json(signed.export(), &verdict, &told, light);
        serde_json::to_writer_pretty(&mut *out, &answer)?;
        writeln!(out)?;
    } else {
        let words = Words(args.lang);
        say(signed.export(), &verdict, &told, light, &words, out)?;
    }
    Ok(exit_code(light))
}

/// The story of what is in the file. A row that is bound to no leaf is left out: it is nobody's word.
fn tell(export: &Export, clocks: &Clocks) -> Told {
    let mut unreadable = Vec::new();
    let mut events: Vec<(u64, CustodyEvent)> = Vec::new();
    for row in export
        .rows
        .iter()
        .filter(|row| row.is_bound(&export.subject))
    {
        let Some(opened) = &row.opened else { continue };
        match Event::decode(&opened.kind, opened.schema, &opened.body) {
            Ok(Event::Custody(event)) => events.push((row.version.get(), event)),
            // What was asked and refused, or who read it, is of the record and not of the story.
            Ok(_) => {}
            Err(_) => unreadable.push(row.version.get()),
        }
    }
    let state = EpisodeState::of(events.iter().map(|(_, event)| event));
    let facts = state.ordered().into_iter().map(|(at, event)| Fact {
        version: events
            .iter()
            .find(|(_, other)| other == event)
            .map_or(0, |(version, _)| *version),
        at,
        name: event.name(),
        officer: event.act().officer.to_string(),
        post: event.act().post.to_string(),
    });
    Told {
        facts: facts.collect(),
        story: state.story(),
        statements: statements(events.iter().map(|(_, event)| event), clocks),
        unreadable,
    }
}

/// The statements that these facts made, in the order in which they were recorded. Only whether nothing
/// but a clock changed depends on the rules of a day; all else follows from the facts alone.
fn statements<'a>(
    events: impl Iterator<Item = &'a CustodyEvent>,
    clocks: &Clocks,
) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut state = EpisodeState::default();
    let mut before = None;
    for event in events {
        state = state.apply(event);
        let story = state.story();
        let act = event.act();
        // The day in UTC, since whoever verifies has no list of posts and their zones.
        let from = story
            .opening
            .as_ref()
            .map_or(act.at, |(_, one)| one.taken_at);
        let day = from.timestamp().to_zoned(jiff::tz::TimeZone::UTC).date();
        found.extend(statement(before.as_ref(), &story, clocks, day, act.at));
        before = Some(story);
    }
    found
}

fn say(
    export: &Export,
    verdict: &ExportVerdict,
    told: &Told,
    light: Light,
    words: &Words,
    out: &mut impl Write,
) -> Result<()> {
    writeln!(out, "{}: {}", words.light(light), words.verdict(light))?;
    writeln!(out, "{} · {}", export.authority, export.subject)?;
    writeln!(
        out,
        "{} {}, {} {}: {}",
        words.made(),
        export.at,
        words.by(),
        export.officer,
        words.file(verdict.file.code())
    )?;
    if verdict.bundle_old {
        writeln!(out, "{}", words.bundle_old())?;
    }

    writeln!(out, "\n{}", words.rows())?;
    for row in &verdict.rows {
        write!(
            out,
            "  {:>4}  {}",
            row.version,
            words.row(row.finding.code())
        )?;
        if let Some(place) = &row.place {
            let witnesses: Vec<_> = place
                .witnesses
                .iter()
                .map(|one| one.name.as_str())
                .collect();
            write!(
                out,
                " ({} #{}, {} {}; {})",
                place.origin,
                place.index,
                words.minute(),
                place.minute.start(),
                witnesses.join(", ")
            )?;
        }
        writeln!(out)?;
    }
    for fault in &verdict.sequence {
        writeln!(out, "  ! {}", words.sequence(*fault))?;
    }
    for version in &told.unreadable {
        writeln!(out, "  ! {version}: {}", words.unreadable())?;
    }

    writeln!(out, "\n{}", words.facts())?;
    for fact in &told.facts {
        writeln!(
            out,
            "  {}  {} · {} · {} ({})",
            fact.at,
            words.fact(fact.name),
            fact.officer,
            fact.post,
            fact.version
        )?;
    }
    writeln!(out, "\n{}", words.who_answered())?;
    for span in &told.story.spans {
        let until = span
            .until
            .map_or_else(|| "…".to_owned(), |until| until.to_string());
        writeln!(
            out,
            "  {} → {until}  {} ({}) · {} · {}",
            span.from,
            span.custodian.officer,
            span.custodian.post,
            place(span, words),
            words.standing(span.standing.code())
        )?;
    }
    match &told.story.ended {
        Some(ended) => writeln!(
            out,
            "  {}  {}: {} · {}",
            ended.act.at,
            words.ending(ended.kind.code()),
            ended.evidence,
            ended.to
        )?,
        None => writeln!(out, "  {}", words.still_open())?,
    }
    for (at, misfit) in &told.story.misfits {
        writeln!(out, "  ! {at}  {}", words.misfit(misfit.code()))?;
    }
    let count = told.statements.len();
    writeln!(out, "\n{} ({count})", words.statements())?;
    for one in &told.statements {
        let kind = words.statement(one.kind.code());
        writeln!(out, "  {}  {kind} · {}", one.at, one.place)?;
    }
    writeln!(out, "\n{}", words.what_it_does_not_prove())?;
    Ok(())
}

fn place(span: &Span, words: &Words) -> String {
    match &span.place {
        Place::Post(post) => post.to_string(),
        Place::EnRoute(leg) => format!("{} → {}", leg.vehicle, leg.to),
        Place::Outside => words.outside().to_owned(),
    }
}

fn as_json(export: &Export, verdict: &ExportVerdict, told: &Told, light: Light) -> Value {
    let rows: Vec<_> = verdict
        .rows
        .iter()
        .map(|row| {
            json!({
                "version": row.version,
                "finding": row.finding.code(),
                "light": row.finding.light().code(),
                "log": row.place.as_ref().map(super::receipt::place),
            })
        })
        .collect();
    let sequence: Vec<_> = verdict
        .sequence
        .iter()
        .map(|fault| match *fault {
            SequenceFault::Hole { after, next } => {
                json!({ "code": fault.code(), "after": after, "next": next })
            }
            SequenceFault::OutOfOrder(version)
            | SequenceFault::Repeated(version)
            | SequenceFault::Forked(version) => {
                json!({ "code": fault.code(), "version": version })
            }
        })
        .collect();
    let facts: Vec<_> = told
        .facts
        .iter()
        .map(|fact| {
            json!({
                "version": fact.version,
                "at": fact.at.to_string(),
                "fact": fact.name,
                "officer": fact.officer,
                "post": fact.post,
            })
        })
        .collect();
    let story = &told.story;
    let spans: Vec<_> = story
        .spans
        .iter()
        .map(|span| {
            json!({
                "from": span.from.to_string(),
                "until": span.until.map(|until| until.to_string()),
                "officer": span.custodian.officer.to_string(),
                "post": span.custodian.post.to_string(),
                "standing": span.standing.code(),
            })
        })
        .collect();
    let statements: Vec<_> = told
        .statements
        .iter()
        .map(|one| {
            json!({
                "at": one.at.to_string(),
                "kind": one.kind.code(),
                "place": one.place.to_string(),
            })
        })
        .collect();
    let misfits: Vec<_> = story
        .misfits
        .iter()
        .map(|(at, misfit)| json!({ "at": at.to_string(), "code": misfit.code() }))
        .collect();
    json!({
        "light": light.code(),
        "file": verdict.file.code(),
        "authority": export.authority,
        "subject": export.subject,
        "at": export.at.to_string(),
        "officer": export.officer,
        "bundle_old": verdict.bundle_old,
        "rows": rows,
        "sequence": sequence,
        "unreadable": told.unreadable,
        "facts": facts,
        "spans": spans,
        "ended": story.ended.as_ref().map(|ended| json!({
            "at": ended.act.at.to_string(),
            "kind": ended.kind.code(),
        })),
        "misfits": misfits,
        "statements": statements,
    })
}

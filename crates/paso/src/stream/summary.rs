//! What an import did, in words and as JSON.
//!
//! Acts that bear an officer's number from outside their service are listed by officer, kind, time and
//! post. The list names nobody else: whom an act was about is for those who may open its record.

use paso_domain::officer::Absence;
use paso_store::{ActRow, Imported};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// An act from outside its officer's service.
pub(super) struct Flagged {
    pub(super) act: ActRow,
    pub(super) absence: Absence,
}

/// The list of such acts that an import brought, or whose officers' end it brought.
pub(super) fn while_away<'a>(acts: impl ExactSizeIterator<Item = &'a Flagged>) -> String {
    let mut text = String::new();
    if acts.len() > 0 {
        // Writing into a String does not fail.
        let _ = writeln!(
            text,
            "{} acts bear the number of an officer who was suspended or dismissed at the time. They are \
             facts and were taken; look at each (`paso officer after-end` lists all there are):",
            acts.len()
        );
    }
    for Flagged { act, absence } in acts {
        let _ = writeln!(
            text,
            "  {}  {}  {}  {}  ({} {})",
            act.officer,
            act.kind,
            act.at,
            act.post,
            absence.access.code(),
            absence.from
        );
    }
    text
}

/// The whole summary for programs.
pub(super) fn as_json<'a>(
    files: &[(String, Imported)],
    while_away: impl Iterator<Item = &'a Flagged>,
) -> Value {
    let files = files.iter().map(|(name, imported)| {
        let streams = imported.streams.iter().map(|(stream, standing)| {
            let gaps = standing.gaps.iter().map(|gap| [*gap.start(), *gap.end()]);
            json!({
                "stream": stream.to_string(),
                "highest": standing.highest,
                "gaps": gaps.collect::<Vec<_>>(),
                "forks": standing.forks,
                "broken_links": standing.broken_links,
            })
        });
        json!({
            "file": name,
            "taken": imported.taken,
            "present": imported.present,
            "late": imported.late,
            "closed": imported.closed,
            "streams": streams.collect::<Vec<_>>(),
        })
    });
    let acts = while_away.map(|Flagged { act, absence }| {
        json!({
            "officer": act.officer.to_string(),
            "kind": act.kind,
            "at": act.at.to_string(),
            "post": act.post.to_string(),
            "standing": absence.access.code(),
            "since": absence.from.to_string(),
        })
    });
    let acts: Vec<_> = acts.collect();
    json!({
        "files": files.collect::<Vec<_>>(),
        "acts_while_away": { "number": acts.len(), "acts": acts },
    })
}

/// What an import did, in words.
pub(super) fn told(imported: &Imported) -> String {
    let Imported {
        taken,
        present,
        late,
        closed,
        streams,
    } = imported;
    let mut text = format!("{taken} entries taken, {present} were here already");
    // Writing into a String does not fail.
    if *late > 0 {
        let _ = write!(text, "; {late} came late");
    }
    if *closed > 0 {
        let _ = write!(
            text,
            "; {closed} wait for the keys of their subjects: restore the keys and import again"
        );
    }
    for (stream, standing) in streams {
        for gap in &standing.gaps {
            let _ = write!(
                text,
                "\n  {stream:?}: {} to {} missing",
                gap.start(),
                gap.end()
            );
        }
        for number in &standing.forks {
            let _ = write!(
                text,
                "\n  {stream:?}: FORK, two entries with number {number}"
            );
        }
        for number in &standing.broken_links {
            let _ = write!(text, "\n  {stream:?}: BROKEN LINK before number {number}");
        }
    }
    text
}

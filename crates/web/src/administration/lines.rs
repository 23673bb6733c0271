//! What happened to an officer, in words.

use super::at;
use crate::{fault::Fault, session::Session};
use paso_domain::{
    event::{Event, class_of},
    officer::OfficerEvent,
};
use paso_formats::entry::Class;
use paso_pages::Voice;

/// One line of a history.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) detail: Option<String>,
    pub(super) by: String,
}

/// What a kind of event is called.
pub(super) fn kind(t: Voice<'_>, kind: &str) -> String {
    let family = match class_of(kind) {
        Class::Administration => "affair",
        _ => "act",
    };
    let code = kind.replace('.', "-");
    t.known(family, &code).unwrap_or_else(|| kind.to_owned())
}

/// An officer's history, newest first.
pub(super) fn history(session: &Session, events: &[Event]) -> Result<Vec<Line>, Fault> {
    let t = session.t();
    let mut lines = Vec::new();
    for event in events.iter().rev() {
        let Some(act) = event.act() else { continue };
        let detail = match event {
            Event::Officer(event) => detail(session, event)?,
            Event::Refused(refused) => Some(refused.command.clone()),
            _ => None,
        };
        lines.push(Line {
            at: at(session, act.at)?,
            what: kind(t, event.kind()),
            detail,
            by: act.officer.to_string(),
        });
    }
    Ok(lines)
}

fn detail(session: &Session, event: &OfficerEvent) -> Result<Option<String>, Fault> {
    let t = session.t();
    Ok(match event {
        OfficerEvent::Granted { role, .. } => Some(t.code("role", role.code())),
        OfficerEvent::GrantEnded { role, reason, .. } => {
            Some(format!("{}: {reason}", t.code("role", role.code())))
        }
        OfficerEvent::Invited { purpose, .. } => Some(t.code("invitation", purpose.code())),
        OfficerEvent::PasskeyEnded { reason, note, .. } => Some(
            format!("{} {note}", t.code("passkey-end", reason.code()))
                .trim()
                .to_owned(),
        ),
        OfficerEvent::Suspended { from, reason, .. }
        | OfficerEvent::Dismissed { from, reason, .. } => {
            let from = t.with("admin-from", [("at", &at(session, *from)?)]);
            Some(format!("{from} {reason}"))
        }
        OfficerEvent::Reinstated { reason, .. } => Some(reason.clone()),
        OfficerEvent::Enrolled { .. }
        | OfficerEvent::PasskeyAdded { .. }
        | OfficerEvent::CounterSteppedBack { .. } => None,
    })
}

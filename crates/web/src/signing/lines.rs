//! What an act would record, line by line, for whoever is about to sign it. Nothing is added to what
//! the entries hold and nothing that decides is left out.

use crate::{say, session::Session};
use paso_domain::{
    card::CardEvent, event::Event, officer::OfficerEvent, person::PersonEvent, subject::Subject,
};

/// A name and a value.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) value: String,
}

impl Line {
    pub(super) const fn new(name: String, value: String) -> Self {
        Self { name, value }
    }
}

/// What the act is about, in a few words.
pub(super) fn about(session: &Session, events: &[(Subject, Event)]) -> String {
    let subject = events
        .iter()
        .map(|(subject, _)| subject)
        .find(|subject| !matches!(subject, Subject::Person(_)))
        .or_else(|| events.first().map(|(subject, _)| subject));
    let Some(subject) = subject else {
        return String::new();
    };
    let t = session.t();
    let text = subject.to_string();
    let (kind, id) = text.split_once(':').unwrap_or_default();
    match subject {
        Subject::Card(_) | Subject::Person(_) | Subject::Application(_) | Subject::Officer(_) => {
            t.with(&format!("about-{kind}"), [("id", id)])
        }
        _ => t.with("about-other", [("id", &text)]),
    }
}

/// All that will be recorded.
pub(super) fn of(session: &Session, events: &[(Subject, Event)]) -> Vec<Line> {
    let t = session.t();
    let mut lines = vec![Line::new(t.text("signing-about"), about(session, events))];
    for (_, event) in events {
        let mut add = |key: &str, value: String| {
            if !value.trim().is_empty() {
                lines.push(Line::new(t.code("signing-line", key), value));
            }
        };
        match event {
            Event::Card(CardEvent::ApplicationReceived { application, .. }) => {
                let claim = &application.claim;
                add("name", format!("{} {}", claim.given, claim.surnames));
                add("birth", say::birth(t, claim.birth));
                add("nationality", say::country(t, claim.nationality));
            }
            Event::Card(CardEvent::Refused { refusal, .. }) => {
                add("ground", t.code("ground", refusal.ground.code()));
                add("reasons", refusal.reasons.clone());
                add("remedy", refusal.remedy.clone());
            }
            Event::Card(CardEvent::Revoked { reason, note, .. }) => {
                add("revocation", t.code("revocation", reason.code()));
                add("note", note.clone());
            }
            Event::Person(PersonEvent::MergedInto { into, reason, .. }) => {
                add("into", into.to_string());
                add("reason", reason.clone());
            }
            Event::Person(PersonEvent::MergeUndone { reason, .. }) => {
                add("reason", reason.clone());
            }
            Event::Officer(event) => officer(session, event, &mut add),
            _ => {}
        }
    }
    lines
}

fn officer(session: &Session, event: &OfficerEvent, add: &mut impl FnMut(&str, String)) {
    let t = session.t();
    let moment = |at| {
        let post = session.post().ok();
        post.map_or_else(String::new, |post| say::at(t, post.zone(), at))
    };
    match event {
        OfficerEvent::Enrolled { name, .. } => add("officer-name", name.clone()),
        OfficerEvent::Granted {
            role, posts, from, ..
        } => {
            add("role", t.code("role", role.code()));
            let posts = posts.iter();
            let posts: Vec<_> = posts
                .map(|post| say::post_name(session.service(), *post))
                .collect();
            add(
                "posts",
                if posts.is_empty() {
                    t.text("signing-all-posts")
                } else {
                    say::list(t, &posts)
                },
            );
            add("from", moment(*from));
        }
        OfficerEvent::GrantEnded {
            role, from, reason, ..
        } => {
            add("role", t.code("role", role.code()));
            add("from", moment(*from));
            add("reason", reason.clone());
        }
        OfficerEvent::Invited {
            purpose, expires, ..
        } => {
            add("invitation", t.code("invitation", purpose.code()));
            add("link-until", moment(*expires));
        }
        OfficerEvent::PasskeyEnded {
            reason, from, note, ..
        } => {
            add("passkey-end", t.code("passkey-end", reason.code()));
            add("from", moment(*from));
            add("note", note.clone());
        }
        OfficerEvent::Suspended { from, reason, .. }
        | OfficerEvent::Reinstated { from, reason, .. }
        | OfficerEvent::Dismissed { from, reason, .. } => {
            add("from", moment(*from));
            add("reason", reason.clone());
        }
        OfficerEvent::PasskeyAdded { .. } | OfficerEvent::CounterSteppedBack { .. } => {}
    }
}

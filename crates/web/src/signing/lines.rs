//! What an act would record, line by line, for whoever is about to sign it. Nothing is added to what
//! the entries hold and nothing that decides is left out.

use crate::{say, session::Session};
use paso_domain::{
    card::CardEvent, device::DeviceEvent, erasure::ErasureEvent, event::Event,
    officer::OfficerEvent, person::PersonEvent, site::SiteEvent, subject::Subject,
    token::TokenEvent,
};
use paso_formats::moment::Moment;

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
            Event::Erasure(ErasureEvent::CarriedOut { erasure, .. }) => {
                add("erasure", t.code("erasure-ground", erasure.ground.code()));
                let subjects: Vec<_> = erasure.subjects.iter().map(ToString::to_string).collect();
                add("erased", subjects.join(", "));
            }
            Event::Token(TokenEvent::Issued { token, .. }) => {
                add("holder", token.officer.to_string());
                add("role", t.code("role", token.role.code()));
                add("posts", say::post_name(session.service(), token.post));
                add("purpose", token.purpose.clone());
                add("link-until", moment(session, token.expires));
            }
            Event::Token(TokenEvent::Revoked { from, .. }) => add("from", moment(session, *from)),
            Event::Device(event) => device(session, event, &mut add),
            Event::Site(SiteEvent::Opened { from, note, .. }) => {
                add("from", moment(session, *from));
                add("note", note.clone());
            }
            Event::Site(SiteEvent::Closed { from, reason, .. }) => {
                add("from", moment(session, *from));
                add("reason", reason.clone());
            }
            _ => {}
        }
    }
    lines
}

/// A moment by the clock of the signer's post.
fn moment(session: &Session, at: Moment) -> String {
    let post = session.post().ok();
    post.map_or_else(String::new, |post| say::at(session.t(), post.zone(), at))
}

fn device(session: &Session, event: &DeviceEvent, add: &mut impl FnMut(&str, String)) {
    match event {
        DeviceEvent::Enrolled { device, .. } => {
            add("device", device.name.clone());
            add("posts", say::post_name(session.service(), device.post));
            add("from", moment(session, device.from));
        }
        DeviceEvent::Retired { from, reason, .. } => {
            add("from", moment(session, *from));
            add("reason", reason.clone());
        }
        DeviceEvent::Revoked {
            from,
            compromised_from,
            reason,
            ..
        } => {
            add("from", moment(session, *from));
            add("compromised", moment(session, *compromised_from));
            add("reason", reason.clone());
        }
    }
}

fn officer(session: &Session, event: &OfficerEvent, add: &mut impl FnMut(&str, String)) {
    let t = session.t();
    let moment = |at| moment(session, at);
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

//! What an act would record, line by line, for whoever is about to sign it. Nothing is added to what
//! the entries hold and nothing that decides is left out.

mod custody;

use crate::{print, say, session::Session};
use paso_domain::{
    card::CardEvent,
    crossings::{Post, Zone},
    device::DeviceEvent,
    erasure::ErasureEvent,
    event::Event,
    id::EpisodeId,
    officer::OfficerEvent,
    person::PersonEvent,
    shift::ShiftEvent,
    site::SiteEvent,
    subject::Subject,
    token::TokenEvent,
};
use paso_formats::{key::PublicKey, moment::Moment};
use paso_pages::Voice;
use paso_service::Service;
use std::collections::BTreeMap;

/// What people in custody are called.
pub(crate) type Named = BTreeMap<EpisodeId, String>;

/// A name and a value.
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Line {
    pub(super) const fn new(name: String, value: String) -> Self {
        Self { name, value }
    }
}

/// Whose eyes it is for: language, register and the clock of their post.
pub(crate) struct Reader<'a> {
    pub(crate) t: Voice<'a>,
    pub(crate) service: &'a Service,
    pub(crate) zone: Option<&'a Zone>,
    /// Those whom the act is about, where the reader may see them.
    pub(crate) people: Named,
}

impl<'a> Reader<'a> {
    pub(super) fn of(session: &'a Session) -> Self {
        Self {
            t: session.t(),
            service: session.service(),
            zone: session.post().ok().map(Post::zone),
            people: Named::new(),
        }
    }
}

/// What the act is about, in a few words.
pub(super) fn about(reader: &Reader<'_>, events: &[(Subject, Event)]) -> String {
    let subject = events
        .iter()
        .map(|(subject, _)| subject)
        .find(|subject| !matches!(subject, Subject::Person(_) | Subject::Receipt(_)))
        .or_else(|| events.first().map(|(subject, _)| subject));
    let Some(subject) = subject else {
        return String::new();
    };
    let t = reader.t;
    let text = subject.to_string();
    let (kind, id) = text.split_once(':').unwrap_or_default();
    match subject {
        Subject::Card(_)
        | Subject::Person(_)
        | Subject::Application(_)
        | Subject::Officer(_)
        | Subject::Shifts(_) => {
            let id = match subject {
                Subject::Person(_) | Subject::Application(_) => print::short(id),
                _ => id.to_owned(),
            };
            t.with(&format!("about-{kind}"), [("id", &id)])
        }
        Subject::Episode(_) => custody::about(reader, events),
        _ => t.with("about-other", [("id", &readable(subject))]),
    }
}

/// A subject as people can compare it: thirty-two digits are cut to the eight that prints show.
fn readable(subject: &Subject) -> String {
    let text = subject.to_string();
    match text.split_once(':') {
        Some((kind, id)) if id.len() == 32 => format!("{kind} {}", print::short(id)),
        _ => text,
    }
}

/// All that will be recorded.
pub(crate) fn of(reader: &Reader<'_>, events: &[(Subject, Event)]) -> Vec<Line> {
    let t = reader.t;
    let mut lines = vec![Line::new(t.text("signing-about"), about(reader, events))];
    lines.extend(custody::of(reader, events));
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
                add("into", print::short(&into.to_string()));
                add("reason", reason.clone());
            }
            Event::Person(PersonEvent::MergeUndone { reason, .. }) => {
                add("reason", reason.clone());
            }
            Event::Officer(event) => officer(reader, event, &mut add),
            Event::Erasure(ErasureEvent::CarriedOut { erasure, .. }) => {
                add("erasure", t.code("erasure-ground", erasure.ground.code()));
                let subjects: Vec<_> = erasure.subjects.iter().map(readable).collect();
                add("erased", subjects.join(", "));
            }
            Event::Token(TokenEvent::Issued { token, .. }) => {
                add("holder", token.officer.to_string());
                add("role", t.code("role", token.role.code()));
                add("posts", say::post_name(reader.service, token.post));
                add("purpose", token.purpose.clone());
                add("link-until", moment(reader, token.expires));
            }
            Event::Token(TokenEvent::Revoked { from, .. }) => add("from", moment(reader, *from)),
            Event::Device(event) => device(reader, event, &mut add),
            Event::Shift(ShiftEvent::PhoneOpened { act, phone }) => {
                add("posts", say::post_name(reader.service, act.post));
                add("role", t.code("role", phone.role.code()));
                add("from", moment(reader, phone.from));
                add("until", moment(reader, phone.until));
                let key = PublicKey::from_cose_key(&phone.key);
                add(
                    "phone-key",
                    key.map_or_else(|_| String::new(), |key| key.fingerprint()),
                );
            }
            Event::Site(SiteEvent::Opened { from, note, .. }) => {
                add("from", moment(reader, *from));
                add("note", note.clone());
            }
            Event::Site(SiteEvent::Closed { from, reason, .. }) => {
                add("from", moment(reader, *from));
                add("reason", reason.clone());
            }
            _ => {}
        }
    }
    lines
}

/// A moment by the clock of the signer's post.
fn moment(reader: &Reader<'_>, at: Moment) -> String {
    let zone = reader.zone;
    zone.map_or_else(String::new, |zone| say::at(reader.t, zone, at))
}

fn device(reader: &Reader<'_>, event: &DeviceEvent, add: &mut impl FnMut(&str, String)) {
    match event {
        DeviceEvent::Enrolled { device, .. } => {
            add("device", device.name.clone());
            add("posts", say::post_name(reader.service, device.post));
            add("from", moment(reader, device.from));
        }
        DeviceEvent::Retired { from, reason, .. } => {
            add("from", moment(reader, *from));
            add("reason", reason.clone());
        }
        DeviceEvent::Revoked {
            from,
            compromised_from,
            reason,
            ..
        } => {
            add("from", moment(reader, *from));
            add("compromised", moment(reader, *compromised_from));
            add("reason", reason.clone());
        }
    }
}

fn officer(reader: &Reader<'_>, event: &OfficerEvent, add: &mut impl FnMut(&str, String)) {
    let t = reader.t;
    let moment = |at| moment(reader, at);
    match event {
        OfficerEvent::Enrolled { name, .. } => add("officer-name", name.clone()),
        OfficerEvent::Granted {
            role, posts, from, ..
        } => {
            add("role", t.code("role", role.code()));
            let posts = posts.iter();
            let posts: Vec<_> = posts
                .map(|post| say::post_name(reader.service, *post))
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

//! One episode: the unbroken bar, what is due, what does not fit, what was recorded, what happened,
//! and what this officer can do now.

use super::{
    bar::{self, Stretch},
    id, posts, slips, tell,
    tell::Tag,
};
use crate::{
    door::Allowed, fault::Fault, reply, routes::Routes, say, session::Session, sheets::paper,
};
use askama::Template;
use axum::{extract::Path, response::Response};
use paso_domain::{
    crossings::Zone,
    custody::{CustodyEvent, Place, Recipient, Story},
    policy::{Power, powers},
};
use paso_pages::{Choice, Form, Frame};
use paso_service::custody::EpisodeRecord;

pub(super) fn routes() -> Routes {
    Routes::default().get("/custodia/{id}", show)
}

/// A clock of the table.
struct ClockLine {
    what: String,
    due: String,
    stands: Tag,
}

/// Something that happened.
pub(super) struct Fact {
    pub(super) at: String,
    what: String,
    pub(super) who: String,
    pub(super) more: String,
}

/// What this officer can do now. Everything else is not offered, and refused if asked all the same.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a form or a way of the page, and none follows from another"
)]
struct Can {
    describe: bool,
    recognise: bool,
    undo_recognition: bool,
    hand_over: bool,
    end: bool,
    depart: bool,
    arrive: bool,
    confirm: bool,
    countersign: bool,
    missing: bool,
    found: bool,
    secret: bool,
    settle: bool,
}

impl Can {
    fn of(session: &Session, story: &Story) -> Self {
        let keeps = session.may(Power::KeepCustody);
        let number = &session.officer().number;
        let open = story.is_open();
        let mine = story
            .answers
            .as_ref()
            .is_some_and(|of| of.officer == *number);
        let here = matches!(story.place, Some(Place::Post(at)) if at == session.officer().post);
        let unsigned = story.ended.as_ref().is_some_and(|ended| {
            ended.kind.is_countersigned()
                && ended.countersigned.is_none()
                && ended.act.officer != *number
        });
        let free = story.dispute.is_none() && story.open_offers().next().is_none();
        Self {
            describe: keeps,
            recognise: keeps && story.recognised.is_none(),
            undo_recognition: keeps && story.recognised.is_some(),
            hand_over: keeps && open && mine && free,
            end: keeps && open && mine,
            depart: keeps && open && mine && here,
            arrive: keeps && open && mine && !here,
            confirm: keeps && open && story.paper.is_some(),
            countersign: keeps && unsigned,
            missing: keeps && open && story.missing.is_none(),
            found: keeps && open && story.missing.is_some(),
            secret: keeps,
            settle: session.may(Power::SettleCustody) && open,
        }
    }
}

#[derive(Template)]
#[template(path = "custody/episode.html")]
struct EpisodePage<'a> {
    f: Frame<'a>,
    form: Form,
    id: String,
    folio: String,
    stands: Tag,
    answers: String,
    place: String,
    operation: Option<String>,
    /// Where a handover that waits is answered or taken back.
    offers: Vec<String>,
    /// None for those who may not know.
    protection: Option<Protected>,
    stretches: Vec<Stretch>,
    ended: Option<String>,
    clocks: Vec<ClockLine>,
    alarms: Vec<String>,
    recorded: Vec<(String, String)>,
    facts: Vec<Fact>,
    /// None for whoever only watches.
    can: Option<Can>,
    /// The receipts given after the first, to print them.
    slips: Vec<(String, String)>,
    posts: Vec<Choice>,
    mark: String,
}

/// What enforcement may know of protection: that questions were asked, that the person was referred,
/// and not to whom or why.
struct Protected {
    href: Option<String>,
    screened: bool,
    referred: bool,
    flag: bool,
}

/// The page, for those who keep custody and for the ombudsman, who watches.
pub(super) fn page<'a>(
    session: &'a Session,
    record: &EpisodeRecord,
    form: Form,
    watches: bool,
) -> Result<impl Template + 'a, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let now = session.service().clock().now();
    let story = &record.story;
    let mut f = session.frame(tell::name(t, record))?;
    f.in_error = !form.problems.is_empty();
    let place = story.place.as_ref();
    Ok(EpisodePage {
        f,
        id: record.id.to_string(),
        folio: tell::folio(record.id),
        stands: tell::stands(t, record),
        answers: story
            .answers
            .as_ref()
            .map_or_else(String::new, |of| tell::custodian(session, of)),
        place: place.map_or_else(String::new, |at| tell::place(session, zone, at)),
        operation: story
            .opening
            .as_ref()
            .filter(|_| !watches)
            .map(|(_, opening)| format!("/custodia/operaciones/{}", opening.operation)),
        offers: story
            .open_offers()
            .filter(|_| !watches)
            .map(|(id, _)| format!("/custodia/entregas/{id}"))
            .collect(),
        protection: session.may(Power::ReadProtectionFlag).then(|| Protected {
            href: story
                .person()
                .map(|person| format!("/personas/{person}/proteccion")),
            screened: record.screened,
            referred: record.referred,
            flag: record.flag,
        }),
        stretches: bar::draw(session, zone, record, now),
        ended: story.ended.as_ref().map(|ended| {
            t.with(
                "custody-ended-line",
                [
                    ("how", &t.code("custody-ending", ended.kind.code())),
                    ("at", &say::at(t, zone, ended.act.at)),
                    ("by", ended.act.officer.as_str()),
                    ("second", &second(session, zone, story)),
                ],
            )
        }),
        clocks: record
            .clocks
            .iter()
            .map(|clock| ClockLine {
                what: t.code("custody-clock", clock.kind.code()),
                due: say::at(t, zone, clock.due),
                stands: match clock.met {
                    None => tell::clock(t, clock, now),
                    Some(at) => Tag {
                        class: if clock.is_overdue(now) {
                            "revoked"
                        } else {
                            "issued"
                        },
                        text: t.with(
                            if clock.is_overdue(now) {
                                "custody-clock-late"
                            } else {
                                "custody-clock-met"
                            },
                            [("at", &say::at(t, zone, at))],
                        ),
                    },
                },
            })
            .collect(),
        alarms: record
            .alarms
            .iter()
            .map(|alarm| t.code("custody-alarm", &alarm.code()))
            .collect(),
        recorded: recorded(session, zone, story),
        facts: record
            .facts
            .iter()
            .map(|fact| told(session, zone, fact))
            .collect(),
        can: (!watches).then(|| Can::of(session, story)),
        slips: slips::links(session, record),
        posts: posts(session),
        form,
        mark: session.app().once().mark(),
    })
}

/// Who countersigned, or that nobody has.
fn second(session: &Session, zone: &Zone, story: &Story) -> String {
    let t = session.t();
    let Some(ended) = &story.ended else {
        return String::new();
    };
    match (&ended.countersigned, ended.kind.is_countersigned()) {
        (Some(act), _) => t.with(
            "custody-countersigned-by",
            [
                ("by", act.officer.as_str()),
                ("at", &say::at(t, zone, act.at)),
            ],
        ),
        (None, true) => t.text("custody-not-countersigned"),
        (None, false) => String::new(),
    }
}

async fn show(
    session: Allowed<powers::ReadCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = session
        .service()
        .episode(session.permit(), id(&text)?)
        .await?;
    reply::page(&page(&session, &record, Form::default(), false)?)
}

/// What was recorded of the person, and how control began.
fn recorded(session: &Session, zone: &Zone, story: &Story) -> Vec<(String, String)> {
    let t = session.t();
    let mut all = Vec::new();
    let mut add = |key: &str, value: String| {
        if !value.trim().is_empty() {
            all.push((t.text(key), value));
        }
    };
    if let Some(told) = story.described() {
        let stated = &told.stated;
        add("custody-given", stated.given.clone());
        add("custody-surnames", stated.surnames.clone());
        let birth = stated.birth.map(|birth| say::birth(t, birth));
        add("custody-birth", birth.unwrap_or_default());
        let sex = stated.sex.map(|sex| t.code("sex", &sex.to_string()));
        add("custody-sex", sex.unwrap_or_default());
        let of = stated.nationality.map(|of| say::country(t, of));
        add("custody-nationality", of.unwrap_or_default());
        let kind = stated.evidence.kind;
        let kind = kind.map(|kind| t.code("document-kind", kind.code()));
        let number = stated.evidence.number.clone().unwrap_or_default();
        add(
            "custody-document",
            format!("{} {number}", kind.unwrap_or_default()),
        );
        add("custody-health", told.health.clone());
        add("custody-injuries", told.injuries.clone());
        add("custody-belongings", told.belongings.clone());
        add("custody-language", told.language.clone());
        add("custody-interpreter", told.interpreter.clone());
        add("custody-tell", told.tell.clone());
        add("custody-rights", told.rights.clone());
    }
    if let Some((_, opening)) = &story.opening {
        add("custody-taken", say::at(t, zone, opening.taken_at));
        add("custody-where", opening.taken_where.clone());
        add("custody-vehicle", opening.vehicle.clone());
        add("custody-unit", opening.unit.clone());
        add("custody-ordered-by", opening.ordered_by.clone());
        add("custody-basis", opening.basis.clone());
        add("custody-reason", opening.reason.clone());
    }
    all
}

/// The code of a fact: the key of its text.
pub(super) fn fact_code(fact: &CustodyEvent) -> &'static str {
    let name = fact.name();
    name.split_once('.').map_or(name, |(_, code)| code)
}

/// A fact in a line.
pub(super) fn told(session: &Session, zone: &Zone, fact: &CustodyEvent) -> Fact {
    let t = session.t();
    let act = fact.act();
    let (code, more) = match fact {
        CustodyEvent::Opened { opening, .. } => (
            "opened",
            t.with(
                "custody-nth",
                [
                    ("n", &opening.ordinal.to_string()),
                    ("of", &opening.count.to_string()),
                ],
            ),
        ),
        CustodyEvent::Described { .. } => ("described", String::new()),
        CustodyEvent::Recognised { evidence, .. } => ("recognised", evidence.clone()),
        CustodyEvent::Offered { offer, .. } => (
            "offered",
            format!(
                "{} · {}",
                super::recipient(session, &offer.to),
                offer.reason
            ),
        ),
        CustodyEvent::Accepted { counted, .. } => {
            let counted = i64::from(*counted);
            ("accepted", t.count("custody-offered-count", counted))
        }
        CustodyEvent::Missed { .. } => ("missed", String::new()),
        CustodyEvent::Withdrawn { reason, .. } => ("withdrawn", reason.clone()),
        CustodyEvent::GivenOnPaper { paper, .. } => (
            "given-on-paper",
            format!("{} · {}", paper.body, paper.receiver),
        ),
        CustodyEvent::PaperConfirmed { how, .. } => ("paper-confirmed", how.clone()),
        CustodyEvent::Departed { leg, .. } => (
            "departed",
            format!(
                "{} · {}",
                leg.vehicle,
                tell::place(session, zone, &Place::EnRoute(leg.clone()))
            ),
        ),
        CustodyEvent::Arrived { .. } => ("arrived", String::new()),
        CustodyEvent::Ended { ending, .. } => (
            "ended",
            format!(
                "{} · {}",
                t.code("custody-ending", ending.kind.code()),
                ending.evidence
            ),
        ),
        CustodyEvent::Countersigned { .. } => ("countersigned", String::new()),
        CustodyEvent::NotFound { note, .. } => ("not-found", note.clone()),
        CustodyEvent::Found { note, .. } => ("found", note.clone()),
        CustodyEvent::Settled {
            answers, reason, ..
        } => (
            "settled",
            format!("{} · {reason}", tell::custodian(session, answers)),
        ),
        CustodyEvent::AcceptedAbroad { abroad, .. } => (
            "accepted-abroad",
            super::recipient(
                session,
                &Recipient::Authority {
                    code: abroad.authority.clone(),
                },
            ),
        ),
        CustodyEvent::SecretChanged { .. } => ("secret-changed", String::new()),
    };
    // The mark stays with the act wherever it is shown.
    let more = match paper::late(t, zone, act) {
        Some(late) if more.is_empty() => late,
        Some(late) => format!("{more} · {late}"),
        None => more,
    };
    Fact {
        at: say::at(t, zone, act.at),
        what: t.code("custody-fact", code),
        who: format!(
            "{} · {}",
            act.officer,
            say::post_name(session.service(), act.post)
        ),
        more,
    }
}

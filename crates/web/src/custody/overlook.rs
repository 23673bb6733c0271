//! What the ombudsman sees: how many are held, whose episode needs somebody now and why, what does not
//! fit between episodes, and a person whom relatives look for.

use super::{episode, id, tell};
use crate::{
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{Sent, Session},
};
use askama::Template;
use axum::{extract::Path, response::Response};
use paso_domain::{custody::Discord, id::EpisodeId, policy::powers};
use paso_pages::{Form, Frame};
use paso_service::custody::EpisodeRecord;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/vigilancia/custodia", show)
        .post("/vigilancia/custodia", seek)
        .get("/vigilancia/custodia/{id}", one)
}

/// An episode in a list.
struct Line {
    href: String,
    name: String,
    folio: String,
    place: String,
    answers: String,
    since: String,
    alarms: Vec<String>,
}

/// Something that does not fit, and the episodes it is about.
struct Unfit {
    text: String,
    links: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "custody/overlook.html")]
struct OverlookPage<'a> {
    f: Frame<'a>,
    form: Form,
    at: String,
    held: usize,
    alarmed: Vec<Line>,
    discords: Vec<Unfit>,
    /// None while nobody was looked for.
    sought: Option<Vec<Line>>,
}

fn line(session: &Session, record: &EpisodeRecord, alarms: Vec<String>) -> Result<Line, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let place = record.story.place.as_ref();
    Ok(Line {
        href: format!("/vigilancia/custodia/{}", record.id),
        name: tell::name(t, record),
        folio: tell::folio(record.id),
        place: match (&record.story.ended, place) {
            (Some(ended), _) => t.code("custody-ending", ended.kind.code()),
            (None, Some(at)) => tell::place(session, zone, at),
            (None, None) => String::new(),
        },
        answers: record
            .story
            .answers
            .as_ref()
            .map_or_else(String::new, |of| tell::custodian(session, of)),
        since: tell::since(t, zone, record),
        alarms,
    })
}

fn unfit(session: &Session, discord: &Discord) -> Unfit {
    let t = session.t();
    let link = |id: &EpisodeId| (format!("/vigilancia/custodia/{id}"), tell::folio(*id));
    let list = |of: &mut dyn Iterator<Item = u16>| {
        let all = of.map(|n| n.to_string()).collect::<Vec<_>>();
        if all.is_empty() {
            "—".to_owned()
        } else {
            all.join(", ")
        }
    };
    match discord {
        Discord::Count {
            operation,
            counted,
            missing,
            doubled,
        } => Unfit {
            text: t.with(
                "custody-discord-count",
                [
                    (
                        "operation",
                        crate::print::short(&operation.to_string()).as_str(),
                    ),
                    ("counted", &list(&mut counted.iter().copied())),
                    ("missing", &list(&mut missing.iter().copied())),
                    ("doubled", &list(&mut doubled.iter().copied())),
                ],
            ),
            links: Vec::new(),
        },
        Discord::Handover {
            handover,
            offered,
            listed,
            counted,
            accepted,
        } => Unfit {
            text: t.with(
                "custody-discord-handover",
                [
                    (
                        "handover",
                        crate::print::short(&handover.to_string()).as_str(),
                    ),
                    ("offered", &offered.to_string()),
                    ("listed", &listed.to_string()),
                    (
                        "counted",
                        &counted.map_or_else(|| "—".to_owned(), |n| n.to_string()),
                    ),
                    ("accepted", &accepted.to_string()),
                ],
            ),
            links: Vec::new(),
        },
        Discord::Separated { one, other } => Unfit {
            text: t.text("custody-discord-separated"),
            links: vec![link(one), link(other)],
        },
        Discord::Twice { one, other } => Unfit {
            text: t.text("custody-discord-twice"),
            links: vec![link(one), link(other)],
        },
    }
}

async fn page(
    session: &Allowed<powers::OverseeCustody>,
    form: Form,
    sought: Option<Vec<Line>>,
) -> Result<OverlookPage<'_>, Fault> {
    let t = session.t();
    let found = session.service().overlook(session.permit()).await?;
    let zone = session.post()?.zone();
    let now = session.service().clock().now();
    let mut alarmed = Vec::new();
    for one in &found.alarmed {
        let why = one
            .alarms
            .iter()
            .map(|alarm| t.code("custody-alarm", &alarm.code()));
        alarmed.push(line(session, &one.episode, why.collect())?);
    }
    let mut f = session.frame(t.text("custody-overlook-title"))?;
    f.in_error = !form.problems.is_empty();
    Ok(OverlookPage {
        f,
        form,
        at: say::at(t, zone, now),
        held: found.held,
        alarmed,
        discords: found
            .discords
            .iter()
            .map(|discord| unfit(session, discord))
            .collect(),
        sought,
    })
}

async fn show(session: Allowed<powers::OverseeCustody>) -> Result<Response, Fault> {
    reply::page(&page(&session, Form::default(), None).await?)
}

/// By post, so that no name of anybody stands in an address.
async fn seek(session: Allowed<powers::OverseeCustody>, sent: Sent) -> Result<Response, Fault> {
    let mut form = Form::of(sent.fields);
    let Some(name) = form.fields.text("nombre").map(str::to_owned) else {
        let text = session.t().text("custody-seek-missing");
        form.problems.add("nombre", text);
        return reply::again(&page(&session, form, None).await?);
    };
    let found = session.service().seek(session.permit(), &name).await?;
    let mut lines = Vec::new();
    for one in &found {
        lines.push(line(&session, &one.episode, Vec::new())?);
    }
    reply::page(&page(&session, form, Some(lines)).await?)
}

async fn one(
    session: Allowed<powers::OverseeCustody>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let record = session
        .service()
        .overlook_episode(session.permit(), id(&text)?)
        .await?;
    reply::page(&episode::page(&session, &record, Form::default(), true)?)
}

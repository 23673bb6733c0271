//! Custody as its people see it: the officer with a bus at the roadside, the station with forty people
//! and a queue, the shift that comes in, the ombudsman, and the family with a paper.
//!
//! A page asks one use case and shows what it gives. Whoever is not of the post finds nothing. What
//! must be signed goes on to `/firmas/{id}`, like every signed act.

mod act;
mod bar;
mod board;
mod border;
mod ending;
mod episode;
mod family;
mod handover;
mod open;
mod operation;
mod overlook;
mod papers;
mod person;
mod secret;
mod slips;
mod tell;

pub(crate) use tell::{Tag, clock, name};

use crate::{
    fault::Fault,
    reply,
    routes::Routes,
    session::{MARK, Session},
    sheets::paper,
};
use axum::response::Response;
use core::str::FromStr;
use jiff::civil::DateTime;
use paso_domain::{
    crossings::{PostCode, Zone},
    custody::{Leg, Recipient},
    id::EpisodeId,
};
use paso_formats::moment::Moment;
use paso_pages::{Choice, Fields, Form};
use paso_service::{ServiceError, custody::Resident};

pub(crate) fn routes() -> Routes {
    board::routes()
        .and(open::routes())
        .and(operation::routes())
        .and(episode::routes())
        .and(person::routes())
        .and(act::routes())
        .and(handover::routes())
        .and(border::routes())
        .and(ending::routes())
        .and(secret::routes())
        .and(overlook::routes())
        .and(papers::routes())
        .and(slips::routes())
        .and(family::routes())
}

/// Routes whose forms may carry a photograph or a file.
pub(crate) fn with_pictures() -> Routes {
    ending::with_pictures().and(border::with_files())
}

/// The identifier in an address; what is none names nothing.
fn id<T: FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// The name of the checkbox of a person in a list.
fn tick_of(id: EpisodeId) -> String {
    format!("p-{id}")
}

/// A person to tick in a list.
struct Tick {
    name: String,
    label: String,
    folio: String,
    ticked: bool,
}

/// Whom this officer could hand over or let go: they answer, nobody else was offered the person, and
/// nobody disputes it.
fn could_give<'a>(
    session: &'a Session,
    residents: &'a [Resident],
) -> impl Iterator<Item = &'a Resident> {
    residents.iter().filter(|one| {
        let story = &one.episode.story;
        story.is_open()
            && story.dispute.is_none()
            && story.open_offers().next().is_none()
            && story
                .answers
                .as_ref()
                .is_some_and(|of| of.officer == session.officer().number)
    })
}

/// Does an act once: gives the answer that leads on, or says a refusal at its field.
async fn did(
    session: &Session,
    form: &mut Form,
    field: &str,
    act: impl Future<Output = Result<String, ServiceError>>,
) -> Result<Option<Response>, Fault> {
    let mark = form.fields.typed(MARK).to_owned();
    let once = session.app().once();
    match once.decide(session.form_token(), &mark, act).await {
        Ok(place) => Ok(Some(reply::see_other(&place))),
        Err(ServiceError::Refused(refusal)) => {
            let text = session.t().code("refusal", refusal.code());
            form.problems
                .add(paper::field_of(refusal).unwrap_or(field), text);
            Ok(None)
        }
        Err(ServiceError::BadRequest { field: of, .. }) => {
            let (field, key) = match of {
                "counted" => ("contadas", "custody-count-differs"),
                "to" => ("destino", "custody-to-unknown"),
                "card" => ("tarjeta", "refusal-card-unknown"),
                "file" => ("archivo", "custody-border-no-answer"),
                _ => ("personas", "custody-nobody-chosen"),
            };
            form.problems.add(field, session.t().text(key));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// The posts to send people to, this one first.
fn posts(session: &Session) -> Vec<Choice> {
    let own = session.officer().post;
    let mut posts: Vec<_> = session.service().crossings().posts().iter().collect();
    posts.sort_by_key(|post| post.code != own);
    posts
        .into_iter()
        .map(|post| Choice {
            value: post.code.to_string(),
            label: if post.code == own {
                let t = session.t();
                t.with("custody-to-shift", [("post", &post.name)])
            } else {
                post.name.clone()
            },
        })
        .collect()
}

/// How an authority is written in the list of destinations.
const ABROAD: char = '@';

/// The posts to send people to, and the authorities with which anchors were exchanged.
fn destinations(session: &Session) -> Vec<Choice> {
    let abroad = session.app().neighbours().codes().map(|code| Choice {
        value: format!("{ABROAD}{code}"),
        label: session
            .t()
            .with("custody-to-authority", [("code", code.as_str())]),
    });
    posts(session).into_iter().chain(abroad).collect()
}

/// A moment for a field of date and time, by the clock of the post.
fn wall(zone: &Zone, at: Moment) -> String {
    let local = zone.local(at).date_time;
    format!("{}T{:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// What such a field holds; none where it is no moment.
fn moment(zone: &Zone, text: &str) -> Option<Moment> {
    let wall: DateTime = text.trim().parse().ok()?;
    let zoned = zone.time_zone().to_zoned(wall).ok()?;
    Some(Moment::from(zoned.timestamp()))
}

/// A transport as typed; none where nothing of it was. What is missing in it, the register says.
fn leg(zone: &Zone, fields: &Fields, to: PostCode) -> Option<Leg> {
    let vehicle = fields.text("vehiculo").unwrap_or_default();
    let route = fields.text("ruta").unwrap_or_default();
    let expected = fields.text("llegada");
    if vehicle.is_empty() && route.is_empty() && expected.is_none() {
        return None;
    }
    Some(Leg {
        vehicle: vehicle.to_owned(),
        route: route.to_owned(),
        to,
        expected: expected
            .and_then(|text| moment(zone, text))
            .unwrap_or(Moment::from_unix(0)),
    })
}

/// To whom an offer goes, in words.
fn recipient(session: &Session, to: &Recipient) -> String {
    match to {
        Recipient::Post { post, officer } => {
            let place = crate::say::post_name(session.service(), *post);
            match officer {
                Some(officer) => format!("{place} · {officer}"),
                None => place,
            }
        }
        Recipient::Authority { code } => code.to_string(),
    }
}

//! The board of a place: how many are here, who they are, since when, what is due, what waits.

use super::tell::{Line, Tag, clock, folio, name};
use crate::{door::Allowed, fault::Fault, reply, routes::Routes, say, session::Session};
use askama::Template;
use axum::{extract::Query, response::Response};
use paso_domain::{
    access::How,
    custody::{ClockKind, Recipient},
    id::HandoverId,
    policy::{Power, powers},
};
use paso_formats::moment::Moment;
use paso_pages::Frame;
use paso_service::custody::{Board, EpisodeRecord, Resident};
use std::collections::{BTreeMap, HashMap};

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/custodia", show)
        .get("/custodia/lista", list)
}

/// A way to look at the list, and whether it is the one taken.
struct View {
    href: String,
    label: String,
    taken: bool,
}

/// An offer that waits.
struct Waiting {
    href: String,
    who: String,
    count: String,
    reason: String,
    since: String,
    clock: Option<Tag>,
    people: Vec<String>,
}

/// An ending that waits for a second signature.
struct Unsigned {
    href: String,
    name: String,
    folio: String,
    how: String,
    by: String,
    clock: Option<Tag>,
    own: bool,
}

#[derive(Template)]
#[template(path = "custody/board.html")]
struct BoardPage<'a> {
    f: Frame<'a>,
    place: String,
    at: String,
    count: usize,
    keeps: bool,
    /// Whether there is another authority to hand over to.
    beside: bool,
    incoming: Vec<Waiting>,
    outgoing: Vec<Waiting>,
    unsigned: Vec<Unsigned>,
    views: Vec<View>,
    orders: Vec<View>,
    here: Vec<Line>,
    elsewhere: Vec<Line>,
}

#[derive(Template)]
#[template(path = "custody/list.html")]
struct ListPage<'a> {
    f: Frame<'a>,
    place: String,
    at: String,
    count: String,
    by: String,
    lines: Vec<Line>,
}

/// Which people of the list are shown.
const VIEWS: [(&str, &str); 4] = [
    ("todas", "custody-view-all"),
    ("avisos", "custody-view-alarmed"),
    ("sin-describir", "custody-view-undescribed"),
    ("mias", "custody-view-mine"),
];

/// In which order.
const ORDERS: [(&str, &str); 3] = [
    ("llegada", "custody-order-arrival"),
    ("reloj", "custody-order-clock"),
    ("nombre", "custody-order-name"),
];

fn taken(of: &[(&'static str, &'static str)], asked: Option<&String>) -> &'static str {
    let found = of
        .iter()
        .find(|(code, _)| asked.is_some_and(|asked| asked == code));
    found.or(of.first()).map_or("", |(code, _)| code)
}

fn shown(session: &Session, view: &str, record: &EpisodeRecord) -> bool {
    match view {
        "avisos" => !record.alarms.is_empty(),
        "sin-describir" => record.story.described().is_none(),
        "mias" => is_own(session, record),
        _ => true,
    }
}

fn is_own(session: &Session, record: &EpisodeRecord) -> bool {
    let answers = record.story.answers.as_ref();
    answers.is_some_and(|of| of.officer == session.officer().number)
}

fn ordered<'b>(session: &Session, order: &str, mut of: Vec<&'b Resident>) -> Vec<&'b Resident> {
    match order {
        "reloj" => of.sort_by_key(|one| {
            let running = one.episode.clocks.iter().filter(|clock| clock.is_running());
            running.map(|clock| clock.due).min().unwrap_or(Moment::MAX)
        }),
        "nombre" => {
            of.sort_by_cached_key(|one| paso_formats::name::fold(&name(session.t(), &one.episode)));
        }
        _ => {}
    }
    of
}

async fn show(
    session: Allowed<powers::ReadCustody>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let board = session.service().board(session.permit()).await?;
    let zone = session.post()?.zone();
    let view = taken(&VIEWS, query.get("ver"));
    let order = taken(&ORDERS, query.get("orden"));
    let line = |one: &&Resident| Line::of(&session, zone, &one.episode, board.at);
    let (here, others): (Vec<_>, Vec<_>) = board
        .residents
        .iter()
        .filter(|one| one.episode.story.is_open())
        .partition(|one| one.here);
    let here = here
        .into_iter()
        .filter(|one| shown(&session, view, &one.episode))
        .collect();
    let here = ordered(&session, order, here);
    // Who comes here stands in the list of its offer until somebody has counted.
    let elsewhere: Vec<_> = others
        .into_iter()
        .filter(|one| {
            let answers = one.episode.story.answers.as_ref();
            answers.is_some_and(|of| of.post == board.post)
        })
        .collect();
    let choices = |of: &[(&'static str, &'static str)], of_views: bool| {
        of.iter()
            .map(|(code, key)| View {
                href: if of_views {
                    format!("/custodia?ver={code}&orden={order}#presentes")
                } else {
                    format!("/custodia?ver={view}&orden={code}#presentes")
                },
                label: t.text(key),
                taken: *code == if of_views { view } else { order },
            })
            .collect()
    };
    let (incoming, outgoing) = offers(&session, &board)?;
    reply::page(&BoardPage {
        f: session.frame(t.text("custody-board-title"))?,
        place: session.post()?.name.clone(),
        at: say::at(t, zone, board.at),
        count: board.present(),
        keeps: session.may(Power::KeepCustody),
        beside: session.app().neighbours().codes().next().is_some(),
        incoming,
        outgoing,
        unsigned: unsigned(&session, &board),
        views: choices(&VIEWS, true),
        orders: choices(&ORDERS, false),
        here: here.iter().map(line).collect(),
        elsewhere: elsewhere.iter().map(line).collect(),
    })
}

/// Offers that wait, those made by others to this place first, then those this place made.
fn offers(session: &Session, board: &Board) -> Result<(Vec<Waiting>, Vec<Waiting>), Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let mut found: BTreeMap<HandoverId, (bool, Waiting)> = BTreeMap::new();
    for one in &board.residents {
        for (id, offered) in one.episode.story.open_offers() {
            let to_here = matches!(
                &offered.offer.to,
                Recipient::Post { post, officer } if *post == board.post
                    && officer.as_ref().is_none_or(|of| *of == session.officer().number)
            );
            let comes = to_here && offered.act.officer != session.officer().number;
            let (_, waiting) = found.entry(*id).or_insert_with(|| {
                let waits = one.episode.clocks.iter();
                let waits = waits.filter(|one| one.kind == ClockKind::Offer && one.is_running());
                let due = waits.min_by_key(|clock| clock.due);
                let from = format!(
                    "{} · {}",
                    offered.act.officer,
                    say::post_name(session.service(), offered.act.post)
                );
                let to = super::recipient(session, &offered.offer.to);
                let waiting = Waiting {
                    href: format!("/custodia/entregas/{id}"),
                    who: if comes { from } else { to },
                    count: t.count("custody-offered-count", offered.offer.counted.into()),
                    reason: offered.offer.reason.clone(),
                    since: say::at(t, zone, offered.act.at),
                    clock: due.map(|due| clock(t, due, board.at)),
                    people: Vec::new(),
                };
                (comes, waiting)
            });
            waiting.people.push(name(t, &one.episode));
        }
    }
    let (comes, goes): (Vec<_>, Vec<_>) = found.into_values().partition(|(comes, _)| *comes);
    let only = |of: Vec<(bool, Waiting)>| of.into_iter().map(|(_, waiting)| waiting).collect();
    Ok((only(comes), only(goes)))
}

fn unsigned(session: &Session, board: &Board) -> Vec<Unsigned> {
    let t = session.t();
    board
        .residents
        .iter()
        .filter_map(|one| {
            let ended = one.episode.story.ended.as_ref()?;
            let waits = ended.kind.is_countersigned() && ended.countersigned.is_none();
            let mut running = one.episode.clocks.iter();
            let due = running.find(|one| one.kind == ClockKind::Countersignature);
            waits.then(|| Unsigned {
                href: format!("/custodia/{}", one.episode.id),
                name: name(t, &one.episode),
                folio: folio(one.episode.id),
                how: t.code("custody-ending", ended.kind.code()),
                by: ended.act.officer.to_string(),
                clock: due.map(|due| clock(t, due, board.at)),
                own: ended.act.officer == session.officer().number,
            })
        })
        .collect()
}

/// The list that each shift prints and signs.
async fn list(session: Allowed<powers::ReadCustody>) -> Result<Response, Fault> {
    let t = session.t();
    let printing = session.permit().reading(How::Print);
    let board = session.service().board(&printing).await?;
    let zone = session.post()?.zone();
    reply::page(&ListPage {
        f: session.frame(t.text("custody-list-title"))?,
        place: session.post()?.name.clone(),
        at: say::at(t, zone, board.at),
        count: t.count(
            "custody-list-count",
            i64::try_from(board.present()).unwrap_or(i64::MAX),
        ),
        by: session.officer().number.to_string(),
        lines: board
            .residents
            .iter()
            .filter(|one| one.here)
            .map(|one| Line::of(&session, zone, &one.episode, board.at))
            .collect(),
    })
}

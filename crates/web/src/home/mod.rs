//! Where a role begins, what nobody in particular sees, and the short help.

use crate::{
    App,
    door::{Allowed, Anyone, Public},
    fault::Fault,
    reply,
    routes::Routes,
    session::Session,
};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::Uri,
    response::Response,
};
use paso_domain::policy::{Power, powers};
use paso_formats::number::CardNumber;
use paso_pages::{Frame, Lang};
use std::collections::HashMap;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/", home)
        .get("/ayuda", help)
        .get("/tarjetas", open_card)
}

#[derive(Template)]
#[template(path = "home/welcome.html")]
struct Welcome<'a> {
    f: Frame<'a>,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct Home<'a> {
    f: Frame<'a>,
    place: String,
    role: &'static str,
    tiles: Vec<Tile>,
    opens_cards: bool,
    /// A number that was typed and is none.
    typed: String,
    problem: Option<String>,
}

/// Something this role can begin here.
struct Tile {
    href: &'static str,
    key: &'static str,
}

/// What can be begun, and the power it takes.
const TILES: [(&str, &str, Power); 23] = [
    ("/custodia", "home-custody", Power::ReadCustody),
    ("/custodia/abrir", "home-custody-open", Power::KeepCustody),
    (
        "/vigilancia/custodia",
        "home-overlook",
        Power::OverseeCustody,
    ),
    ("/mesa", "home-issue", Power::DecideApplication),
    ("/cruce", "home-crossing", Power::RecordCrossing),
    ("/punto", "home-check", Power::CheckCard),
    ("/encuentro", "home-encounter", Power::RecordEncounter),
    ("/punto/letrero", "home-sign", Power::RecordEncounter),
    ("/hoy", "home-today", Power::ReadActs),
    ("/recibo", "home-receipt", Power::ReadReceipt),
    ("/hojas", "home-sheets", Power::ReadSheets),
    (
        "/contradicciones",
        "home-contradictions",
        Power::ReadContradictions,
    ),
    (
        "/contradicciones/control",
        "home-contradictions-control",
        Power::ReadFigures,
    ),
    ("/accesos", "home-access", Power::ReadAccessList),
    ("/supresiones", "home-erasures", Power::ProposeErasure),
    ("/supresiones", "home-erasures", Power::ApproveErasure),
    (
        "/administracion",
        "home-administration",
        Power::ManageOfficers,
    ),
    ("/inspeccion", "home-figures", Power::ReadFigures),
    ("/estadistica", "home-aggregates", Power::ReadAggregates),
    ("/refugio", "home-refuge", Power::RecordClaim),
    ("/canalizaciones", "home-referrals", Power::ReceiveReferrals),
    ("/avisos", "home-notices", Power::ReadNotices),
    ("/fallas", "home-trouble", Power::TellTrouble),
];

async fn home(
    _: Public,
    State(app): State<App>,
    lang: Lang,
    uri: Uri,
    session: Result<Session, Fault>,
) -> Result<Response, Fault> {
    match session {
        Ok(session) => reply::page(&home_of(&session, String::new(), None)?),
        Err(Fault::ToWelcome) => {
            let title = app.speak(lang).text("sign-in-title");
            reply::page(&Welcome {
                f: app.frame(lang, &uri).titled(title),
            })
        }
        Err(fault) => Err(fault),
    }
}

fn home_of(session: &Session, typed: String, problem: Option<String>) -> Result<Home<'_>, Fault> {
    let mut f = session.frame(session.t().text("home-title"))?;
    f.in_error = problem.is_some();
    Ok(Home {
        f,
        place: session.post()?.name.clone(),
        role: session.role().code(),
        tiles: TILES
            .into_iter()
            .filter(|(_, _, power)| session.may(*power))
            .map(|(href, key, _)| Tile { href, key })
            .collect(),
        opens_cards: session.may(Power::ReadCard),
        typed,
        problem,
    })
}

/// A card's number as typed, to the page of that card.
async fn open_card(
    session: Allowed<powers::ReadCard>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let typed = query.get("numero").cloned().unwrap_or_default();
    match typed.parse::<CardNumber>() {
        Ok(number) => Ok(reply::see_other(&format!("/tarjetas/{number}"))),
        Err(error) => {
            let problem = crate::say::number_error(session.t(), error);
            reply::again(&home_of(&session, typed, Some(problem))?)
        }
    }
}

#[derive(Template)]
#[template(path = "home/help.html")]
struct Help<'a> {
    f: Frame<'a>,
}

async fn help(session: Anyone) -> Result<Response, Fault> {
    reply::page(&Help {
        f: session.frame(session.t().text("help-title"))?,
    })
}

//! `/punto/letrero`: the post's sign, for the screen that stands at the checkpoint. Whoever is stopped
//! reads it at `/mi-tarjeta`.
//!
//! It names no officer, so its frame has no head with a number. It loads itself again without a script,
//! by a header; a link stops that, for whoever is read the page aloud.

use crate::{App, door::Allowed, fault::Fault, phone::assets::FILES, reply, routes::Routes, say};
use askama::Template;
use axum::{
    extract::Query,
    http::header::REFRESH,
    response::{IntoResponse as _, Response},
};
use paso_domain::policy::powers;
use paso_pages::Frame;
use paso_service::placard::{LivePlacard, NoPlacard};
use std::collections::HashMap;

/// Where the sign is.
pub(crate) const PAGE: &str = "/punto/letrero";

pub(crate) fn routes() -> Routes {
    Routes::default().get(PAGE, show)
}

#[derive(Template)]
#[template(path = "placard/sign.html")]
struct Sign<'a> {
    f: Frame<'a>,
    style: &'static str,
    symbol: String,
    live: LivePlacard,
    since: String,
    until: String,
    lead: String,
    /// Whether it stays until somebody loads it again.
    still: bool,
}

async fn show(
    session: Allowed<powers::RecordEncounter>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let live = match session.service().placard(session.permit()).await {
        Ok(live) => live,
        // Whoever signs in again has one.
        Err(NoPlacard::NoShift) => return Err(Fault::ToWelcome),
        Err(NoPlacard::Service(error)) => return Err(error.into()),
        Err(NoPlacard::Placard(error)) => {
            tracing::error!("no sign can be shown: {error}");
            return Err(Fault::Internal);
        }
    };
    let symbol = paso_paper::qr::Symbol::new(&live.text)
        .map_err(paso_paper::PrintError::from)?
        .to_svg(1.0, &t.text("letrero-qr"));
    let zone = session.post()?.zone();
    let mut f = session.frame(t.text("letrero-title"))?;
    // Whoever photographs the screen has the place, and nobody's number.
    f.who = None;
    f.ways = Vec::new();
    f.station = None;
    let still = query.contains_key("quieto");
    let renews = live.renews.to_string();
    let page = reply::page(&Sign {
        f,
        style: &FILES.placard,
        symbol,
        since: say::at(t, zone, live.claims.shift_opened),
        until: say::at(t, zone, live.claims.until),
        lead: t.with("letrero-lead", [("where", address(session.app()).as_str())]),
        live,
        still,
    })?;
    Ok(if still {
        page
    } else {
        ([(REFRESH, renews)], page).into_response()
    })
}

/// Where the sign is checked, as people type it.
fn address(app: &App) -> String {
    let origin = app.config().origin.as_str();
    let short = origin.split_once("://").map_or(origin, |(_, host)| host);
    format!("{short}/mi-tarjeta")
}

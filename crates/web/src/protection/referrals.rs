//! Referrals, for those who receive them: child protection and the prosecutors. Who was referred to
//! them, since when, by when they should say so, and the word that they know.

use crate::{
    custody,
    door::Allowed,
    fault::Fault,
    reply,
    routes::Routes,
    say,
    session::{MARK, Sent},
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use paso_domain::{custody::Clock, policy::powers};
use paso_formats::moment::Moment;
use paso_pages::Frame;
use paso_service::protection::{PAGE, RefugeRow};
use std::collections::HashMap;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/canalizaciones", list)
        .post("/canalizaciones/{id}", receive)
}

/// One referral.
struct Line {
    id: String,
    folio: String,
    name: String,
    birth: String,
    at: String,
    post: String,
    /// When it was acknowledged.
    received: Option<String>,
    clock: Option<custody::Tag>,
}

#[derive(Template)]
#[template(path = "protection/referrals.html")]
struct ReferralsPage<'a> {
    f: Frame<'a>,
    lines: Vec<Line>,
    more: Option<String>,
    mark: String,
}

/// `1404752400.3f…`: the moment and person of the last referral shown.
fn after(text: &str) -> Option<RefugeRow> {
    let (at, person) = text.split_once('.')?;
    Some(RefugeRow {
        at: Moment::from_unix(at.parse().ok()?),
        person: person.parse().ok()?,
    })
}

async fn list(
    session: Allowed<powers::ReceiveReferrals>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let now = session.service().clock().now();
    let cursor = query.get("desde").and_then(|text| after(text));
    let found = session
        .service()
        .referrals(session.permit(), cursor)
        .await?;
    let more = found
        .last()
        .filter(|_| found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX))
        .map(|last| {
            let at = last.row.at.unix();
            format!("/canalizaciones?desde={at}.{}", last.row.person)
        });
    reply::page(&ReferralsPage {
        f: session.frame(t.text("referrals-title"))?,
        lines: found
            .into_iter()
            .map(|one| Line {
                id: one.person.to_string(),
                folio: crate::print::short(&one.person.to_string()),
                name: one.name.unwrap_or_else(|| t.text("referrals-nameless")),
                birth: one
                    .birth
                    .map_or_else(String::new, |birth| say::birth(t, birth)),
                at: say::at(t, zone, one.at),
                post: say::post_name(session.service(), one.post),
                received: one.received.map(|at| say::at(t, zone, at)),
                clock: one
                    .clock
                    .filter(Clock::is_running)
                    .map(|clock| custody::clock(t, &clock, now)),
            })
            .collect(),
        more,
        mark: session.app().once().mark(),
    })
}

async fn receive(
    session: Allowed<powers::ReceiveReferrals>,
    Path(text): Path<String>,
    sent: Sent,
) -> Result<Response, Fault> {
    let person = super::id(&text)?;
    let service = session.service();
    let once = session.app().once();
    let act = async {
        let received = service.receive_referral(session.permit(), person);
        Box::pin(received)
            .await
            .map(|()| "/canalizaciones".to_owned())
    };
    let place = once
        .decide(session.form_token(), sent.fields.typed(MARK), act)
        .await?;
    Ok(reply::see_other(&place))
}

//! What a state's consulate was told: its own notices, as they were given, and no way from them to
//! anything else.

use crate::{door::Allowed, fault::Fault, reply, routes::Routes, say, session::Sent};
use askama::Template;
use axum::response::Response;
use paso_domain::policy::powers;
use paso_pages::Frame;

pub(super) fn routes() -> Routes {
    Routes::default()
        .get("/avisos", list)
        .post("/avisos", receive)
}

/// One notice.
struct Line {
    at: String,
    name: String,
    birth: String,
}

#[derive(Template)]
#[template(path = "protection/notices.html")]
struct Notices<'a> {
    f: Frame<'a>,
    state: String,
    waiting: bool,
    lines: Vec<Line>,
}

async fn list(session: Allowed<powers::ReadNotices>) -> Result<Response, Fault> {
    let t = session.t();
    let zone = session.post()?.zone();
    let found = session.service().notices(session.permit()).await?;
    reply::page(&Notices {
        f: session.frame(t.text("notices-title"))?,
        state: say::country(t, found.state),
        waiting: found.waiting,
        lines: found
            .received
            .into_iter()
            .map(|notice| Line {
                at: say::at(t, zone, notice.at),
                name: notice.of.name,
                birth: say::birth(t, notice.of.birth),
            })
            .collect(),
    })
}

async fn receive(session: Allowed<powers::ReadNotices>, _: Sent) -> Result<Response, Fault> {
    session.service().receive_notices(session.permit()).await?;
    Ok(reply::see_other("/avisos"))
}

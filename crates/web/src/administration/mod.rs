//! The house's own affairs: officers, devices, tokens, and what was done after an end.
//!
//! Grave acts are signed: a form leads to the page of signatures, which says in plain words what will
//! be recorded. Nothing here shows anything of a person who crosses the border.

mod devices;
mod forms;
mod lines;
mod officers;
mod tokens;

use crate::{door::Allowed, fault::Fault, reply, routes::Routes, say, session::Session};
use askama::Template;
use axum::response::Response;
use paso_domain::{
    officer::Access,
    policy::{Power, powers},
};
use paso_formats::moment::Moment;
use paso_pages::Frame;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/administracion", officers::list)
        .get("/administracion/alta", officers::ask_enrol)
        .post("/administracion/alta", officers::enrol)
        .get("/administracion/oficiales/{number}", officers::show)
        .get("/administracion/oficiales/{number}/{what}", officers::ask)
        .post("/administracion/oficiales/{number}/{what}", officers::act)
        .get("/administracion/dispositivos", devices::list)
        .get("/administracion/dispositivos/{stream}", devices::ask)
        .post("/administracion/dispositivos/{stream}", devices::revoke)
        .get("/administracion/llaves", tokens::list)
        .get("/administracion/llaves/nueva", tokens::ask)
        .post("/administracion/llaves/nueva", tokens::issue)
        .get("/administracion/llaves/{id}", tokens::ask_revoke)
        .post("/administracion/llaves/{id}", tokens::revoke)
        .get("/administracion/despues", after_end)
}

/// One of the pages beside each other.
struct Tab {
    href: &'static str,
    label: String,
    here: bool,
}

/// The pages of this part that the role may open.
fn tabs(session: &Session, here: &str) -> Vec<Tab> {
    let t = session.t();
    let tabs = [
        ("/administracion", "admin-officers", Power::ManageOfficers),
        (
            "/administracion/dispositivos",
            "admin-devices",
            Power::ManageDevices,
        ),
        (
            "/administracion/llaves",
            "admin-tokens",
            Power::ManageTokens,
        ),
        (
            "/administracion/despues",
            "admin-after",
            Power::ManageOfficers,
        ),
    ];
    tabs.into_iter()
        .filter(|(_, _, power)| session.may(*power))
        .map(|(href, key, _)| Tab {
            href,
            label: t.text(key),
            here: href == here,
        })
        .collect()
}

/// A moment by the clock of the officer's post.
fn at(session: &Session, moment: Moment) -> Result<String, Fault> {
    Ok(say::at(session.t(), session.post()?.zone(), moment))
}

/// What was done by one whose service had ended.
struct Ended {
    officer: String,
    says: String,
    acts: Vec<lines::Line>,
}

#[derive(Template)]
#[template(path = "administration/after.html")]
struct After<'a> {
    f: Frame<'a>,
    tabs: Vec<Tab>,
    found: Vec<Ended>,
}

async fn after_end(session: Allowed<powers::ManageOfficers>) -> Result<Response, Fault> {
    let t = session.t();
    let mut found = Vec::new();
    for one in session.service().acts_after_end(session.permit()).await? {
        let mut acts = Vec::new();
        for act in &one.acts {
            acts.push(lines::Line {
                at: at(&session, act.at)?,
                what: lines::kind(t, &act.kind),
                detail: None,
                by: say::post_name(session.service(), act.post),
            });
        }
        found.push(Ended {
            says: t.with(
                match one.absence.access {
                    Access::Suspended { .. } => "admin-suspended-at",
                    _ => "admin-ended-at",
                },
                [("at", &at(&session, one.absence.from)?)],
            ),
            officer: one.officer.to_string(),
            acts,
        });
    }
    reply::page(&After {
        f: session.frame(t.text("admin-after"))?,
        tabs: tabs(&session, "/administracion/despues"),
        found,
    })
}

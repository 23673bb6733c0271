//! Who has read a person's records: for those who watch over the readers, and on paper for the
//! person. It names officers by their number and no person at all.

use crate::{
    door::Allowed, fault::Fault, print, reply, routes::Routes, say, session::Session, subject,
};
use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use paso_domain::{access::How, id::PersonId, policy::powers, subject::Subject};
use paso_formats::moment::Moment;
use paso_pages::{Form, Frame, Voice};
use paso_service::{
    ServiceError,
    gate::{PAGE, Reading},
};
use std::collections::HashMap;

pub(crate) fn routes() -> Routes {
    Routes::default()
        .get("/accesos", find)
        .get("/personas/{id}/accesos", list)
        .get("/personas/{id}/accesos/imprimir.pdf", print_list)
}

#[derive(Template)]
#[template(path = "readings/find.html")]
struct FindPage<'a> {
    f: Frame<'a>,
    form: Form,
}

/// One line of the list.
struct Line {
    at: String,
    officer: String,
    post: String,
    what: String,
    how: String,
    purpose: String,
}

#[derive(Template)]
#[template(path = "readings/list.html")]
struct ListPage<'a> {
    f: Frame<'a>,
    id: String,
    lines: Vec<Line>,
    more: Option<String>,
    zone: String,
}

/// Asks whose list it is: by a card's number, or by the number of the record itself.
async fn find(
    session: Allowed<powers::ReadAccessList>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let t = session.t();
    let mut form = Form::default();
    if let Some(typed) = query.get("de") {
        form.fields.set("de", typed.as_str());
        match subject::typed(t, typed) {
            Ok(record) => match session.service().open(session.permit(), &record).await {
                Ok(person) => return Ok(reply::see_other(&format!("/personas/{person}/accesos"))),
                // A record that was erased still has its readings.
                Err(ServiceError::Forgotten { .. }) if matches!(record, Subject::Person(_)) => {
                    let Subject::Person(person) = record else {
                        return Err(Fault::NotFound);
                    };
                    return Ok(reply::see_other(&format!("/personas/{person}/accesos")));
                }
                Err(ServiceError::NotFound) => form.problems.add("de", t.text("subject-unknown")),
                Err(error) => return Err(error.into()),
            },
            Err(problem) => form.problems.add("de", problem),
        }
    }
    let mut f = session.frame(t.text("readings-find-title"))?;
    f.in_error = !form.problems.is_empty();
    let page = FindPage { f, form };
    if page.form.problems.is_empty() {
        reply::page(&page)
    } else {
        reply::again(&page)
    }
}

fn id(text: &str) -> Result<PersonId, Fault> {
    text.parse().map_err(|_| Fault::NotFound)
}

/// `1404752400.17`: the moment and position of the last reading shown.
fn after(text: &str) -> Option<(Moment, u64)> {
    let (at, position) = text.split_once('.')?;
    Some((Moment::from_unix(at.parse().ok()?), position.parse().ok()?))
}

async fn list(
    session: Allowed<powers::ReadAccessList>,
    Path(text): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Fault> {
    let person = id(&text)?;
    let cursor = query.get("desde").and_then(|text| after(text));
    let rows = session
        .service()
        .accesses(session.permit(), person, cursor)
        .await?;
    let t = session.t();
    let zone = session.post()?.zone();
    let more = rows
        .last()
        .filter(|_| rows.len() == usize::try_from(PAGE).unwrap_or(usize::MAX))
        .map(|last| {
            let at = last.at.unix();
            format!("/personas/{person}/accesos?desde={at}.{}", last.position)
        });
    let line = |row: &Reading| Line {
        at: say::at(t, zone, row.at),
        officer: row.officer.to_string(),
        post: say::post_name(session.service(), row.post),
        what: what(t, row),
        how: t.code("reading-how", row.how.code()),
        purpose: t.code("role", row.role.code()),
    };
    reply::page(&ListPage {
        f: session.frame(t.text("readings-title"))?,
        id: person.to_string(),
        lines: rows.iter().map(line).collect(),
        more,
        zone: zone_of(&session)?,
    })
}

fn zone_of(session: &Session) -> Result<String, Fault> {
    let zone = session.post()?.zone();
    let clock = zone.local(session.service().clock().now());
    let offset = paso_pages::dates::offset(clock.offset_seconds);
    Ok(session.t().with("all-in-zone", [("zone", &offset)]))
}

/// What was read: the kind of record, and the number by which the person knows it.
pub(crate) fn what(t: Voice<'_>, row: &Reading) -> String {
    if row.listed {
        return t.text("reading-of-search");
    }
    let said = |key: &str, id: String| t.with(key, [("id", &id)]);
    match &row.record {
        Subject::Card(number) => said("reading-of-card", number.to_string()),
        Subject::Application(id) => said("reading-of-application", print::short(&id.to_string())),
        Subject::Stays(_) => t.text("reading-of-stays"),
        Subject::Protection(_) => t.text("reading-of-protection"),
        Subject::Reads(_) => t.text("reading-of-reads"),
        _ => t.text("reading-of-person"),
    }
}

async fn print_list(
    session: Allowed<powers::ReadAccessList>,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let person = id(&text)?;
    let printing = session.permit().reading(How::Print);
    let rows = session.service().accesses(&printing, person, None).await?;
    let (app, demo) = (session.app(), session.app().config().demo);
    let bytes = print::readings_pdf(
        app.service(),
        app.texts(),
        demo,
        (session.officer(), person),
        &rows,
    )?;
    Ok(reply::pdf(bytes, &print::short(&person.to_string())))
}
